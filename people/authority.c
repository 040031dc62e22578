/*
 * Making certificates for a site of one's own and for demonstrations.
 *
 * Guarantees: P-256 keys, SHA-256, random 128-bit serial numbers; certificates that OpenSSL's S/MIME purpose
 * accepts, so that outsiders verify our documents without options. Does not: keep anything, or protect a key
 * by a passphrase.
 */
#include "people/authority.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/cms_material.h"
#include "base/language.h"

void credential_free(struct credential *credential)
{
    if (credential->key != NULL)
        OPENSSL_cleanse(credential->key, strlen(credential->key));
    free(credential->key);
    free(credential->certificate);
    *credential = CREDENTIAL_EMPTY;
}

static struct pem pem_of(const char *text)
{
    return (struct pem){.bytes = text, .length = text == NULL ? 0 : strlen(text)};
}

static char *text_of(BIO *bio)
{
    char *bytes = NULL;
    long length = BIO_get_mem_data(bio, &bytes);
    char *text = length <= 0 ? NULL : strndup(bytes, (size_t)length);
    BIO_free(bio);
    return text;
}

static bool set_serial(X509 *certificate, char serial[41])
{
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return false;
    bytes[0] &= 0x7f; /* positive */
    bytes[0] |= 0x40; /* and always of full length */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    char *words = number == NULL ? NULL : BN_bn2hex(number);
    bool done = words != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    if (done)
        snprintf(serial, 41, "%s", words);
    OPENSSL_free(words);
    BN_free(number);
    return done;
}

static bool set_dates(X509 *certificate, instant from, int days)
{
    return ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)(from / 1000)) != NULL &&
           ASN1_TIME_adj(X509_getm_notAfter(certificate), (time_t)(from / 1000), days, 0) != NULL;
}

static bool set_name(X509 *certificate, const char *name, const char *identifier)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) ==
               1 &&
           (identifier == NULL ||
            X509_NAME_add_entry_by_txt(subject, "serialNumber", MBSTRING_UTF8,
                                       (const unsigned char *)identifier, -1, -1, 0) == 1);
}

