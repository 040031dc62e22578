/*
 * What a command's index page shows, read from the casebook (ingest/index.h draws it).
 */
#ifndef LEADSPOOL_SPOOL_INDEX_VIEW_H
#define LEADSPOOL_SPOOL_INDEX_VIEW_H

#include "base/clock.h"
#include "base/text.h"
#include "casebook/casebook.h"
#include "spool/site.h"

/* Append the page of one command to `html`: its open dockets, then the closed ones. Reads the casebook only; the
   same record and time give the same bytes. */
bool index_view_draw(struct transaction *transaction, const struct site *site, const char *command,
                     instant now, struct text *html, struct error *error);

#endif
