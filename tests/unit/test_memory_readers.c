/*
 * Memory that runs out while something foreign is read: the reader says so, or reads what it always reads. It never
 * refuses a document for it, for a refusal is final, and never reads less than there is.
 *
 * Each reader is run with its n-th allocation failing, some hundred places of each; ALLOCATIONS=every tries all of them
 * (make allocations). What is lost on the way the address sanitizer says (make sanitize).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/worker.h"
#include "ingest/check_worker.h"
#include "ingest/foil_worker.h"
#include "ingest/manifest.h"
#include "ingest/release_worker.h"
#include "ingest/retention_worker.h"
#include "ingest/unpack_worker.h"
#include "people/roster.h"
#include "photo/decode.h"
#include "review/decision_worker.h"
#include "schemas/settings.h"
#include "schemas/xml.h"
#include "tests/support/failing_allocation.h"

enum { PLACES = 120, INPUTS = 6 };

struct document {
    const char *name;
    char *bytes;
    size_t length;
    worker_function *worker;
    size_t inputs; /* of the worker */
};

/* What was read as a value (NULL when there is none), or false. Whatever is not the reader's own is done disarmed. */
typedef bool reader(const struct document *document, json_t **read, struct error *error);

static bool read_xml(const struct document *document, json_t **read, struct error *error)
{
    struct xml_reading reading;
    enum schema schema = SCHEMA_REQUEST;
    while (schema + 1 < SCHEMA_COUNT && memmem(document->bytes, document->length, schema_name(schema),
                                               strlen(schema_name(schema))) == NULL)
        schema++;
    bool done = xml_read(schema, document->bytes, document->length, &reading, error);
    allocation_disarm();
    *read = json_pack("{si,s[]}", "outcome", (int)reading.outcome, "faults");
    for (size_t i = 0; done && i < reading.fault_count; i++)
        json_array_append_new(json_object_get(*read, "faults"),
                              json_pack("[s,s,i]", reading.faults[i].text, reading.faults[i].path,
                                        (int)reading.faults[i].line));
    xml_reading_free(&reading);
    return done;
}

static bool read_manifest(const struct document *document, json_t **read, struct error *error)
{
    struct manifest manifest = {0};
    bool done = manifest_read(document->bytes, document->length, &manifest, error);
    allocation_disarm();
    *read = json_pack("[O?,O?,O?]", manifest.request, manifest.lines, manifest.faults);
    manifest_free(&manifest);
    return done;
}

static bool read_settings(const struct document *document, json_t **read, struct error *error)
{
    struct settings *settings = NULL;
    bool done = settings_read("site.xml", document->bytes, document->length, &settings, error);
    allocation_disarm();
    if (done)
        *read = settings_policy(settings);
    settings_free(settings);
    return done;
}

static bool read_roster(const struct document *document, json_t **read, struct error *error)
{
    struct roster *roster = NULL;
    bool done = roster_read(document->bytes, document->length, &roster, error);
    allocation_disarm();
    *read = json_boolean(done);
    roster_free(roster);
    return done;
}

static bool read_json(const struct document *document, json_t **read, struct error *error)
{
    return json_read(document->bytes, document->length, read, error);
}

static bool read_photo(const struct document *document, json_t **read, struct error *error)
{
    struct photo photo = {0};
    bool done = photo_decode((const uint8_t *)document->bytes, document->length, &photo_limits_default,
                             &photo, error);
    allocation_disarm();
    *read = json_pack("[i,i]", photo.image.width, photo.image.height);
    image_free(&photo.image);
    return done;
}

static int file_of(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    return file;
}

static bool read_in_worker(const struct document *document, json_t **read, struct error *error)
{
    size_t count = allocation.count, fails = allocation.fails;
    bool lasting = allocation.lasting, armed = allocation.armed;
    int inputs[INPUTS];
    allocation_disarm();
    json_t *parameters = json_pack("{ss,ss,ss,s[],s{si,si,si}}", "received", "2027-01-01T12:00:00.000Z",
                                   "arrived", "2027-01-01T12:00:00.000Z", "signature", "none", "files",
                                   "limits", "files", 9, "fileBytes", 100000, "totalBytes", 200000);
    bool decision = document->worker == check_decision_worker;
    for (size_t i = 0; i < document->inputs; i++) {
        size_t role = decision && i > 0 ? i + 1 : i; /* a decision carries its signature inside */
        inputs[i] = role == KEEPER_DOCUMENT ? memory_file("document", document->bytes, document->length, NULL)
                    : role == KEEPER_SIGNATURE   ? file_of("tests/fuzz/corpus/decision/detached.p7m")
                    : role == KEEPER_AUTHORITY   ? file_of("tests/fuzz/trust/authority.pem")
                    : role == KEEPER_REVOCATIONS ? file_of("tests/fuzz/trust/revocations.pem")
                                                 : memory_file_empty("missing", NULL);
    }
    const struct worker_job job = {.kind = "tried",
                                   .parameters = parameters,
                                   .inputs = inputs,
                                   .input_count = document->inputs,
                                   .output = memory_file_empty("answer", NULL)};
    allocation_arm(fails, lasting);
    allocation.count = count;
    allocation.armed = armed;
    enum worker_exit code = worker_run(document->worker, &job, error);
    allocation_disarm();
    char *bytes = NULL;
    size_t length = 0;
    if (code == WORKER_DONE) {
        assert_true(file_read_open(job.output, (size_t)64 << 20, &bytes, &length, NULL));
        assert_true(json_read(bytes, length, read, NULL));
    }
    free(bytes);
    for (size_t i = 0; i < document->inputs; i++)
        close(inputs[i]);
    close(job.output);
    json_decref(parameters);
    return code == WORKER_DONE;
}

