/*
 * Verifying signatures: who signed these bytes, when, and may we believe it.
 *
 * Guarantees: everything is read from memory; one signer, one signing time; the signature is checked before
 * the chain, so that "wrong" and "not ours" are told apart; the certificate was valid both when it signed and
 * on receipt. Does not: know who the signer is to the site. That is the roster's business.
 */
#include "base/cms.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/cms_material.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/language.h"
#include "base/memory.h"

/* One verification in progress. */
struct examination {
    CMS_ContentInfo *cms;
    STACK_OF(X509) * inside; /* certificates carried along; not trusted */
    X509 *certificate;       /* the signer's; owned by cms */
    instant signed_at, not_before, not_after;
    enum signature_verdict verdict;
    struct error *error;
};

static bool refuse(struct examination *examination, enum signature_verdict verdict, const char *text)
{
    examination->verdict = verdict;
    return material_failed(examination->error, FAULT_INPUT, text);
}

const char *signature_code(enum signature_verdict verdict)
{
    static const char *const codes[] = {
        [SIGNATURE_GOOD] = "",
        [SIGNATURE_TOO_LARGE] = "signature-too-large",
        [SIGNATURE_NOT_CMS] = "signature-not-cms",
        [SIGNATURE_NO_CONTENT] = "signature-wrong-kind",
        [SIGNATURE_NO_SIGNER] = "signature-no-signer",
        [SIGNATURE_SEVERAL_SIGNERS] = "signature-several-signers",
        [SIGNATURE_NO_TIME] = "signature-no-time",
        [SIGNATURE_WRONG] = "signature-wrong",
        [SIGNATURE_UNTRUSTED] = "signature-untrusted",
        [SIGNATURE_NOT_VALID_THEN] = "certificate-not-valid-at-signing",
        [SIGNATURE_NOT_VALID_NOW] = "certificate-not-valid-at-receipt",
        [SIGNATURE_REVOKED] = "certificate-revoked",
        [SIGNATURE_LIST_STALE] = "revocation-list-stale",
        [SIGNATURE_LIST_WRONG] = "revocation-list-wrong",
    };
    return codes[verdict];
}

bool signature_waits(enum signature_verdict verdict)
{
    return verdict == SIGNATURE_LIST_STALE || verdict == SIGNATURE_LIST_WRONG;
}

static bool parse(struct examination *examination, const void *der, size_t length, bool detached)
{
    if (length > CMS_SIZE_LIMIT)
        return refuse(examination, SIGNATURE_TOO_LARGE, _("the signature is larger than 1 MiB"));
    const unsigned char *at = der;
    examination->cms = d2i_CMS_ContentInfo(NULL, &at, (long)length);
    if (examination->cms == NULL || at != (const unsigned char *)der + length ||
        OBJ_obj2nid(CMS_get0_type(examination->cms)) != NID_pkcs7_signed ||
        OBJ_obj2nid(CMS_get0_eContentType(examination->cms)) != NID_pkcs7_data)
        return refuse(examination, SIGNATURE_NOT_CMS,
                      _("this is no CMS signature (SignedData over plain data, DER)"));
    ASN1_OCTET_STRING **content = CMS_get0_content(examination->cms);
    if ((content == NULL || *content == NULL) != detached)
        return refuse(examination, SIGNATURE_NO_CONTENT,
                      detached ? _("the signature carries content of its own; a detached one was expected")
                               : _("the envelope carries no content; sign without the option \"detached\""));
    return true;
}

/* SHA-1 and older are refused: a colliding decision could be put under somebody's signature. */
static bool digest_is_strong(CMS_SignerInfo *signer)
{
    X509_ALGOR *digest = NULL;
    CMS_SignerInfo_get0_algs(signer, NULL, NULL, &digest, NULL);
    int kind = digest == NULL ? NID_undef : OBJ_obj2nid(digest->algorithm);
    return kind == NID_sha256 || kind == NID_sha384 || kind == NID_sha512;
}

static bool read_time(struct examination *examination, CMS_SignerInfo *signer)
{
    int at = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
    X509_ATTRIBUTE *attribute = at < 0 ? NULL : CMS_signed_get_attr(signer, at);
    if (attribute == NULL || X509_ATTRIBUTE_count(attribute) != 1 ||
        CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, at) >= 0)
        return false;
    const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, 0);
    if (value == NULL || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME))
        return false;
    return material_instant(value->value.asn1_string, &examination->signed_at);
}

