/*
 * From a copied drop to the worker's job that checks it, by the form of its share.
 */
#ifndef LEADSPOOL_SPOOL_CHECKS_H
#define LEADSPOOL_SPOOL_CHECKS_H

#include "base/digest.h"
#include "spool/state.h"

/* Kind (static), parameters (new reference) and open descriptors of the job: at most CHANNEL_FILES_MOST into
   `inputs`, for nursery_run to take over. `incoming` holds the copies, numbered as the claim's "files". On
   failure nothing is left open; *parameters is the caller's to free in either case. */
bool check_prepare(const struct daemon *daemon, const char *form, const json_t *claim, int incoming,
                   const char **kind, json_t **parameters, int *inputs, size_t *count, struct error *error);

/* The same of a drop that is one file and lies open as `file` (taken over), for the shares of decisions and
   acknowledgements. */
bool check_prepare_single(const struct daemon *daemon, const char *form, int file, instant arrived,
                          const char **kind, json_t **parameters, int *inputs, size_t *count,
                          struct error *error);

/* The check of a drop on a share of single files that was none (a folder, a link, too large): its faults. NULL
   when there is a file to check. New reference. */
json_t *check_of_no_file(const char *form, const json_t *claim);

/* The check of a drop that no worker could check: a single QUARANTINE fault that says so. New reference. */
json_t *check_gave_up(const struct error *error);

/* The digest of a packet: SHA-256 of its sorted lines as `sha256sum` prints them, but for what desktops leave. */
bool check_packet_digest(const json_t *claim, struct digest *digest, struct error *error);

#endif
