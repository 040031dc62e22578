/*
 * Eyes a gallery keeper marked in photographs that were sent before: part of an enrolment packet.
 */
#ifndef LEADSPOOL_INGEST_ENROL_MARKS_H
#define LEADSPOOL_INGEST_ENROL_MARKS_H

#include "ingest/admission.h"

/* A fault for each mark that cannot be taken: the photograph is unknown, does not wait for marks, or does not
   hold them. Writes nothing. */
bool enrol_marks_compare(struct admission *admission, struct error *error);

/* Gives the photographs their eyes and the status "pending"; *marked counts them. Those that have these very
   eyes already are passed over. */
bool enrol_marks_store(struct admission *admission, int64_t *marked, struct error *error);

#endif
