/*
 * FOIL: what is proposed, what an export leaves behind, and what its reader finds.
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
#include "base/json.h"
#include "page/readback.h"
#include "photo/encode.h"
#include "report/foil_pages.h"

#define FONTS "/usr/share/fonts/truetype/dejavu/"

static const char exemptions[] =
    "[{\"code\":\"87(2)(b)\",\"words\":\"privacy\"},{\"code\":\"87(2)(e)(i)\",\"words\":\"investigation\"}]";

enum { REGULAR, BOLD, PROBE, CANDIDATE, FACTS, DOCUMENT, INPUTS };

static struct {
    json_t *facts, *parameters;
    int inputs[INPUTS];
    char *answer;
    size_t length;
    struct error error;
} site;

static json_t *parsed(const char *text)
{
    struct error error = ERROR_NONE;
    json_t *value = NULL;
    if (!json_read(text, strlen(text), &value, &error))
        fail_msg("%s", error.text);
    return value;
}

/* Bright, with a pattern that differs from block to block. */
static int picture(int seed)
{
    struct error error = ERROR_NONE;
    struct image image = IMAGE_EMPTY;
    uint8_t *bytes = NULL;
    size_t length = 0;
    assert_true(image_make(&image, 320, 400, 3, &error));
    for (size_t i = 0; i < image_size(&image); i++)
        image.pixels[i] = (uint8_t)(120 + (i / 48 * 37 + (size_t)seed) % 120);
    assert_true(photo_encode(&image, ENCODE_FIGURE, &bytes, &length, &error));
    int file = memory_file("picture", bytes, length, &error);
    assert_true(file >= 0);
    free(bytes);
    image_free(&image);
    return file;
}

static json_t *document_of(int number)
{
    json_t *facts = parsed(
        "{\"docket\":\"FR-2026-000009\",\"command\":\"c\",\"issued\":\"2026-11-24T16:44:09.000Z\","
        "\"received\":\"2026-11-21T14:05:02.418Z\",\"by\":\"fi-017\",\"at\":\"2026-11-24T16:44:09.000Z\","
        "\"reason\":\"The face of Rosa Quintanilla is turned away and the left half of it lies in the shadow "
        "of a "
        "door, so that neither ear nor jawline can be compared with anything; an earlier picture of the same "
        "corridor, taken by the second camera at about the same time, may show more of it.\","
        "\"request\":{\"requestId\":\"r-1\",\"caseNumber\":\"2026-023-00417\",\"requester\":{\"name\":\"Det. "
        "M\xC3\xA1ria Alvarez\",\"shield\":\"4417\"},\"use\":\"U1\",\"basis\":\"A person took two "
        "phones from the counter\",\"priority\":\"routine\",\"priorSearches\":\"none\"},"
        "\"images\":[{\"file\":\"counter-0412.jpg\",\"picture\":\"p\"},{\"file\":\"door.jpg\",\"picture\":"
        "\"q\"}]}");
    return json_pack("{si,ss,ss,ss,ss,so,s[{ss,ss},{ss,ss}]}", "number", number, "docket", "FR-2026-000009",
                     "document", "quality-notice", "title", "Image quality notice", "created",
                     "2026-11-24T16:44:09.000Z", "facts", facts, "pictures", "role", "p", "digest", "aa",
                     "role", "q", "digest", "bb");
}

static int set_up(void **state)
{
    (void)state;
    site.inputs[REGULAR] = open(FONTS "DejaVuSans.ttf", O_RDONLY);
    site.inputs[BOLD] = open(FONTS "DejaVuSans-Bold.ttf", O_RDONLY);
    site.inputs[PROBE] = picture(1);
    site.inputs[CANDIDATE] = picture(50);
    site.facts = json_pack("{ss,si,si,ss,so,s[oo],s[]}", "request", "FOIL-2026-000001", "part", 1, "parts", 1,
                           "issued", "2026-12-01T10:00:00.000Z", "exemptions", parsed(exemptions),
                           "documents", document_of(1), document_of(2), "boxes");
    site.parameters = json_pack("{ss,s[{ss,si},{ss,si},{ss,si}]}", "created", "2026-12-01T10:00:00.000Z",
                                "pictures", "role", "facts", "input", FACTS, "role", "aa", "input", PROBE,
                                "role", "bb", "input", CANDIDATE);
    return site.facts == NULL || site.parameters == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = REGULAR; i <= CANDIDATE; i++)
        close(site.inputs[i]);
    json_decref(site.facts);
    json_decref(site.parameters);
    free(site.answer);
    return 0;
}

