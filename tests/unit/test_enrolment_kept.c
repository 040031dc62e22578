/*
 * Finished templates kept for a round: whole answers come back in order, what is torn or changed ends them.
 */
#include "tests/support/casebook.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "spool/enrolment_kept.h"

static void note(void *context, const void *bytes, size_t length)
{
    char *seen = context;
    strncat(seen, bytes, length);
    strcat(seen, " ");
}

static void assert_kept(int gallery, const char *segment, const char *expected)
{
    char seen[200] = "";
    assert_done(enrolment_kept(gallery, segment, note, seen, error));
    assert_string_equal(seen, expected);
}

static void test_kept(void **state)
{
    const struct bench *bench = *state;
    int gallery = open(bench->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(gallery >= 0);
    assert_kept(gallery, "a", "");
    assert_done(enrolment_keep(gallery, "a", "one", 3, error));
    assert_done(enrolment_keep(gallery, "a", "two", 3, error));
    assert_kept(gallery, "a", "one two ");
    assert_kept(gallery, "b", "");
    int file = openat(gallery, ".kept-a", O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(file, "torn", 4), 4);
    close(file);
    assert_kept(gallery, "a", "one two ");
    file = openat(gallery, ".kept-a", O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, "X", 1, 40 + 3 + 40), 1); /* the second one's first byte */
    close(file);
    assert_kept(gallery, "a", "one ");
    enrolment_forget(gallery, "a");
    assert_kept(gallery, "a", "");
    close(gallery);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_kept, bench_begin, bench_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
