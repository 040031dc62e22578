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

#include "spool/likeness.h"
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
     {false, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 0, 0, false},
     SETTLE_WAIT,
     2000,
     false},
    {"a single file, quiet",
     {false, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 2000, 2000, false},
     SETTLE_CLAIM,
     0,
     false},
    {"a signed file nobody looked at",
     {false, MANIFEST_UNSEEN, false, false, DIGESTS_UNSEEN, 0, 0, false},
     SETTLE_PEEK,
     0,
     false},
    {"a signed file, whole",
     {false, MANIFEST_LISTS, false, false, DIGESTS_MATCH, 0, 0, false},
     SETTLE_CLAIM,
     0,
     false},
    {"half a signed file",
     {false, MANIFEST_UNREADABLE, false, false, DIGESTS_DIFFER, 10, 10, false},
     SETTLE_WAIT,
     1990,
     false},
    {"a forged file, quiet",
     {false, MANIFEST_UNREADABLE, false, false, DIGESTS_DIFFER, 2000, 2000, false},
     SETTLE_CLAIM,
     0,
     false},
    {"no manifest yet",
     {true, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 2000, 2000, false},
     SETTLE_WAIT,
     58000,
     true},
    {"no manifest for long",
     {true, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 60000, 60000, false},
     SETTLE_INCOMPLETE,
     0,
     true},
    {"no manifest for long, but seen only now",
     {true, MANIFEST_ABSENT, false, false, DIGESTS_UNSEEN, 0, 60000, false},
     SETTLE_INCOMPLETE,
     0,
     true},
    {"whole and old, but seen only now: somebody may still be writing",
     {true, MANIFEST_LISTS, true, false, DIGESTS_UNSEEN, 0, 60000, false},
     SETTLE_WAIT,
     2000,
     false},
    {"a manifest nobody read",
     {true, MANIFEST_UNSEEN, false, false, DIGESTS_UNSEEN, 0, 0, false},
     SETTLE_PEEK,
     0,
     false},
    {"half a manifest",
     {true, MANIFEST_UNREADABLE, false, false, DIGESTS_UNSEEN, 500, 500, false},
     SETTLE_WAIT,
     1500,
     false},
    {"a broken manifest, quiet",
     {true, MANIFEST_UNREADABLE, false, false, DIGESTS_UNSEEN, 2000, 2000, false},
     SETTLE_CLAIM,
     0,
     false},
    {"images still to come",
     {true, MANIFEST_LISTS, false, true, DIGESTS_UNSEEN, 5000, 5000, false},
     SETTLE_WAIT,
     55000,
     true},
    {"images never came",
     {true, MANIFEST_LISTS, false, true, DIGESTS_UNSEEN, 60001, 60001, false},
     SETTLE_INCOMPLETE,
     0,
     true},
    {"all there, digests stated",
     {true, MANIFEST_LISTS, true, true, DIGESTS_UNSEEN, 0, 0, false},
     SETTLE_DIGEST,
     0,
     false},
    {"digests match: at once",
     {true, MANIFEST_LISTS, true, true, DIGESTS_MATCH, 0, 0, false},
     SETTLE_CLAIM,
     0,
     false},
    {"digests differ: perhaps still written",
     {true, MANIFEST_LISTS, true, true, DIGESTS_DIFFER, 100, 100, false},
     SETTLE_WAIT,
     1900,
     false},
    {"digests differ and quiet: the check says so",
     {true, MANIFEST_LISTS, true, true, DIGESTS_DIFFER, 2000, 2000, false},
     SETTLE_CLAIM,
     0,
     false},
    {"no digests: the full size proves nothing",
     {true, MANIFEST_LISTS, true, false, DIGESTS_UNSEEN, 0, 0, false},
     SETTLE_WAIT,
     2000,
     false},
    {"no digests, quiet",
     {true, MANIFEST_LISTS, true, false, DIGESTS_UNSEEN, 2000, 2000, false},
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

/* Others wait behind what never becomes whole: it is answered as it is, but not while it still comes. */
static void a_crowded_share(void **state)
{
    (void)state;
    enum { HOUR = 3600 * 1000, MINUTE = SETTLE_CROWDED_MS };
    static const struct {
        enum settle_manifest manifest;
        bool all_present;
        int64_t quiet, idle;
        enum settle_step roomy, crowded;
        int64_t wait_roomy, wait_crowded;
    } cases[] = {
        {MANIFEST_LISTS, false, 1000, 1000, SETTLE_WAIT, SETTLE_WAIT, HOUR - 1000, MINUTE - 1000},
        {MANIFEST_LISTS, false, MINUTE, MINUTE, SETTLE_WAIT, SETTLE_CLAIM, HOUR - MINUTE, 0},
        {MANIFEST_ABSENT, false, MINUTE, MINUTE, SETTLE_WAIT, SETTLE_CLAIM, HOUR - MINUTE, 0},
        {MANIFEST_LISTS, false, HOUR, HOUR, SETTLE_INCOMPLETE, SETTLE_CLAIM, 0, 0}, /* told before, perhaps */
        {MANIFEST_LISTS, true, MINUTE, MINUTE, SETTLE_DIGEST, SETTLE_DIGEST, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settle_drop drop = {true,           cases[i].manifest, cases[i].all_present, true,
                                   DIGESTS_UNSEEN, cases[i].quiet,    cases[i].idle,        false};
        int64_t wait = 0;
        bool long_wait = false;
        assert_int_equal(settle_next(&drop, QUIET, HOUR, &wait, &long_wait), cases[i].roomy);
        assert_int_equal(wait, cases[i].wait_roomy);
        drop.crowded = true;
        wait = 0;
        assert_int_equal(settle_next(&drop, QUIET, HOUR, &wait, &long_wait), cases[i].crowded);
        assert_int_equal(wait, cases[i].wait_crowded);
    }
}

static void names_people_make(void **state)
{
    (void)state;
    static const struct {
        const char *name, *other;
        bool like;
    } names[] = {
        {"manifest.xml", "Manifest.XML", true},
        {"manifest.xml", "manifest.xml.txt", true},
        {"manifest.xml", "manifest (1).xml", true},
        {"manifest.xml", "manifest - Copy.xml", true},
        {"manifest.xml", "manifest", true},
        {"manifest.xml", "manifest.xml", false},
        {"manifest.xml", "manifests.xml", false},
        {"manifest.xml", "a.jpg", false},
        {"still.jpg", "STILL.JPG", true},
        {"still.jpg", "still.jpeg", true},
        {"still.jpg", "still.jpg.jpg", true},
        {"still.jpg", "still2.jpg", false},
        {".jpg", "a.jpg", false},
        {"", "a.jpg", false},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (likeness_of_names(names[i].name, names[i].other) != names[i].like)
            fail_msg("%s, %s", names[i].name, names[i].other);
    json_t *files = json_pack("[{ss},{ss,si},{ss,si}]", "name", "still.jpeg", "name", "still-2.jpg", "size",
                              1, "name", "still-3.jpg", "size", 1);
    json_t *listed = json_pack("[{ss},{ss}]", "name", "still.jpg", "name", "still-2.jpg");
    assert_string_equal(likeness_folder(files), "still.jpeg");
    assert_string_equal(likeness_find(files, listed, "still.jpg"), "still-3.jpg");
    assert_null(likeness_find(files, listed, "manifest.xml"));
    json_decref(files);
    json_decref(listed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row), cmocka_unit_test(a_crowded_share),
                                       cmocka_unit_test(names_people_make)};
    return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
