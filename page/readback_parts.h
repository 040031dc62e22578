/*
 * The two readers behind page/readback.h. For page/ alone.
 */
#ifndef LEADSPOOL_PAGE_READBACK_PARTS_H
#define LEADSPOOL_PAGE_READBACK_PARTS_H

#include "page/readback.h"

struct library_call {
    const char *name;
    void **address; /* of a pointer to the function */
};

/* Open a library and find these functions in it. */
bool readback_load(const char *library, const char *package, const struct library_call *calls, size_t count,
                   struct error *error);

/* page/readback_file.c (qpdf): soundness, what lies in the file, its pictures. */
bool readback_file_prepare(struct error *error);
bool readback_file(const void *bytes, size_t length, struct readback *readback, struct error *error);

/* page/readback_pages.c (poppler): texts, and that everything is on its page. */
bool readback_pages_prepare(struct error *error);
bool readback_pages(const void *bytes, size_t length, struct readback *readback, struct error *error);

/* page/readback_boxes.c (poppler): what is under redactions. */
bool readback_boxes_prepare(struct error *error);

#endif
