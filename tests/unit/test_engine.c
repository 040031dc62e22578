/*
 * The embedded engine: its distances against the recipe written out plainly, its kernels against each other,
 * its bits against a fixed digest, and drawn people against their second pictures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "match/elastic.h"
#include "match/score.h"
#include "tests/support/drawn_face.h"

typedef uint8_t code_image[CODE_HEIGHT * CODE_WIDTH];

static uint32_t random_state = 1;

static uint32_t random_number(void)
{
    random_state = random_state * 1664525U + 1013904223U;
    return random_state >> 8;
}

/* `other` moved a little and disturbed, or noise when there is no other. */
static void codes_draw(code_image codes, const uint8_t *other)
{
    int dy = (int)(random_number() % 5) - 2, dx = (int)(random_number() % 5) - 2;
    for (int y = 0; y < CODE_HEIGHT; y++)
        for (int x = 0; x < CODE_WIDTH; x++) {
            int from_y = y + dy, from_x = x + dx;
            bool inside = from_y >= 0 && from_x >= 0 && from_y < CODE_HEIGHT && from_x < CODE_WIDTH;
            uint8_t noise = (uint8_t)(random_number() & random_number());
            codes[y * CODE_WIDTH + x] = other != NULL && inside ? other[from_y * CODE_WIDTH + from_x] ^ noise
                                                                : (uint8_t)random_number();
        }
}

/* The recipe, shift by shift, without tricks. */
#define SHIFTS_MOST 64
struct shift {
    int dy, dx, price;
};

static int shifts_list(struct shift shifts[SHIFTS_MOST])
{
    int count = 0;
    for (int dy = -5; dy <= 5; dy++)
        for (int dx = -5; dx <= 5; dx++)
            if ((dy + dx) % 2 == 0 && sqrt(dy * dy + dx * dx) <= 5.2)
                shifts[count++] = (struct shift){dy, dx, (int)floor(2 * sqrt(dy * dy + dx * dx))};
    return count;
}

static int hamming(const uint8_t *codes, int top, int left, const uint8_t *block)
{
    int count = 0;
    top = top < 0 ? 0 : top > CODE_HEIGHT - 8 ? CODE_HEIGHT - 8 : top;
    left = left < 0 ? 0 : left > CODE_WIDTH - 8 ? CODE_WIDTH - 8 : left;
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++)
            count +=
                __builtin_popcount((unsigned)codes[(top + y) * CODE_WIDTH + left + x] ^ block[y * 8 + x]);
    return count;
}

static void reference(const code_image probe, const uint8_t *gallery, uint16_t distances[56])
{
    struct shift shifts[SHIFTS_MOST];
    int count = shifts_list(shifts);
    static int cost[56][SHIFTS_MOST], message[56][SHIFTS_MOST];
    assert_int_equal(count, 45);
    for (int b = 0; b < 56; b++)
        for (int k = 0; k < count; k++)
            cost[b][k] = shifts[k].price + hamming(probe, 3 + b / 7 * 8 + shifts[k].dy,
                                                   3 + b % 7 * 8 + shifts[k].dx, gallery + b * 64);
    for (int b = 0; b < 56; b++)
        for (int k = 0; k < count; k++) {
            message[b][k] = cost[b][k];
            for (int j = 0; j < count; j++)
                if (abs(shifts[j].dy - shifts[k].dy) == 1 && abs(shifts[j].dx - shifts[k].dx) == 1 &&
                    cost[b][j] + 12 < message[b][k])
                    message[b][k] = cost[b][j] + 12;
        }
    for (int b = 0; b < 56; b++) {
        distances[b] = UINT16_MAX;
        for (int k = 0; k < count; k++) {
            int sum = 0, blocks = 0;
            for (int n = 0; n < 56; n++)
                if (n != b && abs(n / 7 - b / 7) <= 1 && abs(n % 7 - b % 7) <= 1)
                    sum += message[n][k], blocks++;
            if (cost[b][k] + sum / blocks < distances[b])
                distances[b] = (uint16_t)(cost[b][k] + sum / blocks);
        }
    }
}

