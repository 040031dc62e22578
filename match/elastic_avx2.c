/*
 * The comparison for processors with AVX2.
 *
 * Guarantees: the same distances as the plain kernel, bit for bit.
 *
 * Bits are counted by looking up half bytes. Shifts lie as in the plain kernel, rows of eight lanes with shut ones around
 * them, so that a shift's neighbours are read from memory one lane or one row further on: all costs of a template are
 * written before any is read so, for what was written a moment ago cannot be read across its edges.
 */
#include "match/elastic_lanes.h"
#include "match/elastic_vectors.h"

#ifdef HAVE_X86

#include <string.h>

enum { VECTOR_LANES = 16, VECTORS = LANES / VECTOR_LANES };

/* Costs have shut lanes before and after, for the neighbours of the first and last row. Columns are messages of a block
   and those above and below it. */
struct scratch {
    _Alignas(64) int16_t cost[BLOCKS][LANES + 2 * SHIFT_LANES];
    _Alignas(64) uint16_t message[BLOCKS][LANES];
    _Alignas(64) uint16_t column[BLOCKS][LANES];
};

static const uint16_t nothing[LANES];

static AVX2 void block_costs(const struct match_probe *probe, int block, const uint8_t *template_bytes,
                             int16_t *costs)
{
    long long words[BLOCK_WORDS];
    memcpy(words, template_bytes + block * BLOCK_BYTES, sizeof words);
    for (int row = 0; row < SHIFT_ROWS; row++) {
        __m256i low = _mm256_setzero_si256(), high = low;
        const __m256i *window = (const __m256i *)probe->windows[block][row];
#pragma GCC unroll 4
        for (int word = 0; word < BLOCK_WORDS; word++) {
            __m256i codes = _mm256_set1_epi64x(words[word]);
            low = _mm256_add_epi8(
                low, elastic_bits_of_bytes(_mm256_xor_si256(codes, _mm256_load_si256(window + 2 * word))));
            high = _mm256_add_epi8(high, elastic_bits_of_bytes(_mm256_xor_si256(
                                             codes, _mm256_load_si256(window + 2 * word + 1))));
        }
        __m256i zero = _mm256_setzero_si256();
        /* Words of 64 bits with the counts of lanes 0..3 and 4..7, brought to 16 bits in order. */
        __m256i counts = _mm256_packus_epi32(_mm256_sad_epu8(low, zero), _mm256_sad_epu8(high, zero));
        counts = _mm256_packus_epi32(counts, zero);
        counts = _mm256_permutevar8x32_epi32(counts, _mm256_setr_epi32(0, 4, 1, 5, 2, 3, 6, 7));
        int at = row * SHIFT_LANES;
        __m128i price = _mm_load_si128((const __m128i *)(probe->price + at));
        _mm_storeu_si128((__m128i *)(costs + at), _mm_add_epi16(price, _mm256_castsi256_si128(counts)));
    }
}

static AVX2 ALWAYS_INLINE __m256i read_16(const void *lanes)
{
    return _mm256_loadu_si256((const __m256i *)lanes);
}

/* Absent blocks send nothing. */
static AVX2 void send_messages(struct scratch *scratch, uint64_t present)
{
    const __m256i price = _mm256_set1_epi16(MESSAGE_PRICE);
    for (int block = 0; block < BLOCKS; block++) {
        const int16_t *cost = scratch->cost[block] + SHIFT_LANES;
        __m256i sent = _mm256_set1_epi16((short)-(short)(present >> block & 1));
#pragma GCC unroll 4
        for (int k = 0; k < LANES; k += VECTOR_LANES) {
            __m256i beside = _mm256_min_epi16(read_16(cost + k - 1), read_16(cost + k + 1));
            __m256i across =
                _mm256_min_epi16(read_16(cost + k - SHIFT_LANES), read_16(cost + k + SHIFT_LANES));
            __m256i near = _mm256_add_epi16(_mm256_min_epi16(beside, across), price);
            _mm256_store_si256((__m256i *)(void *)(scratch->message[block] + k),
                               _mm256_and_si256(sent, _mm256_min_epi16(read_16(cost + k), near)));
        }
    }
}

