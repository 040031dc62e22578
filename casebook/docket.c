/*
 * Docket records and their indexes.
 *
 * Index keys, all in one book: `state/<STATE>/<docket>` for every docket that is not CLOSED, and
 * `command/<command>/0-open|1-closed/<docket>` for all. docket_put compares with the record it replaces, so
 * an index entry exists exactly when its record says so. A damaged docket is left out of a walk: one bad
 * record must not stop the others (audits report it).
 */
#include "casebook/docket.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"

enum { KEY_SIZE = 512, KEYS = 2 };

static const char *const names[DOCKET_STATE_COUNT] = {
    [DOCKET_HELD] = "HELD",
    [DOCKET_INTAKE] = "INTAKE",
    [DOCKET_AWAITING_IMAGES] = "AWAITING_IMAGES",
    [DOCKET_QUEUED] = "QUEUED",
    [DOCKET_MATCHING] = "MATCHING",
    [DOCKET_INVESTIGATION] = "INVESTIGATION",
    [DOCKET_BACKGROUND] = "BACKGROUND",
    [DOCKET_PEER] = "PEER",
    [DOCKET_SUPERVISION] = "SUPERVISION",
    [DOCKET_APPROVED] = "APPROVED",
    [DOCKET_NEGATIVE] = "NEGATIVE",
    [DOCKET_REFUSED] = "REFUSED",
    [DOCKET_LAPSED] = "LAPSED",
    [DOCKET_WITHDRAWN] = "WITHDRAWN",
    [DOCKET_CLOSED] = "CLOSED",
};

const char *docket_state_name(enum docket_state state)
{
    return names[state];
}

bool docket_state_parse(const char *name, enum docket_state *state)
{
    for (int i = 0; i < DOCKET_STATE_COUNT; i++)
        if (strcmp(name, names[i]) == 0) {
            *state = (enum docket_state)i;
            return true;
        }
    return false;
}

bool docket_state_of(const json_t *docket, enum docket_state *state, struct error *error)
{
    return docket_state_parse(json_text(docket, "state"), state) ||
           error_set(error, FAULT_ENVIRONMENT, "docket %s is in the state \"%s\", which does not exist",
                     json_text(docket, "docket"), json_text(docket, "state"));
}

bool docket_number_next(struct transaction *transaction, const char *prefix, int year, char *number,
                        struct error *error)
{
    char counter[32];
    int64_t value = 0;
    snprintf(counter, sizeof counter, "docket-%04d", year);
    if (!counter_next(transaction, counter, &value, error))
        return false;
    if (snprintf(number, DOCKET_NUMBER_SIZE, "%s-%04d-%06" PRId64, prefix, year, value) >= DOCKET_NUMBER_SIZE)
        return error_set(error, FAULT_ENVIRONMENT, "the docket prefix \"%s\" is too long", prefix);
    return true;
}

bool docket_get(struct transaction *transaction, const char *number, json_t **docket, struct error *error)
{
    return book_need(transaction, BOOK_DOCKETS, number, docket, error);
}

/* The index keys a record has: keys[0] by state ("" when CLOSED), keys[1] by command. */
static bool index_keys(const json_t *docket, char keys[KEYS][KEY_SIZE], struct error *error)
{
    enum docket_state state;
    const char *number = json_text(docket, "docket"), *command = json_text(docket, "command");
    if (!docket_state_of(docket, &state, error))
        return false;
    keys[0][0] = '\0';
    if (state != DOCKET_CLOSED)
        snprintf(keys[0], KEY_SIZE, "state/%s/%s", names[state], number);
    if (snprintf(keys[1], KEY_SIZE, "command/%s/%s/%s", command,
                 state == DOCKET_CLOSED ? "1-closed" : "0-open", number) >= KEY_SIZE)
        return error_set(error, FAULT_INTERNAL, "docket %s: the name of its command is too long", number);
    return true;
}

