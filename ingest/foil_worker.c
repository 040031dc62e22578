/*
 * Reading foil.xml.
 *
 * Guarantees: a step that lacks what its kind needs is a fault that names it, all of them at once. Who may take it, and
 * whether it is due, is not known here.
 */
#include "ingest/foil_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "ingest/fault.h"
#include "ingest/members.h"
#include "ingest/signed_document.h"

static bool put_attributes(json_t *object, const struct xml_node *node, const char *const *names)
{
    bool done = object != NULL;
    for (; done && *names != NULL; names++) {
        const char *value = xml_attribute(node, *names);
        done = value == NULL || json_put_whole(object, *names, strtoll(value, NULL, 10));
    }
    return done;
}

static bool read_requester(json_t *read, const struct xml_node *node)
{
    if (node == NULL)
        return true;
    json_t *requester = json_object_at(read, "requester"), *address = json_array_at(requester, "address");
    bool done = address != NULL && json_put_text(requester, "name", xml_attribute(node, "name")) &&
                json_put_text(requester, "contact", xml_attribute(node, "contact"));
    for (const struct xml_node *line = xml_child(node, "line"); done && line != NULL; line = xml_next(line))
        done = json_array_append_new(address, json_string(xml_text(line))) == 0;
    return done;
}

static bool read_scope(json_t *read, const struct xml_node *node)
{
    const struct xml_node *period = xml_child(node, "period"), *docket = xml_child(node, "docket");
    if (node == NULL)
        return true;
    json_t *scope = json_object_at(read, "scope");
    if (period != NULL)
        return json_put_text(scope, "command", xml_attribute(period, "command")) &&
               json_put_text(scope, "from", xml_attribute(period, "from")) &&
               json_put_text(scope, "to", xml_attribute(period, "to"));
    if (docket == NULL)
        return member_text(scope, node, "caseNumber");
    json_t *dockets = json_array_at(scope, "dockets");
    bool done = dockets != NULL;
    for (; done && docket != NULL; docket = xml_next(docket))
        done = json_array_append_new(dockets, json_string(xml_text(docket))) == 0;
    return done;
}

/* Boxes of `list` into `name`; `drawn`: with number, exemption and who proposed it. */
static bool read_boxes(json_t *read, const struct xml_node *list, const char *name, bool drawn)
{
    static const char *const place[] = {"document", "page", "x", "y", "width", "height", "number", NULL};
    if (list == NULL)
        return true;
    json_t *boxes = json_array_at(read, name);
    bool done = boxes != NULL;
    for (const struct xml_node *node = xml_child(list, "box"); done && node != NULL; node = xml_next(node)) {
        json_t *box = json_object();
        done = put_attributes(box, node, place) && json_put_text(box, "reason", xml_text(node)) &&
               (!drawn || (json_put_text(box, "exemption", xml_attribute(node, "exemption")) &&
                           json_put_text(box, "proposed", xml_attribute(node, "proposed"))));
        done = json_array_append_new(boxes, box) == 0 && done;
    }
    return done;
}

static bool read_denied(json_t *read, const struct xml_node *root)
{
    json_t *denied = json_array_at(read, "denied");
    bool done = denied != NULL;
    for (const struct xml_node *node = xml_child(root, "denied"); done && node != NULL; node = xml_next(node))
        done =
            json_array_append_new(denied, json_pack("{ss*,ss}", "exemption", xml_attribute(node, "exemption"),
                                                    "reason", xml_text(node))) == 0;
    return done;
}

static bool read_remarks(json_t *read, const struct xml_node *root)
{
    static const char *const place[] = {"document", "page", "number", NULL};
    json_t *remarks = json_array_at(read, "remarks");
    bool done = remarks != NULL;
    for (const struct xml_node *node = xml_child(root, "remark"); done && node != NULL;
         node = xml_next(node)) {
        json_t *remark = json_object();
        done = put_attributes(remark, node, place) && json_put_text(remark, "text", xml_text(node));
        done = json_array_append_new(remarks, remark) == 0 && done;
    }
    return done;
}

