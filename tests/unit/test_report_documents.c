/*
 * Outgoing documents through the worker function: what must be there, what may not, and the XML twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "page/wording.h"
#include "photo/encode.h"
#include "report/documents.h"
#include "report/render_worker.h"
#include "report/twin.h"

#define FONTS "/usr/share/fonts/truetype/dejavu/"

static const char common[] =
    "\"docket\":\"FR-2026-000009\",\"command\":\"c\",\"issued\":\"2026-11-24T16:44:09.000Z\","
    "\"request\":{\"requestId\":\"r\",\"use\":\"U1\",\"basis\":\"b & <c>\",\"requester\":{\"name\":\"n\"},"
    "\"priorSearches\":[{\"unit\":\"u\",\"date\":\"d\",\"result\":\"none\"}]}";

static json_t *facts_of(const char *more)
{
    json_t *facts = NULL;
    struct error error = ERROR_NONE;
    char *text = text_formatted("{%s%s}", common, more);
    if (!json_read(text, strlen(text), &facts, &error))
        fail_msg("%s", error.text);
    free(text);
    return facts;
}

/* A grey picture as a JPEG in memory, cut to `keep` bytes if that is not 0. */
static int picture(size_t keep)
{
    struct error error = ERROR_NONE;
    struct image image = IMAGE_EMPTY;
    uint8_t *bytes = NULL;
    size_t length = 0;
    assert_true(image_make(&image, 120, 150, 3, &error));
    for (size_t i = 0; i < image_size(&image); i++)
        image.pixels[i] = (uint8_t)(i * 7 % 251);
    assert_true(photo_encode(&image, ENCODE_FIGURE, &bytes, &length, &error));
    int file = memory_file("picture", bytes, keep == 0 ? length : keep, &error);
    assert_true(file >= 0);
    free(bytes);
    image_free(&image);
    return file;
}

struct answer {
    enum worker_exit outcome;
    struct error error;
    bool pdf;
};

static const char pictures[] = "[{\"role\":\"p\",\"input\":2,\"eyes\":[4000,6000,8000,6000]},{\"role\":\"c\","
                               "\"input\":3,\"eyes\":[4000,6000,8000,6000]}]";

static struct answer render(const char *document, json_t *facts, const char *roles, size_t keep)
{
    struct answer answer = {.error = ERROR_NONE};
    struct error error = ERROR_NONE;
    json_t *job = json_object();
    json_put_text(job, "document", document);
    json_put_text(job, "created", "2026-11-24T16:44:09.000Z");
    json_object_set(job, "facts", facts);
    json_put(job, "pictures", json_loads(roles, 0, NULL));
    int inputs[] = {open(FONTS "DejaVuSans.ttf", O_RDONLY), open(FONTS "DejaVuSans-Bold.ttf", O_RDONLY),
                    picture(0), picture(keep)};
    int output = memory_file_empty("answer", &error);
    struct worker_job work = {
        .kind = "render-document", .parameters = job, .inputs = inputs, .input_count = 4, .output = output};
    answer.outcome = render_document_worker(&work, &answer.error);
    char start[5] = "";
    answer.pdf = pread(output, start, 5, 0) == 5 && memcmp(start, "%PDF-", 5) == 0;
    for (size_t i = 0; i < 4; i++)
        close(inputs[i]);
    close(output);
    json_decref(job);
    return answer;
}

static const char possible_match[] =
    ",\"probes\":[{\"label\":\"P1\",\"file\":\"f\",\"picture\":\"p\",\"searchedPicture\":\"p\",\"edits\":[]}]"
    ","
    "\"candidate\":{\"photo\":\"PH-1\",\"source\":\"arrest-capture\",\"picture\":\"c\"},\"limitations\":"
    "\"some\","
    "\"searches\":[],\"investigator\":{\"person\":\"i\"},\"background\":{\"by\":\"i\"},"
    "\"peers\":[{\"person\":\"a\"}],\"supervisor\":{\"person\":\"s\"}";

static void a_complete_report_is_rendered(void **state)
{
    (void)state;
    json_t *facts = facts_of(possible_match);
    struct answer answer = render("possible-match", facts, pictures, 0);
    assert_string_equal(answer.error.text, "");
    assert_int_equal(answer.outcome, WORKER_DONE);
    assert_true(answer.pdf);
    json_decref(facts);
}

static void each_missing_member_is_named(void **state)
{
    (void)state;
    static const char *const members[] = {"docket",    "issued",      "request",     "probes",
                                          "candidate", "limitations", "searches",    "background",
                                          "peers",     "supervisor",  "investigator"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        json_t *facts = facts_of(possible_match);
        json_object_del(facts, members[i]);
        struct answer answer = render("possible-match", facts, pictures, 0);
        assert_int_equal(answer.outcome, WORKER_FAULTY);
        assert_non_null(strstr(answer.error.text, members[i]));
        assert_false(answer.pdf);
        json_decref(facts);
    }
}

