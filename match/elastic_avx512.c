/*
 * The comparison for processors with AVX-512 and VPOPCNTDQ.
 *
 * Guarantees: the same distances as the plain kernel, bit for bit.
 *
 * The 45 shifts and three dead lanes are 48 lanes of 32 bits, so a block's 8 words of four codes are compared
 * at all shifts with three vectors a word. Bits are counted late: of the words a, b, c of a lane the parity
 * a^b^c and the majority say as much as the three, and parities are prepared once on either side, so that
 * four words cost four exclusive ors, one majority and three population counts. Two templates go
 * together: they share the probe's vectors, and the third vectors of both make one of 16-bit lanes.
 * Sixteen templates are taken through a block before the next, for the probe's part of a block fills half of
 * the first cache. Only where a block is absent does a pair of templates take the longer way over the neighbours
 * there are.
 */
#include "match/elastic_lanes.h"
#include "match/elastic_vectors.h"

#ifdef HAVE_X86

#include <pthread.h>
#include <string.h>

#define PARITY 0x96
#define MAJORITY 0xD4 /* of a, b and c, given a, b and a^b^c */

enum { TOGETHER = 16, PAIRS = TOGETHER / 2, PARTS = 3, NEIGHBOURS = 4, AHEAD = 6, CACHE_LINE = 64 };

/* Where the neighbours of each 16-bit lane are, by direction. */
static struct {
    _Alignas(64) uint16_t first[NEIGHBOURS][32];  /* of the first template's 32 lanes: in them or part 2 */
    _Alignas(64) uint16_t second[NEIGHBOURS][32]; /* of the second's */
    _Alignas(64) uint16_t wide[NEIGHBOURS][32];   /* of part 2: in the first's or second's 32 lanes ... */
    _Alignas(64) uint16_t narrow[NEIGHBOURS][32]; /* ... or in part 2 itself */
    uint32_t is_narrow[NEIGHBOURS];
    _Alignas(64) uint32_t price[PARTS][16];
    uint64_t near[BLOCKS]; /* the blocks beside each */
    _Alignas(
        64) uint16_t order[2][32]; /* of each template's blocks in two groups of 16, the word that holds it */
} tables;
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

/* The 16-bit lane of a shift after packing: parts 0 and 1 of one template share a vector, part 2 of both. */
static unsigned lane_of(unsigned shift, unsigned template)
{
    unsigned in_part = shift % 16, group = 8 * (in_part / 4) + in_part % 4;
    return shift < 32 ? group + 4 * (shift / 16) : group + 4 * template;
}

static void tables_make(void)
{
    static const int steps[NEIGHBOURS][2] = {{-1, -1}, {-1, 1}, {1, -1}, {1, 1}};
    for (unsigned shift = 0; shift < LANE_COUNT; shift++)
        for (int d = 0; d < NEIGHBOURS; d++) {
            int near = elastic_lane_beside(shift, steps[d][0], steps[d][1]);
            unsigned other = near < 0 ? LANE_COUNT - 1 : (unsigned)near;
            for (unsigned t = 0; t < 2; t++) {
                unsigned at = lane_of(shift, t), from = lane_of(other, t);
                if (shift < 32) {
                    uint16_t *table = t == 0 ? tables.first[d] : tables.second[d];
                    table[at] = (uint16_t)(other < 32 ? from : 32 + from);
                } else if (other < 32) {
                    tables.wide[d][at] = (uint16_t)(32 * t + from);
                } else {
                    tables.narrow[d][at] = (uint16_t)from;
                    tables.is_narrow[d] |= 1U << at;
                }
            }
        }
    for (int block = 0; block < BLOCKS; block++)
        tables.near[block] = elastic_blocks_near(block);
    for (unsigned lane = 0; lane < LANE_COUNT; lane++)
        tables.price[lane / 16][lane % 16] = (uint32_t)elastic_lane_price(lane);
    /* See reduce_four: 16 blocks in slots 4 * quarter + place, two templates. */
    for (unsigned word = 0; word < 32; word++) {
        unsigned place = word / 8, dword = word % 8 / 2, half = word % 2;
        unsigned slot = 8 * half + 4 * (dword / 2) + place;
        for (unsigned group = 0; group < 2; group++)
            tables.order[dword % 2][16 * group + slot] = (uint16_t)(32 * group + word);
    }
}

