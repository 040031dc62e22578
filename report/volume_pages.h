/*
 * The pages of a volume of discovery, part by part. For the worker that packs them (report/volume_worker.c).
 */
#ifndef LEADSPOOL_REPORT_VOLUME_PAGES_H
#define LEADSPOOL_REPORT_VOLUME_PAGES_H

#include <jansson.h>

#include "base/text.h"
#include "page/rendering.h"

/* The part of a facts' list that one part prints. */
struct volume_span {
    size_t from, to;
};

/* Of a part: its name and the Bates numbers it bears. */
void volume_draw_index(struct document *document, const json_t *facts, const json_t *parts);
void volume_draw_opening(struct document *document, const json_t *facts); /* request, people */
void volume_draw_chronology(struct document *document, const json_t *facts, struct volume_span span);
void volume_draw_decisions(struct document *document, const json_t *facts, struct volume_span span);
/* Of `pictures`: the facts' files that are pictures. The role of file n is "E<n>" (volume_role). */
void volume_draw_images(const struct rendering *rendering, const json_t *pictures, struct volume_span span);
void volume_draw_search(struct document *document, const json_t *search);
void volume_draw_candidates(const struct rendering *rendering, const json_t *search, struct volume_span span);

/* A value in words: a text as it is, a list with `between` its members, of an object what it is about first. */
void volume_words(struct text *words, const json_t *value, const char *between);

#define VOLUME_ROLE_SIZE 24
/* The role of an input. */
char *volume_role(json_int_t input, char *role);

#endif
