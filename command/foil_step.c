/*
 * Composing, signing and handing over foil.xml.
 *
 * Guarantees: what is signed is valid by the schema; the drop appears whole, under its final name, or not at all. Whether
 * the step is due, and whose it is, the record answers: the receipt comes to foil/out.
 */
#include "command/foil_step.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "command/folder_drop.h"
#include "command/packet.h"
#include "command/signed_drop.h"
#include "schemas/xml.h"

#define DOCUMENT "foil.xml"

static void add_element(struct text *xml, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_format(xml, "  <%s>", name);
    text_add_xml(xml, value);
    text_format(xml, "</%s>\n", name);
}

static void add_requester(struct text *xml, const json_t *members)
{
    const json_t *line;
    size_t index;
    if (json_text_or_null(members, "name") == NULL)
        return;
    text_add(xml, "  <requester name=\"");
    text_add_xml(xml, json_text(members, "name"));
    text_add(xml, "\" contact=\"");
    text_add_xml(xml, json_text(members, "contact"));
    text_add(xml, "\">\n");
    json_array_foreach(json_object_get(members, "address"), index, line)
        add_element(xml, "line", json_string_value(line));
    text_add(xml, "  </requester>\n");
}

static void add_scope(struct text *xml, const json_t *members)
{
    const json_t *docket;
    size_t index;
    text_add(xml, "  <scope>\n");
    json_array_foreach(json_object_get(members, "dockets"), index, docket)
        add_element(xml, "docket", json_string_value(docket));
    add_element(xml, "caseNumber", json_text_or_null(members, "caseNumber"));
    if (json_text_or_null(members, "command") != NULL) {
        text_add(xml, "  <period command=\"");
        text_add_xml(xml, json_text(members, "command"));
        text_add(xml, "\" from=\"");
        text_add_xml(xml, json_text(members, "from"));
        text_add(xml, "\" to=\"");
        text_add_xml(xml, json_text(members, "to"));
        text_add(xml, "\"/>\n");
    }
    text_add(xml, "  </scope>\n");
}

/* In the order of the schema. */
static bool compose(const struct foil_step *step, struct text *xml, struct error *error)
{
    static const char *const before[] = {"request", "part", "sheet"}, *const after[] = {
                                                                          "redactions", "outcome",
                                                                          "condition", "until", "text"};
    const json_t *members = step->members;
    char uuid[UUID_TEXT_SIZE], today[INSTANT_LOCAL_SIZE];
    bool asks = strcmp(step->kind, "request") == 0;
    if (!uuid_make(uuid, error))
        return false;
    instant_local(clock_now(), false, today);
    today[10] = '\0';
    text_add(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<foil xmlns=\"urn:leadspool:foil:1\">\n");
    add_element(xml, "foilId", uuid);
    add_element(xml, "kind", step->kind);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        add_element(xml, before[i], json_text_or_null(members, before[i]));
    add_element(xml, "date", today);
    add_element(xml, "by", step->person);
    add_element(xml, "received", json_text_or_null(members, "received"));
    if (asks) {
        add_requester(xml, members);
        add_scope(xml, members);
        add_element(xml, "aboutPerson", json_flag(members, "aboutPerson") ? "true" : "false");
    }
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        add_element(xml, after[i], json_text_or_null(members, after[i]));
    if (json_text_or_null(members, "exemption") != NULL) {
        text_add(xml, "  <denied exemption=\"");
        text_add_xml(xml, json_text(members, "exemption"));
        text_add(xml, "\">");
        text_add_xml(xml, json_text(members, "denied"));
        text_add(xml, "</denied>\n");
    }
    text_add(xml, "</foil>\n");
    return text_done(xml, error);
}

static bool sign_and_drop(const struct invocation *invocation, const struct foil_step *step,
                          const struct text *xml, struct error *error)
{
    struct xml_document *document = NULL;
    unsigned char *signature = NULL;
    size_t length = 0;
    bool done = xml_read_valid(SCHEMA_FOIL, "your step", xml->bytes, xml->length, &document, error) &&
                signed_drop_sign(step->key, step->certificate, xml, clock_now(), &signature, &length, error);
    const struct drop_part parts[] = {{DOCUMENT, xml->bytes, xml->length},
                                      {DOCUMENT ".p7s", signature, length}};
    done = done && folder_drop(invocation, "foil", step->kind, parts, 2, error);
    xml_document_free(document);
    free(signature);
    return done;
}

bool foil_step_send(const struct invocation *invocation, const struct foil_step *step, struct error *error)
{
    struct text xml = TEXT_EMPTY;
    bool done = compose(step, &xml, error) && sign_and_drop(invocation, step, &xml, error);
    text_free(&xml);
    return done;
}

bool foil_step_send_file(const struct invocation *invocation, const struct foil_step *step, const char *path,
                         struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_system(error, "opening %s", path);
    bool done =
        file_read_open(file, XML_LARGE_LIMIT, &bytes, &length, error) || error_context(error, "%s", path);
    close(file);
    const struct text xml = {.bytes = bytes, .length = length};
    done = done && sign_and_drop(invocation, step, &xml, error);
    free(bytes);
    return done;
}
