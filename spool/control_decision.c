/*
 * What became of a decision, by the digest of its signed file: for `leadspool decide --wait`.
 *
 * Whoever knows the digest has the signed file; nothing else is needed to ask.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "spool/control_parts.h"

/* What item.xml said of the item decided on, so that its decision can be amended. */
static bool put_item(struct control_question *question, const json_t *record, struct error *error)
{
    const json_t *decision = json_object_get(record, "decision");
    json_t *item = NULL, *said = json_object();
    char key[160];
    snprintf(key, sizeof key, "%s-%s-%lld-%lld", json_text(decision, "docket"), json_text(decision, "stage"),
             (long long)json_whole(decision, "round", 0), (long long)json_whole(decision, "slot", 0));
    if (strcmp(json_text(record, "outcome"), "applied") != 0) {
        json_decref(said);
        return true;
    }
    if (!book_get(question->transaction, BOOK_ITEMS, key, &item, error)) {
        json_decref(said);
        return false;
    }
    const char *label;
    const json_t *photo;
    json_t *pictures = json_array_at(said, "pictures");
    json_copy_members(said, item, "docket", "stage", "round", "slot", "digest", "directory", NULL);
    json_object_foreach(json_object_get(item, "labels"), label, photo)
        json_array_append_new(pictures, json_pack("{s:s}", "label", label));
    bool done = item == NULL || control_put(question, "item", json_incref(said), error);
    json_decref(said);
    json_decref(item);
    return done;
}

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
    done = done && (record == NULL || put_item(question, record, error));
    json_decref(record);
    return done;
}
