/*
 * JPEG encoding through libjpeg-turbo.
 *
 * Guarantees: no metadata in the result; equal pixels give equal bytes.
 * Does not write PNG: nothing outbound needs it.
 */
#include "photo/encode.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

struct jpeg_writer {
    struct jpeg_compress_struct library;
    struct jpeg_error_mgr messages;
    jmp_buf failed;
    char text[JMSG_LENGTH_MAX];
    unsigned char *bytes;
    unsigned long length;
};

static void on_error(j_common_ptr library)
{
    struct jpeg_writer *writer = library->client_data;
    library->err->format_message(library, writer->text);
    longjmp(writer->failed, 1);
}

static void on_message(j_common_ptr library, int level)
{
    if (level < 0)
        on_error(library);
}

static void write_all(struct jpeg_writer *writer, const struct image *image, int quality)
{
    j_compress_ptr library = &writer->library;
    jpeg_create_compress(library);
    library->client_data = writer;
    jpeg_mem_dest(library, &writer->bytes, &writer->length);
    library->image_width = (JDIMENSION)image->width;
    library->image_height = (JDIMENSION)image->height;
    library->input_components = image->channels;
    library->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(library);
    jpeg_set_quality(library, quality, TRUE);
    library->dct_method = JDCT_ISLOW;
    library->optimize_coding = TRUE;
    library->comp_info[0].h_samp_factor = 1;
    library->comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(library, TRUE);
    size_t stride = (size_t)image->width * (size_t)image->channels;
    while (library->next_scanline < library->image_height) {
        JSAMPROW row = image->pixels + library->next_scanline * stride;
        jpeg_write_scanlines(library, &row, 1);
    }
    jpeg_finish_compress(library);
}

bool photo_encode(const struct image *image, enum encode_purpose purpose, uint8_t **bytes, size_t *length,
                  struct error *error)
{
    *bytes = NULL;
    *length = 0;
    struct jpeg_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while writing a JPEG");
    writer->library.err = jpeg_std_error(&writer->messages);
    writer->library.client_data = writer;
    writer->messages.error_exit = on_error;
    writer->messages.emit_message = on_message;
    volatile bool done = false;
    if (setjmp(writer->failed) == 0) {
        write_all(writer, image, purpose == ENCODE_PROBE ? 95 : 85);
        done = true;
    } else {
        error_set(error, FAULT_TEMPORARY, "writing a JPEG of %d x %d pixels: %s", image->width, image->height,
                  writer->text);
    }
    jpeg_destroy_compress(&writer->library);
    if (done) {
        *bytes = writer->bytes;
        *length = writer->length;
    } else {
        free(writer->bytes);
    }
    free(writer);
    return done;
}