/* Run a job on these boxes; its answer is in site.answer. `pdf` NULL: none is handed in. */
static enum worker_exit run(worker_function *worker, json_t *boxes, const char *pdf, size_t length)
{
    site.error = ERROR_NONE;
    json_object_set(site.facts, "boxes", boxes);
    char *facts = json_canonical(site.facts);
    site.inputs[FACTS] = memory_file("facts", facts, strlen(facts), &site.error);
    site.inputs[DOCUMENT] = pdf == NULL ? -1 : memory_file("pdf", pdf, length, &site.error);
    struct worker_job job = {.kind = "job",
                             .parameters = site.parameters,
                             .inputs = site.inputs,
                             .input_count = pdf == NULL ? DOCUMENT : INPUTS,
                             .output = memory_file_empty("answer", &site.error)};
    enum worker_exit end = worker(&job, &site.error);
    free(site.answer);
    site.answer = NULL;
    if (end == WORKER_DONE)
        assert_true(file_read_open(job.output, 64U << 20, &site.answer, &site.length, &site.error));
    close(job.output);
    close(site.inputs[FACTS]);
    if (pdf != NULL)
        close(site.inputs[DOCUMENT]);
    free(facts);
    return end;
}

static json_t *proposals(void)
{
    json_t *none = json_array(), *answer = NULL;
    if (run(render_foil_proposals_worker, none, NULL, 0) != WORKER_DONE)
        fail_msg("%s", site.error.text);
    assert_true(json_read(site.answer, site.length, &answer, &site.error));
    json_decref(none);
    return answer;
}

static struct readback exported(json_t *boxes)
{
    struct readback readback = {0};
    if (run(render_foil_export_worker, boxes, NULL, 0) != WORKER_DONE)
        fail_msg("%s", site.error.text);
    if (!readback_read(site.answer, site.length, &readback, &site.error))
        fail_msg("%s", site.error.text);
    return readback;
}

static bool shows(const struct readback *readback, const char *text)
{
    return readback_shows(readback, text);
}

static void personal_texts_and_pictures_are_proposed(void **state)
{
    (void)state;
    json_t *answer = proposals(), *boxes = json_object_get(answer, "boxes"), *box;
    size_t index, faces = 0, names = 0, numbers = 0, texts = 0;
    assert_int_equal(json_array_size(json_object_get(answer, "documents")), 2);
    json_array_foreach(boxes, index, box)
    {
        const char *what = json_text(box, "what");
        assert_int_equal(json_whole(box, "number", 0), index + 1);
        faces += strcmp(what, "face") == 0;
        names += strcmp(what, "name") == 0;
        numbers += strcmp(what, "number") == 0;
        texts += strcmp(what, "text") == 0;
        assert_string_equal(json_text(box, "exemption"),
                            strcmp(what, "text") == 0 ? "87(2)(e)(i)" : "87(2)(b)");
    }
    assert_int_equal(faces, 4);
    assert_true(names >= 4 && numbers >= 6 && texts >= 4);
    assert_true(foil_boxes_check(boxes, json_object_get(answer, "documents"),
                                 json_object_get(site.facts, "exemptions"), &site.error));
    json_decref(answer);
}

static const char *const personal[] = {"Alvarez",    "4417",          "fi-017",   "2026-023-00417",
                                       "two phones", "counter-0412.", "door.jpg", "Quintanilla",
                                       "jawline",    "second camera"};

static void nothing_is_left_under_the_boxes(void **state)
{
    (void)state;
    json_t *none = json_array(), *answer = proposals(), *boxes = json_object_get(answer, "boxes");
    struct readback open = exported(none);
    for (size_t i = 0; i < sizeof personal / sizeof personal[0]; i++)
        if (!shows(&open, personal[i]))
            fail_msg("%s is not even in the open file", personal[i]);
    assert_int_equal(open.picture_count, 2);
    struct readback closed = exported(boxes);
    for (size_t i = 0; i < sizeof personal / sizeof personal[0]; i++)
        if (shows(&closed, personal[i]))
            fail_msg("%s is still there", personal[i]);
    assert_int_equal(closed.picture_count, 0);
    assert_int_equal(closed.page_count, open.page_count);
    assert_true(shows(&closed, "87(2)(b)"));
    assert_true(shows(&closed, "FOIL-2026-000001, document 2, page 1"));
    readback_free(&open);
    readback_free(&closed);
    json_decref(none);
    json_decref(answer);
}