static void test_distances_follow_the_recipe(void **state)
{
    (void)state;
    struct match_probe *probe = aligned_alloc(64, sizeof *probe);
    for (int round = 0; round < 12; round++) {
        code_image probe_codes, gallery_codes;
        uint8_t template_bytes[TEMPLATE_BYTES];
        const uint8_t *templates[1] = {template_bytes};
        uint16_t expected[BLOCKS], found[BLOCKS];
        codes_draw(probe_codes, NULL);
        codes_draw(gallery_codes, round % 3 == 0 ? NULL : probe_codes);
        elastic_probe(probe_codes, probe);
        elastic_template(round == 1 ? probe_codes : gallery_codes, template_bytes);
        reference(probe_codes, template_bytes, expected);
        for (int kernel = 0; kernel < ELASTIC_KERNELS; kernel++) {
            if (!elastic_kernel_usable((enum elastic_kernel)kernel))
                continue;
            elastic_compare_with((enum elastic_kernel)kernel, probe, templates, 1, found);
            assert_memory_equal(found, expected, sizeof found);
        }
        if (round == 1)
            for (int b = 0; b < BLOCKS; b++)
                assert_int_equal(found[b], 0); /* a picture is no distance from itself */
    }
    free(probe);
}

static void test_kernels_agree_on_batches(void **state)
{
    (void)state;
    enum { COUNT = 37 };
    static uint8_t stored[COUNT][TEMPLATE_BYTES];
    static uint16_t plain[COUNT * BLOCKS], other[COUNT * BLOCKS];
    const uint8_t *templates[COUNT];
    code_image base, codes;
    struct match_probe *probe = aligned_alloc(64, sizeof *probe);
    codes_draw(base, NULL);
    elastic_probe(base, probe);
    for (int i = 0; i < COUNT; i++) {
        codes_draw(codes, i % 2 == 0 ? base : NULL);
        if (i < 2)
            memset(codes, i == 0 ? 0x00 : 0xFF, sizeof codes);
        elastic_template(codes, stored[i]);
        templates[i] = stored[i];
    }
    elastic_compare_with(ELASTIC_PLAIN, probe, templates, COUNT, plain);
    for (int kernel = ELASTIC_AVX2; kernel < ELASTIC_KERNELS; kernel++)
        if (elastic_kernel_usable((enum elastic_kernel)kernel)) {
            elastic_compare_with((enum elastic_kernel)kernel, probe, templates, COUNT, other);
            assert_memory_equal(plain, other, sizeof plain);
        } else {
            print_message("this processor lacks kernel %d\n", kernel);
        }
    for (int i = 0; i < COUNT * BLOCKS; i++)
        assert_true(plain[i] <= DISTANCE_MOST);
    free(probe);
}

/* A changed digest means that stored templates no longer fit: raise the engine's version then. The picture is
   drawn with whole numbers only. */
static void test_template_bits(void **state)
{
    (void)state;
    struct image image;
    uint8_t template_bytes[TEMPLATE_BYTES];
    char text[DIGEST_TEXT_SIZE];
    assert_true(image_make(&image, 211, 253, 3, NULL));
    for (int y = 0; y < 253; y++)
        for (int x = 0; x < 211; x++)
            for (int c = 0; c < 3; c++)
                image.pixels[(y * 211 + x) * 3 + c] =
                    (uint8_t)(90 + (x * x / 40 + y * (x + 3) / 25 + 11 * c) % 120 + (y / 9) % 30);
    struct eye_points eyes = {7312, 11050, 13377, 10821};
    assert_true(match_engine_embedded.extract(&image, &eyes, template_bytes, NULL));
    struct digest digest = digest_of(template_bytes, sizeof template_bytes);
    assert_string_equal(digest_text(&digest, text),
                        "489ab84ac381f45d4d21b8957266730c86cf74cb46a9ee45ef93f4feaf6e23a7");
    image_free(&image);
}

static void test_flat_surface_is_one_code(void **state)
{
    (void)state;
    uint8_t crop[CROP_HEIGHT * CROP_WIDTH];
    code_image codes;
    for (int level = 0; level < 256; level += 51) {
        memset(crop, level, sizeof crop);
        elastic_codes(crop, codes);
        for (size_t i = 0; i < sizeof codes; i++)
            assert_int_equal(codes[i], 0xFF); /* no rounding noise: every response is exactly zero */
    }
}

#define PEOPLE 24

