/*
 * The check of the record against itself, in slices.
 *
 * Phases: the files of the books as such (audit_books.c), then the chain of events and every record of every book (audit_chain.c), then every object of the vault
 * against its file and every file against its record (audit_objects.c), then every segment of the gallery (audit_segments.c). The state between slices is a
 * position, never a cursor or a transaction. Guarantees: reads only; a problem never ends the check. Does not
 * repair.
 */
#include "casebook/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "casebook/audit_phases.h"
#include "casebook/event.h"

enum { PROBLEMS_KEPT = 1000 };

bool audit_begin(const struct vault *vault, struct audit **audit, struct error *error)
{
    *audit = calloc(1, sizeof **audit);
    json_t *report = json_pack("{s:i,s:{s:i,s:s},s:i,s:i,s:i,s:i,s:[],s:[],s:i}", "events", 0, "head",
                               "sequence", 0, "hash", event_no_hash, "objects", 0, "bytes", 0, "disposed", 0,
                               "segments", 0, "problems", "unlooked", "more", 0);
    if (*audit == NULL || report == NULL) {
        free(*audit);
        *audit = NULL;
        json_decref(report);
        return error_set(error, FAULT_TEMPORARY, "out of memory while beginning an audit");
    }
    (*audit)->vault = vault;
    (*audit)->gallery = (*audit)->segment = -1;
    (*audit)->report = report;
    memcpy((*audit)->hash, event_no_hash, DIGEST_TEXT_SIZE);
    return true;
}

void audit_end(struct audit *audit)
{
    if (audit == NULL)
        return;
    vault_object_close(audit->object);
    if (audit->segment >= 0)
        close(audit->segment);
    if (audit->gallery >= 0)
        close(audit->gallery);
    if (audit->hashing != NULL)
        digest_abandon(audit->hashing);
    json_decref(audit->report);
    free(audit);
}

const json_t *audit_report(const struct audit *audit)
{
    return audit->report;
}

void audit_count(struct audit *audit, const char *what, int64_t more)
{
    json_put_whole(audit->report, what, json_whole(audit->report, what, 0) + more);
}

void audit_problem(struct audit *audit, const char *kind, const char *subject, const char *text)
{
    json_t *problems = json_object_get(audit->report, "problems");
    json_t *entry = NULL;
    if (json_array_size(problems) < PROBLEMS_KEPT)
        entry = json_pack("{s:s,s:s,s:s}", "kind", kind, "subject", subject, "text", text);
    if (entry == NULL || json_array_append_new(problems, entry) != 0)
        audit_count(audit, "more", 1);
}

void audit_at(struct audit *audit, const char *key, size_t length)
{
    snprintf(audit->after, sizeof audit->after, "%s", key);
    audit->budget -= (int64_t)length + AUDIT_RECORD_COST;
}

void audit_phase_next(struct audit *audit)
{
    audit->phase++;
    audit->after[0] = '\0';
}

bool audit_step(struct audit *audit, struct transaction *transaction, size_t budget, bool *finished,
                struct error *error)
{
    bool done = true;
    audit->transaction = transaction;
    audit->budget = (int64_t)budget;
    while (done && audit->budget > 0 && audit->phase != PHASE_DONE) {
        switch (audit->phase) {
        case PHASE_BOOKS:
            done = audit_step_books(audit, error);
            break;
        case PHASE_EVENTS:
            done = audit_step_events(audit, error);
            break;
        case PHASE_RECORDS:
            done = audit_step_records(audit, error);
            break;
        case PHASE_OBJECTS:
            done = audit_step_objects(audit, error);
            break;
        case PHASE_FILES:
            done = audit_step_files(audit, error);
            break;
        case PHASE_SEGMENTS:
            done = audit_step_segments(audit, error);
            break;
        case PHASE_DONE:
            break;
        }
    }
    *finished = audit->phase == PHASE_DONE;
    audit->transaction = NULL;
    return done || error_context(error, "auditing");
}

bool audit_verify_all(struct transaction *transaction, const struct vault *vault, int gallery,
                      json_t **report, struct error *error)
{
    struct audit *audit = NULL;
    bool finished = false, done = audit_begin(vault, &audit, error);
    if (done)
        audit_gallery(audit, gallery);
    else if (gallery >= 0)
        close(gallery);
    while (done && !finished)
        done = audit_step(audit, transaction, 64 << 20, &finished, error);
    if (done)
        *report = json_incref(audit->report);
    audit_end(audit);
    return done;
}

bool audit_verify(struct transaction *transaction, const struct vault *vault, json_t **report,
                  struct error *error)
{
    return audit_verify_all(transaction, vault, -1, report, error);
}