struct block {
    __m512i cost[PARTS], message[PARTS];
};
struct pair {
    struct block blocks[BLOCKS];
};

static AVX512 ALWAYS_INLINE __m512i least(__m512i a, __m512i b)
{
    return _mm512_min_epu16(a, b);
}

/* What the neighbours of a block may expect of the shifts of one part: `near`, the least of the shifts beside each,
   for a price, or its own cost. */
static AVX512 ALWAYS_INLINE __m512i message_of(__m512i cost, const __m512i near[NEIGHBOURS])
{
    __m512i beside = least(least(least(near[0], near[1]), near[2]), near[3]);
    return least(cost, _mm512_add_epi16(beside, _mm512_set1_epi16(MESSAGE_PRICE)));
}

/* Of template 0 or 1 of a pair, its first 32 lanes. */
static AVX512 ALWAYS_INLINE void send_wide(struct block *block, int template)
{
    __m512i near[NEIGHBOURS];
#pragma GCC unroll 4
    for (int d = 0; d < NEIGHBOURS; d++)
        near[d] = _mm512_permutex2var_epi16(
            block->cost[template], _mm512_load_si512(template == 0 ? tables.first[d] : tables.second[d]),
            block->cost[2]);
    block->message[template] = message_of(block->cost[template], near);
}

/* Of the part that both share. */
static AVX512 ALWAYS_INLINE void send_shared(struct block *block)
{
    __m512i near[NEIGHBOURS];
#pragma GCC unroll 4
    for (int d = 0; d < NEIGHBOURS; d++) {
        near[d] =
            _mm512_permutex2var_epi16(block->cost[0], _mm512_load_si512(tables.wide[d]), block->cost[1]);
        near[d] = _mm512_mask_permutexvar_epi16(near[d], tables.is_narrow[d],
                                                _mm512_load_si512(tables.narrow[d]), block->cost[2]);
    }
    block->message[2] = message_of(block->cost[2], near);
}

/* A block's four pairs of words as elastic_parities leaves them; stored as one, for what is stored in parts is
   slow to be read as a whole. */
static AVX512 ALWAYS_INLINE void prepare(const uint8_t *block, uint32_t *words)
{
    const __m256i pairs = _mm256_loadu_si256((const __m256i *)(const void *)block);
    const __m256i first = _mm256_permutex_epi64(pairs, 0x00), second = _mm256_permutex_epi64(pairs, 0x55);
    _mm256_store_si256((__m256i *)(void *)words,
                       _mm256_mask_ternarylogic_epi64(pairs, 1 << 2, first, second, PARITY));
}

/* One part, 16 shifts, of two templates. The order of the statements keeps all of it in registers. */
struct two {
    __m512i a, b;
};

static AVX512 ALWAYS_INLINE struct two differences(const uint32_t *window, uint32_t a, uint32_t b)
{
    __m512i codes = _mm512_load_si512(window);
    __asm__("" : "+v"(codes)); /* loaded once for both: loads are what there is too little of */
    return (struct two){_mm512_xor_si512(codes, _mm512_set1_epi32((int)a)),
                        _mm512_xor_si512(codes, _mm512_set1_epi32((int)b))};
}

static AVX512 ALWAYS_INLINE void add_bits(struct two *sum, struct two x)
{
    sum->a = _mm512_add_epi32(sum->a, _mm512_popcnt_epi32(x.a));
    sum->b = _mm512_add_epi32(sum->b, _mm512_popcnt_epi32(x.b));
}

static AVX512 ALWAYS_INLINE struct two majority(struct two x, struct two y, struct two parity)
{
    return (struct two){_mm512_ternarylogic_epi32(x.a, y.a, parity.a, MAJORITY),
                        _mm512_ternarylogic_epi32(x.b, y.b, parity.b, MAJORITY)};
}

