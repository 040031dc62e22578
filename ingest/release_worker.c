/*
 * Reading what asks for something to leave: discovery.xml and disclosure.xml.
 *
 * Guarantees: whatever is missing or wrong is a fault in the answer; a purpose that speaks of immigration enforcement
 * is one of its own, whatever else the document says (R43). Who may ask, and whether it is lawful, the committer
 * decides (report/discovery.h, report/disclosure_rules.h).
 */
#include "ingest/release_worker.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "ingest/fault.h"
#include "ingest/members.h"
#include "ingest/signed_document.h"
#include "schemas/xml.h"

static bool attribute_text(json_t *object, const struct xml_node *node, const char *name)
{
    return json_put_text(object, name, xml_attribute(node, name));
}

static bool truth(const char *text)
{
    return text != NULL && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static bool add_fault(struct signed_document *document, const char *code, const char *clause,
                      const char *place, const char *text, const char *remedy, struct error *error)
{
    return fault_add(document->faults, &(struct fault_words){.code = code,
                                                             .outcome = "REJECT",
                                                             .place = place,
                                                             .clause = clause,
                                                             .text = text,
                                                             .remedy = remedy}) ||
           signed_document_memory(error);
}

/* --- discovery.xml --- */

static bool read_withheld(const struct xml_node *list, json_t *withhold)
{
    bool done = withhold != NULL;
    for (const struct xml_node *node = xml_child(list, "item"); done && node != NULL; node = xml_next(node)) {
        const char *number = xml_attribute(node, "number");
        done = json_array_append_new(withhold,
                                     json_pack("{sI,ss}", "number",
                                               (json_int_t)strtol(number == NULL ? "0" : number, NULL, 10),
                                               "basis", xml_attribute(node, "basis"))) == 0;
    }
    return done;
}

static bool read_discovery(struct signed_document *document, struct error *error)
{
    static const char *const members[] = {"discoveryId", "kind", "docket",        "office",
                                          "date",        "by",   "caseReference", "receivedBy"};
    const struct xml_node *root = xml_root(document->reading.document);
    json_t *read = json_object_at(document->answer, "discovery");
    bool done = read != NULL;
    for (size_t i = 0; done && i < sizeof members / sizeof members[0]; i++)
        done = member_text(read, root, members[i]);
    done = done && member_whole(read, root, "volume") &&
           read_withheld(xml_child(root, "withhold"), json_array_at(read, "withhold"));
    if (!done)
        return signed_document_memory(error);
    bool acknowledgement = strcmp(json_text(read, "kind"), "acknowledgement") == 0;
    if (acknowledgement &&
        (json_object_get(read, "volume") == NULL || json_text(read, "receivedBy")[0] == '\0'))
        return add_fault(document, "volume-missing", "R41", "discovery.xml /discovery",
                         _("an acknowledgement names the volume and who at the office received it"),
                         _("fill in volume and receivedBy"), error);
    return true;
}

/* --- disclosure.xml --- */

/* Words that name what R43 forbids. A person reads every purpose besides; this catches what says so plainly. */
static bool says_immigration(const char *text)
{
    static const char *const words[] = {"immigration",         "deport",         "removal proceeding",
                                        "customs enforcement", "civil detainer", "undocumented"};
    char lower[4096];
    size_t length = 0;
    for (; text != NULL && text[length] != '\0' && length < sizeof lower - 1; length++)
        lower[length] = (char)tolower((unsigned char)text[length]);
    lower[length] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(lower, words[i]) != NULL)
            return true;
    return false;
}

static bool check_immigration(struct signed_document *document, const struct xml_node *root,
                              struct error *error)
{
    const struct xml_node *purpose = xml_child(root, "purpose"), *recipient = xml_child(root, "recipient");
    const char *kind = xml_child_text(recipient, "kind");
    if (!(purpose != NULL &&
          (says_immigration(xml_text(purpose)) || says_immigration(xml_attribute(purpose, "code")))) &&
        !says_immigration(xml_child_text(recipient, "affiliation")) &&
        !(kind != NULL && strcmp(kind, "civil-immigration") == 0))
        return true;
    return add_fault(document, "immigration-enforcement", "R43", "disclosure.xml /disclosure/purpose",
                     _("nothing is released in furtherance of immigration enforcement"),
                     _("do not send it again; the integrity officer was told"), error);
}

