/*
 * The worker function of job `render-extract`: the document of a focused audit (report/extract_render.h has the job,
 * report/extract.h the facts about events; besides "asked","head","dockets","decisions","files").
 */
#ifndef LEADSPOOL_REPORT_EXTRACT_WORKER_H
#define LEADSPOOL_REPORT_EXTRACT_WORKER_H

#include "base/worker.h"

worker_function render_extract_worker;

#endif
