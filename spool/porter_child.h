/*
 * A porter's own process, and its operations. Every operation reads its message's members, works below the
 * site and fills the answer; what it does is in the table of spool/porter.h.
 */
#ifndef LEADSPOOL_SPOOL_PORTER_CHILD_H
#define LEADSPOOL_SPOOL_PORTER_CHILD_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/keyring.h"

/* One name of an open share as it lies there now, with the names of at most `most` files (porter_scan.c): a
   drop of a snapshot (spool/porter.h), new reference; NULL when it is gone. `local`: inode numbers and times
   of change mean something (not on a network file system). */
json_t *porter_look(int share, const char *name, size_t most, bool local);

/* The porter gets on: called with every piece of work that the file system answered. */
void porter_alive(void);
/* The same, in a message that takes long and is in the middle of nothing: what goes first is served now. */
void porter_between(void);

/* What copies are encrypted with; NULL: nothing. */
const struct keyring *porter_keyring(void);

/* Operations: `file` came with the message (-1 = none); *sent (set to -1 by the caller) goes back with the
   answer. */
typedef bool porter_operation(int site, const json_t *message, int file, json_t *answer, int *sent,
                              struct error *error);
porter_operation porter_peek, porter_digest;                    /* porter_peek.c */
porter_operation porter_claim, porter_copy, porter_unclaim;     /* porter_claim.c */
porter_operation porter_hash, porter_encrypt;                   /* porter_hash.c */
porter_operation porter_publish, porter_compare, porter_remove; /* porter_publish.c */
porter_operation porter_access;                                 /* porter_access.c */
porter_operation porter_issue;                                  /* porter_issue.c */

/* Open a folder of the site by its relative path, following no link; -1 on failure. */
int porter_open(int site, const char *path, struct error *error);

#endif
