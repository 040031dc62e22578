/*
 * index.html of a stage's spool: what waits there, since when, for whom. Pure.
 */
#ifndef LEADSPOOL_REVIEW_STAGE_PAGE_H
#define LEADSPOOL_REVIEW_STAGE_PAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Append the page. `page`: {"stage","site","unit","demonstration":bool,"rows":[rows of review/desk.h with "eligible"],"more"?},
   oldest first. The same rows give the same bytes. */
bool stage_page(const json_t *page, struct text *html, struct error *error);

/* More rows than anybody reads: the rest is counted ("more" says how many were not even given). */
enum { STAGE_ROWS_MOST = 2000 };

#endif
