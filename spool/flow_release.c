/*
 * Drops of discovery, disclosure and records requests.
 *
 * Guarantees: what was attempted against a rule of security is an incident, routed to the integrity officer (R37, R51);
 * a refused drop leaves nothing but its receipt, its event and that.
 */
#include "spool/flow_release.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/incident.h"
#include "ingest/release.h"
#include "report/disclosure.h"
#include "report/discovery.h"
#include "report/foil.h"

/* Faults that are no clumsiness. */
static bool is_security(const char *code)
{
    static const char *const codes[] = {"immigration-enforcement", "signer-may-not-release",
                                        "released-by-another",     "signature-untrusted",
                                        "signature-wrong",         "identifying-denied",
                                        "sealed-uncovered",        "appeal-officer-took-part"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(codes[i], code) == 0)
            return true;
    return strncmp(code, "certificate-", 12) == 0;
}

static bool file_incidents(struct transaction *transaction, const char *docket, const char *person,
                           const json_t *faults, instant now, struct error *error)
{
    size_t index;
    const json_t *fault;
    json_array_foreach(faults, index, fault)
    {
        const struct incident incident = {.kind = json_text(fault, "code"),
                                          .clause = json_text(fault, "clause"),
                                          .text = json_text(fault, "text"),
                                          .docket = docket,
                                          .person = person};
        if (is_security(incident.kind) && !incident_file(transaction, &incident, now, NULL, error))
            return false;
    }
    return true;
}

bool flow_release_drop(struct transaction *transaction, const struct site *site, const char *form,
                       const json_t *claim, const json_t *check, instant now, json_t **result,
                       struct error *error)
{
    const json_t *asked = json_object_get(check, form), *signer = json_object_get(check, "signer");
    const struct person *person = roster_by_certificate(site->roster, json_text(signer, "fingerprint"));
    const char *words = NULL, *docket = json_text_or_null(asked, "docket");
    json_t *known = NULL, *faults = NULL;
    if (!ingest_release_ready(check, error))
        return false;
    faults = json_deep_copy(json_object_get(check, "faults"));
    bool done = faults != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while judging a release");
    /* A document with faults of its own is judged no further: it may not say what it seems to. */
    if (done && asked != NULL && json_array_size(faults) == 0)
        done = strcmp(form, "discovery") == 0
                   ? discovery_take(transaction, site->settings, site->roster, person, asked, now, faults,
                                    &words, error)
                   : disclosure_take(transaction, site->settings, site->roster, person,
                                     json_text(json_object_get(check, "approver"), "fingerprint"), asked, now,
                                     faults, &words, error);
    done = done && (docket == NULL || book_get(transaction, BOOK_DOCKETS, docket, &known, error));
    if (known == NULL)
        docket = NULL;
    done =
        done &&
        file_incidents(transaction, docket, person != NULL ? person->id : json_text_or_null(claim, "owner"),
                       faults, now, error) &&
        ingest_release(
            transaction, site->settings, claim, form,
            json_text_or_null(asked, strcmp(form, "discovery") == 0 ? "discoveryId" : "disclosureId"), docket,
            faults, words, now, result, error);
    json_decref(known);
    json_decref(faults);
    return done;
}

/* The signed document itself: later steps name it by this digest. */
static const char *digest_of_step(const json_t *claim)
{
    return json_text(json_find(json_object_get(claim, "files"), "name", "foil.xml"), "digest");
}

bool flow_foil_drop(struct transaction *transaction, const struct site *site, const json_t *claim,
                    const json_t *check, instant now, json_t **result, struct error *error)
{
    const json_t *step = json_object_get(check, "foil"), *signer = json_object_get(check, "signer");
    const struct person *person = roster_by_certificate(site->roster, json_text(signer, "fingerprint"));
    const char *words = "";
    char number[FOIL_NUMBER_SIZE] = "";
    if (!ingest_release_ready(check, error))
        return false;
    json_t *faults = json_deep_copy(json_object_get(check, "faults"));
    bool done =
        faults != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while judging a records request");
    if (done && step != NULL && json_array_size(faults) == 0)
        done = foil_take(transaction, site->settings, site->roster, person, step, digest_of_step(claim), now,
                         faults, &words, number, error);
    const char *of = number[0] == '\0' ? NULL : number;
    char next[FOIL_NUMBER_SIZE + 200]; /* the receipt is where a new request's number is read first */
    snprintf(next, sizeof next, "%s: %.190s", number, words);
    done = done &&
           file_incidents(transaction, of, person != NULL ? person->id : json_text_or_null(claim, "owner"),
                          faults, now, error) &&
           ingest_release(transaction, site->settings, claim, "foil", json_text_or_null(step, "foilId"), of,
                          faults, next, now, result, error);
    if (done) /* it is no docket, whose pages would tell of it */
        json_object_del(*result, "docket");
    json_decref(faults);
    return done;
}

bool flow_release_delivered(struct transaction *transaction, const json_t *row, instant now,
                            struct error *error)
{
    return (strcmp(json_text(row, "what"), "disclosure") == 0 ? disclosure_delivered : discovery_delivered)(
        transaction, row, now, error);
}
