/*
 * From when until when certificates and revocation lists of the site hold: to warn before they run out.
 */
#ifndef LEADSPOOL_BASE_PEM_DATES_H
#define LEADSPOOL_BASE_PEM_DATES_H

#include "base/clock.h"
#include "base/cms.h"
#include "base/error.h"

/* Of the first one in the text. FAULT_ENVIRONMENT when it holds none. */
bool certificate_dates(struct pem certificate, instant *from, instant *until, struct error *error);
/* The same of a revocation list; one that names no next update holds for ever: `until` is then INSTANT_NEVER. */
bool revocation_list_dates(struct pem revocations, instant *from, instant *until, struct error *error);
#define INSTANT_NEVER INT64_MAX

#endif
