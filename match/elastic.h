/*
 * Elastic binary matching, the embedded engine: what its files share. Others use engine.h.
 *
 * Recipe: the face is cropped to 128 x 144 pixels with the eyes at fixed places; lighting is flattened; the
 * signs of eight odd Gabor filters, sampled every second pixel, give a code image of 64 x 72 bytes. A
 * template is 56 blocks of 8 x 8 codes. A probe block is tried at 45 shifts; the cost of a shift is the
 * Hamming distance plus a price for moving; neighbouring blocks that agree on a shift support it. Each block
 * yields one distance. Nothing is learned: the constants were set by hand.
 */
#ifndef LEADSPOOL_MATCH_ELASTIC_H
#define LEADSPOOL_MATCH_ELASTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/engine.h"

enum {
    CROP_WIDTH = 128,
    CROP_HEIGHT = 144,
    CODE_STEP = 2,
    CODE_WIDTH = CROP_WIDTH / CODE_STEP,
    CODE_HEIGHT = CROP_HEIGHT / CODE_STEP,
    BLOCK_SIDE = 8,
    BLOCK_BYTES = BLOCK_SIDE * BLOCK_SIDE,
    BLOCK_MARGIN = 3,
    BLOCK_ROWS = (CODE_HEIGHT - 2 * BLOCK_MARGIN) / BLOCK_SIDE,
    BLOCK_COLUMNS = (CODE_WIDTH - 2 * BLOCK_MARGIN) / BLOCK_SIDE,
    BLOCKS = BLOCK_ROWS * BLOCK_COLUMNS,
    TEMPLATE_BYTES = BLOCKS * BLOCK_BYTES,

    /* The 45 shifts (dy + dx even, within radius 5.2) are a 7 x 7 square without its corners once turned by
       45 degrees: u = (dy + dx) / 2, v = (dy - dx) / 2, both -3 .. 3. A shift's diagonal neighbours are then
       its four neighbours in the square. Rows are eight lanes long; corners and the eighth lane cost SHUT. */
    SHIFT_ROWS = 7,
    SHIFT_LANES = 8,
    LANES = 64, /* seven rows and one that is shut, so that vectors are whole */
    SHUT = 0x2000,
    LANE_COUNT = 48, /* the 45 shifts in a row, and three dead lanes */
    SHIFT_PRICE = 2,    /* per code of distance, rounded down */
    MESSAGE_PRICE = 12, /* a neighbour may have moved one step otherwise */
    DISTANCE_MOST = 2 * (8 * BLOCK_BYTES + 10)
};

/* Words of eight codes, so that lane l of word w holds the w-th row of the window at the l-th shift of a row. */
struct match_probe {
    _Alignas(64) uint64_t windows[BLOCKS][SHIFT_ROWS][BLOCK_SIDE][SHIFT_LANES];
    _Alignas(64) int16_t price[LANES]; /* of each shift; SHUT where there is none */
    _Alignas(64) uint32_t lanes[BLOCKS][2 * BLOCK_SIDE][LANE_COUNT]; /* elastic_lanes.h */
};

/* 8-bit code of every second pixel of every second row of the crop. */
void elastic_codes(const uint8_t crop[CROP_HEIGHT * CROP_WIDTH], uint8_t codes[CODE_HEIGHT * CODE_WIDTH]);

/* Picture and eyes to code image. */
bool elastic_codes_of(const struct image *image, const struct eye_points *eyes,
                      uint8_t codes[CODE_HEIGHT * CODE_WIDTH], struct error *error);

/* The blocks of a code image. */
void elastic_template(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], uint8_t template_bytes[TEMPLATE_BYTES]);

/* The windows of a code image. */
void elastic_probe(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], struct match_probe *probe);

/* The same windows in another order, for the widest kernel; elastic_probe makes them too. */
void elastic_probe_lanes(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], struct match_probe *probe);

/* Three ways to the same numbers. */
enum elastic_kernel { ELASTIC_PLAIN, ELASTIC_AVX2, ELASTIC_AVX512, ELASTIC_KERNELS };

/* Whether this processor has it. */
bool elastic_kernel_usable(enum elastic_kernel kernel);
enum elastic_kernel elastic_kernel_best(void);
void elastic_compare_with(enum elastic_kernel kernel, const struct match_probe *probe,
                          const uint8_t *const *templates, size_t count, uint16_t *distances);
void elastic_compare_avx512(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                            uint16_t *distances);

bool elastic_fusion_make(const struct match_cohort *cohort, struct match_fusion **fusion,
                         struct error *error);
void elastic_fusion_free(struct match_fusion *fusion);
int64_t elastic_fuse(const struct match_fusion *fusion, const uint16_t *distances);

#endif