static void the_reader_passes_what_is_clean_and_nothing_else(void **state)
{
    (void)state;
    json_t *none = json_array(), *answer = proposals(), *boxes = json_object_get(answer, "boxes"), *faces;
    struct readback open = exported(none);
    char *pdf = site.answer;
    size_t length = site.length, index;
    json_t *box;
    site.answer = NULL;
    assert_int_equal(run(read_foil_export_worker, none, pdf, length), WORKER_DONE);
    assert_int_equal(run(read_foil_export_worker, boxes, pdf, length), WORKER_PERSON);
    assert_non_null(strstr(site.error.text, "under redaction"));
    faces = json_array();
    json_array_foreach(boxes, index, box)
    {
        if (strcmp(json_text(box, "what"), "face") == 0)
            json_array_append(faces, box);
    }
    assert_int_equal(run(read_foil_export_worker, faces, pdf, length), WORKER_PERSON);
    assert_non_null(strstr(site.error.text, "there is a picture under redaction"));
    free(pdf);
    readback_free(&open);
    struct readback closed = exported(boxes);
    pdf = site.answer;
    length = site.length;
    site.answer = NULL;
    if (run(read_foil_export_worker, boxes, pdf, length) != WORKER_DONE)
        fail_msg("%s", site.error.text);
    free(pdf);
    readback_free(&closed);
    json_decref(faces);
    json_decref(none);
    json_decref(answer);
}

/* A box over a part of a picture: painted over in its pixels, and the reader looks at them. */
static void a_part_of_a_picture(void **state)
{
    (void)state;
    json_t *none = json_array(), *answer = proposals(), *boxes = json_array(), *box;
    size_t index;
    json_array_foreach(json_object_get(answer, "boxes"), index, box)
    {
        if (strcmp(json_text(box, "what"), "face") == 0 && json_array_size(boxes) == 0) {
            json_t *half = json_copy(box);
            json_put_whole(half, "height", json_whole(box, "height", 0) / 2);
            json_put_whole(half, "x", json_whole(box, "x", 0) + 1000);
            json_array_append_new(boxes, half);
        }
    }
    struct readback open = exported(none), masked;
    char *pdf = site.answer;
    size_t length = site.length;
    site.answer = NULL;
    assert_int_equal(run(read_foil_export_worker, boxes, pdf, length), WORKER_PERSON);
    free(pdf);
    masked = exported(boxes);
    pdf = site.answer;
    length = site.length;
    site.answer = NULL;
    assert_int_equal(masked.picture_count, 3); /* the masked one, and both as they are elsewhere */
    if (run(read_foil_export_worker, boxes, pdf, length) != WORKER_DONE)
        fail_msg("%s", site.error.text);
    free(pdf);
    readback_free(&open);
    readback_free(&masked);
    json_decref(boxes);
    json_decref(none);
    json_decref(answer);
}

static void a_sealed_picture_needs_its_box(void **state)
{
    (void)state;
    json_t *pictures =
        json_object_get(json_array_get(json_object_get(site.facts, "documents"), 1), "pictures");
    json_t *none = json_array(), *answer, *box;
    size_t index, mandatory = 0;
    json_put_flag(json_array_get(pictures, 0), "sealed", true);
    answer = proposals();
    json_array_foreach(json_object_get(answer, "boxes"), index, box) mandatory += json_flag(box, "mandatory");
    assert_int_equal(mandatory, 2); /* in both documents: it is the same picture */
    assert_int_equal(run(render_foil_export_worker, none, NULL, 0), WORKER_FAULTY);
    assert_non_null(strstr(site.error.text, "a sealed picture without a box"));
    assert_int_equal(run(render_foil_export_worker, json_object_get(answer, "boxes"), NULL, 0), WORKER_DONE);
    json_object_del(json_array_get(pictures, 0), "sealed");
    json_decref(answer);
    json_decref(none);
}

/* A shield that is also the number of a document: the line that numbers the page bears it, and takes no box. */
static void a_number_in_the_foot_stays(void **state)
{
    (void)state;
    json_t *second = json_array_get(json_object_get(site.facts, "documents"), 1), *answer;
    json_put_whole(second, "number", 4417);
    answer = proposals();
    struct readback closed = exported(json_object_get(answer, "boxes"));
    assert_true(shows(&closed, "FOIL-2026-000001, document 4417, page 1"));
    assert_true(shows(&closed, "FOIL-2026-000001, document 4417, page 2"));
    assert_false(shows(&closed, "shield 4417"));
    readback_free(&closed);
    json_put_whole(second, "number", 2);
    json_decref(answer);
}

