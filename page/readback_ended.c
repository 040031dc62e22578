/*
 * The end of a reading: one answer for every kind of document, so that none is let through by another rule.
 */
#include "page/readback_ended.h"

#include <jansson.h>

#include "base/json.h"

enum worker_exit readback_ended(const struct worker_job *job, struct readback *readback, bool sound,
                                const char *what, struct error *error)
{
    if (sound) {
        json_t *answer = json_pack("{sI,sI}", "pages", (json_int_t)readback->page_count, "pictures",
                                   (json_int_t)readback->picture_count);
        sound = worker_answer_json(job, answer, error);
        json_decref(answer);
    } else {
        error_context(error, "the finished %s is held back", what);
    }
    readback_free(readback);
    return sound ? WORKER_DONE : error->fault == FAULT_TEMPORARY ? WORKER_RETRY : WORKER_PERSON;
}
