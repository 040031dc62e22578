/*
 * Fuzz: a decision as dropped, signed or plain: envelope, schema, and the decision the casebook would keep.
 *
 * What was parsed and is written as XML again must be read as the same decision: what a person signed is what
 * is kept. Run from the top of the source: the authority and its list are read from tests/fuzz/trust.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "review/compose.h"
#include "review/decision_worker.h"
#include "review/parse.h"
#include "tests/fuzz/fuzz.h"

static int trust(const char *name)
{
    struct error error = ERROR_NONE;
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0 || lseek(file, 0, SEEK_END) <= 0) {
        error_system(&error, "reading %s", name);
        fuzz_broken(&error);
    }
    return file;
}

static void same_again(const json_t *decision)
{
    struct text xml = TEXT_EMPTY;
    struct xml_reading reading = {0};
    struct error error = ERROR_NONE;
    json_t *again = NULL;
    if (!decision_compose(decision, &xml, &error) ||
        !xml_read(SCHEMA_DECISION, xml.bytes, xml.length, &reading, &error) || reading.outcome != XML_VALID ||
        !decision_parse(reading.document, &again, &error) || !json_equal(decision, again))
        fuzz_broken(&error);
    json_decref(again);
    xml_reading_free(&reading);
    text_free(&xml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int authority = -1, revocations = -1;
    static json_t *parameters;
    struct error error = ERROR_NONE;
    if (parameters == NULL) {
        authority = trust("tests/fuzz/trust/authority.pem");
        revocations = trust("tests/fuzz/trust/revocations.pem");
        parameters = json_pack("{ss}", "arrived", "2027-01-01T12:00:00.000Z");
    }
    const int inputs[] = {memory_file("decision", data, size, &error), authority, revocations};
    const struct worker_job job = {.kind = "check-decision",
                                   .parameters = parameters,
                                   .inputs = inputs,
                                   .input_count = 3,
                                   .output = memory_file_empty("answer", &error)};
    if (check_decision_worker(&job, &error) != WORKER_DONE)
        fuzz_broken(&error);
    json_t *answer = fuzz_answer(&job);
    const json_t *decision = json_object_get(answer, "decision");
    /* An inspection comes the same way and is kept as it was sent. */
    bool inspection = strcmp(json_text(decision, "stage"), "tour") == 0;
    if (json_is_object(decision) && !inspection)
        same_again(decision);
    if (!json_is_object(decision) && json_array_size(json_object_get(answer, "faults")) == 0)
        fuzz_broken(&error);
    json_decref(answer);
    close(inputs[0]);
    close(job.output);
    return 0;
}