static bool find_signer(struct examination *examination)
{
    STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(examination->cms);
    int count = sk_CMS_SignerInfo_num(signers);
    if (count < 1)
        return refuse(examination, SIGNATURE_NO_SIGNER, _("nobody signed this"));
    if (count > 1)
        return refuse(examination, SIGNATURE_SEVERAL_SIGNERS,
                      _("several people signed this; a decision is one person's"));
    examination->inside = CMS_get1_certs(examination->cms);
    CMS_set1_signers_certs(examination->cms, NULL, 0);
    CMS_SignerInfo *signer = sk_CMS_SignerInfo_value(signers, 0);
    CMS_SignerInfo_get0_algs(signer, NULL, &examination->certificate, NULL, NULL);
    if (examination->certificate == NULL)
        return refuse(examination, SIGNATURE_NO_SIGNER, _("the signer's certificate is not inside"));
    if (!material_instant(X509_get0_notBefore(examination->certificate), &examination->not_before) ||
        !material_instant(X509_get0_notAfter(examination->certificate), &examination->not_after))
        return refuse(examination, SIGNATURE_UNTRUSTED, _("the certificate's dates are no dates"));
    if (!digest_is_strong(signer))
        return refuse(examination, SIGNATURE_WRONG, _("the signature uses a digest weaker than SHA-256"));
    if (!read_time(examination, signer))
        return refuse(examination, SIGNATURE_NO_TIME,
                      _("the signature does not say when it was made (signing-time attribute)"));
    return true;
}

static bool check_bytes(struct examination *examination, const void *bytes, size_t length, char **content,
                        size_t *content_length)
{
    BIO *detached = bytes == NULL ? NULL : BIO_new_mem_buf(bytes, (int)length);
    BIO *out = BIO_new(BIO_s_mem());
    bool good =
        out != NULL && (bytes == NULL || detached != NULL) &&
        CMS_verify(examination->cms, NULL, NULL, detached, out, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
    if (!good)
        refuse(examination, SIGNATURE_WRONG, _("the signature does not fit the bytes it is over"));
    char *inside = NULL;
    long size = out == NULL ? 0 : BIO_get_mem_data(out, &inside);
    if (good) {
        *content = malloc((size_t)size + 1);
        good = *content != NULL || error_set(examination->error, FAULT_TEMPORARY, "no memory");
    }
    if (good) {
        if (size > 0)
            memcpy(*content, inside, (size_t)size);
        (*content)[size] = '\0';
        *content_length = (size_t)size;
    }
    BIO_free(out);
    BIO_free(detached);
    return good;
}

/* The dates of the signer's own certificate are compared by us, at both instants that count; a list newer
   than the instant judged by is welcome, because it knows more. */
static int tolerate(int good, X509_STORE_CTX *context)
{
    int reason = X509_STORE_CTX_get_error(context);
    if (good == 1)
        return 1;
    if (X509_STORE_CTX_get_error_depth(context) == 0 &&
        (reason == X509_V_ERR_CERT_HAS_EXPIRED || reason == X509_V_ERR_CERT_NOT_YET_VALID))
        return 1;
    return reason == X509_V_ERR_CRL_NOT_YET_VALID ? 1 : 0;
}

static bool explain_chain(struct examination *examination, int reason)
{
    char text[300];
    ERR_clear_error();
    switch (reason) {
    case X509_V_ERR_CERT_REVOKED:
        return refuse(examination, SIGNATURE_REVOKED, _("the signer's certificate was revoked"));
    case X509_V_ERR_CRL_HAS_EXPIRED:
        return refuse(examination, SIGNATURE_LIST_STALE,
                      _("the revocation list in keys/ is out of date; decisions wait for a new one"));
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
        return refuse(examination, SIGNATURE_LIST_WRONG,
                      _("the revocation list is not one of the signer's authority"));
    default:
        snprintf(text, sizeof text, _("the signer's certificate does not come from the site's authority: %s"),
                 X509_verify_cert_error_string(reason));
        return refuse(examination, SIGNATURE_UNTRUSTED, text);
    }
}

static bool check_chain(struct examination *examination, struct pem authority, struct pem revocations,
                        instant at)
{
    bool good = false;
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (store == NULL || context == NULL) {
        material_failed(examination->error, FAULT_TEMPORARY, _("no memory to check a chain"));
        goto done;
    }
    if (!material_trust(store, authority, examination->error) ||
        (revocations.bytes != NULL && !material_revocations(store, revocations, examination->error))) {
        examination->verdict = SIGNATURE_LIST_WRONG;
        goto done;
    }
    X509_VERIFY_PARAM *rules = X509_STORE_get0_param(store);
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN |
                                           (revocations.bytes == NULL ? 0 : X509_V_FLAG_CRL_CHECK));
    X509_VERIFY_PARAM_set_auth_level(rules, 2); /* 112 bits: no RSA below 2048, no SHA-1 */
    X509_VERIFY_PARAM_set_time(rules, (time_t)((at == 0 ? examination->signed_at : at) / 1000));
    X509_STORE_set_verify_cb(store, tolerate);
    if (X509_STORE_CTX_init(context, store, examination->certificate, examination->inside) != 1) {
        material_failed(examination->error, FAULT_TEMPORARY, _("no memory to check a chain"));
        goto done;
    }
    if (X509_verify_cert(context) != 1) {
        explain_chain(examination, X509_STORE_CTX_get_error(context));
        goto done;
    }
    if ((X509_get_key_usage(examination->certificate) & KU_DIGITAL_SIGNATURE) == 0) {
        refuse(examination, SIGNATURE_UNTRUSTED, _("the signer's certificate is not for signing"));
        goto done;
    }
    good = true;
done:
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return good;
}

