/*
 * Elastic binary matching, the embedded engine: what its files share. Others use engine.h.
 *
 * Recipe: the face is cropped to 136 x 152 pixels with the eyes at fixed places; lighting is flattened; the
 * signs of eight odd Gabor filters, sampled every second pixel, give a code image of 68 x 76 bytes, of which
 * every second code, as on the black squares of a chessboard, is used. A template is 56 blocks of 8 x 8
 * places, 32 codes, and a bit for each block that lies within the photo. A probe block is tried at 45 shifts,
 * which stay on the black squares; the cost of a shift is the Hamming distance plus a price for moving;
 * neighbouring blocks that agree on a shift support it. Each block yields one distance. A block that either
 * photo lacks has none. Nothing is learned: the constants were set by hand.
 */
#ifndef LEADSPOOL_MATCH_ELASTIC_H
#define LEADSPOOL_MATCH_ELASTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/engine.h"

enum {
    CROP_WIDTH = 136,
    CROP_HEIGHT = 152,
    CROP_LEFT_EYE = 43,
    CROP_RIGHT_EYE = 93,
    CROP_EYE_LINE = 62,
    CODE_STEP = 2,
    CODE_WIDTH = CROP_WIDTH / CODE_STEP,
    CODE_HEIGHT = CROP_HEIGHT / CODE_STEP,
    BLOCK_SIDE = 8,
    BLOCK_WORDS = BLOCK_SIDE / 2, /* of eight codes: two rows of four */
    BLOCK_BYTES = BLOCK_WORDS * 8,
    BLOCK_MARGIN = 5,                                /* the farthest shift: no window leaves the code image */
    BLOCK_PRESENT = BLOCK_SIDE * BLOCK_SIDE * 3 / 4, /* places that must lie within the photo */
    BLOCK_ROWS = (CODE_HEIGHT - 2 * BLOCK_MARGIN) / BLOCK_SIDE,
    BLOCK_COLUMNS = (CODE_WIDTH - 2 * BLOCK_MARGIN) / BLOCK_SIDE,
    BLOCKS = BLOCK_ROWS * BLOCK_COLUMNS,
    TEMPLATE_BYTES = BLOCKS * BLOCK_BYTES + 8, /* at the end, little-endian, bit b: block b is present */

    /* The 45 shifts (dy + dx even, within radius 5.2) are a 7 x 7 square without its corners once turned by
       45 degrees: u = (dy + dx) / 2, v = (dy - dx) / 2, both -3 .. 3. A shift's diagonal neighbours are then
       its four neighbours in the square. Rows are eight lanes long; corners and the eighth lane cost SHUT. */
    SHIFT_ROWS = 7,
    SHIFT_LANES = 8,
    LANES = 64, /* seven rows and one that is shut, so that vectors are whole */
    SHUT = 0x2000,
    LANE_COUNT = 48,   /* the 45 shifts in a row, and three dead lanes */
    SHIFT_PRICE = 1,   /* per code of distance, rounded down */
    MESSAGE_PRICE = 6, /* a neighbour may have moved one step otherwise */
    DISTANCE_MOST = 2 * (8 * BLOCK_BYTES + 5),
    ELASTIC_COARSE_WORDS = 2, /* of 32 bits, of each block in the coarse comparison */
    ELASTIC_COARSE_BYTES = BLOCKS * ELASTIC_COARSE_WORDS * 4 + 8,
    HASH_SHIFTS = 5,
    HASH_BYTES = BLOCKS * 8, /* of the first stage */
    ALIGNMENTS_FURTHER = 4,
    ALIGNMENT_PRICE = 6,
    REFINING_COHORT = 128, /* photos of the cohort that a template is compared with */
    TEMPLATE_PRIOR =
        100 /* comparisons with mean 0 and deviation 1 that each template is credited with when the
                              refining cohort is whole; more, in proportion, when it is smaller */
};

/* Bit b: block b lies within the photo. */
#define ALL_PRESENT (((uint64_t)1 << BLOCKS) - 1)

/* The code image of one alignment of a picture, and which of its blocks lie within the photo. */
struct elastic_view {
    uint8_t codes[CODE_HEIGHT * CODE_WIDTH];
    uint64_t present;
};

/* Words of eight codes, so that lane l of word w holds the w-th pair of rows of the window at the l-th shift of a row. */
struct match_probe {
    _Alignas(64) uint64_t windows[BLOCKS][SHIFT_ROWS][BLOCK_WORDS][SHIFT_LANES];
    _Alignas(64) int16_t price[LANES]; /* of each shift; SHUT where there is none */
    _Alignas(64) uint32_t lanes[BLOCKS][2 * BLOCK_WORDS][LANE_COUNT];       /* elastic_lanes.h */
    _Alignas(64) uint64_t hashes[HASH_SHIFTS][BLOCKS];                      /* elastic_hash.c */
    _Alignas(64) uint32_t coarse[BLOCKS][ELASTIC_COARSE_WORDS][LANE_COUNT]; /* elastic_coarse.c */
    uint8_t coarse_price[LANE_COUNT];
    uint64_t present;
    struct elastic_view further[ALIGNMENTS_FURTHER]; /* for elastic_refine.c */
};

