/*
 * The worksheet as a page: one file of less than 5,000,000 bytes with twenty candidates whatever they look like, the
 * same bytes each time, run by its own script alone, closed to what a person wrote.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/files.h"
#include "base/json.h"
#include "photo/encode.h"
#include "review/worksheet_page.h"
#include "review/worksheet_worker.h"

#define CANDIDATES 20
#define PAGE_LIMIT 5000000

/* Noise: the worst a JPEG can be asked to hold. */
static int noisy_picture(int width, int height, uint32_t seed)
{
    struct image image;
    struct error error = ERROR_NONE;
    uint8_t *bytes = NULL;
    size_t length = 0;
    assert_true(image_make(&image, width, height, 3, &error));
    for (size_t i = 0; i < image_size(&image); i++) {
        seed = seed * 1664525u + 1013904223u;
        image.pixels[i] = (uint8_t)(seed >> 24);
    }
    assert_true(photo_encode(&image, ENCODE_PROBE, &bytes, &length, &error));
    int file = memory_file("picture", bytes, length, &error);
    free(bytes);
    image_free(&image);
    return file;
}

/* Facts of a comparison with that many candidates, and the job that renders them. */
static json_t *comparison(int count, const char *limitation, json_t **pictures)
{
    json_t *candidates = json_array(), *facts;
    *pictures = json_array();
    for (int i = 0; i <= count; i++) {
        char role[8], face[16];
        snprintf(role, sizeof role, i == 0 ? "P01" : "C%02d", i);
        snprintf(face, sizeof face, "%s-face", role);
        json_array_append_new(*pictures, json_pack("{s:s,s:i,s:[i,i,i,i]}", "role", role, "input", i, "eyes",
                                                   2000, 3000, 4400, 3000));
        if (i > 0)
            json_array_append_new(
                candidates, json_pack("{s:s,s:s,s:s}", "label", role, "picture", role, "facePicture", face));
    }
    facts = json_pack("{s:s,s:s,s:i,s:i,s:s,s:{s:s,s:s,s:s},s:o}", "docket", "FR-2026-000001", "item", "0123",
                      "round", 1, "slot", 1, "opened", "2026-11-22T12:00:00.000Z", "probe", "picture", "P01",
                      "facePicture", "P01-face", "file", limitation, "candidates", candidates);
    return facts;
}

static char *page_of(int count, int width, int height, const char *file_name, size_t *length)
{
    int inputs[CANDIDATES + 1];
    struct error error = ERROR_NONE;
    json_t *pictures, *facts = comparison(count, file_name, &pictures);
    json_t *parameters =
        json_pack("{s:s,s:s,s:s,s:o,s:o}", "stage", "investigation", "form", "page", "created",
                  "2026-11-22T12:00:00.000Z", "facts", facts, "pictures", pictures);
    for (int i = 0; i <= count; i++)
        inputs[i] = noisy_picture(width, height, (uint32_t)i + 7);
    struct worker_job job = {.kind = "render-worksheet",
                             .parameters = parameters,
                             .inputs = inputs,
                             .input_count = (size_t)count + 1,
                             .output = memory_file_empty("answer", &error)};
    if (render_worksheet_worker(&job, &error) != WORKER_DONE)
        fail_msg("%s", error.text);
    char *page = NULL;
    assert_true(file_read_open(job.output, 16 << 20, &page, length, &error));
    for (int i = 0; i <= count; i++)
        close(inputs[i]);
    close(job.output);
    json_decref(parameters);
    return page;
}

static void twenty_candidates_fit(void **state)
{
    (void)state;
    size_t length = 0;
    char *page = page_of(CANDIDATES, 900, 1100, "probe.jpg", &length);
    assert_true(length < PAGE_LIMIT);
    assert_true(length > PAGE_LIMIT / 3); /* and the room is used */
    free(page);
}

static void same_facts_same_bytes(void **state)
{
    (void)state;
    size_t one = 0, two = 0;
    char *first = page_of(2, 300, 400, "probe.jpg", &one), *second = page_of(2, 300, 400, "probe.jpg", &two);
    assert_int_equal(one, two);
    assert_memory_equal(first, second, one);
    free(first);
    free(second);
}

static void a_text_ends_no_element(void **state)
{
    (void)state;
    static const char hostile[] = "</script><script>alert(1)</script><!--";
    size_t length = 0;
    char *page = page_of(1, 64, 64, hostile, &length);
    assert_null(strstr(page, "alert(1)</script>"));
    const char *data = strstr(page, "id=\"data\">") + strlen("id=\"data\">"),
               *end = strstr(data, "</script>");
    json_t *value = NULL;
    struct error error = ERROR_NONE;
    assert_true(json_read(data, (size_t)(end - data), &value, &error));
    const json_t *probe = json_object_get(json_object_get(value, "facts"), "probe");
    assert_string_equal(json_text(probe, "file"), hostile);
    json_decref(value);
    free(page);
}

/* The policy names the digest of exactly what stands between the tags. */
static void policy_allows(const char *page, const char *element, const char *directive)
{
    char open[16], close_tag[16], wanted[160], encoded[64];
    snprintf(open, sizeof open, "<%s>", element);
    snprintf(close_tag, sizeof close_tag, "</%s>", element);
    const char *from = strstr(page, open) + strlen(open), *to = strstr(from, close_tag);
    struct digest digest = digest_of(from, (size_t)(to - from));
    EVP_EncodeBlock((unsigned char *)encoded, digest.bytes, DIGEST_SIZE);
    snprintf(wanted, sizeof wanted, "%s 'sha256-%s';", directive, encoded);
    assert_non_null(strstr(page, wanted));
}

static void the_policy_is_strict(void **state)
{
    (void)state;
    size_t length = 0;
    char *page = page_of(1, 64, 64, "probe.jpg", &length);
    assert_non_null(strstr(page, "content=\"default-src 'none';"));
    policy_allows(page, "script", "script-src");
    policy_allows(page, "style", "style-src");
    assert_null(strstr(page, "unsafe"));
    assert_null(strstr(worksheet_page_script, "</script"));
    assert_null(strstr(worksheet_page_style, "url("));
    for (const char *at = page; (at = strstr(at, "http")) != NULL; at++)
        assert_true(strncmp(at, "http-equiv", 10) == 0); /* not one address in it */
    free(page);
}

static void a_picture_that_is_missing_fails_the_job(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    json_t *pictures, *facts = comparison(1, "probe.jpg", &pictures);
    int input = noisy_picture(64, 64, 1);
    json_array_remove(pictures, 1);
    json_t *parameters = json_pack("{s:s,s:s,s:o,s:o}", "stage", "investigation", "form", "page", "facts",
                                   facts, "pictures", pictures);
    struct worker_job job = {.parameters = parameters, .inputs = &input, .input_count = 1, .output = -1};
    assert_int_equal(render_worksheet_worker(&job, &error), WORKER_FAULTY);
    assert_non_null(strstr(error.text, "C01"));
    close(input);
    json_decref(parameters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_candidates_fit),
        cmocka_unit_test(same_facts_same_bytes),
        cmocka_unit_test(a_text_ends_no_element),
        cmocka_unit_test(the_policy_is_strict),
        cmocka_unit_test(a_picture_that_is_missing_fails_the_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
