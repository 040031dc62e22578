/*
 * A site's own certificate authority, small: for `leadspool init` (the site's key when none is brought along)
 * and for demonstrations. Keys are P-256, unencrypted PEM; a real site uses its department's authority and
 * tokens. Nothing here touches a file: the caller writes what it is given.
 */
#ifndef LEADSPOOL_PEOPLE_AUTHORITY_H
#define LEADSPOOL_PEOPLE_AUTHORITY_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"

/* A key and its certificate, both PEM text, owned. */
struct credential {
    char *key;
    char *certificate;
    char fingerprint[DIGEST_TEXT_SIZE]; /* of the certificate */
    char serial[41];                    /* hexadecimal */
};
#define CREDENTIAL_EMPTY ((struct credential){0})
void credential_free(struct credential *credential);

/* A new authority named `name`, self-signed, valid from `from` for `days`. */
bool authority_create(const char *name, instant from, int days, struct credential *authority,
                      struct error *error);

/* A new key with a certificate for signing, issued to `name` (common name) with `identifier` as its
   serialNumber attribute (a person's id, or "site"). */
bool authority_issue(const struct credential *authority, const char *name, const char *identifier,
                     instant from, int days, struct credential *issued, struct error *error);

/* The revocation list as PEM (caller frees): `serials` (hexadecimal, `count` of them, all as of `from`), good
   for `days` from `from`. */
bool authority_revoke(const struct credential *authority, const char *const *serials, size_t count,
                      instant from, int days, char **revocations, struct error *error);

#endif
