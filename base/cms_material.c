/*
 * OpenSSL's objects from PEM in memory.
 *
 * Guarantees: no file is opened, nobody is prompted for a passphrase, and OpenSSL's error queue is left
 * empty.
 */
#include "base/cms_material.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/language.h"

void cms_prepare(void)
{
    /* A worker in its sandbox may not open openssl.cnf, and the site's behaviour must not depend on it. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
                            OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS,
                        NULL);
    /* OpenSSL compares times through gmtime_r, which reads the zone file the first time it is called. */
    tzset();
}

bool material_failed(struct error *error, enum fault fault, const char *what)
{
    unsigned long code = ERR_get_error();
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code); /* static text */
    ERR_clear_error();
    return reason == NULL ? error_set(error, fault, "%s", what)
                          : error_set(error, fault, "%s (%s)", what, reason);
}

static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

static BIO *open_pem(struct pem pem)
{
    cms_prepare();
    if (pem.bytes == NULL || pem.length == 0 || pem.length > PEM_SIZE_LIMIT)
        return NULL;
    return BIO_new_mem_buf(pem.bytes, (int)pem.length);
}

EVP_PKEY *material_key_stored(const char *uri, struct error *error)
{
    EVP_PKEY *key = NULL;
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL);
    OSSL_STORE_CTX *store = OSSL_STORE_open(uri, UI_get_default_method(), NULL, NULL, NULL);
    if (store != NULL)
        OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY);
    while (store != NULL && key == NULL && !OSSL_STORE_eof(store)) {
        OSSL_STORE_INFO *found = OSSL_STORE_load(store);
        if (found == NULL && OSSL_STORE_error(store))
            break;
        if (found != NULL && OSSL_STORE_INFO_get_type(found) == OSSL_STORE_INFO_PKEY)
            key = OSSL_STORE_INFO_get1_PKEY(found);
        OSSL_STORE_INFO_free(found);
    }
    OSSL_STORE_close(store);
    if (key == NULL && strncmp(uri, "pkcs11:", 7) == 0)
        return material_key_token(uri, error);
    if (key == NULL)
        material_failed(
            error, FAULT_ENVIRONMENT,
            _("OpenSSL finds no private key under that URI; does its configuration load the provider?"));
    return key;
}

EVP_PKEY *material_key(struct pem pem, struct error *error)
{
    BIO *bio = open_pem(pem);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    if (key == NULL)
        material_failed(error, FAULT_ENVIRONMENT, _("no readable private key in the PEM text given"));
    BIO_free(bio);
    return key;
}

X509 *material_certificate(struct pem pem, struct error *error)
{
    BIO *bio = open_pem(pem);
    X509 *certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
    if (certificate == NULL)
        material_failed(error, FAULT_ENVIRONMENT, _("no readable certificate in the PEM text given"));
    BIO_free(bio);
    return certificate;
}

bool material_trust(X509_STORE *store, struct pem pem, struct error *error)
{
    BIO *bio = open_pem(pem);
    int found = 0;
    X509 *certificate;
    while (bio != NULL && (certificate = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL)) != NULL) {
        found += X509_STORE_add_cert(store, certificate) == 1;
        X509_free(certificate);
    }
    BIO_free(bio);
    if (found == 0)
        return material_failed(error, FAULT_ENVIRONMENT, _("the authority's PEM text holds no certificate"));
    ERR_clear_error();
    return true;
}

bool material_revocations(X509_STORE *store, struct pem pem, struct error *error)
{
    BIO *bio = open_pem(pem);
    int found = 0;
    X509_CRL *list;
    while (bio != NULL && (list = PEM_read_bio_X509_CRL(bio, NULL, no_passphrase, NULL)) != NULL) {
        found += X509_STORE_add_crl(store, list) == 1;
        X509_CRL_free(list);
    }
    BIO_free(bio);
    if (found == 0)
        return material_failed(error, FAULT_ENVIRONMENT, _("the revocation list's PEM text holds no list"));
    ERR_clear_error();
    return true;
}

bool material_instant(const ASN1_TIME *time, instant *at)
{
    struct tm civil;
    if (ASN1_TIME_to_tm(time, &civil) != 1)
        return false;
    char text[64];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", civil.tm_year + 1900, civil.tm_mon + 1,
             civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec);
    return instant_parse(text, at, NULL);
}

void material_fingerprint(const X509 *certificate, char fingerprint[65])
{
    struct digest digest = {{0}};
    unsigned int length = sizeof digest.bytes;
    X509_digest(certificate, EVP_sha256(), digest.bytes, &length);
    digest_text(&digest, fingerprint);
}

bool certificate_fingerprint(struct pem pem, char fingerprint[65], struct error *error)
{
    X509 *certificate = material_certificate(pem, error);
    if (certificate == NULL)
        return false;
    material_fingerprint(certificate, fingerprint);
    X509_free(certificate);
    return true;
}
