/*
 * Writing gallery segments.
 *
 * Guarantees: the same photos give the same bytes; the file appears under its name only when it is durable.
 * Does not append to or change a segment: a later enrolment is another segment.
 */
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "match/merkle.h"
#include "match/segment_parts.h"

static int by_photo(const void *a, const void *b)
{
    return strcmp(((const struct segment_entry *)a)->photo, ((const struct segment_entry *)b)->photo);
}

static bool check_id(const char *what, const char *id, struct error *error)
{
    size_t length = id == NULL ? 0 : strlen(id);
    if (length == 0 || length >= SEGMENT_ID_SIZE)
        return error_set(error, FAULT_INPUT, "the %s \"%.60s\" has %zu bytes; 1 to %d can be enrolled", what,
                         id == NULL ? "" : id, length, SEGMENT_ID_SIZE - 1);
    return true;
}

static bool check_entries(const struct segment_entry *entries, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!check_id("photo id", entries[i].photo, error) ||
            !check_id("person key", entries[i].person, error))
            return false;
        if (i > 0 && strcmp(entries[i - 1].photo, entries[i].photo) == 0)
            return error_set(error, FAULT_INPUT, "the photo id %s occurs twice: each photo needs its own",
                             entries[i].photo);
    }
    return true;
}

static void record_fill(struct segment_record *record, const struct segment_entry *entry,
                        size_t template_size)
{
    memcpy(record->photo, entry->photo, strlen(entry->photo));
    memcpy(record->person, entry->person, strlen(entry->person));
    memcpy(record->template_bytes, entry->template_bytes, template_size);
    struct digest hash = digest_of(entry->template_bytes, template_size);
    memcpy(record->template_hash, hash.bytes, DIGEST_SIZE);
    record->check = segment_record_check(record, template_size);
}

bool segment_make(const struct match_engine *engine, struct segment_entry *entries, size_t count,
                  uint8_t **bytes, size_t *length, struct error *error)
{
    *bytes = NULL;
    *length = 0;
    for (size_t i = 0; i < count; i++)
        if (entries[i].photo == NULL)
            return check_id("photo id", NULL, error);
    if (count > 0)
        qsort(entries, count, sizeof *entries, by_photo);
    if (!check_entries(entries, count, error))
        return false;
    uint32_t record_size = segment_record_size(engine->template_size);
    size_t size = sizeof(struct segment_header) + count * record_size;
    uint8_t *file = calloc(1, size);
    if (file == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a segment of %zu photos", count);
    struct segment_header *header = (struct segment_header *)file;
    uint8_t *records = file + sizeof *header;
    struct merkle merkle = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        struct segment_record *record = (struct segment_record *)(records + i * record_size);
        record_fill(record, &entries[i], engine->template_size);
        struct digest leaf = merkle_leaf(record->photo, record->template_hash);
        merkle_add(&merkle, &leaf);
    }
    memcpy(header->magic, SEGMENT_MAGIC, sizeof header->magic);
    header->version = 1;
    header->template_size = (uint32_t)engine->template_size;
    header->record_size = record_size;
    header->count = count;
    memcpy(header->engine, engine->id, strnlen(engine->id, sizeof header->engine - 1));
    memcpy(header->engine_version, engine->version,
           strnlen(engine->version, sizeof header->engine_version - 1));
    struct digest digest = digest_of(records, count * record_size);
    memcpy(header->records, digest.bytes, DIGEST_SIZE);
    digest = merkle_root(&merkle);
    memcpy(header->snapshot, digest.bytes, DIGEST_SIZE);
    digest = digest_of(header, offsetof(struct segment_header, header));
    memcpy(header->header, digest.bytes, DIGEST_SIZE);
    *bytes = file;
    *length = size;
    return true;
}

bool segment_write(int directory, const char *name, const struct match_engine *engine,
                   struct segment_entry *entries, size_t count, struct error *error)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (!segment_make(engine, entries, count, &bytes, &length, error))
        return error_context(error, "making the gallery segment %s", name);
    bool done = file_write_durable(directory, name, bytes, length, 0440, error);
    free(bytes);
    return done;
}
