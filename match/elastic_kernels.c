/*
 * The comparison itself: 56 blocks x 45 shifts of Hamming distances, messages between neighbouring shifts,
 * means over neighbouring blocks, minima.
 *
 * Guarantees: whole numbers only; the kernels differ in how they count bits and in nothing else, and give the
 * same distances on every processor. None writes outside its own stack, so threads may share a probe.
 */
#include <string.h>

#include "match/elastic_lanes.h"
#include "match/elastic_vectors.h"

/* Shut lanes before and after, for the neighbours of the first and last row. */
struct scratch {
    _Alignas(64) int16_t cost[BLOCKS][LANES + 2 * SHIFT_LANES];
    _Alignas(64) int16_t message[BLOCKS][LANES];
    _Alignas(64) uint16_t column[BLOCKS][LANES]; /* messages of a block and those above and below it */
};

static inline __attribute__((always_inline)) void scratch_shut(struct scratch *scratch)
{
    for (int block = 0; block < BLOCKS; block++)
        for (int lane = 0; lane < LANES + 2 * SHIFT_LANES; lane++)
            scratch->cost[block][lane] = SHUT;
}

/* What a block's neighbours may expect of it: its own cost of a shift, or that of a shift next to it and a
   price. */
static inline __attribute__((always_inline)) void send_messages(struct scratch *scratch)
{
    for (int block = 0; block < BLOCKS; block++) {
        const int16_t *cost = scratch->cost[block] + SHIFT_LANES;
        int16_t message[LANES]; /* local, so that the compiler sees no overlap and uses vectors */
        for (int k = 0; k < LANES; k++) {
            int16_t a = cost[k - 1] < cost[k + 1] ? cost[k - 1] : cost[k + 1];
            int16_t b =
                cost[k - SHIFT_LANES] < cost[k + SHIFT_LANES] ? cost[k - SHIFT_LANES] : cost[k + SHIFT_LANES];
            int16_t near = (int16_t)((a < b ? a : b) + MESSAGE_PRICE);
            message[k] = cost[k] < near ? cost[k] : near;
        }
        memcpy(scratch->message[block], message, sizeof message);
    }
}

/* The least, over the shifts, of a cost plus the mean of `count` messages, rounded down. `count` is a
   constant where this is inlined, so that no division remains. */
static inline __attribute__((always_inline)) uint16_t least_total(const int16_t *cost, const uint16_t *sum,
                                                                  uint16_t count)
{
    int16_t least = INT16_MAX;
    for (int k = 0; k < LANES; k++) {
        int16_t total = (int16_t)(cost[k] + (int16_t)(uint16_t)(sum[k] / count));
        least = total < least ? total : least;
    }
    return (uint16_t)least;
}

static inline __attribute__((always_inline)) void add_columns(struct scratch *scratch)
{
    for (int block = 0; block < BLOCKS; block++) {
        uint16_t sum[LANES];
        memcpy(sum, scratch->message[block], sizeof sum);
        for (int near = block - BLOCK_COLUMNS; near <= block + BLOCK_COLUMNS; near += 2 * BLOCK_COLUMNS)
            for (int k = 0; near >= 0 && near < BLOCKS && k < LANES; k++)
                sum[k] = (uint16_t)(sum[k] + (uint16_t)scratch->message[near][k]);
        memcpy(scratch->column[block], sum, sizeof sum);
    }
}

/* One block's distance. Sums of shut lanes may wrap; their cost alone keeps them above any open one. */
static inline __attribute__((always_inline)) uint16_t best_shift(const struct scratch *scratch, int block)
{
    int row = block / BLOCK_COLUMNS, column = block % BLOCK_COLUMNS;
    bool edge_row = row == 0 || row == BLOCK_ROWS - 1, edge = column == 0 || column == BLOCK_COLUMNS - 1;
    const uint16_t *left = scratch->column[column > 0 ? block - 1 : block + 1];
    const uint16_t *right = scratch->column[block + 1 - 2 * (column == BLOCK_COLUMNS - 1)];
    uint16_t sum[LANES];
    for (int k = 0; k < LANES; k++) /* the block itself is no neighbour */
        sum[k] = (uint16_t)(scratch->column[block][k] - (uint16_t)scratch->message[block][k] + left[k]);
    if (!edge)
        for (int k = 0; k < LANES; k++)
            sum[k] = (uint16_t)(sum[k] + right[k]);
    const int16_t *cost = scratch->cost[block] + SHIFT_LANES;
    if (edge_row && edge)
        return least_total(cost, sum, 3);
    return edge_row || edge ? least_total(cost, sum, 5) : least_total(cost, sum, 8);
}

