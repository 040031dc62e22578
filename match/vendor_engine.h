/*
 * What a vendor's comparison engine is to leadspool: the one header such an engine is compiled against.
 *
 * An engine is a shared object that exports one function, leadspool_engine, which returns one constant table. Nothing
 * of leadspool is linked to it; this header includes nothing but fixed-width integers. How to build, try and install
 * one: docs/vendor-engine.md. A whole example: demo/engine/histogram.c.
 *
 * Where it runs. A process of its own, which holds the photos and templates of one job and nothing else: no file, no
 * network, no other process, no clock that is worth anything. While the object is loaded (constructors, `start`) the
 * system's libraries can still be read; afterwards any attempt at a file fails, and any other forbidden call ends the
 * process. Whatever the engine needs, such as its models, is inside the object. Memory, processor time and
 * time are limited. What it prints is lost. It must not change signal handlers, limits or descriptors, nor end the process.
 *
 * Ownership. Everything handed to a function is the caller's and valid until it returns; an engine keeps no pointer.
 * The table and all texts in it are constant and stay valid while the process lives. Texts are UTF-8 without control
 * characters.
 *
 * Determinism. The same pixels and eyes give the same template, byte for byte, and the same two templates the same
 * score, in every process, on every machine the engine supports, in any order, with any number of threads and whatever
 * was asked before. The version changes whenever a template or a score would.
 *
 * Threads. template_make and search are called from one thread at a time. compare is called from several at
 * once only with LEADSPOOL_ENGINE_THREADS. An engine may start threads of its own; it makes no process.
 *
 * What is checked. Every score, every list and every status. An answer that breaks this contract is not repaired:
 * the whole run is set aside until a person has looked.
 */
#ifndef LEADSPOOL_VENDOR_ENGINE_H
#define LEADSPOOL_VENDOR_ENGINE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when an older engine could not be used any more. Members added at the ends of structs do not change it: each
   struct begins with its size, and what lies beyond the size the other side knows is not looked at. */
#define LEADSPOOL_ENGINE_ABI 1

/* Status of a call. With any but DONE the engine writes why into `reason`: text of at most LEADSPOOL_ENGINE_REASON - 1
   bytes and a NUL. */
enum {
    LEADSPOOL_ENGINE_DONE = 0,
    LEADSPOOL_ENGINE_UNUSABLE = 1,  /* template_make: no template can be made of this picture; others go on */
    LEADSPOOL_ENGINE_NO_MEMORY = 2, /* it is tried again later */
    LEADSPOOL_ENGINE_FAILED = 3     /* a fault of the engine */
};

#define LEADSPOOL_ENGINE_REASON 200

/* What the engine promises beyond the contract; the conformance test holds it to that. */
enum {
    LEADSPOOL_ENGINE_THREADS = 1,   /* compare may be called from several threads at once */
    LEADSPOOL_ENGINE_SYMMETRIC = 2, /* compare(a, b) = compare(b, a) */
    LEADSPOOL_ENGINE_IDENTITY = 4   /* a template compared with itself has score_most */
};

/* A constant that results depend on, for the engine's card: thresholds, sizes, the digest of a model. */
struct leadspool_engine_parameter {
    const char *name, *value;
};

/* A decoded picture, upright. The centre of its top left pixel is (0, 0); "left" is left in the picture. Both eyes lie
   in it, the left one on the left, at least 8 pixels apart. */
struct leadspool_engine_picture {
    uint32_t size; /* of this struct */
    int32_t width, height;
    int32_t channels;                         /* 1 grey, 3 red green blue */
    const uint8_t *pixels;                    /* width * height * channels, rows from the top, no padding */
    int32_t left_x, left_y, right_x, right_y; /* centres of the pupils, hundredths of a pixel */
};

/* One photo found by `search`. */
struct leadspool_engine_found {
    uint64_t photo; /* its place among the templates searched, from 0 */
    double score;
};

struct leadspool_engine {
    uint32_t abi;            /* LEADSPOOL_ENGINE_ABI */
    uint32_t size;           /* of this struct */
    const char *id;          /* 1 to 31 of a-z 0-9 - . : stays the same over versions */
    const char *version;     /* 1 to 18 of A-Z a-z 0-9 - . _ */
    const char *maker;       /* for the engine's card, printed in reports; each 1 to 2000 bytes */
    const char *method;      /* how it compares, in words */
    const char *weights;     /* "none", or which learned weights it carries and what they were learned from */
    const char *score_scale; /* what a score means, in words */
    const char *error_rates; /* where measured error rates stand, in words; or that they were not measured */
    /* Scores lie between them, ends included; larger is more alike. Finite, at most 1e9 either side of 0. They are
       kept as whole millionths: what differs by less may be equal. */
    double score_least, score_most;
    uint32_t template_size; /* bytes, 1 to 65536 */
    uint32_t promises;      /* LEADSPOOL_ENGINE_THREADS and so on, or 0 */
    const struct leadspool_engine_parameter *parameters;
    uint64_t parameter_count; /* at most 100 */

    /* Once in each process, before any other; NULL when there is nothing to do. */
    int (*start)(char *reason);

    /* All template_size bytes are written, unused ones with zeros. */
    int (*template_make)(const struct leadspool_engine_picture *picture, uint8_t *template_bytes,
                         char *reason);

    /* A probe's template with `count` others: scores[i] is its likeness to templates[i]. Depends on those two alone. */
    int (*compare)(const uint8_t *probe, const uint8_t *const *templates, uint64_t count, double *scores,
                   char *reason);

    /* NULL, or the engine's own way to the best `wanted` of `count` templates without comparing all of them (1 <= wanted
       <= count). *found_count is the number of those written, which is `wanted`; sorted by score, the best first,
       of equal scores the lower place first; no photo twice; each with the score that compare gives it. What it leaves
       out cannot be found: say in `method` what that costs. */
    int (*search)(const uint8_t *probe, const uint8_t *const *templates, uint64_t count, uint64_t wanted,
                  struct leadspool_engine_found *found, uint64_t *found_count, char *reason);
};

/* What the shared object exports. */
__attribute__((visibility("default"))) const struct leadspool_engine *leadspool_engine(void);

#ifdef __cplusplus
}
#endif

#endif
