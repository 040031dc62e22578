/*
 * Fuzz: the documents of the gallery and of case management, from bytes to what is kept: enrolment.xml
 * without its photographs, and the acknowledgement.
 */
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "ingest/check_worker.h"
#include "tests/fuzz/fuzz.h"

static void check(worker_function *worker, const uint8_t *data, size_t size, size_t input_count)
{
    static json_t *parameters;
    struct error error = ERROR_NONE;
    if (parameters == NULL)
        parameters = json_pack("{ss,ss,s[{ss,ss,si}]}", "received", "2027-01-01T12:00:00.000Z", "signature",
                               "none", "files", "name", "G-0001.jpg", "digest", "", "size", 1);
    const int inputs[] = {memory_file("document", data, size, &error), -1, -1, -1};
    const struct worker_job job = {.kind = "fuzzed",
                                   .parameters = parameters,
                                   .inputs = inputs,
                                   .input_count = input_count,
                                   .output = memory_file_empty("answer", &error)};
    if (worker(&job, &error) != WORKER_DONE)
        fuzz_broken(&error);
    json_t *answer = fuzz_answer(&job);
    if (!json_is_array(json_object_get(answer, "faults")))
        fuzz_broken(&error);
    json_decref(answer);
    close(inputs[0]);
    close(job.output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(check_enrolment, data, size, 4);
    check(check_acknowledgement, data, size, 1);
    return 0;
}
