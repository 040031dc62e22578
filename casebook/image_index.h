/*
 * Where an image was seen before: by its digest, and by the recording it was taken from.
 *
 * Entries of the book of indexes, `image/<digest>/<docket>` and `recording/<digest of the id>/<docket>`, never
 * removed: a docket that is closed was still asked for. The bytes decide: a picture that was encoded anew is
 * another picture.
 */
#ifndef LEADSPOOL_CASEBOOK_IMAGE_INDEX_H
#define LEADSPOOL_CASEBOOK_IMAGE_INDEX_H

#include <jansson.h>
#include <stddef.h>

#include "casebook/casebook.h"

/* Note an image of a docket; `recording` NULL = none is stated. Noting it twice changes nothing. */
bool image_index_add(struct transaction *transaction, const char *docket, const char *digest,
                     const char *recording, struct error *error);

/* Numbers of the other dockets in which this very image was searched, or is chosen and waits for its search:
   "FR-2026-000001, FR-…", at most a few. *searched: in one of them it was. *found is NULL when there is none; the
   caller frees it. */
bool image_index_searched(struct transaction *transaction, const char *digest, const char *docket,
                          char **found, bool *searched, struct error *error);

/* What that says of the image, as a hold gives its reason; NULL when memory ran out, freed by the caller. */
char *image_index_words(const char *file, const char *found, bool searched);

/* How many dockets have an image of that recording; 0 when that docket (NULL: none yet) is one of them. */
bool image_index_recording(struct transaction *transaction, const char *recording, const char *docket,
                           size_t *count, struct error *error);

#endif
