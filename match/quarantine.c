/*
 * The quarantine of runs, in the casebook.
 *
 * Guarantees: it outlives the daemon; only a person ends it. Holds no word of the engine's in events: the reason is in the
 * record and the log.
 */
#include "match/quarantine.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/event.h"

#define KEY "quarantine"

bool quarantine_get(struct transaction *transaction, json_t **record, struct error *error)
{
    return book_get(transaction, BOOK_RUNS, KEY, record, error);
}

bool quarantine_put(struct transaction *transaction, const json_t *card, const char *phase, const char *code,
                    const char *reason, const json_t *dockets, instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    struct event event = {.action = "run-quarantined",
                          .object = json_text_or_null(card, "digest"),
                          .clause = "R21",
                          .outcome = code};
    json_t *record = json_pack("{ss,ss,ss,ss,s{ss,ss}}", "at", instant_text(now, at), "code", code, "reason",
                               reason, "phase", phase, "engine", "id", json_text(card, "id"), "version",
                               json_text(card, "version"));
    json_put_text(json_object_get(record, "engine"), "digest", json_text_or_null(card, "digest"));
    if (record != NULL && dockets != NULL)
        json_object_set(record, "dockets", (json_t *)(uintptr_t)dockets);
    bool done = record != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for a quarantine");
    done = done && book_put(transaction, BOOK_RUNS, KEY, record, error) &&
           event_append(transaction, now, &event, NULL, error);
    json_decref(record);
    return done;
}

bool quarantine_clear(struct transaction *transaction, const char *actor, const char *role, instant now,
                      bool *cleared, struct error *error)
{
    json_t *record = NULL;
    struct event event = {.actor = actor, .role = role, .action = "quarantine-cleared", .clause = "R21"};
    if (!quarantine_get(transaction, &record, error))
        return false;
    *cleared = record != NULL;
    event.object = json_text_or_null(json_object_get(record, "engine"), "digest");
    event.outcome = json_text_or_null(record, "code");
    bool done = record == NULL || (book_remove(transaction, BOOK_RUNS, KEY, error) &&
                                   event_append(transaction, now, &event, NULL, error));
    json_decref(record);
    return done;
}

bool quarantine_why(struct transaction *transaction, struct text *words, struct error *error)
{
    char when[INSTANT_LOCAL_SIZE];
    json_t *record = NULL;
    if (!quarantine_get(transaction, &record, error))
        return false;
    if (record != NULL) {
        const json_t *engine = json_object_get(record, "engine");
        text_format(words,
                    _("Nothing is searched or enrolled: what engine %s version %s answered at %s is "
                      "quarantined (%s). A "
                      "person looks at that and then says leadspool engine clear.\n"),
                    json_text(engine, "id"), json_text(engine, "version"),
                    instant_local_of(json_text(record, "at"), false, when), json_text(record, "reason"));
    }
    json_decref(record);
    return true;
}
