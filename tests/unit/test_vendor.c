/*
 * A vendor's engine as leadspool takes it: every breach of the contract in its table, its scores, its lists and its whole
 * answer is found, and nothing that keeps it is refused.
 */
#include "tests/support/casebook.h"

#include <math.h>

#include "base/text.h"
#include "casebook/event.h"
#include "casebook/photo.h"
#include "match/answer_check.h"
#include "match/engine_book.h"
#include "match/enrol_switch.h"
#include "match/quarantine.h"
#include "match/segment.h"
#include "match/vendor.h"

#define DIGEST "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static int make(const struct leadspool_engine_picture *picture, uint8_t *template_bytes, char *reason)
{
    (void)picture, (void)template_bytes, (void)reason;
    return LEADSPOOL_ENGINE_DONE;
}

static int compare(const uint8_t *probe, const uint8_t *const *templates, uint64_t count, double *scores,
                   char *reason)
{
    (void)probe, (void)templates, (void)count, (void)scores, (void)reason;
    return LEADSPOOL_ENGINE_DONE;
}

static struct leadspool_engine sound(void)
{
    return (struct leadspool_engine){.abi = LEADSPOOL_ENGINE_ABI,
                                     .size = sizeof(struct leadspool_engine),
                                     .id = "v-1.x",
                                     .version = "1.2_b-3",
                                     .maker = "M",
                                     .method = "m\xc3\xa9thode",
                                     .weights = "none",
                                     .score_scale = "s",
                                     .error_rates = "e",
                                     .score_least = -1,
                                     .score_most = 1,
                                     .template_size = 8,
                                     .template_make = make,
                                     .compare = compare};
}

static void tables(void **state)
{
    static char long_words[2002];
    static const struct leadspool_engine_parameter nameless = {.name = "", .value = "1"};
    struct leadspool_engine table = sound();
    struct error error;
    (void)state;
    memset(long_words, 'x', sizeof long_words - 1);
    assert_true(vendor_table_check(&table, &error));
    assert_false(vendor_table_check(NULL, &error));
#define WRONG(member, value, words)                                                                          \
    do {                                                                                                     \
        table = sound();                                                                                     \
        table.member = (value);                                                                              \
        error = ERROR_NONE;                                                                                  \
        assert_false(vendor_table_check(&table, &error));                                                    \
        assert_int_equal(error.fault, FAULT_INPUT);                                                          \
        if (strstr(error.text, words) == NULL)                                                               \
            fail_msg("%s: %s", #member, error.text);                                                         \
    } while (0)
    WRONG(abi, 2, "version 2 of the interface");
    WRONG(size, 8, "size");
    WRONG(id, NULL, "id");
    WRONG(id, "", "id");
    WRONG(id, "Upper", "id");
    WRONG(id, "leadspool-elastic", "leadspool's own");
    WRONG(id, "abcdefghijklmnopqrstuvwxyz012345", "id");
    WRONG(version, "1.2.3.4.5.6.7.8.9.0", "version");
    WRONG(version, "1+2", "version");
    WRONG(maker, NULL, "maker");
    WRONG(method, "", "method");
    WRONG(method, "two\nlines", "method");
    WRONG(method, "\xc3", "method");
    WRONG(weights, long_words, "weights");
    WRONG(score_scale, NULL, "score_scale");
    WRONG(error_rates, NULL, "error_rates");
    WRONG(score_least, (double)NAN, "scale");
    WRONG(score_most, (double)INFINITY, "scale");
    WRONG(score_most, -1, "scale");
    WRONG(score_most, 2e9, "scale");
    WRONG(template_size, 0, "template_size");
    WRONG(template_size, 65537, "template_size");
    WRONG(template_make, NULL, "missing");
    WRONG(compare, NULL, "missing");
    WRONG(parameter_count, 1, "parameters");
    WRONG(parameter_count, 101, "parameters");
    table = sound();
    table.parameters = &nameless;
    table.parameter_count = 1;
    assert_false(vendor_table_check(&table, &error));
}

static void scores(void **state)
{
    static const struct {
        double score;
        bool sound;
        int64_t millionths;
    } cases[] = {{1, true, 1000000},          {-1, true, -1000000},   {0, true, 0},
                 {0.0000005, true, 1},        {-0.0000005, true, -1}, {0.00000049, true, 0},
                 {1.0000001, false, 0},       {-2, false, 0},         {(double)NAN, false, 0},
                 {(double)INFINITY, false, 0}};
    const struct leadspool_engine table = sound();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t millionths;
        struct error error = ERROR_NONE;
        assert_int_equal(vendor_score(&table, cases[i].score, &millionths, &error), cases[i].sound);
        assert_true(millionths == cases[i].millionths);
        assert_int_equal(error.fault, cases[i].sound ? FAULT_NONE : FAULT_INTERNAL);
    }
}

