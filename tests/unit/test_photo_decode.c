/*
 * Pictures in under limits: what is taken, what is refused and in which words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <jpeglib.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "photo/decode.h"
#include "photo/encode.h"

struct file {
    uint8_t *bytes;
    size_t length;
};

/* Left half dark, right half bright, a bright first row; colours differ when there are three. */
static struct image picture(int width, int height, int channels)
{
    struct image image;
    assert_true(image_make(&image, width, height, channels, NULL));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < channels; c++)
                image.pixels[(y * width + x) * channels + c] =
                    (uint8_t)((x < width / 2 ? 40 : 200) + (y == 0 ? 30 : 0) - 20 * c);
    return image;
}

static struct file jpeg_of(const struct image *image)
{
    struct file file;
    assert_true(photo_encode(image, ENCODE_PROBE, &file.bytes, &file.length, NULL));
    return file;
}

/* libpng's simplified writer. */
static struct file png_of(const void *pixels, int width, int height, png_uint_32 format)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = (png_uint_32)width, .height = (png_uint_32)height};
    image.format = format;
    png_alloc_size_t length = 0;
    assert_true(png_image_write_to_memory(&image, NULL, &length, 0, pixels, 0, NULL));
    struct file file = {malloc(length), length};
    assert_true(png_image_write_to_memory(&image, file.bytes, &length, 0, pixels, 0, NULL));
    return file;
}

static struct file jpeg_special(int components, J_COLOR_SPACE space, bool progressive)
{
    struct jpeg_compress_struct library;
    struct jpeg_error_mgr messages;
    struct file file = {NULL, 0};
    unsigned long length = 0;
    uint8_t row[64 * 4];
    library.err = jpeg_std_error(&messages);
    jpeg_create_compress(&library);
    jpeg_mem_dest(&library, &file.bytes, &length);
    library.image_width = 64;
    library.image_height = 48;
    library.input_components = components;
    library.in_color_space = space;
    jpeg_set_defaults(&library);
    if (progressive)
        jpeg_simple_progression(&library);
    jpeg_start_compress(&library, TRUE);
    for (int y = 0; y < 48; y++) {
        for (int i = 0; i < 64 * components; i++)
            row[i] = (uint8_t)(i % components == 3 ? 255 : 60 * (i % components) + 60);
        JSAMPROW rows[1] = {row};
        jpeg_write_scanlines(&library, rows, 1);
    }
    jpeg_finish_compress(&library);
    jpeg_destroy_compress(&library);
    file.length = length;
    return file;
}

/* Reading a picture to its end without making it comes to the same as making it. */
static void decoded(const struct file *file, struct photo *photo)
{
    struct error error = ERROR_NONE;
    struct photo checked;
    if (!photo_decode(file->bytes, file->length, NULL, photo, &error) ||
        !photo_check(file->bytes, file->length, NULL, &checked, &error))
        fail_msg("%s", error.text);
    assert_null(checked.image.pixels);
    assert_int_equal(checked.image.width, photo->image.width);
    assert_int_equal(checked.image.height, photo->image.height);
    assert_int_equal(checked.image.channels, photo->image.channels);
    assert_int_equal(checked.format, photo->format);
    assert_int_equal(checked.orientation, photo->orientation);
}

