/*
 * Who decided, on what: the signer against the roster, the item against the casebook.
 *
 * Guarantees: a decision goes on only when it names exactly the item that stands, and its signer is one known
 * person.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "review/hearing.h"
#include "review/state_words.h"

static bool is_object(const json_t *value)
{
    return json_is_object(value);
}

bool hearing_identify(struct hearing *hearing, struct error *error)
{
    (void)error;
    struct refusal *refusal = &hearing->refusal;
    const json_t *signer = json_object_get(hearing->checked, "signer");
    const char *owner = json_text(hearing->claim, "owner");
    enum identity identity = hearing->settings->identity;
    const struct person *by_certificate = NULL, *by_account = roster_by_account(hearing->roster, owner);

    if (is_object(signer)) {
        by_certificate = roster_by_certificate(hearing->roster, json_text(signer, "fingerprint"));
        if (by_certificate == NULL)
            return refusal_security(refusal, "signer-unknown", "R31",
                                    "the certificate %.16s... (%s) belongs to nobody on the roster",
                                    json_text(signer, "fingerprint"), json_text(signer, "subject"));
        if (!instant_parse(json_text(signer, "signedAt"), &hearing->signed_at, NULL))
            return refusal_set(refusal, "signature-no-time", "R31",
                               "the signature does not say when it was made");
    } else if (identity != IDENTITY_OWNER) {
        return refusal_security(refusal, "signature-missing", "R31",
                                "this site takes signed decisions only: sign it (leadspool decide does)");
    }
    if (identity != IDENTITY_SIGNATURE && by_account == NULL)
        return refusal_security(
            refusal, "account-unknown", "R31",
            "the account \"%s\" that put the decision here belongs to nobody on the roster", owner);
    if (identity != IDENTITY_SIGNATURE && by_certificate != NULL && by_certificate != by_account)
        return refusal_security(refusal, "identity-differs", "R33",
                                "%s signed, but the account \"%s\" that put the decision here is that of %s",
                                by_certificate->id, owner, by_account->id);
    hearing->person = by_certificate != NULL ? by_certificate : by_account;
    if (!is_object(signer) && !instant_parse(json_text(hearing->decision, "at"), &hearing->signed_at, NULL))
        return refusal_set(refusal, "decision-no-time", "R31", "the decision does not say when it was made");
    if (hearing->decision != NULL && strcmp(json_text(hearing->decision, "signer"), hearing->person->id) != 0)
        return refusal_security(refusal, "signer-differs", "R31",
                                "the decision names %s as its signer, but %s signed it",
                                json_text(hearing->decision, "signer"), hearing->person->id);
    return true;
}

static bool find_hold(struct hearing *hearing, struct error *error)
{
    int64_t number = json_whole(hearing->decision, "hold", -1);
    if (number < 0 || number != json_whole(hearing->decision, "slot", -2))
        return refusal_set(
            &hearing->refusal, "hold-missing", "R13",
            "a release or refusal names the number of the hold (<hold>), the slot of its item");
    char key[80];
    snprintf(key, sizeof key, "%s/%lld", json_text(hearing->decision, "docket"), (long long)number);
    if (!book_get(hearing->transaction, BOOK_HOLDS, key, &hearing->hold, error))
        return false;
    if (hearing->hold == NULL)
        return refusal_set(&hearing->refusal, "hold-unknown", "R13", "%s has no hold %lld",
                           json_text(hearing->decision, "docket"), (long long)number);
    if (json_object_get(hearing->hold, "closed") != NULL)
        return refusal_set(&hearing->refusal, "hold-closed", "R13", "hold %lld was already decided (%s)",
                           (long long)number, json_text(hearing->hold, "outcome"));
    return true;
}

bool hearing_find(struct hearing *hearing, struct error *error)
{
    struct refusal *refusal = &hearing->refusal;
    const json_t *decision = hearing->decision;
    const char *number = json_text(decision, "docket"), *stage = json_text(decision, "stage");
    if (!book_get(hearing->transaction, BOOK_DOCKETS, number, &hearing->docket, error))
        return false;
    if (hearing->docket == NULL)
        return refusal_set(refusal, "docket-unknown", "R13", "there is no docket %s", number);
    if (!docket_state_of(hearing->docket, &hearing->state, error))
        return false;
    if (!action_of_decision(stage, json_text(decision, "outcome"), &hearing->action))
        return refusal_set(refusal, "outcome-unknown", "R13", "the stage %s has no outcome \"%s\"", stage,
                           json_text(decision, "outcome"));
    char key[120];
    snprintf(key, sizeof key, "%s-%s-%lld-%lld", number, stage, (long long)json_whole(decision, "round", 0),
             (long long)json_whole(decision, "slot", 0));
    if (!book_get(hearing->transaction, BOOK_ITEMS, key, &hearing->item, error))
        return false;
    if (hearing->item == NULL)
        return refusal_set(refusal, "item-unknown", "R13",
                           "%s has no work item for %s, round %lld, slot %lld (now: %s, round %lld)", number,
                           stage, (long long)json_whole(decision, "round", 0),
                           (long long)json_whole(decision, "slot", 0), docket_state_name(hearing->state),
                           (long long)json_whole(hearing->docket, "round", 1));
    if (strcmp(json_text(hearing->item, "digest"), json_text(decision, "item")) != 0)
        return refusal_set(
            refusal, "item-stale", "R13",
            "the decision is about another version of the item (%.12s..., it stands as %.12s...): "
            "look at the item again and decide anew",
            json_text(decision, "item"), json_text(hearing->item, "digest"));
    if (hearing_is_amendment(hearing))
        return hearing_find_amended(hearing, error);
    if (json_object_get(hearing->item, "closed") != NULL)
        return refusal_set(refusal, "item-closed", "R13", "this item was closed on %s; the docket now %s",
                           json_text(hearing->item, "closed"), state_words(hearing->state));
    return strcmp(stage, "hold") != 0 || find_hold(hearing, error);
}
