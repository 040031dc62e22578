/*
 * The embedded engine's entry in the engine interface: its card, templates and probes.
 *
 * Guarantees: equal pixels and eye points give equal templates on every machine; a block of which a quarter or
 * more lies beyond the picture's edge is marked absent, holds zeros and takes no part in a comparison.
 * Does not find eyes.
 */
#include "match/elastic.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "photo/arithmetic.h"
#include "photo/crop.h"

static const struct crop_frame frame = {.width = CROP_WIDTH,
                                        .height = CROP_HEIGHT,
                                        .left_x = CROP_LEFT_EYE,
                                        .right_x = CROP_RIGHT_EYE,
                                        .eye_y = CROP_EYE_LINE};

/* The further alignments: what an error in marking the eyes may have done. */
static const struct {
    int turn_hundredths; /* of a degree */
    double scale;        /* of the eye distance */
} further[ALIGNMENTS_FURTHER] = {{600, 1}, {-600, 1}, {0, 1.08}, {0, 0.92}};

static struct eye_points eyes_moved(const struct eye_points *eyes, int turn_hundredths, double scale)
{
    double x = (eyes->right_x - eyes->left_x) / 2.0, y = (eyes->right_y - eyes->left_y) / 2.0;
    double middle_x = (eyes->right_x + eyes->left_x) / 2.0, middle_y = (eyes->right_y + eyes->left_y) / 2.0;
    double cosine = scale * arithmetic_cosine(turn_hundredths),
           sine = scale * arithmetic_sine(turn_hundredths);
    double to_x = cosine * x - sine * y, to_y = sine * x + cosine * y;
    return (struct eye_points){.left_x = (int32_t)arithmetic_round(middle_x - to_x),
                               .left_y = (int32_t)arithmetic_round(middle_y - to_y),
                               .right_x = (int32_t)arithmetic_round(middle_x + to_x),
                               .right_y = (int32_t)arithmetic_round(middle_y + to_y)};
}

static int block_top(int block)
{
    return BLOCK_MARGIN + block / BLOCK_COLUMNS * BLOCK_SIDE;
}

static int block_left(int block)
{
    return BLOCK_MARGIN + block % BLOCK_COLUMNS * BLOCK_SIDE;
}

static uint64_t blocks_inside(const uint8_t inside[CODE_HEIGHT * CODE_WIDTH])
{
    uint64_t present = 0;
    for (int block = 0; block < BLOCKS; block++) {
        int places = 0;
        for (int y = 0; y < BLOCK_SIDE; y++)
            for (int x = 0; x < BLOCK_SIDE; x++)
                places += inside[(block_top(block) + y) * CODE_WIDTH + block_left(block) + x];
        present |= (uint64_t)(places >= BLOCK_PRESENT) << block;
    }
    return present;
}

bool elastic_views(const struct image *image, const struct eye_points *eyes, struct elastic_view *views,
                   int count, struct error *error)
{
    bool done = true;
    for (int i = 0; done && i < count; i++) {
        uint8_t inside[CODE_HEIGHT * CODE_WIDTH];
        struct image crop = IMAGE_EMPTY;
        struct eye_points points =
            i == 0 ? *eyes : eyes_moved(eyes, further[i - 1].turn_hundredths, further[i - 1].scale);
        done = crop_grey(image, &points, &frame, &crop, error);
        if (done) {
            elastic_codes(crop.pixels, views[i].codes);
            crop_inside(image, &points, &frame, CODE_STEP, inside);
            views[i].present = blocks_inside(inside);
        }
        image_free(&crop);
    }
    return done;
}

/* Bytes 0, 2, 4 and 6 of a word, side by side. */
static uint64_t every_second(uint64_t word)
{
    word &= 0x00FF00FF00FF00FFU;
    word = (word | word >> 8) & 0x0000FFFF0000FFFFU;
    return (word | word >> 16) & 0x00000000FFFFFFFFU;
}

void elastic_block(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], int top, int left,
                   uint64_t words[BLOCK_WORDS])
{
    for (int i = 0; i < BLOCK_WORDS; i++) {
        uint64_t upper, lower;
        const uint8_t *from = codes + (top + 2 * i) * CODE_WIDTH + left;
        memcpy(&upper, from, sizeof upper);
        memcpy(&lower, from + CODE_WIDTH, sizeof lower);
        words[i] = htole64(every_second(le64toh(upper)) | every_second(le64toh(lower) >> 8) << 32);
    }
}

