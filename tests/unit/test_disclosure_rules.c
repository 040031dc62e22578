/*
 * Attempts to get something out without authority: each is refused, with the clause that forbids it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/disclosure_rules.h"

#define DAY ((instant)24 * 3600 * 1000)
static instant now;

#define ROLE(role) (1U << (role))
static struct person legal = {.id = "lane", .roles = ROLE(ROLE_LEGAL)},
                     privacy = {.id = "penn", .roles = ROLE(ROLE_PRIVACY_OFFICER)},
                     city = {.id = "cole", .roles = ROLE(ROLE_CITY_PRIVACY_OFFICER)},
                     examiner = {.id = "exam", .roles = ROLE(ROLE_INVESTIGATOR)},
                     vendor = {.id = "vend", .roles = ROLE(ROLE_VENDOR) | ROLE(ROLE_LEGAL)},
                     administrator = {.id = "admin", .roles = ROLE(ROLE_ADMINISTRATOR) | ROLE(ROLE_LEGAL)},
                     suspended = {.id = "susp", .roles = ROLE(ROLE_LEGAL)},
                     untrained = {.id = "untr", .roles = ROLE(ROLE_LEGAL)},
                     suspended_officer = {.id = "gone", .roles = ROLE(ROLE_PRIVACY_OFFICER)};
static const struct setting_agreement full = {"Harbor Police", "MOU 1", "2027-06-30", true, true, true},
                                      expired = {"Harbor Police", "MOU 1", "2026-11-19", true, true, true},
                                      last_day = {"Harbor Police", "MOU 1", "2026-11-20", true, true, true},
                                      onward = {"Harbor Police", "MOU 1", "2027-06-30", true, false, true};

/* One release: what differs from the plain lawful one to another police force about a crime. */
struct attempt {
    const char *name;
    const char *code, *clause; /* expected among the faults; NULL: it may leave */
    const char *kind, *purpose, *condition, *what;
    const char *authorised_by; /* "subject", "guardian"; with the file in the packet unless `no_file` */
    const struct person *signer, *approver, *verifier;
    const struct setting_agreement *agreement;
    const char *by;
    bool no_signer, no_verification, no_certificate, no_agreement, no_verifier, no_condition, minor, no_file,
        not_identifying, recalled, unpublished, no_docket, again, verified_late, future;
};

static json_t *disclosure_of(const struct attempt *attempt)
{
    json_t *recipient = json_pack("{ss,ss,ss}", "name", "Somebody", "affiliation", "Harbor Police", "kind",
                                  attempt->kind == NULL ? "law-enforcement" : attempt->kind);
    if (!attempt->no_verification)
        json_put(recipient, "verified",
                 json_pack("{ss,ss,ss}", "how", "called back", "by", "lane", "at",
                           attempt->verified_late ? "2026-11-20T11:00:00Z" : "2026-11-20T09:00:00Z"));
    if (!attempt->no_certificate)
        json_put_text(recipient, "certificate", "PEM");
    json_t *disclosure = json_pack("{ss,ss,so,s{ss,ss},sb}", "by",
                                   attempt->by != NULL       ? attempt->by
                                   : attempt->signer == NULL ? "lane"
                                                             : attempt->signer->id,
                                   "at", attempt->future ? "2026-11-20T13:00:00Z" : "2026-11-20T10:00:00Z",
                                   "recipient", recipient, "purpose", "code",
                                   attempt->purpose == NULL ? "criminal-investigation" : attempt->purpose,
                                   "text", "…", "identifying", !attempt->not_identifying);
    if (!attempt->no_condition)
        json_put(disclosure, "condition",
                 json_pack("{ss,ss}", "code", attempt->condition == NULL ? "D6" : attempt->condition, "text",
                           "…"));
    if (attempt->authorised_by != NULL) {
        json_t *authorisation =
            json_pack("{ss,sb}", "by", attempt->authorised_by, "subjectCompetent", !attempt->minor);
        if (!attempt->no_file)
            json_put_text(authorisation, "digest", "00");
        json_put(disclosure, "authorisation", authorisation);
    }
    return disclosure;
}

