/*
 * Which of a search's leads are measured against the cohort: as a table, without a gallery.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "match/search_parts.h"

static struct segment_record records[MATCH_REFINED];

/* `photos` leads, the worst first, `each` photos a person, in a search for `length` persons. */
static size_t measured(size_t photos, size_t each, size_t length)
{
    struct search_request request = {.length = length};
    struct search *search = calloc(1, sizeof *search);
    struct search_probe *probe = calloc(1, sizeof *probe);
    assert_true(search != NULL && probe != NULL);
    probe->leads.floor = INT64_MIN;
    for (size_t i = 0; i < photos; i++) {
        size_t place = photos - 1 - i;
        snprintf(records[i].photo, sizeof records[i].photo, "P-%zu", i);
        snprintf(records[i].person, sizeof records[i].person, "N-%zu", place / each);
        search_leads_add(&probe->leads,
                         &(struct search_lead){.fused = -(int64_t)place, .record = &records[i]});
    }
    search->request = &request;
    search->group = probe;
    search->group_count = 1;
    search_leads_measured(search);
    size_t count = probe->leads.count;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(probe->leads.leads[i].fused, -(int64_t)i);
    free(probe);
    free(search);
    return count;
}

static void test_measured(void **state)
{
    (void)state;
    assert_int_equal(measured(0, 1, 20), 0);
    assert_int_equal(measured(7, 1, 20), 7);
    assert_int_equal(measured(MATCH_REFINED, 1, 20), MATCH_MEASURED);
    assert_int_equal(measured(MATCH_REFINED, 10, 12), MATCH_MEASURED);
    /* The 50th person's first photo is the 491st. */
    assert_int_equal(measured(MATCH_REFINED, 10, 50), 491);
    assert_int_equal(measured(MATCH_REFINED, 500, 50), MATCH_REFINED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_measured)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
