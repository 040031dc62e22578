/*
 * Fuzz: order.xml of the gallery keeper, from bytes to what is kept of it.
 */
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "ingest/check_worker.h"
#include "ingest/keeper_signature.h"
#include "tests/fuzz/fuzz.h"

/* What is kept names photographs in one of four ways, or the document was refused with a reason. */
static void check_answer(const json_t *answer)
{
    static const char *const ways[] = {"photoId", "personId", "sourceCitation", "sha256"};
    struct error error = ERROR_NONE;
    const json_t *order = json_object_get(answer, "order"), *one;
    size_t i;
    error_set(&error, FAULT_INTERNAL, "an order without photographs, or without a kind");
    if (order == NULL && json_array_size(json_object_get(answer, "faults")) == 0)
        fuzz_broken(&error);
    if (order != NULL &&
        (json_array_size(json_object_get(order, "photos")) == 0 || json_text_or_null(order, "kind") == NULL ||
         json_text_or_null(order, "citation") == NULL))
        fuzz_broken(&error);
    json_array_foreach(json_object_get(order, "photos"), i, one)
    {
        bool known = false;
        for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
            known = known || strcmp(json_text(one, "by"), ways[way]) == 0;
        if (!known || json_text(one, "value")[0] == '\0')
            fuzz_broken(&error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static json_t *parameters;
    struct error error = ERROR_NONE;
    if (parameters == NULL)
        parameters = json_pack("{ss,ss,s[{ss,ss,si}]}", "received", "2027-01-01T12:00:00.000Z", "signature",
                               "none", "files", "name", "Thumbs.db", "digest", "", "size", 1);
    /* Without a signature: cms.c has a target of its own. */
    const int inputs[KEEPER_INPUTS] = {memory_file("document", data, size, &error), -1,
                                       memory_file_empty("authority", &error),
                                       memory_file_empty("list", &error)};
    const struct worker_job job = {.kind = "fuzzed",
                                   .parameters = parameters,
                                   .inputs = inputs,
                                   .input_count = KEEPER_INPUTS,
                                   .output = memory_file_empty("answer", &error)};
    if (check_order(&job, &error) != WORKER_DONE)
        fuzz_broken(&error);
    json_t *answer = fuzz_answer(&job);
    check_answer(answer);
    json_decref(answer);
    close(inputs[KEEPER_DOCUMENT]);
    close(inputs[KEEPER_AUTHORITY]);
    close(inputs[KEEPER_REVOCATIONS]);
    close(job.output);
    return 0;
}
