/*
 * The documents of a records request: all of them, once, in order, in parts that a job can take, however the slices fall.
 */
#include "tests/support/casebook.h"

#include "casebook/outbox.h"
#include "report/foil.h"
#include "report/foil_documents.h"
#include "report/foil_pages.h"

enum { DOCKETS = 150, PICTURES = 7 };

static void add_row(struct transaction *transaction, const char *docket, int number, const char *kind,
                    bool cancel, int pictures)
{
    char name[40], digest[80];
    int64_t id = 0;
    json_t *list = json_array();
    for (int i = 0; i < pictures; i++) {
        snprintf(digest, sizeof digest, "%s-%d-%d", docket, number, i);
        json_t *object = json_pack("{sI}", "size", (json_int_t)1);
        assert_done(book_put(transaction, BOOK_VAULT, digest, object, error));
        json_decref(object);
        json_array_append_new(list, json_pack("{ss,ss}", "role", "picture", "digest", digest));
    }
    snprintf(name, sizeof name, "report-%d.pdf", number);
    json_t *row = json_pack("{ss,ss,ss,s{ss,s{ss,s{}},so,ss},s[]}", "kind", kind, "docket", docket,
                            "directory", "out/x", "rendered", "job", "render-document", "parameters",
                            "document", "negative", "facts", "pictures", list, "name", name, "files");
    assert_done(outbox_add(transaction, row, 0, &id, error));
    if (cancel)
        assert_done(outbox_cancel(transaction, id, "sealed", 0, error));
    else if (number < 90)
        assert_done(outbox_deliver(transaction, id, 0, error));
    json_decref(row);
}

/* Docket n has n % 4 documents that count, and others that do not; every third is of case A, every second of "north". */
static void fill(struct transaction *transaction)
{
    for (int n = 1; n <= DOCKETS; n++) {
        char number[40];
        snprintf(number, sizeof number, "FR-2026-%06d", n);
        json_t *docket =
            json_pack("{ss,ss,ss,s{ss}}", "docket", number, "command", n % 2 == 0 ? "north" : "south",
                      "received", n <= 100 ? "2026-11-10T15:00:00.000Z" : "2026-11-20T15:00:00.000Z",
                      "request", "caseNumber", n % 3 == 0 ? "A" : "B");
        assert_done(book_put(transaction, BOOK_DOCKETS, number, docket, error));
        json_decref(docket);
        add_row(transaction, number, 80, "item", false, 0); /* a worksheet is no document */
        for (int i = 1; i <= n % 4; i++)
            add_row(transaction, number, i, "report", false, PICTURES);
        add_row(transaction, number, 81, "report", true, 0);  /* was stopped */
        add_row(transaction, number, 90, "notice", false, 0); /* has not left yet */
    }
}

static bool in_case(int n)
{
    return n % 3 == 0;
}

static bool in_period(int n)
{
    return n % 2 == 0 && n > 100;
}

static bool in_list(int n)
{
    return n == 3 || n == 7 || n == 149;
}

static bool all(int n)
{
    return n > 0;
}

/* Every part as the maker would record it; the documents of all. */
static json_t *parts_of(struct transaction *transaction, json_t *request, size_t *parts, size_t *slices)
{
    json_t *found = json_array();
    bool ended = false;
    *parts = *slices = 0;
    while (!ended) {
        json_t *work = json_object();
        json_copy_members(work, request, "cursor", NULL);
        do {
            assert_done(foil_search(transaction, request, work, error));
            assert_true(++*slices < 100);
        } while (json_flag(work, "more"));
        json_t *documents = json_object_get(work, "documents");
        assert_true(json_array_size(documents) <= FOIL_PART_DOCUMENTS);
        assert_true(json_object_size(json_object_get(work, "digests")) <= FOIL_PART_PICTURES);
        json_array_extend(found, documents);
        *parts += json_array_size(documents) > 0 ? 1 : 0;
        json_put_whole(request, "documents", (int64_t)json_array_size(found));
        json_copy_members(request, work, "cursor", NULL);
        ended = json_flag(work, "ended");
        json_decref(work);
    }
    return found;
}