static bool index_update(struct transaction *transaction, const json_t *old, const json_t *docket,
                         struct error *error)
{
    char before[KEYS][KEY_SIZE] = {"", ""}, after[KEYS][KEY_SIZE];
    if ((old != NULL && !index_keys(old, before, error)) || !index_keys(docket, after, error))
        return false;
    json_t *entry = json_pack("{s:s}", "docket", json_text(docket, "docket"));
    bool done = entry != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while indexing a docket");
    for (int i = 0; done && i < KEYS; i++) {
        if (strcmp(before[i], after[i]) == 0)
            continue;
        if (before[i][0] != '\0')
            done = book_remove(transaction, BOOK_INDEX, before[i], error);
        if (done && after[i][0] != '\0')
            done = book_put(transaction, BOOK_INDEX, after[i], entry, error);
    }
    json_decref(entry);
    return done;
}

bool docket_put(struct transaction *transaction, const json_t *docket, struct error *error)
{
    const char *number = json_text(docket, "docket");
    json_t *old = NULL;
    if (number[0] == '\0' || json_text(docket, "command")[0] == '\0')
        return error_set(error, FAULT_INTERNAL, "a docket without a number or a command");
    bool done = book_get(transaction, BOOK_DOCKETS, number, &old, error) &&
                index_update(transaction, old, docket, error) &&
                book_put(transaction, BOOK_DOCKETS, number, docket, error);
    json_decref(old);
    return done || error_context(error, "storing docket %s", number);
}

bool docket_change_state(struct transaction *transaction, json_t *docket, enum docket_state to, instant now,
                         const char *actor, const char *role, const char *clause, struct error *error)
{
    char when[INSTANT_TEXT_SIZE];
    int64_t sequence = 0;
    struct event event = {.actor = actor,
                          .role = role,
                          .action = "state-changed",
                          .docket = json_text(docket, "docket"),
                          .clause = clause,
                          .outcome = names[to]};
    if (!event_append(transaction, now, &event, &sequence, error))
        return false;
    instant_text(now, when);
    json_t *entry = json_object(), *history = json_array_at(docket, "history");
    bool done = entry != NULL && history != NULL && json_put_text(entry, "at", when) &&
                json_put_text(entry, "from", json_text_or_null(docket, "state")) &&
                json_put_text(entry, "to", names[to]) &&
                json_put_text(entry, "actor", actor == NULL ? "leadspool" : actor) &&
                json_put_text(entry, "role", role == NULL ? "system" : role) &&
                json_put_text(entry, "clause", clause) && json_put_whole(entry, "event", sequence) &&
                json_array_append(history, entry) == 0 && json_put_text(docket, "state", names[to]) &&
                json_put_text(docket, "since", when);
    json_decref(entry);
    if (!done)
        return error_set(error, FAULT_TEMPORARY, "out of memory while changing the state of docket %s",
                         json_text(docket, "docket"));
    return docket_put(transaction, docket, error);
}

bool docket_lapses_at(const json_t *docket, int days, instant *at)
{
    instant since;
    if (!instant_parse(json_text(docket, "since"), &since, NULL))
        return false;
    *at = since + (instant)days * 24 * 3600 * 1000;
    return true;
}

json_t *docket_probe_edits(const json_t *docket)
{
    const json_t *probe = json_object_get(docket, "probe");
    json_t *edits = json_deep_copy(json_object_get(probe, "edits")), *edit;
    size_t index, count = json_array_size(edits);
    json_array_foreach(edits, index, edit)
    {
        json_copy_members(edit, probe, "by", "at", NULL);
        if (index == 0)
            json_put_text(edit, "before", json_text_or_null(probe, "image"));
        if (index + 1 == count)
            json_put_text(edit, "after", json_text_or_null(probe, "searched"));
    }
    return edits == NULL ? json_array() : edits;
}

bool docket_person_add(json_t *docket, const char *person, const char *role)
{
    json_t *people = json_object_at(docket, "people");
    if (people == NULL)
        return false;
    json_t *roles = json_array_at(people, person);
    return roles != NULL &&
           (docket_person_has(docket, person, role) || json_array_append_new(roles, json_string(role)) == 0);
}

bool docket_person_has(const json_t *docket, const char *person, const char *role)
{
    const json_t *roles = json_object_get(json_object_get(docket, "people"), person);
    size_t index;
    json_t *each;
    if (role == NULL)
        return json_array_size(roles) > 0;
    json_array_foreach(roles, index, each)
    {
        if (json_is_string(each) && strcmp(json_string_value(each), role) == 0)
            return true;
    }
    return false;
}

