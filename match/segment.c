/*
 * Reading gallery segments.
 *
 * Guarantees: a segment that opened has the measures it claims, so no record lies beyond the mapping.
 * Does not read templates on opening; segment_verify does, and the quick sum covers each comparison.
 */
#include "match/segment.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "match/merkle.h"
#include "match/segment_parts.h"

_Static_assert(sizeof(struct segment_header) == 256, "the header is 256 bytes on file");
_Static_assert(offsetof(struct segment_record, template_bytes) == 128, "templates begin at byte 128");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "segments are little-endian and mapped as they are");

static const char remedy[] = "restore the segment from a backup or enrol its photos again";

uint32_t segment_record_size(size_t template_size)
{
    return (uint32_t)((sizeof(struct segment_record) + template_size + 63) / 64 * 64);
}

/* Words added up twice (as Fletcher does), so that exchanged words are noticed too. */
uint64_t segment_record_check(const struct segment_record *record, size_t template_size)
{
    uint64_t sum = 1, sums = 0, word;
    const uint8_t *bytes = (const uint8_t *)record;
    for (size_t i = 0; i < sizeof *record + template_size; i += 8) {
        if (i == offsetof(struct segment_record, check))
            continue;
        size_t length = sizeof *record + template_size - i;
        word = 0;
        memcpy(&word, bytes + i, length < 8 ? length : 8);
        sum += word;
        sums += sum;
    }
    return sum ^ (sums << 32 | sums >> 32);
}

static bool check_header(const struct segment_header *header, size_t size, const struct match_engine *engine,
                         struct error *error)
{
    struct digest digest = digest_of(header, offsetof(struct segment_header, header));
    if (memcmp(header->magic, SEGMENT_MAGIC, sizeof header->magic) != 0 || header->version != 1)
        return error_set(error, FAULT_ENVIRONMENT, "this is no gallery segment of version 1: %s", remedy);
    if (memcmp(digest.bytes, header->header, DIGEST_SIZE) != 0)
        return error_set(error, FAULT_ENVIRONMENT, "the segment's header is damaged: %s", remedy);
    if (strncmp(header->engine, engine->id, sizeof header->engine) != 0 ||
        strncmp(header->engine_version, engine->version, sizeof header->engine_version) != 0 ||
        header->template_size != engine->template_size)
        return error_set(error, FAULT_ENVIRONMENT,
                         "the segment holds templates of engine %.32s version %.32s, not of %s version %s: "
                         "enrol its photos again with this engine",
                         header->engine, header->engine_version, engine->id, engine->version);
    if (header->record_size != segment_record_size(header->template_size) ||
        header->count > (UINT64_MAX >> 1) / header->record_size ||
        header->count * header->record_size != size - sizeof *header)
        return error_set(error, FAULT_ENVIRONMENT, "the segment's length does not fit its %llu photos: %s",
                         (unsigned long long)header->count, remedy);
    return true;
}

bool segment_open(int file, const struct match_engine *engine, struct segment *segment, struct error *error)
{
    *segment = (struct segment){0};
    struct stat facts;
    if (fstat(file, &facts) != 0)
        return error_system(error, "reading the size of a gallery segment");
    if (facts.st_size < (off_t)sizeof(struct segment_header))
        return error_set(error, FAULT_ENVIRONMENT, "this is no gallery segment: %s", remedy);
    size_t size = (size_t)facts.st_size;
    void *mapped = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED)
        return error_system(error, "mapping a gallery segment of %zu bytes", size);
    if (!check_header(mapped, size, engine, error)) {
        munmap(mapped, size);
        return false;
    }
    *segment = (struct segment){
        .header = mapped, .records = (const uint8_t *)mapped + sizeof(struct segment_header), .mapped = size};
    return true;
}

void segment_close(struct segment *segment)
{
    if (segment->header != NULL)
        munmap((void *)(uintptr_t)segment->header, segment->mapped);
    *segment = (struct segment){0};
}

const struct segment_record *segment_at(const struct segment *segment, uint64_t i)
{
    return (const struct segment_record *)(const void *)(segment->records + i * segment->header->record_size);
}

bool segment_record_sound(const struct segment *segment, const struct segment_record *record)
{
    return record->photo[SEGMENT_ID_SIZE - 1] == '\0' && record->person[SEGMENT_ID_SIZE - 1] == '\0' &&
           record->check == segment_record_check(record, segment->header->template_size);
}

bool segment_verify(const struct segment *segment, struct error *error)
{
    const struct segment_header *header = segment->header;
    struct merkle merkle = {.count = 0};
    for (uint64_t i = 0; i < header->count; i++) {
        const struct segment_record *record = segment_at(segment, i);
        struct digest hash = digest_of(record->template_bytes, header->template_size);
        if (!segment_record_sound(segment, record) ||
            memcmp(hash.bytes, record->template_hash, DIGEST_SIZE) != 0)
            return error_set(error, FAULT_ENVIRONMENT, "photo %.39s is damaged: %s", record->photo, remedy);
        if (i > 0 && strcmp(segment_at(segment, i - 1)->photo, record->photo) >= 0)
            return error_set(error, FAULT_ENVIRONMENT, "photo %.39s is out of order: %s", record->photo,
                             remedy);
        struct digest leaf = merkle_leaf(record->photo, record->template_hash);
        merkle_add(&merkle, &leaf);
    }
    struct digest root = merkle_root(&merkle);
    struct digest records = digest_of(segment->records, header->count * header->record_size);
    if (memcmp(root.bytes, header->snapshot, DIGEST_SIZE) != 0 ||
        memcmp(records.bytes, header->records, DIGEST_SIZE) != 0)
        return error_set(error, FAULT_ENVIRONMENT, "the segment's hashes do not hold: %s", remedy);
    return true;
}
