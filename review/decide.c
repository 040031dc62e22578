/*
 * Judging and applying a decision: the order of the questions, and the record of the answer.
 *
 * Guarantees: a decision is judged once; whatever the outcome there is a record, an event and an answer in
 * the same transaction; a refusal changes nothing else. Incidents are filed for what somebody may not do (R37
 * R51).
 */
#include "review/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/event.h"
#include "casebook/incident.h"
#include "casebook/outbox.h"
#include "review/complete.h"
#include "review/desk.h"
#include "review/hearing.h"
#include "review/state_words.h"

/* The faults the worker found, as one refusal that lists all of them. */
static bool check_faults(struct hearing *hearing, bool *wait)
{
    const json_t *faults = json_object_get(hearing->checked, "faults");
    const json_t *first = json_array_get(faults, 0);
    struct text all = TEXT_EMPTY;
    *wait = false;
    if (first == NULL)
        return json_is_object(hearing->decision) ||
               refusal_set(&hearing->refusal, "decision-unreadable", "R13", "the file holds no decision");
    size_t i;
    const json_t *fault;
    json_array_foreach(faults, i, fault)
    {
        text_format(&all, "%s%s%s%s", i == 0 ? "" : "\n", json_text(fault, "place"),
                    json_text(fault, "place")[0] == '\0' ? "" : ": ", json_text(fault, "text"));
        if (json_text(fault, "remedy")[0] != '\0')
            text_format(&all, " (%s)", json_text(fault, "remedy"));
        *wait = *wait || strcmp(json_text(fault, "outcome"), "WAIT") == 0;
    }
    const char *code = json_text(first, "code"), *clause = json_text(first, "clause");
    const char *text = all.bytes == NULL ? "" : all.bytes;
    /* A broken file is clumsiness; a good one of a stranger, of somebody revoked, or changed after signing is
     * not. */
    bool security = strcmp(code, "signature-untrusted") == 0 || strcmp(code, "signature-wrong") == 0 ||
                    strncmp(code, "certificate-", 12) == 0;
    if (security)
        refusal_security(&hearing->refusal, code, clause, "%s", text);
    else
        refusal_set(&hearing->refusal, code, clause, "%s", text);
    text_free(&all);
    return false;
}

static bool hear(struct hearing *hearing, bool *wait, struct error *error)
{
    if (!check_faults(hearing, wait) || !hearing_identify(hearing, error))
        return false;
    if (hearing_is_inspection(hearing))
        return hearing_inspect(hearing, error);
    return hearing_find(hearing, error) && hearing_entitle(hearing, error) &&
           decision_complete(hearing->action, hearing->decision, hearing->item, hearing->docket,
                             &hearing->refusal) &&
           hearing_order(hearing, error);
}

/* Who it was, as far as it can be told. A file with faults is the owner's doing: the certificate in a forged
   envelope is that of the person it was forged against. */
static const char *person_for_answer(struct hearing *hearing)
{
    bool sound = json_array_size(json_object_get(hearing->checked, "faults")) == 0;
    if (hearing->person == NULL && sound)
        hearing->person = roster_by_certificate(
            hearing->roster, json_text(json_object_get(hearing->checked, "signer"), "fingerprint"));
    if (hearing->person == NULL)
        hearing->person = roster_by_account(hearing->roster, json_text(hearing->claim, "owner"));
    return hearing->person == NULL ? NULL : hearing->person->id;
}

/* A drop that was no file has no bytes to be known by: it is known by its claim. */
static const char *decision_key(const struct hearing *hearing)
{
    return hearing->signed_digest[0] != '\0' ? hearing->signed_digest : json_text(hearing->claim, "claim");
}

