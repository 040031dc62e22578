/*
 * Signatures: CMS (RFC 5652) over bytes in memory, through OpenSSL.
 *
 * A document of the site carries a detached signature (NAME.p7s); a person's decision is an enveloping one
 * (NAME.p7m, content inside). Both are DER with the signed attributes content-type, message-digest and
 * signing-time, SHA-256, and the signer's certificate inside. Verification wants exactly one signer whose
 * certificate chains to the one authority given, is on that authority's revocation list in no way, and was
 * valid both when it was used and when the bytes arrived.
 *
 * Here, and not among the people, because sandboxed workers verify hostile envelopes: nothing here opens a
 * file. Call cms_prepare() once before the sandbox closes.
 *
 * What we publish is checked without us by
 *     openssl cms -verify -binary -inform DER -in X.p7s -content X -CAfile ca.pem -purpose any -out /dev/null
 */
#ifndef LEADSPOOL_BASE_CMS_H
#define LEADSPOOL_BASE_CMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"

/* No envelope larger than this is parsed (a decision is a few kilobytes). */
#define CMS_SIZE_LIMIT ((size_t)1 << 20)
/* No PEM text larger than this is read: the revocation list of a large authority has a line a certificate. */
#define PEM_SIZE_LIMIT ((size_t)16 << 20)

/* Key, certificate or revocation list as PEM text. */
struct pem {
    const char *bytes;
    size_t length;
};

enum signature_verdict {
    SIGNATURE_GOOD,
    SIGNATURE_TOO_LARGE,
    SIGNATURE_NOT_CMS,         /* not DER, or not the SignedData kind of CMS, or bytes after its end */
    SIGNATURE_NO_CONTENT,      /* detached where the content was to be inside, or the reverse */
    SIGNATURE_NO_SIGNER,       /* nobody signed, or the certificate of the signer is not inside */
    SIGNATURE_SEVERAL_SIGNERS, /* we ask who decided: there can be one answer only */
    SIGNATURE_NO_TIME,         /* no signing-time among the signed attributes */
    SIGNATURE_WRONG,           /* the signature does not fit the bytes, or a weak digest was used */
    SIGNATURE_UNTRUSTED,       /* the chain does not end at the authority given */
    SIGNATURE_NOT_VALID_THEN,  /* certificate not yet or no longer valid at the signing time */
    SIGNATURE_NOT_VALID_NOW,   /* the same at the time of receipt */
    SIGNATURE_REVOKED,         /* on the revocation list */
    SIGNATURE_LIST_STALE, /* the revocation list is past its nextUpdate: nobody knows; wait for a new one */
    SIGNATURE_LIST_WRONG  /* the revocation list is not one of this authority */
};

/* One time before the sandbox: OpenSSL without its configuration file, error texts and the C library's zone. */
void cms_prepare(void);

/* A key and its certificate, read once for many signatures. FAULT_ENVIRONMENT when the key does not fit the
   certificate or is unreadable. NULL may be closed. */
struct cms_signer;
bool cms_signer_open(struct pem key, struct pem certificate, struct cms_signer **signer, struct error *error);
/* The same with a key OpenSSL finds under a URI ("pkcs11:token=…", "file:…"), through whatever provider the configuration
   of this machine's OpenSSL loads; a PIN or passphrase is asked for on the terminal. Not for processes in the sandbox. */
bool cms_signer_open_stored(const char *uri, struct pem certificate, struct cms_signer **signer,
                            struct error *error);
void cms_signer_close(struct cms_signer *signer);
/* As cms_sign_enveloping. */
bool cms_signer_envelope(const struct cms_signer *signer, const void *bytes, size_t length, instant at,
                         unsigned char **envelope, size_t *envelope_length, struct error *error);
/* As cms_sign_detached. */
bool cms_signer_sign(const struct cms_signer *signer, const void *bytes, size_t length, instant at,
                     unsigned char **signature, size_t *signature_length, struct error *error);

/* A detached signature over `bytes`; *signature is DER, caller frees. `at` is the signing time written (whole
   seconds). FAULT_ENVIRONMENT when the key does not fit the certificate or is unreadable. */
bool cms_sign_detached(const void *bytes, size_t length, struct pem key, struct pem certificate, instant at,
                       unsigned char **signature, size_t *signature_length, struct error *error);
/* The same with the content inside (.p7m). */
bool cms_sign_enveloping(const void *bytes, size_t length, struct pem key, struct pem certificate, instant at,
                         unsigned char **envelope, size_t *envelope_length, struct error *error);

/* Open and verify an envelope. `revocations` with bytes NULL skips the revocation list (for the site's own
   documents). `at` is when the bytes arrived; 0 means: judge as of the signing time alone.
   *content (NUL-terminated, caller frees) is given on success only: what stands in an envelope that is not good
   never leaves it. *signer (new reference) is
   {"fingerprint","subject","serial","notBefore","notAfter","signedAt", "content"}: on success always; on
   failure when a signer could be read (for the record), else NULL. *verdict says what kind of failure; the
   error's text says it in words. */
bool cms_verify(const void *envelope, size_t length, struct pem authority, struct pem revocations, instant at,
                char **content, size_t *content_length, json_t **signer, enum signature_verdict *verdict,
                struct error *error);
/* The same of a detached signature over `bytes`. */
bool cms_verify_detached(const void *signature, size_t signature_length, const void *bytes, size_t length,
                         struct pem authority, struct pem revocations, instant at, json_t **signer,
                         enum signature_verdict *verdict, struct error *error);

/* The code of a verdict as faults carry it: "signature-not-cms", "signature-revoked", …; "" for good. */
const char *signature_code(enum signature_verdict verdict);
/* Is it the site's revocation list that is at fault, and not what was signed? What was handed in then waits for
   a new list; it is not refused. */
bool signature_waits(enum signature_verdict verdict);

/* SHA-256 of the certificate's DER as 64 lower-case digits: how the roster names a certificate. */
bool certificate_fingerprint(struct pem certificate, char fingerprint[65], struct error *error);

#endif
