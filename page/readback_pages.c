/*
 * What poppler finds on the pages.
 *
 * Guarantees: every letter and every picture lies wholly on its page, and a page shows something.
 */
#include <poppler.h>
#include <stdlib.h>
#include <string.h>

#include "page/grid.h"
#include "page/readback_parts.h"

#define TOLERANCE 0.5 /* points */

static struct {
    __typeof__(&poppler_document_new_from_bytes) open;
    __typeof__(&poppler_document_get_n_pages) pages;
    __typeof__(&poppler_document_get_page) page;
    __typeof__(&poppler_page_get_size) size;
    __typeof__(&poppler_page_get_text) text;
    __typeof__(&poppler_page_get_text_layout) layout;
    __typeof__(&poppler_page_get_image_mapping) pictures;
    __typeof__(&poppler_page_free_image_mapping) free_pictures;
    __typeof__(&g_bytes_new_static) bytes;
    __typeof__(&g_bytes_unref) bytes_unref;
    __typeof__(&g_object_unref) unref;
    __typeof__(&g_clear_error) clear_error;
    __typeof__(&g_free) free;
} poppler;

bool readback_pages_prepare(struct error *error)
{
    static const struct library_call calls[] = {
        {"poppler_document_new_from_bytes", (void **)&poppler.open},
        {"poppler_document_get_n_pages", (void **)&poppler.pages},
        {"poppler_document_get_page", (void **)&poppler.page},
        {"poppler_page_get_size", (void **)&poppler.size},
        {"poppler_page_get_text", (void **)&poppler.text},
        {"poppler_page_get_text_layout", (void **)&poppler.layout},
        {"poppler_page_get_image_mapping", (void **)&poppler.pictures},
        {"poppler_page_free_image_mapping", (void **)&poppler.free_pictures},
        {"g_bytes_new_static", (void **)&poppler.bytes},
        {"g_bytes_unref", (void **)&poppler.bytes_unref},
        {"g_object_unref", (void **)&poppler.unref},
        {"g_clear_error", (void **)&poppler.clear_error},
        {"g_free", (void **)&poppler.free},
    };
    return readback_load("libpoppler-glib.so.8", "libpoppler-glib8", calls, sizeof calls / sizeof *calls,
                         error);
}

static bool within(const PopplerRectangle *box)
{
    return box->x1 >= -TOLERANCE && box->y1 >= -TOLERANCE && box->x2 <= SHEET_WIDTH + TOLERANCE &&
           box->y2 <= SHEET_HEIGHT + TOLERANCE;
}

static bool letters_within(PopplerPage *page, int number, struct error *error)
{
    PopplerRectangle *boxes = NULL;
    guint count = 0;
    bool all = true;
    if (!poppler.layout(page, &boxes, &count) || count == 0)
        return error_set(error, FAULT_INTERNAL, "page %d shows no text", number);
    for (guint i = 0; i < count && all; i++)
        if (!within(&boxes[i]))
            all = error_set(error, FAULT_INTERNAL,
                            "a letter of page %d is not wholly on the page (%.0f, %.0f to %.0f, %.0f)",
                            number, boxes[i].x1, boxes[i].y1, boxes[i].x2, boxes[i].y2);
    poppler.free(boxes);
    return all;
}

static bool pictures_within(PopplerPage *page, int number, struct error *error)
{
    GList *pictures = poppler.pictures(page);
    bool all = true;
    for (const GList *at = pictures; at != NULL && all; at = at->next) {
        const PopplerImageMapping *picture = at->data;
        if (!within(&picture->area))
            all = error_set(error, FAULT_INTERNAL,
                            "a picture of page %d is not wholly on the page (%.0f, %.0f to %.0f, %.0f)",
                            number, picture->area.x1, picture->area.y1, picture->area.x2, picture->area.y2);
    }
    poppler.free_pictures(pictures);
    return all;
}

static bool read_page(PopplerDocument *document, int index, struct text *text, struct error *error)
{
    double width = 0, height = 0;
    PopplerPage *page = poppler.page(document, index);
    if (page == NULL)
        return error_set(error, FAULT_INTERNAL, "page %d cannot be read", index + 1);
    poppler.size(page, &width, &height);
    bool done = (width == SHEET_WIDTH && height == SHEET_HEIGHT) ||
                error_set(error, FAULT_INTERNAL, "page %d is %.0f by %.0f points", index + 1, width, height);
    done = done && letters_within(page, index + 1, error) && pictures_within(page, index + 1, error);
    char *words = done ? poppler.text(page) : NULL;
    if (words != NULL)
        text_add(text, words);
    poppler.free(words);
    poppler.unref(page);
    return done && (!text->failed || error_set(error, FAULT_TEMPORARY, "out of memory for a page's text"));
}

bool readback_pages(const void *bytes, size_t length, struct readback *readback, struct error *error)
{
    GError *reason = NULL;
    GBytes *shared = poppler.bytes(bytes, length);
    PopplerDocument *document = poppler.open(shared, NULL, &reason);
    bool done = document != NULL || error_set(error, FAULT_INTERNAL, "the document cannot be opened: %s",
                                              reason == NULL ? "no reason given" : reason->message);
    int count = document == NULL ? 0 : poppler.pages(document);
    if (done && (readback->pages = calloc((size_t)count + 1, sizeof *readback->pages)) == NULL)
        done = error_set(error, FAULT_TEMPORARY, "out of memory for the pages' texts");
    for (int i = 0; i < count && done; i++) {
        readback->page_count = (size_t)i + 1;
        done = read_page(document, i, &readback->pages[i], error);
    }
    if (done && count == 0)
        done = error_set(error, FAULT_INTERNAL, "the document has no page");
    poppler.clear_error(&reason);
    if (document != NULL)
        poppler.unref(document);
    poppler.bytes_unref(shared);
    return done;
}
