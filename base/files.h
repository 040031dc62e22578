/*
 * Durable files: the only place of the project that calls fsync, syncfs, rename and link.
 *
 * A final name means *was durable*: bytes are written under a hidden name (".tmp-…"), synced, renamed, and
 * the directory is synced. A failed fsync is FAULT_DURABILITY and is never tried again: the caller's process
 * stops (PostgreSQL learned this in 2018). `directory` arguments are descriptors of open directories; names
 * are single components.
 */
#ifndef LEADSPOOL_BASE_FILES_H
#define LEADSPOOL_BASE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/* Open a directory by path for use with the functions below; close with close(). -1 on failure. */
int directory_open(const char *path, struct error *error);
/* A directory below another one, no links followed; made with `mode` first when `make` is true; a
   set-group-id bit it has from its parent stays. A directory made is durable only after directory_sync of its
   parent. -1 on failure. */
int directory_open_at(int parent, const char *name, bool make, mode_t mode, struct error *error);
/* Open a directory by a relative path ("a/b/c") in one step, following no link and leaving nothing above `parent`; -1 says
   no more than that whoever wants to know why goes step by step (a path with "..", a kernel without openat2). */
int directory_open_below(int parent, const char *path);
/* Walk a relative path ("a/b/c") of single components without "..", making what is missing (each parent
   synced). -1 on failure. */
int directory_make_path(int parent, const char *path, mode_t mode, struct error *error);

/* The same, for many under one sync: nothing is synced. */
int directory_make_path_unsynced(int parent, const char *path, mode_t mode, struct error *error);

/* Folders made in this one from now on have nothing to do with each other: ext4 then gives each a region of the disk of
   its own. There a file made costs a look at every inode freed within the last minutes, and what senders' drops free
   lies elsewhere then. Does nothing where a file system has no such thing. */
void directory_scatter(int directory);

/* The names in an open directory, from the first on, "." and ".." left out; `type` is readdir's d_type. `visit` returns
   false to end it early. Without the stream that readdir needs, which costs more than a small folder's names. */
typedef bool directory_visitor(void *context, const char *name, unsigned char type);
bool directory_each(int directory, directory_visitor *visit, void *context, struct error *error);

/* Write a whole file durably under its final name, replacing one of that name. `mode` exactly, whatever
   the umask. Doing it twice with the same bytes changes nothing but times. */
bool file_write_durable(int directory, const char *name, const void *bytes, size_t length, mode_t mode,
                        struct error *error);
/* Copy an open file's whole content the same way. One process at a time for one name: its temporary has a
   name of its own, so that the next attempt takes over what a killed one left. */
bool file_copy_durable(int directory, const char *name, int source, mode_t mode, struct error *error);

/* Every temporary's name begins so; start-up deletes them. */
#define TEMPORARY_PREFIX ".tmp-"
#define TEMPORARY_NAME_SIZE 64

/* Begin a file under a hidden name of its own, for writers that sync and rename many at once: its descriptor,
   and its name in `name` (TEMPORARY_NAME_SIZE bytes). -1 on failure. */
int file_temporary(int directory, mode_t mode, char *name, struct error *error);

/* The same for a file that will be called `target`, on a share: nothing sweeps shares, so the hidden name is made of
   the target's, and whoever tries again takes over what a kill left. One process at a time for one target. */
int file_temporary_for(int directory, const char *target, mode_t mode, char *name, struct error *error);

/* That hidden name (TEMPORARY_NAME_SIZE bytes), for whoever takes away what nobody will try again. */
void file_temporary_name(const char *target, char *name);

/* Hand a file over to a folder one may write but not list (mode 1730): `directory` may be an O_PATH
   descriptor. Filled under a hidden name, synced, renamed; the folder itself cannot be synced by whoever may
   not read it, so only the answer to what was handed over tells that it arrived. A taken name is FAULT_INPUT.
 */
bool file_hand_over(int directory, const char *name, const void *bytes, size_t length, mode_t mode,
                    struct error *error);

/* Read a whole file, at most `limit` bytes (more is FAULT_INPUT); NUL-terminated, caller frees.
   No links followed, regular files only. */
bool file_read(int directory, const char *name, size_t limit, char **bytes, size_t *length,
               struct error *error);
/* The same of an open descriptor, from offset 0. */
bool file_read_open(int file, size_t limit, char **bytes, size_t *length, struct error *error);

/* A read-only descriptor of a regular file, no links followed; -1 on failure. */
int file_open(int directory, const char *name, struct error *error);

/* write(2) until done. */
bool file_write_all(int file, const void *bytes, size_t length, struct error *error);

bool file_sync(int file, struct error *error);           /* fsync; failure is FAULT_DURABILITY */
bool directory_sync(int directory, struct error *error); /* the same of a directory */
bool volume_sync(int any_file, struct error *error);     /* one syncfs for many new files */
/* Have what is unwritten of an open file on its way, and wait for that: whoever syncs the volume has less to wait for. Promises
   nothing. */
void file_write_out(int file);
/* fdatasync, for a library that syncs its files itself: 0, or an errno. Once one has failed it and every later one of this
   process return ENOTRECOVERABLE, since the kernel says it only once and forgets what it could not write: a
   library that tries again would be told that all is well. Safe from any thread. */
int file_sync_once(int file);

/* rename(2) within one file system. `replace` false refuses an existing target (RENAME_NOREPLACE).
   Durable only after directory_sync of both directories. */
bool file_rename(int from_directory, const char *from, int to_directory, const char *to, bool replace,
                 struct error *error);

/* Remove a name; one that is not there is no error. */
bool file_remove(int directory, const char *name, struct error *error);
/* Remove a directory and all in it, never following a link; nothing there is no error. FAULT_REFUSED when something
   in it is closed to this account. */
bool directory_remove_tree(int parent, const char *name, struct error *error);

/* An anonymous file in memory (memfd) with these bytes, sealed against change; -1 on failure. */
int memory_file(const char *label, const void *bytes, size_t length, struct error *error);
/* An empty, writable one, close-on-exec; -1 on failure. */
int memory_file_empty(const char *label, struct error *error);
/* Seal one against change, now that it is filled. */
bool memory_file_seal(int file, struct error *error);

#endif