static AVX2 void add_columns(struct scratch *scratch)
{
    for (int block = 0; block < BLOCKS; block++) {
        const uint16_t *own = scratch->message[block];
        const uint16_t *above = block >= BLOCK_COLUMNS ? own - BLOCK_COLUMNS * LANES : nothing;
        const uint16_t *below = block < BLOCKS - BLOCK_COLUMNS ? own + BLOCK_COLUMNS * LANES : nothing;
#pragma GCC unroll 4
        for (int k = 0; k < LANES; k += VECTOR_LANES)
            _mm256_store_si256(
                (__m256i *)(void *)(scratch->column[block] + k),
                _mm256_add_epi16(_mm256_add_epi16(read_16(above + k), read_16(below + k)), read_16(own + k)));
    }
}

/* The least total of a block over the shifts, the mean being over the neighbours that are present; a block without any
   stands alone. */
static AVX2 uint16_t best_shift(const struct scratch *scratch, int block, int neighbours)
{
    int column = block % BLOCK_COLUMNS;
    const uint16_t *own = scratch->message[block], *middle = scratch->column[block];
    const uint16_t *left = column > 0 ? middle - LANES : nothing,
                   *right = column < BLOCK_COLUMNS - 1 ? middle + LANES : nothing;
    if (neighbours == 0) {
        left = right = nothing;
        middle = own;
        own = nothing;
        neighbours = 1;
    }
    /* Twice the sum times 32768 / neighbours, rounded up: exact for the sums of open lanes. Those of shut ones may wrap;
       their cost alone keeps them above any open one. */
    const __m256i inverse = _mm256_set1_epi16((short)((32768 + neighbours - 1) / neighbours));
    __m256i least = _mm256_set1_epi16(-1);
#pragma GCC unroll 4
    for (int k = 0; k < LANES; k += VECTOR_LANES) {
        __m256i sum = _mm256_sub_epi16(read_16(middle + k), read_16(own + k));
        sum = _mm256_add_epi16(_mm256_add_epi16(sum, read_16(left + k)), read_16(right + k));
        __m256i mean = _mm256_mulhi_epu16(_mm256_add_epi16(sum, sum), inverse);
        least =
            _mm256_min_epu16(least, _mm256_add_epi16(read_16(scratch->cost[block] + SHIFT_LANES + k), mean));
    }
    __m128i half = _mm_min_epu16(_mm256_castsi256_si128(least), _mm256_extracti128_si256(least, 1));
    return (uint16_t)_mm_cvtsi128_si32(_mm_minpos_epu16(half));
}

AVX2 void elastic_compare_avx2(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                               uint16_t *distances)
{
    struct scratch scratch;
    uint64_t near[BLOCKS];
    for (int block = 0; block < BLOCKS; block++)
        near[block] = elastic_blocks_near(block);
    for (int block = 0; block < BLOCKS; block++)
        for (int lane = 0; lane < LANES + 2 * SHIFT_LANES; lane++)
            scratch.cost[block][lane] = SHUT;
    for (size_t i = 0; i < count; i++, distances += BLOCKS) {
        uint64_t present = probe->present & elastic_present(templates[i]);
        for (int block = 0; block < BLOCKS; block++)
            block_costs(probe, block, templates[i], scratch.cost[block] + SHIFT_LANES);
        send_messages(&scratch, present);
        add_columns(&scratch);
        for (int block = 0; block < BLOCKS; block++)
            distances[block] = (present >> block & 1) == 0
                                   ? MATCH_DISTANCE_NONE
                                   : best_shift(&scratch, block, __builtin_popcountll(present & near[block]));
    }
}

#endif
