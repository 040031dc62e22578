/*
 * Encrypting to the holders of certificates: a stream in, CMS EnvelopedData (RFC 5652, DER with indefinite lengths)
 * out, so that a package of any size needs no more memory than a small one.
 *
 * AES-256-CBC, as every OpenSSL since 1.1 opens it (`openssl cms -decrypt -inform DER`); RSA keys are wrapped with
 * OAEP. CBC tells nothing about changed bytes: whoever sends a package signs its digest.
 */
#ifndef LEADSPOOL_BASE_CMS_ENVELOPE_H
#define LEADSPOOL_BASE_CMS_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cms.h"
#include "base/error.h"

struct cms_envelope;

/* Begin to write to an open file (borrowed). One recipient or more; FAULT_ENVIRONMENT names what is wrong with a
   certificate. */
bool cms_envelope_open(int output, const struct pem *recipients, size_t count, struct cms_envelope **envelope,
                       struct error *error);
bool cms_envelope_write(struct cms_envelope *envelope, const void *bytes, size_t length, struct error *error);
/* Finish and free; NULL is allowed and false. */
bool cms_envelope_end(struct cms_envelope *envelope, struct error *error);
/* Free one that is given up; NULL is allowed. */
void cms_envelope_abandon(struct cms_envelope *envelope);

#endif
