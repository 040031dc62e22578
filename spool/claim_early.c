/*
 * A drop that is whole when it is first seen: copied in and checked where it lies, claimed with that very check.
 *
 * Most drops are moved in whole. Looking into such a one before its claim (the manifest, then every digest) would read
 * and parse all of it a second time. Here what settling asks for is proved by the check itself: it has no fault that more of it could mend, and
 * the manifest states the digest of every picture, so the copies are the whole packet. Then it is claimed, if it still
 * has the print that was seen, and committed with these copies.
 *
 * Guarantees: until the check has proved it nothing is written to the record or done to the share; whatever else comes
 * out, or goes wrong, is forgotten, and the drop settles in the ordinary way. Answers nobody.
 */
#include <string.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/json.h"
#include "spool/checks.h"
#include "spool/claim.h"

/* Whole by its own word: no fault but what somebody may allow, no file left out, the digest of every picture
   stated. */
static bool proved(const struct claim *claim, const json_t *check)
{
    const json_t *images = json_object_get(json_object_get(check, "request"), "images"), *image, *fault;
    size_t index;
    json_array_foreach(json_object_get(check, "faults"), index, fault)
    {
        if (strcmp(json_text(fault, "outcome"), "HOLD") != 0)
            return false;
    }
    json_array_foreach(images, index, image)
    {
        if (json_text_or_null(image, "sha256") == NULL)
            return false;
    }
    return json_array_size(images) > 0 && json_array_size(json_object_get(claim->record, "specials")) == 0;
}

static void checked(void *context, const struct job_outcome *outcome)
{
    struct claim *claim = context;
    struct error error = ERROR_NONE;
    json_t *check = NULL;
    bool whole = job_answer_json(outcome, &check, &error) && proved(claim, check);
    if (whole && !loop_stopping(claim->daemon->loop)) {
        claim->early = false;
        claim->ready = true;
        claim->check = check;
        claim_store_row(claim);
        return;
    }
    json_decref(check);
    claim_end(claim, true);
}

static void copied(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct claim *claim = context;
    struct error own = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    const char *kind = NULL;
    json_t *parameters = NULL;
    bool asked = false;
    if (error == NULL && json_text_or_null(answer, "changing") == NULL &&
        claim_note_copies(claim, answer, &own) &&
        check_prepare(claim->daemon, json_text(claim->record, "form"), claim->record, claim->incoming, &kind,
                      &parameters, inputs, &count, &own))
        asked = claim_run(claim, kind, parameters, inputs, count, checked, &own);
    json_decref(parameters);
    if (!asked)
        claim_end(claim, true);
}

void claim_early(struct claim *claim)
{
    struct error error = ERROR_NONE;
    char at[INSTANT_TEXT_SIZE];
    claim->early = true;
    json_t *message = claim_take_folder(claim, &error) ? claim_copy_message(claim) : NULL;
    json_put_text(claim->record, "arrived", instant_text(clock_now(), at)); /* until it has a row */
    if (claim->first && message != NULL)
        json_put_flag(message, "first", true);
    if (message == NULL || !service_ask(daemon_porter(claim->daemon, claim_path(claim)), message,
                                        claim->incoming, copied, claim, &error))
        claim_end(claim, true);
}
