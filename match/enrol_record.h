/*
 * The casebook's side of enrolment: which photos wait for a template, and the segment they went into.
 */
#ifndef LEADSPOOL_MATCH_ENROL_RECORD_H
#define LEADSPOOL_MATCH_ENROL_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "casebook/casebook.h"

/* Photos of status `pending`, at most `most` (*photos: new array, empty when there are none), and the name of
   the segment they are to go into: that of the round a crash interrupted, or a new one. */
bool enrol_pending(struct transaction *transaction, size_t most, json_t **photos, char *segment, size_t size,
                   struct error *error);

/* The name of the segment the next photos go into: that of the round a crash interrupted, or of a new one, which is begun. */
bool enrol_round_begin(struct transaction *transaction, char *segment, size_t size, struct error *error);

/* The segment of the round that was begun and is not recorded yet; "" when there is none. */
bool enrol_round(struct transaction *transaction, char *segment, size_t size, struct error *error);

/* The segment file exists durably in the directory `gallery` (or holds nobody, when no photo is "enrolled").
   Each photo of the round has "outcome": "enrolled", "faulty" (then "fault") or "unmarked"; and, when its eyes
   were sought, "found":{"eyes"?:[4],"confidence":n}; "width" and "height" unless it is faulty. Records the
   segment and what became of each. */
bool enrol_record(struct transaction *transaction, const char *segment, int gallery, const json_t *photos,
                  instant now, struct error *error);

#endif
