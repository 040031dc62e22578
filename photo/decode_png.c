/*
 * PNG through libpng.
 *
 * Guarantees: measures are checked from the header before memory is asked for; chunks are limited in number
 * and size; transparency is laid over white, so that nothing a viewer would not show is compared; the result
 * has 8 bits a channel; an animation is refused. A damaged checksum of a critical chunk is an error.
 * Does not apply gamma or colour profiles: the stored values are the picture, as with JPEG.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "base/language.h"
#include "photo/decode_parts.h"
#include "photo/orientation.h"

enum { CHUNK_HEAD = 8 }; /* bytes; what is longer is a piece of what it holds */

struct png_reader {
    png_structp library;
    png_infop info;
    const uint8_t *bytes;
    size_t length;
    size_t at;
    png_bytep *rows;
    png_bytep pixels; /* with alpha, before it is laid over white */
    char text[200];
    bool no_memory;
    int64_t ends; /* nanoseconds of processor time at which it is given up; 0: never */
};

static void on_error(png_structp library, png_const_charp message)
{
    struct png_reader *reader = png_get_error_ptr(library);
    snprintf(reader->text, sizeof reader->text, "%s", message);
    longjmp(png_jmpbuf(library), 1);
}

/* Warnings are about side matters (an odd colour profile, a text chunk): pixels are unaffected. */
static void on_warning(png_structp library, png_const_charp message)
{
    (void)library;
    (void)message;
}

/* "Insufficient memory" libpng says also of what is beyond the limits. */
static png_voidp on_malloc(png_structp library, png_alloc_size_t size)
{
    struct png_reader *reader = png_get_mem_ptr(library);
    void *made = malloc(size);
    reader->no_memory = reader->no_memory || made == NULL;
    return made;
}

static void on_free(png_structp library, png_voidp old)
{
    (void)library;
    free(old);
}

static void on_read(png_structp library, png_bytep to, size_t length)
{
    struct png_reader *reader = png_get_io_ptr(library);
    if (length > reader->length - reader->at)
        png_error(library, _("the file ends too early"));
    /* Blocks of the stream that hold nothing make no row, and are read by thousands: looked at here, not at the rows. */
    if (reader->ends != 0 && length > CHUNK_HEAD && decode_processor_time() > reader->ends)
        png_error(library, _("it takes much longer than a picture of its size"));
    memcpy(to, reader->bytes + reader->at, length);
    reader->at += length;
}

