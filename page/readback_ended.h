/*
 * How a worker that read a finished document back ends.
 */
#ifndef LEADSPOOL_PAGE_READBACK_ENDED_H
#define LEADSPOOL_PAGE_READBACK_ENDED_H

#include "base/worker.h"
#include "page/readback.h"

/* `sound`: nothing was found; the answer {"pages","pictures"} goes to the daemon. Otherwise the error names `what`, which is held
   back: only what memory or time kept from being looked at is tried again. Frees what `readback` holds. */
enum worker_exit readback_ended(const struct worker_job *job, struct readback *readback, bool sound,
                                const char *what, struct error *error);

#endif
