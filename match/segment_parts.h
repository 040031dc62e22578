/*
 * What reading and writing of segments share. Not for others but benchmarks and fuzzers, which make segments
 * that no photo was extracted for.
 */
#ifndef LEADSPOOL_MATCH_SEGMENT_PARTS_H
#define LEADSPOOL_MATCH_SEGMENT_PARTS_H

#include "match/segment.h"

#define SEGMENT_MAGIC "LSGALLRY"
#define SEGMENT_VERSION 2

/* Offsets of the columns, and the whole file's size. */
struct segment_layout {
    size_t template_stride;
    size_t templates, hashes, records, photos, persons, checks, size;
};

/* False when `count` photos of these sizes fit no file. */
bool segment_layout(uint64_t count, size_t template_size, size_t hash_size, struct segment_layout *layout);

/* Points a segment's columns into `bytes`. */
void segment_point(struct segment *segment, const void *bytes, const struct segment_layout *layout);

uint64_t segment_key_of(const char *id);
uint64_t segment_record_check(const struct segment_record *record, const uint8_t *template_bytes,
                              size_t template_size);
uint64_t segment_hash_check(const uint8_t *hashes, size_t length);

/* The columns of a file being filled. The bytes are zeros before. */
struct segment_columns {
    uint8_t *file;
    struct segment_header *header;
    struct segment_record *records;
    struct segment_key *photos, *persons;
    struct segment_layout layout;
    size_t count;
};
void segment_columns_point(struct segment_columns *columns, void *bytes, const struct segment_layout *layout,
                           size_t count);

/* Templates, hashes and records are in place, by photo id: keys, checks and header follow from them. `snapshot` is
   the sum of the photos. Of the engine only its names and sizes are used. */
void segment_finish(struct segment_columns *columns, const struct match_engine *engine,
                    const struct snapshot *snapshot);

#endif
