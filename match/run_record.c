/*
 * Runs in the casebook.
 *
 * Guarantees: the search record holds the whole list, the engine card, its parameters, the cohort and the
 * gallery's snapshot (R21), so that the search can be made again; dockets go to MATCHING in the same
 * transaction that decides what is searched. Does not compute anything.
 */
#include "match/run_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/photo.h"
#include "match/run_queue.h"
#include "match/segment_book.h"

/* The gallery of this moment, as a search record names it. */
static bool gather_segments(struct transaction *transaction, json_t *segments, struct error *error)
{
    json_t *records = json_array(), *record;
    size_t i;
    bool done = segment_book_all(transaction, records, error);
    json_array_foreach(records, i, record)
        json_array_append_new(segments, json_pack("{ss,sI,ss}", "name", json_text(record, "segment"), "count",
                                                  (json_int_t)json_whole(record, "count", 0), "digest",
                                                  json_text(record, "digest")));
    json_decref(records);
    return done;
}

static bool begin_one(struct transaction *transaction, const char *number, instant now, json_t *dockets,
                      struct error *error)
{
    json_t *docket = NULL;
    if (!docket_get(transaction, number, &docket, error))
        return false;
    bool done = true;
    enum docket_state state;
    if (docket_state_of(docket, &state, error) && state == DOCKET_QUEUED) {
        done = docket_change_state(transaction, docket, DOCKET_MATCHING, now, NULL, NULL, "R21", error);
        json_t *entry = json_deep_copy(json_object_get(docket, "probe"));
        if (entry == NULL)
            entry = json_object();
        json_put_text(entry, "docket", number);
        json_put_text(entry, "since", json_text(docket, "since"));
        json_array_append_new(dockets, entry);
    } else
        done = error->fault == FAULT_NONE;
    json_decref(docket);
    return done;
}

/* The photos that must not be searched come from an index of their own: a run does not walk the whole gallery. */
static bool gather_gallery(struct transaction *transaction, json_t *segments, json_t *sealed,
                           struct error *error)
{
    return gather_segments(transaction, segments, error) && photo_sealed_ids(transaction, sealed, error);
}

bool run_begin(struct transaction *transaction, const struct plan_terms *terms, json_t **run,
               struct error *error)
{
    bool chosen[2 * RUN_QUEUE_LANE_MOST];
    bool done = false;
    struct run_queue queue;
    json_t *dockets = json_array(), *segments = json_array(), *sealed = json_array();
    *run = NULL;
    if (!run_queue_read(transaction, &queue, error))
        goto done;
    if (plan_run(queue.entries, queue.count, terms, chosen) == 0) {
        done = true;
        goto done;
    }
    if (!gather_gallery(transaction, segments, sealed, error))
        goto done;
    done = true;
    if (json_array_size(segments) == 0)
        goto done; /* `why` says that the gallery is empty; enrolment wakes the runs */
    for (size_t i = 0; done && i < queue.count; i++)
        if (chosen[i])
            done = begin_one(transaction, queue.dockets[i], terms->now, dockets, error);
    if (done && json_array_size(dockets) > 0)
        *run = json_pack("{sO,sO,sO}", "dockets", dockets, "segments", segments, "sealed", sealed);
done:
    run_queue_free(&queue);
    json_decref(dockets);
    json_decref(segments);
    json_decref(sealed);
    return done;
}

bool run_record(struct transaction *transaction, json_t *docket, const json_t *answer, const json_t *result,
                instant now, struct error *error)
{
    char key[64], at[INSTANT_TEXT_SIZE], digest_words[DIGEST_TEXT_SIZE];
    const char *number = json_text(docket, "docket");
    json_t *searches = json_array_at(docket, "searches");
    json_t *probe = json_object_get(docket, "probe"), *list = json_object_get(result, "candidates");
    size_t sequence = json_array_size(searches) + 1;
    int64_t seals = 0;
    snprintf(key, sizeof key, "%s/%zu", number, sequence);
    instant_text(now, at);
    if (!photo_seal_generation(transaction, &seals, error))
        return false;
    json_t *record = json_pack(
        "{ss,ss,sI,ss,sO,sO,sO,sO,sO,s[{sO?,sO?}],sO,sO,sI,sO,sO,sO,sO}", "search", key, "docket", number,
        "number", (json_int_t)sequence, "at", at, "engine", json_object_get(answer, "engine"), "parameters",
        json_object_get(answer, "parameters"), "snapshot", json_object_get(answer, "snapshot"), "count",
        json_object_get(answer, "searched"), "persons", json_object_get(answer, "persons"), "probes",
        "digest", json_object_get(probe, "searched"), "eyes", json_object_get(probe, "eyes"), "cohort",
        json_object_get(result, "cohort"), "list", list, "suppressed", json_whole(answer, "left_out", 0),
        "stages", json_object_get(answer, "stages"), "cohort_photos",
        json_object_get(answer, "cohort_photos"), "threshold", json_object_get(result, "threshold"),
        "compared", json_object_get(result, "compared"));
    json_put_whole(record, "seals", seals);
    if (record != NULL && json_object_get(result, "measures") != NULL)
        json_object_set(record, "measures", json_object_get(result, "measures"));
    if (record != NULL && json_object_get(result, "dropped") != NULL)
        json_object_set(record, "dropped", json_object_get(result, "dropped"));
    if (record != NULL && json_object_get(answer, "segments") != NULL)
        json_object_set(record, "segments", json_object_get(answer, "segments"));
    json_put_text(record, "reason", json_text_or_null(docket, "searchReason"));
    struct digest digest;
    if (record == NULL || !json_digest(record, &digest)) {
        json_decref(record);
        return error_set(error, FAULT_INTERNAL, "the answer of the search of %s lacks a member", number);
    }
    struct event event = {.action = "search-recorded",
                          .docket = number,
                          .object = digest_text(&digest, digest_words),
                          .clause = "R21",
                          .outcome = key};
    bool done = book_put(transaction, BOOK_SEARCHES, key, record, error) &&
                event_append(transaction, now, &event, NULL, error);
    json_array_append_new(searches, json_string(key));
    json_put_text(docket, "list", key);
    json_object_del(docket, "searchReason");
    json_decref(record);
    return done;
}
