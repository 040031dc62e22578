/*
 * What a comparison engine is to the rest of the program.
 *
 * An engine turns a picture with marked eyes into a template of fixed size, prepares probes, compares a
 * prepared probe with templates, and fuses the distances of one comparison into one whole number, given the
 * statistics of the searched gallery (the cohort). Distances are whole numbers, so their sums do not depend
 * on the order, the number of threads or how the gallery was cut up; everything after them is computed from
 * those sums in fixed point. A search can therefore be run again bit for bit.
 *
 * No function keeps state between calls: an engine in a process of its own can stand behind the same table.
 */
#ifndef LEADSPOOL_MATCH_ENGINE_H
#define LEADSPOOL_MATCH_ENGINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "photo/eye_points.h"
#include "photo/image.h"

#define MATCH_DISTANCES_MOST 128
/* A distance that could not be taken, because a photo does not show that part of the face. */
#define MATCH_DISTANCE_NONE UINT16_MAX
/* The best so many photos of a search are refined; all of them in a smaller gallery. The best so many of those are
   measured against the cohort, more where the list's persons need it; no others are listed. */
#define MATCH_REFINED 1024
#define MATCH_MEASURED 128
/* Photos that stand for the gallery in its statistics. */
#define MATCH_COHORT 256

/* Statistics of all comparisons of one probe with the searched gallery: exact whole numbers. */
struct match_cohort {
    uint64_t count;                         /* photos compared */
    uint64_t counts[MATCH_DISTANCES_MOST];  /* of them with this distance */
    uint64_t sums[MATCH_DISTANCES_MOST];    /* of each distance */
    uint64_t squares[MATCH_DISTANCES_MOST]; /* of the squares of each distance */
};

struct match_probe;   /* a prepared probe; the engine's own */
struct match_refiner; /* what a second, slower comparison needs of the cohort; the engine's own */
struct match_fusion;  /* what fuses distances, made from a cohort; the engine's own */

struct match_engine {
    const char *id;      /* at most 31 bytes; stored in every segment */
    const char *version; /* at most 31 bytes; changes whenever templates or scores change */
    const char *maker;
    const char *method;      /* in words, for the engine card */
    const char *weights;     /* "none", or what learned weights it carries (R12) */
    const char *score_scale; /* in words */
    const char *error_rates; /* where measured error rates stand, in words */
    size_t template_size;    /* bytes */
    size_t distance_count;   /* per comparison, at most MATCH_DISTANCES_MOST */
    size_t hash_size; /* bytes of the first stage's hash; 0: the engine has none, and all is compared */

    /* All constants the result depends on; the caller owns the object; NULL when memory ran out. */
    json_t *(*parameters)(void);

    /* Picture and eyes to `template_size` bytes. The eyes passed eye_points_check. */
    bool (*extract)(const struct image *image, const struct eye_points *eyes, uint8_t *template_bytes,
                    struct error *error);

    bool (*probe_make)(const struct image *image, const struct eye_points *eyes, struct match_probe **probe,
                       struct error *error);
    void (*probe_free)(struct match_probe *probe);

    /* Distances of the probe to each template, `distance_count` a template, in order. May be called from
       several threads at once. */
    void (*compare)(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                    uint16_t *distances);

    /* A template's hash, and the likeness (larger is more alike) of the probe to each of `count` hashes in a
       row. Both NULL when there is no hash. May be called from several threads at once. */
    void (*hash)(const uint8_t *template_bytes, uint8_t *hash);
    void (*likeness)(const struct match_probe *probe, const uint8_t *hashes, size_t count,
                     uint16_t *likeness);

    /* The same likeness, another number, to templates: ten times as dear, and sure to be large for nearly all that `compare`
       finds alike. What it needs of a template is extracted first, for all probes of a pass: `extract_size` bytes each, one
       behind the other. Both NULL: the engine has none. */
    size_t extract_size;
    void (*extracts)(const uint8_t *const *templates, size_t count, uint8_t *extracts);
    void (*coarse)(const struct match_probe *probe, const uint8_t *extracts, size_t count,
                   uint16_t *likeness);

    /* A larger fused value means more alike. 0 <= value < 2^44. */
    bool (*fusion_make)(const struct match_cohort *cohort, struct match_fusion **fusion, struct error *error);
    void (*fusion_free)(struct match_fusion *fusion);
    int64_t (*fuse)(const struct match_fusion *fusion, const uint16_t *distances);

    /* The second comparison, for the best of a search; all NULL and 0 when an engine has none. The cohort is that
       of the gallery, in its fixed order, its templates borrowed for the refiner's life. A template's standing,
       `standing_size` bytes, says how it compares with the cohort; it costs about a hundred comparisons and
       serves all probes. Scores are as score_of gives them. Neither depends on which templates are
       taken together or in what order. May be called from several threads at once. */
    size_t standing_size;
    bool (*refiner_make)(const uint8_t *const *cohort, size_t count, struct match_refiner **refiner,
                         struct error *error);
    void (*refiner_free)(struct match_refiner *refiner);
    bool (*stand)(const struct match_refiner *refiner, const uint8_t *const *templates, size_t count,
                  void *standings, struct error *error);
    bool (*refine)(const struct match_refiner *refiner, const struct match_probe *probe,
                   const uint8_t *const *templates, const void *const *standings, size_t count,
                   int64_t *scores, struct error *error);

    /* The same in two steps, so that what the cohort has to do with it can be kept: a yardstick of `yardstick_size` bytes
       says how the probe compares with the cohort; with it and the recorded standing a template's score can be computed
       again when photos of the cohort are gone. Both are plain numbers, the same from every machine of one kind. Where
       `standings` is NULL the templates count as compared with nobody: cheap, and near enough to say which are worth a
       standing. */
    size_t yardstick_size;
    bool (*gauge)(const struct match_refiner *refiner, const struct match_probe *probe, void *yardstick,
                  struct error *error);
    bool (*refine_by)(const struct match_probe *probe, const void *yardstick, const uint8_t *const *templates,
                      const void *const *standings, size_t count, int64_t *scores, struct error *error);

    /* An engine that gives scores itself, measured against no cohort (a vendor's): then distance_count is 0, none of the
       functions from compare on is called, and there is one stage. The probe's scores to `count` templates, in millionths,
       each from score_least to score_most. From several threads at once unless one_thread. A false with FAULT_INTERNAL is the
       engine's fault. */
    bool (*score)(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                  int64_t *scores, struct error *error);
    /* NULL, or its own way to the best `wanted` of them, 1 <= wanted <= count: their places and scores, the best first,
       of equal ones the lower place. One thread. */
    bool (*best)(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                 size_t wanted, size_t *places, int64_t *scores, struct error *error);
    int64_t score_least, score_most;
    bool one_thread;
    const char *digest; /* SHA-256 of the shared object; NULL for the engine built in */
};

/* The engine built in: elastic binary matching, no learned weights. */
extern const struct match_engine match_engine_embedded;

/* The engine card as JSON: {"id","version","maker","method","weights","score_scale","error_rates",
   "template_size","parameters":{...}}, of one that gives scores itself also {"score_least","score_most","digest"}. The
   caller owns it; NULL when memory ran out. */
json_t *match_engine_card(const struct match_engine *engine);

/* Add one comparison's distances to a cohort of `count` distances. */
void match_cohort_add(struct match_cohort *cohort, const uint16_t *distances, size_t count);

#endif