static void lists(void **state)
{
    static const struct {
        struct leadspool_engine_found found[3];
        uint64_t count;
        const char *words; /* NULL: sound */
    } cases[] = {
        {{{4, 1}, {0, 0.5}, {2, 0.5}}, 3, NULL},
        {{{4, 1}, {2, 0.5}, {0, 0.5}}, 3, "not sorted"},
        {{{0, 0.5}, {4, 1}, {2, 0}}, 3, "not sorted"},
        {{{4, 1}, {4, 1}, {2, 0}}, 3, "a second time"},
        {{{4, 1}, {5, 0.5}, {2, 0}}, 3, "photo 5 of 5: there is none"},
        {{{UINT64_MAX, 1}, {1, 0.5}, {2, 0}}, 3, "there is none"},
        {{{4, 1}, {1, (double)NAN}, {2, 0}}, 3, "no number"},
        {{{4, 1}, {1, 0}, {2, -2}}, 3, "beyond its scale"},
        {{{4, 1}, {1, 0.5}}, 2, "has 2 photos, not 3"},
        {{{4, 1}, {1, 0.5}, {2, 0}}, 4, "has 4 photos, not 3"},
        {{{4, 1}, {1, 0.5}, {2, 0}}, 0, "has 0 photos"},
    };
    const struct leadspool_engine table = sound();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool seen[5] = {false};
        size_t places[3];
        int64_t millionths[3];
        struct error error = ERROR_NONE;
        bool done =
            vendor_list_check(&table, cases[i].found, cases[i].count, 3, 5, seen, places, millionths, &error);
        if (done != (cases[i].words == NULL) || (!done && strstr(error.text, cases[i].words) == NULL))
            fail_msg("case %zu: %s", i, error.text);
        for (size_t j = 0; j < 5; j++)
            assert_false(seen[j]);
    }
}

static void reasons(void **state)
{
    char empty[LEADSPOOL_ENGINE_REASON] = "", rude[LEADSPOOL_ENGINE_REASON] = "a\033[2Jb\xff\n",
         endless[LEADSPOOL_ENGINE_REASON];
    (void)state;
    memset(endless, 'x', sizeof endless);
    assert_string_equal(vendor_reason(empty), "it gives no reason");
    assert_string_equal(vendor_reason(rude), "a?[2Jb??");
    assert_int_equal(strlen(vendor_reason(endless)), LEADSPOOL_ENGINE_REASON - 1);
}

/* --- the whole answer --- */

static json_t *parsed(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    if (value == NULL)
        fail_msg("no JSON: %s", text);
    return value;
}

static json_t *card_of(void)
{
    return parsed("{\"id\":\"v\",\"version\":\"1\",\"maker\":\"m\",\"method\":\"m\",\"weights\":\"none\","
                  "\"score_scale\":\"s\",\"error_rates\":\"e\",\"template_size\":8,\"parameters\":{},"
                  "\"score_least\":-100,\"score_most\":100,\"digest\":\"" DIGEST "\"}");
}

