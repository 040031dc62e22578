/*
 * The site's engine in the casebook.
 *
 * Guarantees: a record that is not of the engine site.xml names now is not taken for it. Starts nothing.
 */
#include "match/engine_book.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/event.h"
#include "match/engine.h"

#define KEY "engine"

static bool write_note(struct transaction *transaction, const char *digest, const json_t *card,
                       const char *reason, instant now, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *record = json_pack("{ss,ss}", "at", instant_text(now, at), "digest", digest);
    struct event event = {.action = card != NULL ? "engine-admitted" : "engine-refused",
                          .object = digest,
                          .clause = "R12",
                          .outcome = json_text_or_null(card, "id")};
    json_put_text(record, "reason", reason);
    bool done =
        record != NULL && (card == NULL || json_object_set(record, "card", (json_t *)(uintptr_t)card) == 0);
    done = done ? book_put(transaction, BOOK_RUNS, KEY, record, error) &&
                      event_append(transaction, now, &event, NULL, error)
                : error_set(error, FAULT_TEMPORARY, "out of memory while noting the engine");
    json_decref(record);
    return done;
}

bool engine_book_note(struct transaction *transaction, const char *digest, const json_t *card,
                      const char *reason, instant now, struct error *error)
{
    json_t *before = NULL;
    if (!book_get(transaction, BOOK_RUNS, KEY, &before, error))
        return false;
    bool none = card == NULL && reason == NULL;
    const json_t *known = json_object_get(before, "card");
    bool same = before != NULL && !none && strcmp(json_text(before, "digest"), digest) == 0 &&
                strcmp(json_text(before, "reason"), reason == NULL ? "" : reason) == 0 &&
                (card == NULL) == (known == NULL) && (card == NULL || json_equal(card, known));
    bool done = same || (none && before == NULL) ||
                (none ? book_remove(transaction, BOOK_RUNS, KEY, error)
                      : write_note(transaction, digest, card, reason, now, error));
    json_decref(before);
    return done;
}

bool engine_book_get(struct transaction *transaction, const struct settings *settings, json_t **engine,
                     struct error *error)
{
    json_t *record = NULL;
    *engine = json_object();
    if (settings->engine_object[0] == '\0')
        return (*engine != NULL && json_put(*engine, "card", match_engine_card(&match_engine_embedded))) ||
               error_set(error, FAULT_TEMPORARY, "out of memory while looking at the engine");
    if (!book_get(transaction, BOOK_RUNS, KEY, &record, error))
        return false;
    bool own = strcmp(json_text(record, "digest"), settings->engine_sha256) == 0;
    if (own && json_object_get(record, "card") != NULL)
        json_object_set(*engine, "card", json_object_get(record, "card"));
    else
        json_put_text(
            *engine, "reason",
            json_text_or_null(record, "reason") != NULL
                ? json_text(record, "reason")
                : _("the engine of site.xml was not started yet; the next start of the daemon does that"));
    json_decref(record);
    return true;
}
