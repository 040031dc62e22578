/*
 * What has to lie on the shares, by the rows of the outbox alone.
 */
#ifndef LEADSPOOL_CASEBOOK_PUBLISHED_H
#define LEADSPOOL_CASEBOOK_PUBLISHED_H

#include "base/text.h"
#include "casebook/casebook.h"

/* Records (index) of pages that are made at any time, by path: {"digest","before":[digests that may lie there still]}. */
#define PUBLISHED_VIEW "view/"

/* Append to `files` (an array), in the order in which they became true, [directory, name, digest] of each file that was
   published (a signature is a file of its own), [directory, name] of what may have been changed or taken away since by a
   row that is under way, was cancelled or reduced, and [directory] of a folder that was removed; and [directory, name, digest, [others]] of pages, which may have one of those
   digests. At most `rows` rows
   beyond `after` (a key this function gave; NULL: from the start). *next: the key to go on after (caller frees), NULL
   when that was all. A row that is damaged is left out: an audit of the books names it. */
bool published_list(struct transaction *transaction, const char *after, size_t rows, json_t *files,
                    char **next, struct error *error);

#endif
