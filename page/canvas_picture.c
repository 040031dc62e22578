/*
 * Pictures on sheets, over libharu 2.3.0.
 *
 * Guarantees: a picture of a redacted drawing gets into the PDF only where it is shown, and only without what is under
 * a box: its pixels are painted over and coded anew, or it is left out. Does not verify that a JPEG decodes where
 * nothing is redacted: libharu reads its header only, so callers hand in verified pictures.
 */
#include <stdlib.h>
#include <string.h>

#include "page/canvas_parts.h"
#include "photo/decode.h"
#include "photo/encode.h"

#define PICTURES_LIMIT 256       /* a document with more is a fault, not a document */
#define KEPT_PICTURES_LIMIT 1000 /* of many documents */

static HPDF_Image loaded(struct canvas *canvas, HPDF_Image picture, struct error *error)
{
    if (picture != NULL && canvas->status == 0)
        return picture;
    HPDF_STATUS status = canvas->status;
    error_set(error, FAULT_INPUT,
              "a picture could not be taken into the document (libharu error 0x%04lX); hand in a verified "
              "JPEG in grey or colour",
              status);
    canvas->status = 0;
    HPDF_ResetError(canvas->pdf);
    return NULL;
}

/* A place in the list; -1 without memory. */
static int list(struct canvas *canvas, HPDF_Image picture, struct error *error)
{
    HPDF_Image *pictures =
        realloc(canvas->pictures, ((size_t)canvas->picture_count + 1) * sizeof *canvas->pictures);
    if (pictures == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory for a picture");
        return -1;
    }
    canvas->pictures = pictures;
    canvas->pictures[canvas->picture_count] = picture;
    return canvas->picture_count++;
}

static bool picture_room(const struct canvas *canvas, struct error *error)
{
    int most = canvas->ink != NULL || canvas->redacts ? KEPT_PICTURES_LIMIT : PICTURES_LIMIT;
    if (canvas->status != 0)
        return error_set(error, FAULT_INTERNAL,
                         "the document failed before its pictures (libharu error 0x%04lX)", canvas->status);
    if (canvas->picture_count >= most)
        return error_set(error, FAULT_INPUT, "more than %d pictures in one document", most);
    return true;
}

/* Where pictures are kept until they are shown; NULL when they go straight into the PDF. */
static struct ink *keeper(struct canvas *canvas)
{
    return canvas->ink != NULL ? canvas->ink : canvas->redacts ? &canvas->kept : NULL;
}

static int keep(struct canvas *canvas, struct ink *keeper, const void *bytes, size_t length,
                struct error *error)
{
    struct photo photo = {0};
    for (size_t i = 0; i < keeper->picture_count; i++)
        if (keeper->pictures[i].length == length && memcmp(keeper->pictures[i].bytes, bytes, length) == 0)
            return (int)i;
    if (!photo_check(bytes, length, NULL, &photo, error))
        return -1;
    struct ink_picture *pictures =
        realloc(keeper->pictures, (keeper->picture_count + 1) * sizeof *keeper->pictures);
    uint8_t *copy = malloc(length);
    if (pictures != NULL)
        keeper->pictures = pictures;
    if (pictures == NULL || copy == NULL || list(canvas, NULL, error) < 0) {
        free(copy);
        error_set(error, FAULT_TEMPORARY, "out of memory for a picture");
        return -1;
    }
    memcpy(copy, bytes, length);
    keeper->pictures[keeper->picture_count++] =
        (struct ink_picture){copy, length, (unsigned int)photo.image.width, (unsigned int)photo.image.height};
    return canvas->picture_count - 1;
}

int canvas_take_jpeg(struct canvas *canvas, const void *bytes, size_t length, struct error *error)
{
    const unsigned char *jpeg = bytes;
    if (!picture_room(canvas, error))
        return -1;
    if (length < 4 || length > UINT32_MAX || jpeg[0] != 0xFF || jpeg[1] != 0xD8) {
        error_set(error, FAULT_INPUT, "a picture for the document is no JPEG");
        return -1;
    }
    if (keeper(canvas) != NULL)
        return keep(canvas, keeper(canvas), bytes, length, error);
    HPDF_Image picture =
        loaded(canvas, HPDF_LoadJpegImageFromMem(canvas->pdf, bytes, (HPDF_UINT)length), error);
    return picture == NULL ? -1 : list(canvas, picture, error);
}

