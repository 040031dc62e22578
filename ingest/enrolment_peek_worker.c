/*
 * check-peek-enrolment: which photographs an enrolment says it brings.
 *
 * Guarantees: a document that is valid as a whole or no list at all; half of one lists nothing. Judges nothing:
 * check-enrolment does, after the claim.
 */
#include <stdlib.h>

#include "base/json.h"
#include "ingest/check_worker.h"
#include "ingest/members.h"
#include "schemas/xml.h"

static bool list_photos(const struct xml_node *root, json_t *files)
{
    bool done = files != NULL;
    for (const struct xml_node *node = xml_child(xml_child(root, "photos"), "photo"); done && node != NULL;
         node = xml_next(node)) {
        json_t *file = json_object();
        done = file != NULL && json_put_text(file, "name", xml_child_text(node, "file")) &&
               json_put_text(file, "sha256", xml_child_text(node, "sha256"));
        done = json_array_append_new(files, file) == 0 && done;
    }
    return done;
}

enum worker_exit check_peek_enrolment(const struct worker_job *job, struct error *error)
{
    struct xml_reading reading = {0};
    char *bytes = NULL;
    size_t length = 0;
    bool done = false;
    json_t *answer = json_pack("{s[]}", "files");
    if (answer == NULL) {
        error_set(error, FAULT_TEMPORARY, "looking into an enrolment: out of memory");
        goto done;
    }
    if (job->input_count < 1) {
        error_set(error, FAULT_INTERNAL, "check-peek-enrolment was given no input");
        goto done;
    }
    if (!document_bytes(job->inputs[0], "enrolment.xml", XML_LARGE_LIMIT, &bytes, &length, error) ||
        !xml_read(SCHEMA_ENROLMENT, bytes, length, &reading, error))
        goto done;
    bool readable = reading.outcome == XML_VALID;
    done = (json_put_flag(answer, "readable", readable) &&
            (!readable || list_photos(xml_root(reading.document), json_object_get(answer, "files")))) ||
           error_set(error, FAULT_TEMPORARY, "looking into an enrolment: out of memory");
    done = done && worker_answer_json(job, answer, error);
done:
    free(bytes);
    xml_reading_free(&reading);
    json_decref(answer);
    return done ? WORKER_DONE : worker_exit_of(error);
}
