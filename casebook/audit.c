/*
 * The check of the record against itself, in slices.
 *
 * Phases: the chain of events; every record of every book; every object of the vault against its file; every
 * file of the vault against its record. The state between slices is a position, never a cursor or a
 * transaction. Guarantees: one changed event is one problem (the chain is taken up again with the hash it
 * states); reads only. Does not repair and does not know what a record means.
 */
#include "casebook/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "casebook/event.h"
#include "casebook/internal.h"

enum phase { PHASE_EVENTS, PHASE_RECORDS, PHASE_OBJECTS, PHASE_FILES, PHASE_DONE };

enum {
    PROBLEMS_KEPT = 1000,
    RECORD_COST = 256,      /* what looking up a small record weighs beside reading bytes */
    DIRECTORIES = 256,      /* of the vault */
    HASH_BLOCK = 256 << 10, /* read of an object between two looks at the budget */
    KEY_LIMIT = 1024
};

struct audit {
    const struct vault *vault;
    json_t *report;
    enum phase phase;
    int64_t sequence;            /* of the last event seen */
    char hash[DIGEST_TEXT_SIZE]; /* its hash */
    enum book book;              /* PHASE_RECORDS: where we are */
    char after[KEY_LIMIT];       /* the last key seen in the phase's book */
    unsigned directory;          /* PHASE_FILES: the next one */
    int file;                    /* PHASE_OBJECTS: the object being hashed, or -1 */
    uint64_t offset, size;       /* its bytes hashed so far, and how many its record states */
    struct hashing *hashing;
    struct transaction *transaction; /* of the slice, for the visitors */
    int64_t budget;                  /* what is left of the slice */
};

bool audit_begin(const struct vault *vault, struct audit **audit, struct error *error)
{
    *audit = calloc(1, sizeof **audit);
    json_t *report =
        json_pack("{s:i,s:{s:i,s:s},s:i,s:i,s:i,s:[],s:i}", "events", 0, "head", "sequence", 0, "hash",
                  event_no_hash, "objects", 0, "bytes", 0, "disposed", 0, "problems", "more", 0);
    if (*audit == NULL || report == NULL) {
        free(*audit);
        json_decref(report);
        return error_set(error, FAULT_TEMPORARY, "out of memory while beginning an audit");
    }
    (*audit)->vault = vault;
    (*audit)->report = report;
    (*audit)->file = -1;
    memcpy((*audit)->hash, event_no_hash, DIGEST_TEXT_SIZE);
    return true;
}

void audit_end(struct audit *audit)
{
    if (audit == NULL)
        return;
    if (audit->file >= 0)
        close(audit->file);
    if (audit->hashing != NULL)
        digest_abandon(audit->hashing);
    json_decref(audit->report);
    free(audit);
}

const json_t *audit_report(const struct audit *audit)
{
    return audit->report;
}

static void count(struct audit *audit, const char *what, int64_t more)
{
    json_put_whole(audit->report, what, json_whole(audit->report, what, 0) + more);
}

static void problem(struct audit *audit, const char *kind, const char *subject, const char *text)
{
    json_t *problems = json_object_get(audit->report, "problems");
    json_t *entry = NULL;
    if (json_array_size(problems) < PROBLEMS_KEPT)
        entry = json_pack("{s:s,s:s,s:s}", "kind", kind, "subject", subject, "text", text);
    if (entry == NULL || json_array_append_new(problems, entry) != 0)
        count(audit, "more", 1);
}

static void at_key(struct audit *audit, const char *key, size_t length)
{
    snprintf(audit->after, sizeof audit->after, "%s", key);
    audit->budget -= (int64_t)length + RECORD_COST;
}

static void phase_next(struct audit *audit)
{
    audit->phase++;
    audit->after[0] = '\0';
}

/* The hash a damaged line states, so that the chain can be taken up again behind it. */
static void hash_stated(const char *line, size_t length, char *hash)
{
    json_t *event = NULL;
    struct digest digest;
    if (json_read(line, length, &event, NULL) && digest_parse(json_text(event, "hash"), &digest))
        digest_text(&digest, hash);
    json_decref(event);
}