static void test_people_are_found(void **state)
{
    (void)state;
    const struct match_engine *engine = &match_engine_embedded;
    static uint8_t stored[PEOPLE][TEMPLATE_BYTES];
    static uint16_t distances[PEOPLE * BLOCKS];
    const uint8_t *templates[PEOPLE];
    struct eye_points enrolled = {7000, 9000, 13000, 9000}, probed = {6020, 7530, 10010, 7260};
    struct image image;
    for (unsigned i = 0; i < PEOPLE; i++) {
        assert_true(drawn_face(&image, i, 1, 200, 250, 1, &enrolled, NULL));
        assert_true(engine->extract(&image, &enrolled, stored[i], NULL));
        templates[i] = stored[i];
        image_free(&image);
    }
    for (unsigned i = 0; i < PEOPLE; i++) {
        struct match_probe *probe = NULL;
        struct match_cohort cohort = {0};
        struct match_fusion *fusion = NULL;
        int64_t own = 0, best_other = 0;
        assert_true(drawn_face(&image, i, 2, 170, 200, 3, &probed, NULL));
        assert_true(engine->probe_make(&image, &probed, &probe, NULL));
        engine->compare(probe, templates, PEOPLE, distances);
        for (unsigned j = 0; j < PEOPLE; j++)
            match_cohort_add(&cohort, distances + j * BLOCKS, BLOCKS);
        assert_true(engine->fusion_make(&cohort, &fusion, NULL));
        for (unsigned j = 0; j < PEOPLE; j++) {
            int64_t fused = engine->fuse(fusion, distances + j * BLOCKS);
            assert_true(fused >= 0 && fused < (int64_t)1 << 44);
            if (j == i)
                own = fused;
            else if (fused > best_other)
                best_other = fused;
        }
        assert_true(own > best_other);
        engine->fusion_free(fusion);
        engine->probe_free(probe);
        image_free(&image);
    }
}

/* Fusing by table against the formula in floating point. */
static void test_fusion(void **state)
{
    (void)state;
    struct match_cohort cohort = {0};
    uint16_t rows[4][BLOCKS];
    for (int i = 0; i < 4; i++) {
        for (int b = 0; b < BLOCKS; b++)
            rows[i][b] = (uint16_t)(b == 0 ? 400 : 300 + random_number() % 200); /* block 0 never differs */
        match_cohort_add(&cohort, rows[i], BLOCKS);
    }
    struct match_fusion *fusion = NULL;
    assert_true(elastic_fusion_make(&cohort, &fusion, NULL));
    for (int i = 0; i < 4; i++) {
        double expected = 0;
        for (int b = 0; b < BLOCKS; b++) {
            double mean = (double)cohort.sums[b] / 4;
            double deviation = sqrt((double)cohort.squares[b] / 4 - mean * mean);
            expected += b == 0 ? 1 : exp(-0.6 * (rows[i][b] - mean) / deviation);
        }
        assert_true(fabs((double)elastic_fuse(fusion, rows[i]) / 1048576 - expected) < 1e-3);
    }
    elastic_fusion_free(fusion);
}

static void test_scores(void **state)
{
    (void)state;
    struct score_cohort cohort = {0};
    int64_t values[5] = {10, 20, 30, 40, 1000000000000};
    for (int i = 0; i < 4; i++)
        score_cohort_add(&cohort, values[i]);
    assert_int_equal(score_of(&cohort, 25), 0);
    assert_int_equal(score_of(&cohort, 40), 1341641); /* 15 / sqrt(125) */
    assert_int_equal(score_of(&cohort, 10), -1341641);
    score_cohort_add(&cohort, values[4]);
    assert_int_equal(score_of(&cohort, values[4]), 2000000); /* one of five far away: (n - 1) / sqrt(n - 1) */
    char text[SCORE_SUM_TEXT_SIZE];
    assert_string_equal(score_sum_text(cohort.squares, text), "1000000000000000000003000");
    struct score_cohort equal = {0};
    score_cohort_add(&equal, 7);
    assert_int_equal(score_of(&equal, 7), 0);
    assert_string_equal(score_sum_text(0, text), "0");
}

static void test_card(void **state)
{
    (void)state;
    json_t *card = match_engine_card(&match_engine_embedded);
    assert_non_null(card);
    assert_string_equal(json_text(card, "weights"), "none");
    assert_int_equal(json_whole(json_object_get(card, "parameters"), "blocks", 0), 56);
    assert_true(strlen(json_text(card, "method")) > 40);
    json_decref(card);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distances_follow_the_recipe),
        cmocka_unit_test(test_kernels_agree_on_batches),
        cmocka_unit_test(test_template_bits),
        cmocka_unit_test(test_flat_surface_is_one_code),
        cmocka_unit_test(test_people_are_found),
        cmocka_unit_test(test_fusion),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