static json_t *judged(const struct attempt *attempt)
{
    json_t *disclosure = disclosure_of(attempt), *faults = json_array();
    json_t *documents = json_pack("[{ss,ss,sb,sb}]", "name", "report-1.pdf", "what",
                                  attempt->what == NULL ? "report" : attempt->what, "published",
                                  !attempt->unpublished, "recalled", attempt->recalled);
    const struct disclosure_case facts = {.disclosure = disclosure,
                                          .signer = attempt->no_signer        ? NULL
                                                    : attempt->signer == NULL ? &legal
                                                                              : attempt->signer,
                                          .approver = attempt->approver,
                                          .approved = attempt->approver != NULL,
                                          .verifier = attempt->no_verifier ? NULL : &legal,
                                          .agreement = attempt->no_agreement        ? NULL
                                                       : attempt->agreement == NULL ? &full
                                                                                    : attempt->agreement,
                                          .today = "2026-11-20",
                                          .now = now,
                                          .docket_known = !attempt->no_docket,
                                          .documents = documents,
                                          .released_before = attempt->again};
    assert_true(disclosure_judge(&facts, faults));
    json_decref(disclosure);
    json_decref(documents);
    return faults;
}

static const struct attempt attempts[] = {
    /* lawful ones: without them a rule that refuses all would pass */
    {.name = "a crime, to a police force under agreement"},
    {.name = "on the agreement's last day", .agreement = &last_day},
    {.name = "the subject's own wish",
     .kind = "subject",
     .purpose = "subject-access",
     .condition = "D1",
     .authorised_by = "subject",
     .approver = &privacy},
    {.name = "a guardian's wish",
     .kind = "subject",
     .purpose = "subject-access",
     .condition = "D1",
     .authorised_by = "guardian",
     .minor = true,
     .approver = &privacy},
    {.name = "a court's order",
     .kind = "court",
     .purpose = "legal-duty",
     .condition = "D2",
     .approver = &privacy,
     .no_agreement = true},
    {.name = "pre-approved by the city",
     .kind = "news-media",
     .purpose = "unusual-incident",
     .condition = "D4",
     .approver = &city,
     .no_agreement = true},
    {.name = "a child's welfare", .kind = "city-agency", .condition = "D7"},
    {.name = "a negative report to the press",
     .kind = "news-media",
     .purpose = "community-concern",
     .what = "negative-report",
     .not_identifying = true,
     .no_condition = true,
     .no_agreement = true},
    /* who */
    {.name = "signed by a stranger", .code = "signer-may-not-release", .clause = "R35", .no_signer = true},
    {.name = "by an examiner", .code = "signer-may-not-release", .clause = "R35", .signer = &examiner},
    {.name = "by a vendor", .code = "signer-may-not-release", .clause = "R35", .signer = &vendor},
    {.name = "by the administrator",
     .code = "signer-may-not-release",
     .clause = "R35",
     .signer = &administrator},
    {.name = "by somebody suspended",
     .code = "signer-may-not-release",
     .clause = "R35",
     .signer = &suspended},
    {.name = "by somebody untrained",
     .code = "signer-may-not-release",
     .clause = "R35",
     .signer = &untrained},
    {.name = "in another's name", .code = "released-by-another", .clause = "R31", .by = "penn"},
    {.name = "signed ahead", .code = "released-in-the-future", .clause = "R35", .future = true},
    /* to whom */
    {.name = "to somebody unverified",
     .code = "recipient-not-verified",
     .clause = "R36",
     .no_verification = true},
    {.name = "verified after the signature",
     .code = "recipient-not-verified",
     .clause = "R36",
     .verified_late = true},
    {.name = "verified by a stranger", .code = "verifier-unknown", .clause = "R36", .no_verifier = true},
    {.name = "in clear", .code = "recipient-certificate-missing", .clause = "R34", .no_certificate = true},
    {.name = "to an agency without agreement",
     .code = "agreement-missing",
     .clause = "R46",
     .no_agreement = true},
    {.name = "a day after the agreement ended",
     .code = "agreement-expired",
     .clause = "R46",
     .agreement = &expired},
    {.name = "to an agency that may pass it on",
     .code = "agreement-incomplete",
     .clause = "R46",
     .agreement = &onward},
    /* what for */
    {.name = "for immigration enforcement",
     .code = "immigration-enforcement",
     .clause = "R43",
     .kind = "civil-immigration",
     .condition = "D3",
     .approver = &privacy},
    {.name = "to the press for a lawsuit",
     .code = "purpose-not-allowed",
     .clause = "R44",
     .kind = "news-media",
     .purpose = "civil-litigation",
     .condition = "D3",
     .approver = &privacy},
    {.name = "to a partner for its newsletter",
     .code = "purpose-not-allowed",
     .clause = "R42",
     .purpose = "community-concern"},
    {.name = "to anybody who asks",
     .code = "purpose-not-allowed",
     .clause = "R42",
     .kind = "other",
     .purpose = "further-investigation"},
    {.name = "to an unknown kind", .code = "purpose-not-allowed", .clause = "R42", .kind = "friend"},
    /* under which condition */
    {.name = "under none", .code = "condition-missing", .clause = "R45", .no_condition = true},
    {.name = "under an unknown one", .code = "condition-does-not-fit", .clause = "R45", .condition = "D8"},
    {.name = "required by law, unapproved", .code = "approval-missing", .clause = "R45", .condition = "D2"},
    {.name = "approved by legal instead",
     .code = "approval-missing",
     .clause = "R45",
     .condition = "D3",
     .signer = &privacy,
     .approver = &legal},
    {.name = "approved by oneself",
     .code = "approval-missing",
     .clause = "R45",
     .condition = "D3",
     .signer = &privacy,
     .approver = &privacy},
    {.name = "approved by an officer suspended",
     .code = "approval-missing",
     .clause = "R45",
     .condition = "D5",
     .approver = &suspended_officer},
    {.name = "the city's word, from the agency's officer",
     .code = "approval-missing",
     .clause = "R45",
     .condition = "D4",
     .approver = &privacy},
    {.name = "the subject's wish, unwritten",
     .code = "authorisation-missing",
     .clause = "R45",
     .kind = "subject",
     .purpose = "subject-access",
     .condition = "D1",
     .approver = &privacy},
    {.name = "the written wish left out",
     .code = "authorisation-missing",
     .clause = "R45",
     .kind = "subject",
     .purpose = "subject-access",
     .condition = "D1",
     .authorised_by = "subject",
     .no_file = true,
     .approver = &privacy},
    {.name = "a child's own wish",
     .code = "authorisation-by-another",
     .clause = "R45",
     .kind = "subject",
     .purpose = "subject-access",
     .condition = "D1",
     .authorised_by = "subject",
     .minor = true,
     .approver = &privacy},
    {.name = "a parent for an adult",
     .code = "authorisation-by-another",
     .clause = "R45",
     .kind = "subject",
     .purpose = "subject-access",
     .condition = "D1",
     .authorised_by = "parent",
     .approver = &privacy},
    {.name = "a crime as a pretext for a lawsuit",
     .code = "condition-does-not-fit",
     .clause = "R45",
     .purpose = "civil-litigation"},
    {.name = "a child's welfare to a police force",
     .code = "condition-does-not-fit",
     .clause = "R45",
     .condition = "D7"},
    /* what */
    {.name = "a photo said to show nobody",
     .code = "identifying-denied",
     .clause = "R45",
     .not_identifying = true,
     .no_condition = true},
    {.name = "and then no condition either",
     .code = "condition-missing",
     .clause = "R45",
     .not_identifying = true,
     .no_condition = true},
    {.name = "a recalled report", .code = "document-recalled", .clause = "R17", .recalled = true},
    {.name = "what was never published", .code = "document-unknown", .clause = "R35", .unpublished = true},
    {.name = "of no docket", .code = "docket-unknown", .clause = "R35", .no_docket = true},
    {.name = "the same once more", .code = "released-before", .clause = "R35", .again = true},
};

