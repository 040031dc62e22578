/*
 * Fuzz: decoding a photograph, that a decoded one keeps what was promised about it, that what goes into a
 * document shows the same picture, and looking for eyes in it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "page/bare_jpeg.h"
#include "photo/decode.h"
#include "photo/eyes.h"
#include "tests/fuzz/fuzz.h"

/* The JPEG without its baggage shows the same picture, pixel for pixel. */
static void check_bare(const uint8_t *data, size_t size, const struct photo_limits *limits,
                       const struct photo *photo)
{
    struct text bare = TEXT_EMPTY;
    struct photo again = {0};
    struct error error = ERROR_NONE;
    unsigned int components = 0;
    bool whole = jpeg_bare(data, size, &bare, &components);
    if (whole && photo != NULL && photo->format == PHOTO_JPEG && photo->orientation == 1) {
        if (!photo_decode((const uint8_t *)bare.bytes, bare.length, limits, &again, &error) ||
            image_size(&again.image) != image_size(&photo->image) ||
            memcmp(again.image.pixels, photo->image.pixels, image_size(&again.image)) != 0)
            fuzz_broken(&error);
        image_free(&again.image);
    }
    text_free(&bare);
}

/* Whatever the picture shows, points that are proposed lie in it. */
static void check_eyes(const struct image *image)
{
    static struct eye_finder *finder;
    struct eyes_found found;
    struct error error = ERROR_NONE;
    if (finder == NULL && !eye_finder_make(&finder, &error))
        return;
    eye_finder_find(finder, image, &found);
    if (found.confidence < 0 || found.confidence > 100 || (!found.found && found.confidence > 0) ||
        (found.found && !eye_points_check(&found.eyes, image->width, image->height, &error)))
        fuzz_broken(&error);
}

/* A picture that was read to its end without being made can be made, with the measures that were told. */
static void check_read(const uint8_t *data, size_t size, const struct photo_limits *limits,
                       const struct photo *photo, const struct error *error)
{
    struct photo read = {0};
    struct error own = ERROR_NONE;
    if (!photo_check(data, size, limits, &read, &own)) {
        if (photo != NULL && own.fault == FAULT_INPUT && strstr(own.text, "unusual") == NULL)
            fuzz_broken(&own);
        return;
    }
    if (photo == NULL ? error->fault == FAULT_INPUT
                      : read.image.width != photo->image.width || read.image.height != photo->image.height ||
                            read.orientation != photo->orientation)
        fuzz_broken(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* small limits: what is looked for is not the time a large picture takes */
    static const struct photo_limits limits = {
        .bytes = 1 << 20, .side = 1024, .pixels = 1 << 20, .scans = 10, .memory = 64 << 20};
    struct photo photo = {0};
    struct error error = ERROR_NONE;
    if (photo_decode(data, size, &limits, &photo, &error)) {
        if (photo.image.width < 1 || photo.image.height < 1 || photo.image.width > limits.side ||
            photo.image.height > limits.side || photo.orientation < 1 || photo.orientation > 8)
            abort();
        check_bare(data, size, &limits, &photo);
        check_read(data, size, &limits, &photo, &error);
        if (size % 16 == 0) /* it takes much longer than decoding, which is to be tried as often as can be */
            check_eyes(&photo.image);
        image_free(&photo.image);
    } else if (error.fault == FAULT_NONE) {
        abort();
    } else {
        check_bare(data, size, &limits, NULL);
        check_read(data, size, &limits, NULL, &error);
    }
    return 0;
}
