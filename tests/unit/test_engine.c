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
                shifts[count++] = (struct shift){dy, dx, (int)floor(sqrt(dy * dy + dx * dx))};
    return count;
}

/* Of the 32 places of a block where x + y is even. */
static int hamming(const uint8_t *codes, int top, int left, const uint8_t *block)
{
    int count = 0;
    for (int y = 0; y < 8; y++)
        for (int x = y % 2; x < 8; x += 2)
            count += __builtin_popcount((unsigned)codes[(top + y) * CODE_WIDTH + left + x] ^ *block++);
    return count;
}

static bool is_present(uint64_t present, int block)
{
    return (present >> block & 1) != 0;
}

static void reference(const code_image probe, const uint8_t *gallery, uint64_t present,
                      uint16_t distances[56])
{
    struct shift shifts[SHIFTS_MOST];
    int count = shifts_list(shifts);
    static int cost[56][SHIFTS_MOST], message[56][SHIFTS_MOST];
    assert_int_equal(count, 45);
    for (int b = 0; b < 56; b++)
        for (int k = 0; k < count; k++)
            cost[b][k] = shifts[k].price + hamming(probe, 5 + b / 7 * 8 + shifts[k].dy,
                                                   5 + b % 7 * 8 + shifts[k].dx, gallery + b * 32);
    for (int b = 0; b < 56; b++)
        for (int k = 0; k < count; k++) {
            message[b][k] = cost[b][k];
            for (int j = 0; j < count; j++)
                if (abs(shifts[j].dy - shifts[k].dy) == 1 && abs(shifts[j].dx - shifts[k].dx) == 1 &&
                    cost[b][j] + 6 < message[b][k])
                    message[b][k] = cost[b][j] + 6;
        }
    for (int b = 0; b < 56; b++) {
        distances[b] = UINT16_MAX;
        for (int k = 0; k < count && is_present(present, b); k++) {
            int sum = 0, blocks = 0;
            for (int n = 0; n < 56; n++)
                if (n != b && is_present(present, n) && abs(n / 7 - b / 7) <= 1 && abs(n % 7 - b % 7) <= 1)
                    sum += message[n][k], blocks++;
            int mean = blocks == 0 ? message[b][k] : sum / blocks;
            if (cost[b][k] + mean < distances[b])
                distances[b] = (uint16_t)(cost[b][k] + mean);
        }
    }
}

static uint64_t random_present(int round)
{
    uint64_t present = 0;
    if (round % 2 == 0)
        return ALL_PRESENT;
    for (int b = 0; b < BLOCKS; b++)
        present |= (uint64_t)(random_number() % 10 > (unsigned)round % 9) << b;
    return present;
}

