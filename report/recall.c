/*
 * The recall of a possible-match report: a photograph it rests on may not be shown any more (R17).
 *
 * Guarantees: names no person and no photograph, since it may not show them either; says which reports are meant
 * and what their readers do.
 */
#include "base/language.h"
#include "page/parts.h"
#include "report/documents.h"

bool recall_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error; /* drawing itself keeps its failures */
    struct document *document = rendering->document;
    char when[PARTS_TIME_SIZE];
    block_opening(document, outgoing_document("recall"), facts);
    notice_draw(document, NOTICE_RECALL);
    document_heading(document, _("What happened"));
    document_paragraph(
        document, TYPE_BODY,
        _("A gallery photograph that a report of this docket shows was sealed or withdrawn. The agency "
          "may not show it or build on it any more, so the report is taken back."));
    const struct pair pairs[] = {{_("Recalled"), parts_time(json_text_or_null(facts, "at"), when)},
                                 {_("Reports"), json_text_or_null(facts, "recalls")},
                                 {_("Ground"), _("seal or withdrawal of a photograph (R17)")}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    document_heading(document, _("What you do now"));
    block_texts(document, json_object_get(facts, "steps"));
    document_heading(document, _("The request"));
    parts_request(document, facts);
    return true;
}
