/*
 * The worker function of job `render-disposal`: a disposal certificate (report/disposal_certificate.h has the facts,
 * report/extract_render.h the job).
 */
#ifndef LEADSPOOL_REPORT_DISPOSAL_WORKER_H
#define LEADSPOOL_REPORT_DISPOSAL_WORKER_H

#include "base/worker.h"

worker_function render_disposal_worker;

#endif
