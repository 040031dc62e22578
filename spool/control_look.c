/*
 * Looking at a docket: finding it by whatever id a person has, and whether that person may (R32).
 *
 * Guarantees: every look is an event; a reason is asked of who is not assigned, and kept in the docket (an
 * event holds no text a person wrote, only the digest of the reason).
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "schemas/settings.h"
#include "spool/control_parts.h"

static bool note_look(struct control_question *question, json_t *docket, const char *reason,
                      const char *outcome, struct error *error)
{
    char when[INSTANT_TEXT_SIZE], hex[DIGEST_TEXT_SIZE] = "";
    if (reason != NULL) {
        struct digest digest = digest_of(reason, strlen(reason));
        json_t *look = json_pack("{s:s, s:s, s:s}", "at", instant_text(question->context->now, when), "by",
                                 question->asker->name, "reason", reason);
        if (look == NULL || json_array_append_new(json_array_at(docket, "looks"), look) != 0)
            return error_set(error, FAULT_INPUT, "the reason is not UTF-8 text");
        if (!docket_put(question->transaction, docket, error))
            return false;
        digest_text(&digest, hex);
    }
    struct event event = {.actor = question->asker->name,
                          .role = question->asker->service ? "service" : "person",
                          .action = "looked",
                          .docket = json_text(docket, "docket"),
                          .object = hex,
                          .clause = "R32",
                          .outcome = outcome};
    return event_append(question->transaction, question->context->now, &event, NULL, error);
}

bool control_look(struct control_question *question, json_t *docket, bool shown, struct error *error)
{
    const struct control_asker *asker = question->asker;
    const char *reason = json_text_or_null(question->arguments, "reason");
    const char *number = json_text(docket, "docket");
    if (asker->person != NULL && docket_person_has(docket, asker->person->id, NULL))
        return note_look(question, docket, NULL, "assigned", error);
    if (!asker->service)
        return error_set(error, FAULT_REFUSED, "%s is not assigned to %s (R32)", asker->name, number);
    if (reason != NULL && reason[strspn(reason, " \t")] == '\0')
        reason = NULL;
    if (reason == NULL && shown)
        return error_set(error, FAULT_REFUSED,
                         "you are not assigned to %s: say --reason TEXT; the look is recorded (R32)", number);
    return note_look(question, docket, reason, reason != NULL ? "with-reason" : "waiting-only", error);
}

/* "FR-2026-000001" at the start of an id, into `number`; false when it does not begin like a docket. */
static bool docket_part(const char *id, char *number, size_t size)
{
    size_t letters = 0;
    while (isupper((unsigned char)id[letters]))
        letters++;
    size_t length = letters + 12; /* -YYYY-NNNNNN */
    if (letters < 2 || letters > 4 || strlen(id) < length || length >= size || id[letters] != '-' ||
        id[letters + 5] != '-' || (id[length] != '\0' && id[length] != '-' && id[length] != '/'))
        return false;
    memcpy(number, id, length);
    number[length] = '\0';
    return true;
}

/* A request id alone is unique within a command only; ask each. */
static bool find_request(struct control_question *question, const char *id, json_t **record,
                         struct error *error)
{
    char key[256];
    *record = NULL;
    if (strchr(id, '/') != NULL)
        return book_get(question->transaction, BOOK_REQUESTS, id, record, error);
    const struct settings *settings = question->context->site->settings;
    for (size_t i = 0; i < settings->command_count && *record == NULL; i++) {
        snprintf(key, sizeof key, "%s/%s", settings->commands[i].name, id);
        if (!book_get(question->transaction, BOOK_REQUESTS, key, record, error))
            return false;
    }
    return true;
}

bool control_find_docket(struct control_question *question, const char *id, json_t **docket,
                         struct error *error)
{
    char number[64];
    json_t *record = NULL;
    *docket = NULL;
    if (docket_part(id, number, sizeof number))
        return docket_get(question->transaction, number, docket, error);
    if (!find_request(question, id, &record, error))
        return false;
    if (record == NULL)
        return error_set(error, FAULT_ABSENT,
                         "nothing is called \"%s\": give a docket number, an item id, or a request id", id);
    bool done = docket_get(question->transaction, json_text(record, "docket"), docket, error);
    json_decref(record);
    return done;
}