static void refused(const void *bytes, size_t length, const struct photo_limits *limits, const char *words)
{
    struct photo photo;
    struct error error = ERROR_NONE;
    assert_false(photo_decode(bytes, length, limits, &photo, &error));
    assert_int_equal(error.fault, FAULT_INPUT);
    assert_null(photo.image.pixels);
    struct error again = ERROR_NONE;
    assert_false(photo_check(bytes, length, limits, &photo, &again));
    assert_int_equal(again.fault, FAULT_INPUT);
    assert_string_equal(again.text, error.text);
    if (strstr(error.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static int pixel(const struct image *image, int x, int y, int channel)
{
    return image->pixels[(y * image->width + x) * image->channels + channel];
}

static void near(int found, int expected, int tolerance)
{
    if (abs(found - expected) > tolerance)
        fail_msg("level %d, expected %d", found, expected);
}

static void test_jpeg_comes_back(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 3; channels += 2) {
        struct image image = picture(80, 60, channels);
        struct file file = jpeg_of(&image), again = jpeg_of(&image);
        assert_int_equal(file.length, again.length);
        assert_memory_equal(file.bytes, again.bytes, file.length);
        struct photo photo;
        decoded(&file, &photo);
        assert_int_equal(photo.format, PHOTO_JPEG);
        assert_int_equal(photo.image.channels, channels);
        for (int c = 0; c < channels; c++) {
            near(pixel(&photo.image, 5, 30, c), 40 - 20 * c, 6);
            near(pixel(&photo.image, 75, 30, c), 200 - 20 * c, 6);
        }
        assert_int_equal(image_is_grey(&photo.image), channels == 1);
        image_free(&photo.image);
        image_free(&image);
        free(file.bytes);
        free(again.bytes);
    }
}

static void test_png_forms(void **state)
{
    (void)state;
    struct image image = picture(20, 10, 3);
    struct file file = png_of(image.pixels, 20, 10, PNG_FORMAT_RGB);
    struct photo photo;
    decoded(&file, &photo);
    assert_int_equal(photo.format, PHOTO_PNG);
    assert_memory_equal(photo.image.pixels, image.pixels, image_size(&image));
    image_free(&photo.image);
    image_free(&image);
    free(file.bytes);

    uint8_t transparent[4][4] = {{10, 20, 30, 255}, {10, 20, 30, 0}, {0, 0, 0, 128}, {255, 255, 255, 7}};
    file = png_of(transparent, 2, 2, PNG_FORMAT_RGBA);
    decoded(&file, &photo);
    assert_int_equal(photo.image.channels, 3);
    assert_int_equal(pixel(&photo.image, 0, 0, 1), 20);
    assert_int_equal(pixel(&photo.image, 1, 0, 1), 255); /* hidden values stay hidden */
    near(pixel(&photo.image, 0, 1, 0), 127, 1);
    image_free(&photo.image);
    free(file.bytes);

    uint8_t palette[8][2];
    for (int i = 0; i < 8; i++)
        palette[i][0] = (uint8_t)(i * 30), palette[i][1] = 255;
    file = png_of(palette, 4, 2, PNG_FORMAT_GA);
    decoded(&file, &photo);
    assert_int_equal(photo.image.channels, 1);
    assert_int_equal(pixel(&photo.image, 3, 1, 0), 210);
    image_free(&photo.image);
    free(file.bytes);

    uint16_t deep[6] = {0, 13107, 26214, 39321, 52428, 65535}; /* linear light, 16 bits */
    file = png_of(deep, 3, 2, PNG_FORMAT_LINEAR_Y);
    decoded(&file, &photo);
    assert_int_equal(pixel(&photo.image, 0, 0, 0), 0);
    assert_int_equal(pixel(&photo.image, 2, 1, 0), 255);
    image_free(&photo.image);
    free(file.bytes);
}

static void test_cut_short_or_changed(void **state)
{
    (void)state;
    struct image image = picture(120, 90, 3);
    struct file jpeg = jpeg_of(&image), png = png_of(image.pixels, 120, 90, PNG_FORMAT_RGB);
    for (size_t part = 1; part < 10; part++) {
        refused(jpeg.bytes, jpeg.length * part / 10, NULL, "");
        refused(png.bytes, png.length * part / 10, NULL, "");
    }
    refused(jpeg.bytes, jpeg.length - 2, NULL, "damaged");
    refused(png.bytes, png.length - 12, NULL, "damaged");
    png.bytes[png.length - 20] ^= 1;
    refused(png.bytes, png.length, NULL, "damaged");
    image_free(&image);
    free(jpeg.bytes);
    free(png.bytes);
}

static void test_what_is_no_picture(void **state)
{
    (void)state;
    refused("", 0, NULL, "empty");
    refused("GIF89a.......", 13, NULL, "GIF picture: send the still as JPEG or PNG");
    refused("\0\0\0\x20"
            "ftypisom....",
            16, NULL, "video");
    refused("\0\0\0\x20"
            "ftypheic....",
            16, NULL, "HEIC");
    refused("%PDF-1.4", 8, NULL, "PDF");
    refused("<?xml version", 13, NULL, "XML");
    refused("hello, world", 12, NULL, "neither JPEG nor PNG: send the still as JPEG or PNG");
    refused("\xFF\xD8\xFF", 3, NULL, "damaged");
    refused("\x89PNG\r\n\x1A\n", 8, NULL, "damaged");
}

static void test_limits(void **state)
{
    (void)state;
    struct image image = picture(120, 90, 1);
    struct file jpeg = jpeg_of(&image), png = png_of(image.pixels, 120, 90, PNG_FORMAT_GRAY);
    struct photo_limits limits = photo_limits_default;
    limits.side = 119;
    refused(jpeg.bytes, jpeg.length, &limits, "120 x 90");
    refused(png.bytes, png.length, &limits, "120 x 90");
    limits.side = 120, limits.pixels = 120 * 90 - 1;
    refused(jpeg.bytes, jpeg.length, &limits, "pixels");
    limits.pixels++, limits.bytes = jpeg.length - 1;
    refused(jpeg.bytes, jpeg.length, &limits, "smaller");
    struct file progressive = jpeg_special(3, JCS_RGB, true);
    struct photo photo;
    decoded(&progressive, &photo);
    image_free(&photo.image);
    limits = photo_limits_default, limits.scans = 3;
    refused(progressive.bytes, progressive.length, &limits, "more than 3 scans");
    free(progressive.bytes);
    /* A header that claims more than there is must not make us ask for the memory. */
    size_t frame = 0;
    for (size_t i = 0; i + 9 < jpeg.length && frame == 0; i++)
        frame = jpeg.bytes[i] == 0xFF && jpeg.bytes[i + 1] == 0xC0 ? i : 0;
    memset(jpeg.bytes + frame + 5, 0xF0, 4);
    refused(jpeg.bytes, jpeg.length, NULL, "61680 x 61680");
    image_free(&image);
    free(jpeg.bytes);
    free(png.bytes);
}

static void test_cmyk(void **state)
{
    (void)state;
    struct file file = jpeg_special(4, JCS_CMYK, false); /* libjpeg writes Adobe's marker: 255 = no ink */
    struct photo photo;
    decoded(&file, &photo);
    assert_int_equal(photo.image.channels, 3);
    for (int c = 0; c < 3; c++)
        near(pixel(&photo.image, 30, 20, c), 60 * c + 60, 6);
    image_free(&photo.image);
    free(file.bytes);
}

/* The file with an EXIF block of one orientation entry behind its first marker. */
static struct file with_orientation(const struct file *file, int orientation)
{
    uint8_t block[] = {0xFF, 0xE1, 0,    34,   'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0,
                       1,    0,    0x12, 0x01, 3,   0,   1,   0,   0, 0, 0,   0,   0,  0, 0, 0, 0, 0};
    block[28] = (uint8_t)orientation;
    struct file changed = {malloc(file->length + sizeof block), file->length + sizeof block};
    memcpy(changed.bytes, file->bytes, 2);
    memcpy(changed.bytes + 2, block, sizeof block);
    memcpy(changed.bytes + 2 + sizeof block, file->bytes + 2, file->length - 2);
    return changed;
}

/* Where the four corners of the stored picture (a b / c d) must show. */
static void test_orientation(void **state)
{
    (void)state;
    static const char *const shown[9] = {"abcd", "abcd", "badc", "dcba", "cdab",
                                         "acbd", "cadb", "dbca", "bdac"};
    struct image image;
    assert_true(image_make(&image, 64, 32, 1, NULL));
    for (int y = 0; y < 32; y++)
        for (int x = 0; x < 64; x++)
            image.pixels[y * 64 + x] = (uint8_t)(40 + 50 * ((x >= 32) + 2 * (y >= 16)));
    struct file file = jpeg_of(&image);
    for (int orientation = 0; orientation <= 9; orientation++) {
        struct file turned = with_orientation(&file, orientation);
        struct photo photo;
        decoded(&turned, &photo);
        bool swapped = orientation >= 5 && orientation <= 8;
        assert_int_equal(photo.image.width, swapped ? 32 : 64);
        assert_int_equal(photo.image.height, swapped ? 64 : 32);
        const char *expected = shown[orientation > 8 ? 1 : orientation];
        for (int corner = 0; corner < 4; corner++) {
            int x = (corner & 1) != 0 ? photo.image.width - 4 : 4,
                y = (corner & 2) != 0 ? photo.image.height - 4 : 4;
            near(pixel(&photo.image, x, y, 0), 40 + 50 * (expected[corner] - 'a'), 8);
        }
        assert_int_equal(photo.orientation, orientation >= 1 && orientation <= 8 ? orientation : 1);
        image_free(&photo.image);
        free(turned.bytes);
    }
    image_free(&image);
    free(file.bytes);
}

/* The check before the receipt makes no pixels: whatever is wrong with a file, it must say what making them would. */
static void test_the_check_says_what_decoding_says(void **state)
{
    (void)state;
    enum { CHANGES = 1500 };
    struct image image = picture(80, 60, 3), grey = picture(80, 60, 1);
    struct file files[] = {jpeg_of(&image), jpeg_of(&grey), jpeg_special(3, JCS_RGB, true),
                           jpeg_special(4, JCS_CMYK, false)};
    uint64_t random = 7;
    int refused_by_both = 0;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        for (int i = 0; i < CHANGES; i++) {
            size_t length = files[f].length;
            uint8_t *bytes = malloc(length);
            memcpy(bytes, files[f].bytes, length);
            for (int n = 0; n <= i % 3; n++) {
                random = random * 6364136223846793005U + 1442695040888963407U;
                /* Half of them in the picture itself, behind the tables. */
                size_t at = (size_t)(random >> 33) % length;
                at = i % 2 == 0 ? at : length / 2 + at / 2;
                bytes[at] = i % 5 == 0   ? 0xFF
                            : i % 7 == 0 ? (uint8_t)(bytes[at] ^ 1U)
                                         : (uint8_t)(random >> 24);
            }
            length = i % 11 == 0 ? (size_t)(random >> 40) % length : length;
            struct photo photo, checked;
            struct error error = ERROR_NONE, again = ERROR_NONE;
            bool whole = photo_decode(bytes, length, NULL, &photo, &error);
            bool same = photo_check(bytes, length, NULL, &checked, &again) == whole;
            if (!same || strcmp(error.text, again.text) != 0)
                fail_msg("file %zu, change %d: \"%s\" and \"%s\"", f, i, error.text, again.text);
            refused_by_both += whole ? 0 : 1;
            image_free(&photo.image);
            free(bytes);
        }
    assert_in_range(refused_by_both, 1000, 5500); /* some of each */
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        free(files[f].bytes);
    image_free(&image);
    image_free(&grey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jpeg_comes_back),
        cmocka_unit_test(test_png_forms),
        cmocka_unit_test(test_cut_short_or_changed),
        cmocka_unit_test(test_what_is_no_picture),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_cmyk),
        cmocka_unit_test(test_orientation),
        cmocka_unit_test(test_the_check_says_what_decoding_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
