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

void segment_columns_point(struct segment_columns *columns, void *bytes, const struct segment_layout *layout,
                           size_t count)
{
    uint8_t *file = bytes;
    *columns = (struct segment_columns){
        .file = file,
        .header = bytes,
        .records = (struct segment_record *)(void *)(file + layout->records),
        .photos = (struct segment_key *)(void *)(file + layout->photos),
        .persons = (struct segment_key *)(void *)(file + layout->persons),
        .layout = *layout,
        .count = count,
    };
}

static void photo_fill(struct segment_columns *columns, size_t i, const struct segment_entry *entry,
                       const struct match_engine *engine)
{
    uint8_t *bytes = columns->file + columns->layout.templates + i * columns->layout.template_stride;
    struct segment_record *record = &columns->records[i];
    memcpy(bytes, entry->template_bytes, engine->template_size);
    memcpy(record->photo, entry->photo, strlen(entry->photo));
    memcpy(record->person, entry->person, strlen(entry->person));
    struct digest hash = digest_of(bytes, engine->template_size);
    memcpy(record->template_hash, hash.bytes, DIGEST_SIZE);
    record->check = segment_record_check(record, bytes, engine->template_size);
    if (engine->hash_size > 0)
        engine->hash(bytes, columns->file + columns->layout.hashes + i * engine->hash_size);
    record->round = entry->round;
}

static int by_key(const void *a, const void *b)
{
    const struct segment_key *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

static void keys_fill(struct segment_columns *columns)
{
    if (columns->count == 0)
        return;
    for (size_t i = 0; i < columns->count; i++) {
        const struct segment_record *record = &columns->records[i];
        columns->photos[i] = (struct segment_key){segment_key_of(record->photo), (uint32_t)i, 0};
        columns->persons[i] = (struct segment_key){segment_key_of(record->person), (uint32_t)i, 0};
    }
    qsort(columns->photos, columns->count, sizeof *columns->photos, by_key);
    qsort(columns->persons, columns->count, sizeof *columns->persons, by_key);
    for (size_t i = 0; i < columns->count; i++)
        columns->header->persons += i == 0 || columns->persons[i].key != columns->persons[i - 1].key;
}

static void checks_fill(struct segment_columns *columns, size_t hash_size)
{
    uint64_t *checks = (uint64_t *)(void *)(columns->file + columns->layout.checks);
    for (size_t first = 0; hash_size > 0 && first < columns->count; first += SEGMENT_HASH_BLOCK) {
        size_t left = columns->count - first;
        size_t count = left < SEGMENT_HASH_BLOCK ? left : SEGMENT_HASH_BLOCK;
        checks[first / SEGMENT_HASH_BLOCK] =
            segment_hash_check(columns->file + columns->layout.hashes + first * hash_size, count * hash_size);
    }
}

static void header_fill(struct segment_columns *columns, const struct match_engine *engine,
                        const struct snapshot *snapshot)
{
    struct segment_header *header = columns->header;
    struct merkle merkle = {.count = 0};
    memcpy(header->magic, SEGMENT_MAGIC, sizeof header->magic);
    header->version = SEGMENT_VERSION;
    header->template_size = (uint32_t)engine->template_size;
    header->hash_size = (uint32_t)engine->hash_size;
    header->count = columns->count;
    memcpy(header->engine, engine->id, strnlen(engine->id, sizeof header->engine - 1));
    memcpy(header->engine_version, engine->version,
           strnlen(engine->version, sizeof header->engine_version - 1));
    for (size_t i = 0; i < columns->count; i++) {
        const struct segment_record *record = &columns->records[i];
        struct digest leaf = merkle_leaf(record->photo, record->template_hash);
        merkle_add(&merkle, &leaf);
    }
    header->snapshot = *snapshot;
    struct digest digest = merkle_root(&merkle);
    memcpy(header->root, digest.bytes, DIGEST_SIZE);
    digest = digest_of(columns->file + SEGMENT_PAGE, columns->layout.size - SEGMENT_PAGE);
    memcpy(header->content, digest.bytes, DIGEST_SIZE);
    digest = digest_of(header, offsetof(struct segment_header, header));
    memcpy(header->header, digest.bytes, DIGEST_SIZE);
}

void segment_finish(struct segment_columns *columns, const struct match_engine *engine,
                    const struct snapshot *snapshot)
{
    keys_fill(columns);
    checks_fill(columns, engine->hash_size);
    header_fill(columns, engine, snapshot);
}

bool segment_make(const struct match_engine *engine, struct segment_entry *entries, size_t count,
                  uint8_t **bytes, size_t *length, struct error *error)
{
    struct segment_layout layout;
    struct segment_columns columns;
    struct snapshot snapshot = {{0}};
    *bytes = NULL;
    *length = 0;
    for (size_t i = 0; i < count; i++)
        if (entries[i].photo == NULL)
            return check_id("photo id", NULL, error);
    if (count > 0)
        qsort(entries, count, sizeof *entries, by_photo);
    if (!check_entries(entries, count, error))
        return false;
    void *file;
    if (!segment_layout(count, engine->template_size, engine->hash_size, &layout) ||
        (file = calloc(1, layout.size)) == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a segment of %zu photos", count);
    segment_columns_point(&columns, file, &layout, count);
    for (size_t i = 0; i < count; i++) {
        photo_fill(&columns, i, &entries[i], engine);
        snapshot_add(&snapshot, columns.records[i].photo, columns.records[i].template_hash);
    }
    segment_finish(&columns, engine, &snapshot);
    *bytes = columns.file;
    *length = columns.layout.size;
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
