/*
 * The first stage that keeps what the full comparison would find: a coarse comparison of templates at every shift.
 *
 * Of each block the eight codes are taken that lie on every second place of every second row, like a chessboard:
 * 64 bits. At each of the 45 shifts the bits that differ are counted and added up over four blocks that touch,
 * together with the shift's price; of these 42 squares the least sum over all shifts counts, by how far it lies
 * below what chance gives, squared. Four blocks hold bits enough for a shift to be found, which one block does not,
 * and every shift is tried, since eyes are marked as far off as that.
 *
 * All it needs of a template are 456 bytes, which are extracted once for all probes.
 *
 * Guarantees: whole numbers; the ways of counting give the same likeness. A block that one photo lacks differs by what
 * chance gives, at every shift.
 */
#include <endian.h>
#include <string.h>

#include "match/elastic_lanes.h"
#include "match/elastic_vectors.h"

enum {
    CHANCE = 118, /* bits of 256: what the best of 45 shifts seldom falls below by chance, and a few more */
    ABSENT_COST = 32, /* half of a block's bits */
    FURTHEST = 255,   /* more than chance: counts nothing */
    WORDS = ELASTIC_COARSE_WORDS,
    PRESENT_AT = BLOCKS * WORDS * 4, /* in an extract, behind its words: which blocks the photo has */
    SQUARE_COLUMNS = BLOCK_COLUMNS - 1,
    SQUARES = (BLOCK_ROWS - 1) * SQUARE_COLUMNS
};

_Static_assert(4 * WORDS * 32 <= FURTHEST + 1, "sums of four blocks fit a byte, but for the greatest");

/* The chessboard of a block: of its rows' first codes the even ones of the first and the odd ones of the next. */
static inline void block_words(const uint8_t *block, uint32_t coarse[WORDS])
{
    for (int i = 0; i < WORDS; i++) {
        uint32_t even, odd;
        memcpy(&even, block + (size_t)i * 16, sizeof even);
        memcpy(&odd, block + (size_t)i * 16 + 8, sizeof odd);
        coarse[i] = (le32toh(even) & 0x00FF00FFU) | (le32toh(odd) & 0xFF00FF00U);
    }
}

static void extract_plain(const uint8_t *template_bytes, uint8_t *extract)
{
    for (int block = 0; block < BLOCKS; block++) {
        uint32_t coarse[WORDS];
        block_words(template_bytes + block * BLOCK_BYTES, coarse);
        memcpy(extract + block * WORDS * 4, coarse, sizeof coarse);
    }
}

