/*
 * Searching a gallery as it was: without what came later, and without what is gone since.
 */
#include "tests/support/small_gallery.h"

/* As the gallery was before later enrolments: to the last byte, however files were merged since. */
static void test_of_an_earlier_day(void **state)
{
    (void)state;
    for (int share = 0; share <= 400; share += 400) {
        size_t size, again;
        struct asked asked = {.parts = 1, .length = 20, .share = share, .newest = 2};
        char *then = searched(&asked, &size);
        json_t *answer = parsed(strdup(then), &size);
        assert_int_equal(json_whole(answer, "searched", 0), PHOTOS - PHOTOS / 3);
        assert_int_equal(json_whole(answer, "left_out", 9), 0);
        json_decref(answer);
        asked.parts = 3;
        char *cut = searched(&asked, &again);
        assert_int_equal(again, size);
        assert_memory_equal(cut, then, size);
        /* What is sealed of later ones was not left out: it was not there. */
        asked.sealed = gallery.photo[2];
        char *sealed = searched(&asked, &again);
        assert_int_equal(again, size);
        assert_memory_equal(sealed, then, size);
        free(then), free(cut), free(sealed);
    }
}

/* A photo of the cohort is gone: no list can be formed as it was, but each score that was given can be computed. */
static void test_by_recorded_measures(void **state)
{
    (void)state;
    size_t size, i;
    json_t *row;
    json_t *then = parsed(searched(&(struct asked){.parts = 2, .length = 20}, &size), &size);
    const json_t *probe = probe_at(then, 0);
    struct asked asked = {.parts = 1,
                          .length = 20,
                          .sealed = json_text(candidate_at(then, 0, 2), "photo"),
                          .measures = json_object_get(probe, "measures")};
    json_t *now = parsed(searched(&asked, &size), &size);
    const json_t *again = json_object_get(now, "again");
    size_t changed = 0;
    assert_int_equal(json_object_size(again), json_array_size(json_object_get(probe, "candidates")) - 1);
    json_array_foreach(json_object_get(probe, "candidates"), i, row)
    {
        const char *photo = json_text(row, "photo");
        if (strcmp(photo, asked.sealed) == 0) {
            assert_null(json_object_get(again, photo));
            continue;
        }
        assert_int_equal(json_whole(again, photo, 0), json_whole(row, "score", 1));
        const json_t *other = json_find(json_object_get(probe_at(now, 0), "candidates"), "photo", photo);
        changed += other == NULL || json_whole(other, "score", 0) != json_whole(row, "score", 0);
    }
    assert_true(changed > 0); /* or this proves nothing */
    json_decref(then);
    json_decref(now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_an_earlier_day),
        cmocka_unit_test(test_by_recorded_measures),
    };
    return cmocka_run_group_tests_name("search_again", tests, gallery_make, NULL);
}
