/*
 * Retention, where it meets drops and the daemon.
 *
 * Guarantees: a disposal goes on entry by entry, one transaction each, and its certificate is issued when everything it
 * destroyed is gone from the vault and from the shares; a crash repeats at most what no transaction recorded. Chooses
 * nothing: report/retention_*.c do.
 */
#include "spool/flow_retention.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "casebook/incident.h"
#include "casebook/kept.h"
#include "casebook/outbox.h"
#include "ingest/release.h"
#include "report/disposal_certificate.h"
#include "report/retention_dispose.h"
#include "report/retention_list.h"
#include "report/retention_take.h"

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while disposing of records");
}

/* --- orders --- */

static bool file_incident(struct transaction *transaction, const json_t *faults, const char *person,
                          instant now, struct error *error)
{
    static const char *const codes[] = {"signer-may-not-order", "ordered-by-another"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const json_t *fault = json_find(faults, "code", codes[i]);
        const struct incident incident = {
            .kind = codes[i], .clause = "R38", .text = json_text(fault, "text"), .person = person};
        if (fault != NULL && !incident_file(transaction, &incident, now, NULL, error))
            return false;
    }
    return true;
}

bool flow_retention_drop(struct transaction *transaction, const struct site *site, const json_t *claim,
                         const json_t *check, instant now, json_t **result, struct error *error)
{
    const json_t *asked = json_object_get(check, "retention");
    const struct person *signer = roster_by_certificate(
                            site->roster, json_text(json_object_get(check, "signer"), "fingerprint")),
                        *approver = roster_by_certificate(
                            site->roster, json_text(json_object_get(check, "approver"), "fingerprint"));
    const char *words = NULL;
    if (!ingest_release_ready(check, error))
        return false;
    json_t *faults = json_deep_copy(json_object_get(check, "faults"));
    bool done = faults != NULL || memory(error);
    if (done && asked != NULL && json_array_size(faults) == 0)
        done = retention_take(transaction, signer, approver, asked, now, faults, &words, error);
    done = done &&
           file_incident(transaction, faults, signer != NULL ? signer->id : json_text_or_null(claim, "owner"),
                         now, error) &&
           ingest_release(transaction, site->settings, claim, "retention",
                          json_text_or_null(asked, "retentionId"), NULL, faults, words, now, result, error);
    json_decref(faults);
    return done;
}

/* --- whose files they are --- */

