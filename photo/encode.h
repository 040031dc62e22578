/*
 * JPEG out: the searched probe made by edits, and thumbnails of worksheets.
 *
 * Deterministic: the same pixels give the same bytes with the same library (slow integer transform, fixed
 * quality, optimised tables, no time stamps).
 */
#ifndef LEADSPOOL_PHOTO_ENCODE_H
#define LEADSPOOL_PHOTO_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "photo/image.h"

enum encode_purpose {
    ENCODE_PROBE, /* to be searched and shown as evidence: quality 95, full colour resolution */
    ENCODE_FIGURE /* to be looked at on a page: quality 85, full colour resolution */
};

/* The bytes are allocated; the caller frees them with free(). */
bool photo_encode(const struct image *image, enum encode_purpose purpose, uint8_t **bytes, size_t *length,
                  struct error *error);

#endif
