/*
 * The two short notices that close a request without a result: withdrawn by its sender, or lapsed for want of
 * images.
 *
 * Guarantees: a lapse is never worded as a negative result (R20).
 */
#include "base/language.h"
#include "page/parts.h"
#include "report/documents.h"

static bool draw(const struct rendering *rendering, const char *name, const char *what, const json_t *facts,
                 struct error *error)
{
    (void)error; /* drawing itself keeps its failures */
    struct document *document = rendering->document;
    char when[PARTS_TIME_SIZE];
    block_opening(document, outgoing_document(name), facts);
    notice_draw(document, NOTICE_NO_SEARCH);
    document_heading(document, _("What happened"));
    document_paragraph(document, TYPE_BODY, what);
    const struct pair pairs[] = {{_("At"), parts_time(json_text_or_null(facts, "at"), when)},
                                 {_("By"), json_text_or_null(facts, "by")},
                                 {_("Reason"), json_text_or_null(facts, "reason")},
                                 {_("The request waited for"), json_text_or_null(facts, "state")}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    if (json_array_size(json_object_get(facts, "searches")) > 0) {
        document_subheading(document, _("Searches made"));
        block_searches(document, json_object_get(facts, "searches"), false);
    }
    document_heading(document, _("The request"));
    parts_request(document, facts);
    return true;
}

bool withdrawn_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    return draw(rendering, "withdrawn",
                _("The request was withdrawn at the wish of its sender. Work on it has stopped; what was "
                  "recorded until then "
                  "stays in the record."),
                facts, error);
}

bool lapsed_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    return draw(
        rendering, "lapsed",
        _("Further images were asked for and did not arrive in time, so the request has lapsed. It was not "
          "closed "
          "for want of a lead. When usable images come to hand, send a new request that refers to this one."),
        facts, error);
}
