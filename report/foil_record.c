/*
 * The record of records requests.
 *
 * Guarantees: a change of state is one event in the same transaction; what is under way is found without walking what is
 * done. Knows no rule.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "report/foil_common.h"

enum { KEY = 80 };

bool foil_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while looking after a records request");
}

bool foil_number_is(const char *text)
{
    return strncmp(text, "FOIL-", 5) == 0;
}

bool foil_get(struct transaction *transaction, const char *number, json_t **request, struct error *error)
{
    if (strchr(number, '/') == NULL && !book_get(transaction, BOOK_FOIL, number, request, error))
        return false;
    return *request != NULL || error_set(error, FAULT_ABSENT, "there is no records request %s", number);
}

static void part_key(const char *number, int64_t part, char *key)
{
    snprintf(key, KEY, "%.32s/part-%04" PRId64, number, part);
}

bool foil_part_get(struct transaction *transaction, const char *number, int64_t part, json_t **record,
                   struct error *error)
{
    char key[KEY];
    part_key(number, part, key);
    return book_get(transaction, BOOK_FOIL, key, record, error);
}

bool foil_part_put(struct transaction *transaction, const json_t *record, struct error *error)
{
    char key[KEY];
    part_key(json_text(record, "request"), json_whole(record, "part", 0), key);
    return book_put(transaction, BOOK_FOIL, key, record, error);
}

/* The index of those under way. */
bool foil_put(struct transaction *transaction, const json_t *request, struct error *error)
{
    char key[KEY];
    const char *number = json_text(request, "request");
    enum foil_state state = foil_state_of(request);
    snprintf(key, sizeof key, "foil/open/%.32s", number);
    if (!book_put(transaction, BOOK_FOIL, number, request, error))
        return false;
    if (state == FOIL_CLOSED || state == FOIL_WITHDRAWN)
        return book_remove(transaction, BOOK_INDEX, key, error);
    json_t *entry = json_pack("{ss}", "request", number);
    bool done = entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error) : foil_memory(error);
    json_decref(entry);
    return done;
}

enum foil_state foil_state_of(const json_t *request)
{
    enum foil_state state = FOIL_CLOSED;
    foil_state_parse(json_text(request, "state"), &state);
    return state;
}

bool foil_move(struct transaction *transaction, json_t *request, enum foil_state next,
               const struct foil_act *act, instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    int64_t sequence = 0;
    const char *before = json_text_or_null(request, "state");
    const struct event event = {.actor = act->actor,
                                .role = act->role,
                                .action = act->action,
                                .docket = json_text(request, "request"),
                                .object = act->object,
                                .clause = act->clause == NULL ? "R40" : act->clause,
                                .outcome = act->outcome};
    if (!event_append(transaction, now, &event, &sequence, error))
        return false;
    json_t *entry = json_pack("{ss,ss*,ss,ss,ss,ss*,sI}", "at", instant_text(now, at), "from", before, "to",
                              foil_state_name(next), "action", act->action, "actor",
                              act->actor == NULL ? "leadspool" : act->actor, "outcome", act->outcome, "event",
                              (json_int_t)sequence);
    bool moved = before == NULL || strcmp(before, foil_state_name(next)) != 0;
    bool done = json_array_append_new(json_array_at(request, "history"), entry) == 0 &&
                (!moved || (json_put_text(request, "state", foil_state_name(next)) &&
                            json_put_text(request, "since", at)));
    return (done || foil_memory(error)) && foil_put(transaction, request, error);
}

static void wanted_key(const char *number, int64_t part, char *key)
{
    snprintf(key, KEY, "foil/wanted/%.32s/%04" PRId64, number, part);
}

bool foil_want(struct transaction *transaction, const char *number, int64_t part, const char *what,
               struct error *error)
{
    char key[KEY];
    json_t *entry = json_pack("{ss,sI,ss}", "request", number, "part", (json_int_t)part, "what", what);
    wanted_key(number, part, key);
    bool done = entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error) : foil_memory(error);
    json_decref(entry);
    return done;
}

bool foil_unwant(struct transaction *transaction, const char *number, int64_t part, struct error *error)
{
    char key[KEY];
    wanted_key(number, part, key);
    return book_remove(transaction, BOOK_INDEX, key, error);
}

/* One that was counted as drawn, read, uncovered counts no more. */
static void count_down(json_t *request, const char *member, int64_t by)
{
    json_put_whole(request, member, json_whole(request, member, 0) - by);
}

bool foil_part_reset(struct transaction *transaction, json_t *request, json_t *part, const char *what,
                     struct error *error)
{
    const json_t *redactions = json_object_get(part, "redactions");
    if (redactions != NULL) {
        count_down(request, "drawn", 1);
        count_down(request, "uncovered", json_whole(redactions, "uncovered", 0));
        count_down(request, "boxes", (int64_t)json_array_size(json_object_get(redactions, "boxes")));
        if (json_object_set(part, "previous", json_object_get(redactions, "boxes")) != 0)
            return foil_memory(error);
    }
    if (json_object_get(part, "reading") != NULL)
        count_down(request, "read", 1);
    json_object_del(part, "redactions");
    json_object_del(part, "reading");
    json_object_del(part, "sheet");
    return foil_part_put(transaction, part, error) &&
           foil_want(transaction, json_text(request, "request"), json_whole(part, "part", 0), what, error);
}

bool foil_reset(struct transaction *transaction, json_t *request, const char *what, struct error *error)
{
    int64_t parts = json_whole(request, "parts", 0);
    bool done = true;
    for (int64_t i = 1; done && i <= parts; i++) {
        json_t *part = NULL;
        done = foil_part_get(transaction, json_text(request, "request"), i, &part, error) &&
               (part == NULL || foil_part_reset(transaction, request, part, what, error));
        json_decref(part);
    }
    json_object_del(request, "redactions");
    json_object_del(request, "privacy");
    json_object_del(request, "signOff");
    return done;
}

bool foil_cancel(struct transaction *transaction, const char *number, const char *reason, instant now,
                 struct error *error)
{
    json_t *ids = json_array();
    size_t index;
    const json_t *id;
    bool done = ids != NULL ? outbox_rows_of(transaction, number, "foil", ids, error) : foil_memory(error);
    json_array_foreach(ids, index, id)
    {
        json_t *row = NULL;
        done = done && outbox_get(transaction, json_integer_value(id), &row, error);
        /* What was already told stays told: only sheets and what an answer gives. */
        if (done && strcmp(json_text(row, "state"), "delivered") != 0 && !json_flag(row, "letter"))
            done = outbox_cancel(transaction, json_integer_value(id), reason, now, error);
        json_decref(row);
    }
    json_decref(ids);
    return done;
}

bool foil_digest(struct transaction *transaction, const json_t *request, char *digest, struct error *error)
{
    struct hashing *hashing = NULL;
    int64_t parts = json_whole(request, "parts", 0);
    bool done = digest_begin(&hashing, error);
    for (int64_t i = 1; done && i <= parts; i++) {
        json_t *part = NULL;
        char line[120];
        done = foil_part_get(transaction, json_text(request, "request"), i, &part, error);
        int length = snprintf(line, sizeof line, "%" PRId64 " %.64s\n", i,
                              json_text(json_object_get(part, "redactions"), "digest"));
        digest_update(hashing, line, (size_t)length);
        json_decref(part);
    }
    if (hashing == NULL)
        return false;
    struct digest sum = digest_end(hashing);
    digest_text(&sum, digest);
    return done;
}
