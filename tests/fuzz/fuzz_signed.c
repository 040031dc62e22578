/*
 * Fuzz: documents that are signed beside themselves, from bytes to what is kept of them: records requests, retention,
 * audits, discovery, disclosure; and acknowledgements, which come the same way without a signature. Which of them it is
 * says the name found in it.
 *
 * Without a signature: envelopes have a target of their own.
 */
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "ingest/check_worker.h"
#include "ingest/foil_worker.h"
#include "ingest/release_worker.h"
#include "ingest/retention_worker.h"
#include "tests/fuzz/fuzz.h"

static const struct kind {
    const char *name;
    worker_function *check;
} kinds[] = {{"foil", check_foil},
             {"retention", check_retention},
             {"audit", check_audit},
             {"discovery", check_discovery},
             {"disclosure", check_disclosure},
             {"acknowledgement", check_acknowledgement}};

static const struct kind *kind_for(const uint8_t *data, size_t size)
{
    char start[40];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int length = snprintf(start, sizeof start, "<%s ", kinds[i].name);
        if (memmem(data, size, start, (size_t)length) != NULL)
            return &kinds[i];
    }
    return &kinds[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static json_t *parameters;
    struct error error = ERROR_NONE;
    const struct kind *kind = kind_for(data, size);
    int inputs[RELEASE_INPUTS];
    if (parameters == NULL)
        parameters = json_pack("{ss,ss,s[{ss,ss,si}]}", "received", "2027-01-01T12:00:00.000Z", "signature",
                               "none", "files", "name", "authorisation.pdf", "digest", "", "size", 1);
    inputs[KEEPER_DOCUMENT] = memory_file("document", data, size, &error);
    for (size_t i = 1; i < RELEASE_INPUTS; i++)
        inputs[i] = i == KEEPER_SIGNATURE ? -1 : memory_file_empty("missing", &error);
    const struct worker_job job = {.kind = "fuzzed",
                                   .parameters = parameters,
                                   .inputs = inputs,
                                   .input_count = RELEASE_INPUTS,
                                   .output = memory_file_empty("answer", &error)};
    if (kind->check(&job, &error) != WORKER_DONE)
        fuzz_broken(&error);
    json_t *answer = fuzz_answer(&job);
    error_set(&error, FAULT_INTERNAL, "a %s that is neither kept nor at fault", kind->name);
    if (!json_is_object(json_object_get(answer, kind->name)) &&
        json_array_size(json_object_get(answer, "faults")) == 0)
        fuzz_broken(&error);
    json_decref(answer);
    for (size_t i = 0; i < RELEASE_INPUTS; i++)
        if (inputs[i] >= 0)
            close(inputs[i]);
    close(job.output);
    return 0;
}
