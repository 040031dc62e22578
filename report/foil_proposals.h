/*
 * What the program would redact: every picture, and every personal text wherever it stands on the pages.
 */
#ifndef LEADSPOOL_REPORT_FOIL_PROPOSALS_H
#define LEADSPOOL_REPORT_FOIL_PROPOSALS_H

#include "report/foil_part.h"

/* Boxes (report/foil_pages.h) of a part whose marks were noted, in the order of documents and pages, numbered from 1. A new
   array; NULL with an error. A text broken over lines, columns or pages is found whole. */
json_t *foil_propose(const struct foil_part *part, const struct ink *ink, struct error *error);

#endif
