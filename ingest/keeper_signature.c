/*
 * The detached signature of a document of gallery/in, discovery/in, disclosure/in or foil/in.
 *
 * Guarantees: a missing, broken, revoked or foreign signature is a fault in the answer; a stale revocation list
 * makes the packet wait. Does not know who the signer is: the committer looks that up.
 */
#include "ingest/keeper_signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "ingest/fault.h"

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "checking a signature: out of memory");
}

static bool missing(json_t *faults, const char *document, const char *place)
{
    char remedy[320];
    bool release = strncmp(document, "disc", 4) == 0 || /* discovery, disclosure */
                   strcmp(document, "foil.xml") == 0;
    snprintf(remedy, sizeof remedy, _("sign %s, detached, and put the signature beside it"), document);
    return fault_add(faults,
                     &(struct fault_words){.code = "signature-missing",
                                           .outcome = "REJECT",
                                           .place = place,
                                           .clause = release ? "R35" : "R17",
                                           .text = release ? _("there is no signature beside it")
                                                           : _("there is no signature of a gallery keeper"),
                                           .remedy = remedy});
}

bool keeper_signature_check(const struct worker_job *job, const char *document, const char *bytes,
                            size_t length, json_t *answer, struct error *error)
{
    char *signature = NULL, *authority = NULL, *revocations = NULL, place[80];
    size_t signature_length = 0, authority_length = 0, revocations_length = 0;
    json_t *signer = NULL, *faults = json_object_get(answer, "faults");
    enum signature_verdict verdict = SIGNATURE_GOOD;
    struct error why = ERROR_NONE;
    instant received;
    bool done = false;
    const int *inputs = job->inputs;
    snprintf(place, sizeof place, "%s.p7s", document);
    if (!instant_parse(json_text(job->parameters, "received"), &received, error) ||
        !file_read_open(inputs[KEEPER_AUTHORITY], PEM_SIZE_LIMIT, &authority, &authority_length, error) ||
        !file_read_open(inputs[KEEPER_REVOCATIONS], PEM_SIZE_LIMIT, &revocations, &revocations_length, error))
        goto done;
    bool there =
        file_read_open(inputs[KEEPER_SIGNATURE], CMS_SIZE_LIMIT, &signature, &signature_length, &why);
    if (!there && why.fault == FAULT_TEMPORARY) {
        memory(error);
        goto done;
    }
    if (!there || signature_length == 0) {
        done = missing(faults, document, place) || memory(error);
        goto done;
    }
    bool good = cms_verify_detached(
        signature, signature_length, bytes, length, (struct pem){authority, authority_length},
        (struct pem){revocations, revocations_length}, received, &signer, &verdict, &why);
    if (signer != NULL && !json_put(answer, "signer", json_incref(signer))) {
        memory(error);
        goto done;
    }
    if (!good && verdict == SIGNATURE_GOOD) {
        /* Not the signature's fault: our own trouble. */
        if (error != NULL)
            *error = why;
        goto done;
    }
    /* Nobody knows whether the signer was revoked meanwhile: the packet waits for a new list. */
    const struct fault_words fault = {.code = signature_code(verdict),
                                      .outcome = signature_waits(verdict) ? "WAIT" : "REJECT",
                                      .place = place,
                                      .clause = "R31",
                                      .text = why.text,
                                      .remedy =
                                          _("sign the file again with a valid certificate of this site")};
    done = good || fault_add(faults, &fault) || memory(error);
done:
    free(signature);
    free(authority);
    free(revocations);
    json_decref(signer);
    return done;
}
