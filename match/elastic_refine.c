/*
 * The second comparison, for the best of a search: the probe in four further alignments, and each template
 * measured by how it compares with others.
 *
 * Guarantees: scores depend on the probe, the template and the cohort alone. Distances are whole numbers, the
 * same from every kernel; all after them is IEEE arithmetic of doubles in a fixed order with arithmetic.h's exp.
 *
 * An alignment forgives an error in marking the eyes: of each block the least distance of all alignments
 * counts. Some templates are near to everyone (a blurred photo, a plain background); the cohort's photos,
 * compared with the template as if they were probes, say by how much, block by block. A template is credited
 * with comparisons of mean 0 and deviation 1, so that a small cohort does not mislead.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "match/elastic.h"
#include "photo/arithmetic.h"

#define BATCH 64                   /* templates compared at a time */
#define NEUTRAL 1.1972173631218102 /* exp(0.18): a block that one photo lacks */
#define BEST_DEVIATIONS 20.0

struct sums {
    double count[BLOCKS], sum[BLOCKS], squares[BLOCKS];
};

struct match_refiner {
    const uint8_t *const *cohort;
    size_t count;                       /* photos of the cohort */
    size_t readers;                     /* of them compared with templates as if they were probes */
    struct match_probe *probes;         /* [readers] */
    struct elastic_standing *measures;  /* [readers]: of their distances to the rest of the cohort */
    struct elastic_standing *templates; /* [count]: of the cohort's own templates */
};

static void sums_add(struct sums *sums, int block, double value)
{
    sums->count[block] += 1;
    sums->sum[block] += value;
    sums->squares[block] += value * value;
}

/* `prior` values of mean 0 and deviation 1 are counted with the others. */
static void measure_make(const struct sums *sums, double prior, struct elastic_standing *measure)
{
    for (int block = 0; block < BLOCKS; block++) {
        double count = sums->count[block], mean = 0, spread = 0;
        if (count > 0) {
            mean = sums->sum[block] / count;
            spread = sums->squares[block] - mean * sums->sum[block];
        }
        double variance = count + prior > 0 ? ((spread > 0 ? spread : 0) + prior) / (count + prior) : 0;
        measure->mean[block] = count > 0 ? sums->sum[block] / (count + prior) : 0;
        measure->deviation[block] = sqrt(variance);
    }
}

static double deviations(const struct elastic_standing *measure, int block, double value)
{
    return measure->deviation[block] > 0 ? (value - measure->mean[block]) / measure->deviation[block] : 0;
}

static bool is_same(const uint8_t *a, const uint8_t *b)
{
    return a == b || memcmp(a, b, TEMPLATE_BYTES) == 0;
}

/* How the cohort's readers see each template. */
static void templates_measure(const struct match_refiner *refiner, const uint8_t *const *templates,
                              size_t count, struct sums *sums, struct elastic_standing *measures)
{
    /* The fewer the readers, the less what they say is worth: twice over, since the credit grows as they shrink. */
    double prior =
        TEMPLATE_PRIOR * (double)REFINING_COHORT / (double)(refiner->readers > 0 ? refiner->readers : 1);
    enum elastic_kernel kernel = elastic_kernel_best();
    memset(sums, 0, count * sizeof *sums);
    for (size_t r = 0; r < refiner->readers; r++)
        for (size_t first = 0; first < count; first += BATCH) {
            uint16_t distances[BATCH * BLOCKS];
            size_t taken = count - first < BATCH ? count - first : BATCH;
            elastic_compare_with(kernel, &refiner->probes[r], templates + first, taken, distances);
            for (size_t i = 0; i < taken; i++) {
                if (is_same(refiner->cohort[r], templates[first + i]))
                    continue;
                for (int block = 0; block < BLOCKS; block++)
                    if (distances[i * BLOCKS + (size_t)block] != MATCH_DISTANCE_NONE)
                        sums_add(
                            &sums[first + i], block,
                            deviations(&refiner->measures[r], block, distances[i * BLOCKS + (size_t)block]));
            }
        }
    for (size_t i = 0; i < count; i++)
        measure_make(&sums[i], prior, &measures[i]);
}

