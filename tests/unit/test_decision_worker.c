/*
 * From a decision in JSON to XML, signed, opened by the worker, and back: nothing is lost, and what is wrong
 * is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/sandbox.h"
#include "people/authority.h"
#include "review/compose.h"
#include "review/decision_worker.h"

#define DAY ((instant)24 * 3600 * 1000)
static const instant NOW = (instant)1795348800 * 1000;
static const char ITEM[] = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
static struct credential authority, ann;
static char *revocations;

static struct pem pem(const char *text)
{
    return (struct pem){text, strlen(text)};
}

static int set_up(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    assert_true(authority_create("Authority", NOW - DAY, 365, &authority, &error));
    assert_true(authority_issue(&authority, "Ann", "inv1", NOW - DAY, 365, &ann, &error));
    assert_true(authority_revoke(&authority, NULL, 0, NOW - DAY, 30, &revocations, &error));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    credential_free(&authority);
    credential_free(&ann);
    free(revocations);
    return 0;
}

static json_t *run(const void *bytes, size_t length, const char *arrived, enum worker_exit expected)
{
    struct error error = ERROR_NONE;
    int inputs[3] = {memory_file("decision", bytes, length, &error),
                     memory_file("authority", authority.certificate, strlen(authority.certificate), &error),
                     memory_file("list", revocations, strlen(revocations), &error)};
    json_t *parameters = json_pack("{s:s}", "arrived", arrived), *answer = NULL;
    struct worker_job job = {.kind = "check-decision",
                             .parameters = parameters,
                             .inputs = inputs,
                             .input_count = 3,
                             .output = memory_file_empty("answer", &error)};
    enum worker_exit outcome = check_decision_worker(&job, &error);
    if (outcome != expected)
        fail_msg("%d: %s", outcome, error.text);
    char *answered = NULL;
    size_t size = 0;
    if (outcome == WORKER_DONE) {
        assert_true(file_read_open(job.output, 1 << 20, &answered, &size, &error));
        assert_true(json_read(answered, size, &answer, &error));
        free(answered);
    }
    for (int i = 0; i < 3; i++)
        close(inputs[i]);
    close(job.output);
    json_decref(parameters);
    return answer;
}

static json_t *head(const char *stage, const char *outcome)
{
    return json_pack("{s:s,s:s,s:i,s:i,s:s,s:s,s:s,s:s,s:s}", "docket", "FR-2026-000001", "stage", stage,
                     "round", 1, "slot", 2, "item", ITEM, "signer", "inv1", "at", "2026-11-22T12:00:00.000Z",
                     "outcome", outcome, "reasons", "Ears & nose <agree>, \"all\" of it.");
}

static void round_trip(json_t *decision)
{
    struct text xml = TEXT_EMPTY;
    struct error error = ERROR_NONE;
    unsigned char *envelope = NULL;
    size_t length = 0;
    assert_true(decision_compose(decision, &xml, &error));
    assert_true(cms_sign_enveloping(xml.bytes, xml.length, pem(ann.key), pem(ann.certificate), NOW, &envelope,
                                    &length, &error));
    json_t *answer = run(envelope, length, "2026-11-22T12:00:01.000Z", WORKER_DONE);
    char *faults = json_dumps(json_object_get(answer, "faults"), 0);
    assert_string_equal(faults, "[]");
    free(faults);
    if (!json_equal(json_object_get(answer, "decision"), decision)) {
        char *got = json_dumps(json_object_get(answer, "decision"), JSON_SORT_KEYS);
        fail_msg("%s\n%s", xml.bytes, got);
    }
    assert_string_equal(json_text(json_object_get(answer, "signer"), "fingerprint"), ann.fingerprint);
    json_decref(answer);
    json_decref(decision);
    text_free(&xml);
    free(envelope);
}

static void test_round_trip(void **state)
{
    (void)state;
    json_t *intake = head("intake", "confirm");
    json_put(intake, "basis", json_pack("[s,s]", "R1", "R29"));
    json_put(intake, "probe",
             json_pack("{s:s,s:[{s:s,s:i,s:i,s:i,s:i},{s:s,s:i},{s:s,s:i},{s:s,s:i}],s:[i,i,i,i]}", "image",
                       ITEM, "edits", "operation", "crop", "x", 1, "y", 2, "width", 300, "height", 400,
                       "operation", "rotate", "degrees_tenths", -35, "operation", "brightness", "amount", 10,
                       "operation", "scale", "per_mille", 1500, "eyes", 10000, 12050, 18025, 12101));
    json_put_text(intake, "whatWouldHelp", "A frontal view.");
    round_trip(intake);
    json_t *comparison = head("investigation", "candidate");
    json_put_text(comparison, "named", "C02");
    json_put(comparison, "dispositions", json_pack("[{s:s,s:s}]", "label", "C02", "disposition", "possible"));
    json_put(comparison, "features",
             json_pack("[{s:s,s:s,s:s}]", "component", "chin-and-jawline", "finding", "explainable", "note",
                       "light < shade"));
    json_put_whole(comparison, "rating", -3);
    json_put_text(comparison, "limitations", "Low light.");
    round_trip(comparison);
    json_t *worksheet = head("investigation", "none");
    json_put(worksheet, "dispositions",
             json_pack("[{s:s,s:s,s:s,s:i}]", "label", "C02", "disposition", "excluded", "at",
                       "2026-11-22T12:00:00Z", "position", 1));
    json_put(worksheet, "features", json_pack("[{s:s,s:s}]", "component", "nose", "finding", "dissimilar"));
    json_put_text(worksheet, "dissimilaritiesAt", "2026-11-22T12:01:00Z");
    json_put(worksheet, "observation",
             json_pack("{s:s,s:s,s:s,s:[{s:s,s:s,s:s}],s:[{s:s,s:s}]}", "lockedAt", "2026-11-22T11:59:00Z",
                       "sha256", ITEM, "conditions", "Low < light.", "parts", "component", "ears",
                       "visibility", "not-visible", "note", "under a \"cap\"", "additions", "at",
                       "2026-11-22T12:02:00Z", "text", "A beard & a scar."));
    json_put(worksheet, "displays",
             json_pack("[{s:s,s:s,s:s,s:i,s:i,s:i,s:b}]", "label", "C02", "view", "overlay", "at",
                       "2026-11-22T12:00:30Z", "seconds", 12, "brightness", 150, "contrast", 90, "invert",
                       1));
    round_trip(worksheet);
    json_t *background = head("background", "proceed");
    json_put(background, "items", json_pack("[{s:s,s:s}]", "what", "custody", "finding", "none"));
    json_put(background, "conflicts", json_pack("[s]", "was abroad"));
    round_trip(background);
    json_t *peer = head("peer", "complete");
    json_put(peer, "marks",
             json_pack("[{s:s,s:s},{s:s,s:s,s:s}]", "label", "A01", "mark", "cannot-say", "label", "A02",
                       "mark", "not", "reason", "other ears"));
    json_put(peer, "displays",
             json_pack("[{s:s,s:s,s:s,s:i}]", "label", "A01", "view", "flicker", "at", "2026-11-22T12:00:30Z",
                       "seconds", 4));
    round_trip(peer);
    json_t *review = head("supervision", "continue");
    json_put(review, "reading",
             json_pack("{s:s,s:s}", "at", "2026-11-22T11:59:00Z", "text", "Other <ears>."));
    round_trip(review);
    round_trip(head("supervision", "approve"));
    json_t *hold = head("hold", "release");
    json_put_whole(hold, "hold", 2);
    round_trip(hold);
}

static void expect_fault(const void *bytes, size_t length, const char *arrived, const char *code)
{
    json_t *answer = run(bytes, length, arrived, WORKER_DONE);
    const json_t *fault = json_array_get(json_object_get(answer, "faults"), 0);
    assert_string_equal(json_text(fault, "code"), code);
    assert_true(json_text(fault, "text")[0] != '\0' && json_text(fault, "remedy")[0] != '\0');
    assert_true(json_is_null(json_object_get(answer, "decision")));
    json_decref(answer);
}

static void expect_fault_signed(const char *content, const char *arrived, const char *code)
{
    struct error error = ERROR_NONE;
    unsigned char *envelope = NULL;
    size_t length = 0;
    assert_true(cms_sign_enveloping(content, strlen(content), pem(ann.key), pem(ann.certificate), NOW,
                                    &envelope, &length, &error));
    expect_fault(envelope, length, arrived, code);
    free(envelope);
}

static void test_faults(void **state)
{
    (void)state;
    const char *soon = "2026-11-22T12:00:01.000Z";
    expect_fault("rubbish", 7, soon, "signature-not-cms");
    expect_fault("", 0, soon, "signature-not-cms");
    expect_fault_signed("not xml at all", soon, "decision-unreadable");
    expect_fault_signed("<!DOCTYPE x><decision/>", soon, "decision-unreadable");
    expect_fault_signed("<decision xmlns=\"urn:leadspool:decision:1\"><stage>lunch</stage></decision>", soon,
                        "decision-invalid");
    expect_fault_signed("<decision/>", "2026-12-30T12:00:00.000Z", "revocation-list-stale");
    char *list = revocations;
    revocations = (char *)"no list at all";
    expect_fault_signed("<decision/>", soon, "revocation-list-wrong");
    revocations = list;
    char *big = calloc(1, CMS_SIZE_LIMIT + 5);
    expect_fault(big, CMS_SIZE_LIMIT + 5, soon, "signature-too-large");
    free(big);
    assert_null(run("x", 1, "yesterday", WORKER_PERSON));
}

/* The schema's faults come with line and element, all of them. */
static void test_all_faults(void **state)
{
    (void)state;
    const char *xml =
        "<decision xmlns=\"urn:leadspool:decision:1\">\n<docket>x</docket>\n<stage>lunch</stage>\n"
        "<round>1</round><slot>1</slot><item>0</item><signer>a</signer><at>now</at>"
        "<outcome>approve</outcome></decision>";
    json_t *answer = run(xml, strlen(xml), "2026-11-22T12:00:01.000Z", WORKER_DONE);
    const json_t *faults = json_object_get(answer, "faults");
    assert_true(json_array_size(faults) >= 4);
    assert_string_equal(json_text(json_array_get(faults, 0), "place"), "line 2 /decision/docket");
    assert_true(json_is_null(json_object_get(answer, "signer")));
    json_decref(answer);
}

