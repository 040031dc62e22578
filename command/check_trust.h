/*
 * Do the certificates and the key a site works with belong together?
 */
#ifndef LEADSPOOL_COMMAND_CHECK_TRUST_H
#define LEADSPOOL_COMMAND_CHECK_TRUST_H

#include "command/check_found.h"
#include "spool/site.h"

/* Sign something with the site's key and verify it as readers of its documents do, with the authority's certificate; compare
   ca.pem, which readers are given, with the one in keys/. Who may not read keys/ sees nothing here. */
bool check_trust(const struct site *site, struct finding *finding, struct error *error);

#endif
