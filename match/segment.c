/*
 * Reading gallery segments.
 *
 * Guarantees: a segment that opened has the measures it claims, so no column lies beyond the mapping.
 * Does not read photos on opening: segment_verify.c reads all, the quick sums cover what is compared.
 */
#include "match/segment.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "match/segment_parts.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

_Static_assert(sizeof(struct segment_header) == SEGMENT_PAGE, "the header is one page on file");
_Static_assert(sizeof(struct segment_record) == 128, "a record is 128 bytes on file");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "segments are little-endian and mapped as they are");

static const char remedy[] = "restore the segment from a backup or enrol its photos again";

static size_t paged(size_t size)
{
    return (size + SEGMENT_PAGE - 1) / SEGMENT_PAGE * SEGMENT_PAGE;
}

bool segment_layout(uint64_t count, size_t template_size, size_t hash_size, struct segment_layout *layout)
{
    size_t stride = (template_size + 63) / 64 * 64, each = stride + hash_size + 256;
    if (count > UINT32_MAX || count > (SIZE_MAX >> 2) / each)
        return false;
    size_t photos = (size_t)count, blocks = (photos + SEGMENT_HASH_BLOCK - 1) / SEGMENT_HASH_BLOCK;
    *layout = (struct segment_layout){.template_stride = stride, .templates = SEGMENT_PAGE};
    layout->hashes = layout->templates + paged(photos * stride);
    layout->records = layout->hashes + paged(photos * hash_size);
    layout->photos = layout->records + paged(photos * sizeof(struct segment_record));
    layout->persons = layout->photos + paged(photos * sizeof(struct segment_key));
    layout->checks = layout->persons + paged(photos * sizeof(struct segment_key));
    layout->size = layout->checks + paged(hash_size == 0 ? 0 : blocks * sizeof(uint64_t));
    return true;
}

void segment_point(struct segment *segment, const void *bytes, const struct segment_layout *layout)
{
    const uint8_t *file = bytes;
    *segment =
        (struct segment){.header = bytes,
                         .templates = file + layout->templates,
                         .hashes = file + layout->hashes,
                         .records = (const struct segment_record *)(const void *)(file + layout->records),
                         .photos = (const struct segment_key *)(const void *)(file + layout->photos),
                         .persons = (const struct segment_key *)(const void *)(file + layout->persons),
                         .checks = (const uint64_t *)(const void *)(file + layout->checks),
                         .template_stride = layout->template_stride,
                         .mapped = layout->size};
}

uint64_t segment_key_of(const char *id)
{
    struct digest digest = digest_of(id, strnlen(id, SEGMENT_ID_SIZE));
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof key; i++)
        key = key << 8 | digest.bytes[i];
    return key;
}

/* Words added up twice (as Fletcher does) in eight lanes, so that exchanged words are noticed too and vectors
   can do it. */
typedef uint64_t lanes __attribute__((vector_size(64)));

struct quick_sum {
    lanes sum, sums;
};

static inline __attribute__((always_inline)) void quick_add(struct quick_sum *quick, const uint8_t *bytes,
                                                            size_t length)
{
    lanes sum = quick->sum, sums = quick->sums, words;
    for (; length >= sizeof words; bytes += sizeof words, length -= sizeof words) {
        memcpy(&words, bytes, sizeof words);
        sum += words;
        sums += sum;
    }
    if (length > 0) {
        memset(&words, 0, sizeof words);
        memcpy(&words, bytes, length);
        sum += words;
        sums += sum;
    }
    quick->sum = sum;
    quick->sums = sums;
}

static inline __attribute__((always_inline)) uint64_t quick_sum(const struct quick_sum *quick)
{
    uint64_t sum = 1;
    for (int lane = 0; lane < 8; lane++) {
        sum = (sum << 7 | sum >> 57) + quick->sum[lane];
        sum ^= quick->sums[lane] << 32 | quick->sums[lane] >> 32;
    }
    return sum;
}

/* Every comparison takes one, so it is worth the processor's widest vectors. */
static inline __attribute__((always_inline)) uint64_t check_of(const uint8_t *head, size_t head_length,
                                                               const uint8_t *bytes, size_t length)
{
    struct quick_sum quick = {0};
    quick_add(&quick, head, head_length);
    quick_add(&quick, bytes, length);
    return quick_sum(&quick);
}

