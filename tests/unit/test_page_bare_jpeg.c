/*
 * JPEGs lose their baggage and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "page/bare_jpeg.h"
#include "photo/decode.h"
#include "photo/encode.h"

static uint8_t *plain;
static size_t plain_length;

static int encode(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct image image = IMAGE_EMPTY;
    if (!image_make(&image, 40, 30, 3, &error))
        return -1;
    for (size_t i = 0; i < image_size(&image); i++)
        image.pixels[i] = (uint8_t)(i * 37 % 253);
    bool done = photo_encode(&image, ENCODE_FIGURE, &plain, &plain_length, &error);
    image_free(&image);
    return done ? 0 : -1;
}

static int release(void **state)
{
    (void)state;
    free(plain);
    return 0;
}

/* The plain picture with a segment after SOI and a tail after EOI. */
static struct text laden(unsigned int marker, const char *words)
{
    struct text text = TEXT_EMPTY;
    size_t length = strlen(words) + 2;
    const uint8_t head[] = {0xFF, (uint8_t)marker, (uint8_t)(length >> 8), (uint8_t)length};
    text_add_bytes(&text, plain, 2);
    text_add_bytes(&text, head, sizeof head);
    text_add(&text, words);
    text_add_bytes(&text, plain + 2, plain_length - 2);
    text_add(&text, "a tail with a name in it");
    return text;
}

static void baggage_is_left_out(void **state)
{
    (void)state;
    static const unsigned int markers[] = {0xE1, 0xE2, 0xED, 0xEF, 0xFE};
    for (size_t i = 0; i < sizeof markers / sizeof markers[0]; i++) {
        struct text bare = TEXT_EMPTY;
        struct text given = laden(markers[i], "Jordan Example");
        unsigned int components = 0;
        assert_true(jpeg_bare((const uint8_t *)given.bytes, given.length, &bare, &components));
        assert_int_equal(components, 3);
        assert_int_equal(bare.length, plain_length);
        assert_memory_equal(bare.bytes, plain, plain_length);
        text_free(&given);
        text_free(&bare);
    }
}

static void colour_segments_stay(void **state)
{
    (void)state;
    struct text bare = TEXT_EMPTY;
    struct text given = laden(0xEE, "Adobe");
    unsigned int components = 0;
    assert_true(jpeg_bare((const uint8_t *)given.bytes, given.length, &bare, &components));
    assert_int_equal(bare.length, plain_length + 9);
    text_free(&given);
    text_free(&bare);
}

/* Every cut and every changed byte: no crash, and a picture cut before its end is none. */
static void broken_ones_end(void **state)
{
    (void)state;
    for (size_t keep = 0; keep < plain_length; keep++) {
        struct text bare = TEXT_EMPTY;
        unsigned int components = 0;
        uint8_t *cut = malloc(keep + 1);
        memcpy(cut, plain, keep);
        assert_false(jpeg_bare(cut, keep, &bare, &components));
        free(cut);
        text_free(&bare);
    }
    for (size_t at = 0; at < plain_length; at++) {
        struct text bare = TEXT_EMPTY;
        unsigned int components = 0;
        uint8_t *changed = malloc(plain_length);
        memcpy(changed, plain, plain_length);
        changed[at] ^= 0xFF;
        jpeg_bare(changed, plain_length, &bare, &components);
        free(changed);
        text_free(&bare);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baggage_is_left_out),
        cmocka_unit_test(colour_segments_stay),
        cmocka_unit_test(broken_ones_end),
    };
    return cmocka_run_group_tests(tests, encode, release);
}
