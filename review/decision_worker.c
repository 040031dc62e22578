/*
 * The worker that opens a signed decision.
 *
 * Guarantees: whatever the bytes, the answer is a list of faults or a parsed decision with its signer;
 * nothing of the content is looked at before the signature fits. Does not: know the roster, the docket or the
 * item.
 */
#include "review/decision_worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "review/parse.h"
#include "schemas/xml.h"

enum input { INPUT_DECISION, INPUT_AUTHORITY, INPUT_REVOCATIONS, INPUT_COUNT };

static void add_fault(json_t *answer, const char *code, const char *outcome, const char *place,
                      const char *clause, const char *text, const char *remedy)
{
    json_t *fault = json_object();
    json_put_text(fault, "code", code);
    json_put_text(fault, "outcome", outcome);
    json_put_text(fault, "place", place);
    json_put_text(fault, "clause", clause);
    json_put_text(fault, "text", text);
    json_put_text(fault, "remedy", remedy);
    json_array_append_new(json_array_at(answer, "faults"), fault);
}

static const char *remedy_for(enum signature_verdict verdict)
{
    switch (verdict) {
    case SIGNATURE_NOT_CMS:
    case SIGNATURE_NO_CONTENT:
    case SIGNATURE_TOO_LARGE:
    case SIGNATURE_NO_TIME:
        return _("sign with `leadspool decide`, or with openssl cms -sign -nodetach -binary -outform DER");
    case SIGNATURE_LIST_STALE:
    case SIGNATURE_LIST_WRONG:
        return _("the administrator installs a current revocation list of the site's authority");
    case SIGNATURE_NOT_VALID_THEN:
    case SIGNATURE_NOT_VALID_NOW:
    case SIGNATURE_REVOKED:
    case SIGNATURE_UNTRUSTED:
        return _("have a certificate of the site's authority issued, put on the roster, and sign again");
    default:
        return _("sign the decision again, alone");
    }
}

/* An XML file put in without a signature begins like one; DER never does. */
static bool is_plain(const char *bytes, size_t length)
{
    size_t at = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < length && strchr(" \t\r\n", bytes[at]) != NULL)
        at++;
    return at < length && bytes[at] == '<';
}

/* The namespace tells the two documents of this drop apart. Only a guess of which schema to hold it against: what is
   neither is refused by either. */
static bool is_inspection(const char *content, size_t length)
{
    static const char name[] = "\"urn:leadspool:inspection:1\"";
    return memmem(content, length, name, sizeof name - 1) != NULL;
}

static bool read_content(const char *content, size_t length, json_t *answer, struct error *error)
{
    struct xml_reading reading;
    bool inspection = is_inspection(content, length);
    bool done = xml_read(inspection ? SCHEMA_INSPECTION : SCHEMA_DECISION, content, length, &reading, error);
    const char *remedy = inspection
                             ? _("write the inspection as docs/formats/inspection.md says and sign it again")
                             : _("write the decision as docs/formats/decision.md says and sign it again");
    if (done && reading.outcome == XML_VALID) {
        json_t *decision = NULL;
        done = inspection ? inspection_parse(reading.document, &decision, error)
                          : decision_parse(reading.document, &decision, error);
        json_put(answer, "decision", decision == NULL ? json_null() : decision);
    }
    for (size_t i = 0; done && i < reading.fault_count; i++) {
        struct text place = TEXT_EMPTY;
        text_format(&place, "line %zu %s", reading.faults[i].line, reading.faults[i].path);
        add_fault(answer, reading.outcome == XML_INVALID ? "decision-invalid" : "decision-unreadable",
                  "REJECT", place.bytes == NULL ? "" : place.bytes, "R13", reading.faults[i].text, remedy);
        text_free(&place);
    }
    if (done && reading.outcome != XML_VALID && reading.fault_count == 0)
        add_fault(answer, "decision-unreadable", "REJECT", "", "R13",
                  _("the decision is no readable XML document"), remedy);
    xml_reading_free(&reading);
    return done;
}

static bool open_envelope(char *const *files, const size_t *lengths, instant arrived, json_t *answer,
                          struct error *error)
{
    char *content = NULL;
    size_t length = 0;
    json_t *signer = NULL;
    enum signature_verdict verdict = SIGNATURE_GOOD;
    struct error why = ERROR_NONE;
    struct pem authority = {files[INPUT_AUTHORITY], lengths[INPUT_AUTHORITY]};
    struct pem revocations = {files[INPUT_REVOCATIONS], lengths[INPUT_REVOCATIONS]};
    bool done = true;
    bool good = cms_verify(files[INPUT_DECISION], lengths[INPUT_DECISION], authority, revocations, arrived,
                           &content, &length, &signer, &verdict, &why);
    if (signer != NULL)
        json_put(answer, "signer", signer);
    if (good) {
        done = read_content(content, length, answer, error);
    } else if (why.fault == FAULT_INPUT || signature_waits(verdict)) {
        add_fault(answer, signature_code(verdict), signature_waits(verdict) ? "WAIT" : "REJECT", "", "R31",
                  why.text, remedy_for(verdict));
    } else {
        *error = why;
        done = false;
    }
    free(content);
    return done;
}

enum worker_exit check_decision_worker(const struct worker_job *job, struct error *error)
{
    char *files[INPUT_COUNT] = {NULL};
    size_t lengths[INPUT_COUNT] = {0};
    bool done = false;
    instant arrived;
    json_t *answer = json_pack("{s:[],s:n,s:n}", "faults", "decision", "signer");
    if (answer == NULL || job->input_count != INPUT_COUNT ||
        !instant_parse(json_text(job->parameters, "arrived"), &arrived, NULL)) {
        error_set(error, FAULT_INTERNAL,
                  "check-decision takes a decision, an authority and a revocation list, "
                  "and when the decision arrived");
        goto done;
    }
    if (!file_read_open(job->inputs[INPUT_DECISION], CMS_SIZE_LIMIT + 1, &files[INPUT_DECISION],
                        &lengths[INPUT_DECISION], error)) {
        if (error->fault != FAULT_INPUT)
            goto done;
        add_fault(answer, signature_code(SIGNATURE_TOO_LARGE), "REJECT", "", "R31", error->text,
                  remedy_for(SIGNATURE_TOO_LARGE));
        *error = ERROR_NONE;
        done = worker_answer_json(job, answer, error);
        goto done;
    }
    for (int i = INPUT_AUTHORITY; i < INPUT_COUNT; i++)
        if (!file_read_open(job->inputs[i], PEM_SIZE_LIMIT, &files[i], &lengths[i], error)) {
            if (error->fault != FAULT_TEMPORARY)
                error->fault = FAULT_ENVIRONMENT; /* the site's own files are at fault, not the decision */
            goto done;
        }
    if (is_plain(files[INPUT_DECISION], lengths[INPUT_DECISION]))
        done = read_content(files[INPUT_DECISION], lengths[INPUT_DECISION], answer, error);
    else
        done = open_envelope(files, lengths, arrived, answer, error);
    done = done && worker_answer_json(job, answer, error);
done:
    for (int i = 0; i < INPUT_COUNT; i++)
        free(files[i]);
    json_decref(answer);
    return done ? WORKER_DONE : worker_exit_of(error);
}