void elastic_template(const struct elastic_view *view, uint8_t template_bytes[TEMPLATE_BYTES])
{
    for (int block = 0; block < BLOCKS; block++) {
        uint64_t words[BLOCK_WORDS] = {0};
        if ((view->present >> block & 1) != 0)
            elastic_block(view->codes, block_top(block), block_left(block), words);
        memcpy(template_bytes + block * BLOCK_BYTES, words, BLOCK_BYTES);
    }
    uint64_t present = htole64(view->present);
    memcpy(template_bytes + BLOCKS * BLOCK_BYTES, &present, sizeof present);
}

uint64_t elastic_present(const uint8_t template_bytes[TEMPLATE_BYTES])
{
    uint64_t present;
    memcpy(&present, template_bytes + BLOCKS * BLOCK_BYTES, sizeof present);
    return le64toh(present) & ALL_PRESENT;
}

/* A place beyond the blocks, moved back by an even number of places, so that it stays on its colour. */
static int moved_back(int at, int blocks)
{
    while (at < BLOCK_MARGIN)
        at += 2;
    while (at >= BLOCK_MARGIN + blocks * BLOCK_SIDE)
        at -= 2;
    return at;
}

void elastic_view_of(const uint8_t template_bytes[TEMPLATE_BYTES], struct elastic_view *view)
{
    view->present = elastic_present(template_bytes);
    for (int y = 0; y < CODE_HEIGHT; y++)
        for (int x = 0; x < CODE_WIDTH; x++) {
            int row = moved_back(y, BLOCK_ROWS) - BLOCK_MARGIN,
                column = moved_back(x, BLOCK_COLUMNS) - BLOCK_MARGIN;
            int block = row / BLOCK_SIDE * BLOCK_COLUMNS + column / BLOCK_SIDE;
            /* White squares are never read. */
            view->codes[y * CODE_WIDTH + x] =
                template_bytes[block * BLOCK_BYTES + row % BLOCK_SIDE * (BLOCK_SIDE / 2) +
                               column % BLOCK_SIDE / 2];
        }
}

/* floor(SHIFT_PRICE * sqrt(dy^2 + dx^2)), or SHUT beyond the square's corners. */
static int16_t price_of(int dy, int dx)
{
    int square = SHIFT_PRICE * SHIFT_PRICE * (dy * dy + dx * dx), price = 0;
    while ((price + 1) * (price + 1) <= square)
        price++;
    return (int16_t)(dy * dy + dx * dx <= 27 ? price : SHUT);
}

void elastic_probe(const struct elastic_view *view, struct match_probe *probe)
{
    memset(probe->windows, 0, sizeof probe->windows);
    probe->present = view->present;
    for (int lane = 0; lane < LANES; lane++)
        probe->price[lane] = SHUT;
    for (int row = 0; row < SHIFT_ROWS; row++)
        for (int lane = 0; lane < SHIFT_ROWS; lane++) {
            int u = row - 3, v = lane - 3;
            int dy = u + v, dx = u - v;
            int16_t price = price_of(dy, dx);
            probe->price[row * SHIFT_LANES + lane] = price;
            for (int block = 0; price < SHUT && block < BLOCKS; block++) {
                uint64_t words[BLOCK_WORDS];
                elastic_block(view->codes, block_top(block) + dy, block_left(block) + dx, words);
                for (int word = 0; word < BLOCK_WORDS; word++)
                    probe->windows[block][row][word][lane] = words[word];
            }
        }
    elastic_probe_lanes(view->codes, probe);
    elastic_probe_hashes(view, probe);
    elastic_probe_coarse(probe);
}

static bool extract(const struct image *image, const struct eye_points *eyes, uint8_t *template_bytes,
                    struct error *error)
{
    struct elastic_view view;
    if (!elastic_views(image, eyes, &view, 1, error))
        return false;
    elastic_template(&view, template_bytes);
    return true;
}