struct docket_walk {
    struct transaction *transaction;
    book_visitor *visitor;
    void *context;
};

static bool visit_indexed(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    struct docket_walk *walk = context;
    const char *number = json_text(value, "docket");
    json_t *docket = NULL;
    struct error failure = ERROR_NONE;
    if (!book_get(walk->transaction, BOOK_DOCKETS, number, &docket, &failure)) {
        if (failure.fault == FAULT_ENVIRONMENT)
            return true;
        *error = failure;
        return false;
    }
    bool more = docket == NULL || walk->visitor(walk->context, number, docket, error);
    json_decref(docket);
    return more;
}

static bool walk_index(struct transaction *transaction, const char *prefix, book_visitor *visitor,
                       void *context, struct error *error)
{
    struct docket_walk walk = {transaction, visitor, context};
    return book_walk(transaction, BOOK_INDEX, prefix, NULL, visit_indexed, &walk, NULL, error);
}

static bool state_prefix(enum docket_state state, char *prefix, struct error *error)
{
    if (state >= DOCKET_CLOSED)
        return error_set(error, FAULT_INTERNAL, "closed dockets are not indexed by state");
    snprintf(prefix, KEY_SIZE, "state/%s/", names[state]);
    return true;
}

bool docket_walk_state(struct transaction *transaction, enum docket_state state, book_visitor *visitor,
                       void *context, struct error *error)
{
    char prefix[KEY_SIZE];
    return state_prefix(state, prefix, error) && walk_index(transaction, prefix, visitor, context, error);
}

struct docket_list {
    json_t *numbers;
    size_t most, total;
};

static bool keep_last(json_t *array, size_t most)
{
    size_t first = json_array_size(array) > most ? json_array_size(array) - most : 0;
    json_t *last = json_array();
    bool done = last != NULL;
    for (size_t i = first; done && i < json_array_size(array); i++)
        done = json_array_append(last, json_array_get(array, i)) == 0;
    done = done && json_array_clear(array) == 0 && json_array_extend(array, last) == 0;
    json_decref(last);
    return done;
}

static bool list_one(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    struct docket_list *list = context;
    list->total++;
    if (json_array_size(list->numbers) >= 2 * list->most && !keep_last(list->numbers, list->most))
        return error_set(error, FAULT_TEMPORARY, "out of memory while listing dockets");
    return json_array_append(list->numbers, json_object_get(value, "docket")) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while listing dockets");
}

bool docket_list_command(struct transaction *transaction, const char *command, bool closed, size_t most,
                         json_t **numbers, size_t *total, struct error *error)
{
    char prefix[KEY_SIZE];
    struct docket_list list = {.numbers = json_array(), .most = most};
    struct error own = ERROR_NONE;
    *numbers = list.numbers;
    *total = 0;
    if (snprintf(prefix, sizeof prefix, "command/%s/%s/", command, closed ? "1-closed" : "0-open") >=
        KEY_SIZE)
        return error_set(error, FAULT_INPUT, "\"%.40s…\" is no command", command);
    bool done = book_walk(transaction, BOOK_INDEX, prefix, NULL, list_one, &list, NULL, &own);
    if (!done || own.fault != FAULT_NONE) {
        if (error != NULL)
            *error = own;
        return false;
    }
    *total = list.total;
    return keep_last(list.numbers, most) ||
           error_set(error, FAULT_TEMPORARY, "out of memory while listing dockets");
}

bool docket_walk_open(struct transaction *transaction, book_visitor *visitor, void *context,
                      struct error *error)
{
    return walk_index(transaction, "state/", visitor, context, error);
}

static bool count_one(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)value;
    (void)error;
    ++*(size_t *)context;
    return true;
}

bool docket_count_state(struct transaction *transaction, enum docket_state state, size_t *count,
                        struct error *error)
{
    char prefix[KEY_SIZE];
    *count = 0;
    return state_prefix(state, prefix, error) &&
           book_walk(transaction, BOOK_INDEX, prefix, NULL, count_one, count, NULL, error);
}
