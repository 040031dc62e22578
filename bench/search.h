/*
 * The parts of bench/search.
 */
#ifndef LEADSPOOL_BENCH_SEARCH_H
#define LEADSPOOL_BENCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "match/engine.h"

/* An open, unlinked segment file of so many photos; without templates that column is a hole. */
int gallery_write(const char *path, size_t count, bool with_templates);

/* Hashes a second that the peer compares with `asked` probes; 0: it is not there. */
double peer_rate(const char *program, size_t hashes, size_t asked);

/* A probe of random codes; freed with free. */
struct match_probe *probe_draw(void);

#endif
