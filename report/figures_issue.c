/*
 * Issuing the figures of a period.
 *
 * Guarantees: every issue has a number and a directory of its own, so that an earlier one stays as it was handed
 * over; the JSON and the PDF are of the same facts. Does not count and does not render.
 */
#include "report/figures_issue.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "casebook/outbox.h"

static bool add_row(struct transaction *transaction, const json_t *facts, const char *directory, instant now,
                    struct error *error)
{
    char created[INSTANT_TEXT_SIZE];
    char *text = json_canonical(facts);
    json_t *row = text == NULL ? NULL
                               : json_pack("{ss,ss,ss,s{ss,s{sO,ss},s[],ss},s[{ss,ss,sb}]}", "kind",
                                           "extract", "what", "figures", "directory", directory, "render",
                                           "job", "render-figures", "parameters", "facts", facts, "created",
                                           instant_text(now, created), "pictures", "name", "figures.pdf",
                                           "files", "name", "figures.json", "text", text, "sign", 1);
    free(text);
    bool done = row != NULL ? outbox_add(transaction, row, now, NULL, error)
                            : error_set(error, FAULT_TEMPORARY, "out of memory while issuing figures");
    json_decref(row);
    return done;
}

bool figures_issue(struct transaction *transaction, const struct settings *settings, json_t *facts,
                   const char *actor, instant now, char directory[FIGURES_DIRECTORY_SIZE],
                   struct error *error)
{
    int64_t number = 0;
    char extract[24], issued[INSTANT_TEXT_SIZE];
    bool public_edition = strcmp(json_text(facts, "edition"), "public") == 0;
    if (!counter_next(transaction, "extract", &number, error))
        return false;
    snprintf(extract, sizeof extract, "E-%06" PRId64, number);
    snprintf(directory, FIGURES_DIRECTORY_SIZE, "audit/out/%s-figures%s", extract,
             public_edition ? "-public" : "");
    const struct event event = {.actor = actor,
                                .role = "auditor",
                                .action = "figures-issued",
                                .clause = "R53",
                                .outcome = public_edition ? "public" : "full"};
    bool put = json_put_text(facts, "extract", extract) &&
               json_put_text(facts, "issued", instant_text(now, issued)) &&
               json_put_text(facts, "agency", settings->agency) &&
               json_put_text(facts, "unit", settings->unit) &&
               json_put_text(facts, "contact", settings->contact) &&
               (!settings->demonstration || json_put_flag(facts, "demonstration", true));
    if (!put)
        return error_set(error, FAULT_TEMPORARY, "out of memory while issuing figures");
    return add_row(transaction, facts, directory, now, error) &&
           event_append(transaction, now, &event, NULL, error);
}
