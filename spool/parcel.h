/*
 * Several small rows of the outbox on their way together: signed with one question, stored in one piece, published
 * under a few syncs, delivered in one piece. Internal to the publishing part of spool/.
 */
#ifndef LEADSPOOL_SPOOL_PARCEL_H
#define LEADSPOOL_SPOOL_PARCEL_H

#include "spool/publish_rows.h"
#include "spool/state.h"

enum { PARCEL_ROWS_MOST = 64 };

struct parcel {
    struct daemon *daemon;
    struct service *porter; /* of all its directories */
    struct rows_entry *entries[PARCEL_ROWS_MOST];
    size_t count;
    bool first; /* it goes before others */
    struct parcel *next;
};

/* Go on with a parcel that has its rows. Ends in publisher_parcel_ended. */
void parcel_go(struct parcel *parcel);

/* spool/publish.c. `error` NULL: all are delivered; else each is taken again, alone: that path counts and says what is
   wrong with which. */
void publisher_parcel_ended(struct publisher *publisher, struct parcel *parcel, const struct error *error);

#endif
