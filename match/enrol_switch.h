/*
 * A gallery enrolled for one engine, enrolled anew for another.
 *
 * Templates of one engine say nothing to another, so when a site changes its engine every enrolled photo is made into a
 * template again from its picture in the vault, round by round like any enrolment, and segments of the old engine go as the
 * last of their photos has moved. Until then nothing is searched: half a gallery never passes for the whole.
 */
#ifndef LEADSPOOL_MATCH_ENROL_SWITCH_H
#define LEADSPOOL_MATCH_ENROL_SWITCH_H

#include <jansson.h>
#include <stdint.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "match/engine.h"

#define ENROL_ENGINE_SIZE 72
/* How records of segments name an engine: "id version". Returns `text`. */
const char *enrol_engine(const struct match_engine *engine, char text[ENROL_ENGINE_SIZE]);

/* Templates in segments of other engines than this one; 0: the gallery is whole. */
bool enrol_switch_left(struct transaction *transaction, const char *engine, int64_t *photos,
                       struct error *error);

/* The next photos to enrol anew, at most `most` (*photos: new array as of enrol_pending, empty when none are left).
   Segments of other engines none of whose photos needs them are taken out of the record, with an event. `gallery` is the
   directory of segments. */
bool enrol_switch_next(struct transaction *transaction, int gallery, const char *engine, size_t most,
                       instant now, json_t **photos, struct error *error);

#endif