static bool write_answer(struct hearing *hearing, const char *words, struct error *error)
{
    const char *person = person_for_answer(hearing), *drop = json_text(hearing->claim, "drop");
    char *directory = text_formatted("review/answers/%s", person == NULL ? "unknown" : person);
    /* A name that is too long for a file with .txt behind it is known by the file's digest instead. Strangers
       share a folder: there, two files of one name must not take each other's answer away. */
    bool usual = strlen(drop) > 0 && strlen(drop) <= 200;
    char *name = !usual           ? text_formatted("%s.txt", decision_key(hearing))
                 : person == NULL ? text_formatted("%s-%.12s.txt", drop, decision_key(hearing))
                                  : text_formatted("%s.txt", drop);
    struct text text = TEXT_EMPTY;
    const json_t *decision = hearing->decision;
    text_format(&text, _("%s\n\nFile: %s\n"), words, drop);
    if (hearing->signed_digest[0] != '\0')
        text_format(&text, "SHA-256: %s\n", hearing->signed_digest);
    if (hearing_is_inspection(hearing))
        text_format(&text, _("Tour: %s, %s\nFinding: %s\n"), json_text(decision, "date"),
                    json_text(decision, "tour"), json_text(decision, "outcome"));
    else if (json_is_object(decision))
        text_format(&text, _("Docket: %s\nStage: %s, round %lld, slot %lld\nOutcome: %s\n"),
                    json_text(decision, "docket"), json_text(decision, "stage"),
                    (long long)json_whole(decision, "round", 0), (long long)json_whole(decision, "slot", 0),
                    json_text(decision, "outcome"));
    bool done = directory != NULL && name != NULL && text_done(&text, error);
    json_t *row = !done ? NULL
                        : json_pack("{s:s,s:s,s:[{s:s,s:s,s:b}]}", "kind", "answer", "directory", directory,
                                    "files", "name", name, "text", text.bytes, "sign", 0);
    if (row != NULL && hearing->docket != NULL)
        json_put_text(row, "docket", json_text(hearing->docket, "docket"));
    done = row != NULL && outbox_add(hearing->transaction, row, hearing->now, NULL, error);
    json_decref(row);
    text_free(&text);
    free(directory);
    free(name);
    return done || error->fault != FAULT_NONE || error_set(error, FAULT_TEMPORARY, "no memory for an answer");
}

/* Until when a person's certificate holds is known from what it signed alone: the roster has its digest only. */
static bool keep_certificate(const struct hearing *hearing, const json_t *signer, struct error *error)
{
    char key[200];
    if (!json_is_object(signer))
        return true;
    snprintf(key, sizeof key, "certificate/%s", hearing->person->id);
    json_t *seen = json_pack("{s:s,s:s}", "fingerprint", json_text(signer, "fingerprint"), "notAfter",
                             json_text(signer, "notAfter"));
    bool done = seen != NULL && book_put(hearing->transaction, BOOK_INDEX, key, seen, error);
    json_decref(seen);
    return done;
}

static bool record(struct hearing *hearing, bool applied, const char *words, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    const char *person = person_for_answer(hearing);
    const char *docket = hearing->docket == NULL ? NULL : json_text(hearing->docket, "docket");
    const struct refusal *refusal = &hearing->refusal;
    json_t *kept = json_object();
    json_put_text(kept, "digest", decision_key(hearing));
    json_put_text(kept, "received", instant_text(hearing->arrived, at));
    json_put_text(kept, "judged", instant_text(hearing->now, at));
    json_put_text(kept, "owner", json_text_or_null(hearing->claim, "owner"));
    json_put_text(kept, "drop", json_text_or_null(hearing->claim, "drop"));
    json_put_text(kept, "by", person);
    json_put_text(kept, "docket", docket);
    json_put_text(kept, "outcome", applied ? "applied" : "refused");
    json_put_text(kept, "clause", applied ? hearing->transition.clause : refusal->clause);
    json_put_text(kept, "code", applied ? NULL : refusal->code);
    json_put_text(kept, "text", words);
    json_put_text(kept, "stage", json_text_or_null(hearing->decision, "stage"));
    /* Where the docket stands now is not for a peer to read off the answer. */
    if (hearing->docket != NULL && strcmp(json_text(hearing->decision, "stage"), "peer") != 0)
        json_put_text(kept, "state", docket_state_name(hearing->state));
    if (json_is_object(hearing->decision))
        json_put(kept, "decision", json_deep_copy(hearing->decision));
    const json_t *signer = json_object_get(hearing->checked, "signer");
    if (json_is_object(signer))
        json_put(kept, "signer", json_deep_copy(signer));
    char tour[80];
    bool inspection = hearing_is_inspection(hearing);
    snprintf(tour, sizeof tour, "%s/%s/%s", json_text(hearing->decision, "date"),
             json_text(hearing->decision, "tour"), json_text(hearing->decision, "outcome"));
    struct event event = {
        .actor = person == NULL ? json_text(hearing->claim, "owner") : person,
        .role = hearing->role,
        .action = inspection
                      ? (applied ? "inspection-recorded" : "inspection-refused")
                      : (applied ? (hearing_is_amendment(hearing) ? "judgement-amended" : "decision-applied")
                                 : "decision-refused"),
        .docket = docket,
        .object = hearing->signed_digest[0] == '\0' ? NULL : hearing->signed_digest,
        .clause = applied ? hearing->transition.clause : refusal->clause,
        .outcome = !applied     ? refusal->code
                   : inspection ? tour
                                : action_name(hearing->action)};
    bool done = book_put(hearing->transaction, BOOK_DECISIONS, decision_key(hearing), kept, error) &&
                event_append(hearing->transaction, hearing->now, &event, NULL, error);
    json_decref(kept);
    done = done && (!applied || keep_certificate(hearing, signer, error));
    if (!done || applied || !refusal->security)
        return done;
    struct incident incident = {.kind = refusal->code,
                                .clause = refusal->clause,
                                .text = refusal->text,
                                .docket = docket,
                                .person = person == NULL ? json_text(hearing->claim, "owner") : person};
    return incident_file(hearing->transaction, &incident, hearing->now, NULL, error);
}

