/*
 * What lies beside a package: the signed letter with its digests, and how to open it in plain words.
 */
#ifndef LEADSPOOL_REPORT_DISCOVERY_LETTER_H
#define LEADSPOOL_REPORT_DISCOVERY_LETTER_H

#include <jansson.h>

#include "base/text.h"
#include "schemas/settings.h"

/* volume-N.xml: <volume xmlns="urn:leadspool:volume:1"> with docket, office, number, and for each package its file,
   size, SHA-256, Bates numbers and the SHA-256 of the SHA256SUMS inside. `volume` as discovery_made is given it. */
bool discovery_letter(struct text *out, const struct settings *settings, const json_t *volume,
                      const json_t *docket, struct error *error);

/* READ-ME.txt. */
bool discovery_read_me(struct text *out, const struct settings *settings, const json_t *volume,
                       struct error *error);

#endif