/* What each kind needs; "a|b" is an outcome it may have. */
static const struct needs {
    const char *kind, *members[6], *outcomes;
} kinds[] = {
    {"request", {"received", "requester", "scope", "aboutPerson", "text"}, NULL},
    {"redactions", {"request", "part", "sheet", "boxes"}, NULL},
    {"reading", {"request", "part", "sheet", "redactions", "outcome"}, "agree|return"},
    {"privacy", {"request", "redactions", "outcome", "text"}, "approve|refuse"},
    {"sign-off", {"request", "redactions", "outcome"}, "approve|return"},
    {"extension", {"request", "until", "text"}, NULL},
    {"answer", {"request", "outcome"}, "grant|partial|denial"},
    {"appeal", {"request", "received", "text"}, NULL},
    {"appeal-answer", {"request", "outcome", "text"}, "granted|partly|denied"},
    {"withdrawal", {"request", "text"}, NULL},
};

static bool add_fault(struct signed_document *document, const char *code, const char *text,
                      const char *remedy, struct error *error)
{
    return fault_add(document->faults, &(struct fault_words){.code = code,
                                                             .outcome = "REJECT",
                                                             .place = "foil.xml /foil",
                                                             .clause = "R40",
                                                             .text = text,
                                                             .remedy = remedy}) ||
           signed_document_memory(error);
}

static bool check_needs(struct signed_document *document, const json_t *read, const struct needs *needs,
                        struct error *error)
{
    char text[320], outcome[24];
    bool done = true;
    for (size_t i = 0; done && i < sizeof needs->members / sizeof needs->members[0]; i++) {
        const char *member = needs->members[i];
        if (member == NULL || json_object_get(read, member) != NULL)
            continue;
        snprintf(text, sizeof text, _("%s names no %s"), needs->kind, member);
        done = add_fault(document, "member-missing", text,
                         _("fill it in; docs/formats/foil.md lists what each kind has"), error);
    }
    const char *said = json_text_or_null(read, "outcome");
    snprintf(outcome, sizeof outcome, "|%s|", said == NULL ? "" : said);
    char allowed[40];
    snprintf(allowed, sizeof allowed, "|%s|", needs->outcomes == NULL ? "" : needs->outcomes);
    if (done && said != NULL && strstr(allowed, outcome) == NULL)
        done = add_fault(document, "outcome-of-another-kind", _("that outcome is of another kind of step"),
                         _("docs/formats/foil.md lists the outcomes of each kind"), error);
    if (done && strcmp(needs->kind, "privacy") == 0 && said != NULL && strcmp(said, "approve") == 0 &&
        json_text_or_null(read, "condition") == NULL)
        done = add_fault(
            document, "condition-missing",
            _("identifying information leaves under one of seven conditions alone, and none is named (R45)"),
            _("name the condition"), error);
    return done;
}

static bool read_foil(struct signed_document *document, struct error *error)
{
    static const char *const members[] = {"foilId",   "kind",       "request", "sheet",     "date",  "by",
                                          "received", "redactions", "outcome", "condition", "until", "text"};
    const struct xml_node *root = xml_root(document->reading.document);
    json_t *read = json_object_at(document->answer, "foil");
    bool done = read != NULL;
    for (size_t i = 0; done && i < sizeof members / sizeof members[0]; i++)
        done = member_text(read, root, members[i]);
    done = done && member_whole(read, root, "part") && member_flag(read, root, "aboutPerson") &&
           read_requester(read, xml_child(root, "requester")) && read_scope(read, xml_child(root, "scope")) &&
           read_boxes(read, xml_child(root, "boxes"), "boxes", true) &&
           read_boxes(read, xml_child(root, "lifted"), "lifted", false) && read_denied(read, root) &&
           read_remarks(read, root);
    if (!done)
        return signed_document_memory(error);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, json_text(read, "kind")) == 0)
            return check_needs(document, read, &kinds[i], error);
    return true;
}

static bool read_valid(struct signed_document *document, struct error *error)
{
    return document->reading.outcome != XML_VALID || read_foil(document, error);
}

enum worker_exit check_foil(const struct worker_job *job, struct error *error)
{
    static const struct signed_kind kind = {.schema = SCHEMA_FOIL,
                                            .name = "foil.xml",
                                            .where = "docs/formats/foil.md",
                                            .limit = XML_LARGE_LIMIT,
                                            .inputs = KEEPER_INPUTS,
                                            .read = read_valid};
    return signed_document_check(job, &kind, error);
}