static AVX512 ALWAYS_INLINE struct two part_costs(const uint32_t windows[][LANE_COUNT], int part,
                                                  const uint32_t *a, const uint32_t *b)
{
    __m512i price = _mm512_load_si512(tables.price[part]), zero = _mm512_setzero_si512();
    /* Words are broadcast from memory, which costs no vector operation; without this the compiler keeps all
       32 in registers, which it has not got. */
    __asm__ volatile("" ::: "memory");
    struct two ones = {price, price}, twos = {zero, zero};
#pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
        struct two x = differences(windows[half] + 16 * part, a[half], b[half]);
        struct two y = differences(windows[2 + half] + 16 * part, a[2 + half], b[2 + half]);
        struct two parity = differences(windows[4 + half] + 16 * part, a[4 + half], b[4 + half]);
        add_bits(&twos, majority(x, y, parity));
        add_bits(&ones, parity);
        add_bits(&ones, differences(windows[6 + half] + 16 * part, a[6 + half], b[6 + half]));
    }
    const __m512i two = _mm512_set1_epi32(2);
    return (struct two){_mm512_dpwssd_epi32(ones.a, twos.a, two), _mm512_dpwssd_epi32(ones.b, twos.b, two)};
}

/* Costs of a block, and messages of what `last` points to: the pair or block before. Between the counts of this one there is
   room for its steps, each of which waits for the one before it. */
static AVX512 void block_costs(const struct match_probe *probe, int block, const uint8_t *const *templates,
                               const uint8_t *const *next, size_t pairs, struct pair *scratch,
                               struct block **last)
{
    const uint32_t(*windows)[LANE_COUNT] = probe->lanes[block];
    struct block *before = *last;
    _Alignas(64) uint32_t words[TOGETHER][2 * BLOCK_WORDS];
    for (size_t i = 0; i < 2 * pairs; i++) {
        /* Sixteen streams are more than the processor follows on its own. */
        _mm_prefetch((const char *)(templates[i] + (block + AHEAD) * BLOCK_BYTES), _MM_HINT_T0);
        prepare(templates[i] + block * BLOCK_BYTES, words[i]);
        /* What is compared next is on its way meanwhile: bringing it costs no time of its own. */
        if (next != NULL && block * BLOCK_BYTES % CACHE_LINE == 0)
            _mm_prefetch((const char *)(next[i] + block * BLOCK_BYTES), _MM_HINT_T1);
    }
    for (size_t i = 0; i < pairs; i++) {
        const uint32_t *a = words[2 * i], *b = words[2 * i + 1];
        struct block *to = &scratch[i].blocks[block];
        struct two first = part_costs(windows, 0, a, b);
        send_wide(before, 0);
        struct two second = part_costs(windows, 1, a, b);
        send_wide(before, 1);
        to->cost[0] = _mm512_packus_epi32(first.a, second.a);
        to->cost[1] = _mm512_packus_epi32(first.b, second.b);
        first = part_costs(windows, 2, a, b);
        send_shared(before);
        to->cost[2] = _mm512_packus_epi32(first.a, first.b);
        before = to;
    }
    *last = before;
}

/* Messages of the blocks above and below one, and with its own. */
struct column {
    __m512i beside[PARTS], sum[PARTS];
};

static AVX512 ALWAYS_INLINE void column_add(struct column *column, const struct block *above,
                                            const struct block *own, const struct block *below)
{
#pragma GCC unroll 3
    for (int part = 0; part < PARTS; part++) {
        column->beside[part] = _mm512_add_epi16(above->message[part], below->message[part]);
        column->sum[part] = _mm512_add_epi16(column->beside[part], own->message[part]);
    }
}

