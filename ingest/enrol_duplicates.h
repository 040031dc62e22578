/*
 * Photographs of an enrolment packet whose very bytes are in the gallery already, or twice in the packet.
 */
#ifndef LEADSPOOL_INGEST_ENROL_DUPLICATES_H
#define LEADSPOOL_INGEST_ENROL_DUPLICATES_H

#include "ingest/admission.h"

/* Decide about one photograph new by its id. `seen` (an object, empty at first) holds what of the packet was looked at
   before. The same bytes of the same person: *duplicate, and it is left out. Of another person, or of a photograph
   sealed or withdrawn: a fault (REJECT). The bytes decide: a picture that was encoded anew is another picture. */
bool enrol_duplicate(struct admission *admission, json_t *seen, const json_t *photo, bool *duplicate,
                     struct error *error);

#endif