static bool visit_event(void *context, int64_t sequence, const char *line, size_t length, struct error *error)
{
    (void)error;
    struct audit *audit = context;
    char subject[48], text[160];
    struct error wrong = ERROR_NONE;
    if (sequence != audit->sequence + 1) {
        snprintf(subject, sizeof subject, "event %" PRId64, audit->sequence + 1);
        snprintf(text, sizeof text, "events %" PRId64 " to %" PRId64 " are missing", audit->sequence + 1,
                 sequence - 1);
        problem(audit, "event-missing", subject, text);
        /* The link across the gap cannot hold; what follows is checked on its own. */
        json_t *event = NULL;
        if (json_read(line, length, &event, NULL))
            snprintf(audit->hash, sizeof audit->hash, "%.64s", json_text(event, "previous"));
        json_decref(event);
    }
    if (!event_line_verify(line, length, sequence, audit->hash, audit->hash, &wrong)) {
        snprintf(subject, sizeof subject, "event %" PRId64, sequence);
        problem(audit, "event-changed", subject, wrong.text);
        hash_stated(line, length, audit->hash);
    }
    audit->sequence = sequence;
    count(audit, "events", 1);
    audit->budget -= (int64_t)length + RECORD_COST;
    return audit->budget > 0;
}

static bool step_events(struct audit *audit, struct error *error)
{
    char hash[DIGEST_TEXT_SIZE];
    int64_t head = 0;
    if (!event_walk(audit->transaction, audit->sequence + 1, 0, visit_event, audit, error))
        return false;
    if (audit->budget <= 0)
        return true;
    struct error wrong = ERROR_NONE;
    if (!event_head(audit->transaction, &head, hash, &wrong))
        problem(audit, "head-differs", "head", wrong.text);
    else if (head != audit->sequence || strcmp(hash, audit->hash) != 0)
        problem(audit, "head-differs", "head",
                "the last event is not the one the casebook recorded as its last: events at the end are "
                "missing or "
                "were replaced");
    json_t *report_head = json_object_get(audit->report, "head");
    json_put_whole(report_head, "sequence", audit->sequence);
    json_put_text(report_head, "hash", audit->hash);
    phase_next(audit);
    return true;
}

static bool visit_record(void *context, const char *key, const char *bytes, size_t length,
                         struct error *error)
{
    (void)error;
    struct audit *audit = context;
    json_t *value = NULL;
    struct error wrong = ERROR_NONE;
    if (!record_read(audit->book, key, bytes, length, &value, &wrong)) {
        char subject[KEY_LIMIT + 32];
        snprintf(subject, sizeof subject, "%s %s", book_name(audit->book), key);
        problem(audit, "record-corrupt", subject, wrong.text);
    }
    json_decref(value);
    at_key(audit, key, length);
    return audit->budget > 0;
}

static bool step_records(struct audit *audit, struct error *error)
{
    if (audit->book != BOOK_EVENTS &&
        !bytes_walk(audit->transaction, audit->book, "", audit->after, visit_record, audit, error))
        return false;
    if (audit->budget <= 0)
        return true;
    audit->after[0] = '\0';
    if (++audit->book == BOOK_COUNT)
        phase_next(audit);
    return true;
}

/* Did the event named dispose of this object? */
static bool disposal_known(struct audit *audit, int64_t event, const char *digest)
{
    char *line = NULL;
    json_t *read = NULL;
    bool known = event_line(audit->transaction, event, &line, NULL) &&
                 json_read(line, strlen(line), &read, NULL) && strcmp(json_text(read, "object"), digest) == 0;
    json_decref(read);
    free(line);
    return known;
}

static void disposed_check(struct audit *audit, const char *key, const struct digest *digest, int64_t event)
{
    count(audit, "disposed", 1);
    char text[160];
    if (!disposal_known(audit, event, key)) {
        snprintf(text, sizeof text,
                 "disposed of by event %" PRId64 ", but that event does not name this object", event);
        problem(audit, "disposal-unknown", key, text);
    }
    int file = vault_open_object(audit->vault, digest, NULL, NULL);
    if (file < 0)
        return;
    close(file);
    snprintf(text, sizeof text, "disposed of by event %" PRId64 ", but its file is still there: remove it",
             event);
    problem(audit, "object-undisposed", key, text);
}

static void object_missing(struct audit *audit, const char *key, const struct error *wrong)
{
    char text[ERROR_TEXT_SIZE + 64];
    snprintf(text, sizeof text, "%s: restore it from a backup", wrong->text);
    problem(audit, wrong->fault == FAULT_ABSENT ? "object-missing" : "object-changed", key, text);
}

/* Opens the object to be hashed, or settles it at once. Stops the walk either way: hashing goes on outside.
 */
