/*
 * out/<command>/index.html: what the command has asked, its state, and what it waits for. Pure.
 *
 * page {"site","unit"?,"contact","command","at":ts,"demonstration"?:bool,
 *       "olderOpen"?,"olderFinished"?: how many are not listed,
 *       "dockets":[{"docket","caseNumber"?,"complaintNumber"?,"cmsRef"?,"requester"?,"requestId"?,"state":"INTAKE",
 *                   "ended"?:state it was closed from,
 *                   "since":ts,"received":ts,"waits"?:words}]}
 * Nobody on a candidate list is ever in it: the page knows nothing of searches.
 */
#ifndef LEADSPOOL_INGEST_INDEX_H
#define LEADSPOOL_INGEST_INDEX_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

bool index_page(const json_t *page, struct text *html, struct error *error);

/* A state in words for the people who asked: "an investigator compares candidates". */
const char *index_state_words(const char *state);

/* So many of those under way, and of those that are finished, are listed: the newest. */
enum { INDEX_ROWS_MOST = 1000 };

#endif
