/*
 * Folders that could not be published to: their rows rest for a while, longer each time, and take nobody's place.
 * What rests together is what is down together: the first two names of a directory ("out/precinct-014").
 */
#ifndef LEADSPOOL_SPOOL_PUBLISH_REST_H
#define LEADSPOOL_SPOOL_PUBLISH_REST_H

#include <stdbool.h>
#include <stdint.h>

struct rests;

/* NULL when memory ran out. */
struct rests *rests_make(void);
void rests_free(struct rests *rests);

/* It could not be published to that directory; or it could again. */
void rests_add(struct rests *rests, const char *directory);
void rests_remove(struct rests *rests, const char *directory);

/* Does the directory rest at this moment? */
bool rests_now(const struct rests *rests, const char *directory);
/* Milliseconds until the first rest is over; -1: none rests. */
int64_t rests_left(const struct rests *rests);

#endif