/* The number of places where it went wrong, each with a line. */
static size_t try_place(reader *function, const struct document *document, const json_t *expected,
                        size_t place, bool lasting, bool *reached)
{
    struct error error = ERROR_NONE;
    json_t *read = NULL;
    allocation_arm(place, lasting);
    bool done = function(document, &read, &error);
    allocation_disarm();
    *reached = allocation.failed;
    bool clean = done ? json_equal(read, (json_t *)(uintptr_t)expected) : error.fault == FAULT_TEMPORARY;
    if (!clean) {
        char *text = done ? json_canonical(read) : NULL;
        print_error("%s, allocation %zu%s: %s\n", document->name, place, lasting ? " and all after it" : "",
                    done ? text : error.text);
        free(text);
    }
    json_decref(read);
    return !clean;
}

static void try_reader(reader *function, const struct document *document)
{
    struct error error = ERROR_NONE;
    json_t *expected = NULL, *read = NULL;
    bool reached = true, every = getenv("ALLOCATIONS") != NULL;
    /* The first time libraries make themselves ready, once for the process. */
    if (!function(document, &expected, &error))
        fail_msg("%s: %s", document->name, error.text);
    allocation_arm(0, false);
    assert_true(function(document, &read, &error));
    size_t all = allocation.count, step = every || all < PLACES ? 1 : all / PLACES, wrong = 0;
    json_decref(read);
    assert_true(all > 0);
    for (size_t place = 1; reached && wrong < 10; place += step) {
        wrong += try_place(function, document, expected, place, false, &reached);
        if (reached)
            wrong += try_place(function, document, expected, place, true, &reached);
    }
    json_decref(expected);
    if (wrong > 0)
        fail_msg("%s: %zu places of %zu", document->name, wrong, all);
}

struct tried {
    const char *path;
    reader *function;
    worker_function *worker;
    size_t inputs;
};

#define VALID "schemas/examples/valid/"
#define INVALID "schemas/examples/invalid/"
#define CORPUS "tests/fuzz/corpus/"

static void try_all(const struct tried *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct document document = {.name = rows[i].path, .worker = rows[i].worker, .inputs = rows[i].inputs};
        struct error error = ERROR_NONE;
        allocation_disarm(); /* a test before may have ended in the middle */
        if (!file_read(AT_FDCWD, rows[i].path, 1 << 20, &document.bytes, &document.length, &error))
            fail_msg("%s", error.text);
        try_reader(rows[i].function, &document);
        free(document.bytes);
    }
}

#define TRY(...)                                                                                             \
    do {                                                                                                     \
        const struct tried rows[] = {__VA_ARGS__};                                                           \
        try_all(rows, sizeof rows / sizeof *rows);                                                           \
    } while (0)

static void test_documents(void **state)
{
    (void)state;
    TRY({VALID "request-new.xml", read_xml, NULL, 0}, {INVALID "request-three-faults.xml", read_xml, NULL, 0},
        {INVALID "request-malformed.xml", read_xml, NULL, 0},
        {VALID "decision-investigation.xml", read_xml, NULL, 0},
        {VALID "enrolment-marks.xml", read_xml, NULL, 0});
}

static void test_manifests(void **state)
{
    (void)state;
    TRY({VALID "request-new.xml", read_manifest, NULL, 0},
        {INVALID "request-three-faults.xml", read_manifest, NULL, 0},
        {INVALID "request-doctype.xml", read_manifest, NULL, 0});
}

static void test_settings_and_roster(void **state)
{
    (void)state;
    TRY({VALID "site.xml", read_settings, NULL, 0}, {VALID "roster.xml", read_roster, NULL, 0});
}

static void test_json(void **state)
{
    (void)state;
    TRY({CORPUS "json/mixed.json", read_json, NULL, 0},
        {CORPUS "engine_answer/answer.json", read_json, NULL, 0});
}

static void test_signatures(void **state)
{
    (void)state;
    TRY({CORPUS "decision/intake.p7m", read_in_worker, check_decision_worker, 3},
        {CORPUS "decision/no-time.p7m", read_in_worker, check_decision_worker, 3},
        {VALID "order.xml", read_in_worker, check_order, KEEPER_INPUTS});
}

static void test_signed_documents(void **state)
{
    (void)state;
    TRY({VALID "foil-redactions.xml", read_in_worker, check_foil, KEEPER_INPUTS},
        {VALID "retention-hold.xml", read_in_worker, check_retention, RETENTION_INPUTS},
        {VALID "disclosure.xml", read_in_worker, check_disclosure, RELEASE_INPUTS},
        {VALID "enrolment.xml", read_in_worker, check_enrolment, KEEPER_INPUTS},
        {VALID "acknowledgement.xml", read_in_worker, check_acknowledgement, 1});
}

static void test_archives(void **state)
{
    (void)state;
    TRY({CORPUS "unpack/plain.zip", read_in_worker, check_archive, 1},
        {CORPUS "unpack/macos.zip", read_in_worker, check_archive, 1},
        {CORPUS "unpack/overlapping.zip", read_in_worker, check_archive, 1});
}

static void test_photos(void **state)
{
    (void)state;
    TRY({CORPUS "photo/tiny.jpg", read_photo, NULL, 0}, {CORPUS "photo/progressive.jpg", read_photo, NULL, 0},
        {CORPUS "photo/colour.png", read_photo, NULL, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),  cmocka_unit_test(test_manifests),
        cmocka_unit_test(test_json),       cmocka_unit_test(test_settings_and_roster),
        cmocka_unit_test(test_signatures), cmocka_unit_test(test_signed_documents),
        cmocka_unit_test(test_archives),   cmocka_unit_test(test_photos),
    };
    cms_prepare();
    return cmocka_run_group_tests_name("memory_readers", tests, NULL, NULL);
}
