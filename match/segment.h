/*
 * Gallery segments: files of templates that are written once and never changed.
 *
 * A segment holds photos of one engine and version, sorted by photo id, as columns: whatever is read for every
 * photo of a search lies together and is streamed, whatever is read for few is not touched. Workers map the
 * file read-only; opening looks at the first page alone, so it takes as long for ten photos as for ten
 * million. Layout: docs/formats/segment.md. All numbers are little-endian; columns begin on pages (4096).
 *
 *   header     one page (struct segment_header)
 *   templates  template_size rounded up to 64 each
 *   hashes     hash_size each (first stage); none when the engine has no hash
 *   records    128 each (struct segment_record)
 *   photos     key of each photo id, ascending (struct segment_key)
 *   persons    key of each photo's person, ascending
 *   checks     u64 for each SEGMENT_HASH_BLOCK hashes
 *
 * Damage is noticed where it is touched: each photo's quick sum when it is compared, each block of hashes
 * when it is searched, everything by segment_verify. Seals and withdrawals never touch a segment: the search
 * is given the ids to leave out.
 */
#ifndef LEADSPOOL_MATCH_SEGMENT_H
#define LEADSPOOL_MATCH_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "match/engine.h"
#include "match/snapshot.h"

#define SEGMENT_ID_SIZE 40 /* with the NUL */
#define SEGMENT_PAGE 4096
#define SEGMENT_HASH_BLOCK 64 /* hashes under one check */

struct segment_header {
    char magic[8];
    uint32_t version, template_size, hash_size, zero;
    uint64_t count, persons;
    char engine[32], engine_version[32];
    uint8_t content[DIGEST_SIZE]; /* SHA-256 of all after this page */
    uint8_t root[DIGEST_SIZE];    /* Merkle root of the photos (merkle.h) */
    uint8_t zeros[856];
    struct snapshot snapshot; /* sum of the photos (snapshot.h) */
    uint8_t more_zeros[992];
    uint8_t header[DIGEST_SIZE]; /* SHA-256 of the page up to here */
};

struct segment_record {
    char photo[SEGMENT_ID_SIZE], person[SEGMENT_ID_SIZE];
    uint8_t template_hash[DIGEST_SIZE];
    uint64_t check; /* quick sum of the fields above and the template */
    uint64_t round; /* number of the enrolment that brought the photo; 0: the one this file was written by */
};

/* First eight bytes of the SHA-256 of an id, as a big-endian number, and whose it is. */
struct segment_key {
    uint64_t key;
    uint32_t record, zero;
};

/* A segment mapped for reading. */
struct segment {
    const struct segment_header *header;
    const uint8_t *templates, *hashes;
    const struct segment_record *records;
    const struct segment_key *photos, *persons;
    const uint64_t *checks;
    size_t template_stride; /* bytes from one template to the next */
    size_t mapped;          /* bytes */
};

/* One photo to be written. */
struct segment_entry {
    const char *photo, *person; /* 1 to 39 bytes each; borrowed */
    const uint8_t *template_bytes;
    uint64_t round; /* as in the record */
};

/* The whole file in memory. Sorts `entries` in place by photo id; two of one id are FAULT_INPUT. The caller
   frees `bytes`. The same entries give the same bytes in whatever order they came. */
bool segment_make(const struct match_engine *engine, struct segment_entry *entries, size_t count,
                  uint8_t **bytes, size_t *length, struct error *error);

/* The same, written durably under its final name, mode 0440. */
bool segment_write(int directory, const char *name, const struct match_engine *engine,
                   struct segment_entry *entries, size_t count, struct error *error);

/* Maps an open file and checks header, measures and engine (NULL: of any engine). Damage and another engine are FAULT_ENVIRONMENT
   with what to do. The file may be closed afterwards. */
bool segment_open(int file, const struct match_engine *engine, struct segment *segment, struct error *error);
void segment_close(struct segment *segment);

/* 0 <= i < header->count. */
const struct segment_record *segment_at(const struct segment *segment, uint64_t i);
const uint8_t *segment_template(const struct segment *segment, uint64_t i);

/* The record of a photo id, or -1. */
int64_t segment_find(const struct segment *segment, const char *photo);

/* Whether a photo's quick sum holds; cheap enough for every comparison. */
bool segment_record_sound(const struct segment *segment, uint64_t i);
/* Whether the check of a block of hashes holds; block = record / SEGMENT_HASH_BLOCK. */
bool segment_hashes_sound(const struct segment *segment, uint64_t block);

/* Every hash of an open segment: content, templates, order, keys, snapshot. */
bool segment_verify(const struct segment *segment, struct error *error);

#endif
