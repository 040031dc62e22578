/*
 * EXIF orientation through libexif.
 *
 * Guarantees: a block libexif cannot read counts as "no orientation", never as a fault: a picture with broken
 * EXIF is still a picture. Reads nothing else of EXIF; places and dates in it are not ours to keep.
 */
#include "photo/orientation.h"

#include <libexif/exif-data.h>
#include <limits.h>
#include <string.h>

#include "base/memory.h"

/* A picture shown the wrong way up for want of memory would be another picture: counted, so that the worker tries again. */
static void *exif_memory(ExifLong size)
{
    void *made = memory_or_reserve(size);
    return made == NULL ? NULL : memset(made, 0, size);
}

static void *exif_resized(void *old, ExifLong size)
{
    return memory_or_reserve_resized(old, size);
}

int orientation_read(const uint8_t *exif, size_t length)
{
    if (length < 14 || length > UINT_MAX)
        return 1;
    ExifMem *memory = exif_mem_new(exif_memory, exif_resized, memory_or_reserve_free);
    ExifData *data = memory == NULL ? NULL : exif_data_new_mem(memory);
    if (memory != NULL)
        exif_mem_unref(memory);
    if (data == NULL)
        return 1;
    exif_data_load_data(data, exif, (unsigned)length);
    int orientation = 1;
    const ExifEntry *entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    if (entry != NULL && entry->format == EXIF_FORMAT_SHORT && entry->components == 1 && entry->size >= 2)
        orientation = exif_get_short(entry->data, exif_data_get_byte_order(data));
    exif_data_unref(data);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/* EXIF 2.3, tag 0x0112: where row 0 and column 0 of the stored picture belong. */
static void source_of(int orientation, int width, int height, int x, int y, int *from_x, int *from_y)
{
    switch (orientation) {
    case 2:
        *from_x = width - 1 - x, *from_y = y;
        break;
    case 3:
        *from_x = width - 1 - x, *from_y = height - 1 - y;
        break;
    case 4:
        *from_x = x, *from_y = height - 1 - y;
        break;
    case 5:
        *from_x = y, *from_y = x;
        break;
    case 6:
        *from_x = y, *from_y = height - 1 - x;
        break;
    case 7:
        *from_x = width - 1 - y, *from_y = height - 1 - x;
        break;
    case 8:
        *from_x = width - 1 - y, *from_y = x;
        break;
    default:
        *from_x = x, *from_y = y;
        break;
    }
}

bool orientation_apply(struct image *image, int orientation, struct error *error)
{
    if (orientation <= 1 || orientation > 8)
        return true;
    bool swapped = orientation >= 5;
    struct image turned;
    if (!image_make(&turned, swapped ? image->height : image->width, swapped ? image->width : image->height,
                    image->channels, error))
        return false;
    uint8_t *to = turned.pixels;
    for (int y = 0; y < turned.height; y++)
        for (int x = 0; x < turned.width; x++) {
            int from_x, from_y;
            source_of(orientation, image->width, image->height, x, y, &from_x, &from_y);
            const uint8_t *from = image->pixels + ((size_t)from_y * (size_t)image->width + (size_t)from_x) *
                                                      (size_t)image->channels;
            for (int c = 0; c < image->channels; c++)
                *to++ = from[c];
        }
    image_free(image);
    *image = turned;
    return true;
}
