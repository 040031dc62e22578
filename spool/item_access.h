/*
 * Who may read an item's folder: those who may still take it, by access control lists of the file system.
 *
 * For sites that say so (site.xml, review itemAccess="acl"). A view of the casebook like the pages of the stages, made
 * with them: lists are set anew when who is eligible changed.
 */
#ifndef LEADSPOOL_SPOOL_ITEM_ACCESS_H
#define LEADSPOOL_SPOOL_ITEM_ACCESS_H

#include "spool/state.h"

struct item_access;

bool item_access_open(struct daemon *daemon, struct item_access **access, struct error *error);
void item_access_close(struct item_access *access);

/* Set the lists of a stage's folder, for `staff` (accounts), and of the items of `rows` ({"directory","accounts"}) whose
   readers are others than before; then call `done`, in any case. Nothing where the site does not want lists. */
void item_access_apply(struct item_access *access, const char *directory, const json_t *staff,
                       const json_t *rows, void (*done)(void *context), void *context);

#endif
