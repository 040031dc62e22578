/*
 * The worker function of job `read-worksheet`: the finished PDF of an item read as its reader would, before it is
 * published.
 *
 *   parameters {"stage", "facts", "pictures"} as they were for `render-worksheet`
 *   inputs     those of `render-worksheet`, and at last the PDF
 *   answer     {"pages": n, "pictures": n}
 *
 * Exits: DONE when it may be published; PERSON, with what is wrong, when it may not; RETRY without memory.
 */
#ifndef LEADSPOOL_REVIEW_WORKSHEET_READING_WORKER_H
#define LEADSPOOL_REVIEW_WORKSHEET_READING_WORKER_H

#include "base/worker.h"

worker_function read_worksheet_worker;

#endif