static uint64_t check_plain(const uint8_t *head, size_t head_length, const uint8_t *bytes, size_t length)
{
    return check_of(head, head_length, bytes, length);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint64_t check_avx2(const uint8_t *head, size_t head_length,
                                                           const uint8_t *bytes, size_t length)
{
    return check_of(head, head_length, bytes, length);
}

/* The end of what is added up is read with the rest left out: putting it together in memory takes as long as all before it. */
#define AVX512 __attribute__((target("avx512f,avx512bw")))
static AVX512 inline __attribute__((always_inline)) void add_avx512(struct quick_sum *quick,
                                                                    const uint8_t *bytes, size_t length)
{
    lanes sum = quick->sum, sums = quick->sums;
    for (; length >= sizeof sum; bytes += sizeof sum, length -= sizeof sum) {
        sum += (lanes)_mm512_loadu_si512(bytes);
        sums += sum;
    }
    if (length > 0) {
        sum += (lanes)_mm512_maskz_loadu_epi8(((uint64_t)1 << length) - 1, bytes);
        sums += sum;
    }
    quick->sum = sum;
    quick->sums = sums;
}

static AVX512 uint64_t check_avx512(const uint8_t *head, size_t head_length, const uint8_t *bytes,
                                    size_t length)
{
    struct quick_sum quick = {0};
    add_avx512(&quick, head, head_length);
    add_avx512(&quick, bytes, length);
    return quick_sum(&quick);
}

static uint64_t check(const uint8_t *head, size_t head_length, const uint8_t *bytes, size_t length)
{
    return (__builtin_cpu_supports("avx512bw") ? check_avx512
            : __builtin_cpu_supports("avx2")   ? check_avx2
                                               : check_plain)(head, head_length, bytes, length);
}
#else
static uint64_t check(const uint8_t *head, size_t head_length, const uint8_t *bytes, size_t length)
{
    return check_plain(head, head_length, bytes, length);
}
#endif

uint64_t segment_record_check(const struct segment_record *record, const uint8_t *template_bytes,
                              size_t template_size)
{
    return check((const uint8_t *)record, offsetof(struct segment_record, check), template_bytes,
                 template_size);
}

uint64_t segment_hash_check(const uint8_t *hashes, size_t length)
{
    return check(hashes, 0, hashes, length);
}

static bool check_header(const struct segment_header *header, const struct match_engine *engine,
                         struct error *error)
{
    struct digest digest = digest_of(header, offsetof(struct segment_header, header));
    if (memcmp(header->magic, SEGMENT_MAGIC, sizeof header->magic) != 0)
        return error_set(error, FAULT_ENVIRONMENT, "this is no gallery segment: %s", remedy);
    if (header->version != SEGMENT_VERSION)
        return error_set(
            error, FAULT_ENVIRONMENT,
            "the segment is of version %u of the format; this program reads version %d: enrol its "
            "photos again",
            (unsigned)header->version, SEGMENT_VERSION);
    if (memcmp(digest.bytes, header->header, DIGEST_SIZE) != 0)
        return error_set(error, FAULT_ENVIRONMENT, "the segment's header is damaged: %s", remedy);
    if (engine != NULL &&
        (strncmp(header->engine, engine->id, sizeof header->engine) != 0 ||
         strncmp(header->engine_version, engine->version, sizeof header->engine_version) != 0 ||
         header->template_size != engine->template_size || header->hash_size != engine->hash_size))
        return error_set(error, FAULT_ENVIRONMENT,
                         "the segment holds templates of engine %.32s version %.32s, not of %s version %s: "
                         "enrol its photos again with this engine",
                         header->engine, header->engine_version, engine->id, engine->version);
    return true;
}

bool segment_open(int file, const struct match_engine *engine, struct segment *segment, struct error *error)
{
    *segment = (struct segment){0};
    struct stat facts;
    struct segment_layout layout;
    if (fstat(file, &facts) != 0)
        return error_system(error, "reading the size of a gallery segment");
    if (facts.st_size < (off_t)sizeof(struct segment_header))
        return error_set(error, FAULT_ENVIRONMENT, "this is no gallery segment: %s", remedy);
    size_t size = (size_t)facts.st_size;
    void *mapped = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED)
        return error_system(error, "mapping a gallery segment of %zu bytes", size);
    const struct segment_header *header = mapped;
    bool done = check_header(header, engine, error);
    if (done && (!segment_layout(header->count, header->template_size, header->hash_size, &layout) ||
                 layout.size != size))
        done = error_set(error, FAULT_ENVIRONMENT, "the segment's length does not fit its %llu photos: %s",
                         (unsigned long long)header->count, remedy);
    if (done)
        segment_point(segment, mapped, &layout);
    else
        munmap(mapped, size);
    return done;
}

void segment_close(struct segment *segment)
{
    if (segment->header != NULL)
        munmap((void *)(uintptr_t)segment->header, segment->mapped);
    *segment = (struct segment){0};
}

const struct segment_record *segment_at(const struct segment *segment, uint64_t i)
{
    return segment->records + i;
}

const uint8_t *segment_template(const struct segment *segment, uint64_t i)
{
    return segment->templates + i * segment->template_stride;
}

int64_t segment_find(const struct segment *segment, const char *photo)
{
    uint64_t first = 0, last = segment->header->count;
    while (first < last) {
        uint64_t middle = first + (last - first) / 2;
        int order = strncmp(photo, segment->records[middle].photo, SEGMENT_ID_SIZE);
        if (order == 0)
            return (int64_t)middle;
        if (order < 0)
            last = middle;
        else
            first = middle + 1;
    }
    return -1;
}

bool segment_record_sound(const struct segment *segment, uint64_t i)
{
    const struct segment_record *record = segment_at(segment, i);
    return record->photo[SEGMENT_ID_SIZE - 1] == '\0' && record->person[SEGMENT_ID_SIZE - 1] == '\0' &&
           record->check ==
               segment_record_check(record, segment_template(segment, i), segment->header->template_size);
}

bool segment_hashes_sound(const struct segment *segment, uint64_t block)
{
    uint64_t first = block * SEGMENT_HASH_BLOCK, count = segment->header->count - first;
    size_t size = segment->header->hash_size;
    count = count < SEGMENT_HASH_BLOCK ? count : SEGMENT_HASH_BLOCK;
    return segment->checks[block] == segment_hash_check(segment->hashes + first * size, (size_t)count * size);
}
