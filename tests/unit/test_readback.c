/*
 * Finished documents read back: what passes, and every way of not passing that can be made by hand.
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
#include "page/readback.h"
#include "photo/encode.h"
#include "report/documents.h"
#include "report/reading_worker.h"
#include "report/render_worker.h"

#define FONTS "/usr/share/fonts/truetype/dejavu/"

enum { REGULAR, BOLD, PICTURE, DOCUMENT, INPUTS };

static json_t *job_of(const char *document, const char *contact, const char *more)
{
    struct error error = ERROR_NONE;
    json_t *job = NULL;
    char *text = text_formatted(
        "{\"document\":\"%s\",\"created\":\"2026-11-24T16:44:09.000Z\",\"pictures\":[{\"role\":\"p\","
        "\"input\":2}],"
        "\"facts\":{\"docket\":\"FR-2026-000009\",\"command\":\"c\",\"issued\":\"2026-11-24T16:44:09.000Z\","
        "\"contact\":\"%s\",\"request\":{\"requestId\":\"r\"}%s}}",
        document, contact, more);
    if (!json_read(text, strlen(text), &job, &error))
        fail_msg("%s", error.text);
    free(text);
    return job;
}

static int picture(int shade)
{
    struct error error = ERROR_NONE;
    struct image image = IMAGE_EMPTY;
    uint8_t *bytes = NULL;
    size_t length = 0;
    assert_true(image_make(&image, 120, 150, 3, &error));
    memset(image.pixels, shade, image_size(&image));
    assert_true(photo_encode(&image, ENCODE_FIGURE, &bytes, &length, &error));
    int file = memory_file("picture", bytes, length, &error);
    assert_true(file >= 0);
    free(bytes);
    image_free(&image);
    return file;
}

static void render_with(json_t *job, int *inputs, int shown)
{
    struct error error = ERROR_NONE;
    inputs[REGULAR] = open(FONTS "DejaVuSans.ttf", O_RDONLY);
    inputs[BOLD] = open(FONTS "DejaVuSans-Bold.ttf", O_RDONLY);
    inputs[PICTURE] = shown;
    inputs[DOCUMENT] = memory_file_empty("document", &error);
    struct worker_job work = {.kind = "render-document",
                              .parameters = job,
                              .inputs = inputs,
                              .input_count = DOCUMENT,
                              .output = inputs[DOCUMENT]};
    if (render_document_worker(&work, &error) != WORKER_DONE)
        fail_msg("%s", error.text);
}

static void render(json_t *job, int *inputs)
{
    render_with(job, inputs, picture(90));
}

/* What the reader says of it; "" when it may leave. */
static const char *read_it(json_t *job, const int *inputs)
{
    static struct error error;
    error = ERROR_NONE;
    struct worker_job work = {
        .kind = "read-document", .parameters = job, .inputs = inputs, .input_count = INPUTS};
    work.output = memory_file_empty("answer", &error);
    enum worker_exit end = read_document_worker(&work, &error);
    assert_int_equal(end, error.text[0] == '\0' ? WORKER_DONE : WORKER_PERSON);
    close(work.output);
    return error.text;
}

static void close_all(const int *inputs)
{
    for (size_t i = 0; i < INPUTS; i++)
        close(inputs[i]);
}

static const char notice[] = ",\"reason\":\"too dark\",\"images\":[{\"file\":\"f\",\"picture\":\"p\"}]";

static void a_document_as_it_should_be(void **state)
{
    (void)state;
    int inputs[INPUTS];
    json_t *job = job_of("quality-notice", "x", notice);
    render(job, inputs);
    assert_string_equal(read_it(job, inputs), "");
    close_all(inputs);
    json_decref(job);
}

/* Change bytes of the finished file, as many as there were. */
static void bytes_changed(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *said;
    } cases[] = {
        {"/MediaBox [ 0 0 612 792 ]", "/MediaBox [0 99 612 891 ]",
         "a line of text begins off its page (54, 40)"},
        {"/MediaBox [ 0 0 612 792 ]", "/MediaBox [58 0 670 792 ]", "off its page (54,"},
        {"/MediaBox [ 0 0 612 792 ]", "/MediaBox [-65 0 547 792]", "is not wholly on the page"},
        {"/MediaBox [ 0 0 612 792 ]", "/MediaBox [ 0 0 612 793 ]", "page 1 is 612 by 793 points"},
        {"/Lang (en-US)", "/AA <</A /B>>", "the catalogue of the document holds /AA"},
        {"/FontFile2", "/FontFileX", "is not embedded"},
        {"/DCTDecode", "/JPXDecode", "no JPEG picture"},
        {"startxref", "startxxxx", "the document is odd"},
    };
    json_t *job = job_of("quality-notice", "x", notice);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int inputs[INPUTS];
        char *bytes = NULL;
        size_t length = 0, from = strlen(cases[i].from);
        struct error error = ERROR_NONE;
        render(job, inputs);
        assert_true(file_read_open(inputs[DOCUMENT], 1U << 24, &bytes, &length, &error));
        char *place = memmem(bytes, length, cases[i].from, from);
        assert_non_null(place);
        assert_int_equal(pwrite(inputs[DOCUMENT], cases[i].to, from, place - bytes), from);
        free(bytes);
        if (strstr(read_it(job, inputs), cases[i].said) == NULL)
            fail_msg("%s: %s", cases[i].to, read_it(job, inputs));
        close_all(inputs);
    }
    json_decref(job);
}

