/*
 * What the documents of audits share: the job, and how they open.
 *
 *   parameters {"facts": with "extract","issued","agency","unit","contact","demonstration"?; "created": ts}
 *   inputs     the two fonts (page/rendering.h)
 *   answer     the PDF
 */
#ifndef LEADSPOOL_REPORT_EXTRACT_RENDER_H
#define LEADSPOOL_REPORT_EXTRACT_RENDER_H

#include "base/json.h"
#include "base/worker.h"
#include "page/document.h"

typedef void extract_drawing(struct document *document, const json_t *facts);

/* Do a job; `kind` is the title of the PDF, `draw` all that is in it. */
enum worker_exit extract_render(const struct worker_job *job, const char *kind, extract_drawing *draw,
                                struct error *error);

/* Who issues it, the title, and under it `about` with the time of issue. */
void extract_title(struct document *document, const json_t *facts, const char *title, const char *about);

#endif
