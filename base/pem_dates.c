/*
 * Dates of certificates and revocation lists.
 *
 * Guarantees: reads, and trusts nothing: whose they are is judged where a signature is checked (base/cms.c).
 */
#include "base/pem_dates.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/cms_material.h"
#include "base/language.h"

bool certificate_dates(struct pem pem, instant *from, instant *until, struct error *error)
{
    X509 *certificate = material_certificate(pem, error);
    if (certificate == NULL)
        return false;
    bool done = material_instant(X509_get0_notBefore(certificate), from) &&
                material_instant(X509_get0_notAfter(certificate), until);
    X509_free(certificate);
    return done || error_set(error, FAULT_ENVIRONMENT, "the certificate's dates are no dates");
}

bool revocation_list_dates(struct pem pem, instant *from, instant *until, struct error *error)
{
    BIO *text = pem.bytes == NULL ? NULL : BIO_new_mem_buf(pem.bytes, (int)pem.length);
    X509_CRL *list = text == NULL ? NULL : PEM_read_bio_X509_CRL(text, NULL, NULL, NULL);
    BIO_free(text);
    if (list == NULL)
        return material_failed(error, FAULT_ENVIRONMENT, _("the text holds no revocation list"));
    bool done = material_instant(X509_CRL_get0_lastUpdate(list), from);
    *until = INSTANT_NEVER;
    if (done && X509_CRL_get0_nextUpdate(list) != NULL)
        done = material_instant(X509_CRL_get0_nextUpdate(list), until);
    X509_CRL_free(list);
    ERR_clear_error();
    return done || error_set(error, FAULT_ENVIRONMENT, "the revocation list's dates are no dates");
}
