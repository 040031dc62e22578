/*
 * Recognising a picture file by its content and handing it to its decoder.
 *
 * Guarantees: nothing but JPEG and PNG is parsed; other formats are named in the refusal when their first
 * bytes tell, so that the sender knows what to change. Does not look at file names.
 */
#include "photo/decode.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/files.h"
#include "base/language.h"
#include "photo/decode_parts.h"
#include "photo/orientation.h"

const struct photo_limits photo_limits_default = {
    .bytes = 64U << 20, .side = 8192, .pixels = 40000000, .scans = 40, .memory = 384U << 20};

static const char remedy[] = N_("send the still as JPEG or PNG");

const char *photo_format_name(enum photo_format format)
{
    return format == PHOTO_PNG ? "PNG" : "JPEG";
}

/* First bytes of what people send instead of a still. */
static const struct {
    size_t offset;
    const char *bytes;
    size_t length;
    const char *what;
} foreign[] = {
    {0, "GIF8", 4, N_("a GIF picture")},
    {0, "BM", 2, N_("a BMP picture")},
    {0, "II*\0", 4, N_("a TIFF picture")},
    {0, "MM\0*", 4, N_("a TIFF picture")},
    {8, "WEBP", 4, N_("a WebP picture")},
    {8, "AVI ", 4, N_("an AVI video, and only stills are searched")},
    {4, "ftyphei", 7, N_("a HEIC picture")},
    {4, "ftypmif1", 8, N_("a HEIC picture")},
    {4, "ftypavif", 8, N_("an AVIF picture")},
    {4, "ftyp", 4, N_("a video, and only stills are searched")},
    {0, "\x1A\x45\xDF\xA3", 4, N_("a video, and only stills are searched")},
    {0, "%PDF", 4, N_("a PDF document")},
    {0, "PK\3\4", 4, N_("a ZIP archive or office document")},
    {0, "<", 1, N_("a text, XML or HTML file")},
};

static bool refuse_foreign(const uint8_t *bytes, size_t length, struct error *error)
{
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (length >= foreign[i].offset + foreign[i].length &&
            memcmp(bytes + foreign[i].offset, foreign[i].bytes, foreign[i].length) == 0)
            return error_set(error, FAULT_INPUT, "the file is %s: %s", language_text(foreign[i].what),
                             language_text(remedy));
    return error_set(error, FAULT_INPUT, "the file is neither JPEG nor PNG: %s", language_text(remedy));
}

bool decode_check_measures(uint64_t width, uint64_t height, const struct photo_limits *limits,
                           struct error *error)
{
    if (width == 0 || height == 0)
        return error_set(error, FAULT_INPUT, "the picture has no pixels: %s", language_text(remedy));
    if (width > (uint64_t)limits->side || height > (uint64_t)limits->side ||
        width * height > (uint64_t)limits->pixels)
        return error_set(
            error, FAULT_INPUT,
            "the picture claims %llu x %llu pixels; at most %d a side and %lld in all are taken: "
            "crop or scale it down and send it again",
            (unsigned long long)width, (unsigned long long)height, limits->side, (long long)limits->pixels);
    if (limits->admitted != NULL)
        limits->admitted(limits->context, width * height);
    return true;
}

int64_t decode_processor_time(void)
{
    struct timespec time;
    return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0
               ? (int64_t)time.tv_sec * 1000000000 + time.tv_nsec
               : 0;
}

static bool read_file(const uint8_t *bytes, size_t length, const struct photo_limits *limits, bool pixels,
                      struct photo *photo, struct error *error)
{
    *photo = (struct photo){.image = IMAGE_EMPTY, .orientation = 1};
    if (limits == NULL)
        limits = &photo_limits_default;
    if (length == 0)
        return error_set(error, FAULT_INPUT, "the file is empty: %s", language_text(remedy));
    if (length > limits->bytes)
        return error_set(error, FAULT_INPUT,
                         "the file has %zu bytes; at most %zu are taken: send a smaller one", length,
                         limits->bytes);
    bool done;
    if (length >= 3 && memcmp(bytes, "\xFF\xD8\xFF", 3) == 0) {
        photo->format = PHOTO_JPEG;
        done = decode_jpeg(bytes, length, limits, pixels, photo, error);
    } else if (length >= 8 && memcmp(bytes, "\x89PNG\r\n\x1A\n", 8) == 0) {
        photo->format = PHOTO_PNG;
        done = decode_png(bytes, length, limits, pixels, photo, error);
    } else {
        done = refuse_foreign(bytes, length, error);
    }
    if (!done)
        image_free(&photo->image);
    return done;
}

bool photo_decode(const uint8_t *bytes, size_t length, const struct photo_limits *limits, struct photo *photo,
                  struct error *error)
{
    bool done = read_file(bytes, length, limits, true, photo, error) &&
                orientation_apply(&photo->image, photo->orientation, error);
    if (!done)
        image_free(&photo->image);
    return done;
}

bool photo_check(const uint8_t *bytes, size_t length, const struct photo_limits *limits, struct photo *photo,
                 struct error *error)
{
    if (!read_file(bytes, length, limits, false, photo, error))
        return false;
    if (photo->orientation >= 5) { /* turned by a quarter */
        int width = photo->image.width;
        photo->image.width = photo->image.height;
        photo->image.height = width;
    }
    return true;
}

bool photo_decode_file(int file, const struct photo_limits *limits, struct photo *photo, struct error *error)
{
    *photo = (struct photo){.image = IMAGE_EMPTY, .orientation = 1};
    char *bytes = NULL;
    size_t length = 0;
    size_t most = limits == NULL ? photo_limits_default.bytes : limits->bytes;
    if (!file_read_open(file, most, &bytes, &length, error))
        return false;
    bool done = photo_decode((const uint8_t *)bytes, length, limits, photo, error);
    free(bytes);
    return done;
}
