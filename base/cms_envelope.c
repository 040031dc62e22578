/*
 * Streaming encryption.
 *
 * Guarantees: no plaintext is written anywhere, and memory does not grow with what is written. Does not sign and does
 * not check a certificate's chain: which certificate is an office's, the site's settings say.
 */
#include "base/cms_envelope.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "base/cms_material.h"
#include "base/language.h"

struct cms_envelope {
    CMS_ContentInfo *cms;
    BIO *file, *stream; /* what is written to `stream` comes out encrypted at `file` */
};

static bool add_recipient(CMS_ContentInfo *cms, struct pem pem, struct error *error)
{
    X509 *certificate = material_certificate(pem, error);
    if (certificate == NULL)
        return false;
    CMS_RecipientInfo *recipient = CMS_add1_recipient_cert(cms, certificate, CMS_KEY_PARAM);
    EVP_PKEY_CTX *context = recipient == NULL ? NULL : CMS_RecipientInfo_get0_pkey_ctx(recipient);
    bool done = recipient != NULL;
    if (done && EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) == EVP_PKEY_RSA)
        done = context != NULL && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0;
    X509_free(certificate);
    return done ||
           material_failed(error, FAULT_ENVIRONMENT,
                           _("nothing can be encrypted to the recipient's certificate: it needs an RSA "
                             "or elliptic curve key"));
}

bool cms_envelope_open(int output, const struct pem *recipients, size_t count, struct cms_envelope **envelope,
                       struct error *error)
{
    const unsigned flags = CMS_BINARY | CMS_STREAM | CMS_PARTIAL;
    struct cms_envelope *made = calloc(1, sizeof *made);
    *envelope = NULL;
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while encrypting a package");
    cms_prepare();
    made->cms = CMS_encrypt(NULL, NULL, EVP_aes_256_cbc(), flags);
    made->file = BIO_new_fd(output, BIO_NOCLOSE);
    bool done = made->cms != NULL && made->file != NULL && count > 0;
    if (!done)
        material_failed(error, FAULT_TEMPORARY, _("encrypting a package could not begin"));
    for (size_t i = 0; done && i < count; i++)
        done = add_recipient(made->cms, recipients[i], error);
    if (done && (made->stream = BIO_new_CMS(made->file, made->cms)) == NULL)
        done = material_failed(error, FAULT_ENVIRONMENT, _("encrypting a package could not begin"));
    if (!done) {
        cms_envelope_abandon(made);
        return false;
    }
    *envelope = made;
    return true;
}

bool cms_envelope_write(struct cms_envelope *envelope, const void *bytes, size_t length, struct error *error)
{
    const char *next = bytes;
    while (length > 0) {
        int now = length > 1 << 20 ? 1 << 20 : (int)length;
        int written = BIO_write(envelope->stream, next, now);
        if (written <= 0)
            return material_failed(error, FAULT_TEMPORARY, _("writing an encrypted package failed"));
        next += written;
        length -= (size_t)written;
    }
    return true;
}

bool cms_envelope_end(struct cms_envelope *envelope, struct error *error)
{
    bool done = envelope != NULL && BIO_flush(envelope->stream) > 0;
    if (!done)
        material_failed(error, FAULT_TEMPORARY, _("writing an encrypted package failed"));
    cms_envelope_abandon(envelope);
    return done;
}

void cms_envelope_abandon(struct cms_envelope *envelope)
{
    if (envelope == NULL)
        return;
    /* The filters stand before the file; it may be all there is. */
    while (envelope->stream != NULL && envelope->stream != envelope->file) {
        BIO *next = BIO_pop(envelope->stream);
        BIO_free(envelope->stream);
        envelope->stream = next;
    }
    BIO_free(envelope->file);
    CMS_ContentInfo_free(envelope->cms);
    ERR_clear_error();
    free(envelope);
}
