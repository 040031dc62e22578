/*
 * Signatures: every way an envelope can be wrong is told apart, and what is good is believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cms.h"
#include "base/json.h"
#include "people/authority.h"

#define DAY ((instant)24 * 3600 * 1000)
static const instant NOW = (instant)1795348800 * 1000;
static const char WORDS[] = "<decision>approve</decision>\r\nand a line\n";

static struct credential authority, stranger, ann;
static char *nobody_revoked, *ann_revoked, *strange_list;

static struct pem pem(const char *text)
{
    return (struct pem){text, text == NULL ? 0 : strlen(text)};
}

static int set_up(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    assert_true(authority_create("Test Authority", NOW - DAY, 365, &authority, &error));
    assert_true(authority_create("Test Authority", NOW - DAY, 365, &stranger, &error));
    assert_true(authority_issue(&authority, "Ann Exämple", "P-1", NOW - DAY, 30, &ann, &error));
    assert_true(authority_revoke(&authority, NULL, 0, NOW - DAY, 10, &nobody_revoked, &error));
    const char *serials[] = {ann.serial};
    assert_true(authority_revoke(&authority, serials, 1, NOW - DAY, 10, &ann_revoked, &error));
    assert_true(authority_revoke(&stranger, NULL, 0, NOW - DAY, 10, &strange_list, &error));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    credential_free(&authority);
    credential_free(&stranger);
    credential_free(&ann);
    free(nobody_revoked);
    free(ann_revoked);
    free(strange_list);
    return 0;
}

static void envelope(const struct credential *who, instant at, unsigned char **der, size_t *length)
{
    struct error error = ERROR_NONE;
    if (!cms_sign_enveloping(WORDS, strlen(WORDS), pem(who->key), pem(who->certificate), at, der, length,
                             &error))
        fail_msg("%s", error.text);
}

static enum signature_verdict judge(const void *der, size_t length, const char *list, instant at)
{
    char *content = NULL;
    size_t size = 0;
    json_t *signer = NULL;
    enum signature_verdict verdict = SIGNATURE_GOOD;
    struct error error = ERROR_NONE;
    bool good = cms_verify(der, length, pem(authority.certificate), pem(list), at, &content, &size, &signer,
                           &verdict, &error);
    assert_true(good == (verdict == SIGNATURE_GOOD));
    assert_true(good == (content != NULL));
    assert_true(good || error.fault != FAULT_NONE);
    free(content);
    json_decref(signer);
    return verdict;
}

static void test_good(void **state)
{
    (void)state;
    unsigned char *der = NULL;
    size_t length = 0, size = 0;
    char *content = NULL;
    json_t *signer = NULL;
    enum signature_verdict verdict;
    struct error error = ERROR_NONE;
    envelope(&ann, NOW, &der, &length);
    assert_true(cms_verify(der, length, pem(authority.certificate), pem(nobody_revoked), NOW + DAY, &content,
                           &size, &signer, &verdict, &error));
    assert_int_equal(size, strlen(WORDS));
    assert_string_equal(content, WORDS);
    assert_string_equal(json_text(signer, "fingerprint"), ann.fingerprint);
    assert_string_equal(json_text(signer, "serial"), ann.serial);
    assert_string_equal(json_text(signer, "signedAt"), "2026-11-22T12:00:00.000Z");
    assert_non_null(strstr(json_text(signer, "subject"), "CN=Ann Exämple"));
    assert_int_equal(strlen(json_text(signer, "content")), 64);
    free(content);
    json_decref(signer);
    free(der);
}

static void test_faults(void **state)
{
    (void)state;
    unsigned char *der = NULL;
    size_t length = 0;
    envelope(&ann, NOW, &der, &length);
    assert_int_equal(judge(der, length, ann_revoked, NOW), SIGNATURE_REVOKED);
    assert_int_equal(judge(der, length, strange_list, NOW), SIGNATURE_LIST_WRONG);
    assert_int_equal(judge(der, length, nobody_revoked, NOW + 12 * DAY), SIGNATURE_LIST_STALE);
    assert_int_equal(judge(der, length, NULL, NOW + 40 * DAY), SIGNATURE_NOT_VALID_NOW);
    assert_int_equal(judge(der, length, NULL, 0), SIGNATURE_GOOD);
    assert_int_equal(judge(der, length - 1, NULL, NOW), SIGNATURE_NOT_CMS);
    assert_int_equal(judge("<decision/>", 11, NULL, NOW), SIGNATURE_NOT_CMS);
    assert_int_equal(judge("", 0, NULL, NOW), SIGNATURE_NOT_CMS);

    unsigned char *longer = malloc(length + 1);
    memcpy(longer, der, length);
    longer[length] = 0;
    assert_int_equal(judge(longer, length + 1, NULL, NOW), SIGNATURE_NOT_CMS);
    free(longer);

    unsigned char *inside = memmem(der, length, "approve", 7);
    assert_non_null(inside);
    inside[0] = 'A';
    assert_int_equal(judge(der, length, NULL, NOW), SIGNATURE_WRONG);
    free(der);

    envelope(&ann, NOW + 40 * DAY, &der, &length);
    assert_int_equal(judge(der, length, NULL, NOW), SIGNATURE_NOT_VALID_THEN);
    free(der);

    struct credential other;
    struct error error = ERROR_NONE;
    assert_true(authority_issue(&stranger, "Ann", "P-1", NOW - DAY, 30, &other, &error));
    envelope(&other, NOW, &der, &length);
    assert_int_equal(judge(der, length, nobody_revoked, NOW), SIGNATURE_UNTRUSTED);
    free(der);
    envelope(&stranger, NOW, &der, &length); /* an authority is no signer */
    assert_int_equal(judge(der, length, NULL, NOW), SIGNATURE_UNTRUSTED);
    free(der);
    credential_free(&other);

    unsigned char *big = calloc(1, CMS_SIZE_LIMIT + 1);
    assert_int_equal(judge(big, CMS_SIZE_LIMIT + 1, NULL, NOW), SIGNATURE_TOO_LARGE);
    free(big);
}