static bool read_recipient(struct signed_document *document, const struct xml_node *node, json_t *recipient)
{
    const struct xml_node *verified = xml_child(node, "verified");
    char *certificate = NULL;
    size_t length = 0;
    struct error none = ERROR_NONE;
    bool done = recipient != NULL && member_text(recipient, node, "name") &&
                member_text(recipient, node, "affiliation") && member_text(recipient, node, "kind");
    if (done && verified != NULL) {
        json_t *how = json_object_at(recipient, "verified");
        done = how != NULL && attribute_text(how, verified, "how") && attribute_text(how, verified, "by") &&
               attribute_text(how, verified, "at");
    }
    if (file_read_open(document->job->inputs[RELEASE_CERTIFICATE], PEM_SIZE_LIMIT, &certificate, &length,
                       &none) &&
        length > 0) {
        char fingerprint[65];
        if (certificate_fingerprint((struct pem){certificate, length}, fingerprint, &none))
            done = done && json_put_text(recipient, "certificate", certificate) &&
                   json_put_text(recipient, "fingerprint", fingerprint);
    }
    free(certificate);
    return done;
}

static bool read_disclosure(struct signed_document *document, struct error *error)
{
    const struct xml_node *root = xml_root(document->reading.document);
    const struct xml_node *purpose = xml_child(root, "purpose"), *condition = xml_child(root, "condition"),
                          *authorisation = xml_child(root, "authorisation");
    json_t *read = json_object_at(document->answer, "disclosure");
    bool done = read != NULL && member_text(read, root, "disclosureId") &&
                member_text(read, root, "docket") && member_text(read, root, "by") &&
                member_text(read, root, "at") &&
                read_recipient(document, xml_child(root, "recipient"), json_object_at(read, "recipient"));
    const char *identifying = xml_child_text(root, "identifying");
    done = done && json_put_flag(read, "identifying", identifying == NULL || truth(identifying)) &&
           json_put(read, "purpose",
                    json_pack("{ss,ss}", "code", xml_attribute(purpose, "code"), "text", xml_text(purpose)));
    if (done && condition != NULL)
        done = json_put(
            read, "condition",
            json_pack("{ss,ss}", "code", xml_attribute(condition, "code"), "text", xml_text(condition)));
    if (done && authorisation != NULL) {
        const char *file = xml_attribute(authorisation, "file");
        const json_t *sent = json_find(json_object_get(document->job->parameters, "files"), "name", file);
        json_t *one = json_object_at(read, "authorisation");
        done =
            one != NULL && attribute_text(one, authorisation, "file") &&
            attribute_text(one, authorisation, "by") &&
            json_put_text(one, "digest", json_text_or_null(sent, "digest")) &&
            json_put_flag(one, "subjectCompetent", truth(xml_attribute(authorisation, "subjectCompetent")));
    }
    json_t *documents = done ? json_array_at(read, "documents") : NULL;
    for (const struct xml_node *node = xml_child(xml_child(root, "documents"), "document");
         documents != NULL && node != NULL; node = xml_next(node))
        json_array_append_new(documents, json_string(xml_text(node)));
    return documents != NULL || signed_document_memory(error);
}

/* --- both --- */

static bool read_one_discovery(struct signed_document *document, struct error *error)
{
    return document->reading.outcome != XML_VALID || read_discovery(document, error);
}

static bool read_one_disclosure(struct signed_document *document, struct error *error)
{
    bool walkable = document->reading.document != NULL;
    return (!walkable || check_immigration(document, xml_root(document->reading.document), error)) &&
           signed_document_second(document, RELEASE_APPROVAL, "disclosure.xml.approval", error) &&
           (document->reading.outcome != XML_VALID || read_disclosure(document, error));
}

enum worker_exit check_discovery(const struct worker_job *job, struct error *error)
{
    static const struct signed_kind kind = {.schema = SCHEMA_DISCOVERY,
                                            .name = "discovery.xml",
                                            .where = "docs/formats/discovery.md",
                                            .limit = XML_SIZE_LIMIT,
                                            .inputs = KEEPER_INPUTS,
                                            .read = read_one_discovery};
    return signed_document_check(job, &kind, error);
}

enum worker_exit check_disclosure(const struct worker_job *job, struct error *error)
{
    static const struct signed_kind kind = {.schema = SCHEMA_DISCLOSURE,
                                            .name = "disclosure.xml",
                                            .where = "docs/formats/disclosure.md",
                                            .limit = XML_SIZE_LIMIT,
                                            .inputs = RELEASE_INPUTS,
                                            .read = read_one_disclosure};
    return signed_document_check(job, &kind, error);
}
