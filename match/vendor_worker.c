/*
 * The worker kinds of a vendor's engine.
 *
 * Guarantees: a fault of the engine is told apart from trouble of the machine or the gallery. Between loading and
 * the job the process raises the rest of its walls (spool/nursery_child.c).
 */
#include "match/vendor_worker.h"

#include <stddef.h>

#include "base/json.h"
#include "match/match_worker.h"
#include "match/vendor.h"
#include "match/vendor_trial.h"

bool engine_worker_load(const struct worker_job *job, struct error *error)
{
    if (job->input_count < 1)
        return error_set(error, FAULT_INTERNAL, "%s: no shared object was given", job->kind);
    return vendor_load(job->inputs[0], json_text(json_object_get(job->parameters, "object"), "digest"),
                       error);
}

/* What is wrong with the program elsewhere is the engine's fault here: nothing else in this process is foreign. */
static enum worker_exit exit_of(const struct error *error)
{
    return error->fault == FAULT_INTERNAL || error->fault == FAULT_INPUT ? WORKER_FAULTY
                                                                         : worker_exit_of(error);
}

static struct worker_job rest_of(const struct worker_job *job)
{
    struct worker_job rest = *job;
    rest.inputs++;
    rest.input_count--;
    return rest;
}

enum worker_exit engine_describe_worker(const struct worker_job *job, struct error *error)
{
    if (!vendor_start(error))
        return exit_of(error);
    json_t *answer = json_pack("{so}", "card", match_engine_card(vendor_engine()));
    bool done = answer != NULL
                    ? worker_answer_json(job, answer, error)
                    : error_set(error, FAULT_TEMPORARY, "out of memory while describing an engine");
    json_decref(answer);
    return done ? WORKER_DONE : exit_of(error);
}

enum worker_exit engine_template_worker(const struct worker_job *job, struct error *error)
{
    struct worker_job rest = rest_of(job);
    return vendor_start(error) && match_template_with(vendor_engine(), &rest, error) ? WORKER_DONE
                                                                                     : exit_of(error);
}

enum worker_exit engine_search_worker(const struct worker_job *job, struct error *error)
{
    struct worker_job rest = rest_of(job);
    return vendor_start(error) && match_search_with(vendor_engine(), &rest, error) ? WORKER_DONE
                                                                                   : exit_of(error);
}

enum worker_exit engine_trial_worker(const struct worker_job *job, struct error *error)
{
    struct worker_job rest = rest_of(job);
    return vendor_start(error) && vendor_trial(&rest, error) ? WORKER_DONE : exit_of(error);
}
