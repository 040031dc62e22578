/*
 * The phases of an audit that read the vault: each object's bytes against its digest, disposed ones against
 * the event that names them, and files nobody refers to.
 *
 * Guarantees: a large object is hashed over several slices. Trusts no time stamp: every byte is read.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/audit_phases.h"
#include "casebook/event.h"
#include "casebook/kept.h"

enum {
    DIRECTORIES = 256,     /* of the vault */
    HASH_BLOCK = 256 << 10 /* read of an object between two looks at the budget */
};

/* Did the event named dispose of this object? */
static bool disposal_known(struct audit *audit, int64_t event, const char *digest)
{
    char *line = NULL;
    json_t *read = NULL;
    bool known = event_line(audit->transaction, event, &line, NULL) &&
                 json_read(line, strlen(line), &read, NULL) &&
                 (strcmp(json_text(read, "object"), digest) == 0 ||
                  kept_disposed_by(audit->transaction, event, json_text(read, "object"), digest));
    json_decref(read);
    free(line);
    return known;
}

static void disposed_check(struct audit *audit, const char *key, const struct digest *digest, int64_t event)
{
    audit_count(audit, "disposed", 1);
    char text[160];
    if (!disposal_known(audit, event, key)) {
        snprintf(text, sizeof text,
                 _("disposed of by event %" PRId64 ", but that event does not name this object"), event);
        audit_problem(audit, "disposal-unknown", key, text);
    }
    if (!vault_has_file(audit->vault, digest))
        return;
    snprintf(text, sizeof text, _("disposed of by event %" PRId64 ", but its file is still there: remove it"),
             event);
    audit_problem(audit, "object-undisposed", key, text);
}

static void object_missing(struct audit *audit, const char *key, const struct error *wrong)
{
    char text[ERROR_TEXT_SIZE + 64];
    snprintf(text, sizeof text, "%s%s", wrong->text,
             strstr(wrong->text, "from a backup") != NULL ? "" : _(": restore it from a backup"));
    audit_problem(audit, wrong->fault == FAULT_ABSENT ? "object-missing" : "object-changed", key, text);
}

/* Opens the object to be hashed, or settles it at once. Stops the walk either way: hashing goes on outside. */
static bool visit_object(void *context, const char *key, json_t *value, struct error *error)
{
    struct audit *audit = context;
    struct digest digest;
    struct error wrong = ERROR_NONE;
    audit_at(audit, key, 0);
    if (!digest_parse(key, &digest)) {
        audit_problem(audit, "record-corrupt", key, _("its key is no digest"));
        return audit->budget > 0;
    }
    int64_t event = json_whole(value, "disposed", 0);
    if (event > 0) {
        disposed_check(audit, key, &digest, event);
        return audit->budget > 0;
    }
    audit_count(audit, "objects", 1);
    if (!vault_object_open(audit->vault, &digest, &audit->object, &wrong)) {
        audit->object = NULL;
        object_missing(audit, key, &wrong);
        return audit->budget > 0;
    }
    audit->offset = 0;
    audit->size = (uint64_t)json_whole(value, "size", 0);
    if (!digest_begin(&audit->hashing, error)) {
        vault_object_close(audit->object);
        audit->object = NULL;
    }
    return false;
}

/* `wrong` says what could not be read; without, the digest decides. */
static void object_settle(struct audit *audit, const struct digest *found, const struct error *wrong)
{
    char text[DIGEST_TEXT_SIZE];
    if (wrong->fault != FAULT_NONE)
        object_missing(audit, audit->after, wrong);
    else if (audit->offset != audit->size || strcmp(digest_text(found, text), audit->after) != 0)
        audit_problem(audit, "object-changed", audit->after,
                      _("its file does not have the bytes that were stored: restore it from a backup"));
    audit_count(audit, "bytes", (int64_t)audit->offset);
    vault_object_close(audit->object);
    audit->object = NULL;
}

static bool object_hash_on(struct audit *audit, struct error *error)
{
    char *block = malloc(HASH_BLOCK);
    if (block == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while auditing the vault");
    while (audit->object != NULL && audit->budget > 0) {
        struct error wrong = ERROR_NONE;
        size_t got = 0;
        if (vault_object_read(audit->object, audit->offset, block, HASH_BLOCK, &got, &wrong) && got > 0) {
            digest_update(audit->hashing, block, got);
            audit->offset += (uint64_t)got;
            audit->budget -= (int64_t)got;
            continue;
        }
        /* An unreadable object is a problem of that object alone. */
        struct digest found = digest_end(audit->hashing);
        audit->hashing = NULL;
        object_settle(audit, &found, &wrong);
    }
    free(block);
    return true;
}

bool audit_step_objects(struct audit *audit, struct error *error)
{
    if (audit->object == NULL) {
        if (!book_walk(audit->transaction, BOOK_VAULT, "", audit->after, visit_object, audit, NULL, error))
            return false;
        if (audit->object == NULL && audit->budget > 0)
            audit_phase_next(audit);
    }
    return audit->object == NULL || object_hash_on(audit, error);
}

static bool visit_file(void *context, const char *name, const char *why, struct error *error)
{
    struct audit *audit = context;
    char *bytes = NULL;
    size_t length = 0;
    audit->budget -= AUDIT_RECORD_COST;
    if (why != NULL) {
        char text[ERROR_TEXT_SIZE + 128];
        snprintf(text, sizeof text,
                 _("a file of the vault that cannot be told what it holds (%s): if an object is missing or "
                   "changed, this may "
                   "be it"),
                 why);
        audit_problem(audit, "file-unreadable", name, text);
        return true;
    }
    if (!bytes_get(audit->transaction, BOOK_VAULT, name, &bytes, &length, error))
        return false;
    if (bytes == NULL)
        audit_problem(
            audit, "object-unreferenced", name,
            _("a file of the vault that no record refers to: a crash before a commit leaves such, it may be "
              "removed"));
    free(bytes);
    return true;
}

bool audit_step_files(struct audit *audit, struct error *error)
{
    if (!vault_walk_files(audit->vault, audit->directory, visit_file, audit, error))
        return false;
    audit->budget -= AUDIT_RECORD_COST;
    if (++audit->directory == DIRECTORIES)
        audit_phase_next(audit);
    return true;
}
