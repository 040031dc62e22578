/*
 * The figures of oversight as a document, rendered by job `render-figures`.
 *
 * Facts: report/figures.h; the job: report/extract_render.h.
 */
#ifndef LEADSPOOL_REPORT_FIGURES_WORKER_H
#define LEADSPOOL_REPORT_FIGURES_WORKER_H

#include "base/worker.h"

worker_function render_figures_worker;

/* A duration as people say it: "35 min", "3 h 20 min", "2 d 4 h". Returns `text`, FIGURES_SPAN_SIZE bytes. */
#define FIGURES_SPAN_SIZE 96
char *figures_span(int64_t minutes, char *text);

#endif