static void test_attempts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        json_t *faults = judged(&attempts[i]);
        const json_t *fault = attempts[i].code == NULL ? NULL : json_find(faults, "code", attempts[i].code);
        bool right = attempts[i].code == NULL
                         ? json_array_size(faults) == 0
                         : fault != NULL && strcmp(json_text(fault, "clause"), attempts[i].clause) == 0;
        if (!right) {
            char *text = json_canonical(faults);
            print_message("%s: %s\n", attempts[i].name, text);
            free(text);
        }
        assert_true(right);
        json_decref(faults);
    }
}

/* All that is wrong is said at once. */
static void test_lists_all(void **state)
{
    (void)state;
    const struct attempt attempt = {.no_signer = true,
                                    .no_verification = true,
                                    .no_certificate = true,
                                    .no_agreement = true,
                                    .no_condition = true,
                                    .recalled = true};
    json_t *faults = judged(&attempt);
    assert_int_equal(json_array_size(faults), 6);
    json_decref(faults);
}

static int prepare(void **state)
{
    (void)state;
    struct person *people[] = {&legal,  &privacy,       &city,      &examiner,
                               &vendor, &administrator, &suspended, &suspended_officer};
    instant_parse("2026-11-20T12:00:00Z", &now, NULL);
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        people[i]->trained_until = now + 30 * DAY;
    untrained.trained_until = now;
    suspended.suspended_since = suspended_officer.suspended_since = now - DAY;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_attempts), cmocka_unit_test(test_lists_all)};
    return cmocka_run_group_tests(tests, prepare, NULL);
}
