/*
 * The length of the casebook's newest log file.
 *
 * Berkeley DB makes a log file as long as it may become, and each opening with recovery writes zeros over all that is not used
 * of it: 32 MiB, for a command that reads one record. So whoever closes the casebook leaves the file as long as its log,
 * and who will write much has it long again: a commit within a file's length costs the disk half of one that makes it longer.
 */
#ifndef LEADSPOOL_CASEBOOK_LOG_FILES_H
#define LEADSPOOL_CASEBOOK_LOG_FILES_H

#include <stdbool.h>
#include <stdint.h>

enum { LOG_FILE_BYTES = 32 << 20 }; /* the unit DB_LOG_AUTO_REMOVE frees */

/* The newest log file of the casebook in `directory` gets its whole length. Before the casebook is opened: opening it writes
   the zeros, and commits into them are the quickest, which pays for a daemon that stays; after that: without. What cannot be
   done is left: a log file grows by itself. */
void log_files_lengthen(const char *directory);

/* The log file of that number ends at `end`, unless there is anything but zeros behind it. The casebook is closed. */
void log_files_shorten(const char *directory, uint32_t number, uint32_t end);

#endif
