/*
 * The XML twin of an outgoing document: the same facts, for programs.
 *
 * Pure: facts in, text out; the same facts give the same bytes (members in the order of the table of
 * documents, those of objects sorted by name). Only members that table lists go in, so a twin never says more
 * than its document.
 *
 * Form: <ROOT xmlns="urn:leadspool:report:1" docket="…"> with
 *   <notices><notice key="…"><title/><text/></notice>…</notices>   the notices the document must show
 *   then each member as an element of its name; an object's members as its children; an array as its element
 *   with one child for each, named by the singular (probes -> probe, searches -> search, peers -> peer,
 *   edits -> edit, images -> image, measures -> measure, holds -> hold, reviews -> review; items, limitations
 *   and all else -> item).
 * Roles of pictures (members ending in "icture") stay out: they mean nothing outside a job.
 */
#ifndef LEADSPOOL_REPORT_TWIN_H
#define LEADSPOOL_REPORT_TWIN_H

#include "base/json.h"
#include "base/text.h"

/* Append the twin of document `name`. Refuses what rendering refuses (outgoing_check). */
bool twin_write(struct text *out, const char *name, const json_t *facts, struct error *error);

#endif