static bool check_dates(struct examination *examination, instant at)
{
    if (examination->signed_at < examination->not_before || examination->signed_at > examination->not_after)
        return refuse(examination, SIGNATURE_NOT_VALID_THEN,
                      _("the signer's certificate was not valid at the time of signing"));
    if (at != 0 && (at < examination->not_before || at > examination->not_after))
        return refuse(examination, SIGNATURE_NOT_VALID_NOW,
                      _("the signer's certificate was not valid any more when this arrived"));
    return true;
}

static json_t *describe(const struct examination *examination, const char *content, size_t length)
{
    char fingerprint[65], digest[DIGEST_TEXT_SIZE], at[INSTANT_TEXT_SIZE];
    json_t *signer = json_object();
    material_fingerprint(examination->certificate, fingerprint);
    json_put_text(signer, "fingerprint", fingerprint);

    BIO *name = BIO_new(BIO_s_mem());
    char *text = NULL;
    if (name != NULL && X509_NAME_print_ex(name, X509_get_subject_name(examination->certificate), 0,
                                           XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
        long size = BIO_get_mem_data(name, &text);
        json_put(signer, "subject", json_stringn(text, (size_t)size));
    }
    BIO_free(name);
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(examination->certificate), NULL);
    char *serial = number == NULL ? NULL : BN_bn2hex(number);
    json_put_text(signer, "serial", serial);
    OPENSSL_free(serial);
    BN_free(number);

    json_put_text(signer, "notBefore", instant_text(examination->not_before, at));
    json_put_text(signer, "notAfter", instant_text(examination->not_after, at));
    json_put_text(signer, "signedAt", instant_text(examination->signed_at, at));
    if (content != NULL) {
        struct digest of = digest_of(content, length);
        json_put_text(signer, "content", digest_text(&of, digest));
    }
    return signer;
}

static bool examine(const void *der, size_t der_length, const void *bytes, size_t length, bool detached,
                    struct pem authority, struct pem revocations, instant at, char **content,
                    size_t *content_length, json_t **signer, enum signature_verdict *verdict,
                    struct error *error)
{
    struct examination examination = {.verdict = SIGNATURE_GOOD, .error = error};
    static const char nothing[1] = "";
    *content = NULL;
    *content_length = 0;
    *signer = NULL;
    cms_prepare();
    size_t failures = memory_failures();
    bool good = length <= INT32_MAX && parse(&examination, der, der_length, detached) &&
                find_signer(&examination) &&
                check_bytes(&examination, detached ? (bytes == NULL ? nothing : bytes) : NULL, length,
                            content, content_length) &&
                check_chain(&examination, authority, revocations, at) && check_dates(&examination, at);
    if (examination.certificate != NULL)
        *signer = describe(&examination, *content, *content_length);
    if (memory_failures() != failures) {
        /* Whatever OpenSSL said then, it said for want of memory: no verdict on the signature. */
        good = error_set(error, FAULT_TEMPORARY, "no memory to check a signature");
        examination.verdict = SIGNATURE_GOOD;
        json_decref(*signer);
        *signer = NULL;
    }
    if (!good) {
        free(*content);
        *content = NULL;
    }
    *verdict = examination.verdict;
    sk_X509_pop_free(examination.inside, X509_free);
    CMS_ContentInfo_free(examination.cms);
    ERR_clear_error();
    return good;
}

bool cms_verify(const void *envelope, size_t length, struct pem authority, struct pem revocations, instant at,
                char **content, size_t *content_length, json_t **signer, enum signature_verdict *verdict,
                struct error *error)
{
    return examine(envelope, length, NULL, 0, false, authority, revocations, at, content, content_length,
                   signer, verdict, error);
}

bool cms_verify_detached(const void *signature, size_t signature_length, const void *bytes, size_t length,
                         struct pem authority, struct pem revocations, instant at, json_t **signer,
                         enum signature_verdict *verdict, struct error *error)
{
    char *content = NULL;
    size_t content_length = 0;
    bool good = examine(signature, signature_length, bytes, length, true, authority, revocations, at,
                        &content, &content_length, signer, verdict, error);
    free(content);
    return good;
}
