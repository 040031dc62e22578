/*
 * Packages as they leave: a tar archive, streamed into an encryption, opened with the programs of others.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "base/cms_envelope.h"
#include "base/tar.h"
#include "people/authority.h"

static char folder[] = "/tmp/leadspool-package-XXXXXX";

static bool to_envelope(void *context, const void *bytes, size_t length, struct error *error)
{
    return cms_envelope_write(context, bytes, length, error);
}

static void write_text(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int run(const char *command)
{
    char line[600];
    snprintf(line, sizeof line, "cd %s && %s", folder, command);
    return system(line);
}

static struct credential office(void)
{
    struct credential authority = CREDENTIAL_EMPTY, issued = CREDENTIAL_EMPTY;
    struct error error = ERROR_NONE;
    assert_true(authority_create("Office", clock_now(), 30, &authority, &error));
    assert_true(authority_issue(&authority, "Office", "office", clock_now(), 30, &issued, &error));
    credential_free(&authority);
    return issued;
}

static void test_opened_by_others(void **state)
{
    (void)state;
    static char large[3 << 20];
    struct credential credential = office();
    struct error error = ERROR_NONE;
    struct cms_envelope *envelope = NULL;
    char path[200];
    assert_non_null(mkdtemp(folder));
    write_text("office.key", credential.key);
    write_text("office.pem", credential.certificate);
    snprintf(path, sizeof path, "%s/package.cms", folder);
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    struct pem recipient = {credential.certificate, strlen(credential.certificate)};
    assert_true(cms_envelope_open(file, &recipient, 1, &envelope, &error));
    struct tar *tar = NULL;
    assert_true(tar_open(to_envelope, envelope, clock_now(), &tar, &error));
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)(i * 7);
    assert_true(tar_add(tar, "first.txt", "first\n", 6, &error));
    assert_true(tar_add(tar, "folder/large.bin", large, sizeof large, &error));
    assert_true(tar_add(tar, "empty", "", 0, &error));
    char name[130];
    memset(name, 'n', sizeof name);
    name[129] = '\0';
    assert_false(tar_add(tar, name, "", 0, &error));
    assert_true(tar_end(tar, &error));
    tar_close(tar);
    assert_true(cms_envelope_end(envelope, &error));
    close(file);
    assert_int_equal(run("openssl cms -decrypt -binary -inform DER -in package.cms -recip office.pem "
                         "-inkey office.key -out package.tar"),
                     0);
    assert_int_equal(run("tar xf package.tar && test \"$(cat first.txt)\" = first && test -e empty && "
                         "test $(stat -c %s folder/large.bin) = 3145728 && "
                         "test $(tail -c 1 folder/large.bin | od -An -tu1) = 249"),
                     0);
    assert_int_equal(run("! grep -aq first package.cms"), 0);
    credential_free(&credential);
    assert_int_equal(run("rm -r ../${PWD##*/}"), 0);
}

static void test_no_certificate(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct cms_envelope *envelope = NULL;
    struct pem recipient = {"none", 4};
    assert_false(cms_envelope_open(1, &recipient, 1, &envelope, &error));
    assert_null(envelope);
    assert_int_equal(error.fault, FAULT_ENVIRONMENT);
    assert_false(cms_envelope_open(1, NULL, 0, &envelope, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_opened_by_others),
                                       cmocka_unit_test(test_no_certificate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
