/*
 * One outbox row on its way, and the index pages. Internal to the publishing part of spool/.
 */
#ifndef LEADSPOOL_SPOOL_DELIVERY_H
#define LEADSPOOL_SPOOL_DELIVERY_H

#include "spool/committer.h"
#include "spool/publish_rows.h"
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
    json_t *measured;         /* the picture being measured, by digest, and what came of it */
    struct rows_entry *entry; /* its place among the rows */
    struct delivery *next;
};

/* Takes a reference of its own. NULL when memory ran out. */
struct delivery *delivery_make(struct daemon *daemon, json_t *row);
void delivery_free(struct delivery *delivery);
/* Do the next step of the row's state. */
void delivery_go_on(struct delivery *delivery);

/* A step failed: count, keep the reason, and give up for good when trying again is no use. */
void delivery_failed(struct delivery *delivery, const struct error *error);
/* Hand the committer a piece with the delivery as its context; delivery_stored as its `done` goes on with the row's
   state. */
void delivery_hand(struct delivery *delivery, struct commit commit);
void delivery_stored(void *context, const struct error *error);
/* Let the committer do `work` with the delivery as its context, then go on with the row's state. */
typedef bool delivery_work(struct transaction *transaction, void *context, struct error *error);
void delivery_store(struct delivery *delivery, delivery_work *work);

/* spool/delivery_render.c: render the next document of the row, have it read back, and store it. */
void delivery_render(struct delivery *delivery);
void delivery_forget_rendered(struct delivery *delivery);

/* spool/measuring.c: before a worksheet is rendered its pictures are measured. False: they were. */
bool delivery_measure(struct delivery *delivery);

/* Called by a delivery that came to its end; `again`: it is not delivered, so it is read again (one that is stuck is
   then left alone). */
void publisher_ended(struct publisher *publisher, struct delivery *delivery, bool again);
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
/* The same, with those that are made once a start from the settings: one was changed or is gone. */
void index_pages_anew(struct index_pages *pages, const char *command);
/* How many pages are being made or wait to be. */
size_t index_pages_busy(const struct index_pages *pages);

#endif
