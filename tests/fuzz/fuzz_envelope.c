/*
 * Fuzz: signatures of any bytes, enveloping and detached, and certificates and revocation lists that are damaged.
 *
 * What stands in an envelope leaves it only when all is good; whatever is wrong has a code and words. Run from the top of
 * the source: the authority and its list are read from tests/fuzz/trust.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cms.h"
#include "tests/fuzz/fuzz.h"

static struct pem trust(const char *name)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    if (!file_read(AT_FDCWD, name, PEM_SIZE_LIMIT, &bytes, &length, &error))
        fuzz_broken(&error);
    return (struct pem){.bytes = bytes, .length = length};
}

static void check_verdict(bool good, enum signature_verdict verdict, const json_t *signer,
                          const struct error *error)
{
    struct error wrong = ERROR_NONE;
    error_set(&wrong, FAULT_INTERNAL, "verdict %d, fault %d: %s", (int)verdict, (int)error->fault,
              error->text);
    if (good != (verdict == SIGNATURE_GOOD) || good != (signature_code(verdict)[0] == '\0') ||
        (good ? !json_is_object(signer) : error->fault == FAULT_NONE || error->text[0] == '\0'))
        fuzz_broken(&wrong);
}

static void verify(const uint8_t *data, size_t size, struct pem authority, struct pem revocations)
{
    static const char said[] = "what was said";
    const instant arrived = (instant)1798804800 * 1000; /* 2027-01-01T12:00:00Z */
    struct error error = ERROR_NONE;
    enum signature_verdict verdict = SIGNATURE_GOOD;
    json_t *signer = NULL;
    char *content = NULL;
    size_t length = 0;
    bool good =
        cms_verify(data, size, authority, revocations, arrived, &content, &length, &signer, &verdict, &error);
    check_verdict(good, verdict, signer, &error);
    if (good ? content == NULL || content[length] != '\0' : content != NULL)
        fuzz_broken(&error);
    free(content);
    json_decref(signer);
    signer = NULL;
    error = ERROR_NONE;
    good = cms_verify_detached(data, size, said, sizeof said - 1, authority, revocations, arrived, &signer,
                               &verdict, &error);
    check_verdict(good, verdict, signer, &error);
    json_decref(signer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pem authority, revocations;
    struct error error = ERROR_NONE;
    char fingerprint[65];
    if (authority.bytes == NULL) {
        cms_prepare();
        authority = trust("tests/fuzz/trust/authority.pem");
        revocations = trust("tests/fuzz/trust/revocations.pem");
    }
    verify(data, size, authority, revocations);
    /* The same bytes as PEM, in each place where some is expected. */
    const struct pem foreign = {.bytes = (const char *)data, .length = size};
    if (size > 0) {
        if (certificate_fingerprint(foreign, fingerprint, &error) ? strlen(fingerprint) != 64
                                                                  : error.fault == FAULT_NONE)
            fuzz_broken(&error);
        verify(data, size, foreign, revocations);
        verify(data, size, authority, foreign);
    }
    return 0;
}
