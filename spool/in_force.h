/*
 * The site's own files as the record knows them: site.xml, what it trusts and signs with (keys/), ca.pem.
 *
 * What a daemon starts with is in force, and what differs from the last start is an event each, member by member. So who
 * loosens the policy or exchanges a key leaves a trace in the log, also when the file is put back later.
 */
#ifndef LEADSPOOL_SPOOL_IN_FORCE_H
#define LEADSPOOL_SPOOL_IN_FORCE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "spool/site.h"
#include "spool/state.h"

/* Record (runs): {"at","files":{path:digest},"members":{member of site.xml:value},"noticed"?:{path:digest}}. */
#define IN_FORCE_RECORD "in-force"

/* Put down what `site` was opened with, with its events; at a start. */
bool in_force_note(struct transaction *transaction, const struct site *site, instant now,
                   struct error *error);

/* Paths of files that are not as they were at the last start (new array). The revocation list is renewed while a daemon runs and
   is none of them; roster.xml is one only when `idle`, since a daemon reads it anew. Nothing before the first start. */
bool in_force_changed(struct transaction *transaction, const struct site *site, bool idle, json_t **paths,
                      struct error *error);

/* While the daemon runs a changed file is an alarm and an event. */
struct in_force_watch;
bool in_force_watch_open(struct daemon *daemon, struct in_force_watch **watch, struct error *error);
void in_force_watch_close(struct in_force_watch *watch);

#endif