static void test_detached(void **state)
{
    (void)state;
    unsigned char *der = NULL;
    size_t length = 0;
    json_t *signer = NULL;
    enum signature_verdict verdict;
    struct error error = ERROR_NONE;
    assert_true(cms_sign_detached(WORDS, strlen(WORDS), pem(ann.key), pem(ann.certificate), NOW, &der,
                                  &length, &error));
    assert_true(cms_verify_detached(der, length, WORDS, strlen(WORDS), pem(authority.certificate),
                                    pem(nobody_revoked), NOW, &signer, &verdict, &error));
    json_decref(signer);
    assert_false(cms_verify_detached(der, length, WORDS, strlen(WORDS) - 1, pem(authority.certificate),
                                     pem(nobody_revoked), NOW, &signer, &verdict, &error));
    assert_int_equal(verdict, SIGNATURE_WRONG);
    json_decref(signer);
    assert_int_equal(judge(der, length, NULL, NOW), SIGNATURE_NO_CONTENT);
    free(der);
    envelope(&ann, NOW, &der, &length);
    assert_false(cms_verify_detached(der, length, WORDS, strlen(WORDS), pem(authority.certificate), pem(NULL),
                                     NOW, &signer, &verdict, &error));
    assert_int_equal(verdict, SIGNATURE_NO_CONTENT);
    json_decref(signer);
    free(der);
    assert_false(
        cms_sign_detached(WORDS, 3, pem(authority.key), pem(ann.certificate), NOW, &der, &length, &error));
    assert_int_equal(error.fault, FAULT_ENVIRONMENT);
    assert_false(
        cms_sign_detached(WORDS, 3, pem("nothing"), pem(ann.certificate), NOW, &der, &length, &error));
}

static void save(const char *directory, const char *name, const void *bytes, size_t length)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

/* What we publish, somebody with only openssl can check; what they sign with openssl, we can. */
static void test_openssl_agrees(void **state)
{
    (void)state;
    char directory[] = "/tmp/leadspool-cms-XXXXXX", command[2048];
    struct error error = ERROR_NONE;
    assert_non_null(mkdtemp(directory));
    struct credential fresh_authority, fresh;
    assert_true(authority_create("Fresh", clock_now() - DAY, 30, &fresh_authority, &error));
    assert_true(authority_issue(&fresh_authority, "Bo", "P-2", clock_now() - DAY, 30, &fresh, &error));
    unsigned char *der = NULL;
    size_t length = 0;
    assert_true(cms_sign_detached(WORDS, strlen(WORDS), pem(fresh.key), pem(fresh.certificate), clock_now(),
                                  &der, &length, &error));
    save(directory, "X", WORDS, strlen(WORDS));
    save(directory, "X.p7s", der, length);
    save(directory, "ca.pem", fresh_authority.certificate, strlen(fresh_authority.certificate));
    save(directory, "bo.pem", fresh.certificate, strlen(fresh.certificate));
    save(directory, "bo.key", fresh.key, strlen(fresh.key));
    free(der);
    snprintf(
        command, sizeof command,
        "cd %s && openssl cms -verify -binary -inform DER -in X.p7s -content X -CAfile ca.pem -out /dev/null "
        "2>/dev/null && openssl cms -sign -binary -nodetach -outform DER -signer bo.pem -inkey bo.key -in X "
        "-out X.p7m",
        directory);
    assert_int_equal(system(command), 0);
    char path[600], buffer[8192];
    snprintf(path, sizeof path, "%s/X.p7m", directory);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    length = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    char *content = NULL;
    size_t size = 0;
    json_t *signer = NULL;
    enum signature_verdict verdict;
    if (!cms_verify(buffer, length, pem(fresh_authority.certificate), pem(NULL), clock_now(), &content, &size,
                    &signer, &verdict, &error))
        fail_msg("%s", error.text);
    assert_string_equal(content, WORDS);
    free(content);
    json_decref(signer);
    credential_free(&fresh);
    credential_free(&fresh_authority);
    snprintf(command, sizeof command, "rm -r %s", directory);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_detached),
        cmocka_unit_test(test_openssl_agrees),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