static bool visit_object(void *context, const char *key, json_t *value, struct error *error)
{
    struct audit *audit = context;
    struct digest digest;
    struct error wrong = ERROR_NONE;
    at_key(audit, key, 0);
    if (!digest_parse(key, &digest)) {
        problem(audit, "record-corrupt", key, "its key is no digest");
        return audit->budget > 0;
    }
    int64_t event = json_whole(value, "disposed", 0);
    if (event > 0) {
        disposed_check(audit, key, &digest, event);
        return audit->budget > 0;
    }
    count(audit, "objects", 1);
    audit->file = vault_open_object(audit->vault, &digest, NULL, &wrong);
    if (audit->file < 0) {
        object_missing(audit, key, &wrong);
        return audit->budget > 0;
    }
    audit->offset = 0;
    audit->size = (uint64_t)json_whole(value, "size", 0);
    if (!digest_begin(&audit->hashing, error)) {
        close(audit->file);
        audit->file = -1;
    }
    return false;
}

static void object_settle(struct audit *audit, const struct digest *found)
{
    char text[DIGEST_TEXT_SIZE];
    if (audit->offset != audit->size || strcmp(digest_text(found, text), audit->after) != 0)
        problem(audit, "object-changed", audit->after,
                "its file does not have the bytes that were stored: restore it from a backup");
    count(audit, "bytes", (int64_t)audit->offset);
    close(audit->file);
    audit->file = -1;
}

static bool object_hash_on(struct audit *audit, struct error *error)
{
    char *block = malloc(HASH_BLOCK);
    if (block == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while auditing the vault");
    while (audit->file >= 0 && audit->budget > 0) {
        ssize_t got = pread(audit->file, block, HASH_BLOCK, (off_t)audit->offset);
        if (got > 0) {
            digest_update(audit->hashing, block, (size_t)got);
            audit->offset += (uint64_t)got;
            audit->budget -= got;
            continue;
        }
        /* An unreadable object is a problem of that object: what was hashed so far cannot match. */
        struct digest found = digest_end(audit->hashing);
        audit->hashing = NULL;
        object_settle(audit, &found);
    }
    free(block);
    return true;
}

static bool step_objects(struct audit *audit, struct error *error)
{
    if (audit->file < 0) {
        if (!book_walk(audit->transaction, BOOK_VAULT, "", audit->after, visit_object, audit, NULL, error))
            return false;
        if (audit->file < 0 && audit->budget > 0)
            phase_next(audit);
    }
    return audit->file < 0 || object_hash_on(audit, error);
}

static bool visit_file(void *context, const char *name, struct error *error)
{
    struct audit *audit = context;
    char *bytes = NULL;
    size_t length = 0;
    audit->budget -= RECORD_COST;
    if (!bytes_get(audit->transaction, BOOK_VAULT, name, &bytes, &length, error))
        return false;
    if (bytes == NULL)
        problem(
            audit, "object-unreferenced", name,
            "a file of the vault that no record refers to: a crash before a commit leaves such, it may be "
            "removed");
    free(bytes);
    return true;
}

static bool step_files(struct audit *audit, struct error *error)
{
    if (!vault_walk_files(audit->vault, audit->directory, visit_file, audit, error))
        return false;
    audit->budget -= RECORD_COST;
    if (++audit->directory == DIRECTORIES)
        phase_next(audit);
    return true;
}

bool audit_step(struct audit *audit, struct transaction *transaction, size_t budget, bool *finished,
                struct error *error)
{
    bool done = true;
    audit->transaction = transaction;
    audit->budget = (int64_t)budget;
    while (done && audit->budget > 0 && audit->phase != PHASE_DONE) {
        switch (audit->phase) {
        case PHASE_EVENTS:
            done = step_events(audit, error);
            break;
        case PHASE_RECORDS:
            done = step_records(audit, error);
            break;
        case PHASE_OBJECTS:
            done = step_objects(audit, error);
            break;
        case PHASE_FILES:
            done = step_files(audit, error);
            break;
        case PHASE_DONE:
            break;
        }
    }
    *finished = audit->phase == PHASE_DONE;
    audit->transaction = NULL;
    return done || error_context(error, "auditing");
}

bool audit_verify(struct transaction *transaction, const struct vault *vault, json_t **report,
                  struct error *error)
{
    struct audit *audit = NULL;
    bool finished = false, done = audit_begin(vault, &audit, error);
    while (done && !finished)
        done = audit_step(audit, transaction, 64 << 20, &finished, error);
    if (done)
        *report = json_incref(audit->report);
    audit_end(audit);
    return done;
}