static bool add_extension(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    bool done = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static bool add_extensions(X509 *certificate, X509 *issuer)
{
    bool authority = issuer == certificate;
    return add_extension(certificate, issuer, NID_basic_constraints,
                         authority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
           add_extension(certificate, issuer, NID_key_usage,
                         authority ? "critical,keyCertSign,cRLSign"
                                   : "critical,digitalSignature,nonRepudiation") &&
           (authority || add_extension(certificate, issuer, NID_ext_key_usage, "emailProtection")) &&
           add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
}

static bool write_pem(EVP_PKEY *key, X509 *certificate, struct credential *credential)
{
    BIO *key_text = BIO_new(BIO_s_mem());
    BIO *certificate_text = BIO_new(BIO_s_mem());
    bool done = key_text != NULL && certificate_text != NULL &&
                PEM_write_bio_PKCS8PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL) == 1 &&
                PEM_write_bio_X509(certificate_text, certificate) == 1;
    credential->key = text_of(key_text);
    credential->certificate = text_of(certificate_text);
    material_fingerprint(certificate, credential->fingerprint);
    return done && credential->key != NULL && credential->certificate != NULL;
}

/* `issuer` NULL makes an authority. */
static bool make(const struct credential *issuer, const char *name, const char *identifier, instant from,
                 int days, struct credential *made, struct error *error)
{
    bool done = false;
    *made = CREDENTIAL_EMPTY;
    cms_prepare();
    X509 *issuer_certificate = NULL;
    EVP_PKEY *issuer_key = NULL;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    if (issuer != NULL) {
        issuer_certificate = material_certificate(pem_of(issuer->certificate), error);
        issuer_key = issuer_certificate == NULL ? NULL : material_key(pem_of(issuer->key), error);
        if (issuer_key == NULL)
            goto done;
    }
    if (key == NULL || certificate == NULL || X509_set_version(certificate, X509_VERSION_3) != 1 ||
        !set_serial(certificate, made->serial) || !set_dates(certificate, from, days) ||
        !set_name(certificate, name, identifier) || X509_set_pubkey(certificate, key) != 1)
        goto failed;
    const X509 *by = issuer == NULL ? certificate : issuer_certificate;
    if (X509_set_issuer_name(certificate, X509_get_subject_name(by)) != 1 ||
        !add_extensions(certificate, issuer == NULL ? certificate : issuer_certificate) ||
        X509_sign(certificate, issuer == NULL ? key : issuer_key, EVP_sha256()) == 0 ||
        !write_pem(key, certificate, made))
        goto failed;
    done = true;
    goto done;
failed:
    material_failed(error, FAULT_ENVIRONMENT, _("a certificate could not be made"));
    error_context(error, "certificate of %s", name);
done:
    if (!done)
        credential_free(made);
    EVP_PKEY_free(key);
    EVP_PKEY_free(issuer_key);
    X509_free(certificate);
    X509_free(issuer_certificate);
    ERR_clear_error();
    return done;
}

bool authority_create(const char *name, instant from, int days, struct credential *authority,
                      struct error *error)
{
    return make(NULL, name, NULL, from, days, authority, error);
}

bool authority_issue(const struct credential *authority, const char *name, const char *identifier,
                     instant from, int days, struct credential *issued, struct error *error)
{
    return make(authority, name, identifier, from, days, issued, error);
}

static bool add_revoked(X509_CRL *list, const char *serial, const ASN1_TIME *when)
{
    BIGNUM *number = NULL;
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_INTEGER *value =
        entry == NULL || BN_hex2bn(&number, serial) == 0 ? NULL : BN_to_ASN1_INTEGER(number, NULL);
    bool done = value != NULL && X509_REVOKED_set_serialNumber(entry, value) == 1 &&
                X509_REVOKED_set_revocationDate(entry, (ASN1_TIME *)(uintptr_t)when) == 1 &&
                X509_CRL_add0_revoked(list, entry) == 1;
    if (!done)
        X509_REVOKED_free(entry);
    ASN1_INTEGER_free(value);
    BN_free(number);
    return done;
}

bool authority_revoke(const struct credential *authority, const char *const *serials, size_t count,
                      instant from, int days, char **revocations, struct error *error)
{
    bool done = false;
    *revocations = NULL;
    ASN1_TIME *since = NULL, *until = NULL;
    X509_CRL *list = NULL;
    EVP_PKEY *key = NULL;
    X509 *certificate = material_certificate(pem_of(authority->certificate), error);
    if (certificate == NULL || (key = material_key(pem_of(authority->key), error)) == NULL)
        goto done;
    since = ASN1_TIME_set(NULL, (time_t)(from / 1000));
    until = ASN1_TIME_adj(NULL, (time_t)(from / 1000), days, 0);
    list = X509_CRL_new();
    bool built = since != NULL && until != NULL && list != NULL && X509_CRL_set_version(list, 1) == 1 &&
                 X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate)) == 1 &&
                 X509_CRL_set1_lastUpdate(list, since) == 1 && X509_CRL_set1_nextUpdate(list, until) == 1;
    for (size_t i = 0; built && i < count; i++)
        built = add_revoked(list, serials[i], since);
    BIO *text = built && X509_CRL_sort(list) == 1 && X509_CRL_sign(list, key, EVP_sha256()) > 0
                    ? BIO_new(BIO_s_mem())
                    : NULL;
    if (text != NULL && PEM_write_bio_X509_CRL(text, list) == 1)
        *revocations = text_of(text);
    else
        BIO_free(text);
    done = *revocations != NULL;
    if (!done)
        material_failed(error, FAULT_ENVIRONMENT, _("the revocation list could not be made"));
done:
    ASN1_TIME_free(since);
    ASN1_TIME_free(until);
    X509_CRL_free(list);
    EVP_PKEY_free(key);
    X509_free(certificate);
    ERR_clear_error();
    return done;
}