/* The same where blocks are absent: absent neighbours send nothing, and a block without any stands alone. */
static inline __attribute__((always_inline)) uint16_t best_shift_among(const struct scratch *scratch,
                                                                       int block, uint64_t present)
{
    int row = block / BLOCK_COLUMNS, column = block % BLOCK_COLUMNS;
    uint16_t sum[LANES] = {0}, count = 0;
    for (int y = row - 1; y <= row + 1; y++)
        for (int x = column - 1; x <= column + 1; x++) {
            int near = y * BLOCK_COLUMNS + x;
            if (y < 0 || y >= BLOCK_ROWS || x < 0 || x >= BLOCK_COLUMNS || near == block ||
                (present >> near & 1) == 0)
                continue;
            count++;
            for (int k = 0; k < LANES; k++)
                sum[k] = (uint16_t)(sum[k] + (uint16_t)scratch->message[near][k]);
        }
    if (count == 0) {
        count = 1;
        for (int k = 0; k < LANES; k++)
            sum[k] = (uint16_t)scratch->message[block][k];
    }
    const int16_t *cost = scratch->cost[block] + SHIFT_LANES;
    uint32_t inverse = (65536U + count - 1U) / count; /* exact for sums as small as those of open lanes */
    int16_t least = INT16_MAX;
    for (int k = 0; k < LANES; k++) {
        int16_t total = (int16_t)(cost[k] + (int16_t)(sum[k] * inverse >> 16));
        total = cost[k] < SHUT ? total : INT16_MAX;
        least = total < least ? total : least;
    }
    return (uint16_t)least;
}

static inline __attribute__((always_inline)) void settle(struct scratch *scratch, uint64_t present,
                                                         uint16_t *distances)
{
    send_messages(scratch);
    if (present == ALL_PRESENT)
        add_columns(scratch);
    for (int block = 0; block < BLOCKS; block++)
        distances[block] = present == ALL_PRESENT        ? best_shift(scratch, block)
                           : (present >> block & 1) == 0 ? MATCH_DISTANCE_NONE
                                                         : best_shift_among(scratch, block, present);
}

/* Bits set in each byte, added up bytewise over the four words of a window: at most 32 a byte. */
static void count_plain(const struct match_probe *probe, const uint8_t *template_bytes,
                        struct scratch *scratch)
{
    for (int block = 0; block < BLOCKS; block++) {
        uint64_t words[BLOCK_WORDS];
        memcpy(words, template_bytes + block * BLOCK_BYTES, sizeof words);
        for (int row = 0; row < SHIFT_ROWS; row++) {
            uint64_t bytes[SHIFT_LANES] = {0};
            for (int word = 0; word < BLOCK_WORDS; word++)
                for (int lane = 0; lane < SHIFT_LANES; lane++) {
                    uint64_t x = probe->windows[block][row][word][lane] ^ words[word];
                    x = x - ((x >> 1) & 0x5555555555555555U);
                    x = (x & 0x3333333333333333U) + ((x >> 2) & 0x3333333333333333U);
                    bytes[lane] += (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0FU;
                }
            for (int lane = 0; lane < SHIFT_LANES; lane++) {
                uint64_t pairs =
                    (bytes[lane] & 0x00FF00FF00FF00FFU) + ((bytes[lane] >> 8) & 0x00FF00FF00FF00FFU);
                int at = row * SHIFT_LANES + lane;
                scratch->cost[block][SHIFT_LANES + at] =
                    (int16_t)(probe->price[at] + (int16_t)((pairs * 0x0001000100010001U) >> 48));
            }
        }
    }
}

static void compare_plain(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                          uint16_t *distances)
{
    struct scratch scratch;
    scratch_shut(&scratch);
    for (size_t i = 0; i < count; i++) {
        count_plain(probe, templates[i], &scratch);
        settle(&scratch, probe->present & elastic_present(templates[i]), distances + i * BLOCKS);
    }
}

bool elastic_kernel_usable(enum elastic_kernel kernel)
{
    switch (kernel) {
    case ELASTIC_PLAIN:
        return true;
#ifdef HAVE_X86
    case ELASTIC_AVX2:
        return __builtin_cpu_supports("avx2");
    case ELASTIC_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512vnni");
#endif
    default:
        return false;
    }
}

static enum elastic_kernel kernel_most = ELASTIC_KERNELS;

void elastic_kernel_limit(enum elastic_kernel most)
{
    kernel_most = most;
}

enum elastic_kernel elastic_kernel_best(void)
{
    return kernel_most >= ELASTIC_AVX512 && elastic_kernel_usable(ELASTIC_AVX512) ? ELASTIC_AVX512
           : kernel_most >= ELASTIC_AVX2 && elastic_kernel_usable(ELASTIC_AVX2)   ? ELASTIC_AVX2
                                                                                  : ELASTIC_PLAIN;
}

void elastic_compare_with(enum elastic_kernel kernel, const struct match_probe *probe,
                          const uint8_t *const *templates, size_t count, uint16_t *distances)
{
    switch (kernel) {
#ifdef HAVE_X86
    case ELASTIC_AVX512:
        elastic_compare_avx512(probe, templates, count, distances);
        break;
    case ELASTIC_AVX2:
        elastic_compare_avx2(probe, templates, count, distances);
        break;
#endif
    default:
        compare_plain(probe, templates, count, distances);
        break;
    }
}
