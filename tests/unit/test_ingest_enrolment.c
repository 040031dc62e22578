/*
 * Signatures of enrolment packets, as the worker sees them: good, of other bytes, revoked, missing, list
 * stale.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "ingest/check_worker.h"
#include "people/authority.h"

#define DAY ((instant)86400 * 1000)
#define NOW ((instant)1795348800 * 1000)
#define RECEIVED "2026-11-22T12:00:00.000Z"

static const char document[] =
    "<enrolment "
    "xmlns='urn:leadspool:enrolment:1'><enrolmentId>6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01</enrolmentId>"
    "<preparedAt>2026-11-20T08:00:00Z</preparedAt><preparedBy>keeper</preparedBy><photos><photo><photoId>A1</"
    "photoId>"
    "<personId>A</personId><file>a.jpg</file>"
    "<sha256>60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752</sha256><source>arrest</source>"
    "<capturedAt>2025-01-01T00:00:00Z</capturedAt><eyes leftX='40' leftY='60' rightX='80' "
    "rightY='60'/></photo>"
    "</photos></enrolment>";

static struct credential authority, keeper;
static char *nobody_revoked, *keeper_revoked, *stale;

static int set_up(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    const char *serials[1];
    if (!check_prepare_process(&error) ||
        !authority_create("Test", NOW - 30 * DAY, 365, &authority, &error) ||
        !authority_issue(&authority, "Kim Keeper", "K-1", NOW - 20 * DAY, 60, &keeper, &error))
        fail_msg("%s", error.text);
    serials[0] = keeper.serial;
    if (!authority_revoke(&authority, NULL, 0, NOW - DAY, 10, &nobody_revoked, &error) ||
        !authority_revoke(&authority, serials, 1, NOW - DAY, 10, &keeper_revoked, &error) ||
        !authority_revoke(&authority, NULL, 0, NOW - 10 * DAY, 2, &stale, &error))
        fail_msg("%s", error.text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    credential_free(&authority);
    credential_free(&keeper);
    free(nobody_revoked);
    free(keeper_revoked);
    free(stale);
    return 0;
}

static json_t *check(const char *signed_bytes, const char *list)
{
    struct error error = ERROR_NONE;
    unsigned char *signature = NULL;
    size_t signature_length = 0, length = 0;
    char *bytes = NULL;
    json_t *answer = NULL;
    if (signed_bytes != NULL &&
        !cms_sign_detached(signed_bytes, strlen(signed_bytes), (struct pem){keeper.key, strlen(keeper.key)},
                           (struct pem){keeper.certificate, strlen(keeper.certificate)}, NOW - DAY / 2,
                           &signature, &signature_length, &error))
        fail_msg("%s", error.text);
    int inputs[] = {memory_file("d", document, sizeof document - 1, NULL),
                    memory_file("s", signature == NULL ? (void *)"" : signature, signature_length, NULL),
                    memory_file("a", authority.certificate, strlen(authority.certificate), NULL),
                    memory_file("l", list, strlen(list), NULL)};
    json_t *parameters =
        json_pack("{ss,s[{ss,ss,si}]}", "received", RECEIVED, "files", "name", "a.jpg", "digest",
                  "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", "size", 5);
    int output = memory_file_empty("o", NULL);
    struct worker_job job = {.kind = "check-enrolment",
                             .parameters = parameters,
                             .inputs = inputs,
                             .input_count = 4,
                             .output = output};
    if (check_enrolment(&job, &error) != WORKER_DONE ||
        !file_read_open(output, 1 << 20, &bytes, &length, &error) ||
        !json_read(bytes, length, &answer, &error))
        fail_msg("%s", error.text);
    for (size_t i = 0; i < 4; i++)
        close(inputs[i]);
    close(output);
    free(bytes);
    free(signature);
    json_decref(parameters);
    return answer;
}

static void test_signatures(void **state)
{
    (void)state;
    const struct {
        const char *bytes, *list, *code, *outcome;
    } cases[] = {
        {document, nobody_revoked, NULL, NULL},
        {"something else", nobody_revoked, "signature-wrong", "REJECT"},
        {document, keeper_revoked, "certificate-revoked", "REJECT"},
        {document, stale, "revocation-list-stale", "WAIT"},
        {document, "no list at all", "revocation-list-wrong", "WAIT"},
        {NULL, nobody_revoked, "signature-missing", "REJECT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *answer = check(cases[i].bytes, cases[i].list), *faults = json_object_get(answer, "faults");
        const json_t *fault = json_array_get(faults, 0);
        if (json_array_size(faults) != (cases[i].code == NULL ? 0 : 1) ||
            (cases[i].code != NULL && (strcmp(json_text(fault, "code"), cases[i].code) != 0 ||
                                       strcmp(json_text(fault, "outcome"), cases[i].outcome) != 0))) {
            char *text = json_canonical(answer);
            fail_msg("case %zu: %s", i, text);
        }
        if (cases[i].code == NULL)
            assert_int_equal(strlen(json_text(json_object_get(answer, "signer"), "fingerprint")), 64);
        assert_int_equal(json_array_size(json_object_get(answer, "photos")), 1);
        json_decref(answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_signatures)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
