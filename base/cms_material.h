/*
 * For base/cms*.c and people/authority.c only: OpenSSL's objects from PEM in memory, and its error texts.
 */
#ifndef LEADSPOOL_BASE_CMS_MATERIAL_H
#define LEADSPOOL_BASE_CMS_MATERIAL_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/cms.h"
#include "base/error.h"

/* NULL with FAULT_ENVIRONMENT when the text holds none. An encrypted key is refused, never asked about. */
EVP_PKEY *material_key(struct pem pem, struct error *error);
/* Of the URI, through OpenSSL's stores and the providers its configuration loads. */
EVP_PKEY *material_key_stored(const char *uri, struct error *error);
/* The same by the PKCS#11 engine. */
EVP_PKEY *material_key_token(const char *uri, struct error *error);
X509 *material_certificate(struct pem pem, struct error *error);
/* All certificates (revocation lists) of the text into the store; FAULT_ENVIRONMENT when there is none. */
bool material_trust(X509_STORE *store, struct pem pem, struct error *error);
bool material_revocations(X509_STORE *store, struct pem pem, struct error *error);

/* error_set with the oldest reason OpenSSL queued appended; the queue is emptied. Always false. */
bool material_failed(struct error *error, enum fault fault, const char *what);

/* False for a time that is none. */
bool material_instant(const ASN1_TIME *time, instant *at);

void material_fingerprint(const X509 *certificate, char fingerprint[65]);

#endif