/* Behind the walls of a worker a signature is judged the same: no file is wanted, no call is off the list. */
static void test_in_the_sandbox(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct text xml = TEXT_EMPTY;
    unsigned char *envelope = NULL;
    size_t length = 0;
    json_t *decision = head("supervision", "approve");
    assert_true(decision_compose(decision, &xml, &error));
    assert_true(cms_sign_enveloping(xml.bytes, xml.length, pem(ann.key), pem(ann.certificate), NOW, &envelope,
                                    &length, &error));
    int files[4] = {memory_file("decision", envelope, length, &error),
                    memory_file("authority", authority.certificate, strlen(authority.certificate), &error),
                    memory_file("list", revocations, strlen(revocations), &error),
                    memory_file_empty("answer", &error)};
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        json_t *parameters = json_pack("{s:s}", "arrived", "2026-11-22T12:00:01.000Z");
        struct sandbox_limits limits = {
            .cpu_seconds = 5, .memory_mebibytes = 64, .keep = files, .keep_count = 4};
        struct worker_job job = {.kind = "check-decision",
                                 .parameters = parameters,
                                 .inputs = files,
                                 .input_count = 3,
                                 .output = files[3]};
        if (!sandbox_enter(&limits, &error))
            _exit(99);
        _exit((int)check_decision_worker(&job, &error));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), WORKER_DONE);
    char *answered = NULL;
    json_t *answer = NULL;
    assert_true(file_read_open(files[3], 1 << 20, &answered, &length, &error));
    assert_true(json_read(answered, length, &answer, &error));
    assert_int_equal(json_array_size(json_object_get(answer, "faults")), 0);
    assert_true(json_equal(json_object_get(answer, "decision"), decision));
    free(answered);
    json_decref(answer);
    json_decref(decision);
    text_free(&xml);
    free(envelope);
    for (int i = 0; i < 4; i++)
        close(files[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_all_faults),
        cmocka_unit_test(test_in_the_sandbox),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
