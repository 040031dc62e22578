/*
 * What a porter tells of a share: differences only, oldest first, everything in the end.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "base/files.h"
#include "base/json.h"
#include "spool/porter_listing.h"

struct place {
    char path[64];
    int share;
    struct listing *listing;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    strcpy(place->path, "/tmp/test-listing-XXXXXX");
    assert_non_null(mkdtemp(place->path));
    place->share = open(place->path, O_RDONLY | O_DIRECTORY);
    place->listing = listing_make(5);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    int parent = open("/tmp", O_RDONLY | O_DIRECTORY);
    listing_free(place->listing);
    close(place->share);
    assert_true(directory_remove_tree(parent, strrchr(place->path, '/') + 1, NULL));
    close(parent);
    free(place);
    return 0;
}

static void put(const struct place *place, const char *name, time_t written)
{
    int file = openat(place->share, name, O_WRONLY | O_CREAT, 0600);
    const struct timespec times[2] = {{.tv_sec = written}, {.tv_sec = written}};
    assert_int_equal(futimens(file, times), 0);
    close(file);
}

static json_t *look(const struct place *place, bool *unfinished)
{
    const struct listing_terms terms = {.local = true, .interval = 5000};
    json_t *news = NULL;
    struct error error = ERROR_NONE;
    assert_true(listing_update(place->listing, place->share, &terms, &news, unfinished, &error));
    return news;
}

static void test_differences(void **state)
{
    const struct place *place = *state;
    bool unfinished;
    put(place, "young", 2000);
    put(place, "old", 1000);
    put(place, ".hidden", 500);
    json_t *news = look(place, &unfinished);
    const json_t *drops = json_object_get(news, "drops");
    assert_int_equal(json_array_size(drops), 2);
    assert_string_equal(json_text(json_array_get(drops, 0), "drop"), "old");
    assert_int_equal(json_whole(news, "unseen", -1), 0);
    json_decref(news);
    assert_null(look(place, &unfinished));
    put(place, "later", 10); /* dated back by its sender: it came last all the same */
    assert_int_equal(unlinkat(place->share, "old", 0), 0);
    news = look(place, &unfinished);
    assert_int_equal(json_array_size(json_object_get(news, "drops")), 1);
    assert_string_equal(json_string_value(json_array_get(json_object_get(news, "gone"), 0)), "old");
    json_decref(news);
    listing_forget(place->listing);
    news = look(place, &unfinished);
    assert_int_equal(json_array_size(json_object_get(news, "drops")), 2);
    json_decref(news);
}

static void test_thousands(void **state)
{
    const struct place *place = *state;
    bool unfinished = true;
    size_t told = 0;
    int looks = 0;
    char name[32];
    for (int i = 0; i < 2500; i++) {
        snprintf(name, sizeof name, "drop-%d", i);
        put(place, name, 1000);
    }
    for (; unfinished && looks < 1000; looks++) {
        json_t *news = look(place, &unfinished);
        told += json_array_size(json_object_get(news, "drops"));
        if (told == 2500)
            unfinished = false; /* what is looked at again meanwhile is no news */
        json_decref(news);
    }
    assert_int_equal(told, 2500);
    assert_true(looks >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_differences, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_thousands, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("porter_listing", tests, NULL, NULL);
}
