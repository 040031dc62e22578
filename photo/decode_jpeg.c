/*
 * JPEG through libjpeg-turbo.
 *
 * Guarantees: measures and components are checked from the header before memory is asked for; a progressive
 * file may not have more scans than allowed; every warning of the library is an error; the slow integer
 * transform is used, which gives the same pixels with and without vector instructions.
 * Does not apply colour profiles.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/language.h"
#include "photo/decode_parts.h"
#include "photo/orientation.h"

enum { LOOK_AT_CLOCK = 8 }; /* rows of blocks; asking costs as much as a small picture's row */

struct jpeg_reader {
    struct jpeg_decompress_struct library;
    struct jpeg_error_mgr messages;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
    int scans;      /* allowed */
    unsigned looks; /* at whether it is late */
    int64_t ends;   /* nanoseconds of processor time at which it is given up; 0: never */
    uint8_t *cmyk;  /* one row, when the file is CMYK */
    enum fault fault;
    char text[JMSG_LENGTH_MAX + 80];
};

static void on_error(j_common_ptr library)
{
    struct jpeg_reader *reader = library->client_data;
    char message[JMSG_LENGTH_MAX];
    library->err->format_message(library, message);
    /* Beyond max_memory_to_use the library would page to a file, which it was built without. */
    bool memory = library->err->msg_code == JERR_OUT_OF_MEMORY;
    reader->fault = memory ? FAULT_TEMPORARY : FAULT_INPUT;
    snprintf(reader->text, sizeof reader->text, "%s", message);
    longjmp(reader->failed, 1);
}

static void on_message(j_common_ptr library, int level)
{
    if (level < 0)
        on_error(library);
}

static void on_progress(j_common_ptr library)
{
    struct jpeg_reader *reader = library->client_data;
    bool late =
        reader->ends != 0 && reader->looks++ % LOOK_AT_CLOCK == 0 && decode_processor_time() > reader->ends;
    if (reader->library.input_scan_number <= reader->scans && !late)
        return;
    reader->fault = FAULT_INPUT;
    if (late)
        snprintf(reader->text, sizeof reader->text, _("it takes much longer than a picture of its size"));
    else
        snprintf(reader->text, sizeof reader->text, _("more than %d scans"), reader->scans);
    longjmp(reader->failed, 1);
}

/* Every row at an eighth of its size: all coefficients are read, next to nothing is computed from them. */
static void read_coefficients(struct jpeg_reader *reader)
{
    j_decompress_ptr library = &reader->library;
    library->scale_num = 1;
    library->scale_denom = 8;
    jpeg_calc_output_dimensions(library);
    JSAMPARRAY row =
        library->mem->alloc_sarray((j_common_ptr)library, JPOOL_IMAGE,
                                   library->output_width * (JDIMENSION)library->output_components, 1);
    jpeg_start_decompress(library);
    while (library->output_scanline < library->output_height)
        jpeg_read_scanlines(library, row, 1);
    jpeg_finish_decompress(library);
}

/* The full-size decoder takes no others, at an eighth it would. */
static bool ordinary_sampling(const struct jpeg_decompress_struct *library)
{
    int width = 1, height = 1;
    for (int i = 0; i < library->num_components; i++) {
        if (library->comp_info[i].h_samp_factor > width)
            width = library->comp_info[i].h_samp_factor;
        if (library->comp_info[i].v_samp_factor > height)
            height = library->comp_info[i].v_samp_factor;
    }
    for (int i = 0; i < library->num_components; i++)
        if (width % library->comp_info[i].h_samp_factor != 0 ||
            height % library->comp_info[i].v_samp_factor != 0)
            return false;
    return true;
}

/* Adobe writes CMYK upside down (255 = no ink); files without its marker the other way. */
static void cmyk_to_rgb(const uint8_t *from, uint8_t *to, int width, bool inverted)
{
    for (int x = 0; x < width; x++, from += 4)
        for (int c = 0; c < 3; c++) {
            int ink = inverted ? from[c] : 255 - from[c];
            int black = inverted ? from[3] : 255 - from[3];
            *to++ = (uint8_t)((ink * black + 127) / 255);
        }
}

/* The first EXIF block before the picture itself. Found here, not by the library: what that keeps of thousands of
   blocks it links one behind the other, walking along all of them each time. ITU-T T.81, B.1.1. */
