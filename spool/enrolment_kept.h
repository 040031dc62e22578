/*
 * Templates of a round that are finished already, kept beside the segments so that a crash repeats at most the batch
 * under way.
 */
#ifndef LEADSPOOL_SPOOL_ENROLMENT_KEPT_H
#define LEADSPOOL_SPOOL_ENROLMENT_KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* Add one batch's answer (match/template_answer.h) to what is kept for that segment in the directory `gallery`. Not
   synced: what a power cut tears off is noticed by its digest and made again. */
bool enrolment_keep(int gallery, const char *segment, const void *bytes, size_t length, struct error *error);

/* Hand every whole answer kept for the segment to `take`, in order; nothing kept is no error. What is torn or changed
   ends it. */
typedef void kept_answer(void *context, const void *bytes, size_t length);
bool enrolment_kept(int gallery, const char *segment, kept_answer *take, void *context, struct error *error);

/* The round is recorded: what was kept for it goes. */
void enrolment_forget(int gallery, const char *segment);

#endif