static void boxes_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        const char *box, *said;
    } cases[] = {
        {"{\"number\":1,\"document\":3,\"page\":1,\"x\":0,\"y\":0,\"width\":9,\"height\":9}",
         "no page of this part"},
        {"{\"number\":1,\"document\":1,\"page\":9,\"x\":0,\"y\":0,\"width\":9,\"height\":9}",
         "of a document of"},
        {"{\"number\":1,\"document\":1,\"page\":1,\"x\":61000,\"y\":0,\"width\":900,\"height\":9}", "no box"},
        {"{\"number\":1,\"document\":1,\"page\":1,\"x\":0,\"y\":76000,\"width\":9,\"height\":900}", "no box"},
        {"{\"number\":1,\"document\":1,\"page\":1,\"x\":-1,\"y\":0,\"width\":9,\"height\":9}", "no box"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *boxes = json_array();
        json_array_append_new(boxes, parsed(cases[i].box));
        assert_int_equal(run(render_foil_export_worker, boxes, NULL, 0), WORKER_FAULTY);
        if (strstr(site.error.text, cases[i].said) == NULL)
            fail_msg("%s", site.error.text);
        json_decref(boxes);
    }
}

static void what_no_box_covers(void **state)
{
    (void)state;
    static const struct {
        const char *boxes;
        size_t left;
    } cases[] = {
        {"[]", 1},
        {"[{\"document\":1,\"page\":1,\"x\":0,\"y\":0,\"width\":200,\"height\":200}]", 0},
        {"[{\"document\":1,\"page\":2,\"x\":0,\"y\":0,\"width\":200,\"height\":200}]", 1},
        {"[{\"document\":1,\"page\":1,\"x\":100,\"y\":100,\"width\":50,\"height\":100}]", 1},
        {"[{\"document\":1,\"page\":1,\"x\":100,\"y\":100,\"width\":50,\"height\":100},"
         "{\"document\":1,\"page\":1,\"x\":150,\"y\":90,\"width\":60,\"height\":120}]",
         0},
        {"[{\"document\":1,\"page\":1,\"x\":120,\"y\":120,\"width\":10,\"height\":10}]", 1},
    };
    json_t *proposal =
        parsed("[{\"document\":1,\"page\":1,\"x\":100,\"y\":100,\"width\":100,\"height\":100}]");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *boxes = parsed(cases[i].boxes), *left = foil_uncovered(proposal, boxes);
        assert_int_equal(json_array_size(left), cases[i].left);
        json_decref(left);
        json_decref(boxes);
    }
    json_decref(proposal);
}

static void the_log_as_a_table(void **state)
{
    (void)state;
    json_t *entries = parsed("[{\"number\":1,\"document\":2,\"title\":\"=1+1\",\"docket\":\"FR-2026-000009\","
                             "\"page\":3,\"exemption\":\"87(2)(b)\",\"reason\":\"says \\\"no\\\",\\nand "
                             "more\",\"proposed\":\"clerk\",\"drawnBy\":\"a\",\"readBy\":\"b\"}]");
    struct text csv = TEXT_EMPTY;
    assert_true(foil_log_csv(entries, &csv));
    assert_string_equal(csv.bytes,
                        "\"number\",\"document\",\"title\",\"docket\",\"page\",\"exemption\",\"reason\","
                        "\"proposed\",\"drawnBy\",\"readBy\"\r\n"
                        "\"1\",\"2\",\"'=1+1\",\"FR-2026-000009\",\"3\",\"87(2)(b)\",\"says \"\"no\"\",\n"
                        "and more\",\"clerk\",\"a\",\"b\"\r\n");
    text_free(&csv);
    json_decref(entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(personal_texts_and_pictures_are_proposed),
        cmocka_unit_test(nothing_is_left_under_the_boxes),
        cmocka_unit_test(the_reader_passes_what_is_clean_and_nothing_else),
        cmocka_unit_test(a_part_of_a_picture),
        cmocka_unit_test(a_sealed_picture_needs_its_box),
        cmocka_unit_test(a_number_in_the_foot_stays),
        cmocka_unit_test(boxes_that_cannot_be),
        cmocka_unit_test(what_no_box_covers),
        cmocka_unit_test(the_log_as_a_table),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