static json_t *answer_of(void)
{
    json_t *answer = parsed(
        "{\"schema\":1,\"parameters\":{\"length\":3,\"full_below\":9,\"share\":50},\"snapshot\":\"" DIGEST
        "\",\"cohort_photos\":\"" DIGEST "\",\"stages\":1,\"searched\":9,\"persons\":8,\"left_out\":1,"
        "\"probes\":[{\"id\":\"a\",\"fault\":\"too dark\"},"
        "{\"id\":\"b\",\"threshold\":0,\"compared\":9,\"cohort\":{\"count\":0,\"counts\":[],\"sums\":[],"
        "\"squares\":[],\"fused_sum\":\"0\",\"fused_squares\":\"0\"},\"candidates\":["
        "{\"rank\":1,\"photo\":\"P3\",\"person\":\"A\",\"score\":90},{\"rank\":2,\"photo\":\"P1\","
        "\"person\":\"B\","
        "\"score\":5},{\"rank\":3,\"photo\":\"P2\",\"person\":\"C\",\"score\":5}]}]}");
    json_object_set_new(answer, "engine", card_of());
    return answer;
}

static void answers(void **state)
{
    /* "path=JSON": a member of the answer that is set to something else; 'r' is the second row of the list. */
    static const char *const breaches[] = {
        "/schema=2",
        "/snapshot=\"x\"",
        "/cohort_photos=1",
        "/stages=2",
        "/searched=-1",
        "/searched=10",
        "/persons=10",
        "/left_out=null",
        "/parameters={}",
        "/probes=[]",
        "/probes=null",
        "/engine={}",
        "p/id=\"c\"",
        "p/candidates=null",
        "p/candidates=[]",
        "p/compared=null",
        "p/cohort=null",
        "r/rank=3",
        "r/photo=\"\"",
        "r/photo=null",
        "r/person=\"\"",
        "r/score=4",
        "r/score=101",
        "r/score=5.5",
        "r/score=null",
        "r/score=\"5\"",
        "r/photo=\"P3\"",
        "r/person=\"A\"",
        "r/photo=\"P4\"",
        "f/fault=\"\"",
        "r/score=-101",
        "r/more=1",
        "p/cohort={}",
        "p/cohort={\"count\":1}",
        "f/fault=\"a\\u001b[2J\"",
        "p/threshold=-1",
        "r=null",
    };
    json_t *card = card_of(), *answer = answer_of(),
           *asked =
               parsed("{\"length\":3,\"probes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"segments\":[{\"count\":4},"
                      "{\"count\":6}]}");
    (void)state;
    assert_done(answer_card_check(card, DIGEST, error));
    assert_done(answer_search_check(asked, card, answer, error));
    json_decref(answer);
    for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++) {
        struct error error = ERROR_NONE;
        const char *path = breaches[i], *value = strchr(path, '=') + 1;
        char member[32] = "";
        answer = answer_of();
        json_t *probes = json_object_get(answer, "probes"),
               *list = json_object_get(json_array_get(probes, 1), "candidates");
        json_t *at = path[0] == 'p'   ? json_array_get(probes, 1)
                     : path[0] == 'f' ? json_array_get(probes, 0)
                     : path[0] == 'r' ? json_array_get(list, 1)
                                      : answer;
        json_t *set = json_loads(value, JSON_DECODE_ANY, NULL);
        assert_non_null(set);
        if (path[1] == '=')
            json_array_set_new(list, 1, set);
        else {
            const char *slash = strchr(path, '/');
            snprintf(member, sizeof member, "%.*s", (int)(value - slash - 2), slash + 1);
            json_object_set_new(at, member, set);
        }
        if (answer_search_check(asked, card, answer, &error))
            fail_msg("%s was not found", breaches[i]);
        assert_int_equal(error.fault, FAULT_INPUT);
        json_decref(answer);
    }
    /* Fewer persons than places: all of them. */
    answer = answer_of();
    json_object_set_new(answer, "persons", json_integer(2));
    assert_fault(answer_search_check(asked, card, answer, error), FAULT_INPUT);
    json_decref(answer);
    assert_fault(answer_search_check(asked, card, NULL, error), FAULT_INPUT);
    json_object_set_new(card, "weights", json_string(""));
    assert_fault(answer_card_check(card, DIGEST, error), FAULT_INPUT);
    assert_fault(answer_card_check(NULL, DIGEST, error), FAULT_INPUT);
    json_decref(card);
    json_decref(asked);
}

