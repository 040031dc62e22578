/*
 * The phase of an audit that reads the gallery: each segment's bytes against the digest the record has of them.
 *
 * Guarantees: a large segment is hashed over several slices; one that is given up meanwhile stays open until it is through. What is
 * in a segment is match/'s to judge.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "casebook/audit_phases.h"

enum { HASH_BLOCK = 1 << 20 };

void audit_gallery(struct audit *audit, int directory)
{
    audit->gallery = directory;
}

/* Its bytes may be right and the disk at fault. */
static void cannot_be_read(struct audit *audit, const char *segment, const char *why)
{
    char text[ERROR_TEXT_SIZE];
    snprintf(text, sizeof text, _("%s: look at the disk, and restore it from a backup"), why);
    audit_problem(audit, "segment-changed", segment, text);
}

static bool visit_segment(void *context, const char *key, json_t *value, struct error *error)
{
    struct audit *audit = context;
    struct error wrong = ERROR_NONE;
    (void)error;
    audit_at(audit, key, 0);
    if (json_object_get(value, "retired") != NULL || strchr(key, '/') != NULL)
        return audit->budget > 0;
    audit_count(audit, "segments", 1);
    audit->segment = file_open(audit->gallery, key, &wrong);
    if (audit->segment < 0) {
        if (wrong.fault == FAULT_ABSENT)
            audit_problem(audit, "segment-missing", key,
                          _("its file is not there: restore it from a backup"));
        else
            cannot_be_read(audit, key, wrong.text);
        return audit->budget > 0;
    }
    snprintf(audit->segment_digest, sizeof audit->segment_digest, "%s", json_text(value, "digest"));
    audit->offset = 0;
    return false;
}

/* `unread`: why it was not read to its end; FAULT_NONE when it was. */
static void segment_end(struct audit *audit, const struct error *unread)
{
    char text[DIGEST_TEXT_SIZE];
    struct digest digest = digest_end(audit->hashing);
    audit->hashing = NULL;
    close(audit->segment);
    audit->segment = -1;
    if (unread->fault != FAULT_NONE)
        cannot_be_read(audit, audit->after, unread->text);
    else if (strcmp(digest_text(&digest, text), audit->segment_digest) != 0)
        audit_problem(audit, "segment-changed", audit->after,
                      _("its bytes are not those that were enrolled: restore it from a backup"));
}

static bool hash_on(struct audit *audit, struct error *error)
{
    if (audit->hashing == NULL && !digest_begin(&audit->hashing, error))
        return false;
    char *block = malloc(HASH_BLOCK);
    ssize_t got = block == NULL ? 0 : 1;
    struct error unread = ERROR_NONE;
    while (got > 0 && audit->budget > 0) {
        got = pread(audit->segment, block, HASH_BLOCK, (off_t)audit->offset);
        if (got > 0) {
            digest_update(audit->hashing, block, (size_t)got);
            audit->offset += (uint64_t)got;
            audit->budget -= got;
            audit_count(audit, "bytes", got);
        } else if (got < 0)
            error_system(&unread, "reading it");
    }
    free(block);
    if (block == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while reading the gallery");
    if (got <= 0)
        segment_end(audit, &unread);
    return true;
}

bool audit_step_segments(struct audit *audit, struct error *error)
{
    while (audit->gallery >= 0 && audit->budget > 0) {
        if (audit->segment >= 0) {
            if (!hash_on(audit, error))
                return false;
            continue;
        }
        if (!book_walk(audit->transaction, BOOK_SEGMENTS, "", audit->after[0] == '\0' ? NULL : audit->after,
                       visit_segment, audit, NULL, error))
            return false;
        if (audit->segment < 0 && audit->budget > 0)
            break;
    }
    if (audit->gallery < 0 || (audit->segment < 0 && audit->budget > 0))
        audit_phase_next(audit);
    return true;
}
