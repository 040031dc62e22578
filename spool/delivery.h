/*
 * One outbox row on its way, and the index pages. Internal to the publishing part of spool/.
 */
#ifndef LEADSPOOL_SPOOL_DELIVERY_H
#define LEADSPOOL_SPOOL_DELIVERY_H

#include "spool/state.h"

struct delivery {
    struct daemon *daemon;
    json_t *row;         /* as it will be stored next */
    size_t at;           /* file of the row being signed or published */
    bool signature;      /* its signature is being published */
    bool signature_done; /* and was */
    char *rendered;      /* what the render worker made; owned */
    size_t rendered_length;
    struct digest rendered_digest;
    struct delivery *next;
};

/* Takes a reference of its own. NULL when memory ran out. */
struct delivery *delivery_make(struct daemon *daemon, json_t *row);
void delivery_free(struct delivery *delivery);
/* Do the next step of the row's state. */
void delivery_go_on(struct delivery *delivery);

/* Called by a delivery that came to its end (delivered, stuck, or to be read again). */
void publisher_ended(struct publisher *publisher, struct delivery *delivery);
/* A folder could not be published to: its rows rest for a while, longer each time; or it answers again. */
void publisher_rest(struct publisher *publisher, const char *directory);
void publisher_answers(struct publisher *publisher, const char *directory);

/* spool/index_pages.c: out/<command>/index.html, made anew from the casebook when something changed. */
struct index_pages;
bool index_pages_open(struct daemon *daemon, struct index_pages **pages, struct error *error);
void index_pages_close(struct index_pages *pages);
/* The page of this command is out of date; a name that is no command's changes nothing. Touches that come close
   together make one page. */
void index_pages_touch(struct index_pages *pages, const char *command);
/* How many pages are being made or wait to be. */
size_t index_pages_busy(const struct index_pages *pages);

#endif
