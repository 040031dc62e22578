/*
 * The coarse comparison: its ways of counting against each other and against the definition, blocks that are absent,
 * and that a face moved by eyes marked wrongly is still found, which one block at a time does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "match/elastic.h"

enum { COUNT = 23 };

static uint32_t random_state = 11;

static uint8_t random_byte(void)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (uint8_t)(random_state >> 16);
}

static struct elastic_view views[COUNT];
static uint8_t bytes[COUNT][TEMPLATE_BYTES];
static const uint8_t *templates[COUNT];
static uint8_t extracts[COUNT * ELASTIC_COARSE_BYTES];

static int views_draw(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < sizeof views[i].codes; k++)
            views[i].codes[k] = random_byte();
        views[i].present = i % 3 == 0 ? ALL_PRESENT & ~((uint64_t)random_byte() << (i % 48)) : ALL_PRESENT;
        elastic_template(&views[i], bytes[i]);
        templates[i] = bytes[i];
    }
    elastic_coarse_extracts(templates, COUNT, extracts);
    return 0;
}

static struct match_probe *probe_of(const struct elastic_view *view)
{
    struct match_probe *probe = aligned_alloc(64, (sizeof *probe + 63) / 64 * 64);
    assert_non_null(probe);
    memset(probe, 0, sizeof *probe);
    elastic_probe(view, probe);
    return probe;
}

/* What a block of the probe costs at a shift: black squares of even rows, every second of them. */
static int cost_of(const struct elastic_view *probe, const struct elastic_view *other, int block, int dy,
                   int dx)
{
    int top = BLOCK_MARGIN + block / BLOCK_COLUMNS * BLOCK_SIDE, cost = 0;
    int left = BLOCK_MARGIN + block % BLOCK_COLUMNS * BLOCK_SIDE;
    if ((probe->present & other->present & (uint64_t)1 << block) == 0)
        return 32;
    for (int y = 0; y < BLOCK_SIDE; y += 2)
        for (int x = y % 4; x < BLOCK_SIDE; x += 4) {
            int a = probe->codes[(top + y + dy) * CODE_WIDTH + left + x + dx];
            int b = other->codes[(top + y) * CODE_WIDTH + left + x];
            cost += __builtin_popcount((unsigned)(a ^ b));
        }
    return cost;
}

static int price_of(int dy, int dx)
{
    int price = 0;
    while ((price + 1) * (price + 1) <= dy * dy + dx * dx)
        price++;
    return price;
}

static unsigned likeness_of(const struct elastic_view *probe, const struct elastic_view *other)
{
    unsigned sum = 0;
    for (int block = 0; block < BLOCKS - BLOCK_COLUMNS; block++) {
        int least = 118;
        if (block % BLOCK_COLUMNS == BLOCK_COLUMNS - 1)
            continue;
        for (int dy = -5; dy <= 5; dy++)
            for (int dx = -5; dx <= 5; dx++) {
                int total = price_of(dy, dx);
                if ((dy + dx) % 2 != 0 || dy * dy + dx * dx > 27)
                    continue;
                for (int corner = 0; corner < 4; corner++)
                    total += cost_of(probe, other, block + corner % 2 + corner / 2 * BLOCK_COLUMNS, dy, dx);
                least = total < least ? total : least;
            }
        sum += (unsigned)((118 - least) * (118 - least));
    }
    return sum < UINT16_MAX ? sum : UINT16_MAX;
}

static void test_follows_the_definition(void **state)
{
    (void)state;
    uint16_t likeness[COUNT];
    for (int p = 0; p < 4; p++) {
        struct match_probe *probe = probe_of(&views[p]);
        elastic_coarse_with(ELASTIC_PLAIN, probe, extracts, COUNT, likeness);
        for (int i = 0; i < COUNT; i++)
            assert_int_equal(likeness[i], likeness_of(&views[p], &views[i]));
        free(probe);
    }
}

static void test_kernels_agree(void **state)
{
    (void)state;
    uint16_t plain[COUNT], other[COUNT];
    for (int p = 0; p < 8; p++) {
        struct match_probe *probe = probe_of(&views[p]);
        elastic_coarse_with(ELASTIC_PLAIN, probe, extracts, COUNT, plain);
        for (int kernel = ELASTIC_AVX2; kernel < ELASTIC_KERNELS; kernel++)
            for (size_t count = 0; count <= COUNT; count += count < 9 ? 1 : 7) {
                if (!elastic_kernel_usable((enum elastic_kernel)kernel))
                    continue;
                memset(other, 0xEE, sizeof other);
                elastic_coarse_with((enum elastic_kernel)kernel, probe, extracts, count, other);
                assert_memory_equal(plain, other, count * sizeof *plain);
                assert_true(count == COUNT || other[count] == 0xEEEE);
            }
        free(probe);
    }
}

static void test_extracts_agree(void **state)
{
    (void)state;
    static uint8_t plain[sizeof extracts];
    elastic_kernel_limit(ELASTIC_PLAIN);
    elastic_coarse_extracts(templates, COUNT, plain);
    elastic_kernel_limit(ELASTIC_KERNELS);
    assert_memory_equal(plain, extracts, sizeof plain);
}

/* A view whose codes lie a few places further down and to the right. */
static void test_moved_is_found(void **state)
{
    (void)state;
    static const int moves[][2] = {{0, 0}, {1, 1}, {4, 0}, {-4, 2}, {5, 1}, {-1, -5}};
    uint16_t coarse[COUNT], hashed;
    uint8_t hash[HASH_BYTES];
    for (size_t m = 0; m < sizeof moves / sizeof *moves; m++) {
        struct elastic_view moved = views[1];
        for (int y = 0; y < CODE_HEIGHT; y++)
            for (int x = 0; x < CODE_WIDTH; x++) {
                int from_y = y - moves[m][0], from_x = x - moves[m][1];
                if (from_y >= 0 && from_y < CODE_HEIGHT && from_x >= 0 && from_x < CODE_WIDTH)
                    moved.codes[y * CODE_WIDTH + x] = views[1].codes[from_y * CODE_WIDTH + from_x];
            }
        struct match_probe *probe = probe_of(&moved);
        match_engine_embedded.coarse(probe, extracts, COUNT, coarse);
        assert_int_equal(coarse[1], UINT16_MAX);
        for (int i = 0; i < COUNT; i++)
            assert_true(i == 1 || coarse[i] < UINT16_MAX / 2);
        elastic_hash(templates[1], hash);
        match_engine_embedded.likeness(probe, hash, 1, &hashed);
        assert_true(m < 2 || hashed < 20000);
        free(probe);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_follows_the_definition),
        cmocka_unit_test(test_kernels_agree),
        cmocka_unit_test(test_extracts_agree),
        cmocka_unit_test(test_moved_is_found),
    };
    return cmocka_run_group_tests(tests, views_draw, NULL);
}
