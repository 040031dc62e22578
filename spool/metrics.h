/*
 * Figures of a running daemon as a file in the Prometheus text format, for the node exporter's textfile collector or any
 * other reader: var/run/metrics.prom, where site.xml sets `watching metricsSeconds`.
 */
#ifndef LEADSPOOL_SPOOL_METRICS_H
#define LEADSPOOL_SPOOL_METRICS_H

#include <jansson.h>

#include "base/text.h"
#include "spool/state.h"

/* Pure: an answer to `status` in the text format, version 0.0.4. Counts and times only. */
void metrics_text(const json_t *status, struct text *text);

struct metrics;
/* Write the file at the site's interval until closed, and never where it sets none; the committer must be running. */
bool metrics_open(struct daemon *daemon, struct metrics **metrics, struct error *error);
/* Also removes the file: figures of a daemon that is gone mislead. NULL is allowed. */
void metrics_close(struct metrics *metrics);

#endif
