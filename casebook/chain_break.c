/*
 * A broken chain, noted.
 *
 * Guarantees: what was acknowledged is that very finding: one event more that does not fit halts again. Looks at nothing itself: an
 * audit did.
 */
#include "casebook/chain_break.h"

#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "casebook/event.h"

#define BROKEN "broken"

/* Of the chain; what is wrong with single records and objects halts nothing. */
bool chain_break_is(const json_t *problem)
{
    static const char *const kinds[] = {"event-missing", "event-changed", "head-differs"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(json_text(problem, "kind"), kinds[i]) == 0)
            return true;
    return false;
}

static json_t *finding(const json_t *report, instant now)
{
    char at[INSTANT_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];
    struct digest of;
    const json_t *problem;
    size_t i;
    json_t *found = json_array(), *record = NULL;
    json_array_foreach(json_object_get(report, "problems"), i, problem)
    {
        if (chain_break_is(problem))
            json_array_append(found, (json_t *)(uintptr_t)problem);
    }
    if (json_array_size(found) > 0 && json_digest(found, &of))
        record = json_pack("{s:s,s:I,s:O,s:s}", "at", instant_text(now, at), "problems",
                           (json_int_t)json_array_size(found), "first", json_array_get(found, 0), "found",
                           digest_text(&of, digest));
    json_decref(found);
    return record;
}

static bool note_event(struct transaction *transaction, const char *action, const char *object,
                       const char *outcome, instant now, struct error *error)
{
    const struct event event = {.action = action, .object = object, .clause = "R37", .outcome = outcome};
    return event_append(transaction, now, &event, NULL, error);
}

bool chain_break_note(struct transaction *transaction, const json_t *report, instant now, bool *changed,
                      struct error *error)
{
    json_t *before = NULL, *record = NULL;
    *changed = false;
    if (!book_get(transaction, BOOK_RUNS, BROKEN, &before, error))
        return false;
    record = finding(report, now);
    bool done = true;
    if (record == NULL && before != NULL) {
        *changed = true;
        done = book_remove(transaction, BOOK_RUNS, BROKEN, error) &&
               note_event(transaction, "chain-whole", NULL, NULL, now, error);
    } else if (record != NULL &&
               (before == NULL || strcmp(json_text(before, "found"), json_text(record, "found")) != 0)) {
        *changed = true;
        done = book_put(transaction, BOOK_RUNS, BROKEN, record, error) &&
               note_event(transaction, "chain-broken", json_text(record, "found"),
                          json_text(json_object_get(record, "first"), "kind"), now, error);
    }
    json_decref(before);
    json_decref(record);
    return done;
}

bool chain_break_acknowledge(struct transaction *transaction, const char *person, const char *role,
                             const char *drop, instant now, bool *acknowledged, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *record = NULL;
    bool halts = false;
    if (!chain_break_get(transaction, &record, &halts, error))
        return false;
    *acknowledged = halts;
    const struct event event = {.actor = person,
                                .role = role,
                                .action = "chain-acknowledged",
                                .object = json_text(record, "found"),
                                .clause = "R37"};
    bool done =
        !halts ||
        (json_put(record, "acknowledged",
                  json_pack("{s:s,s:s,s:s*}", "at", instant_text(now, at), "by", person, "drop", drop)) &&
         book_put(transaction, BOOK_RUNS, BROKEN, record, error) &&
         event_append(transaction, now, &event, NULL, error));
    json_decref(record);
    return done;
}

bool chain_break_get(struct transaction *transaction, json_t **record, bool *halts, struct error *error)
{
    *halts = false;
    if (!book_get(transaction, BOOK_RUNS, BROKEN, record, error))
        return false;
    *halts = *record != NULL && json_object_get(*record, "acknowledged") == NULL;
    return true;
}

bool chain_break_why(struct transaction *transaction, struct text *words, struct error *error)
{
    json_t *record = NULL;
    bool halts = false;
    if (!chain_break_get(transaction, &record, &halts, error))
        return false;
    if (halts)
        text_format(words,
                    "No document is published: the log was changed (%s, found %s). An integrity officer "
                    "acknowledges it: leadspool audit acknowledge.\n",
                    json_text(json_object_get(record, "first"), "text"), json_text(record, "at"));
    json_decref(record);
    return true;
}
