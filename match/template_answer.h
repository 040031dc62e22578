/*
 * The answer of the worker kind "match-template": templates of a batch of photos.
 *
 * Binary, little-endian:
 *   header, 88 bytes: char magic[8] "LSTMPLTS", u32 version 1, u32 count, u32 template_size, u32 zero,
 *                     char engine[32] (id), char engine_version[32], both NUL-padded
 *   then per photo, in the order asked for:
 *     char photo[40] (id, NUL-padded), u32 state (0 = extracted, 1 = fault), u32 length, then `length` bytes:
 *     the template, or the fault in words (UTF-8, no NUL)
 * One photo's fault does not spoil the batch.
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

struct template_answer_entry {
    char photo[SEGMENT_ID_SIZE];
    bool extracted;
    const uint8_t *template_bytes; /* when extracted; borrowed from the answer */
    char fault[ERROR_TEXT_SIZE];   /* otherwise: what is wrong with the photo and what to do */
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
                         const uint8_t *template_bytes);
void template_answer_add_fault(struct text *text, const char *photo, const char *fault);

#endif