static json_t *answer(const struct hearing *hearing, bool applied, const char *words)
{
    json_t *result = json_object();
    json_put_flag(result, "applied", applied);
    json_put_flag(result, "repeated", false);
    json_put_flag(result, "wait", false);
    json_put_text(result, "text", words);
    if (hearing->docket != NULL) {
        json_put_text(result, "docket", json_text(hearing->docket, "docket"));
        json_put_text(result, "state", docket_state_name(hearing->state));
    }
    if (json_is_object(hearing->decision)) {
        json_put_text(result, "stage", json_text(hearing->decision, "stage"));
        json_put_text(result, "outcome", json_text(hearing->decision, "outcome"));
    }
    json_put_text(result, "clause", applied ? hearing->transition.clause : hearing->refusal.clause);
    json_put_text(result, "code", applied ? NULL : hearing->refusal.code);
    json_put_text(result, "issue", applied ? hearing->issue : NULL);
    return result;
}

/* Who had said they were at the item, when that was somebody else; else NULL. */
static const char *crossed(const struct hearing *hearing)
{
    if (hearing->item == NULL || hearing_is_amendment(hearing))
        return NULL;
    const char *claimant = desk_claimant(hearing->item, hearing->now);
    return claimant != NULL && strcmp(claimant, hearing->person->id) != 0 ? claimant : NULL;
}

/* They need not go on with it. Nothing is said of what was decided, nor by whom. */
static bool tell_claimant(const struct hearing *hearing, struct error *error)
{
    const char *claimant = crossed(hearing);
    const char *id = json_text(hearing->item, "item");
    if (claimant == NULL)
        return true;
    char *directory = text_formatted("review/answers/%s", claimant),
         *name = text_formatted("%s-closed.txt", id);
    char *text =
        text_formatted(_("The item %s, which you had claimed, was decided by somebody else who may.\n"
                         "It is closed; you need not go on with it.\n"),
                       id);
    json_t *row = directory == NULL || name == NULL || text == NULL
                      ? NULL
                      : json_pack("{s:s,s:s,s:s,s:[{s:s,s:s,s:b}]}", "kind", "answer", "docket",
                                  json_text(hearing->item, "docket"), "directory", directory, "files", "name",
                                  name, "text", text, "sign", 0);
    bool done = row != NULL && outbox_add(hearing->transaction, row, hearing->now, NULL, error);
    json_decref(row);
    free(directory);
    free(name);
    free(text);
    return done;
}

static bool of_peer(const struct hearing *hearing)
{
    return hearing->action == ACTION_PEER_COMPLETE || hearing->action == ACTION_AMEND_PEER;
}

/* A peer is told that the review counted and nothing else: a word about the state would tell what others
 * marked. */
