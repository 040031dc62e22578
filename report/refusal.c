/*
 * The refusal notice: which rule, who refused, what the requester can do.
 *
 * Guarantees: says nothing about a person on a list, since nothing was searched (the notice says so). Does
 * not judge: the words are those of the person who refused.
 */
#include "base/language.h"
#include "page/parts.h"
#include "report/documents.h"

static void holds(struct document *document, const json_t *list)
{
    static const struct column columns[] = {{N_("Clause"), 10, TYPE_SMALL},
                                            {N_("Why it was held"), 40, TYPE_SMALL},
                                            {N_("Decided by"), 30, TYPE_SMALL},
                                            {N_("Outcome"), 20, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 4};
    document_subheading(document, _("Points a named role had to decide"));
    document_table_begin(document, &table);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *hold = json_array_get(list, i);
        const char *by = json_text(hold, "by");
        document_table_row(document,
                           (const char *const[]){json_text(hold, "clause"), json_text(hold, "reason"),
                                                 by[0] == '\0' ? json_text(hold, "role") : by,
                                                 json_text(hold, "outcome")});
    }
    document_table_end(document);
}

bool refusal_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error; /* drawing itself keeps its failures */
    struct document *document = rendering->document;
    char when[PARTS_TIME_SIZE];
    block_opening(document, outgoing_document("refusal"), facts);
    notice_draw(document, NOTICE_NO_SEARCH);
    document_heading(document, _("Why the request was refused"));
    document_paragraph(document, TYPE_BODY, json_text(facts, "reason"));
    const struct pair pairs[] = {{_("Rule"), json_text_or_null(facts, "clause")},
                                 {_("Refused by"), json_text_or_null(facts, "by")},
                                 {_("In the role of"), json_text_or_null(facts, "role")},
                                 {_("At"), parts_time(json_text_or_null(facts, "at"), when)}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    if (json_array_size(json_object_get(facts, "holds")) > 0)
        holds(document, json_object_get(facts, "holds"));
    document_heading(document, _("What you can do"));
    document_paragraph(
        document, TYPE_BODY,
        json_text_or_null(facts, "nextStep") != NULL
            ? json_text(facts, "nextStep")
            : _("If the reason can be met, send a new request that refers to this one. The refused request "
                "itself is not opened again."));
    document_heading(document, _("The request"));
    parts_request(document, facts);
    return true;
}
