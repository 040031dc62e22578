/*
 * When memory runs out inside a library.
 *
 * Libraries that read foreign bytes say "this is broken" also when they had no memory to read it with, or leave a part
 * out, and some (libxml2, jansson, Berkeley DB) do not survive that. A document would be refused for good, or a process would end, for
 * a shortage that passes. So their allocations come here: failures are counted, and whoever judges what a library said
 * asks for the count first.
 */
#ifndef LEADSPOOL_BASE_MEMORY_H
#define LEADSPOOL_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* How many allocations of these libraries failed in this thread so far: jansson, OpenSSL, libxml2, libexif,
   Berkeley DB. */
size_t memory_failures(void);
/* Count one of our own, where a NULL would be taken for something that is absent. */
void memory_failed(void);

/* Their allocations. When there is no memory left, the failure is counted and a reserve of some megabytes is used, so that the
   library comes to its end: a digest that was not computed would be any digest. NULL when that is used up as well. Any
   thread. */
void *memory_or_reserve(size_t size);
void *memory_or_reserve_resized(void *old, size_t size);
char *memory_or_reserve_copy(const char *text);
void memory_or_reserve_free(void *old);
/* A text of such a library as one that free() takes: itself, or a copy of one in the reserve, which is given back. NULL when
   there is no memory for that. */
char *memory_from_reserve(char *text);

#endif
