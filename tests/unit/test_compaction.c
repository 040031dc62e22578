/*
 * Which segments a compaction takes: tables; and that it comes to an end, with few rewritings, however often enrolled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>

#include "match/compaction.h"

enum { MOST = 400, DAY = 86400000 };

static const struct compaction_terms terms = {.segments_most = 4,
                                              .doomed_percent = 10,
                                              .wait_milliseconds = 7 * (int64_t)DAY,
                                              .now = 100 * (int64_t)DAY};

/* Segments as "photos" or "photos-doomed" or "photos-doomed@days waited" or with a letter for another engine; what is
   taken as its reasons' first letters. */
static void plan_is(const char *gallery, bool ordered, const char *expected)
{
    struct compaction_segment segments[MOST] = {{0}};
    enum compaction_reason reasons[MOST];
    struct compaction_terms own = terms;
    char found[MOST + 1] = "";
    size_t count = 0, taken = 0;
    own.ordered = ordered;
    for (const char *at = gallery; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
        unsigned long long photos = 0, doomed = 0, days = 0;
        sscanf(at, "%llu-%llu@%llu", &photos, &doomed, &days);
        segments[count++] = (struct compaction_segment){
            .engine = at[strcspn(at, " x")] == 'x' ? "other 1" : "elastic 2",
            .count = photos,
            .doomed = doomed,
            .oldest = own.now - (int64_t)days * DAY,
        };
    }
    size_t chosen = compaction_plan(segments, count, &own, reasons);
    for (size_t i = 0; i < count; i++) {
        found[i] = reasons[i] == COMPACTION_NONE ? '.' : compaction_reason_word(reasons[i])[0];
        taken += reasons[i] != COMPACTION_NONE;
    }
    found[count] = '\0';
    if (strcmp(found, expected) != 0 || taken != chosen)
        fail_msg("%s%s: %s (%zu), not %s", gallery, ordered ? ", ordered" : "", found, chosen, expected);
}

static void test_tables(void **state)
{
    (void)state;
    plan_is("", false, "");
    plan_is("100", false, ".");
    plan_is("100 200 300 400", false, "....");
    /* Too many: the largest group of like size, the smallest of such groups, else the two smallest. */
    plan_is("100 200 300 400 50", false, "mmmmm");
    plan_is("100 900 900 900 50", false, ".mmm.");
    plan_is("100 800 900 9000 50000", false, "mm...");
    plan_is("1 10 100 1000 10000", false, "mm...");
    plan_is("4096 4096 4096 900000 999999", false, "mmm..");
    plan_is("900000 900000 900000 900000 900000", false, ".....");
    plan_is("1000000 2000000 3000000 4000000 5000000", false, ".....");
    plan_is("1000000 2000000 3000000 4000000 50", false, ".....");
    plan_is("1000000 2000000 3000000 60 50", false, "...mm");
    /* Doomed: by share, by time, not before. */
    plan_is("100-9@6 200", false, "..");
    plan_is("100-10@0 200", false, "s.");
    plan_is("100-1@7 200", false, "d.");
    plan_is("100-1@7 200-40@1 300", false, "ds.");
    plan_is("100-100@0", false, "s");
    plan_is("5000000-1@7 100", false, "d.");
    plan_is("5000000-1@7 5000000-1@7", false, "d."); /* one after the other */
    plan_is("900000-1@7 200000-20000@7 50000-1@7", false, "d.d");
    /* Both. */
    plan_is("100-1@7 200 300 400 500", false, "dmmmm");
    plan_is("100-1@7 200 300 400 500 9000", false, "dmmmm.");
    /* Engines are kept apart; what is due first decides which. */
    plan_is("100 200x 300 400x 500", false, "m.m.m");
    plan_is("100 200x 300x 400x 500", false, "m...m");
    plan_is("100-50@1x 200-1@8 300-1@8x", false, ".d.");
    /* Ordered: all that can be gained, and no rewriting of one alone. */
    plan_is("100 200 300", true, "ooo");
    plan_is("100", true, ".");
    plan_is("100-1@0", true, "o");
    plan_is("2000000 100", true, "..");
    plan_is("2000000-1@0 100", true, "o.");
    plan_is("600000 600000", true, "..");
}

/* Ten thousand rounds of enrolment: never more than allowed, and each photo rewritten a few times. */
static void test_many_rounds(void **state)
{
    (void)state;
    struct compaction_segment segments[MOST];
    enum compaction_reason reasons[MOST];
    struct compaction_terms own = terms;
    size_t count = 0;
    uint64_t rewritten = 0, enrolled = 0;
    own.segments_most = 32;
    for (int round = 0; round < 10000; round++) {
        segments[count++] = (struct compaction_segment){.engine = "elastic 2", .count = 100};
        enrolled += 100;
        while (compaction_plan(segments, count, &own, reasons) > 0) {
            uint64_t merged = 0;
            size_t left = 0;
            for (size_t i = 0; i < count; i++)
                if (reasons[i] == COMPACTION_NONE)
                    segments[left++] = segments[i];
                else
                    merged += segments[i].count;
            rewritten += merged;
            segments[left] = (struct compaction_segment){.engine = "elastic 2", .count = merged};
            count = left + 1;
        }
        assert_true(count <= own.segments_most);
    }
    uint64_t left = 0;
    for (size_t i = 0; i < count; i++)
        left += segments[i].count;
    assert_int_equal(left, enrolled);
    if (rewritten > 3 * enrolled)
        fail_msg("each photo was rewritten %.1f times", (double)rewritten / (double)enrolled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_many_rounds),
    };
    return cmocka_run_group_tests_name("compaction", tests, NULL, NULL);
}