/* Documents of the keeper, never the photographs they list. */
static bool is_document(const char *name)
{
    static const char *const names[] = {"enrolment.xml", "enrolment.xml.p7s", "order.xml", "order.xml.p7s"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static const char *class_of(const char *form, const char *outcome)
{
    bool taken = strcmp(outcome, "ACCEPT") == 0 || strcmp(outcome, "APPLIED") == 0 ||
                 strcmp(outcome, "REPEAT") == 0 || strcmp(outcome, "HOLD") == 0;
    if (strcmp(outcome, "QUARANTINE") == 0)
        return "quarantine";
    if (!taken)
        return "rejected-drop";
    if (strcmp(form, "gallery") == 0)
        return "enrolment-document";
    /* Orders about retention and inspections of tours are kept for good. */
    return strcmp(form, "retention") == 0 || strcmp(form, "decisions") == 0 ? NULL : "release";
}

static bool note_file(struct transaction *transaction, const char *owner, const json_t *file,
                      const char *kind, struct error *error)
{
    struct digest digest;
    return (digest_parse(json_text(file, "digest"), &digest) ||
            error_set(error, FAULT_INTERNAL, "a file of a drop has no digest")) &&
           kept_note(transaction, owner, &digest, kind, error);
}

/* Receipts and answers of drops about a docket do not all name it. */
static bool note_rows(struct transaction *transaction, const char *docket, int64_t first, struct error *error)
{
    int64_t last = 0;
    bool done = retention_last_row(transaction, &last, error);
    for (int64_t id = first; done && id <= last; id++) {
        json_t *row = NULL;
        done =
            outbox_get(transaction, id, &row, error) &&
            (json_text_or_null(row, "docket") != NULL || outbox_note_owner(transaction, docket, row, error));
        json_decref(row);
    }
    return done;
}

bool flow_retention_note(struct transaction *transaction, const char *form, const json_t *claim,
                         const json_t *result, int64_t first_row, instant now, struct error *error)
{
    const char *outcome = json_text(result, "outcome"), *docket = json_text_or_null(result, "docket");
    const char *class = docket != NULL ? NULL : class_of(form, outcome);
    bool gallery = strcmp(form, "gallery") == 0, done = true;
    bool documents = class != NULL && strcmp(class, "enrolment-document") == 0;
    char own[KEPT_OWNER_SIZE];
    const char *owner = docket != NULL ? docket : kept_owner_of_drop(json_text(claim, "claim"), own);
    const json_t *files = json_object_get(claim, "files"), *archive = json_object_get(claim, "archive"),
                 *file;
    size_t i;
    if (docket == NULL && class == NULL)
        return true;
    json_array_foreach(files, i, file)
    {
        if (done && (!documents || is_document(json_text(file, "name"))))
            done = note_file(transaction, owner, file, gallery ? VAULT_GALLERY_FILE : "packet-file", error);
    }
    if (done && archive != NULL)
        done = note_file(transaction, owner, archive, "packet-archive", error);
    const char *decision =
        strcmp(form, "decisions") == 0 ? json_text_or_null(json_array_get(files, 0), "digest") : NULL;
    /* Those of requests always do. */
    if (done && docket != NULL && strcmp(form, "requests") != 0)
        done = note_rows(transaction, docket, first_row, error);
    return done &&
           (class == NULL || retention_note_drop(transaction, claim, class, first_row, decision, now, error));
}

/* --- disposals --- */

struct waiting {
    char disposal[32];
    json_t *state;
};

static bool first_waiting(void *context, const char *key, json_t *value, struct error *error)
{
    struct waiting *waiting = context;
    (void)error;
    snprintf(waiting->disposal, sizeof waiting->disposal, "%s", key + sizeof RETENTION_WAITS - 1);
    waiting->state = json_incref(value);
    return false;
}

static bool find_waiting(struct transaction *transaction, struct waiting *waiting, struct error *error)
{
    *waiting = (struct waiting){.state = NULL};
    return book_walk(transaction, BOOK_INDEX, RETENTION_WAITS, NULL, first_waiting, waiting, NULL, error);
}

static bool put_state(struct transaction *transaction, const struct waiting *waiting, struct error *error)
{
    char key[96];
    snprintf(key, sizeof key, RETENTION_WAITS "%s", waiting->disposal);
    return book_put(transaction, BOOK_INDEX, key, waiting->state, error);
}

static bool dispose_next(struct transaction *transaction, const struct waiting *waiting, const json_t *entry,
                         int64_t number, instant now, struct error *error)
{
    char key[96];
    json_t *outcome = NULL;
    snprintf(key, sizeof key, RETENTION_DONE "%s/%06lld", waiting->disposal, (long long)number);
    bool done = retention_dispose_entry(transaction, waiting->disposal, entry, now, &outcome, error) &&
                book_put(transaction, BOOK_INDEX, key, outcome, error) &&
                (json_put_whole(waiting->state, "next", number + 1) || memory(error)) &&
                put_state(transaction, waiting, error);
    json_decref(outcome);
    return done;
}

static bool finish(struct transaction *transaction, const struct site *site, const struct waiting *waiting,
                   instant now, bool *more, struct error *error)
{
    char key[96];
    bool removing = false;
    if (!retention_removing(transaction, waiting->disposal, &removing, error) || removing)
        return error->fault == FAULT_NONE;
    snprintf(key, sizeof key, RETENTION_WAITS "%s", waiting->disposal);
    *more = true; /* perhaps another disposal */
    log_line(LOG_LEVEL_NOTICE, "disposal-done", "%s", waiting->disposal);
    return disposal_certificate(transaction, site->settings, waiting->disposal, now, error) &&
           book_remove(transaction, BOOK_INDEX, key, error);
}

bool flow_retention_step(struct transaction *transaction, const struct site *site, instant now, bool *more,
                         bool *erase, struct error *error)
{
    struct waiting waiting;
    char key[96];
    json_t *record = NULL;
    *more = *erase = false;
    if (!find_waiting(transaction, &waiting, error))
        return false;
    if (waiting.state == NULL)
        return true;
    snprintf(key, sizeof key, RETENTION_DISPOSALS "%s", waiting.disposal);
    bool done = book_need(transaction, BOOK_INDEX, key, &record, error);
    const json_t *entries = json_object_get(record, "entries");
    int64_t next = json_whole(waiting.state, "next", 0);
    if (done && next < (int64_t)json_array_size(entries)) {
        *more = true;
        done = dispose_next(transaction, &waiting, json_array_get(entries, (size_t)next), next, now, error);
    } else if (done && !json_flag(waiting.state, "erased"))
        *erase = true;
    else if (done)
        done = finish(transaction, site, &waiting, now, more, error);
    json_decref(record);
    json_decref(waiting.state);
    return done;
}

bool flow_retention_erased(struct transaction *transaction, struct error *error)
{
    struct waiting waiting;
    if (!find_waiting(transaction, &waiting, error))
        return false;
    bool done = waiting.state == NULL || ((json_put_flag(waiting.state, "erased", true) || memory(error)) &&
                                          put_state(transaction, &waiting, error));
    json_decref(waiting.state);
    return done;
}
