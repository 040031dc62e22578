/*
 * The first stage that keeps what the full comparison would find: a coarse comparison of templates at every shift.
 *
 * Of each block the eight codes are taken that lie on every second place of every second row, like a chessboard:
 * 64 bits. At each of the 45 shifts the bits that differ are counted and added up over four blocks that touch,
 * together with the shift's price; of these 42 squares the least sum over all shifts counts, by how far it lies
 * below what chance gives, squared. Four blocks hold bits enough for a shift to be found, which one block does not,
 * and every shift is tried, since eyes are marked as far off as that.
 *
 * Guarantees: whole numbers; the ways of counting give the same likeness. A block that one photo lacks differs by what
 * chance gives, at every shift.
 */
#include <endian.h>
#include <string.h>

#include "match/elastic_lanes.h"

#ifdef HAVE_X86
#include <immintrin.h>
#endif

enum {
    CHANCE = 118, /* bits of 256: what the best of 45 shifts seldom falls below by chance, and a few more */
    ABSENT_COST = 32, /* half of a block's bits */
    FURTHEST = 255,   /* more than chance: counts nothing */
    WORDS = ELASTIC_COARSE_WORDS,
    SQUARE_COLUMNS = BLOCK_COLUMNS - 1,
    SQUARES = (BLOCK_ROWS - 1) * SQUARE_COLUMNS
};

_Static_assert(4 * WORDS * 32 <= FURTHEST + 1, "sums of four blocks fit a byte, but for the greatest");

/* The chessboard of a block: of its rows' first codes the even ones of the first and the odd ones of the next. */
static void block_words(const uint64_t words[BLOCK_WORDS], uint32_t coarse[WORDS])
{
    for (int i = 0; i < WORDS; i++)
        coarse[i] = ((uint32_t)le64toh(words[2 * i]) & 0x00FF00FFU) |
                    ((uint32_t)le64toh(words[2 * i + 1]) & 0xFF00FF00U);
}

void elastic_probe_coarse(struct match_probe *probe)
{
    unsigned at = 0;
    memset(probe->coarse, 0, sizeof probe->coarse);
    memset(probe->coarse_price, FURTHEST, sizeof probe->coarse_price);
    for (int row = 0; row < SHIFT_ROWS; row++)
        for (int lane = 0; lane < SHIFT_ROWS; lane++) {
            int16_t price = probe->price[row * SHIFT_LANES + lane];
            if (price >= SHUT)
                continue;
            for (int block = 0; block < BLOCKS; block++) {
                uint64_t words[BLOCK_WORDS];
                uint32_t coarse[WORDS];
                for (int word = 0; word < BLOCK_WORDS; word++)
                    words[word] = probe->windows[block][row][word][lane];
                block_words(words, coarse);
                for (int i = 0; i < WORDS; i++)
                    probe->coarse[block][i][at] = coarse[i];
            }
            probe->coarse_price[at++] = (uint8_t)price;
        }
}

static uint16_t likeness_of(uint32_t sum)
{
    return (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
}

static inline __attribute__((always_inline)) void block_costs(const struct match_probe *probe, int block,
                                                              const uint8_t *template_bytes,
                                                              uint8_t costs[LANE_COUNT])
{
    uint64_t words[BLOCK_WORDS];
    uint32_t own[WORDS];
    memcpy(words, template_bytes + block * BLOCK_BYTES, sizeof words);
    block_words(words, own);
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        uint32_t bits = 0;
        for (int i = 0; i < WORDS; i++) {
            uint32_t x = own[i] ^ probe->coarse[block][i][lane];
            x = x - ((x >> 1) & 0x55555555U);
            x = (x & 0x33333333U) + ((x >> 2) & 0x33333333U);
            bits += x; /* at most 8 in each half byte */
        }
        bits = (bits & 0x0F0F0F0FU) + ((bits >> 4) & 0x0F0F0F0FU);
        costs[lane] = (uint8_t)((bits * 0x01010101U) >> 24);
    }
}

static inline __attribute__((always_inline)) uint16_t likeness_one(const struct match_probe *probe,
                                                                   const uint8_t *template_bytes)
{
    uint64_t present = probe->present & elastic_present(template_bytes);
    uint8_t rows[2][BLOCK_COLUMNS][LANE_COUNT];
    uint32_t sum = 0;
    for (int row = 0; row < BLOCK_ROWS; row++) {
        for (int column = 0; column < BLOCK_COLUMNS; column++) {
            int block = row * BLOCK_COLUMNS + column;
            uint8_t *costs = rows[row % 2][column];
            if ((present >> block & 1) != 0)
                block_costs(probe, block, template_bytes, costs);
            else
                memset(costs, ABSENT_COST, LANE_COUNT);
        }
        for (int column = 0; row > 0 && column < SQUARE_COLUMNS; column++) {
            uint16_t least = CHANCE;
            for (int lane = 0; lane < LANE_COUNT; lane++) {
                uint16_t total =
                    (uint16_t)(rows[0][column][lane] + rows[0][column + 1][lane] + rows[1][column][lane] +
                               rows[1][column + 1][lane] + probe->coarse_price[lane]);
                least = total < least ? total : least;
            }
            sum += (uint32_t)(CHANCE - least) * (uint32_t)(CHANCE - least);
        }
    }
    return likeness_of(sum);
}

