/*
 * Issuing figures and extracts.
 *
 * Guarantees: every issue has a number and a directory of its own, so that an earlier one stays as it was handed
 * over; the JSON and the PDF are of the same facts. Does not choose, count or render.
 */
#include "report/extract_issue.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "casebook/event.h"
#include "casebook/outbox.h"

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while issuing an extract");
}

static bool add_row(struct transaction *transaction, const struct extract *extract, const json_t *facts,
                    const char *directory, instant now, struct error *error)
{
    char created[INSTANT_TEXT_SIZE], pdf[64], json[64];
    char *text = json_canonical(facts);
    snprintf(pdf, sizeof pdf, "%s.pdf", extract->file);
    snprintf(json, sizeof json, "%s.json", extract->file);
    json_t *row = text == NULL
                      ? NULL
                      : json_pack("{ss,ss,ss,s{ss,s{sO,ss},s[],ss},s[{ss,ss,sb}]}", "kind", "extract", "what",
                                  extract->file, "directory", directory, "render", "job", extract->job,
                                  "parameters", "facts", facts, "created", instant_text(now, created),
                                  "pictures", "name", pdf, "files", "name", json, "text", text, "sign", 1);
    free(text);
    bool done = row != NULL;
    if (done && extract->files != NULL)
        done = json_array_extend(json_object_get(row, "files"), extract->files) == 0;
    done = done ? outbox_add(transaction, row, now, NULL, error) : memory(error);
    json_decref(row);
    return done;
}

bool extract_issue(struct transaction *transaction, const struct settings *settings,
                   const struct extract *extract, json_t *facts, const char *actor, instant now,
                   char directory[EXTRACT_DIRECTORY_SIZE], struct error *error)
{
    int64_t number = 0;
    char name[24], issued[INSTANT_TEXT_SIZE];
    if (!counter_next(transaction, "extract", &number, error))
        return false;
    snprintf(name, sizeof name, "E-%06" PRId64, number);
    snprintf(directory, EXTRACT_DIRECTORY_SIZE, "audit/out/%s-%s", name, extract->name);
    const struct event event = {.actor = actor,
                                .role = "auditor",
                                .action = extract->action,
                                .docket = extract->docket,
                                .object = extract->object,
                                .clause = "R53",
                                .outcome = extract->outcome};
    bool put =
        json_put_text(facts, "extract", name) && json_put_text(facts, "issued", instant_text(now, issued)) &&
        json_put_text(facts, "agency", settings->agency) && json_put_text(facts, "unit", settings->unit) &&
        json_put_text(facts, "contact", settings->contact) &&
        (!settings->demonstration || json_put_flag(facts, "demonstration", true));
    return put ? add_row(transaction, extract, facts, directory, now, error) &&
                     event_append(transaction, now, &event, NULL, error)
               : memory(error);
}
