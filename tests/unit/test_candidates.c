/*
 * Candidate lists: the best persons, whatever the order of offers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>

#include "match/candidates.h"

/* Lists against sorting everything, in any order of offers. */
static void test_candidates(void **state)
{
    (void)state;
    enum { COUNT = 60 };
    static struct segment_record records[COUNT];
    struct candidates first = {.length = 7}, second = {.length = 7};
    for (int i = 0; i < COUNT; i++) {
        snprintf(records[i].photo, SEGMENT_ID_SIZE, "photo-%02d", i);
        snprintf(records[i].person, SEGMENT_ID_SIZE, "person-%d", i % 11);
    }
    for (int i = 0; i < COUNT; i++) {
        int j = i * 17 % COUNT == 0 && i != 0 ? i : i * 17 % COUNT;
        candidates_offer(&first, i * 7 % 13, &records[i]);
        candidates_offer(&second, j * 7 % 13, &records[j]);
    }
    assert_int_equal(first.count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_ptr_equal(first.list[i].record, second.list[i].record);
        /* No photo of a person who is not listed before this place may be better than what stands here. */
        for (int k = 0; k < COUNT; k++) {
            bool listed = false;
            for (size_t j = 0; j < i; j++)
                listed = listed || strcmp(first.list[j].record->person, records[k].person) == 0;
            if (!listed && &records[k] != first.list[i].record)
                assert_true(k * 7 % 13 < first.list[i].score ||
                            (k * 7 % 13 == first.list[i].score &&
                             strcmp(records[k].photo, first.list[i].record->photo) > 0));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_candidates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
