/*
 * Making signatures.
 *
 * Guarantees: SHA-256, exactly one signer with its certificate inside, a signing-time attribute of the
 * caller's choice, and nothing of S/MIME's canonical line ends (the bytes are signed as they are).
 */
#include "base/cms.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "base/cms_material.h"
#include "base/language.h"

static bool to_der(CMS_ContentInfo *cms, unsigned char **der, size_t *der_length, struct error *error)
{
    unsigned char *encoded = NULL;
    int length = i2d_CMS_ContentInfo(cms, &encoded);
    if (length <= 0)
        return material_failed(error, FAULT_INTERNAL, _("writing the signature failed"));
    /* The caller frees with free(), OpenSSL's memory is OpenSSL's. */
    *der = malloc((size_t)length);
    if (*der != NULL)
        memcpy(*der, encoded, (size_t)length);
    OPENSSL_free(encoded);
    *der_length = (size_t)length;
    return *der != NULL || error_set(error, FAULT_TEMPORARY, "no memory for a signature");
}

struct cms_signer {
    X509 *certificate;
    EVP_PKEY *key;
};

/* `uri` NULL: the key is the PEM text. */
static bool open_signer(const char *uri, struct pem key, struct pem certificate, struct cms_signer **signer,
                        struct error *error)
{
    struct cms_signer *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for a key");
    /* A stored key first: it is found through OpenSSL's configuration, which reading PEM switches off for good. */
    made->key = uri != NULL ? material_key_stored(uri, error) : material_key(key, error);
    if (made->key != NULL)
        made->certificate = material_certificate(certificate, error);
    bool done = made->certificate != NULL;
    if (done && X509_check_private_key(made->certificate, made->key) != 1)
        done = material_failed(error, FAULT_ENVIRONMENT,
                               _("the private key does not belong to the certificate"));
    ERR_clear_error();
    if (done)
        *signer = made;
    else
        cms_signer_close(made);
    return done;
}

bool cms_signer_open(struct pem key, struct pem certificate, struct cms_signer **signer, struct error *error)
{
    return open_signer(NULL, key, certificate, signer, error);
}

bool cms_signer_open_stored(const char *uri, struct pem certificate, struct cms_signer **signer,
                            struct error *error)
{
    return open_signer(uri, (struct pem){0}, certificate, signer, error);
}

void cms_signer_close(struct cms_signer *signer)
{
    if (signer == NULL)
        return;
    EVP_PKEY_free(signer->key);
    X509_free(signer->certificate);
    free(signer);
}

static bool sign(const struct cms_signer *with, const void *bytes, size_t length, instant at,
                 unsigned int kind, unsigned char **der, size_t *der_length, struct error *error)
{
    bool done = false;
    *der = NULL;
    if (length > INT32_MAX)
        return error_set(error, FAULT_INPUT, "%zu bytes are too many to sign in one piece", length);
    unsigned int flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL | kind;
    BIO *content = BIO_new_mem_buf(bytes, (int)length);
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
    CMS_SignerInfo *signer =
        cms == NULL ? NULL : CMS_add1_signer(cms, with->certificate, with->key, EVP_sha256(), flags);
    ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)(at / 1000));
    if (content == NULL || signer == NULL || time == NULL ||
        CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, time->type, time, -1) != 1 ||
        CMS_final(cms, content, NULL, flags) != 1)
        material_failed(error, FAULT_ENVIRONMENT, _("signing failed"));
    else
        done = to_der(cms, der, der_length, error);
    ASN1_TIME_free(time);
    CMS_ContentInfo_free(cms);
    BIO_free(content);
    ERR_clear_error();
    return done;
}

bool cms_signer_sign(const struct cms_signer *signer, const void *bytes, size_t length, instant at,
                     unsigned char **signature, size_t *signature_length, struct error *error)
{
    return sign(signer, bytes, length, at, CMS_DETACHED, signature, signature_length, error);
}

bool cms_signer_envelope(const struct cms_signer *signer, const void *bytes, size_t length, instant at,
                         unsigned char **envelope, size_t *envelope_length, struct error *error)
{
    return sign(signer, bytes, length, at, 0, envelope, envelope_length, error);
}

static bool sign_once(const void *bytes, size_t length, struct pem key, struct pem certificate, instant at,
                      unsigned int kind, unsigned char **der, size_t *der_length, struct error *error)
{
    struct cms_signer *signer = NULL;
    *der = NULL;
    bool done = cms_signer_open(key, certificate, &signer, error) &&
                sign(signer, bytes, length, at, kind, der, der_length, error);
    cms_signer_close(signer);
    return done;
}

bool cms_sign_detached(const void *bytes, size_t length, struct pem key, struct pem certificate, instant at,
                       unsigned char **signature, size_t *signature_length, struct error *error)
{
    return sign_once(bytes, length, key, certificate, at, CMS_DETACHED, signature, signature_length, error);
}

bool cms_sign_enveloping(const void *bytes, size_t length, struct pem key, struct pem certificate, instant at,
                         unsigned char **envelope, size_t *envelope_length, struct error *error)
{
    return sign_once(bytes, length, key, certificate, at, 0, envelope, envelope_length, error);
}
