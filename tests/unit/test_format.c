/*
 * The form of a casebook: new ones get the newest, older ones are read and upgraded, newer ones refused (casebook/format.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "casebook/event.h"
#include "casebook/format.h"

struct bed {
    char path[64];
    struct casebook *casebook;
    struct transaction *transaction;
};

static int lay(void **state)
{
    static struct bed bed;
    struct error error = ERROR_NONE;
    strcpy(bed.path, "/tmp/leadspool-format-XXXXXX");
    assert_non_null(mkdtemp(bed.path));
    assert_true(casebook_open(bed.path, &bed.casebook, &error));
    assert_true(transaction_begin(bed.casebook, NULL, &bed.transaction, &error));
    *state = &bed;
    return 0;
}

static int strip(void **state)
{
    struct bed *bed = *state;
    struct error error = ERROR_NONE;
    transaction_abort(bed->transaction);
    casebook_close(bed->casebook, NULL);
    int parent = directory_open("/tmp", &error);
    directory_remove_tree(parent, bed->path + sizeof "/tmp/" - 1, &error);
    close(parent);
    return 0;
}

static void append(struct bed *bed)
{
    const struct event event = {.action = "site-made"};
    assert_true(event_append(bed->transaction, 1000, &event, NULL, NULL));
}

static int64_t form(struct bed *bed)
{
    int64_t format = 0;
    assert_true(format_get(bed->transaction, &format, NULL));
    return format;
}

static void test_new_one(void **state)
{
    struct bed *bed = *state;
    assert_true(format_check(bed->transaction, NULL));
    assert_int_equal(form(bed), CASEBOOK_FORMAT);
}

static void test_older_one(void **state)
{
    struct bed *bed = *state;
    int64_t sequence = 0;
    char hash[DIGEST_TEXT_SIZE];
    append(bed);
    assert_true(format_check(bed->transaction, NULL));
    assert_int_equal(form(bed), 1);
    for (int64_t from = 1; from < CASEBOOK_FORMAT; from++) {
        assert_non_null(format_step(from));
        assert_true(format_upgrade(bed->transaction, from, "ash", NULL));
    }
    assert_int_equal(form(bed), CASEBOOK_FORMAT);
    assert_null(format_step(CASEBOOK_FORMAT));
    assert_true(event_head(bed->transaction, &sequence, hash, NULL));
    assert_int_equal(sequence, CASEBOOK_FORMAT);
}

static void test_newer_one(void **state)
{
    struct bed *bed = *state;
    struct error error = ERROR_NONE;
    append(bed);
    assert_true(format_upgrade(bed->transaction, CASEBOOK_FORMAT, "ash", NULL));
    assert_false(format_check(bed->transaction, &error));
    assert_int_equal(error.fault, FAULT_ENVIRONMENT);
    assert_non_null(strstr(error.text, "a newer leadspool wrote it"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_one, lay, strip),
        cmocka_unit_test_setup_teardown(test_older_one, lay, strip),
        cmocka_unit_test_setup_teardown(test_newer_one, lay, strip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
