/*
 * The pictures of a worksheet as a web page holds them: small enough for one file, without metadata.
 *
 * Every picture the facts name (review/worksheet.h) is decoded whole under photo/'s limits and made anew as a
 * JPEG: nothing of a file but its pixels gets into the page. Sizes come from a table, from large to small: the
 * first row is taken with which all pictures together stay within PAGE_PICTURES_BYTES, so that no picture of
 * an item is shown better than another. The same pictures give the same bytes.
 */
#ifndef LEADSPOOL_REVIEW_PAGE_PICTURES_H
#define LEADSPOOL_REVIEW_PAGE_PICTURES_H

#include "base/worker.h"

/* Of all JPEGs together: as base64, with the page around them, less than 5,000,000 bytes. */
#define PAGE_PICTURES_BYTES 3400000

/* {"P01": {"source": data URL, "width", "height", "originalWidth", "originalHeight"}, "P01-face": {"source",
   "width", "height"}}: by the names the facts use; all faces (photo/crop.h) have one size. New reference in
   *pictures. */
bool page_pictures(const struct worker_job *job, const json_t *facts, json_t **pictures, struct error *error);

#endif
