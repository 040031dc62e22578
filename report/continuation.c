/*
 * The notice of further investigation (R25): the supervisor directs another round; it goes to the
 * investigator.
 *
 * Guarantees: reviewers appear by slot, not by name, so that the next round's peers stay blind to one
 * another.
 */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "page/parts.h"
#include "report/documents.h"

static const char *verdict_words(const char *verdict)
{
    if (strcmp(verdict, "agree") == 0)
        return _("Agrees with the comparison");
    if (strcmp(verdict, "disagree") == 0)
        return _("Does not agree");
    return strcmp(verdict, "cannot-say") == 0 ? _("Cannot say") : verdict;
}

static void reviews(struct document *document, const json_t *list)
{
    static const struct column columns[] = {{N_("Review"), 12, TYPE_SMALL},
                                            {N_("Signed"), 26, TYPE_SMALL},
                                            {N_("Answer"), 22, TYPE_SMALL},
                                            {N_("Reason given"), 40, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 4};
    document_heading(document, _("The peer reviews of the round"));
    document_table_begin(document, &table);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *review = json_array_get(list, i);
        char when[PARTS_TIME_SIZE];
        char *slot = text_formatted(_("Peer %lld"), (long long)json_whole(review, "slot", (int64_t)i + 1));
        document_table_row(document, (const char *const[]){slot == NULL ? "" : slot,
                                                           parts_time(json_text(review, "at"), when),
                                                           verdict_words(json_text(review, "verdict")),
                                                           json_text(review, "reason")});
        free(slot);
    }
    document_table_end(document);
}

bool continuation_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error; /* drawing itself keeps its failures */
    struct document *document = rendering->document;
    const json_t *supervisor = json_object_get(facts, "supervisor");
    char when[PARTS_TIME_SIZE];
    block_opening(document, outgoing_document("continue"), facts);
    notice_draw(document, NOTICE_ROUND);
    char *closed = text_formatted("%lld", (long long)json_whole(facts, "round", 1));
    char *next = text_formatted("%lld", (long long)json_whole(facts, "next", 2));
    const struct pair pairs[] = {
        {_("Round closed"), closed},
        {_("Round opened"), next},
        {_("Investigator"), json_text_or_null(json_object_get(facts, "investigator"), "person")},
        {_("Directed by"), json_text_or_null(supervisor, "person")},
        {_("Acting for"), json_text_or_null(supervisor, "actingFor")},
        {_("At"), parts_time(json_text_or_null(supervisor, "at"), when)}};
    document_heading(document, _("What the supervisor directs"));
    document_paragraph(document, TYPE_BODY, json_text(facts, "directions"));
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    free(closed);
    free(next);
    if (json_array_size(json_object_get(facts, "reviews")) > 0)
        reviews(document, json_object_get(facts, "reviews"));
    document_heading(document, _("What happens next"));
    document_paragraph(document, TYPE_BODY,
                       _("A new investigation item has been opened. A report can only come out of a round in "
                         "which all peers "
                         "agree, at least one of them new to the docket."));
    document_heading(document, _("The request"));
    parts_request(document, facts);
    return true;
}
