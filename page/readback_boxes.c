/*
 * What poppler finds under the boxes of a redacted file.
 *
 * Guarantees: a letter counts by its own rectangle, a picture by its own pixels as they stand in the file, whatever lies on
 * top of them. Edges are forgiven what rounding and a JPEG's blocks make of them.
 */
#include <poppler.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/readback_parts.h"

#define UNDER 0.6 /* points a letter may reach under a box */
#define INSET 2   /* pixels left out at a box's edges within a picture */
#define DARK 48   /* of 255: the most a black pixel is after a JPEG */

static struct {
    __typeof__(&poppler_document_new_from_bytes) open;
    __typeof__(&poppler_document_get_n_pages) pages;
    __typeof__(&poppler_document_get_page) page;
    __typeof__(&poppler_document_get_title) title;
    __typeof__(&poppler_document_get_author) author;
    __typeof__(&poppler_document_get_keywords) keywords;
    __typeof__(&poppler_index_iter_new) outline;
    __typeof__(&poppler_index_iter_free) free_outline;
    __typeof__(&poppler_page_get_text) text;
    __typeof__(&poppler_page_get_text_layout) layout;
    __typeof__(&poppler_page_get_image_mapping) pictures;
    __typeof__(&poppler_page_free_image_mapping) free_pictures;
    __typeof__(&poppler_page_get_image) picture;
    __typeof__(&cairo_image_surface_get_data) pixels;
    __typeof__(&cairo_image_surface_get_format) format;
    __typeof__(&cairo_image_surface_get_width) width;
    __typeof__(&cairo_image_surface_get_height) height;
    __typeof__(&cairo_image_surface_get_stride) stride;
    __typeof__(&cairo_surface_destroy) destroy;
    __typeof__(&g_bytes_new_static) bytes;
    __typeof__(&g_bytes_unref) bytes_unref;
    __typeof__(&g_object_unref) unref;
    __typeof__(&g_free) free;
    __typeof__(&g_utf8_offset_to_pointer) letter;
} poppler;

bool readback_boxes_prepare(struct error *error)
{
    static const struct library_call calls[] = {
        {"poppler_document_new_from_bytes", (void **)&poppler.open},
        {"poppler_document_get_n_pages", (void **)&poppler.pages},
        {"poppler_document_get_page", (void **)&poppler.page},
        {"poppler_document_get_title", (void **)&poppler.title},
        {"poppler_document_get_author", (void **)&poppler.author},
        {"poppler_document_get_keywords", (void **)&poppler.keywords},
        {"poppler_index_iter_new", (void **)&poppler.outline},
        {"poppler_index_iter_free", (void **)&poppler.free_outline},
        {"poppler_page_get_text", (void **)&poppler.text},
        {"poppler_page_get_text_layout", (void **)&poppler.layout},
        {"poppler_page_get_image_mapping", (void **)&poppler.pictures},
        {"poppler_page_free_image_mapping", (void **)&poppler.free_pictures},
        {"poppler_page_get_image", (void **)&poppler.picture},
        {"cairo_image_surface_get_data", (void **)&poppler.pixels}, /* poppler's own dependency */
        {"cairo_image_surface_get_format", (void **)&poppler.format},
        {"cairo_image_surface_get_width", (void **)&poppler.width},
        {"cairo_image_surface_get_height", (void **)&poppler.height},
        {"cairo_image_surface_get_stride", (void **)&poppler.stride},
        {"cairo_surface_destroy", (void **)&poppler.destroy},
        {"g_bytes_new_static", (void **)&poppler.bytes},
        {"g_bytes_unref", (void **)&poppler.bytes_unref},
        {"g_object_unref", (void **)&poppler.unref},
        {"g_free", (void **)&poppler.free},
        {"g_utf8_offset_to_pointer", (void **)&poppler.letter},
    };
    return readback_load("libpoppler-glib.so.8", "libpoppler-glib8", calls, sizeof calls / sizeof *calls,
                         error);
}

static double overlap(double from, double to, double other_from, double other_to)
{
    return (to < other_to ? to : other_to) - (from > other_from ? from : other_from);
}

static bool is_under(const PopplerRectangle *letter, const struct rectangle *box)
{
    return overlap(letter->x1, letter->x2, box->x, box->x + box->width) > UNDER &&
           overlap(letter->y1, letter->y2, box->y, box->y + box->height) > UNDER;
}

/* What may be read on a box: its label, its number, or nothing; spaces aside. */
static bool is_label(const char *found, const struct readback_box *box)
{
    char label[REDACTION_LABEL] = "", number[24];
    size_t length = 0;
    for (const char *at = box->label; *at != '\0' && length + 1 < sizeof label; at++)
        if (*at != ' ')
            label[length++] = *at;
    label[length] = '\0';
    snprintf(number, sizeof number, "%ld", box->number);
    return found[0] == '\0' || strcmp(found, label) == 0 || strcmp(found, number) == 0;
}

