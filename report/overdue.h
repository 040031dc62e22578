/*
 * What a docket still waits for from outside the unit: answers that policy asks for and nobody gave yet.
 */
#ifndef LEADSPOOL_REPORT_OVERDUE_H
#define LEADSPOOL_REPORT_OVERDUE_H

#include <jansson.h>

#include "base/clock.h"

/* Append a row for each to `rows`, oldest cause first: {"docket","command","state","overdue","since","days"}, where
   "overdue" is
     intake-acknowledgement   the requester documents the confirmed basis (R18)
     report-acknowledgement   case management files the attached report (R27)
     corroboration            the requester says what became of the lead (R4)
   and "days" the whole days since then. Pure. */
void overdue_add(json_t *rows, const json_t *docket, instant now);

#endif