/* 8-bit code of every second pixel of every second row of the crop, where x + y is even; 0 elsewhere. The second
   without the vectors that the processor may have: the same codes. */
void elastic_codes(const uint8_t crop[CROP_HEIGHT * CROP_WIDTH], uint8_t codes[CODE_HEIGHT * CODE_WIDTH]);
void elastic_codes_plain(const uint8_t crop[CROP_HEIGHT * CROP_WIDTH],
                         uint8_t codes[CODE_HEIGHT * CODE_WIDTH]);

/* Picture and eyes to the views of it: the first as the eyes say, then the further ones, turned and scaled. */
bool elastic_views(const struct image *image, const struct eye_points *eyes, struct elastic_view *views,
                   int count, struct error *error);

/* The black squares of the block whose upper left corner is there. */
void elastic_block(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], int top, int left,
                   uint64_t words[BLOCK_WORDS]);

void elastic_template(const struct elastic_view *view, uint8_t template_bytes[TEMPLATE_BYTES]);
uint64_t elastic_present(const uint8_t template_bytes[TEMPLATE_BYTES]);
/* A template as the view it was made of, as far as it holds it: what lay around the blocks is unknown. */
void elastic_view_of(const uint8_t template_bytes[TEMPLATE_BYTES], struct elastic_view *view);

/* The windows of a view; further alignments are left as they are. */
void elastic_probe(const struct elastic_view *view, struct match_probe *probe);

/* The same windows in another order, for the widest kernel; elastic_probe makes them too. */
void elastic_probe_lanes(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], struct match_probe *probe);

/* Three ways to the same numbers. */
enum elastic_kernel { ELASTIC_PLAIN, ELASTIC_AVX2, ELASTIC_AVX512, ELASTIC_KERNELS };

/* Whether this processor has it. */
bool elastic_kernel_usable(enum elastic_kernel kernel);
enum elastic_kernel elastic_kernel_best(void);
/* From now on none beyond `most` is the best: for tests and benchmarks, before any thread compares. ELASTIC_KERNELS: no
   limit. */
void elastic_kernel_limit(enum elastic_kernel most);
void elastic_compare_with(enum elastic_kernel kernel, const struct match_probe *probe,
                          const uint8_t *const *templates, size_t count, uint16_t *distances);
void elastic_compare_avx512(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                            uint16_t *distances);
void elastic_compare_avx2(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                          uint16_t *distances);

/* The first stage; elastic_probe makes the probe's part. */
void elastic_hash(const uint8_t *template_bytes, uint8_t *hash);
void elastic_probe_hashes(const struct elastic_view *view, struct match_probe *probe);
void elastic_likeness_with(enum elastic_kernel kernel, const struct match_probe *probe, const uint8_t *hashes,
                           size_t count, uint16_t *likeness);

/* The coarse comparison; first what it needs of templates, ELASTIC_COARSE_BYTES each, one behind the other; the last makes the
   probe's part of its windows. */
void elastic_coarse_extracts(const uint8_t *const *templates, size_t count, uint8_t *extracts);
void elastic_coarse_with(enum elastic_kernel kernel, const struct match_probe *probe, const uint8_t *extracts,
                         size_t count, uint16_t *likeness);
void elastic_probe_coarse(struct match_probe *probe);

bool elastic_fusion_make(const struct match_cohort *cohort, struct match_fusion **fusion,
                         struct error *error);
void elastic_fusion_free(struct match_fusion *fusion);
int64_t elastic_fuse(const struct match_fusion *fusion, const uint16_t *distances);

/* Mean and deviation of each block's distance, in the units of what was measured. */
struct elastic_standing {
    double mean[BLOCKS], deviation[BLOCKS];
};

bool elastic_refiner_make(const uint8_t *const *cohort, size_t count, struct match_refiner **refiner,
                          struct error *error);
void elastic_refiner_free(struct match_refiner *refiner);
bool elastic_stand(const struct match_refiner *refiner, const uint8_t *const *templates, size_t count,
                   void *standings, struct error *error);
/* How a probe compares with the cohort: block by block, and as a whole. */
struct elastic_yardstick {
    struct elastic_standing own;
    double mean, deviation; /* of what the cohort's photos fuse to */
};
bool elastic_gauge(const struct match_refiner *refiner, const struct match_probe *probe, void *yardstick,
                   struct error *error);
bool elastic_refine_by(const struct match_probe *probe, const void *yardstick,
                       const uint8_t *const *templates, const void *const *standings, size_t count,
                       int64_t *scores, struct error *error);
bool elastic_refine(const struct match_refiner *refiner, const struct match_probe *probe,
                    const uint8_t *const *templates, const void *const *standings, size_t count,
                    int64_t *scores, struct error *error);

#endif
