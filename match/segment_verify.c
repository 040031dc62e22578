/*
 * Reading every byte of a segment and comparing every hash.
 *
 * Guarantees: what it calls sound was written by segment_make in one piece. Does not repair anything.
 */
#include <string.h>

#include "match/merkle.h"
#include "match/segment_parts.h"

static const char remedy[] = "restore the segment from a backup or enrol its photos again";

/* The photos in order: each sound, each template as hashed, ids ascending; their root and their sum. */
static bool verify_photos(const struct segment *segment, struct merkle *merkle, struct snapshot *snapshot,
                          struct error *error)
{
    const struct segment_header *header = segment->header;
    for (uint64_t i = 0; i < header->count; i++) {
        const struct segment_record *record = segment_at(segment, i);
        struct digest hash = digest_of(segment_template(segment, i), header->template_size);
        if (!segment_record_sound(segment, i) || memcmp(hash.bytes, record->template_hash, DIGEST_SIZE) != 0)
            return error_set(error, FAULT_ENVIRONMENT, "photo %.39s is damaged: %s", record->photo, remedy);
        if (i > 0 && strcmp(segment_at(segment, i - 1)->photo, record->photo) >= 0)
            return error_set(error, FAULT_ENVIRONMENT, "photo %.39s is out of order: %s", record->photo,
                             remedy);
        struct digest leaf = merkle_leaf(record->photo, record->template_hash);
        merkle_add(merkle, &leaf);
        snapshot_add(snapshot, record->photo, record->template_hash);
    }
    return true;
}

/* Keys ascending and each that of the record it names. */
static bool keys_hold(const struct segment *segment, const struct segment_key *keys, bool persons)
{
    for (uint64_t i = 0; i < segment->header->count; i++) {
        if (keys[i].record >= segment->header->count || (i > 0 && keys[i].key < keys[i - 1].key))
            return false;
        const struct segment_record *record = segment_at(segment, keys[i].record);
        if (keys[i].key != segment_key_of(persons ? record->person : record->photo))
            return false;
    }
    return true;
}

bool segment_verify(const struct segment *segment, struct error *error)
{
    const struct segment_header *header = segment->header;
    struct merkle merkle = {.count = 0};
    struct snapshot snapshot = {{0}};
    if (!verify_photos(segment, &merkle, &snapshot, error))
        return false;
    struct digest root = merkle_root(&merkle);
    struct digest content = digest_of(segment->templates, segment->mapped - SEGMENT_PAGE);
    bool done = memcmp(root.bytes, header->root, DIGEST_SIZE) == 0 &&
                memcmp(&snapshot, &header->snapshot, sizeof snapshot) == 0 &&
                memcmp(content.bytes, header->content, DIGEST_SIZE) == 0 &&
                keys_hold(segment, segment->photos, false) && keys_hold(segment, segment->persons, true);
    for (uint64_t block = 0; done && header->hash_size > 0 && block * SEGMENT_HASH_BLOCK < header->count;
         block++)
        done = segment_hashes_sound(segment, block);
    return done || error_set(error, FAULT_ENVIRONMENT, "the segment's hashes do not hold: %s", remedy);
}
