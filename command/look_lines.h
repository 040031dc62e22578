/*
 * Lines of Samba's full_audit as deploy/samba/leadspool.conf.example has them written. Pure.
 */
#ifndef LEADSPOOL_COMMAND_LOOK_LINES_H
#define LEADSPOOL_COMMAND_LOOK_LINES_H

#include <jansson.h>
#include <stdbool.h>

/* What one line tells: {"at","account","path":below out/}, when somebody opened a file of out/ to read it; NULL for every
   other line, whatever it is. Before the prefix may stand what a log puts there. Times are of the process's zone, in
   which smbd writes them; "at" is UTC. New reference. */
json_t *look_line(const char *line);

#endif
