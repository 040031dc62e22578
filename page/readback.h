/*
 * A finished PDF read as its reader would: by libraries that had no part in making it.
 *
 * qpdf says whether the file is sound and what lies in it, poppler what text and which pictures stand where on
 * its pages. Nothing of what the program meant to draw is asked here.
 *
 * The two libraries are loaded when they are first needed (readback_prepare), not with the program: with all they
 * need they would triple what a command takes to start.
 */
#ifndef LEADSPOOL_PAGE_READBACK_H
#define LEADSPOOL_PAGE_READBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"
#include "page/redaction.h"

/* Load the libraries, once in a process; later calls do nothing. Reads files: before the walls of a worker.
   FAULT_ENVIRONMENT names what to install. */
bool readback_prepare(struct error *error);

struct readback_picture {
    struct digest digest; /* of its JPEG file as it stands in the PDF */
    size_t length;
};

struct readback {
    struct text *pages; /* text of each, white space as poppler gives it */
    size_t page_count;
    struct readback_picture *pictures; /* each once, however often it is shown */
    size_t picture_count;
};

/* Read all of it. FAULT_INTERNAL when the file is not sound: damaged or odd in qpdf's eyes, with a page of another
   size than the rest, text or a picture not wholly on its page, a font that is not embedded, a picture that is no
   JPEG, or anything beside pages and bookmarks (scripts, attachments, forms, links, metadata streams). The bytes
   stay borrowed during the call only. */
bool readback_read(const void *bytes, size_t length, struct readback *readback, struct error *error);
void readback_free(struct readback *readback);

/* A box under which nothing may be, as it stands in the file. */
struct readback_box {
    size_t page; /* of the file, from 0 */
    struct rectangle box;
    long number;
    const char *label; /* what may be written on it, or the number alone, or nothing */
};

/* Look under every box of the file: FAULT_INTERNAL when a letter beside its label or a picture's pixel that is not black
   is there, or when the file has bookmarks or a title other than `title`. After readback_read found the file sound. */
bool readback_boxes(const void *bytes, size_t length, const struct readback_box *boxes, size_t count,
                    const char *title, struct error *error);

/* Is `text` on one page, whole, white space aside? */
bool readback_shows(const struct readback *readback, const char *text);
/* The first page that does not show it so, from 1; 0 when every page does. */
size_t readback_lacking(const struct readback *readback, const char *text);
/* How often does the word or phrase occur as such, whatever its case, over all pages? White space counts as one
   space. */
size_t readback_count(const struct readback *readback, const char *phrase);
/* Numbers followed by a percent sign, over all pages. */
size_t readback_percentages(const struct readback *readback);

#endif