/* Blocks that both photos have. */
static inline uint64_t both_present(const struct match_probe *probe, const uint8_t *extract)
{
    uint64_t present;
    memcpy(&present, extract + PRESENT_AT, sizeof present);
    return probe->present & present;
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
                block_words((const uint8_t *)words, coarse);
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

static void block_costs(const struct match_probe *probe, int block, const uint8_t *extract,
                        uint8_t costs[LANE_COUNT])
{
    uint32_t own[WORDS];
    memcpy(own, extract + block * WORDS * 4, sizeof own);
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

static uint16_t likeness_one(const struct match_probe *probe, const uint8_t *extract)
{
    uint64_t present = both_present(probe, extract);
    uint8_t rows[2][BLOCK_COLUMNS][LANE_COUNT];
    uint32_t sum = 0;
    for (int row = 0; row < BLOCK_ROWS; row++) {
        for (int column = 0; column < BLOCK_COLUMNS; column++) {
            int block = row * BLOCK_COLUMNS + column;
            uint8_t *costs = rows[row % 2][column];
            if ((present >> block & 1) != 0)
                block_costs(probe, block, extract, costs);
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

static void coarse_plain(const struct match_probe *probe, const uint8_t *extracts, size_t count,
                         uint16_t *likeness)
{
    for (size_t i = 0; i < count; i++)
        likeness[i] = likeness_one(probe, extracts + i * ELASTIC_COARSE_BYTES);
}

#ifdef HAVE_X86

static AVX512 void extract_avx512(const uint8_t *template_bytes, uint8_t *extract)
{
    /* Of four blocks, that is two vectors, the first halves of words 0 and 2 of each, and of 1 and 3. */
    const __m512i first = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m512i next = _mm512_add_epi32(first, _mm512_set1_epi32(2));
    for (int block = 0; block < BLOCKS; block += 4) {
        const uint8_t *from = template_bytes + block * BLOCK_BYTES;
        __m512i a = _mm512_loadu_si512(from), b = _mm512_loadu_si512(from + 64);
        __m256i even = _mm512_castsi512_si256(_mm512_permutex2var_epi32(a, first, b));
        __m256i odd = _mm512_castsi512_si256(_mm512_permutex2var_epi32(a, next, b));
        __m256i both = _mm256_blendv_epi8(odd, even, _mm256_set1_epi32(0x00FF00FF));
        _mm256_storeu_si256((__m256i *)(void *)(extract + block * WORDS * 4), both);
    }
}

/* The 48 costs of a block as bytes; their order is that of two vectors of whole numbers packed, then packed again. */
struct lanes {
    __m256i low;
    __m128i high;
};

static AVX2 ALWAYS_INLINE struct lanes packed(const __m256i numbers[LANE_COUNT / 8])
{
    __m256i ab = _mm256_packs_epi32(numbers[0], numbers[1]), cd = _mm256_packs_epi32(numbers[2], numbers[3]),
            ef = _mm256_packs_epi32(numbers[4], numbers[5]);
    return (struct lanes){_mm256_packus_epi16(ab, cd),
                          _mm_packus_epi16(_mm256_castsi256_si128(ef), _mm256_extracti128_si256(ef, 1))};
}

static AVX2 ALWAYS_INLINE struct lanes costs_avx2(const struct match_probe *probe, int block,
                                                  const uint8_t *extract)
{
    int own[WORDS];
    __m256i numbers[LANE_COUNT / 8];
    memcpy(own, extract + block * WORDS * 4, sizeof own);
    const __m256i x = _mm256_set1_epi32(own[0]), y = _mm256_set1_epi32(own[1]);
#pragma GCC unroll 6
    for (int part = 0; part < LANE_COUNT / 8; part++) {
        const uint32_t *first = probe->coarse[block][0] + part * 8,
                       *next = probe->coarse[block][1] + part * 8;
        __m256i bits =
            _mm256_add_epi8(elastic_bits_of_bytes(
                                _mm256_xor_si256(x, _mm256_load_si256((const __m256i *)(const void *)first))),
                            elastic_bits_of_bytes(
                                _mm256_xor_si256(y, _mm256_load_si256((const __m256i *)(const void *)next))));
        numbers[part] =
            _mm256_madd_epi16(_mm256_maddubs_epi16(bits, _mm256_set1_epi8(1)), _mm256_set1_epi16(1));
    }
    return packed(numbers);
}

static AVX2 ALWAYS_INLINE struct lanes sum_avx2(struct lanes a, struct lanes b)
{
    return (struct lanes){_mm256_adds_epu8(a.low, b.low), _mm_adds_epu8(a.high, b.high)};
}

static AVX2 ALWAYS_INLINE unsigned least_avx2(struct lanes lanes)
{
    __m128i least = _mm_min_epu8(
        _mm_min_epu8(_mm256_castsi256_si128(lanes.low), _mm256_extracti128_si256(lanes.low, 1)), lanes.high);
    least = _mm_min_epu8(least, _mm_srli_epi16(least, 8));
    return (unsigned)_mm_cvtsi128_si32(_mm_minpos_epu16(_mm_and_si128(least, _mm_set1_epi16(255)))) & 255;
}

static AVX2 void coarse_avx2(const struct match_probe *probe, const uint8_t *extracts, size_t count,
                             uint16_t *likeness)
{
    __m256i numbers[LANE_COUNT / 8];
    for (int part = 0; part < LANE_COUNT / 8; part++)
        numbers[part] = _mm256_cvtepu8_epi32(
            _mm_loadl_epi64((const __m128i *)(const void *)(probe->coarse_price + part * 8)));
    const struct lanes price = packed(numbers);
    const struct lanes absent = {_mm256_set1_epi8(ABSENT_COST), _mm_set1_epi8(ABSENT_COST)};
    for (size_t i = 0; i < count; i++, extracts += ELASTIC_COARSE_BYTES) {
        struct lanes above[SQUARE_COLUMNS], left = absent;
        uint64_t present = both_present(probe, extracts);
        uint32_t sum = 0;
        for (int block = 0; block < BLOCKS; block++) {
            int column = block % BLOCK_COLUMNS - 1; /* of the square that ends here */
            struct lanes own = (present >> block & 1) != 0 ? costs_avx2(probe, block, extracts) : absent;
            if (column >= 0) {
                struct lanes pair = sum_avx2(left, own);
                unsigned least = CHANCE;
                if (block >= BLOCK_COLUMNS)
                    least = least_avx2(sum_avx2(sum_avx2(pair, above[column]), price));
                if (least < CHANCE)
                    sum += (CHANCE - least) * (CHANCE - least);
                above[column] = pair;
            }
            left = own;
        }
        likeness[i] = likeness_of(sum);
    }
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
    const uint8_t *extracts[TOGETHER];
    _Alignas(64) __m512i least[TREES * TREE];
    uint64_t present[TOGETHER];
};

struct parts {
    __m512i part[PARTS];
};

static AVX512 ALWAYS_INLINE __m512i word_of(const struct four *four, int photo, int at)
{
    int word;
    memcpy(&word, four->extracts[photo] + (size_t)at * sizeof word, sizeof word);
    return _mm512_set1_epi32(word);
}

static AVX512 ALWAYS_INLINE struct parts costs_of(const struct match_probe *probe, const struct four *four,
                                                  int block)
{
    struct parts costs;
    __m512i windows[PARTS][WORDS];
    const __m512i second = _mm512_set1_epi32(1 << 8);
#pragma GCC unroll 3
    for (int part = 0; part < PARTS; part++)
#pragma GCC unroll 2
        for (int i = 0; i < WORDS; i++)
            windows[part][i] = _mm512_load_si512(probe->coarse[block][i] + part * VECTOR_WORDS);
            /* Two photos to the lower bytes, two to the upper: one operation puts a count beside another. */
#pragma GCC unroll 2
    for (int photo = 0; photo < TOGETHER; photo += 2) {
        __m512i a = word_of(four, photo, block * WORDS), b = word_of(four, photo, block * WORDS + 1),
                c = word_of(four, photo + 1, block * WORDS), d = word_of(four, photo + 1, block * WORDS + 1);
#pragma GCC unroll 3
        for (int part = 0; part < PARTS; part++) {
            __m512i one = _mm512_add_epi32(_mm512_popcnt_epi32(_mm512_xor_si512(a, windows[part][0])),
                                           _mm512_popcnt_epi32(_mm512_xor_si512(b, windows[part][1])));
            __m512i other = _mm512_add_epi32(_mm512_popcnt_epi32(_mm512_xor_si512(c, windows[part][0])),
                                             _mm512_popcnt_epi32(_mm512_xor_si512(d, windows[part][1])));
            __m512i both = _mm512_dpwssd_epi32(one, other, second);
            costs.part[part] =
                photo == 0 ? both : _mm512_or_si512(costs.part[part], _mm512_slli_epi32(both, 16));
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

static AVX512 void coarse_avx512(const struct match_probe *probe, const uint8_t *extracts, size_t count,
                                 uint16_t *likeness)
{
    struct four four;
    for (size_t i = 0; i < count; i += TOGETHER) {
        uint16_t found[TOGETHER];
        size_t left = count - i;
        for (size_t photo = 0; photo < TOGETHER; photo++) {
            four.extracts[photo] = extracts + (i + (photo < left ? photo : 0)) * ELASTIC_COARSE_BYTES;
            four.present[photo] = both_present(probe, four.extracts[photo]);
        }
        likeness_four(probe, &four, found);
        memcpy(likeness + i, found, (left < TOGETHER ? left : TOGETHER) * sizeof *likeness);
    }
}

#endif

void elastic_coarse_extracts(const uint8_t *const *templates, size_t count, uint8_t *extracts)
{
    void (*extract)(const uint8_t *, uint8_t *) = extract_plain;
#ifdef HAVE_X86
    if (elastic_kernel_best() == ELASTIC_AVX512)
        extract = extract_avx512;
#endif
    for (size_t i = 0; i < count; i++, extracts += ELASTIC_COARSE_BYTES) {
        uint64_t present = elastic_present(templates[i]);
        extract(templates[i], extracts);
        memcpy(extracts + PRESENT_AT, &present, sizeof present);
    }
}

void elastic_coarse_with(enum elastic_kernel kernel, const struct match_probe *probe, const uint8_t *extracts,
                         size_t count, uint16_t *likeness)
{
    switch (kernel) {
#ifdef HAVE_X86
    case ELASTIC_AVX512:
        coarse_avx512(probe, extracts, count, likeness);
        break;
    case ELASTIC_AVX2:
        coarse_avx2(probe, extracts, count, likeness);
        break;
#endif
    default:
        coarse_plain(probe, extracts, count, likeness);
        break;
    }
}