/* Least totals of the blocks of a row: groups of four lanes, the first template's and the second's in turn. */
static AVX512 void row_settle(const struct pair *pair, int row, __m512i *totals)
{
    static const struct block none;
    const struct block *own = &pair->blocks[row * BLOCK_COLUMNS];
    bool top = row == 0, bottom = row == BLOCK_ROWS - 1;
    const struct block *above = top ? &none : own - BLOCK_COLUMNS,
                       *below = bottom ? &none : own + BLOCK_COLUMNS;
    int above_step = top ? 0 : 1, below_step = bottom ? 0 : 1;
    /* 65536 / neighbours, rounded up: exact for sums as small as these */
    __m512i inner = _mm512_set1_epi16((short)(top || bottom ? 13108 : 8192));
    __m512i outer = _mm512_set1_epi16((short)(top || bottom ? 21846 : 13108));
    struct column left = {0}, middle, right;
    column_add(&middle, above, own, below);
#pragma GCC unroll 7
    for (int x = 0; x < BLOCK_COLUMNS; x++) {
        __m512i total[PARTS];
        if (x < BLOCK_COLUMNS - 1)
            column_add(&right, above + (x + 1) * above_step, own + x + 1, below + (x + 1) * below_step);
        else
            right = (struct column){0};
#pragma GCC unroll 3
        for (int part = 0; part < PARTS; part++) {
            __m512i sum =
                _mm512_add_epi16(_mm512_add_epi16(left.sum[part], middle.beside[part]), right.sum[part]);
            __m512i mean = _mm512_mulhi_epu16(sum, x == 0 || x == BLOCK_COLUMNS - 1 ? outer : inner);
            total[part] = _mm512_add_epi16(own[x].cost[part], mean);
        }
        totals[x] =
            least(least(_mm512_unpacklo_epi64(total[0], total[1]), _mm512_unpackhi_epi64(total[0], total[1])),
                  total[2]);
        left = middle;
        middle = right;
    }
}

#define SECOND_LANES 0xF0F0F0F0U /* of the third part, which both templates share */

/* Absent blocks send nothing. */
static AVX512 void messages_drop(struct pair *pair, const uint64_t present[2])
{
    for (int block = 0; block < BLOCKS; block++) {
        __m512i *message = pair->blocks[block].message;
        if ((present[0] >> block & 1) == 0) {
            message[0] = _mm512_setzero_si512();
            message[2] = _mm512_maskz_mov_epi16(SECOND_LANES, message[2]);
        }
        if ((present[1] >> block & 1) == 0) {
            message[1] = _mm512_setzero_si512();
            message[2] = _mm512_maskz_mov_epi16(~SECOND_LANES, message[2]);
        }
    }
}

/* As row_settle, for one block, the mean being over the neighbours that each template has; a block without any
   stands alone. */
static AVX512 __m512i block_settle_among(const struct pair *pair, int block, const uint64_t present[2])
{
    const struct block *own = &pair->blocks[block];
    uint64_t near = tables.near[block];
    int counts[2] = {__builtin_popcountll(present[0] & near), __builtin_popcountll(present[1] & near)};
    __m512i sum[PARTS], total[PARTS];
    for (int part = 0; part < PARTS; part++)
        sum[part] = _mm512_setzero_si512();
    for (uint64_t left = (present[0] | present[1]) & near; left != 0; left &= left - 1)
        for (int part = 0; part < PARTS; part++)
            sum[part] = _mm512_add_epi16(sum[part], pair->blocks[__builtin_ctzll(left)].message[part]);
    if (counts[0] == 0) {
        sum[0] = own->message[0];
        sum[2] = _mm512_mask_mov_epi16(sum[2], ~SECOND_LANES, own->message[2]);
    }
    if (counts[1] == 0) {
        sum[1] = own->message[1];
        sum[2] = _mm512_mask_mov_epi16(sum[2], SECOND_LANES, own->message[2]);
    }
    /* Twice the sum times 32768 / neighbours, rounded up: exact, and one neighbour is possible too. */
    __m512i inverse[PARTS];
    for (int t = 0; t < 2; t++) {
        int count = counts[t] == 0 ? 1 : counts[t];
        inverse[t] = _mm512_set1_epi16((short)((32768 + count - 1) / count));
    }
    inverse[2] = _mm512_mask_blend_epi16(SECOND_LANES, inverse[0], inverse[1]);
    for (int part = 0; part < PARTS; part++)
        total[part] = _mm512_add_epi16(own->cost[part],
                                       _mm512_mulhi_epu16(_mm512_slli_epi16(sum[part], 1), inverse[part]));
    return least(least(_mm512_unpacklo_epi64(total[0], total[1]), _mm512_unpackhi_epi64(total[0], total[1])),
                 total[2]);
}

