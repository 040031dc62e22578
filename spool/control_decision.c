/*
 * What became of a decision, by the digest of its signed file: for `leadspool decide --wait`.
 *
 * Whoever knows the digest has the signed file; nothing else is needed to ask.
 */
#include "base/digest.h"
#include "base/json.h"
#include "spool/control_parts.h"

bool control_decision(struct control_question *question, struct error *error)
{
    static const char *const members[] = {"outcome", "text", "clause", "code", "docket", "stage", "state"};
    struct digest digest;
    const char *hex = json_text(question->arguments, "digest");
    json_t *record = NULL;
    if (!digest_parse(hex, &digest))
        return error_set(error, FAULT_USAGE, "\"%s\" is no SHA-256 digest", hex);
    if (!book_get(question->transaction, BOOK_DECISIONS, hex, &record, error))
        return false;
    /* Without a daemon an answer that is not there will not come: the asker need not wait. */
    bool done = control_put(question, "found", json_boolean(record != NULL), error) &&
                control_put(question, "daemon", json_boolean(question->context->live != NULL), error);
    for (size_t i = 0; done && record != NULL && i < sizeof members / sizeof *members; i++)
        json_put_text(question->answer, members[i], json_text_or_null(record, members[i]));
    json_decref(record);
    return done;
}