static void test_distances_follow_the_recipe(void **state)
{
    (void)state;
    struct match_probe *probe = aligned_alloc(64, sizeof *probe);
    for (int round = 0; round < 24; round++) {
        struct elastic_view probed, stored;
        uint8_t template_bytes[TEMPLATE_BYTES];
        const uint8_t *templates[1] = {template_bytes};
        uint16_t expected[BLOCKS], found[BLOCKS];
        codes_draw(probed.codes, NULL);
        codes_draw(stored.codes, round % 3 == 0 ? NULL : probed.codes);
        probed.present = random_present(round / 2);
        stored.present = round == 2 ? ALL_PRESENT : random_present(round);
        elastic_probe(&probed, probe);
        elastic_template(round == 2 ? &probed : &stored, template_bytes);
        reference(probed.codes, template_bytes, probed.present & stored.present, expected);
        for (int kernel = 0; kernel < ELASTIC_KERNELS; kernel++) {
            if (!elastic_kernel_usable((enum elastic_kernel)kernel))
                continue;
            elastic_compare_with((enum elastic_kernel)kernel, probe, templates, 1, found);
            assert_memory_equal(found, expected, sizeof found);
        }
        for (int b = 0; round == 2 && b < BLOCKS; b++)
            assert_true(found[b] == 0 || found[b] == UINT16_MAX); /* a picture is no distance from itself */
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
    struct elastic_view base = {.present = ALL_PRESENT}, view;
    struct match_probe *probe = aligned_alloc(64, sizeof *probe);
    codes_draw(base.codes, NULL);
    elastic_probe(&base, probe);
    for (int i = 0; i < COUNT; i++) {
        codes_draw(view.codes, i % 2 == 0 ? base.codes : NULL);
        if (i < 2)
            memset(view.codes, i == 0 ? 0x00 : 0xFF, sizeof view.codes);
        view.present = i < 20 ? ALL_PRESENT : random_present(i);
        elastic_template(&view, stored[i]);
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
        assert_true(plain[i] <= DISTANCE_MOST || plain[i] == MATCH_DISTANCE_NONE);
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
                        "9aa030d256fa7642291a5052c0ae1cc8185833ca3abf11831a6e005dc4ba5c28");
    image_free(&image);
}

/* A face cut off by the picture's left edge: its left blocks are absent and hold zeros, and only those. */
static void test_blocks_beyond_the_picture_are_absent(void **state)
{
    (void)state;
    struct image image;
    uint8_t template_bytes[TEMPLATE_BYTES];
    struct eye_points eyes = {1000, 9000, 6000, 9000}; /* 50 pixels apart: one crop pixel each */
    assert_true(drawn_face(&image, 1, 1, 200, 250, 1, &(struct eye_points){0}, NULL));
    assert_true(match_engine_embedded.extract(&image, &eyes, template_bytes, NULL));
    uint64_t present = elastic_present(template_bytes);
    for (int b = 0; b < BLOCKS; b++) {
        /* Column c spans crop pixels 10 + 16 c to 25 + 16 c; the picture begins at 43 - 10. */
        bool inside = 10 + 16 * (b % BLOCK_COLUMNS) >= 33;
        assert_int_equal(is_present(present, b), inside);
        for (int i = 0; i < BLOCK_BYTES; i++)
            assert_true(inside || template_bytes[b * BLOCK_BYTES + i] == 0);
    }
    image_free(&image);
}

/* A template read as a probe has the same windows as its picture, as far as it knows them. */
static void test_a_template_stands_for_its_picture(void **state)
{
    (void)state;
    struct elastic_view view = {.present = ALL_PRESENT}, again;
    uint8_t template_bytes[TEMPLATE_BYTES], second[TEMPLATE_BYTES];
    codes_draw(view.codes, NULL);
    elastic_template(&view, template_bytes);
    elastic_view_of(template_bytes, &again);
    elastic_template(&again, second);
    assert_memory_equal(template_bytes, second, sizeof second);
    for (int y = BLOCK_MARGIN; y < BLOCK_MARGIN + 8 * BLOCK_ROWS; y++)
        for (int x = BLOCK_MARGIN; x < BLOCK_MARGIN + 8 * BLOCK_COLUMNS; x++)
            if ((x + y) % 2 == 0)
                assert_int_equal(again.codes[y * CODE_WIDTH + x], view.codes[y * CODE_WIDTH + x]);
}

static void test_flat_surface_is_one_code(void **state)
{
    (void)state;
    uint8_t crop[CROP_HEIGHT * CROP_WIDTH];
    code_image codes;
    for (int level = 0; level < 256; level += 51) {
        memset(crop, level, sizeof crop);
        elastic_codes(crop, codes);
        for (size_t i = 0; i < sizeof codes; i++) /* no rounding noise: every response is exactly zero */
            assert_int_equal(codes[i], (i / CODE_WIDTH + i % CODE_WIDTH) % 2 == 0 ? 0xFF : 0);
    }
}

static void test_codes_with_and_without_vectors(void **state)
{
    (void)state;
    uint8_t crop[CROP_HEIGHT * CROP_WIDTH];
    code_image vectors, plain;
    for (unsigned round = 0, random = 7; round < 8; round++) {
        for (size_t i = 0; i < sizeof crop; i++) {
            random = random * 1103515245 + 12345;
            crop[i] = (uint8_t)(round % 2 == 0 ? random >> 24 : 128 + ((random >> 24) % (round + 1)));
        }
        elastic_codes(crop, vectors);
        elastic_codes_plain(crop, plain);
        assert_memory_equal(vectors, plain, sizeof plain);
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

/* Refined: each person first, whatever the probe's eyes err, and each score the same alone as in company. */
static void test_refined_scores(void **state)
{
    (void)state;
    const struct match_engine *engine = &match_engine_embedded;
    static uint8_t stored[PEOPLE][TEMPLATE_BYTES];
    static struct elastic_standing standings[PEOPLE], alone;
    const uint8_t *templates[PEOPLE];
    const void *standing_of[PEOPLE], *one = &alone;
    struct image image;
    struct eye_points enrolled = {7000, 9000, 13000, 9000}, probed = {6020, 7530, 10010, 7260};
    struct match_refiner *refiner = NULL;
    for (unsigned i = 0; i < PEOPLE; i++) {
        assert_true(drawn_face(&image, i, 1, 200, 250, 1, &enrolled, NULL));
        assert_true(engine->extract(&image, &enrolled, stored[i], NULL));
        templates[i] = stored[i];
        standing_of[i] = &standings[i];
        image_free(&image);
    }
    assert_true(engine->refiner_make(templates, PEOPLE, &refiner, NULL));
    assert_int_equal(engine->standing_size, sizeof standings[0]);
    assert_true(engine->stand(refiner, templates, PEOPLE, standings, NULL));
    for (unsigned i = 0; i < 8; i++) {
        struct match_probe *probe = NULL;
        int64_t scores[PEOPLE], single;
        unsigned best = 0;
        assert_true(drawn_face(&image, i, 2, 170, 200, 3, &probed, NULL));
        struct eye_points wrong = {probed.left_x, probed.left_y - 200, probed.right_x + 200,
                                   probed.right_y + 200};
        assert_true(engine->probe_make(&image, &wrong, &probe, NULL));
        assert_true(engine->refine(refiner, probe, templates, standing_of, PEOPLE, scores, NULL));
        for (unsigned j = 0; j < PEOPLE; j++)
            best = scores[j] > scores[best] ? j : best;
        assert_int_equal(best, i);
        assert_true(engine->stand(refiner, &templates[i], 1, &alone, NULL));
        assert_true(engine->refine(refiner, probe, &templates[i], &one, 1, &single, NULL));
        assert_int_equal(single, scores[i]);
        /* Without a standing: as one of mean 0 and deviation 1. */
        struct elastic_yardstick yardstick;
        int64_t plain;
        assert_true(engine->gauge(refiner, probe, &yardstick, NULL));
        assert_true(engine->refine_by(probe, &yardstick, &templates[i], NULL, 1, &single, NULL));
        for (int block = 0; block < BLOCKS; block++) {
            alone.mean[block] = 0;
            alone.deviation[block] = 1;
        }
        assert_true(engine->refine_by(probe, &yardstick, &templates[i], &one, 1, &plain, NULL));
        assert_int_equal(single, plain);
        assert_true(single != scores[i]);
        engine->probe_free(probe);
        image_free(&image);
    }
    engine->refiner_free(refiner);
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
        rows[i][1] = (uint16_t)(400 + 5 * i);
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
    /* A block far better than any of the cohort counts as one of 20 deviations, one that could not be taken as exp(0.18). */
    int64_t ordinary = elastic_fuse(fusion, rows[0]);
    uint16_t was = rows[0][1];
    double mean = (double)cohort.sums[1] / 4, deviation = sqrt((double)cohort.squares[1] / 4 - mean * mean);
    double rest = (double)ordinary / 1048576 - exp(-0.6 * (was - mean) / deviation);
    for (int z = 12; z <= 24; z++) {
        double far = round(mean - z * deviation);
        rows[0][1] = (uint16_t)far;
        double expected = rest + exp(0.6 * fmin(20, (mean - far) / deviation));
        assert_true(fabs((double)elastic_fuse(fusion, rows[0]) / 1048576 - expected) < 1e-3);
    }
    rows[0][1] = MATCH_DISTANCE_NONE;
    assert_true(fabs((double)elastic_fuse(fusion, rows[0]) / 1048576 - rest - exp(0.18)) < 1e-3);
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
        cmocka_unit_test(test_blocks_beyond_the_picture_are_absent),
        cmocka_unit_test(test_a_template_stands_for_its_picture),
        cmocka_unit_test(test_flat_surface_is_one_code),
        cmocka_unit_test(test_codes_with_and_without_vectors),
        cmocka_unit_test(test_refined_scores),
        cmocka_unit_test(test_people_are_found),
        cmocka_unit_test(test_fusion),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