/* Least distances of all alignments. `probe` is room for one. */
static void compare_aligned(const struct match_probe *probe, struct match_probe *room,
                            const uint8_t *const *templates, size_t count, uint16_t *distances)
{
    enum elastic_kernel kernel = elastic_kernel_best();
    elastic_compare_with(kernel, probe, templates, count, distances);
    for (int a = 0; a < ALIGNMENTS_FURTHER; a++) {
        elastic_probe(&probe->further[a], room);
        for (size_t first = 0; first < count; first += BATCH) {
            uint16_t other[BATCH * BLOCKS];
            size_t taken = count - first < BATCH ? count - first : BATCH;
            elastic_compare_with(kernel, room, templates + first, taken, other);
            uint16_t *own = distances + first * BLOCKS;
            for (size_t i = 0; i < taken * BLOCKS; i++)
                if (other[i] != MATCH_DISTANCE_NONE && other[i] + ALIGNMENT_PRICE < own[i])
                    own[i] = (uint16_t)(other[i] + ALIGNMENT_PRICE);
        }
    }
}

static bool readers_make(struct match_refiner *refiner)
{
    refiner->probes = aligned_alloc(64, refiner->readers * sizeof *refiner->probes + 64);
    refiner->measures = calloc(refiner->readers + 1, sizeof *refiner->measures);
    refiner->templates = calloc(refiner->count + 1, sizeof *refiner->templates);
    uint16_t *distances = malloc((refiner->count + 1) * BLOCKS * sizeof *distances);
    struct sums *sums = calloc(refiner->count + 1, sizeof *sums);
    bool done = refiner->probes != NULL && refiner->measures != NULL && refiner->templates != NULL &&
                distances != NULL && sums != NULL;
    for (size_t r = 0; done && r < refiner->readers; r++) {
        struct elastic_view view;
        struct sums own = {0};
        elastic_view_of(refiner->cohort[r], &view);
        elastic_probe(&view, &refiner->probes[r]);
        elastic_compare_with(elastic_kernel_best(), &refiner->probes[r], refiner->cohort, refiner->count,
                             distances);
        for (size_t i = 0; i < refiner->count; i++)
            for (int block = 0; block < BLOCKS && !is_same(refiner->cohort[r], refiner->cohort[i]); block++)
                if (distances[i * BLOCKS + (size_t)block] != MATCH_DISTANCE_NONE)
                    sums_add(&own, block, distances[i * BLOCKS + (size_t)block]);
        measure_make(&own, 0, &refiner->measures[r]);
    }
    if (done)
        templates_measure(refiner, refiner->cohort, refiner->count, sums, refiner->templates);
    free(sums);
    free(distances);
    return done;
}

bool elastic_refiner_make(const uint8_t *const *cohort, size_t count, struct match_refiner **refiner,
                          struct error *error)
{
    *refiner = calloc(1, sizeof **refiner);
    if (*refiner != NULL) {
        (*refiner)->cohort = cohort;
        (*refiner)->count = count;
        (*refiner)->readers = count < REFINING_COHORT ? count : REFINING_COHORT;
        if (readers_make(*refiner))
            return true;
    }
    elastic_refiner_free(*refiner);
    *refiner = NULL;
    return error_set(error, FAULT_TEMPORARY, "out of memory while refining a search");
}

void elastic_refiner_free(struct match_refiner *refiner)
{
    if (refiner == NULL)
        return;
    free(refiner->probes);
    free(refiner->measures);
    free(refiner->templates);
    free(refiner);
}

/* `template` NULL: of one that was compared with nobody. */
static double fused(const struct elastic_standing *probe, const struct elastic_standing *template,
                    const uint16_t *distances)
{
    double sum = 0;
    for (int block = 0; block < BLOCKS; block++) {
        if (distances[block] == MATCH_DISTANCE_NONE) {
            sum += NEUTRAL;
            continue;
        }
        double z = deviations(probe, block, distances[block]);
        if (template != NULL)
            z = deviations(template, block, z);
        sum += arithmetic_exp(-0.6 * (z < -BEST_DEVIATIONS ? -BEST_DEVIATIONS : z));
    }
    return sum;
}

