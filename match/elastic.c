/*
 * The embedded engine's entry in the engine interface: its card, templates and probes.
 *
 * Guarantees: equal pixels and eye points give equal templates on every machine.
 * Does not find eyes and does not mark blocks that lie beyond the picture's edge.
 */
#include "match/elastic.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "photo/crop.h"

static const struct crop_frame frame = {
    .width = CROP_WIDTH, .height = CROP_HEIGHT, .left_x = 39, .right_x = 89, .eye_y = 58};

bool elastic_codes_of(const struct image *image, const struct eye_points *eyes,
                      uint8_t codes[CODE_HEIGHT * CODE_WIDTH], struct error *error)
{
    struct image grey = IMAGE_EMPTY, crop = IMAGE_EMPTY;
    bool done = image_grey(&grey, image, error) && crop_aligned(&grey, eyes, &frame, &crop, error);
    if (done)
        elastic_codes(crop.pixels, codes);
    image_free(&crop);
    image_free(&grey);
    return done;
}

void elastic_template(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], uint8_t template_bytes[TEMPLATE_BYTES])
{
    for (int block = 0; block < BLOCKS; block++) {
        int top = BLOCK_MARGIN + block / BLOCK_COLUMNS * BLOCK_SIDE;
        int left = BLOCK_MARGIN + block % BLOCK_COLUMNS * BLOCK_SIDE;
        for (int row = 0; row < BLOCK_SIDE; row++, template_bytes += BLOCK_SIDE)
            memcpy(template_bytes, codes + (top + row) * CODE_WIDTH + left, BLOCK_SIDE);
    }
}

static int clamp(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

/* floor(SHIFT_PRICE * sqrt(dy^2 + dx^2)), or SHUT beyond the square's corners. */
static int16_t price_of(int dy, int dx)
{
    int square = SHIFT_PRICE * SHIFT_PRICE * (dy * dy + dx * dx), price = 0;
    while ((price + 1) * (price + 1) <= square)
        price++;
    return (int16_t)(dy * dy + dx * dx <= 27 ? price : SHUT);
}

void elastic_probe(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], struct match_probe *probe)
{
    memset(probe, 0, sizeof *probe);
    for (int lane = 0; lane < LANES; lane++)
        probe->price[lane] = SHUT;
    for (int row = 0; row < SHIFT_ROWS; row++)
        for (int lane = 0; lane < SHIFT_ROWS; lane++) {
            int u = row - 3, v = lane - 3;
            int dy = u + v, dx = u - v;
            probe->price[row * SHIFT_LANES + lane] = price_of(dy, dx);
            for (int block = 0; block < BLOCKS; block++) {
                int top = BLOCK_MARGIN + block / BLOCK_COLUMNS * BLOCK_SIDE + dy;
                int left = BLOCK_MARGIN + block % BLOCK_COLUMNS * BLOCK_SIDE + dx;
                const uint8_t *from = codes + clamp(top, CODE_HEIGHT - BLOCK_SIDE) * CODE_WIDTH +
                                      clamp(left, CODE_WIDTH - BLOCK_SIDE);
                for (int word = 0; word < BLOCK_SIDE; word++)
                    memcpy(&probe->windows[block][row][word][lane], from + word * CODE_WIDTH, BLOCK_SIDE);
            }
        }
    elastic_probe_lanes(codes, probe);
}

static bool extract(const struct image *image, const struct eye_points *eyes, uint8_t *template_bytes,
                    struct error *error)
{
    uint8_t codes[CODE_HEIGHT * CODE_WIDTH];
    if (!elastic_codes_of(image, eyes, codes, error))
        return false;
    elastic_template(codes, template_bytes);
    return true;
}

static bool probe_make(const struct image *image, const struct eye_points *eyes, struct match_probe **probe,
                       struct error *error)
{
    uint8_t codes[CODE_HEIGHT * CODE_WIDTH];
    *probe = NULL;
    if (!elastic_codes_of(image, eyes, codes, error))
        return false;
    *probe = aligned_alloc(64, sizeof **probe);
    if (*probe == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while preparing a probe");
    elastic_probe(codes, *probe);
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

static json_t *parameters(void)
{
    return json_pack("{s:[i,i], s:[i,i], s:[i,i], s:s, s:[i,i], s:[i,i], s:i, s:s, s:i, s:i, s:i, s:i, s:i}",
                     "crop_pixels", CROP_WIDTH, CROP_HEIGHT, "left_eye", 39, 58, "right_eye", 89, 58,
                     "lighting", "fifth root of grey + 1, blurred by 1 minus blurred by 2",
                     "wavelengths_pixels", 6, 11, "first_orientations_tenths_of_degree", 0, 225,
                     "orientations_each", 4, "envelope", "0.45 wavelengths", "code_step_pixels", CODE_STEP,
                     "blocks", BLOCKS, "shifts", 45, "shift_price_per_code", SHIFT_PRICE, "message_price",
                     MESSAGE_PRICE);
}

const struct match_engine match_engine_embedded = {
    .id = "leadspool-elastic",
    .version = "1",
    .maker = "leadspool",
    .method = "Elastic binary matching: signs of odd Gabor responses of the eye-aligned grey face, compared "
              "block by block by Hamming distance over small shifts on which neighbouring blocks agree; "
              "distances standardised over the searched gallery and fused.",
    .weights = "none",
    .score_scale = "Millionths of the standard deviation of the fused values of all photos searched, from "
                   "their mean. Comparable between probes of one gallery; no probability.",
    .error_rates = "not measured on this site's photos",
    .template_size = TEMPLATE_BYTES,
    .distance_count = BLOCKS,
    .parameters = parameters,
    .extract = extract,
    .probe_make = probe_make,
    .probe_free = probe_free,
    .compare = compare,
    .fusion_make = elastic_fusion_make,
    .fusion_free = elastic_fusion_free,
    .fuse = elastic_fuse,
};