/* --- in the casebook --- */

static void put(struct transaction *batch, enum book book, const char *key, const char *text)
{
    json_t *value = parsed(text);
    assert_done(book_put(batch, book, key, value, error));
    json_decref(value);
}

static void known_photos(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *answer = answer_of();
    put(batch, BOOK_PHOTOS, "P1", "{\"photo\":\"P1\",\"person\":\"B\"}");
    put(batch, BOOK_PHOTOS, "P2", "{\"photo\":\"P2\",\"person\":\"C\"}");
    assert_fault(answer_photos_check(batch, answer, error), FAULT_INPUT);
    put(batch, BOOK_PHOTOS, "P3", "{\"photo\":\"P3\",\"person\":\"Z\"}");
    assert_fault(answer_photos_check(batch, answer, error), FAULT_INPUT);
    put(batch, BOOK_PHOTOS, "P3", "{\"photo\":\"P3\",\"person\":\"A\"}");
    assert_done(answer_photos_check(batch, answer, error));
    json_decref(answer);
    transaction_abort(batch);
}

static int64_t events(struct transaction *batch)
{
    char hash[DIGEST_TEXT_SIZE];
    int64_t sequence = 0;
    assert_done(event_head(batch, &sequence, hash, error));
    return sequence;
}

static void quarantines(void **state)
{
    struct transaction *batch = bench_batch(*state);
    json_t *card = card_of(), *record = NULL;
    struct text words = TEXT_EMPTY;
    bool cleared = true;
    assert_done(quarantine_get(batch, &record, error));
    assert_null(record);
    assert_done(quarantine_clear(batch, "admin", "service", 0, &cleared, error));
    assert_false(cleared);
    assert_done(quarantine_put(batch, card, "search", "late", "no answer", NULL, 0, error));
    assert_done(quarantine_get(batch, &record, error));
    assert_string_equal(json_text(record, "code"), "late");
    assert_done(quarantine_why(batch, &words, error));
    assert_non_null(strstr(words.bytes, "(no answer)"));
    assert_done(quarantine_clear(batch, "admin", "service", 0, &cleared, error));
    assert_true(cleared);
    assert_int_equal(events(batch), 2);
    text_free(&words);
    json_decref(record);
    json_decref(card);
    transaction_abort(batch);
}

/* What became of an engine is an event when it is another than before, and is told of no other engine. */
static void engine_book(void **state)
{
    struct transaction *batch = bench_batch(*state);
    const struct settings own = {.engine_object = "/e.so", .engine_sha256 = DIGEST},
                          built_in = {.engine_object = ""},
                          other = {.engine_object = "/e.so", .engine_sha256 = "bb"};
    json_t *card = card_of(), *engine = NULL;
    assert_done(engine_book_note(batch, "", NULL, NULL, 0, error));
    assert_done(engine_book_note(batch, DIGEST, NULL, "too large", 0, error));
    assert_done(engine_book_note(batch, DIGEST, NULL, "too large", 0, error));
    assert_int_equal(events(batch), 1);
    assert_done(engine_book_get(batch, &own, &engine, error));
    assert_string_equal(json_text(engine, "reason"), "too large");
    json_decref(engine);
    assert_done(engine_book_note(batch, DIGEST, card, NULL, 0, error));
    assert_done(engine_book_note(batch, DIGEST, card, NULL, 0, error));
    assert_int_equal(events(batch), 2);
    assert_done(engine_book_get(batch, &own, &engine, error));
    assert_true(json_equal(json_object_get(engine, "card"), card));
    json_decref(engine);
    assert_done(engine_book_get(batch, &other, &engine, error));
    assert_null(json_object_get(engine, "card"));
    json_decref(engine);
    assert_done(engine_book_get(batch, &built_in, &engine, error));
    assert_string_equal(json_text(json_object_get(engine, "card"), "id"), match_engine_embedded.id);
    json_decref(engine);
    json_decref(card);
    transaction_abort(batch);
}

