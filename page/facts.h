/*
 * What a document must and may not be told, checked before anything is drawn.
 *
 * A document is rendered from its facts alone. One that lacks a member would mislead by silence; one that
 * holds a member its reader may not see would print it on some later day.
 */
#ifndef LEADSPOOL_PAGE_FACTS_H
#define LEADSPOOL_PAGE_FACTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

/* Has the object every one of these members? The list ends with NULL. FAULT_INPUT names `document` and the
   first member missing. */
bool facts_hold_all(const json_t *facts, const char *const *names, const char *document, struct error *error);

/* Has it none of these members, at any depth? What stands below a member "request" is not looked at: the
   request is the sender's own text, which a reader sees whole or not at all. FAULT_INTERNAL names the first
   found. */
bool facts_hold_none(const json_t *facts, const char *const *names, const char *document,
                     struct error *error);

#endif
