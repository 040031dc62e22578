/*
 * The search behind `leadspool rerun`.
 *
 * Guarantees: what a person is shown is the recorded list, never what came out this time; a difference is an alarm
 * and an event. Decides nothing about who may ask: control_rerun.c did.
 */
#include "spool/reruns.h"

#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/event.h"
#include "match/rerun.h"

bool rerun_wanted(const json_t *answer)
{
    const json_t *plan = json_object_get(answer, "rerun");
    return plan != NULL && json_object_get(plan, "outcome") == NULL;
}

bool rerun_start(struct nursery *nursery, const struct engine_source *engine, struct vault *vault,
                 int gallery, const json_t *answer, job_done *done, void *context, struct error *error)
{
    const json_t *plan = json_object_get(answer, "rerun"), *names = json_object_get(plan, "segments");
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    struct digest probe;
    if (json_array_size(names) > CHANNEL_FILES_MOST - 4)
        return error_set(error, FAULT_INTERNAL, "too many gallery segments for one search");
    if (!digest_parse(json_text(plan, "probe"), &probe))
        return error_set(error, FAULT_ENVIRONMENT, "the search record names no probe");
    inputs[count] = vault_open_object(vault, &probe, NULL, error);
    bool opened = inputs[count] >= 0;
    count += opened ? 1 : 0;
    for (size_t i = 0; opened && i < json_array_size(names); i++) {
        inputs[count] = file_open(gallery, json_string_value(json_array_get(names, i)), error);
        opened = inputs[count] >= 0;
        count += opened ? 1 : 0;
    }
    if (!opened) {
        for (size_t i = 0; i < count; i++)
            close(inputs[i]);
        return error_context(error, "searching again");
    }
    return engine_run(nursery, engine, "search", json_object_get(plan, "parameters"), inputs, count, done,
                      context, error);
}

bool rerun_ended(json_t *answer, const struct job_outcome *outcome, struct error *error)
{
    json_t *found = NULL;
    bool done = job_answer_json(outcome, &found, error) &&
                rerun_compare(json_object_get(answer, "rerun"), found, error);
    json_decref(found);
    return done || error_context(error, "searching again");
}

bool rerun_finish(struct transaction *transaction, json_t *answer, instant now, struct error *error)
{
    json_t *plan = json_object_get(answer, "rerun");
    const json_t *record = json_object_get(plan, "record");
    const char *outcome = json_text(plan, "outcome");
    char hex[DIGEST_TEXT_SIZE];
    struct digest digest;
    if (plan == NULL)
        return true;
    if (!json_digest(record, &digest))
        return error_set(error, FAULT_TEMPORARY, "out of memory while searching again");
    struct event event = {.actor = json_text(plan, "actor"),
                          .role = json_text(plan, "role"),
                          .action = "search-repeated",
                          .docket = json_text(record, "docket"),
                          .object = digest_text(&digest, hex),
                          .clause = "R21",
                          .outcome = outcome};
    if (!event_append(transaction, now, &event, NULL, error))
        return false;
    if (strcmp(outcome, "differs") == 0)
        log_line(LOG_LEVEL_ALARM, "search-differs", "%s: %s", json_text(record, "search"),
                 json_text(plan, "text"));
    json_put_text(answer, "outcome", outcome);
    json_put_text(answer, "text", json_text(plan, "text"));
    json_object_set(answer, "sealed", json_object_get(plan, "sealed"));
    if (json_array_size(json_object_get(plan, "removed")) > 0)
        json_object_set(answer, "removed", json_object_get(plan, "removed"));
    if (json_text_or_null(answer, "withheld") == NULL)
        json_put(answer, "rows", rerun_rows(plan));
    json_object_del(answer, "rerun");
    return true;
}
