#include "report/foil_pages.h"

enum worker_exit render_foil_sheet_worker(const struct worker_job *job, struct error *error)
{
    (void)job;
    error_set(error, FAULT_INTERNAL, "not there yet");
    return WORKER_PERSON;
}