static void read_orientation(const uint8_t *bytes, size_t length, struct photo *photo)
{
    static const char exif[] = N_("Exif\0");
    for (size_t at = 2; at + 4 <= length && bytes[at] == 0xFF;) {
        uint8_t marker = bytes[at + 1];
        size_t size = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        if (marker == 0xFF) { /* filling */
            at++;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9 || size < 2 || size > length - at - 2)
            return;
        if (marker == JPEG_APP0 + 1 && size - 2 > sizeof exif &&
            memcmp(bytes + at + 4, exif, sizeof exif) == 0) {
            photo->orientation = orientation_read(bytes + at + 4, size - 2);
            return;
        }
        at += 2 + size;
    }
}

/* Everything that may longjmp; false with `error` set for what we refuse ourselves. */
static bool read_all(struct jpeg_reader *reader, const uint8_t *bytes, size_t length,
                     const struct photo_limits *limits, bool pixels, struct photo *photo, struct error *error)
{
    j_decompress_ptr library = &reader->library;
    jpeg_create_decompress(library);
    library->client_data = reader;
    library->mem->max_memory_to_use = (long)limits->memory;
    reader->progress.progress_monitor = on_progress;
    library->progress = &reader->progress;
    jpeg_mem_src(library, bytes, (unsigned long)length);
    jpeg_read_header(library, TRUE);
    read_orientation(bytes, length, photo);
    if (!decode_check_measures(library->image_width, library->image_height, limits, error))
        return false;
    int components = library->num_components;
    if ((components != 1 && components != 3 && components != 4) || library->data_precision != 8)
        return error_set(error, FAULT_INPUT,
                         "the JPEG has %d components of %d bits: send it as an 8-bit grey or colour JPEG",
                         components, library->data_precision);
    library->dct_method = JDCT_ISLOW;
    library->out_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
    if (limits->milliseconds != 0)
        reader->ends = decode_processor_time() + (int64_t)limits->milliseconds * 1000000;
    if (!pixels) {
        if (!ordinary_sampling(library))
            return error_set(
                error, FAULT_INPUT,
                "the JPEG stores its colours in an unusual way: export the still again and send it "
                "as JPEG or PNG");
        photo->image.width = (int)library->image_width;
        photo->image.height = (int)library->image_height;
        photo->image.channels = components == 1 ? 1 : 3;
        read_coefficients(reader);
        return true;
    }
    if (!image_make(&photo->image, (int)library->image_width, (int)library->image_height,
                    components == 1 ? 1 : 3, error))
        return false;
    size_t stride = (size_t)photo->image.width * (size_t)photo->image.channels;
    if (components == 4 && (reader->cmyk = malloc((size_t)photo->image.width * 4)) == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while decoding a JPEG");
    jpeg_start_decompress(library);
    while (library->output_scanline < library->output_height) {
        uint8_t *to = photo->image.pixels + library->output_scanline * stride;
        JSAMPROW row = reader->cmyk != NULL ? reader->cmyk : to;
        jpeg_read_scanlines(library, &row, 1);
        if (reader->cmyk != NULL)
            cmyk_to_rgb(reader->cmyk, to, photo->image.width, library->saw_Adobe_marker);
    }
    jpeg_finish_decompress(library);
    return true;
}

bool decode_jpeg(const uint8_t *bytes, size_t length, const struct photo_limits *limits, bool pixels,
                 struct photo *photo, struct error *error)
{
    struct jpeg_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while decoding a JPEG");
    reader->scans = limits->scans;
    reader->library.err = jpeg_std_error(&reader->messages);
    reader->library.client_data = reader;
    reader->messages.error_exit = on_error;
    reader->messages.emit_message = on_message;
    volatile bool done = false;
    if (setjmp(reader->failed) == 0)
        done = read_all(reader, bytes, length, limits, pixels, photo, error);
    else if (reader->fault == FAULT_TEMPORARY)
        error_set(error, FAULT_TEMPORARY, "out of memory while decoding a JPEG: %s", reader->text);
    else
        error_set(error, FAULT_INPUT,
                  "the JPEG is damaged, cut short or beyond the limits (%s): export the still again and "
                  "send it as JPEG or PNG",
                  reader->text);
    jpeg_destroy_decompress(&reader->library);
    free(reader->cmyk);
    free(reader);
    return done;
}
