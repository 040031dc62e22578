/*
 * The answer of the worker kind "match-template": templates of a batch of photos.
 *
 * Binary, little-endian:
 *   header, 88 bytes: char magic[8] "LSTMPLTS", u32 version 2, u32 count, u32 template_size, u32 zero,
 *                     char engine[32] (id), char engine_version[32], both NUL-padded
 *   then per photo, in the order asked for:
 *     char photo[40] (id, NUL-padded), u32 state (0 = extracted, 1 = fault, 2 = unmarked), u32 length,
 *     i32 eyes[4] (hundredths of a pixel; all 0 when none were found), i32 confidence (0 to 100; -1 = the eyes
 *     were given), u32 width, u32 height (of the picture as shown; 0 with a fault), then `length` bytes:
 *     the template, the fault in words (UTF-8, no NUL), or nothing
 * One photo's fault does not spoil the batch. "Unmarked" is a photo whose eyes were sought and not found
 * with enough confidence: it has no template until a person marks them.
 */
#ifndef LEADSPOOL_MATCH_TEMPLATE_ANSWER_H
#define LEADSPOOL_MATCH_TEMPLATE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "match/engine.h"
#include "match/segment.h"

struct template_answer_header {
    char magic[8];
    uint32_t version, count, template_size, zero;
    char engine[32], engine_version[32];
};

enum template_state { TEMPLATE_EXTRACTED, TEMPLATE_FAULT, TEMPLATE_UNMARKED };

/* What is known of the picture beside its template. */
struct template_facts {
    struct eye_points eyes; /* used, or proposed; all 0 when none were found */
    int32_t confidence;     /* 0 to 100; -1 when the eyes were given */
    uint32_t width, height;
};

struct template_answer_entry {
    char photo[SEGMENT_ID_SIZE];
    enum template_state state;
    struct template_facts facts;
    const uint8_t *template_bytes; /* when extracted; borrowed from the answer */
    char fault[ERROR_TEXT_SIZE];   /* of a fault: what is wrong with the photo and what to do */
};

/* Reading: open, then next until it is false; `error` tells the end (FAULT_NONE) from damage. */
struct template_answer {
    const uint8_t *bytes;
    size_t length, at;
    uint32_t left; /* photos not yet read */
    uint32_t template_size;
};

/* FAULT_INTERNAL when it is no such answer or of another engine. `bytes` must outlive the struct. */
bool template_answer_open(struct template_answer *answer, const void *bytes, size_t length,
                          const struct match_engine *engine, struct error *error);
bool template_answer_next(struct template_answer *answer, struct template_answer_entry *entry,
                          struct error *error);

/* Writing, by the worker. */
void template_answer_begin(struct text *text, const struct match_engine *engine, uint32_t count);
void template_answer_add(struct text *text, const struct match_engine *engine, const char *photo,
                         const struct template_facts *facts, const uint8_t *template_bytes);
void template_answer_add_unmarked(struct text *text, const char *photo, const struct template_facts *facts);
void template_answer_add_fault(struct text *text, const char *photo, const char *fault);

#endif
