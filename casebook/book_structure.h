/*
 * Is a book's file in order as a whole?
 *
 * A record's own checksum tells a changed record, not one that a changed page hides: a walk then passes over it, and looking
 * it up answers that there is none.
 */
#ifndef LEADSPOOL_CASEBOOK_BOOK_STRUCTURE_H
#define LEADSPOOL_CASEBOOK_BOOK_STRUCTURE_H

#include "casebook/casebook.h"

enum { BOOK_STRUCTURE_MOST = 64 << 20 }; /* bytes of a file that is looked at: less than a second */

enum book_structure { BOOK_SOUND, BOOK_DAMAGED, BOOK_TOO_LARGE };

/* Reads the whole file, after a checkpoint: nothing may be written meanwhile, as nothing is while the one thread of the
   casebook is here. `what` (`size` bytes): of a damaged one, what Berkeley DB says. False when that could not be told. */
bool book_structure(struct casebook *casebook, enum book book, enum book_structure *found, char *what,
                    size_t size, struct error *error);

#endif
