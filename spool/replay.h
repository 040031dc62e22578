/*
 * What a backup does not know: seals and destructions since it was made (R17 R38).
 *
 * Whoever restores a copy of the record that ends with event n has to do these again before anybody works with it: else
 * what was sealed is searched again and what was destroyed is back.
 */
#ifndef LEADSPOOL_SPOOL_REPLAY_H
#define LEADSPOOL_SPOOL_REPLAY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "casebook/casebook.h"

/* Append the events from number `from` on, of at most `slice` looked at, that end a use: {"event","at","action","object"?,
   "docket"?,"outcome","clause"?, "photos"?:[ids] of the photographs with the object's bytes, "objects"?:[digests] that
   a disposal destroyed}. Actions: photo-sealed, photo-unsealed, photo-withdrawn, photo-held, photo-released, photo-removed,
   photo-destroyed, docket-disposed, worksheets-disposed, looks-disposed, release-disposed, drop-disposed,
   legal-hold-placed, legal-hold-lifted. *next: where to go on, 0 at the end. */
bool replay_list(struct transaction *transaction, int64_t from, size_t slice, json_t *rows, int64_t *next,
                 struct error *error);

/* Do one such row again in a restored record: seals, withdrawals, holds and what disposals destroyed. *left (may be NULL, needs no
   freeing) is why it could not be done, NULL when it was or is so already; *photos {id: true} gets photographs that may
   not be shown any more. */
struct site;
bool replay_row(struct transaction *transaction, const struct site *site, const json_t *row, json_t *photos,
                instant now, const char **left, struct error *error);

#endif