static void assert_found(struct transaction *transaction, json_t *scope, bool (*wanted)(int),
                         size_t expected_parts)
{
    json_t *request =
        json_pack("{ss,so,sI}", "request", "FOIL-2026-000001", "scope", scope, "documents", (json_int_t)0);
    size_t parts, slices, at = 0;
    json_t *found = parts_of(transaction, request, &parts, &slices);
    for (int n = 1; n <= DOCKETS; n++)
        for (int i = 1; wanted(n) && i <= n % 4; i++, at++) {
            char number[40], title[40];
            const json_t *document = json_array_get(found, at);
            snprintf(number, sizeof number, "FR-2026-%06d", n);
            snprintf(title, sizeof title, "report-%d.pdf", i);
            assert_string_equal(json_text(document, "docket"), number);
            assert_string_equal(json_text(document, "title"), title);
            assert_int_equal(json_whole(document, "number", 0), at + 1);
        }
    assert_int_equal(json_array_size(found), at);
    assert_int_equal(parts, expected_parts);
    json_decref(found);
    json_decref(request);
}

static void test_scopes(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *every = json_array();
    struct error ignored = ERROR_NONE;
    assert_true(zone_use("UTC", &ignored));
    fill(batch);
    for (int n = DOCKETS; n > 0; n--) {
        char number[40];
        snprintf(number, sizeof number, "FR-2026-%06d", n);
        json_array_append_new(every, json_string(number));
    }
    /* 28 documents of seven pictures make a part. */
    assert_found(batch, json_pack("{ss}", "caseNumber", "A"), in_case, 3);
    assert_found(batch, json_pack("{ss,ss,ss}", "command", "north", "from", "2026-11-15", "to", "2026-11-20"),
                 in_period, 1);
    assert_found(batch,
                 json_pack("{s[ssss]}", "dockets", "FR-2026-000149", "FR-2026-000003", "FR-2026-000007",
                           "FR-2026-000003"),
                 in_list, 1);
    assert_found(batch, json_pack("{so}", "dockets", every), all, 9);
    transaction_abort(batch);
}

/* One whose pictures were destroyed cannot be drawn again. */
static void test_destroyed(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *disposed = json_pack("{sI,sI}", "size", (json_int_t)1, "disposed", (json_int_t)7);
    json_t *request = json_pack("{s{s[s]}}", "scope", "dockets", "FR-2026-000003"), *work = json_object();
    fill(batch);
    assert_done(book_put(batch, BOOK_VAULT, "FR-2026-000003-2-0", disposed, error));
    assert_done(foil_search(batch, request, work, error));
    assert_int_equal(json_array_size(json_object_get(work, "documents")), 2);
    assert_int_equal(json_whole(work, "unavailable", 0), 1);
    assert_true(json_flag(work, "ended"));
    json_decref(work);
    json_decref(request);
    json_decref(disposed);
    transaction_abort(batch);
}

/* Documents are kept as long as a request that is under way asks for them. */
static void test_asked(void **state)
{
    static const char *const states[][2] = {
        {"SEARCHING", "1"}, {"ANSWERED", "1"}, {"APPEALED", "1"}, {"CLOSED", "0"}, {"WITHDRAWN", "0"}};
    struct transaction *batch = bench_batch(*state);
    json_t *entry = json_pack("{ss,sI}", "request", "FOIL-2026-000001", "part", (json_int_t)1);
    bool asked = true;
    assert_done(
        book_put(batch, BOOK_INDEX, "foil/docket/FR-2026-000001/FOIL-2026-000001/0001", entry, error));
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        json_t *request = json_pack("{ss,ss}", "request", "FOIL-2026-000001", "state", states[i][0]);
        assert_done(book_put(batch, BOOK_FOIL, "FOIL-2026-000001", request, error));
        assert_done(foil_asked(batch, "FR-2026-000001", &asked, error));
        assert_int_equal(asked, states[i][1][0] == '1');
        json_decref(request);
    }
    assert_done(foil_asked(batch, "FR-2026-000002", &asked, error));
    assert_false(asked);
    json_decref(entry);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_scopes, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_destroyed, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_asked, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
