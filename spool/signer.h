/*
 * The signer: the only process that holds the site's key.
 *
 *   {"op":"sign","at":ms} + content      -> + its detached CMS signature (DER)
 *   {"op":"sign","at":ms,"lengths":[…]} + texts, one after the other  -> {"signatures":[base64 of one each]}
 */
#ifndef LEADSPOOL_SPOOL_SIGNER_H
#define LEADSPOOL_SPOOL_SIGNER_H

#include "spool/site.h"

/* The argument of signer_serve: the files' names in the directory of keys it is given. */
struct signer_place {
    const struct site *site; /* whose service account it becomes */
    const char *key, *certificate;
};

/* The life of the signer (service_life of spool/service.h): reads the key once, then signs what the daemon
   hands over. */
void signer_serve(int channel, int directory, const void *argument);

/* Are key and certificate there, and the key nobody else's to read? FAULT_ENVIRONMENT says what to do. `directory` is
   keys/. Asked before anything is started: a daemon that cannot sign would take drops in and answer none. */
bool signer_check(int directory, const struct signer_place *place, struct error *error);

#endif