bool elastic_stand(const struct match_refiner *refiner, const uint8_t *const *templates, size_t count,
                   void *standings, struct error *error)
{
    struct sums *sums = calloc(count + 1, sizeof *sums);
    if (sums == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while refining a search");
    templates_measure(refiner, templates, count, sums, standings);
    free(sums);
    return true;
}

/* Mean and deviation of what the probe and the cohort's photos fuse to. */
static void scale_make(const struct match_refiner *refiner, const uint16_t *distances,
                       struct elastic_yardstick *yardstick)
{
    double sum = 0, squares = 0, count = refiner->count == 0 ? 1 : (double)refiner->count;
    for (size_t i = 0; i < refiner->count; i++) {
        double value = fused(&yardstick->own, &refiner->templates[i], distances + i * BLOCKS);
        sum += value;
        squares += value * value;
    }
    double mean = sum / count, variance = squares / count - mean * mean;
    yardstick->mean = mean;
    yardstick->deviation = variance > 0 ? sqrt(variance) : 0;
}

/* Room for the distances of `count` templates and for one alignment. */
struct aligned {
    uint16_t *distances;
    struct match_probe *room;
};

static bool aligned_make(struct aligned *aligned, size_t count, struct error *error)
{
    aligned->distances = malloc((count + 1) * BLOCKS * sizeof *aligned->distances);
    aligned->room = aligned_alloc(64, sizeof *aligned->room);
    return (aligned->distances != NULL && aligned->room != NULL) ||
           error_set(error, FAULT_TEMPORARY, "out of memory while refining a search");
}

static void aligned_free(struct aligned *aligned)
{
    free(aligned->room);
    free(aligned->distances);
}

bool elastic_gauge(const struct match_refiner *refiner, const struct match_probe *probe, void *yardstick,
                   struct error *error)
{
    struct elastic_yardstick *made = yardstick;
    struct aligned aligned;
    struct sums sums = {0};
    bool done = aligned_make(&aligned, refiner->count, error);
    if (done) {
        compare_aligned(probe, aligned.room, refiner->cohort, refiner->count, aligned.distances);
        for (size_t i = 0; i < refiner->count; i++)
            for (int block = 0; block < BLOCKS; block++)
                if (aligned.distances[i * BLOCKS + (size_t)block] != MATCH_DISTANCE_NONE)
                    sums_add(&sums, block, aligned.distances[i * BLOCKS + (size_t)block]);
        measure_make(&sums, 0, &made->own);
        scale_make(refiner, aligned.distances, made);
    }
    aligned_free(&aligned);
    return done;
}

bool elastic_refine_by(const struct match_probe *probe, const void *yardstick,
                       const uint8_t *const *templates, const void *const *standings, size_t count,
                       int64_t *scores, struct error *error)
{
    const struct elastic_yardstick *by = yardstick;
    struct aligned aligned;
    bool done = aligned_make(&aligned, count, error);
    if (done)
        compare_aligned(probe, aligned.room, templates, count, aligned.distances);
    for (size_t i = 0; done && i < count; i++) {
        const struct elastic_standing *standing = standings == NULL ? NULL : standings[i];
        double above = fused(&by->own, standing, aligned.distances + i * BLOCKS) - by->mean;
        scores[i] = by->deviation > 0 ? arithmetic_round(above / by->deviation * 1e6) : 0;
    }
    aligned_free(&aligned);
    return done;
}

bool elastic_refine(const struct match_refiner *refiner, const struct match_probe *probe,
                    const uint8_t *const *templates, const void *const *standings, size_t count,
                    int64_t *scores, struct error *error)
{
    struct elastic_yardstick yardstick;
    return elastic_gauge(refiner, probe, &yardstick, error) &&
           elastic_refine_by(probe, &yardstick, templates, standings, count, scores, error);
}