static bool probe_make(const struct image *image, const struct eye_points *eyes, struct match_probe **probe,
                       struct error *error)
{
    struct elastic_view views[1 + ALIGNMENTS_FURTHER];
    *probe = NULL;
    if (!elastic_views(image, eyes, views, 1 + ALIGNMENTS_FURTHER, error))
        return false;
    *probe = aligned_alloc(64, sizeof **probe);
    if (*probe == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while preparing a probe");
    elastic_probe(&views[0], *probe);
    memcpy((*probe)->further, views + 1, sizeof(*probe)->further);
    return true;
}

static void probe_free(struct match_probe *probe)
{
    free(probe);
}

static void compare(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                    uint16_t *distances)
{
    elastic_compare_with(elastic_kernel_best(), probe, templates, count, distances);
}

static void likeness(const struct match_probe *probe, const uint8_t *hashes, size_t count,
                     uint16_t *likenesses)
{
    elastic_likeness_with(elastic_kernel_best(), probe, hashes, count, likenesses);
}

static void coarse(const struct match_probe *probe, const uint8_t *extracts, size_t count,
                   uint16_t *likenesses)
{
    elastic_coarse_with(elastic_kernel_best(), probe, extracts, count, likenesses);
}

static json_t *parameters(void)
{
    return json_pack(
        "{s:[i,i], s:[i,i], s:[i,i], s:s, s:[i,i], s:[i,i], s:i, s:s, s:i, s:s, s:i, s:i, s:i, s:i, s:i, "
        "s:i, s:s, s:i, s:i, s:i, s:s, s:i, s:i}",
        "crop_pixels", CROP_WIDTH, CROP_HEIGHT, "left_eye", CROP_LEFT_EYE, CROP_EYE_LINE, "right_eye",
        CROP_RIGHT_EYE, CROP_EYE_LINE, "lighting", "fifth root of grey + 1, blurred by 1 minus blurred by 2",
        "wavelengths_pixels", 7, 12, "first_orientations_tenths_of_degree", 0, 225, "orientations_each", 4,
        "envelope", "0.45 wavelengths", "code_step_pixels", CODE_STEP, "codes_kept", "x + y even", "blocks",
        BLOCKS, "places_within_photo", BLOCK_PRESENT, "shifts", 45, "shift_price_per_code", SHIFT_PRICE,
        "message_price", MESSAGE_PRICE, "cohort_photos", MATCH_COHORT, "fusion", "sum of exp(-0.6 z)",
        "refined_photos", MATCH_REFINED, "measured_photos", MATCH_MEASURED, "refining_cohort_photos",
        REFINING_COHORT, "further_alignments", "turned by 6 degrees or scaled by 8 %, either way",
        "alignment_price", ALIGNMENT_PRICE, "template_prior", TEMPLATE_PRIOR);
}

const struct match_engine match_engine_embedded = {
    .id = "leadspool-elastic",
    .version = "3",
    .maker = "leadspool",
    .method =
        "Elastic binary matching: signs of odd Gabor responses of the eye-aligned grey face, compared "
        "block by block by Hamming distance over small shifts on which neighbouring blocks agree; "
        "distances standardised over a cohort of the gallery and fused; the best compared again with the "
        "probe turned and scaled, and against how each photo compares with the cohort.",
    .weights = "none",
    .score_scale = "Millionths of the standard deviation of the fused values of the cohort's photos, from "
                   "their mean. Comparable between probes of one gallery; no probability.",
    .error_rates =
        "Measured by the maker on public research sets that were at hand when its constants were chosen, "
        "eyes "
        "given, one photo enrolled a person (share of mates first in the list): Face Research Lab London 100 "
        "% "
        "of 102, Yale 100 % of 149, Extended Yale B (20 people) 99.8 % of 1250, Labeled Faces in the Wild "
        "(820 "
        "people) 39 % of 1923. Not measured: this site's photos, time between photos, groups of people.",
    .template_size = TEMPLATE_BYTES,
    .distance_count = BLOCKS,
    .parameters = parameters,
    .extract = extract,
    .probe_make = probe_make,
    .probe_free = probe_free,
    .compare = compare,
    .hash_size = HASH_BYTES,
    .hash = elastic_hash,
    .likeness = likeness,
    .extract_size = ELASTIC_COARSE_BYTES,
    .extracts = elastic_coarse_extracts,
    .coarse = coarse,
    .fusion_make = elastic_fusion_make,
    .fusion_free = elastic_fusion_free,
    .fuse = elastic_fuse,
    .standing_size = sizeof(struct elastic_standing),
    .refiner_make = elastic_refiner_make,
    .refiner_free = elastic_refiner_free,
    .stand = elastic_stand,
    .refine = elastic_refine,
    .yardstick_size = sizeof(struct elastic_yardstick),
    .gauge = elastic_gauge,
    .refine_by = elastic_refine_by,
};
