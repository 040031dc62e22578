/*
 * The worker function of job `read-document`: the finished document read as its reader would, before anybody signs
 * it.
 *
 *   parameters {"document", "facts", "pictures"} as they were for `render-document`
 *   inputs     those of `render-document`, and at last the PDF
 *   answer     {"pages": n, "pictures": n}
 *
 * Exits: DONE when the document may leave; PERSON, with what is wrong, when it may not; RETRY without memory.
 */
#ifndef LEADSPOOL_REPORT_READING_WORKER_H
#define LEADSPOOL_REPORT_READING_WORKER_H

#include "base/worker.h"

worker_function read_document_worker;

#endif