int canvas_take_pixels(struct canvas *canvas, const void *rgb, unsigned int width, unsigned int height,
                       struct error *error)
{
    if (!picture_room(canvas, error))
        return -1;
    if (keeper(canvas) != NULL) {
        error_set(error, FAULT_INTERNAL, "only JPEG pictures can be noted or redacted");
        return -1;
    }
    HPDF_Image picture = loaded(
        canvas, HPDF_LoadRawImageFromMem(canvas->pdf, rgb, width, height, HPDF_CS_DEVICE_RGB, 8), error);
    return picture == NULL ? -1 : list(canvas, picture, error);
}

void canvas_picture_size(const struct canvas *canvas, int picture, unsigned int *width, unsigned int *height)
{
    *width = *height = 0;
    if (picture < 0 || picture >= canvas->picture_count)
        return;
    if (canvas->ink != NULL || canvas->redacts) {
        const struct ink *ink = canvas->ink != NULL ? canvas->ink : &canvas->kept;
        *width = ink->pictures[picture].width;
        *height = ink->pictures[picture].height;
        return;
    }
    *width = HPDF_Image_GetWidth(canvas->pictures[picture]);
    *height = HPDF_Image_GetHeight(canvas->pictures[picture]);
}

/* Black under every box of the page. */
static void paint_over(const struct canvas *canvas, size_t sheet, const struct rectangle *place,
                       struct image *image)
{
    const size_t channels = (size_t)image->channels, row = (size_t)image->width * channels;
    for (size_t i = 0; i < canvas->here.count; i++) {
        struct pixels pixels;
        if (canvas->here.list[i].page != sheet - canvas->section_first ||
            !redaction_pixels(&canvas->here.list[i].box, place, image->width, image->height, &pixels))
            continue;
        for (int y = pixels.top; y < pixels.bottom; y++)
            memset(image->pixels + (size_t)y * row + (size_t)pixels.left * channels, 0,
                   (size_t)(pixels.right - pixels.left) * channels);
    }
}

static HPDF_Image masked(struct canvas *canvas, size_t sheet, const struct rectangle *place,
                         const struct ink_picture *kept, struct error *error)
{
    struct photo photo = {0};
    uint8_t *bytes = NULL;
    size_t length = 0;
    HPDF_Image picture = NULL;
    if (!photo_decode(kept->bytes, kept->length, NULL, &photo, error))
        return NULL;
    paint_over(canvas, sheet, place, &photo.image);
    if (photo_encode(&photo.image, ENCODE_FIGURE, &bytes, &length, error))
        picture = loaded(canvas, HPDF_LoadJpegImageFromMem(canvas->pdf, bytes, (HPDF_UINT)length), error);
    free(bytes);
    image_free(&photo.image);
    return picture;
}

/* The picture as it may be shown there; NULL when nothing of it may, or when it failed. */
static HPDF_Image allowed(struct canvas *canvas, size_t sheet, int picture, const struct rectangle *place)
{
    size_t page = sheet - canvas->section_first;
    const struct ink_picture *kept = &canvas->kept.pictures[picture];
    struct error error = ERROR_NONE;
    HPDF_Image image = NULL;
    if (redactions_cover(&canvas->here, canvas->section, page, place))
        return NULL;
    if (redactions_meet(&canvas->here, canvas->section, page, place)) {
        image = masked(canvas, sheet, place, kept, &error);
    } else {
        if (canvas->pictures[picture] == NULL)
            canvas->pictures[picture] = loaded(
                canvas, HPDF_LoadJpegImageFromMem(canvas->pdf, kept->bytes, (HPDF_UINT)kept->length), &error);
        image = canvas->pictures[picture];
    }
    if (image == NULL)
        canvas_fail(canvas, error.fault, error.text);
    return image;
}

void canvas_picture(struct canvas *canvas, size_t sheet, int picture, double x, double y, double width,
                    double height)
{
    const struct rectangle place = {x, y, width, height};
    if (picture < 0 || picture >= canvas->picture_count) {
        canvas_fail(canvas, FAULT_INTERNAL, "a picture was placed that the document does not hold");
        return;
    }
    if (!canvas_inside(canvas, sheet, x, y, x + width, y + height, "a picture", "", 0))
        return;
    if (canvas->ink != NULL) {
        struct ink_mark *mark =
            ink_add(canvas->ink, INK_PICTURE, canvas->section, sheet - canvas->section_first);
        if (mark == NULL) {
            canvas_fail(canvas, FAULT_TEMPORARY, "out of memory while noting a page");
            return;
        }
        mark->place = place;
        mark->picture = picture;
        return;
    }
    HPDF_Image image = canvas->redacts ? allowed(canvas, sheet, picture, &place) : canvas->pictures[picture];
    if (image != NULL)
        HPDF_Page_DrawImage(canvas->sheets[sheet].page, image, (HPDF_REAL)x, canvas_flip(y + height),
                            (HPDF_REAL)width, (HPDF_REAL)height);
}