static void cut_short(void **state)
{
    (void)state;
    int inputs[INPUTS];
    json_t *job = job_of("quality-notice", "x", notice);
    render(job, inputs);
    assert_int_equal(ftruncate(inputs[DOCUMENT], 3000), 0);
    assert_non_null(strstr(read_it(job, inputs), "the document is"));
    close_all(inputs);
    json_decref(job);
}

/* Held against other facts than it was made from. */
static void another_document(void **state)
{
    (void)state;
    static const char at[] = ",\"at\":\"2026-11-24T16:44:09.000Z\"";
    static const struct {
        const char *made, *contact, *held_against, *other_contact, *said;
    } cases[] = {
        {"withdrawn", "x", "lapsed", "x", "does not say what it is"},
        {"withdrawn", "score 0.97", "withdrawn", "x", "it says \"score\""},
        {"withdrawn", "Identified", "withdrawn", "x", "it says \"identified\""},
        {"withdrawn", "97 %", "withdrawn", "x", "percentage"},
        {"withdrawn", "97 % score", "withdrawn", "97 % score", ""},
        {"withdrawn", "Lapse notice", "lapsed", "x", ""},
        {"withdrawn", "Negative report", "negative", "x", "the notice \"no-exclusion\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int inputs[INPUTS];
        json_t *made = job_of(cases[i].made, cases[i].contact, at);
        json_t *other = job_of(cases[i].held_against, cases[i].other_contact, at);
        json_object_del(made, "pictures");
        json_object_del(other, "pictures");
        render(made, inputs);
        const char *said = read_it(other, inputs);
        if (cases[i].said[0] == '\0' ? said[0] != '\0' : strstr(said, cases[i].said) == NULL)
            fail_msg("%zu: %s", i, said);
        close_all(inputs);
        json_decref(made);
        json_decref(other);
    }
}

static void another_exhibit(void **state)
{
    (void)state;
    int inputs[INPUTS];
    json_t *job = job_of("quality-notice", "x", notice);
    json_t *entry = json_array_get(json_object_get(job, "pictures"), 0);
    char text[DIGEST_TEXT_SIZE], *bytes = NULL;
    size_t length = 0;
    struct error error = ERROR_NONE;
    render(job, inputs);
    assert_true(file_read_open(inputs[PICTURE], 1U << 20, &bytes, &length, &error));
    struct digest digest = digest_of(bytes, length);
    free(bytes);
    json_put_text(entry, "digest", digest_text(&digest, text));
    assert_string_equal(read_it(job, inputs), "");
    close(inputs[PICTURE]);
    inputs[PICTURE] = picture(91);
    assert_non_null(strstr(read_it(job, inputs), "is not the exhibit of its digest"));
    json_object_del(entry, "digest");
    assert_non_null(strstr(read_it(job, inputs), "is not in it byte for byte"));
    json_object_del(job, "pictures");
    assert_non_null(strstr(read_it(job, inputs), "1 pictures; 0 were handed in"));
    close_all(inputs);
    json_decref(job);
}

/* A camera's remark is left out, and the document says which bytes it shows instead. */
static void what_a_camera_wrote(void **state)
{
    (void)state;
    static const char remark[] = "\xFF\xE1\x00\x0CNameOfHim!";
    struct error error = ERROR_NONE;
    int inputs[INPUTS], plain = picture(90);
    char *bytes = NULL, text[DIGEST_TEXT_SIZE];
    size_t length = 0;
    assert_true(file_read_open(plain, 1U << 20, &bytes, &length, &error));
    struct digest bare = digest_of(bytes, length);
    char *with = malloc(length + sizeof remark);
    assert_non_null(with);
    memcpy(with, bytes, 2);
    memcpy(with + 2, remark, sizeof remark - 1);
    memcpy(with + 2 + sizeof remark - 1, bytes + 2, length - 2);
    struct digest exhibit = digest_of(with, length + sizeof remark - 1);
    json_t *job =
        job_of("quality-notice", "x",
               ",\"reason\":\"too dark\",\"images\":[{\"file\":\"f\",\"picture\":\"p\",\"width\":120,"
               "\"height\":150}]");
    json_put_text(json_array_get(json_object_get(job, "pictures"), 0), "digest", digest_text(&exhibit, text));
    int marked = memory_file("picture", with, length + sizeof remark - 1, &error);
    render_with(job, inputs, marked);
    assert_string_equal(read_it(job, inputs), "");
    free(bytes);
    assert_true(file_read_open(inputs[DOCUMENT], 1U << 24, &bytes, &length, &error));
    assert_null(memmem(bytes, length, "NameOfHim", 9));
    struct readback readback;
    assert_true(readback_read(bytes, length, &readback, &error));
    char *said = text_formatted("SHA-256 in this file %s", digest_text(&bare, text));
    assert_true(readback_shows(&readback, said));
    readback_free(&readback);
    free(said);
    free(with);
    free(bytes);
    close(plain);
    close_all(inputs);
    json_decref(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_as_it_should_be),
        cmocka_unit_test(bytes_changed),
        cmocka_unit_test(cut_short),
        cmocka_unit_test(another_document),
        cmocka_unit_test(another_exhibit),
        cmocka_unit_test(what_a_camera_wrote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
