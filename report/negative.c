/*
 * The negative report (R26).
 *
 * Guarantees: never reveals a candidate: facts that hold one, a list or a photo are refused, both reasons
 * read alike, and the number of candidates looked at does not appear.
 */
#include <string.h>

#include "base/language.h"
#include "page/parts.h"
#include "report/documents.h"

bool negative_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    struct document *document = rendering->document;
    const char *reason = json_text(facts, "reason");
    bool approved = strcmp(reason, "not-approved") != 0;
    if (approved && strcmp(reason, "none-identified") != 0)
        return error_set(error, FAULT_INPUT,
                         "\"%s\" is no reason of a negative report: none-identified, not-approved", reason);
    block_opening(document, outgoing_document("negative"), facts);
    notice_draw(document, NOTICE_NO_EXCLUSION);
    document_heading(document, _("Result"));
    document_paragraph(document, TYPE_STRONG,
                       approved ? _("No possible match was found.") : _("No possible match was approved."));
    document_paragraph(
        document, TYPE_BODY,
        _("The search and the review of this request have ended without a lead. There is nothing further to "
          "hand over. If better or other images of the unknown person come to hand, send a new request that "
          "refers to this one."));
    document_heading(document, _("The request"));
    parts_request(document, facts);
    if (json_object_get(facts, "images") != NULL) {
        document_subheading(document, _("Images received"));
        parts_images(document, json_object_get(facts, "images"));
    }
    document_subheading(document, _("Searches made"));
    block_searches(document, json_object_get(facts, "searches"), false);
    const json_t *closer = json_object_get(facts, "supervisor");
    if (closer == NULL)
        closer = json_object_get(facts, "investigator");
    char when[PARTS_TIME_SIZE];
    const struct pair pairs[] = {{_("Closed by"), json_text_or_null(closer, "person")},
                                 {_("At"), parts_time(json_text_or_null(closer, "at"), when)}};
    if (closer != NULL)
        document_pairs(document, pairs, 2);
    return true;
}