static void words_applied(const struct hearing *hearing, struct text *words)
{
    if (hearing_is_inspection(hearing)) {
        text_format(words, _("Recorded: inspection of the %s tour of %s, by %s."),
                    json_text(hearing->decision, "tour"), json_text(hearing->decision, "date"),
                    hearing->person->id);
        return;
    }
    if (hearing_is_amendment(hearing))
        text_format(words, _("Counted as an amendment; what was signed before stays in the record. "));
    text_format(words, _("Counted: \"%s\" for %s, by %s."), json_text(hearing->decision, "outcome"),
                json_text(hearing->docket, "docket"), hearing->person->id);
    if (!of_peer(hearing))
        text_format(words, _(" The docket now %s (%s)."), state_words(hearing->state),
                    docket_state_name(hearing->state));
    if (hearing->precedents != NULL)
        text_format(
            words,
            _(" The picture %s under docket %s: a supervisor looks at both first, and the docket then "
              "comes back to intake."),
            hearing->searched ? _("was searched") : _("waits for its search"), hearing->precedents);
    if (crossed(hearing) != NULL)
        text_format(words, _(" %s had claimed this item; yours counts all the same."),
                    of_peer(hearing) ? _("Another peer") : crossed(hearing));
}

static bool repeat(struct hearing *hearing, const json_t *before, json_t **result, struct error *error)
{
    char judged[INSTANT_LOCAL_SIZE];
    struct text words = TEXT_EMPTY;
    bool applied = strcmp(json_text(before, "outcome"), "applied") == 0;
    text_format(&words, _("These very bytes were received before and %s on %s; they count once.\n%s"),
                applied ? _("already counted") : _("refused"),
                instant_local_of(json_text(before, "judged"), true, judged), json_text(before, "text"));
    *result = json_object();
    json_put_flag(*result, "applied", false);
    json_put_flag(*result, "repeated", true);
    json_put_flag(*result, "wait", false);
    json_put_text(*result, "docket", json_text_or_null(before, "docket"));
    json_put_text(*result, "code", "decision-repeated");
    json_put_text(*result, "text", words.bytes);
    bool done = write_answer(hearing, words.bytes == NULL ? "" : words.bytes, error);
    text_free(&words);
    return done;
}

bool review_decide(struct transaction *transaction, const struct settings *settings,
                   const struct roster *roster, const json_t *claim, const json_t *checked,
                   const char *signed_digest, instant now, json_t **result, struct error *error)
{
    bool done = false, wait = false;
    struct text words = TEXT_EMPTY;
    json_t *before = NULL;
    struct error own = ERROR_NONE;
    struct hearing hearing = {.transaction = transaction,
                              .settings = settings,
                              .roster = roster,
                              .claim = claim,
                              .checked = checked,
                              .decision = json_object_get(checked, "decision"),
                              .signed_digest = signed_digest,
                              .now = now,
                              .arrived = now};
    *result = NULL;
    if (!json_is_object(hearing.decision))
        hearing.decision = NULL;
    instant_parse(json_text(claim, "arrived"), &hearing.arrived, NULL);
    if (!book_get(transaction, BOOK_DECISIONS, decision_key(&hearing), &before, &own))
        goto done;
    if (before != NULL) {
        done = repeat(&hearing, before, result, &own);
        goto done;
    }
    bool applied = hear(&hearing, &wait, &own);
    if (wait) {
        *result = json_pack("{s:b,s:b,s:b,s:s,s:s}", "applied", 0, "repeated", 0, "wait", 1, "code",
                            hearing.refusal.code, "text", hearing.refusal.text);
        done = *result != NULL;
        goto done;
    }
    if ((!applied && hearing.refusal.code == NULL) ||
        (applied && !hearing_is_inspection(&hearing) && !hearing_apply(&hearing, &own)))
        goto done;
    if (applied)
        words_applied(&hearing, &words);
    else
        text_format(&words, _("Refused (%s, %s): %s"), hearing.refusal.clause, hearing.refusal.code,
                    hearing.refusal.text);
    if (!text_done(&words, &own) || !record(&hearing, applied, words.bytes, &own) ||
        !write_answer(&hearing, words.bytes, &own) || (applied && !tell_claimant(&hearing, &own)))
        goto done;
    *result = answer(&hearing, applied, words.bytes);
    done = true;
done:
    if (!done) {
        if (own.fault == FAULT_NONE)
            error_set(&own, FAULT_INTERNAL, "a decision was neither applied nor refused");
        *error = own;
        json_decref(*result);
        *result = NULL;
    }
    text_free(&words);
    json_decref(before);
    json_decref(hearing.docket);
    json_decref(hearing.item);
    json_decref(hearing.hold);
    free(hearing.precedents);
    return done;
}