static bool letters_gone(const char *text, const PopplerRectangle *letters, guint count,
                         const struct readback_box *box, struct error *error)
{
    char found[256] = "";
    size_t length = 0;
    const char *at = text;
    for (guint i = 0; i < count && *at != '\0'; i++) {
        const char *next = poppler.letter(at, 1);
        size_t bytes = (size_t)(next - at);
        if (*at != ' ' && *at != '\n' && is_under(&letters[i], &box->box) && length + bytes < sizeof found) {
            memcpy(found + length, at, bytes);
            length += bytes;
            found[length] = '\0';
        }
        at = next;
    }
    return is_label(found, box) ||
           error_set(error, FAULT_INTERNAL, "there is text under redaction %ld", box->number);
}

/* The pixels of one picture within the box: from the top left, as poppler places it. */
static bool pixels_black(cairo_surface_t *surface, const PopplerRectangle *area, const struct rectangle *box)
{
    cairo_format_t format = poppler.format(surface);
    const unsigned char *pixels = poppler.pixels(surface);
    int width = poppler.width(surface), height = poppler.height(surface), stride = poppler.stride(surface);
    int bytes = format == CAIRO_FORMAT_A8 ? 1 : 4;
    double wide = area->x2 - area->x1, high = area->y2 - area->y1;
    int left = (int)((box->x - area->x1) / wide * width) + INSET;
    int right = (int)((box->x + box->width - area->x1) / wide * width) - INSET;
    int top = (int)((box->y - area->y1) / high * height) + INSET;
    int bottom = (int)((box->y + box->height - area->y1) / high * height) - INSET;
    if (pixels == NULL ||
        (format != CAIRO_FORMAT_A8 && format != CAIRO_FORMAT_RGB24 && format != CAIRO_FORMAT_ARGB32))
        return false;
    for (int y = top < 0 ? 0 : top; y < bottom && y < height; y++)
        for (int x = left < 0 ? 0 : left; x < right && x < width; x++) {
            const unsigned char *pixel = pixels + (size_t)y * (size_t)stride + (size_t)x * (size_t)bytes;
            for (int i = 0; i < (bytes == 4 ? 3 : 1); i++)
                if (pixel[i] > DARK)
                    return false;
        }
    return true;
}

static bool pictures_gone(PopplerPage *page, const struct readback_box *box, struct error *error)
{
    GList *pictures = poppler.pictures(page);
    bool gone = true;
    for (const GList *at = pictures; at != NULL && gone; at = at->next) {
        const PopplerImageMapping *picture = at->data;
        if (!is_under(&picture->area, &box->box))
            continue;
        cairo_surface_t *surface = poppler.picture(page, picture->image_id);
        gone = surface != NULL && pixels_black(surface, &picture->area, &box->box);
        if (surface != NULL)
            poppler.destroy(surface);
    }
    poppler.free_pictures(pictures);
    return gone || error_set(error, FAULT_INTERNAL, "there is a picture under redaction %ld", box->number);
}

static bool look_at_page(PopplerDocument *document, int index, const struct readback_box *boxes, size_t count,
                         struct error *error)
{
    PopplerPage *page = poppler.page(document, index);
    PopplerRectangle *letters = NULL;
    guint letter_count = 0;
    if (page == NULL)
        return error_set(error, FAULT_INTERNAL, "page %d cannot be read", index + 1);
    char *text = poppler.text(page);
    bool done = text != NULL && poppler.layout(page, &letters, &letter_count);
    if (!done)
        error_set(error, FAULT_INTERNAL, "page %d has no text", index + 1);
    for (size_t i = 0; done && i < count; i++)
        if (boxes[i].page == (size_t)index)
            done = letters_gone(text, letters, letter_count, &boxes[i], error) &&
                   pictures_gone(page, &boxes[i], error);
    poppler.free(letters);
    poppler.free(text);
    poppler.unref(page);
    return done || error_context(error, "page %d", index + 1);
}

/* No more said of the file than its title. */
static bool says_nothing(PopplerDocument *document, const char *title, struct error *error)
{
    char *found = poppler.title(document), *author = poppler.author(document),
         *keywords = poppler.keywords(document);
    PopplerIndexIter *outline = poppler.outline(document);
    bool nothing =
        found != NULL && strcmp(found, title) == 0 && author == NULL && keywords == NULL && outline == NULL;
    if (outline != NULL)
        poppler.free_outline(outline);
    poppler.free(found);
    poppler.free(author);
    poppler.free(keywords);
    return nothing || error_set(error, FAULT_INTERNAL, "the file has bookmarks or properties of its own");
}

bool readback_boxes(const void *bytes, size_t length, const struct readback_box *boxes, size_t count,
                    const char *title, struct error *error)
{
    if (!readback_prepare(error))
        return false;
    GBytes *shared = poppler.bytes(bytes, length);
    PopplerDocument *document = poppler.open(shared, NULL, NULL);
    bool done = document != NULL ? says_nothing(document, title, error)
                                 : error_set(error, FAULT_INTERNAL, "the document cannot be opened");
    int pages = document == NULL ? 0 : poppler.pages(document);
    for (int i = 0; i < pages && done; i++)
        done = look_at_page(document, i, boxes, count, error);
    if (document != NULL)
        poppler.unref(document);
    poppler.bytes_unref(shared);
    return done;
}
