/*
 * The options of `leadspool submit` as the request they describe.
 */
#ifndef LEADSPOOL_COMMAND_SUBMIT_FORM_H
#define LEADSPOOL_COMMAND_SUBMIT_FORM_H

#include "command/command.h"
#include "command/packet.h"

#define SUBMIT_IMAGES_MOST 1000

struct submission {
    json_t *request;      /* spool/INTERNALS.md §4, "request" */
    const char *manifest; /* --manifest FILE: take this instead of composing one */
    const char *name;     /* of the drop; NULL = after the request id */
    struct packet_file files[SUBMIT_IMAGES_MOST];
    size_t file_count;
    bool unlisted; /* --no-digests: leave size and digest of images out */
    bool zip;      /* --zip: drop one .zip file instead of a folder */
};

extern const struct option_spec submit_options[];

/* Take one option (value in getopt's optarg). */
bool submission_take(struct submission *submission, int key, struct error *error);

#endif
