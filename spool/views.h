/*
 * Pages that are made from the casebook at any time (out/<command>/index.html, request.html, review/<stage>/index.html …).
 *
 * They are no documents of the outbox, but people believe them: so the record has the digest of each, and one that was changed on
 * its share is named, by `audit verify` at once and by the daemon within ten minutes, which makes it anew.
 */
#ifndef LEADSPOOL_SPOOL_VIEWS_H
#define LEADSPOOL_SPOOL_VIEWS_H

#include "base/text.h"
#include "spool/service.h"
#include "spool/state.h"

/* Note the digest, then publish. `answered` is called in any case, with the porter's answer or an error. */
void view_publish(struct daemon *daemon, const char *directory, const char *name, const struct text *content,
                  service_done *answered, void *context);

/* Look at all of them every ten minutes; what was changed or is gone is made anew. */
bool views_open(struct daemon *daemon, struct views **views, struct error *error);
void views_close(struct views *views);

#endif
