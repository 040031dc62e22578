/*
 * The kept answer of the run under way.
 *
 * Guarantees: an answer is used for the search it was computed for and no other: the docket must be in MATCHING
 * since the same instant. There is one run at a time, so there is one record. Does not finish dockets.
 */
#include "match/run_kept.h"

#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"

#define CURRENT "current"

bool run_keep(struct transaction *transaction, const json_t *run, const json_t *answer, struct error *error)
{
    json_t *record =
        json_pack("{s{sO},sO?}", "run", "dockets", json_object_get(run, "dockets"), "answer", answer);
    bool done = record != NULL ? book_put(transaction, BOOK_RUNS, CURRENT, record, error)
                               : error_set(error, FAULT_TEMPORARY, "out of memory while keeping an answer");
    json_decref(record);
    return done;
}

static bool still_waits(struct transaction *transaction, const json_t *entry)
{
    struct error unread = ERROR_NONE;
    json_t *docket = NULL;
    enum docket_state state;
    const char *since = json_text(entry, "since");
    bool waits = docket_get(transaction, json_text(entry, "docket"), &docket, &unread) &&
                 docket_state_of(docket, &state, &unread) && state == DOCKET_MATCHING && *since != '\0' &&
                 strcmp(json_text(docket, "since"), since) == 0;
    json_decref(docket);
    return waits;
}

bool run_kept(struct transaction *transaction, json_t **kept, struct error *error)
{
    struct error unread = ERROR_NONE;
    *kept = NULL;
    if (!book_get(transaction, BOOK_RUNS, CURRENT, kept, &unread)) {
        /* The search is made again; only trouble of the casebook itself ends the start. */
        if (unread.fault == FAULT_ENVIRONMENT)
            return true;
        if (error != NULL)
            *error = unread;
        return false;
    }
    json_t *dockets = json_object_get(json_object_get(*kept, "run"), "dockets");
    for (size_t i = json_array_size(dockets); i-- > 0;)
        if (!still_waits(transaction, json_array_get(dockets, i)))
            json_array_remove(dockets, i);
    if (json_array_size(dockets) == 0) {
        json_decref(*kept);
        *kept = NULL;
    }
    return true;
}

bool run_holds(const json_t *run, const char *docket)
{
    size_t index;
    const json_t *entry;
    json_array_foreach(json_object_get(run, "dockets"), index, entry)
    {
        if (strcmp(json_text(entry, "docket"), docket) == 0)
            return true;
    }
    return false;
}

bool run_forget(struct transaction *transaction, struct error *error)
{
    return book_remove(transaction, BOOK_RUNS, CURRENT, error);
}
