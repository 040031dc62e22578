/*
 * The worker function of job `render-document` (parameters and facts: report/documents.h).
 *
 * Exits: DONE with the PDF; FAULTY when facts or a picture are wrong; PERSON when a required notice was not
 * drawn, a text would have been clipped, or the facts hold what the document may not know; RETRY without
 * memory.
 */
#ifndef LEADSPOOL_REPORT_RENDER_WORKER_H
#define LEADSPOOL_REPORT_RENDER_WORKER_H

#include "base/worker.h"

worker_function render_document_worker;

#endif
