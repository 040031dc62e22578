/*
 * Questions and orders of commands to the record: `status list show why retry gallery audit …`.
 *
 * A command sends one JSON object, newline-ended, over the Unix socket var/run/socket and reads one back. The
 * daemon hands it to the committer, which calls control_answer() inside a transaction. Without a daemon a
 * command that may act itself (spool/site.h) opens the casebook and calls the very same function.
 *
 *   request  {"schema":1,"command":"show","arguments":{…}}
 *   answer   {"schema":1,"ok":true,…} or {"schema":1,"ok":false,"exit":sysexits,"error":text}
 */
#ifndef LEADSPOOL_SPOOL_CONTROL_H
#define LEADSPOOL_SPOOL_CONTROL_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "casebook/vault.h"
#include "spool/site.h"

/* Who asks: SO_PEERCRED of the socket, or the process itself. */
struct control_peer {
    uid_t uid;
    gid_t gid;
    pid_t pid;
};

struct control_context {
    const struct site *site;
    struct casebook *casebook;
    struct vault *vault;
    const json_t *live; /* what only a running daemon knows ({"daemon":{pid,since},"shares":[…],"workers":…});
                           NULL without one */
    instant now;
};

/* Answer one request; *answer is a new reference and is set also when false is returned with a person's error
   in it. False with an error only for faults of the record itself. Slices: an answer with "more":token asks
   the command to send the request again with that token, so that no question holds the committer for long. */
bool control_answer(struct transaction *transaction, const struct control_context *context,
                    const struct control_peer *peer, const json_t *request, json_t **answer,
                    struct error *error);

/* The client's side: ask the daemon of this site if one runs, otherwise act in this process. */
bool control_ask(struct site *site, const json_t *request, json_t **answer, struct error *error);
/* Close what control_ask opened in this process; before site_close. */
void control_end(void);

#endif
