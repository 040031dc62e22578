/*
 * What a share held when it was looked at last (spool/porter_listing.c): only differences are told.
 */
#ifndef LEADSPOOL_SPOOL_PORTER_LISTING_H
#define LEADSPOOL_SPOOL_PORTER_LISTING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct listing;

/* How a share is looked at. */
struct listing_terms {
    bool local;                   /* false: of a network file system; see porter_look */
    int64_t interval;             /* milliseconds after which whatever lies there is looked at again */
    void (*alive)(void *context); /* called after each look; NULL = nobody */
    void *context;
};

/* Of each drop so many names of files are told. NULL only when memory ran out. */
struct listing *listing_make(size_t names_wanted);
void listing_free(struct listing *listing);

/* Look at the open folder. *news (new reference) is a snapshot (spool/porter.h) without "share", NULL when
   nothing is different. *unfinished: not everything due was looked at; look again soon. */
bool listing_update(struct listing *listing, int directory, const struct listing_terms *terms, json_t **news,
                    bool *unfinished, struct error *error);

/* What was told came to nothing: tell all of it again. */
void listing_forget(struct listing *listing);

/* Visible names there. */
size_t listing_count(const struct listing *listing);

#endif
