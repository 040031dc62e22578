/*
 * From a copied drop to the worker's job that checks it, by the form of its share.
 */
#ifndef LEADSPOOL_SPOOL_CHECKS_H
#define LEADSPOOL_SPOOL_CHECKS_H

#include "base/digest.h"
#include "spool/state.h"

/* Kind, parameters (new reference) and open descriptors of the job. `incoming` holds the copies, numbered as
   the claim's "files". */
bool check_prepare(const struct daemon *daemon, const char *form, const json_t *claim, int incoming,
                   const char **kind, json_t **parameters, int *inputs, size_t *count, struct error *error);

/* The same of a drop that is one file and lies open as `file` (taken over), for the shares of decisions and
 * acknowledgements. */
bool check_prepare_single(const struct daemon *daemon, const char *form, int file, instant arrived,
                          const char **kind, json_t **parameters, int *inputs, size_t *count,
                          struct error *error);

/* The check of a drop that no worker could check: a single QUARANTINE fault that says so. New reference. */
json_t *check_gave_up(const struct error *error);

/* The digest of a packet: SHA-256 of its sorted lines as `sha256sum` prints them. */
bool check_packet_digest(const json_t *claim, struct digest *digest, struct error *error);

#endif