static bool read_orientation(struct png_reader *reader, struct photo *photo, struct error *error)
{
    static const uint8_t lead[6] = {'E', 'x', 'i', 'f', 0, 0}; /* libexif wants what JPEG has before it */
    png_bytep exif = NULL;
    png_uint_32 length = 0;
    if (png_get_eXIf_1(reader->library, reader->info, &length, &exif) == 0 || length == 0 || length > 65536)
        return true;
    uint8_t *block = malloc(length + 6U);
    if (block == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while decoding a PNG");
    memcpy(block, lead, sizeof lead);
    memcpy(block + 6, exif, length);
    photo->orientation = orientation_read(block, length + 6U);
    free(block);
    return true;
}

/* Ask for 8 bits a channel: grey, grey and alpha, RGB, or RGB and alpha. The number of passes over the rows. */
static int set_transformations(const struct png_reader *reader)
{
    png_set_expand(reader->library);
    png_set_scale_16(reader->library);
    int passes = png_set_interlace_handling(reader->library);
    png_read_update_info(reader->library, reader->info);
    return passes;
}

/* Lays rows with alpha over white. Not left to the library, whose result depends on gamma and on pow(). */
static void flatten(const struct png_reader *reader, struct image *image)
{
    const uint8_t *from = reader->pixels;
    uint8_t *to = image->pixels;
    size_t count = (size_t)image->width * (size_t)image->height;
    for (size_t i = 0; i < count; i++) {
        unsigned alpha = from[image->channels];
        for (int c = 0; c < image->channels; c++)
            *to++ = (uint8_t)((*from++ * alpha + 255 * (255 - alpha) + 127) / 255);
        from++;
    }
}

static bool read_pixels(struct png_reader *reader, struct image *image, bool alpha, struct error *error)
{
    size_t stride = (size_t)image->width * (size_t)(image->channels + alpha);
    if (png_get_rowbytes(reader->library, reader->info) != stride)
        return error_set(error, FAULT_INTERNAL, "the PNG library announces rows of another length");
    reader->rows = calloc((size_t)image->height, sizeof *reader->rows);
    reader->pixels = alpha ? calloc((size_t)image->height, stride) : NULL;
    if (reader->rows == NULL || (alpha && reader->pixels == NULL))
        return error_set(error, FAULT_TEMPORARY, "out of memory while decoding a PNG");
    for (int y = 0; y < image->height; y++)
        reader->rows[y] = (alpha ? reader->pixels : image->pixels) + (size_t)y * stride;
    png_read_image(reader->library, reader->rows);
    if (alpha)
        flatten(reader, image);
    return true;
}

/* Every row, each over the one before. */
static bool read_rows(struct png_reader *reader, int height, int passes, struct error *error)
{
    reader->pixels = calloc(1, png_get_rowbytes(reader->library, reader->info));
    if (reader->pixels == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while decoding a PNG");
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < height; y++)
            png_read_row(reader->library, reader->pixels, NULL);
    return true;
}

/* The first frame of an animation is whatever its maker put there for readers that know no animations: not
   necessarily the still that is meant. R11 */
static bool is_animation(const struct png_reader *reader)
{
    static const size_t signature = 8, head = 8, sum = 4;
    for (size_t at = signature; reader->length - at > head;) {
        const uint8_t *chunk = reader->bytes + at;
        size_t size = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
        if (memcmp(chunk + 4, "acTL", 4) == 0)
            return true;
        if (memcmp(chunk + 4, "IDAT", 4) == 0 || size > reader->length - at - head ||
            sum > reader->length - at - head - size)
            return false;
        at += head + size + sum;
    }
    return false;
}

/* Nothing of these is used, and a text or a profile may be made to burst when it is read. Names with their NUL. */
static const png_byte passed_over[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT\0hIST\0pCAL\0sCAL\0oFFs\0sTER";

static bool read_all(struct png_reader *reader, const struct photo_limits *limits, bool pixels,
                     struct photo *photo, struct error *error)
{
    png_structp library = reader->library;
    if (is_animation(reader))
        return error_set(
            error, FAULT_INPUT,
            "the PNG is an animation, and only stills are searched: send the one picture that is "
            "meant as JPEG or PNG");
    png_set_read_fn(library, reader, on_read);
    png_set_keep_unknown_chunks(library, PNG_HANDLE_CHUNK_NEVER, passed_over, sizeof passed_over / 5);
    png_set_chunk_cache_max(library, 128);
    png_set_chunk_malloc_max(library, 8U << 20);
    png_set_user_limits(library, 0x7FFFFFFF, 0x7FFFFFFF);
    png_read_info(library, reader->info);
    png_uint_32 width = png_get_image_width(library, reader->info);
    png_uint_32 height = png_get_image_height(library, reader->info);
    if (!decode_check_measures(width, height, limits, error))
        return false;
    if (limits->milliseconds != 0)
        reader->ends = decode_processor_time() + (int64_t)limits->milliseconds * 1000000;
    int passes = set_transformations(reader);
    int channels = png_get_channels(library, reader->info);
    bool alpha = channels == 2 || channels == 4;
    if (!pixels) {
        photo->image.width = (int)width;
        photo->image.height = (int)height;
        photo->image.channels = channels - alpha;
        if (!read_rows(reader, (int)height, passes, error))
            return false;
    } else if (!image_make(&photo->image, (int)width, (int)height, channels - alpha, error) ||
               !read_pixels(reader, &photo->image, alpha, error))
        return false;
    png_read_end(library, reader->info);
    return read_orientation(reader, photo, error);
}

bool decode_png(const uint8_t *bytes, size_t length, const struct photo_limits *limits, bool pixels,
                struct photo *photo, struct error *error)
{
    struct png_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while decoding a PNG");
    reader->bytes = bytes;
    reader->length = length;
    volatile bool done = false;
    reader->library = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning, reader,
                                               on_malloc, on_free);
    reader->info = reader->library == NULL ? NULL : png_create_info_struct(reader->library);
    if (reader->info == NULL)
        error_set(error, FAULT_TEMPORARY, "out of memory while decoding a PNG");
    else if (setjmp(png_jmpbuf(reader->library)) == 0)
        done = read_all(reader, limits, pixels, photo, error);
    else if (reader->no_memory)
        error_set(error, FAULT_TEMPORARY, "out of memory while decoding a PNG");
    else
        error_set(error, FAULT_INPUT,
                  "the PNG is damaged, cut short or beyond the limits (%s): export the still again and send "
                  "it as JPEG or PNG",
                  reader->text);
    png_destroy_read_struct(&reader->library, &reader->info, NULL);
    free(reader->rows);
    free(reader->pixels);
    free(reader);
    return done;
}
