/*
 * The rules about disclosure.
 *
 * Guarantees: default deny: a recipient, purpose or condition the tables do not know is refused, and every rule that
 * forbids is named, not the first one only. Does no I/O and trusts no declaration that the record can contradict.
 */
#include "report/disclosure_rules.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"

#define CLOCK_TOLERANCE ((instant)5 * 60 * 1000)

bool release_fault(json_t *faults, const char *code, const char *clause, const char *place, const char *text,
                   const char *remedy)
{
    json_t *fault = json_pack("{ss,ss,ss,ss,ss,ss}", "code", code, "outcome", "REJECT", "place", place,
                              "clause", clause, "text", text, "remedy", remedy);
    return fault != NULL && json_array_append_new(faults, fault) == 0;
}

struct judging {
    const struct disclosure_case *facts;
    const json_t *recipient;
    const char *kind, *purpose, *condition;
    json_t *faults;
    bool memory;
};

static void refuse(struct judging *judging, const char *code, const char *clause, const char *place,
                   const char *text, const char *remedy)
{
    judging->memory = release_fault(judging->faults, code, clause, place, text, remedy) && judging->memory;
}

static bool one_of(const char *text, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

/* Can this person sign anything here today? */
static bool stands(const struct person *person, instant now)
{
    return person != NULL && !person_suspended(person, now) && person->trained_until > now &&
           !person_has(person, ROLE_VENDOR) && !person_has(person, ROLE_ADMINISTRATOR);
}

/* --- who releases, who approves (R31, R35, R47) --- */

static bool may_release(const struct person *person)
{
    static const enum role roles[] = {
        ROLE_SUPERVISOR, ROLE_CHIEF_OF_DETECTIVES, ROLE_DEPUTY_COMMISSIONER_INTELLIGENCE,
        ROLE_LEGAL,      ROLE_PRIVACY_OFFICER,     ROLE_CITY_PRIVACY_OFFICER,
        ROLE_RECORDS,    ROLE_DISCOVERY_CLERK};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (person_has(person, roles[i]))
            return true;
    return false;
}

static void judge_signer(struct judging *judging)
{
    const struct person *signer = judging->facts->signer;
    if (!stands(signer, judging->facts->now) || !may_release(signer))
        refuse(judging, "signer-may-not-release", "R35", "disclosure.xml.p7s",
               _("whoever signed it may release nothing: not on the roster, suspended, without training, or "
                 "in no "
                 "role that releases"),
               _("have it released by a supervisor, legal, records, a discovery clerk or a privacy officer"));
    else if (strcmp(signer->id, json_text(judging->facts->disclosure, "by")) != 0)
        refuse(judging, "released-by-another", "R31", "disclosure.xml /disclosure/by",
               _("it says that somebody else releases than signed it"), _("name the signer"));
    instant at;
    if (!instant_parse(json_text(judging->facts->disclosure, "at"), &at, NULL) ||
        at > judging->facts->now + CLOCK_TOLERANCE)
        refuse(judging, "released-in-the-future", "R35", "disclosure.xml /disclosure/at",
               _("its time has not come yet"), _("write the time at which it is signed"));
}

/* --- to whom (R34, R36) --- */

static void judge_recipient(struct judging *judging)
{
    const json_t *verified = json_object_get(judging->recipient, "verified");
    instant at = 0, released = judging->facts->now;
    instant_parse(json_text(judging->facts->disclosure, "at"), &released, NULL);
    if (verified == NULL || !instant_parse(json_text(verified, "at"), &at, NULL) || at > released)
        refuse(judging, "recipient-not-verified", "R36", "disclosure.xml /disclosure/recipient",
               _("it does not say how the recipient's identity and affiliation were verified, before it was "
                 "signed"),
               _("verify them, and say how, by whom and when"));
    else if (judging->facts->verifier == NULL)
        refuse(judging, "verifier-unknown", "R36", "disclosure.xml /disclosure/recipient/verified",
               _("whoever verified the recipient is not on the roster"),
               _("name the person of the roster who did"));
    if (json_text_or_null(judging->recipient, "certificate") == NULL)
        refuse(judging, "recipient-certificate-missing", "R34", "recipient.pem",
               _("there is no certificate of the recipient to encrypt to"),
               _("put the recipient's certificate (PEM) into the packet as recipient.pem"));
}

/* --- what for (R42, R43, R44, R46) --- */

static const char *const partners[] = {"law-enforcement", "city-agency", NULL};
static const char *const public_side[] = {"community-leader", "civic-organization", "news-media", NULL};
static const char *const partner_purposes[] = {"criminal-investigation", "civil-litigation",
                                               "disciplinary-proceeding", "legal-duty", NULL};
static const char *const public_purposes[] = {"further-investigation", "unusual-incident",
                                              "community-concern", NULL};

static bool purpose_fits(const char *kind, const char *purpose)
{
    if (one_of(kind, partners) || strcmp(kind, "court") == 0)
        return one_of(purpose, partner_purposes);
    if (one_of(kind, public_side))
        return one_of(purpose, public_purposes);
    if (strcmp(kind, "subject") == 0)
        return strcmp(purpose, "subject-access") == 0;
    return strcmp(kind, "other") == 0 && strcmp(purpose, "legal-duty") == 0;
}

static void judge_purpose(struct judging *judging)
{
    const bool open_side = one_of(judging->kind, public_side);
    if (strcmp(judging->kind, "civil-immigration") == 0)
        refuse(judging, "immigration-enforcement", "R43", "disclosure.xml /disclosure/recipient/kind",
               _("nothing is released in furtherance of immigration enforcement"),
               _("do not send it again; the integrity officer was told"));
    else if (!purpose_fits(judging->kind, judging->purpose))
        refuse(judging, "purpose-not-allowed", open_side ? "R44" : "R42",
               "disclosure.xml /disclosure/purpose",
               _("that purpose is none for which this kind of recipient is given anything"),
               _("docs/formats/disclosure.md lists which purposes go with which recipients"));
}

static void judge_agreement(struct judging *judging)
{
    const struct setting_agreement *agreement = judging->facts->agreement;
    if (!one_of(judging->kind, partners))
        return;
    if (agreement == NULL)
        refuse(judging, "agreement-missing", "R46", "disclosure.xml /disclosure/recipient/affiliation",
               _("site.xml lists no written agreement with that agency"),
               _("name the agency as the agreement does, or have the agreement made and listed"));
    else if (strcmp(agreement->expires, judging->facts->today) < 0)
        refuse(judging, "agreement-expired", "R46", "disclosure.xml /disclosure/recipient/affiliation",
               _("the written agreement with that agency has expired"), _("have it renewed and listed"));
    else if (!agreement->confidentiality || !agreement->no_onward_disclosure ||
             !agreement->notice_of_legal_process)
        refuse(judging, "agreement-incomplete", "R46", "disclosure.xml /disclosure/recipient/affiliation",
               _("the written agreement does not bind the agency to confidentiality, to disclose nothing "
                 "onward and "
                 "to tell of legal process"),
               _("have it completed"));
}

/* --- the seven conditions (R45) --- */

static void need_approval(struct judging *judging, enum role role, const char *who)
{
    const struct person *approver = judging->facts->approver, *signer = judging->facts->signer;
    if (judging->facts->approved && stands(approver, judging->facts->now) && person_has(approver, role) &&
        (signer == NULL || strcmp(approver->id, signer->id) != 0))
        return;
    refuse(judging, "approval-missing", "R45", "disclosure.xml.approval.p7s", who,
           _("have that officer sign disclosure.xml, detached, and put the signature into the packet as "
             "disclosure.xml.approval.p7s"));
}

#define PRIVACY_OFFICER                                                                                      \
    _("this needs the written approval of the privacy officer, who is not the one releasing it")

static void judge_authorisation(struct judging *judging)
{
    const json_t *one = json_object_get(judging->facts->disclosure, "authorisation");
    bool by_subject = strcmp(json_text(one, "by"), "subject") == 0;
    if (one == NULL || json_text_or_null(one, "digest") == NULL)
        refuse(judging, "authorisation-missing", "R45", "disclosure.xml /disclosure/authorisation",
               _("the written authorisation is not in the packet"), _("put it in as a file and name it"));
    else if (by_subject != json_flag(one, "subjectCompetent"))
        refuse(judging, "authorisation-by-another", "R45", "disclosure.xml /disclosure/authorisation/@by",
               by_subject ? _("a minor or somebody not legally competent cannot authorise it")
                          : _("the subject is competent, so nobody else can authorise it"),
               by_subject ? _("have a parent or legal guardian authorise it")
                          : _("have the subject authorise it"));
}

static void judge_condition(struct judging *judging)
{
    static const char *const crime[] = {"criminal-investigation", "further-investigation", "unusual-incident",
                                        NULL};
    const char *code = judging->condition;
    if (code[0] == '\0') {
        refuse(judging, "condition-missing", "R45", "disclosure.xml /disclosure/condition",
               _("identifying information leaves under one of seven conditions alone, and none is named"),
               _("name the condition and the fact that meets it, or release nothing"));
        return;
    }
    if (strcmp(code, "D1") == 0)
        judge_authorisation(judging);
    if (strcmp(code, "D1") == 0 || strcmp(code, "D2") == 0 || strcmp(code, "D3") == 0 ||
        strcmp(code, "D5") == 0)
        need_approval(judging, ROLE_PRIVACY_OFFICER, PRIVACY_OFFICER);
    else if (strcmp(code, "D4") == 0)
        need_approval(
            judging, ROLE_CITY_PRIVACY_OFFICER,
            _("this needs the written approval of the city's chief privacy officer, who is not the one "
              "releasing it"));
    else if (strcmp(code, "D6") == 0 ? !one_of(judging->purpose, crime)
                                     : strcmp(code, "D7") != 0 || strcmp(judging->kind, "city-agency") != 0)
        refuse(judging, "condition-does-not-fit", "R45", "disclosure.xml /disclosure/condition",
               _("the condition does not fit the recipient and the purpose"),
               _("D6 is for a crime, D7 for a city agency that looks after a minor or incompetent person"));
}

/* --- what (R17, R45) --- */

/* Documents that show nobody and name nobody but the requester. */
static bool identifies(const char *what)
{
    static const char *const harmless[] = {"negative-report", "refusal", "withdrawn", "lapsed", NULL};
    return !one_of(what, harmless);
}

static bool judge_documents(struct judging *judging)
{
    size_t index;
    const json_t *document;
    bool identifying = json_flag(judging->facts->disclosure, "identifying"), shown = false;
    json_array_foreach(judging->facts->documents, index, document)
    {
        if (!json_flag(document, "published"))
            refuse(judging, "document-unknown", "R35", "disclosure.xml /disclosure/documents",
                   _("one of the documents was never published for this docket"),
                   _("name documents as they lie in the folder of the docket: report-1.pdf"));
        else if (json_flag(document, "recalled"))
            refuse(judging, "document-recalled", "R17", "disclosure.xml /disclosure/documents",
                   _("one of the documents was recalled, since a photograph it shows is sealed"),
                   _("release nothing that rests on it"));
        shown = shown || identifies(json_text(document, "what"));
    }
    if (shown && !identifying)
        refuse(judging, "identifying-denied", "R45", "disclosure.xml /disclosure/identifying",
               _("it is said to identify nobody, and one of the documents shows a person"),
               _("say that it identifies, and name the condition under which it may leave"));
    return identifying || shown;
}

bool disclosure_judge(const struct disclosure_case *facts, json_t *faults)
{
    const json_t *recipient = json_object_get(facts->disclosure, "recipient");
    struct judging judging = {.facts = facts,
                              .recipient = recipient,
                              .kind = json_text(recipient, "kind"),
                              .purpose = json_text(json_object_get(facts->disclosure, "purpose"), "code"),
                              .condition = json_text(json_object_get(facts->disclosure, "condition"), "code"),
                              .faults = faults,
                              .memory = true};
    if (!facts->docket_known)
        refuse(&judging, "docket-unknown", "R35", "disclosure.xml /disclosure/docket",
               _("there is no such docket"), _("correct the docket number"));
    if (facts->released_before)
        refuse(&judging, "released-before", "R35", "disclosure.xml /disclosure/disclosureId",
               _("this disclosure was made before"), _("a further one has an id of its own"));
    judge_signer(&judging);
    judge_recipient(&judging);
    judge_purpose(&judging);
    judge_agreement(&judging);
    if (judge_documents(&judging))
        judge_condition(&judging);
    return judging.memory;
}
