/*
 * Inside the audit only: where a check stands, and the phases that move it on.
 */
#ifndef LEADSPOOL_CASEBOOK_AUDIT_PHASES_H
#define LEADSPOOL_CASEBOOK_AUDIT_PHASES_H

#include "casebook/audit.h"
#include "casebook/internal.h"

enum phase {
    PHASE_BOOKS,
    PHASE_EVENTS,
    PHASE_RECORDS,
    PHASE_OBJECTS,
    PHASE_FILES,
    PHASE_SEGMENTS,
    PHASE_DONE
};

enum {
    AUDIT_RECORD_COST = 256, /* what looking up a small record weighs beside reading bytes */
    AUDIT_KEY_LIMIT = 1024
};

struct audit {
    const struct vault *vault;
    json_t *report;
    enum phase phase;
    int64_t sequence;            /* of the last event seen */
    char hash[DIGEST_TEXT_SIZE]; /* its hash */
    enum book book;              /* PHASE_BOOKS, PHASE_RECORDS: where we are */
    char after[AUDIT_KEY_LIMIT]; /* the last key seen in the phase's book */
    unsigned directory;          /* PHASE_FILES: the next one */
    struct vault_object *object; /* PHASE_OBJECTS: the one being hashed, or NULL */
    uint64_t offset, size;       /* its bytes hashed so far, and how many its record states */
    struct hashing *hashing;
    int gallery, segment; /* PHASE_SEGMENTS: the folder, -1: none is looked at; the one being hashed, or -1 */
    char segment_digest[DIGEST_TEXT_SIZE]; /* as the record has it */
    struct transaction *transaction;       /* of the slice, for the visitors */
    int64_t budget;                        /* what is left of the slice */
};

/* Add to a number of the report. */
void audit_count(struct audit *audit, const char *what, int64_t more);
void audit_problem(struct audit *audit, const char *kind, const char *subject, const char *text);
/* Remember the key just seen and take its cost off the budget. */
void audit_at(struct audit *audit, const char *key, size_t length);
void audit_phase_next(struct audit *audit);

/* Each goes on until the budget is used up or its phase is done (then it calls audit_phase_next). */
/* Each book's file as a whole. */
bool audit_step_books(struct audit *audit, struct error *error);
bool audit_step_events(struct audit *audit, struct error *error);
bool audit_step_records(struct audit *audit, struct error *error);
bool audit_step_objects(struct audit *audit, struct error *error);
bool audit_step_files(struct audit *audit, struct error *error);
bool audit_step_segments(struct audit *audit, struct error *error);

#endif
