/*
 * The worker function of job `render-worksheet` (parameters and facts: review/worksheet.h; as a page: review/worksheet_page.h).
 */
#ifndef LEADSPOOL_REVIEW_WORKSHEET_WORKER_H
#define LEADSPOOL_REVIEW_WORKSHEET_WORKER_H

#include "base/worker.h"

worker_function render_worksheet_worker;

#endif
