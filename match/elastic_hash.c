/*
 * The first stage of large searches: 64 bits of each block, compared at five shifts.
 *
 * A block's hash is the four signs of the long wavelength at every second place of every second row. Blocks
 * are compared each for itself: the least distance over five shifts of the probe, and how far it lies below
 * what chance gives, squared, so that a few blocks that agree well count more than many that agree a little.
 *
 * Guarantees: whole numbers; the ways of counting give the same likeness. A block that one photo lacks is like
 * one of another person: fixed noise takes its place.
 */
#include <string.h>

#include "match/elastic_lanes.h"
#include "match/elastic_vectors.h"

#define CHANCE 34 /* bits: half of 64 and a little, so that what is no better than chance counts nothing */

_Static_assert(HASH_BYTES % 64 == 0, "hashes are whole vectors");
_Static_assert(BLOCKS *CHANCE *CHANCE <= UINT16_MAX, "a likeness fits 16 bits");

/* Words no face gives (splitmix64, Steele and others 2014). */
static uint64_t noise(uint64_t number)
{
    uint64_t x = (number + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

/* The upper four bits of the even row's four codes of each word. */
static uint64_t block_hash(const uint64_t words[BLOCK_WORDS])
{
    uint64_t hash = 0;
    for (int word = 0; word < BLOCK_WORDS; word++)
        for (int code = 0; code < 4; code++)
            hash |= (words[word] >> (8 * code + 4) & 15) << (16 * word + 4 * code);
    return hash;
}

void elastic_hash(const uint8_t *template_bytes, uint8_t *hash)
{
    uint64_t present = elastic_present(template_bytes);
    for (int block = 0; block < BLOCKS; block++) {
        uint64_t words[BLOCK_WORDS];
        memcpy(words, template_bytes + block * BLOCK_BYTES, sizeof words);
        uint64_t bits = (present >> block & 1) != 0 ? block_hash(words) : noise((uint64_t)block);
        memcpy(hash + 8 * block, &bits, sizeof bits);
    }
}

void elastic_probe_hashes(const struct elastic_view *view, struct match_probe *probe)
{
    static const int shifts[HASH_SHIFTS][2] = {{0, 0}, {2, 0}, {-2, 0}, {0, 2}, {0, -2}};
    for (int shift = 0; shift < HASH_SHIFTS; shift++)
        for (int block = 0; block < BLOCKS; block++) {
            uint64_t words[BLOCK_WORDS];
            elastic_block(view->codes, BLOCK_MARGIN + block / BLOCK_COLUMNS * BLOCK_SIDE + shifts[shift][0],
                          BLOCK_MARGIN + block % BLOCK_COLUMNS * BLOCK_SIDE + shifts[shift][1], words);
            probe->hashes[shift][block] =
                (view->present >> block & 1) != 0
                    ? block_hash(words)
                    : noise(100 + (uint64_t)BLOCKS * (unsigned)shift + (unsigned)block);
        }
}

static unsigned bits_of(uint64_t x)
{
    x = x - ((x >> 1) & 0x5555555555555555U);
    x = (x & 0x3333333333333333U) + ((x >> 2) & 0x3333333333333333U);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    return (unsigned)((x * 0x0101010101010101U) >> 56);
}

static void likeness_plain(const struct match_probe *probe, const uint8_t *hashes, size_t count,
                           uint16_t *likeness)
{
    for (size_t i = 0; i < count; i++, hashes += HASH_BYTES) {
        unsigned sum = 0;
        for (int block = 0; block < BLOCKS; block++) {
            uint64_t hash;
            unsigned least = CHANCE;
            memcpy(&hash, hashes + 8 * block, sizeof hash);
            for (int shift = 0; shift < HASH_SHIFTS; shift++) {
                unsigned distance = bits_of(hash ^ probe->hashes[shift][block]);
                least = distance < least ? distance : least;
            }
            sum += (CHANCE - least) * (CHANCE - least);
        }
        likeness[i] = (uint16_t)sum;
    }
}

#ifdef HAVE_X86

/* Bits of four words, each in the low byte of its own. */
static AVX2 ALWAYS_INLINE __m256i bits_of_four(__m256i x)
{
    return _mm256_sad_epu8(elastic_bits_of_bytes(x), _mm256_setzero_si256());
}

static AVX2 void likeness_avx2(const struct match_probe *probe, const uint8_t *hashes, size_t count,
                               uint16_t *likeness)
{
    for (size_t i = 0; i < count; i++, hashes += HASH_BYTES) {
        __m256i sum = _mm256_setzero_si256();
        for (int at = 0; at < BLOCKS; at += 4) {
            __m256i hash = _mm256_loadu_si256((const __m256i *)(const void *)(hashes + 8 * at));
            __m256i least = _mm256_set1_epi64x(CHANCE);
#pragma GCC unroll 5
            for (int shift = 0; shift < HASH_SHIFTS; shift++)
                least = _mm256_min_epu16(
                    least, bits_of_four(_mm256_xor_si256(
                               hash, _mm256_load_si256(
                                         (const __m256i *)(const void *)(probe->hashes[shift] + at)))));
            __m256i better = _mm256_sub_epi16(_mm256_set1_epi64x(CHANCE), least);
            sum = _mm256_add_epi64(sum, _mm256_mul_epu32(better, better));
        }
        __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
        likeness[i] = (uint16_t)(_mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1));
    }
}

/* Two hashes at a time: they share what is loaded of the probe. */
struct two {
    __m512i a, b;
};

enum { VECTORS = HASH_BYTES / 64 };
_Static_assert(VECTORS == 7, "squares are summed for seven vectors");

/* The least distance of eight blocks. */
static AVX512 ALWAYS_INLINE struct two least_of_two(const struct match_probe *probe, int vector,
                                                    const uint8_t *a, const uint8_t *b)
{
    const __m512i words_a = _mm512_loadu_si512(a + 64 * vector),
                  words_b = _mm512_loadu_si512(b + 64 * vector);
    struct two least;
#pragma GCC unroll 5
    for (int shift = 0; shift < HASH_SHIFTS; shift++) {
        __m512i own = _mm512_load_si512(probe->hashes[shift] + 8 * vector);
        __asm__("" : "+v"(own)); /* loaded once */
        struct two bits = {_mm512_popcnt_epi64(_mm512_xor_si512(words_a, own)),
                           _mm512_popcnt_epi64(_mm512_xor_si512(words_b, own))};
        least.a = shift == 0 ? bits.a : _mm512_min_epu16(least.a, bits.a);
        least.b = shift == 0 ? bits.b : _mm512_min_epu16(least.b, bits.b);
    }
    return least;
}

/* Squares of how far distances lie below chance, added up in words of 32 bits: of vectors packed four to one. */
static AVX512 ALWAYS_INLINE __m512i squares(const __m512i least[VECTORS])
{
    const __m512i chance = _mm512_set1_epi16(CHANCE);
    /* The seventh vector leaves every second word of its half empty: those count nothing. */
    const __m512i chance_packed = _mm512_mask_mov_epi32(chance, 0xCCCC, _mm512_set1_epi32(CHANCE));
    __m512i first =
        _mm512_packus_epi32(_mm512_packus_epi32(least[0], least[1]), _mm512_packus_epi32(least[2], least[3]));
    __m512i second = _mm512_packus_epi32(_mm512_packus_epi32(least[4], least[5]), least[6]);
    /* What is worse than chance stops at nothing. */
    first = _mm512_subs_epu16(chance, first);
    second = _mm512_subs_epu16(chance_packed, second);
    return _mm512_dpwssd_epi32(_mm512_madd_epi16(first, first), second, second);
}

static AVX512 ALWAYS_INLINE struct two likeness_of_two(const struct match_probe *probe, const uint8_t *a,
                                                       const uint8_t *b)
{
    __m512i least_a[VECTORS], least_b[VECTORS];
#pragma GCC unroll 7
    for (int vector = 0; vector < VECTORS; vector++) {
        struct two least = least_of_two(probe, vector, a, b);
        least_a[vector] = least.a;
        least_b[vector] = least.b;
    }
    return (struct two){squares(least_a), squares(least_b)};
}

/* The lanes of four sums added up: four totals in the first four words of 32 bits. */
static AVX512 ALWAYS_INLINE __m128i total_of_four(__m512i a, __m512i b, __m512i c, __m512i d)
{
    __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    __m512i both = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(both), _mm512_extracti64x4_epi64(both, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

static AVX512 void likeness_avx512(const struct match_probe *probe, const uint8_t *hashes, size_t count,
                                   uint16_t *likeness)
{
    size_t i = 0;
    for (; i + 4 <= count; i += 4, hashes += (size_t)4 * HASH_BYTES) {
        /* Ahead by hand, since the processor's own reading ahead stops at every page, and into the second cache:
           the first has too few places for all that is on its way. */
#pragma GCC unroll 28
        for (int line = 0; line < 4 * HASH_BYTES; line += 64)
            _mm_prefetch((const char *)(hashes + 8192 + line), _MM_HINT_T1);
        struct two first = likeness_of_two(probe, hashes, hashes + HASH_BYTES);
        struct two second = likeness_of_two(probe, hashes + 2 * HASH_BYTES, hashes + 3 * HASH_BYTES);
        __m128i four = total_of_four(first.a, first.b, second.a, second.b);
        _mm_storel_epi64((__m128i *)(void *)(likeness + i), _mm_packus_epi32(four, four));
    }
    for (; i < count; i++, hashes += HASH_BYTES) {
        struct two same = likeness_of_two(probe, hashes, hashes);
        likeness[i] = (uint16_t)_mm512_reduce_add_epi32(same.a);
    }
}

#endif

void elastic_likeness_with(enum elastic_kernel kernel, const struct match_probe *probe, const uint8_t *hashes,
                           size_t count, uint16_t *likeness)
{
    switch (kernel) {
#ifdef HAVE_X86
    case ELASTIC_AVX512:
        likeness_avx512(probe, hashes, count, likeness);
        break;
    case ELASTIC_AVX2:
        likeness_avx2(probe, hashes, count, likeness);
        break;
#endif
    default:
        likeness_plain(probe, hashes, count, likeness);
        break;
    }
}
