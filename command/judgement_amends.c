/*
 * The closed item of a decision that is to be amended.
 *
 * Guarantees: asks the record by the digest of the signed file; whoever knows that has the file. Judges nothing.
 */
#include <string.h>

#include "base/json.h"
#include "command/judgement.h"

bool judgement_amended_item(const struct invocation *invocation, const char *digest, json_t **item,
                            struct error *error)
{
    struct site site;
    json_t *answer = NULL;
    *item = NULL;
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = record_ask(&site, "decision", json_pack("{s:s}", "digest", digest), &answer, error);
    if (done && !json_is_object(json_object_get(answer, "item")))
        done = error_set(error, FAULT_ABSENT,
                         "no decision %.12s... counted; its digest stands in your answer in review/answers/",
                         digest);
    if (done)
        *item = json_incref(json_object_get(answer, "item"));
    json_decref(answer);
    invocation_close(&site);
    return done;
}