static void coarse_plain(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                         uint16_t *likeness)
{
    for (size_t i = 0; i < count; i++)
        likeness[i] = likeness_one(probe, templates[i]);
}

#ifdef HAVE_X86

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq")))
#define ALWAYS_INLINE inline __attribute__((always_inline))

static __attribute__((target("avx2"))) void coarse_avx2(const struct match_probe *probe,
                                                        const uint8_t *const *templates, size_t count,
                                                        uint16_t *likeness)
{
    for (size_t i = 0; i < count; i++)
        likeness[i] = likeness_one(probe, templates[i]);
}

/* Four photos go together: the cost of a shift is one lane of 32 bits, a byte of it each photo's. */
enum {
    TOGETHER = 4,
    PARTS = LANE_COUNT / 16,
    VECTOR_WORDS = 16,
    TREE = 16,
    TREES = (SQUARES + TREE - 1) / TREE
};

struct four {
    _Alignas(64) uint32_t words[TOGETHER][BLOCKS * WORDS];
    _Alignas(64) __m512i least[TREES * TREE];
    uint64_t present[TOGETHER];
};

/* A template's chessboards side by side. */
static AVX512 ALWAYS_INLINE void words_of(const uint8_t *template_bytes, uint32_t *words)
{
    /* Of four blocks, that is two vectors, the first halves of words 0 and 2 of each, and of 1 and 3. */
    const __m512i first = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m512i next = _mm512_add_epi32(first, _mm512_set1_epi32(2));
    for (int at = 0; at < BLOCKS; at += 4) {
        const uint8_t *from = template_bytes + at * BLOCK_BYTES;
        __m512i a = _mm512_loadu_si512(from), b = _mm512_loadu_si512(from + 64);
        __m256i even = _mm512_castsi512_si256(_mm512_permutex2var_epi32(a, first, b));
        __m256i odd = _mm512_castsi512_si256(_mm512_permutex2var_epi32(a, next, b));
        __m256i both = _mm256_blendv_epi8(odd, even, _mm256_set1_epi32(0x00FF00FF));
        _mm256_store_si256((__m256i *)(void *)(words + at * WORDS), both);
    }
}

struct parts {
    __m512i part[PARTS];
};

static AVX512 ALWAYS_INLINE struct parts costs_of(const struct match_probe *probe, const struct four *four,
                                                  int block)
{
    struct parts costs;
    __m512i windows[PARTS][WORDS];
#pragma GCC unroll 3
    for (int part = 0; part < PARTS; part++)
#pragma GCC unroll 2
        for (int i = 0; i < WORDS; i++)
            windows[part][i] = _mm512_load_si512(probe->coarse[block][i] + part * VECTOR_WORDS);
#pragma GCC unroll 4
    for (int photo = 0; photo < TOGETHER; photo++) {
        __m512i x = _mm512_set1_epi32((int)four->words[photo][block * WORDS]),
                y = _mm512_set1_epi32((int)four->words[photo][block * WORDS + 1]);
#pragma GCC unroll 3
        for (int part = 0; part < PARTS; part++) {
            __m512i bits = _mm512_add_epi32(_mm512_popcnt_epi32(_mm512_xor_si512(x, windows[part][0])),
                                            _mm512_popcnt_epi32(_mm512_xor_si512(y, windows[part][1])));
            costs.part[part] =
                photo == 0 ? bits
                           : _mm512_or_si512(costs.part[part], _mm512_slli_epi32(bits, 8 * (unsigned)photo));
        }
    }
    uint32_t absent = 0;
#pragma GCC unroll 4
    for (int photo = 0; photo < TOGETHER; photo++)
        absent |= (uint32_t)(~four->present[photo] >> block & 1) << photo;
    if (absent != 0)
        for (int part = 0; part < PARTS; part++)
            costs.part[part] = _mm512_mask_mov_epi8(costs.part[part], absent * 0x1111111111111111U,
                                                    _mm512_set1_epi8(ABSENT_COST));
    return costs;
}

static AVX512 ALWAYS_INLINE __m512i lesser(__m512i a, __m512i b)
{
    return _mm512_min_epu8(a, b);
}

