/*
 * `leadspool engine list|clear`, and what `status` and `why` say of the engine.
 *
 * Holds no biographical data. The engine is the one the last daemon found when it started.
 */
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "match/engine_book.h"
#include "match/enrol_switch.h"
#include "match/quarantine.h"
#include "spool/backup_book.h"
#include "spool/control_parts.h"

/* Templates that another engine made; 0 while no engine is known. */
static bool left_of(struct control_question *question, const json_t *card, int64_t *left, struct error *error)
{
    char text[ENROL_ENGINE_SIZE];
    const struct match_engine engine = {.id = json_text(card, "id"), .version = json_text(card, "version")};
    *left = 0;
    return card == NULL || enrol_switch_left(question->transaction, enrol_engine(&engine, text), left, error);
}

bool control_engine(struct control_question *question, struct error *error)
{
    json_t *engine = NULL, *quarantined = NULL;
    int64_t left = 0;
    bool done = engine_book_get(question->transaction, question->context->site->settings, &engine, error) &&
                left_of(question, json_object_get(engine, "card"), &left, error) &&
                quarantine_get(question->transaction, &quarantined, error) &&
                json_put_whole(engine, "left", left);
    if (quarantined != NULL)
        done = done && control_put(question, "quarantine", json_incref(quarantined), error);
    json_decref(quarantined);
    return control_put(question, "engine", engine, error) && done;
}

bool control_engine_clear(struct control_question *question, struct error *error)
{
    bool cleared = false;
    if (*json_text(question->arguments, "reason") == '\0')
        return error_set(error, FAULT_USAGE, "say why searches may go on: --reason");
    return quarantine_clear(question->transaction, question->asker->name, "service", question->context->now,
                            &cleared, error) &&
           control_put(question, "cleared", json_boolean(cleared), error) &&
           control_put(question, "wake", json_boolean(cleared), error);
}

bool control_status_engine(struct control_question *question, struct error *error)
{
    struct text words = TEXT_EMPTY;
    bool done = control_engine_why(question, &words, error);
    if (done && words.length > 0)
        done = control_put(question, "searchesWait", json_string(words.bytes), error);
    text_free(&words);
    return done;
}

bool control_engine_why(struct control_question *question, struct text *words, struct error *error)
{
    int64_t left = 0;
    json_t *engine = NULL;
    bool done = backup_restored_why(question->transaction, words, error) &&
                quarantine_why(question->transaction, words, error) &&
                engine_book_get(question->transaction, question->context->site->settings, &engine, error);
    const json_t *card = json_object_get(engine, "card");
    if (done && card == NULL)
        text_format(words, _("Nothing is searched or enrolled: %s.\n"), json_text(engine, "reason"));
    done = done && left_of(question, card, &left, error);
    if (left > 0)
        text_format(words,
                    _("The gallery is being enrolled anew for engine %s version %s: searches begin when the "
                      "last of %lld "
                      "templates is replaced.\n"),
                    json_text(card, "id"), json_text(card, "version"), (long long)left);
    json_decref(engine);
    return done;
}
