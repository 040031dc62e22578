/*
 * Photographs of the gallery: their records, and the indexes by what orders and enrolments ask for.
 *
 * Guarantees: the indexes always agree with the records, because only photo_put writes either; so whoever needs
 * the photographs of one person, of one status or with certain bytes never walks the whole gallery. Does not
 * know which change is allowed.
 *
 * Index keys, all in one book: `photo/status/<status>/<photo>` for every photograph that is not "enrolled" and not
 * gone, `photo/person/<person>/<photo>`, `photo/digest/<digest>/<photo>`, `photo/citation/<digest of it>/<photo>`,
 * `photo/fate/<fate>/<photo>` for those that have one.
 *
 * A fate: "doomed" is a photograph that was withdrawn or sealed for destruction and has yet to be compacted away;
 * one under a legal hold is not. "gone": it was. "lifted": it was sealed once and is searched again.
 */
#ifndef LEADSPOOL_CASEBOOK_PHOTO_H
#define LEADSPOOL_CASEBOOK_PHOTO_H

#include <jansson.h>

#include "casebook/casebook.h"

/* What photographs can be found by. */
enum photo_index { PHOTO_BY_STATUS, PHOTO_BY_PERSON, PHOTO_BY_DIGEST, PHOTO_BY_CITATION, PHOTO_BY_FATE };

/* Store the record ("photo", "person", "digest" and "status" must be there) and bring the indexes up to date. */
bool photo_put(struct transaction *transaction, const json_t *photo, struct error *error);

/* Append to `ids` (an array of texts) at most `most` ids of photographs with that value, in order, those after
   `after` (NULL = from the start). "enrolled" is no status to ask for (FAULT_INTERNAL). A citation is given as
   its text. */
bool photo_find(struct transaction *transaction, enum photo_index index, const char *value, const char *after,
                size_t most, json_t *ids, struct error *error);

/* Append the ids of all photographs that must not be searched and may be in a segment: sealed and withdrawn ones that
   are not gone. */
bool photo_sealed_ids(struct transaction *transaction, json_t *ids, struct error *error);

/* How often photographs were sealed, unsealed or withdrawn: a search record says at which of these it was made. */
bool photo_seal_generation(struct transaction *transaction, int64_t *generation, struct error *error);

/* Pure: may it be searched? Only with the status "enrolled". NULL is no photograph. */
bool photo_may_be_searched(const json_t *photo);
/* Pure: may it be shown to people (R17)? "enrolled", or sealed for a reason that ends searching alone. */
bool photo_may_be_shown(const json_t *photo);

/* Pure: its fate, as above, or NULL. */
const char *photo_fate(const json_t *photo);
/* Pure: are its bytes to be destroyed, not only its template? */
bool photo_destroys(const json_t *photo);
/* Pure: the number of the enrolment that made its template, from the segment's name; 0 when it has none. */
int64_t photo_round(const json_t *photo);
/* Pure: the number at the end of a segment's name; 0 when it has none. */
int64_t photo_segment_number(const char *segment);

/* Note that a report naming the photograph was published for a docket, and find those dockets again. */
bool photo_report_note(struct transaction *transaction, const char *photo, const char *docket,
                       struct error *error);
bool photo_reports(struct transaction *transaction, const char *photo, json_t *dockets, struct error *error);

#endif
