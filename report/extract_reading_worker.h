/*
 * The worker function of job `read-extract`: a finished document for auditors (figures, extract, disposal certificate)
 * read as its reader would, before anybody signs it.
 *
 *   parameters {"facts"} as they were for the job that rendered it
 *   inputs     those of that job, and at last the PDF
 *   answer     {"pages": n}
 *
 * Exits: DONE when the document may leave; PERSON, with what is wrong, when it may not; RETRY without memory.
 */
#ifndef LEADSPOOL_REPORT_EXTRACT_READING_WORKER_H
#define LEADSPOOL_REPORT_EXTRACT_READING_WORKER_H

#include "base/worker.h"

worker_function read_extract_worker;

#endif
