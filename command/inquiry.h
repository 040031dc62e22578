/*
 * Commands that put one question to the record for each id they are given.
 */
#ifndef LEADSPOOL_COMMAND_INQUIRY_H
#define LEADSPOOL_COMMAND_INQUIRY_H

#include "command/command.h"

struct inquiry {
    const struct command
        *command; /* its name is the question's (docs/man/leadspool-socket.5); options inquiry_options */
    const char *missing;                                      /* what to say when no id was given */
    bool apart;                                               /* two empty lines between answers for people */
    bool (*print)(const json_t *answer, struct error *error); /* one answer, for people */
};

extern const struct option_spec inquiry_options[];

/* What such a command's `run` does: options, operands, and one answer an id. Stops at the first id that is
   refused, with the id in front of the error. */
bool inquiry_run(const struct inquiry *inquiry, struct invocation *invocation, int argc, char **argv,
                 struct error *error);

#endif