static void nothing_leaves_with_a_score_or_without_its_faces(void **state)
{
    (void)state;
    json_t *facts = facts_of(possible_match);
    json_put_whole(json_object_at(facts, "candidate"), "score", 912);
    assert_int_equal(render("possible-match", facts, pictures, 0).outcome, WORKER_PERSON);
    json_decref(facts);
    facts = facts_of(possible_match);
    assert_int_equal(
        render("possible-match", facts, "[{\"role\":\"p\",\"input\":2},{\"role\":\"c\",\"input\":3}]", 0)
            .outcome,
        WORKER_FAULTY);
    assert_int_equal(render("possible-match", facts, pictures, 900).outcome, WORKER_FAULTY);
    assert_int_equal(render("possible-match", facts, "[{\"role\":\"p\",\"input\":9}]", 0).outcome,
                     WORKER_PERSON);
    assert_int_equal(render("no-such-document", facts, pictures, 0).outcome, WORKER_PERSON);
    json_decref(facts);
}

/* A candidate in any corner of the facts stops a negative report and its twin. */
static void a_negative_report_knows_no_candidate(void **state)
{
    (void)state;
    static const char *const clean = ",\"reason\":\"none-identified\",\"searches\":[{\"number\":1}]";
    static const char *const leaks[] = {
        ",\"reason\":\"not-approved\",\"candidate\":{\"x\":1}",
        ",\"reason\":\"not-approved\",\"searches\":[{\"number\":1,\"list\":[]}]",
        ",\"reason\":\"not-approved\",\"supervisor\":{\"person\":\"s\",\"photo\":\"PH-1\"}",
    };
    json_t *facts = facts_of(clean);
    assert_int_equal(render("negative", facts, "[]", 0).outcome, WORKER_DONE);
    json_decref(facts);
    for (size_t i = 0; i < sizeof leaks / sizeof leaks[0]; i++) {
        struct error error = ERROR_NONE;
        struct text twin = TEXT_EMPTY;
        facts = facts_of(leaks[i]);
        assert_int_equal(render("negative", facts, "[]", 0).outcome, WORKER_PERSON);
        assert_false(twin_write(&twin, "negative", facts, &error));
        text_free(&twin);
        json_decref(facts);
    }
    facts = facts_of(",\"reason\":\"because\"");
    assert_int_equal(render("negative", facts, "[]", 0).outcome, WORKER_FAULTY);
    json_decref(facts);
}

static void the_short_documents_are_rendered(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"quality-notice",
         ",\"reason\":\"r\",\"images\":[{\"file\":\"f\",\"picture\":\"p\",\"quality\":{\"eyes\":12}}]"},
        {"refusal", ",\"reason\":\"r\",\"clause\":\"R8\""},
        {"continue", ",\"round\":1,\"next\":2,\"supervisor\":{\"person\":\"s\"},\"directions\":\"d\""},
        {"withdrawn", ",\"at\":\"2026-11-24T16:44:09.000Z\""},
        {"lapsed", ",\"at\":\"2026-11-24T16:44:09.000Z\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *facts = facts_of(cases[i][1]);
        struct answer answer = render(cases[i][0], facts, pictures, 0);
        assert_string_equal(answer.error.text, "");
        assert_int_equal(answer.outcome, WORKER_DONE);
        json_decref(facts);
    }
}

static void the_twin_says_the_same(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct text twin = TEXT_EMPTY;
    json_t *facts = facts_of(possible_match);
    json_put_text(facts, "unknownMember", "stays out");
    assert_true(twin_write(&twin, "possible-match", facts, &error));
    assert_non_null(strstr(
        twin.bytes, "<possibleMatchReport xmlns=\"urn:leadspool:report:1\" docket=\"FR-2026-000009\">"));
    assert_non_null(strstr(twin.bytes, "<basis>b &amp; &lt;c&gt;</basis>"));
    assert_non_null(strstr(twin.bytes, "<photo>PH-1</photo>"));
    assert_non_null(strstr(twin.bytes, "<notice key=\"further-investigation\">"));
    assert_null(strstr(twin.bytes, "<picture>"));
    assert_null(strstr(twin.bytes, "stays out"));
    text_free(&twin);
    json_decref(facts);
}

static void our_words_are_the_allowed_ones(void **state)
{
    (void)state;
    assert_string_equal(wording_forbidden("He was Identified as"), "identified");
    assert_string_equal(wording_forbidden("a POSITIVE MATCH"), "positive match");
    assert_null(wording_forbidden("a possible match of an unidentified person"));
    json_t *facts = facts_of(possible_match);
    json_put(facts, "limitations", json_pack("[s,s]", "none", "The suspect was Identified."));
    assert_int_equal(render("possible-match", facts, pictures, 0).outcome, WORKER_PERSON);
    json_decref(facts);
    for (unsigned int i = 0; i < NOTICE_COUNT; i++) {
        assert_null(wording_forbidden(notice_text((enum notice)i).title));
        assert_null(wording_forbidden(notice_text((enum notice)i).text));
        assert_null(strchr(notice_text((enum notice)i).text, '%'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complete_report_is_rendered),
        cmocka_unit_test(each_missing_member_is_named),
        cmocka_unit_test(nothing_leaves_with_a_score_or_without_its_faces),
        cmocka_unit_test(a_negative_report_knows_no_candidate),
        cmocka_unit_test(the_short_documents_are_rendered),
        cmocka_unit_test(the_twin_says_the_same),
        cmocka_unit_test(our_words_are_the_allowed_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