/* Four blocks' totals to one vector: quarter q holds block q. */
static AVX512 ALWAYS_INLINE __m512i reduce_four(const __m512i *totals)
{
    __m512i a = totals[0], b = totals[1], c = totals[2], d = totals[3];
    __m512i ab = least(_mm512_shuffle_i64x2(a, b, 0x88), _mm512_shuffle_i64x2(a, b, 0xDD));
    __m512i cd = least(_mm512_shuffle_i64x2(c, d, 0x88), _mm512_shuffle_i64x2(c, d, 0xDD));
    return least(_mm512_shuffle_i64x2(ab, cd, 0x88), _mm512_shuffle_i64x2(ab, cd, 0xDD));
}

static AVX512 ALWAYS_INLINE __m512i reduce_eight(const __m512i *totals)
{
    __m512 a = _mm512_castsi512_ps(reduce_four(totals)), b = _mm512_castsi512_ps(reduce_four(totals + 4));
    return least(_mm512_castps_si512(_mm512_shuffle_ps(a, b, 0x88)),
                 _mm512_castps_si512(_mm512_shuffle_ps(a, b, 0xDD)));
}

static AVX512 void pair_settle(struct pair *pair, const uint64_t present[2], uint16_t *first,
                               uint16_t *second)
{
    __m512i totals[BLOCKS];
    bool whole = (present[0] & present[1]) == ALL_PRESENT;
    for (int row = 0; whole && row < BLOCK_ROWS; row++)
        row_settle(pair, row, totals + row * BLOCK_COLUMNS);
    if (!whole)
        messages_drop(pair, present);
    for (int block = 0; !whole && block < BLOCKS; block++)
        totals[block] = block_settle_among(pair, block, present);
    __m512i words[4];
#pragma GCC unroll 4
    for (int group = 0; group < 4; group++) {
        __m512i a = reduce_eight(totals + 16 * group), b = a;
        if (group < 3)
            b = reduce_eight(totals + 16 * group + 8);
        a = least(a, _mm512_srli_epi32(a, 16));
        b = least(b, _mm512_slli_epi32(b, 16));
        words[group] = _mm512_mask_blend_epi16(0xAAAAAAAA, a, b);
    }
    const __m512i none = _mm512_set1_epi16((short)MATCH_DISTANCE_NONE);
    for (int t = 0; t < 2; t++) {
        __m512i order = _mm512_load_si512(tables.order[t]);
        __m512i low = _mm512_permutex2var_epi16(words[0], order, words[1]);
        __m512i high = _mm512_permutex2var_epi16(words[2], order, words[3]);
        uint16_t *to = t == 0 ? first : second;
        _mm512_storeu_si512(to, _mm512_mask_blend_epi16((uint32_t)present[t], none, low));
        _mm512_mask_storeu_epi16(to + 32, (1U << (BLOCKS - 32)) - 1,
                                 _mm512_mask_blend_epi16((uint32_t)(present[t] >> 32), none, high));
    }
}

AVX512 void elastic_compare_avx512(const struct match_probe *probe, const uint8_t *const *templates,
                                   size_t count, uint16_t *distances)
{
    pthread_once(&tables_once, tables_make);
    struct pair scratch[PAIRS];
    for (size_t first = 0; first < count; first += TOGETHER) {
        const uint8_t *chosen[TOGETHER];
        size_t taken = count - first < TOGETHER ? count - first : TOGETHER;
        for (size_t i = 0; i < TOGETHER; i++)
            chosen[i] = templates[first + (i < taken ? i : taken - 1)];
        size_t pairs = (taken + 1) / 2;
        const uint8_t *const *next = count - first >= 2 * TOGETHER ? templates + first + TOGETHER : NULL;
        struct block nothing = {0}, *last = &nothing;
        for (int block = 0; block < BLOCKS; block++)
            block_costs(probe, block, chosen, next, pairs, scratch, &last);
        send_wide(last, 0);
        send_wide(last, 1);
        send_shared(last);
        for (size_t i = 0; i < pairs; i++) {
            uint16_t unused[BLOCKS], *to = distances + (first + 2 * i) * BLOCKS;
            uint64_t present[2] = {probe->present & elastic_present(chosen[2 * i]),
                                   probe->present & elastic_present(chosen[2 * i + 1])};
            pair_settle(&scratch[i], present, to, 2 * i + 1 < taken ? to + BLOCKS : unused);
        }
    }
}

#endif
