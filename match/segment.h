/*
 * Gallery segments: files of templates that are written once and never changed.
 *
 * A segment holds photos of one engine and version, sorted by photo id. Workers map it read-only. Layout, all
 * numbers little-endian, no padding but what is named:
 *
 *   header, 256 bytes
 *     0  char magic[8]       "LSGALLRY"
 *     8  u32 version         1
 *    12  u32 template_size   bytes
 *    16  u32 record_size     128 + template_size, rounded up to 64
 *    20  u32 zero
 *    24  u64 count           records
 *    32  char engine[32]     id, NUL-padded
 *    64  char engine_version[32]
 *    96  u8 records[32]      SHA-256 of all records
 *   128  u8 snapshot[32]     Merkle root of the segment's photos (merkle.h)
 *   160  zeros
 *   224  u8 header[32]       SHA-256 of bytes 0..223
 *   records, record_size bytes each
 *     0  char photo[40]      photo id, NUL-padded, at most 39 bytes
 *    40  char person[40]     person key, likewise
 *    80  u8 template_hash[32] SHA-256 of the template
 *   112  u64 check           quick sum of photo, person, hash and template, verified whenever the photo is
 *                            compared
 *   120  zeros
 *   128  u8 template[template_size], zeros up to record_size
 *
 * Seals and withdrawals never touch a segment: the search is given the ids to leave out.
 */
#ifndef LEADSPOOL_MATCH_SEGMENT_H
#define LEADSPOOL_MATCH_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "match/engine.h"

#define SEGMENT_ID_SIZE 40 /* with the NUL */

struct segment_header {
    char magic[8];
    uint32_t version, template_size, record_size, zero;
    uint64_t count;
    char engine[32], engine_version[32];
    uint8_t records[DIGEST_SIZE], snapshot[DIGEST_SIZE];
    uint8_t zeros[64];
    uint8_t header[DIGEST_SIZE];
};

struct segment_record {
    char photo[SEGMENT_ID_SIZE], person[SEGMENT_ID_SIZE];
    uint8_t template_hash[DIGEST_SIZE];
    uint64_t check;
    uint64_t zero;
    uint8_t template_bytes[];
};

/* A segment mapped for reading. */
struct segment {
    const struct segment_header *header;
    const uint8_t *records;
    size_t mapped; /* bytes */
};

/* One photo to be written. */
struct segment_entry {
    const char *photo, *person; /* 1 to 39 bytes each; borrowed */
    const uint8_t *template_bytes;
};

/* The whole file in memory. Sorts `entries` in place by photo id; two of one id are FAULT_INPUT. The caller
   frees `bytes`. The same entries give the same bytes in whatever order they came. */
bool segment_make(const struct match_engine *engine, struct segment_entry *entries, size_t count,
                  uint8_t **bytes, size_t *length, struct error *error);

/* The same, written durably under its final name, mode 0440. */
bool segment_write(int directory, const char *name, const struct match_engine *engine,
                   struct segment_entry *entries, size_t count, struct error *error);

/* Maps an open file and checks header, measures and engine. Damage and another engine are FAULT_ENVIRONMENT
   with what to do. The file may be closed afterwards. */
bool segment_open(int file, const struct match_engine *engine, struct segment *segment, struct error *error);
void segment_close(struct segment *segment);

/* Record i, 0 <= i < header->count. */
const struct segment_record *segment_at(const struct segment *segment, uint64_t i);

/* Whether the record's quick sum holds; cheap enough for every comparison. */
bool segment_record_sound(const struct segment *segment, const struct segment_record *record);

/* Every hash of an open segment: records, templates, order, snapshot. */
bool segment_verify(const struct segment *segment, struct error *error);

#endif
