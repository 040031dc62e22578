/*
 * Blocks that recur in the documents of a docket: the request, its images, edits, times and words for codes.
 *
 * They take the shapes of spool/INTERNALS.md (request, image, edit); a member that is absent leaves its row
 * out.
 */
#ifndef LEADSPOOL_PAGE_PARTS_H
#define LEADSPOOL_PAGE_PARTS_H

#include "base/clock.h"
#include "base/json.h"
#include "page/document.h"

#define PARTS_TIME_SIZE INSTANT_LOCAL_SIZE

/* instant_local_of with seconds. Returns `text`. */
const char *parts_time(const char *written, char *text);

/* Words for a use ("U1" -> "U1, a lead to a suspect"), a source, an edit operation, a priority; the code
   itself when it is unknown. */
const char *parts_use(const char *code);
const char *parts_source(const char *code);
const char *parts_priority(const char *code);

/* One line for an edit's parameters: a text as it is, an object as "left 10, top 20". Appended to `out`. */
void parts_parameters(struct text *out, const json_t *parameters);

/* "<person> at <time>", or only the one that is there; caller frees; NULL when neither is. */
char *parts_who_when(const char *person, const char *at);

/* Table of the request: numbers, requester, use, basis, discussion with a supervisor, earlier searches
   elsewhere. `facts` has "docket", "command", "received", "request". */
void parts_request(struct document *document, const json_t *facts);

/* Table of the images received: file, source, captured, digest. `images` is an array of request or docket
 * images. */
void parts_images(struct document *document, const json_t *images);

/* Table of an image's measured quality: member "quality" as photo/quality.h writes it, or else "measures"
   [{"name","value": text,"quality","advice"}]. Nothing when there is neither (page/measures.c). */
void parts_measures(struct document *document, const json_t *image);
/* Its rows, for a page that is no PDF: [{"name","value","quality"?,"advice"}]. New reference. */
json_t *parts_measure_rows(const json_t *image);

/* Table of edits, in order (parameters: member "parameters", or else all members that are no other column); a
 * sentence when there is none. */
void parts_edits(struct document *document, const json_t *edits);

#endif
