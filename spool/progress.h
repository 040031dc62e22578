/*
 * Progress of long jobs: how fast, how long still, and its line on standard error when that is a terminal.
 */
#ifndef LEADSPOOL_SPOOL_PROGRESS_H
#define LEADSPOOL_SPOOL_PROGRESS_H

#include <stdint.h>

#include "spool/state.h"

/* Pure: what so much work in so many milliseconds means. Rate and time left are -1 while too little is done to say. */
struct pace {
    int percent;          /* 0 to 100, rounded down */
    int64_t per_second;   /* of what is counted */
    int64_t seconds_left; /* rounded up */
};
struct pace pace_of(uint64_t done, uint64_t total, int64_t milliseconds);

#define PACE_WORDS_SIZE 64
/* "63 %, 7.1 M/s, 4 min left"; what cannot be said yet is left out. Returns `words`, PACE_WORDS_SIZE bytes. */
char *pace_words(const struct pace *pace, char *words);

/* One line for the running job of this context: what, a bar, share, rate, time left. Nothing without
   --progress. */
void progress_draw(const struct daemon *daemon, const void *context, const char *what);
/* Take the line away. */
void progress_clear(const struct daemon *daemon);

#endif
