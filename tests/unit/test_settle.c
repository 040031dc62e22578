/*
 * The settling rule as a table: each row a view of a drop and the step it must lead to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "spool/settle.h"

enum { QUIET = 2000, INCOMPLETE = 60000 };

static const struct {
    const char *what;
    struct settle_drop drop;
    enum settle_step step;
    int64_t wait;
    bool long_wait;
} rows[] = {
    {"a single file, just written",
     {false, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 0, 0},
     SETTLE_WAIT,
     2000,
     false},
    {"a single file, quiet",
     {false, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 2000, 2000},
     SETTLE_CLAIM,
     0,
     false},
    {"a signed file nobody looked at",
     {false, MANIFEST_UNSEEN, false, false, DIGESTS_UNSEEN, 0, 0},
     SETTLE_PEEK,
     0,
     false},
    {"a signed file, whole",
     {false, MANIFEST_LISTS, false, false, DIGESTS_MATCH, 0, 0},
     SETTLE_CLAIM,
     0,
     false},
    {"half a signed file",
     {false, MANIFEST_UNREADABLE, false, false, DIGESTS_DIFFER, 10, 10},
     SETTLE_WAIT,
     1990,
     false},
    {"a forged file, quiet",
     {false, MANIFEST_UNREADABLE, false, false, DIGESTS_DIFFER, 2000, 2000},
     SETTLE_CLAIM,
     0,
     false},
    {"no manifest yet",
     {true, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 2000, 2000},
     SETTLE_WAIT,
     58000,
     true},
    {"no manifest for long",
     {true, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 60000, 60000},
     SETTLE_INCOMPLETE,
     0,
     true},
    {"no manifest for long, but seen only now",
     {true, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 0, 60000},
     SETTLE_INCOMPLETE,
     0,
     true},
    {"whole and old, but seen only now: somebody may still be writing",
     {true, MANIFEST_LISTS, true, false, DIGESTS_UNSEEN, 0, 60000},
     SETTLE_WAIT,
     2000,
     false},
    {"a manifest nobody read",
     {true, MANIFEST_UNSEEN, false, false, DIGESTS_UNSEEN, 0, 0},
     SETTLE_PEEK,
     0,
     false},
    {"half a manifest",
     {true, MANIFEST_UNREADABLE, false, false, DIGESTS_UNSEEN, 500, 500},
     SETTLE_WAIT,
     1500,
     false},
    {"a broken manifest, quiet",
     {true, MANIFEST_UNREADABLE, false, false, DIGESTS_UNSEEN, 2000, 2000},
     SETTLE_CLAIM,
     0,
     false},
    {"images still to come",
     {true, MANIFEST_LISTS, false, true, DIGESTS_UNSEEN, 5000, 5000},
     SETTLE_WAIT,
     55000,
     true},
    {"images never came",
     {true, MANIFEST_LISTS, false, true, DIGESTS_UNSEEN, 60001, 60001},
     SETTLE_INCOMPLETE,
     0,
     true},
    {"all there, digests stated",
     {true, MANIFEST_LISTS, true, true, DIGESTS_UNSEEN, 0, 0},
     SETTLE_DIGEST,
     0,
     false},
    {"digests match: at once",
     {true, MANIFEST_LISTS, true, true, DIGESTS_MATCH, 0, 0},
     SETTLE_CLAIM,
     0,
     false},
    {"digests differ: perhaps still written",
     {true, MANIFEST_LISTS, true, true, DIGESTS_DIFFER, 100, 100},
     SETTLE_WAIT,
     1900,
     false},
    {"digests differ and quiet: the check says so",
     {true, MANIFEST_LISTS, true, true, DIGESTS_DIFFER, 2000, 2000},
     SETTLE_CLAIM,
     0,
     false},
    {"no digests: the full size proves nothing",
     {true, MANIFEST_LISTS, true, false, DIGESTS_UNSEEN, 0, 0},
     SETTLE_WAIT,
     2000,
     false},
    {"no digests, quiet",
     {true, MANIFEST_LISTS, true, false, DIGESTS_UNSEEN, 2000, 2000},
     SETTLE_CLAIM,
     0,
     false},
};

static void every_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t wait = 0;
        bool long_wait = false;
        enum settle_step step = settle_next(&rows[i].drop, QUIET, INCOMPLETE, &wait, &long_wait);
        if (step != rows[i].step || wait != rows[i].wait || long_wait != rows[i].long_wait)
            fail_msg("%s: step %d, wait %lld", rows[i].what, (int)step, (long long)wait);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row)};
    return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
