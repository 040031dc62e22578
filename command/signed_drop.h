/*
 * What every signed document of a person goes through: signature, hand-over, and the answer if it is waited for.
 */
#ifndef LEADSPOOL_COMMAND_SIGNED_DROP_H
#define LEADSPOOL_COMMAND_SIGNED_DROP_H

#include "base/text.h"
#include "command/command.h"

struct signed_drop {
    const char *key;         /* --key: a PEM file, or the URI of a key OpenSSL can use */
    const char *certificate; /* --cert FILE */
    long wait;               /* --wait SECONDS; 0 = do not ask */
    const char *stem;        /* the file is STEM-<12 of its digest>.p7m */
    const json_t *about;     /* members for the JSON line; borrowed */
};

/* Sign `xml`, hand it over to review/decisions below `site`, wait if asked to, and print the result. */
bool signed_drop_deliver(const struct invocation *invocation, const char *site,
                         const struct signed_drop *drop, const struct text *xml, instant now,
                         struct error *error);

/* A detached signature over a document, with --key and --cert as above; the caller frees. */
bool signed_drop_sign(const char *key, const char *certificate, const struct text *document, instant now,
                      unsigned char **signature, size_t *length, struct error *error);

#endif