/* The least over the lanes of sixteen vectors: sixteen lanes, in some order. */
static AVX512 ALWAYS_INLINE __m512i least_lanes(const __m512i *from)
{
    __m512i eight[8], four[4], two[2];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        eight[i] = lesser(_mm512_unpacklo_epi32(from[2 * i], from[2 * i + 1]),
                          _mm512_unpackhi_epi32(from[2 * i], from[2 * i + 1]));
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        four[i] = lesser(_mm512_unpacklo_epi64(eight[2 * i], eight[2 * i + 1]),
                         _mm512_unpackhi_epi64(eight[2 * i], eight[2 * i + 1]));
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++)
        two[i] = lesser(_mm512_shuffle_i32x4(four[2 * i], four[2 * i + 1], 0x88),
                        _mm512_shuffle_i32x4(four[2 * i], four[2 * i + 1], 0xDD));
    return lesser(_mm512_shuffle_i32x4(two[0], two[1], 0x88), _mm512_shuffle_i32x4(two[0], two[1], 0xDD));
}

static AVX512 void likeness_four(const struct match_probe *probe, struct four *four, uint16_t *likeness)
{
    struct parts above[SQUARE_COLUMNS], price;
    const __m512i nothing = _mm512_set1_epi8((char)FURTHEST);
    for (int part = 0; part < PARTS; part++)
        price.part[part] = _mm512_mullo_epi32(
            _mm512_cvtepu8_epi32(
                _mm_loadu_si128((const __m128i *)(const void *)(probe->coarse_price + part * VECTOR_WORDS))),
            _mm512_set1_epi32(0x01010101));
    for (int i = SQUARES; i < TREES * TREE; i++)
        four->least[i] = nothing;
    for (int row = 0; row < BLOCK_ROWS; row++) {
        struct parts left = costs_of(probe, four, row * BLOCK_COLUMNS);
        for (int column = 0; column < SQUARE_COLUMNS; column++) {
            struct parts right = costs_of(probe, four, row * BLOCK_COLUMNS + column + 1);
            __m512i least = nothing;
#pragma GCC unroll 3
            for (int part = 0; part < PARTS; part++) {
                __m512i pair = _mm512_add_epi8(left.part[part], right.part[part]);
                if (row > 0)
                    least = lesser(least, _mm512_adds_epu8(_mm512_adds_epu8(pair, above[column].part[part]),
                                                           price.part[part]));
                above[column].part[part] = pair;
            }
            if (row > 0)
                four->least[(row - 1) * SQUARE_COLUMNS + column] = least;
            left = right;
        }
    }
    __m512i even = _mm512_setzero_si512(), odd = even;
    for (int i = 0; i < TREES; i++) {
        __m512i better =
            _mm512_subs_epu8(_mm512_set1_epi8(CHANCE), least_lanes(four->least + (ptrdiff_t)i * TREE));
        __m512i a = _mm512_and_si512(better, _mm512_set1_epi16(255)), b = _mm512_srli_epi16(better, 8);
        even = _mm512_add_epi16(even, _mm512_mullo_epi16(a, a));
        odd = _mm512_add_epi16(odd, _mm512_mullo_epi16(b, b));
    }
    const __m512i low = _mm512_set1_epi32(UINT16_MAX);
    likeness[0] = likeness_of((uint32_t)_mm512_reduce_add_epi32(_mm512_and_si512(even, low)));
    likeness[1] = likeness_of((uint32_t)_mm512_reduce_add_epi32(_mm512_and_si512(odd, low)));
    likeness[2] = likeness_of((uint32_t)_mm512_reduce_add_epi32(_mm512_srli_epi32(even, 16)));
    likeness[3] = likeness_of((uint32_t)_mm512_reduce_add_epi32(_mm512_srli_epi32(odd, 16)));
}

_Static_assert(TREES *CHANCE *CHANCE <= UINT16_MAX, "squares of the trees add up in 16 bits");

static AVX512 void coarse_avx512(const struct match_probe *probe, const uint8_t *const *templates,
                                 size_t count, uint16_t *likeness)
{
    struct four four;
    for (size_t i = 0; i < count; i += TOGETHER) {
        uint16_t found[TOGETHER];
        size_t left = count - i;
        for (size_t photo = 0; photo < TOGETHER; photo++) {
            const uint8_t *from = templates[i + (photo < left ? photo : 0)];
            words_of(from, four.words[photo]);
            four.present[photo] = probe->present & elastic_present(from);
        }
        likeness_four(probe, &four, found);
        memcpy(likeness + i, found, (left < TOGETHER ? left : TOGETHER) * sizeof *likeness);
    }
}

#endif

void elastic_coarse_with(enum elastic_kernel kernel, const struct match_probe *probe,
                         const uint8_t *const *templates, size_t count, uint16_t *likeness)
{
    switch (kernel) {
#ifdef HAVE_X86
    case ELASTIC_AVX512:
        coarse_avx512(probe, templates, count, likeness);
        break;
    case ELASTIC_AVX2:
        coarse_avx2(probe, templates, count, likeness);
        break;
#endif
    default:
        coarse_plain(probe, templates, count, likeness);
        break;
    }
}
