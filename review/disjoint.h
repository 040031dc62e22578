/*
 * Who has had which part in a docket. Pure.
 *
 * R13 R23 R24: requester, investigators, peers and supervisor are disjoint. Whoever released a hold may go on
 * to be any of the three, but not the requester.
 */
#ifndef LEADSPOOL_REVIEW_DISJOINT_H
#define LEADSPOOL_REVIEW_DISJOINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "review/complete.h"
#include "review/states.h"

enum part { PART_REQUESTER = 1, PART_INVESTIGATOR = 2, PART_PEER = 4, PART_SUPERVISOR = 8, PART_HOLDER = 16 };

/* Of a word in a docket's "people": "investigator", "peer", "supervisor", "requester"; anything else is
   PART_HOLDER. */
enum part part_of_role(const char *role);

/* May somebody who holds the parts of the mask `held` take on `part`? */
bool part_may_join(unsigned held, enum part part);

/* The peers of one round, from the docket record. */
struct peers_of_round {
    int agreed, disagreed, undecided;
    bool has_new;      /* one who reviewed this round (and could say) reviewed no earlier round */
    bool has_reviewed; /* `person` reviewed this round already */
    bool knows_docket; /* `person` reviewed an earlier round */
};
struct peers_of_round peers_count(const json_t *docket, int64_t round, const char *person);

/* Add one verdict to the counts of `now`. */
void count_verdict(enum verdict verdict, struct circumstances *now);

#endif
