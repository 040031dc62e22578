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

/* What Adobe's segment says of colours must be the rule without it: then it goes too. */
static void colours_are_certain(void **state)
{
    (void)state;
    static const struct {
        const char *words; /* with a dot for each NUL */
        size_t jfif;       /* bytes of the JFIF segment taken out */
        bool bare;
    } cases[] = {{"Adobe.d.....\1", 0, true},  {"Adobe.d.....", 0, true},    {"Adobe.d.....", 18, false},
                 {"Adobe.d.....\1", 18, true}, {"Adobe.d.....\2", 18, true}, {"Adobe", 18, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text bare = TEXT_EMPTY, given = TEXT_EMPTY;
        unsigned int components = 0;
        size_t length = strlen(cases[i].words) < 12 ? strlen(cases[i].words) : 12;
        uint8_t data[12] = {0};
        for (size_t n = 0; n < strlen(cases[i].words) && n < 13; n++)
            data[n < 12 ? n : 11] = cases[i].words[n] == '.' ? 0 : (uint8_t)cases[i].words[n];
        const uint8_t head[] = {0xFF, 0xEE, 0, (uint8_t)(length + 2)};
        text_add_bytes(&given, plain, 2);
        text_add_bytes(&given, head, sizeof head);
        text_add_bytes(&given, data, length);
        text_add_bytes(&given, plain + 2 + cases[i].jfif, plain_length - 2 - cases[i].jfif);
        assert_int_equal(jpeg_bare((const uint8_t *)given.bytes, given.length, &bare, &components),
                         cases[i].bare);
        if (cases[i].bare)
            assert_int_equal(bare.length, plain_length - cases[i].jfif);
        text_free(&given);
        text_free(&bare);
    }
}

/* Our decoder takes more than a reader of PDF does. */
static void only_common_frames(void **state)
{
    (void)state;
    size_t frame = 2;
    while (plain[frame + 1] != 0xC0)
        frame += 2 + ((size_t)plain[frame + 2] << 8 | plain[frame + 3]);
    uint8_t *changed = malloc(plain_length);
    static const uint8_t markers[] = {0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA, 0xCB};
    for (size_t i = 0; i < sizeof markers; i++)
        for (uint8_t bits = 8; bits <= 12; bits += 4) {
            struct text bare = TEXT_EMPTY;
            unsigned int components = 0;
            memcpy(changed, plain, plain_length);
            changed[frame + 1] = markers[i];
            changed[frame + 4] = bits;
            assert_int_equal(jpeg_bare(changed, plain_length, &bare, &components),
                             bits == 8 && (markers[i] == 0xC0 || markers[i] == 0xC2));
            text_free(&bare);
        }
    /* Red, green and blue under their own names, and nobody says otherwise. */
    struct text bare = TEXT_EMPTY;
    unsigned int components = 0;
    memcpy(changed, plain, plain_length);
    for (size_t i = 0; i < 3; i++)
        changed[frame + 10 + 3 * i] = (uint8_t) "RGB"[i];
    memmove(changed + 2, changed + 20, plain_length - 20);
    assert_false(jpeg_bare(changed, plain_length - 18, &bare, &components));
    text_free(&bare);
    free(changed);
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
        cmocka_unit_test(colours_are_certain),
        cmocka_unit_test(only_common_frames),
        cmocka_unit_test(broken_ones_end),
    };
    return cmocka_run_group_tests(tests, encode, release);
}
