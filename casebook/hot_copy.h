/*
 * The casebook's files copied while it is in use, for backups.
 *
 * Only the thread that writes the casebook reads them here, between its transactions, so that no page is seen half written;
 * nothing waits for another. What was copied is a casebook after casebook_recover, up to the last transaction in the log.
 * The order is Berkeley DB's: hot_copy_begin, every book to its end, then a new list, then every log file of it to its end,
 * hot_copy_end. The books are of different instants, and the log makes them one.
 */
#ifndef LEADSPOOL_CASEBOOK_HOT_COPY_H
#define LEADSPOOL_CASEBOOK_HOT_COPY_H

#include <jansson.h>

#include "casebook/casebook.h"

/* Write a checkpoint, and keep every log file from here on: for a minute from the last call of one of these functions, so
   that a copy nobody goes on with does not fill the disk. FAULT_REFUSED while another copy is under way. */
bool hot_copy_begin(struct casebook *casebook, uint64_t *token, struct error *error);

/* Append the names of the books' files and of the log's, as they are now. FAULT_INPUT when the copy is over. */
bool hot_copy_list(struct casebook *casebook, uint64_t token, json_t *books, json_t *logs,
                   struct error *error);

/* At most HOT_COPY_SLICE bytes of a file from `offset` on into `target`, which is emptied first. *got is less at the file's end. */
enum { HOT_COPY_SLICE = 2 << 20 };
bool hot_copy_read(struct casebook *casebook, uint64_t token, const char *name, int64_t offset, int target,
                   int64_t *got, struct error *error);

/* A copy that is over is ended already. */
void hot_copy_end(struct casebook *casebook, uint64_t token);
/* Ends one that was left; is another under way? */
bool hot_copy_busy(struct casebook *casebook);
/* The same from any thread: files that the record gave up are not removed meanwhile. */
bool hot_copy_holds(const struct casebook *casebook);

#endif
