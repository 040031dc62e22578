/*
 * Answering commands: who asks, may they, and which file has the answer.
 *
 * Guarantees: what a person did wrong is in the answer and never an error of the record; a question nobody
 * of the roster may ask is refused before anything is read. The handlers are control_status.c and its
 * siblings. Does not read the socket (the daemon does) and never commits.
 */
#include "spool/control.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "spool/control_parts.h"

enum audience {
    AUDIENCE_SERVICE,   /* the service account and root */
    AUDIENCE_OVERSIGHT, /* also supervisors, integrity and internal affairs */
    AUDIENCE_ROSTER,    /* also accounts of the roster; the handler narrows it to their dockets */
    AUDIENCE_ANYBODY    /* knowing the digest asked for is the permission */
};

static const struct {
    const char *command;
    control_handler *handler;
    enum audience audience;
} handlers[] = {
    {"status", control_status, AUDIENCE_SERVICE},
    {"list", control_list, AUDIENCE_ROSTER},
    {"show", control_show, AUDIENCE_ROSTER},
    {"why", control_why, AUDIENCE_ROSTER},
    {"rerun", control_rerun, AUDIENCE_ROSTER},
    {"discovery-list", control_discovery_list, AUDIENCE_ROSTER},
    {"retention-list", control_retention_list, AUDIENCE_ROSTER},
    {"retention-dry-run", control_retention_dry_run, AUDIENCE_ROSTER},
    {"retention-since", control_retention_since, AUDIENCE_SERVICE},
    {"discovery-export", control_discovery_export, AUDIENCE_ROSTER},
    {"desk", control_desk, AUDIENCE_ROSTER},
    {"desk-claim", control_desk_claim, AUDIENCE_ROSTER},
    {"desk-recuse", control_desk_recuse, AUDIENCE_ROSTER},
    {"roster", control_roster, AUDIENCE_SERVICE},
    {"retry", control_retry, AUDIENCE_SERVICE},
    {"engine", control_engine, AUDIENCE_SERVICE},
    {"engine-clear", control_engine_clear, AUDIENCE_SERVICE},
    {"backup-begin", control_backup_begin, AUDIENCE_SERVICE},
    {"backup-list", control_backup_list, AUDIENCE_SERVICE},
    {"backup-read", control_backup_read, AUDIENCE_SERVICE},
    {"backup-end", control_backup_end, AUDIENCE_SERVICE},
    {"backup-done", control_backup_done, AUDIENCE_SERVICE},
    {"restored", control_restored, AUDIENCE_SERVICE},
    {"gallery-stat", control_gallery_stat, AUDIENCE_SERVICE},
    {"gallery-list", control_gallery_list, AUDIENCE_SERVICE},
    {"gallery-segments", control_gallery_segments, AUDIENCE_SERVICE},
    {"gallery-compact", control_gallery_compact, AUDIENCE_SERVICE},
    {"audit-verify", control_audit_verify, AUDIENCE_SERVICE},
    {"audit-published", control_audit_published, AUDIENCE_SERVICE},
    {"audit-export", control_audit_export, AUDIENCE_SERVICE},
    {"audit-head", control_audit_head, AUDIENCE_SERVICE},
    {"audit-looks", control_audit_looks, AUDIENCE_SERVICE},
    {"audit-tours", control_audit_tours, AUDIENCE_OVERSIGHT},
    {"audit-figures", control_audit_figures, AUDIENCE_OVERSIGHT},
    {"audit-extract", control_audit_extract, AUDIENCE_OVERSIGHT},
    {"decision", control_decision, AUDIENCE_ANYBODY},
};

/* Where the roster asks the directory, its answer names people. Elsewhere the account is looked up here, through the name
   service, which may be slow: the one wait, and only for people who are not the service. */
