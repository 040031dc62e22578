/*
 * Attaching the possible-match report to the case file (R27).
 *
 * Guarantees: what is attached is, byte for byte, what was published, with its signature; nothing is attached
 * before the confirmation of the basis is documented where the site asks for that (R18), and nothing twice.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/outbox.h"
#include "report/issue.h"

static void write_manifest(struct text *xml, const json_t *docket, const json_t *files, const char *at)
{
    const json_t *request = json_object_get(docket, "request");
    static const char *const members[] = {"caseNumber", "complaintNumber"};
    size_t index;
    json_t *file;
    text_add(
        xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<attach xmlns=\"urn:leadspool:attach:1\" docket=\"");
    text_add_xml(xml, json_text(docket, "docket"));
    text_format(xml, _("\" at=\"%s\">\n"), at);
    for (size_t i = 0; i < 2; i++)
        if (json_text_or_null(request, members[i]) != NULL) {
            text_format(xml, "  <%s>", members[i]);
            text_add_xml(xml, json_text(request, members[i]));
            text_format(xml, "</%s>\n", members[i]);
        }
    json_array_foreach(files, index, file)
    {
        const char *digest = json_text_or_null(file, "digest"), *content = json_text(file, "text");
        char of_content[DIGEST_TEXT_SIZE];
        struct digest computed = digest_of(content, strlen(content));
        text_add(xml, "  <file name=\"");
        text_add_xml(xml, json_text(file, "name"));
        text_format(xml, _("\" sha256=\"%s\"/>\n"),
                    digest != NULL ? digest : digest_text(&computed, of_content));
    }
    text_add(xml, "</attach>\n");
}

bool report_attach(struct transaction *transaction, const struct settings *settings, json_t *docket,
                   instant now, struct error *error)
{
    const json_t *acknowledged = json_object_get(docket, "acknowledged");
    json_t *published = json_object_get(docket, "publishedReport"), *row = NULL;
    bool documented = json_object_get(acknowledged, "intake") != NULL ||
                      json_text_or_null(json_object_get(docket, "request"), "cmsRef") != NULL;
    if (published == NULL || json_flag(docket, "attached") ||
        (settings->require_intake_acknowledgement && !documented))
        return true;
    char directory[128], at[INSTANT_TEXT_SIZE];
    struct text xml = TEXT_EMPTY;
    bool done = false;
    json_t *report = NULL;
    if (!outbox_get(transaction, json_integer_value(published), &report, error))
        return false;
    json_t *files = json_deep_copy(json_object_get(report, "files"));
    write_manifest(&xml, docket, files, instant_text(now, at));
    if (!text_done(&xml, error))
        goto done;
    snprintf(directory, sizeof directory, "case-management/%s", json_text(docket, "docket"));
    json_array_append_new(files, json_pack("{ss,ss,sb}", "name", "attach.xml", "text", xml.bytes, "sign", 1));
    row = json_pack("{ss,ss,ss,ss,sO}", "kind", "attach", "docket", json_text(docket, "docket"), "command",
                    json_text(docket, "command"), "directory", directory, "files", files);
    json_put_flag(docket, "attached", true);
    done = row != NULL && outbox_add(transaction, row, now, NULL, error) &&
           docket_put(transaction, docket, error);
done:
    text_free(&xml);
    json_decref(files);
    json_decref(report);
    json_decref(row);
    return done;
}
