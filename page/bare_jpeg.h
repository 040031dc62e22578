/*
 * A JPEG without its baggage: the picture's own data kept byte for byte, everything else left out.
 *
 * Cameras, editors and senders put names, places, thumbnails and remarks beside a picture. A reviewer who
 * must not know who a photo shows could read them out of a worksheet, and a report would carry them to
 * whoever gets it.
 */
#ifndef LEADSPOOL_PAGE_BARE_JPEG_H
#define LEADSPOOL_PAGE_BARE_JPEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Append to `out` the JPEG `bytes` without application segments (but JFIF's), comments, and whatever follows its end.
   `components` is that of the frame: 1 grey, 3 colour, 4 CMYK, whose colours then depend on what was left out. False
   when the segments do not add up to one picture, or to one that not every reader of PDF and every browser shows
   alike: arithmetic-coded, of other than 8 bits, or of three colours stored as red, green and blue. What was appended
   is then of no use. */
bool jpeg_bare(const uint8_t *bytes, size_t length, struct text *out, unsigned int *components);

#endif
