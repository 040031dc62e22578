/*
 * The first stage: its ways of counting against each other and against the definition, blocks that are absent,
 * and that a face is likest to itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "match/elastic.h"

enum { COUNT = 61 };

static uint32_t random_state = 7;

static uint8_t random_byte(void)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (uint8_t)(random_state >> 16);
}

static struct elastic_view views[COUNT];
static uint8_t hashes[COUNT * HASH_BYTES];

static int views_draw(void **state)
{
    (void)state;
    uint8_t template_bytes[TEMPLATE_BYTES];
    for (int i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < sizeof views[i].codes; k++)
            views[i].codes[k] = random_byte();
        views[i].present = i % 3 == 0 ? ALL_PRESENT & ~((uint64_t)random_byte() << (i % 48)) : ALL_PRESENT;
        elastic_template(&views[i], template_bytes);
        elastic_hash(template_bytes, hashes + (size_t)i * HASH_BYTES);
    }
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

/* Likeness block by block from the codes themselves, where both views have all blocks. */
static unsigned likeness_of(const struct elastic_view *probe, const struct elastic_view *other)
{
    static const int shifts[5][2] = {{0, 0}, {2, 0}, {-2, 0}, {0, 2}, {0, -2}};
    unsigned sum = 0;
    for (int block = 0; block < BLOCKS; block++) {
        int top = BLOCK_MARGIN + block / BLOCK_COLUMNS * BLOCK_SIDE;
        int left = BLOCK_MARGIN + block % BLOCK_COLUMNS * BLOCK_SIDE, least = 34;
        for (int s = 0; s < 5; s++) {
            int distance = 0;
            for (int y = 0; y < BLOCK_SIDE; y += 2)
                for (int x = 0; x < BLOCK_SIDE; x += 2) {
                    int a = probe->codes[(top + y + shifts[s][0]) * CODE_WIDTH + left + x + shifts[s][1]];
                    int b = other->codes[(top + y) * CODE_WIDTH + left + x];
                    distance += __builtin_popcount((unsigned)(a ^ b) >> 4 & 15);
                }
            least = distance < least ? distance : least;
        }
        sum += (unsigned)((34 - least) * (34 - least));
    }
    return sum;
}

static void test_follows_the_definition(void **state)
{
    (void)state;
    uint16_t likeness[COUNT];
    struct match_probe *probe = probe_of(&views[1]);
    elastic_likeness_with(ELASTIC_PLAIN, probe, hashes, COUNT, likeness);
    for (int i = 0; i < COUNT; i++)
        if (views[i].present == ALL_PRESENT)
            assert_int_equal(likeness[i], likeness_of(&views[1], &views[i]));
    free(probe);
}

static void test_kernels_agree(void **state)
{
    (void)state;
    uint16_t plain[COUNT], other[COUNT];
    for (int p = 0; p < 8; p++) {
        struct match_probe *probe = probe_of(&views[p]);
        elastic_likeness_with(ELASTIC_PLAIN, probe, hashes, COUNT, plain);
        for (int kernel = ELASTIC_AVX2; kernel < ELASTIC_KERNELS; kernel++)
            for (size_t count = 0; count <= COUNT; count += count < 9 ? 1 : 13) {
                if (!elastic_kernel_usable((enum elastic_kernel)kernel))
                    continue;
                memset(other, 0xEE, sizeof other);
                elastic_likeness_with((enum elastic_kernel)kernel, probe, hashes, count, other);
                assert_memory_equal(plain, other, count * sizeof *plain);
                assert_true(count == COUNT || other[count] == 0xEEEE);
            }
        free(probe);
    }
}

/* Itself first, by far; and where blocks are absent on both sides they do not count as alike. */
static void test_itself_is_likest(void **state)
{
    (void)state;
    uint16_t likeness[COUNT];
    for (int p = 0; p < COUNT; p++) {
        struct match_probe *probe = probe_of(&views[p]);
        match_engine_embedded.likeness(probe, hashes, COUNT, likeness);
        int present = __builtin_popcountll(views[p].present);
        assert_true(likeness[p] >= present * 34 * 34);
        assert_true(likeness[p] < present * 34 * 34 + (BLOCKS - present) * 24 * 24 + 1);
        for (int i = 0; i < COUNT; i++)
            assert_true(i == p || likeness[i] < likeness[p] / 3);
        free(probe);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_follows_the_definition),
        cmocka_unit_test(test_kernels_agree),
        cmocka_unit_test(test_itself_is_likest),
    };
    return cmocka_run_group_tests(tests, views_draw, NULL);
}
