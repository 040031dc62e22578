/*
 * A list that comes out after photographs of it were sealed: what is taken out, what stays, what is told.
 */
#include "tests/support/casebook.h"

#include "casebook/event.h"
#include "casebook/photo.h"
#include "spool/flow_gallery.h"

static void put(struct transaction *batch, const char *id, const char *status)
{
    json_t *photo = json_pack("{ss,ss,ss,ss}", "photo", id, "person", "A", "digest", id, "status", status);
    assert_done(photo_put(batch, photo, error));
    json_decref(photo);
}

/* Candidates of these photographs, one letter each, in their order; what is left as "letter rank", what was dropped. */
static void list_is(struct transaction *batch, const char *photos, const char *left, const char *dropped,
                    int64_t events)
{
    char id[2] = "", kept[80] = "", gone[80] = "", hash[DIGEST_TEXT_SIZE];
    int64_t before = 0, after = 0;
    json_t *result = json_pack("{s[],ss}", "candidates", "id", "FR-2026-000001"), *row;
    json_t *rows = json_object_get(result, "candidates");
    size_t i;
    for (const char *at = photos; *at != '\0'; at++) {
        id[0] = *at;
        json_array_append_new(rows, json_pack("{si,ss,si}", "rank", (int)(at - photos + 1), "photo", id,
                                              "score", 100 - (int)(at - photos)));
    }
    assert_done(event_head(batch, &before, hash, error));
    assert_done(flow_drop_sealed(batch, "FR-2026-000001", result, 0, error));
    assert_done(event_head(batch, &after, hash, error));
    json_array_foreach(json_object_get(result, "candidates"), i, row)
        snprintf(kept + strlen(kept), 10, "%s%d ", json_text(row, "photo"), (int)json_whole(row, "rank", 0));
    json_array_foreach(json_object_get(result, "dropped"), i, row)
        snprintf(gone + strlen(gone), 10, "%s ", json_string_value(row));
    assert_string_equal(kept, left);
    assert_string_equal(gone, dropped);
    assert_int_equal(after - before, events);
    assert_true((json_object_get(result, "dropped") != NULL) == (events > 0));
    json_decref(result);
}

static void test_sealed_between_search_and_record(void **state)
{
    struct transaction *batch = bench_batch(*state);
    put(batch, "a", "enrolled");
    put(batch, "b", "sealed");
    put(batch, "c", "withdrawn");
    put(batch, "d", "enrolled");
    put(batch, "e", "pending"); /* unsealed meanwhile, without a template */
    /* Nothing moves up: the others keep their ranks. */
    list_is(batch, "ad", "a1 d2 ", "", 0);
    list_is(batch, "abd", "a1 d3 ", "b ", 1);
    list_is(batch, "bcade", "a3 d4 ", "b c e ", 3);
    list_is(batch, "bc", "", "b c ", 2);
    list_is(batch, "", "", "", 0);
    /* A photograph nobody knows is none that may be shown. */
    list_is(batch, "za", "a2 ", "z ", 1);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sealed_between_search_and_record, bench_begin, bench_end),
    };
    return cmocka_run_group_tests_name("flow_gallery", tests, NULL, NULL);
}