static void resolve(const struct control_context *context, const struct control_peer *peer,
                    struct control_asker *asker)
{
    char buffer[4096];
    struct passwd entry, *found = NULL;
    *asker = (struct control_asker){.service = peer->uid == 0 || peer->uid == context->site->account};
    snprintf(asker->name, sizeof asker->name, "uid-%u", (unsigned)peer->uid);
    if (roster_asks(context->site->roster)) {
        asker->person = roster_by_uid(context->site->roster, peer->uid);
        if (asker->person != NULL)
            snprintf(asker->name, sizeof asker->name, "%s", asker->person->id);
        return;
    }
    if (getpwuid_r(peer->uid, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL)
        return;
    snprintf(asker->name, sizeof asker->name, "%s", found->pw_name);
    asker->person = roster_by_account(context->site->roster, found->pw_name);
    if (asker->person != NULL)
        snprintf(asker->name, sizeof asker->name, "%s", asker->person->id);
}

static bool oversees(const struct person *person)
{
    return person_has(person, ROLE_SUPERVISOR) || person_has(person, ROLE_ACTING_SUPERVISOR) ||
           person_has(person, ROLE_INTEGRITY) || person_has(person, ROLE_INTERNAL_AFFAIRS);
}

static bool admitted(enum audience audience, const struct control_asker *asker, const char *command,
                     instant now, struct error *error)
{
    if (!asker->service && audience != AUDIENCE_ANYBODY && asker->person != NULL) {
        if (person_has(asker->person, ROLE_VENDOR))
            return error_set(error, FAULT_REFUSED,
                             "%s may not ask for %s: a vendor does not open casework (R48)", asker->name,
                             command);
        if (person_suspended(asker->person, now))
            return error_set(error, FAULT_REFUSED, "%s may not ask for %s: %s (R31)", asker->name, command,
                             asker->person->disabled ? "the account is disabled" : "suspended");
    }
    if (asker->service || audience == AUDIENCE_ANYBODY ||
        (audience == AUDIENCE_ROSTER && asker->person != NULL) ||
        (audience == AUDIENCE_OVERSIGHT && asker->person != NULL && oversees(asker->person)))
        return true;
    return error_set(error, FAULT_REFUSED, "%s may not ask for %s: %s (R31 R32)", asker->name, command,
                     audience == AUDIENCE_SERVICE     ? "only the service account and root may"
                     : audience == AUDIENCE_OVERSIGHT ? "only supervisors, integrity and internal affairs may"
                                                      : "the roster has nobody with that account");
}

static bool answer_with(struct control_question *question, const struct control_peer *peer,
                        const json_t *request, struct error *error)
{
    struct control_asker asker;
    const char *command = json_text(request, "command");
    question->arguments = json_object_get(request, "arguments");
    if (json_whole(request, "schema", 0) != 1 || !json_is_object(question->arguments))
        return error_set(
            error, FAULT_USAGE,
            "a question is {\"schema\":1,\"command\":…,\"arguments\":{…}}; is another version of "
            "leadspool asking?");
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        if (strcmp(handlers[i].command, command) != 0)
            continue;
        resolve(question->context, peer, &asker);
        question->asker = &asker;
        bool done = admitted(handlers[i].audience, &asker, command, question->context->now, error) &&
                    handlers[i].handler(question, error);
        question->asker = NULL;
        return done;
    }
    return error_set(error, FAULT_USAGE, "the daemon knows no question \"%s\"; it may be an older version",
                     command);
}

/* Errors a person can act on go into the answer; trouble of the record ends the transaction. */
static bool is_persons(enum fault fault)
{
    return fault == FAULT_USAGE || fault == FAULT_INPUT || fault == FAULT_ABSENT || fault == FAULT_REFUSED;
}

bool control_answer(struct transaction *transaction, const struct control_context *context,
                    const struct control_peer *peer, const json_t *request, json_t **answer,
                    struct error *error)
{
    struct error own = ERROR_NONE;
    struct control_question question = {
        .transaction = transaction, .context = context, .answer = json_object()};
    *answer = NULL;
    if (question.answer == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while answering a command");
    bool done = answer_with(&question, peer, request, &own);
    if (done && json_put_whole(question.answer, "schema", 1) && json_put_flag(question.answer, "ok", true)) {
        *answer = question.answer;
        return true;
    }
    if (done)
        error_set(&own, FAULT_TEMPORARY, "out of memory while answering a command");
    json_decref(question.answer);
    *answer = json_pack("{s:i, s:b, s:i, s:s}", "schema", 1, "ok", 0, "exit", error_exit_code(own.fault),
                        "error", own.text);
    if (*answer != NULL && is_persons(own.fault))
        return true;
    if (error != NULL)
        *error = own;
    return false;
}

bool control_more(struct control_question *question, const char *token, struct error *error)
{
    return json_put_text(question->answer, "more", token) ||
           error_set(error, FAULT_TEMPORARY, "out of memory while answering a command");
}

bool control_put(struct control_question *question, const char *key, json_t *value, struct error *error)
{
    return json_put(question->answer, key, value) ||
           error_set(error, FAULT_TEMPORARY, "out of memory while answering a command");
}