/* --- another engine --- */

static void segment_put(const struct bench *bench, struct transaction *batch, const char *name,
                        const char *version, const char *const *ids, size_t count)
{
    static const uint8_t bytes[8] = {1};
    struct segment_entry entries[4];
    char record[200];
    const struct match_engine engine = {.id = "e", .version = version, .template_size = sizeof bytes};
    int directory = open(bench->directory, O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct segment_entry){.photo = ids[i], .person = ids[i], .template_bytes = bytes};
    assert_done(segment_write(directory, name, &engine, entries, count, error));
    close(directory);
    snprintf(record, sizeof record, "{\"segment\":\"%s\",\"count\":%zu,\"engine\":\"e %s\"}", name, count,
             version);
    put(batch, BOOK_SEGMENTS, name, record);
}

static void photo(struct transaction *batch, const char *id, const char *status, const char *segment)
{
    json_t *record = json_pack("{ss,ss,ss,ss,ss}", "photo", id, "person", id, "status", status, "segment",
                               segment, "digest", DIGEST);
    assert_done(photo_put(batch, record, error));
    json_decref(record);
}

static size_t next(const struct bench *bench, struct transaction *batch, size_t most)
{
    json_t *photos = NULL;
    int directory = open(bench->directory, O_RDONLY | O_DIRECTORY);
    assert_done(enrol_switch_next(batch, directory, "e 2", most, 0, &photos, error));
    close(directory);
    size_t count = json_array_size(photos);
    json_decref(photos);
    return count;
}

static void switches(void **state)
{
    static const char *const first[] = {"A", "B", "C", "D"}, *const second[] = {"E"};
    struct bench *bench = *state;
    struct transaction *batch = bench_batch(bench);
    json_t *sealed = NULL, *record = NULL;
    int64_t left = -1;
    segment_put(bench, batch, "segment-1", "1", first, 4);
    segment_put(bench, batch, "segment-2", "1", second, 1);
    photo(batch, "A", "enrolled", "segment-1");
    photo(batch, "B", "sealed", "segment-1");
    photo(batch, "C", "enrolled", "segment-1");
    photo(batch, "D", "faulty", "segment-1");
    photo(batch, "E", "enrolled", "segment-2");
    assert_done(enrol_switch_left(batch, "e 1", &left, error));
    assert_int_equal(left, 0);
    assert_done(enrol_switch_left(batch, "e 2", &left, error));
    assert_int_equal(left, 5);
    assert_int_equal(next(bench, batch, 1), 1);
    assert_int_equal(next(bench, batch, 10), 3);
    /* A sealed one has no template any more. */
    assert_done(book_need(batch, BOOK_PHOTOS, "B", &sealed, error));
    assert_null(json_object_get(sealed, "segment"));
    assert_string_equal(json_text(json_object_get(sealed, "gone"), "segment"), "segment-1");
    /* Enrolled anew, so not again; then nothing is left and the old segments leave the record. */
    segment_put(bench, batch, "segment-3", "2", first, 1);
    photo(batch, "A", "enrolled", "segment-3");
    assert_int_equal(next(bench, batch, 10), 2);
    photo(batch, "C", "enrolled", "segment-3");
    photo(batch, "E", "enrolled", "segment-3");
    assert_int_equal(next(bench, batch, 10), 0);
    assert_done(enrol_switch_left(batch, "e 2", &left, error));
    assert_int_equal(left, 0);
    assert_done(book_get(batch, BOOK_SEGMENTS, "segment-1", &record, error));
    assert_null(record);
    json_decref(sealed);
    transaction_abort(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test(scores),
        cmocka_unit_test(lists),
        cmocka_unit_test(reasons),
        cmocka_unit_test(answers),
        cmocka_unit_test_setup_teardown(known_photos, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(quarantines, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(engine_book, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(switches, bench_begin, bench_end),
    };
    return cmocka_run_group_tests_name("vendor", tests, NULL, NULL);
}
