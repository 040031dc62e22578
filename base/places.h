/*
 * The table of a site's directories: path, owner, mode. `init` makes them, the daemon's start repairs what is
 * missing, `check` compares.
 */
#ifndef LEADSPOOL_BASE_PLACES_H
#define LEADSPOOL_BASE_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct place {
    const char *path;    /* below the site; "%" stands for each command of the site */
    mode_t mode;         /* exactly */
    const char *purpose; /* one line for people */
};

extern const struct place places[];
extern const size_t place_count;

#endif
