/*
 * Blocks the outgoing documents share: the opening, the table of searches, texts people wrote.
 *
 * Guarantees: a member the facts lack leaves its line out. Does not decide which document shows what: each
 * document's own file does.
 */
#include <stdlib.h>

#include "base/language.h"
#include "page/parts.h"
#include "report/documents.h"

void block_opening(struct document *document, const struct outgoing_document *kind, const json_t *facts)
{
    char issued[PARTS_TIME_SIZE];
    int64_t number = json_whole(facts, "number", 0);
    char *ordinal = number > 0 ? text_formatted(_("   \xC2\xB7   No. %lld"), (long long)number) : NULL;
    char *under =
        text_formatted(_("Docket %s%s   \xC2\xB7   issued %s"), json_text(facts, "docket"),
                       ordinal == NULL ? "" : ordinal, parts_time(json_text(facts, "issued"), issued));
    const char *agency = json_text(facts, "agency");
    const char *unit = json_text(facts, "unit");
    const char *contact = json_text(facts, "contact");
    char *issuer =
        text_formatted("%s%s%s%s%s", agency, agency[0] != '\0' && unit[0] != '\0' ? "   \xC2\xB7   " : "",
                       unit, contact[0] != '\0' ? "   \xC2\xB7   " : "", contact);
    if (issuer != NULL && issuer[0] != '\0')
        document_paragraph(document, TYPE_SMALL, issuer);
    free(issuer);
    document_title(document, language_text(kind->kind), under == NULL ? "" : under);
    free(ordinal);
    free(under);
}

void block_texts(struct document *document, const json_t *value)
{
    if (json_is_string(value)) {
        document_paragraph(document, TYPE_BODY, json_string_value(value));
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *one = json_array_get(value, i);
        if (json_is_string(one))
            document_bullet(document, json_string_value(one));
    }
    document_space(document, 5);
}

static const char *result_words(const char *result)
{
    if (result[0] == 'n')
        return _("No candidate was put forward");
    if (result[0] == 's')
        return _("Replaced by a later search");
    return result[0] == '\0' ? "" : _("Candidates were compared by hand");
}

static char *gallery_words(const json_t *search, bool with_lists)
{
    struct text out = TEXT_EMPTY;
    if (json_object_get(search, "count") != NULL)
        text_format(&out, _("%lld photos"), (long long)json_whole(search, "count", 0));
    if (json_object_get(search, "persons") != NULL)
        text_format(&out, _(" of %lld persons"), (long long)json_whole(search, "persons", 0));
    if (with_lists && json_object_get(search, "length") != NULL)
        text_format(&out, _("; list of %lld persons"), (long long)json_whole(search, "length", 0));
    text_format(&out, _("\nsnapshot %s"), json_text(search, "snapshot"));
    return out.bytes;
}

/* Once for each engine, below the table: its method takes a paragraph, not a column. */
static void engine_methods(struct document *document, const json_t *searches)
{
    for (size_t i = 0; i < json_array_size(searches); i++) {
        const json_t *engine = json_object_get(json_array_get(searches, i), "engine");
        bool said = json_text(engine, "method")[0] == '\0';
        for (size_t j = 0; j < i && !said; j++)
            said = json_equal(engine, json_object_get(json_array_get(searches, j), "engine"));
        char *text = said ? NULL
                          : text_formatted(_("Method of %s, version %s: %s"), json_text(engine, "name"),
                                           json_text(engine, "version"), json_text(engine, "method"));
        if (text != NULL)
            document_paragraph(document, TYPE_SMALL, text);
        free(text);
    }
}

void block_searches(struct document *document, const json_t *searches, bool with_lists)
{
    static const struct column full[] = {{N_("No."), 5, TYPE_SMALL},
                                         {N_("When"), 17, TYPE_SMALL},
                                         {N_("Engine"), 21, TYPE_SMALL},
                                         {N_("Photos searched"), 31, TYPE_SMALL},
                                         {N_("Outcome"), 26, TYPE_SMALL}};
    static const struct table with_results = {.columns = full, .count = 5};
    static const struct table without_results = {.columns = full, .count = 4};
    if (json_array_size(searches) == 0) {
        document_paragraph(document, TYPE_SMALL, _("No search was made."));
        return;
    }
    document_table_begin(document, with_lists ? &with_results : &without_results);
    for (size_t i = 0; i < json_array_size(searches); i++) {
        const json_t *search = json_array_get(searches, i);
        const json_t *engine = json_object_get(search, "engine");
        const char *probe = json_text(search, "probe");
        const char *reason = json_text(search, "reason");
        char when[PARTS_TIME_SIZE];
        char *number = text_formatted("%lld", (long long)json_whole(search, "number", (int64_t)i + 1));
        char *made = text_formatted("%s%s%s", parts_time(json_text(search, "at"), when),
                                    probe[0] == '\0' ? "" : "\nprobe ", probe);
        char *card =
            text_formatted(_("%s, version %s"), json_text(engine, "name"), json_text(engine, "version"));
        char *gallery = gallery_words(search, with_lists);
        char *outcome = text_formatted("%s%s%s", result_words(json_text(search, "result")),
                                       reason[0] == '\0' ? "" : _("\nReason for searching again: "), reason);
        document_table_row(document,
                           (const char *const[]){number == NULL ? "" : number, made == NULL ? "" : made,
                                                 card == NULL ? "" : card, gallery == NULL ? "" : gallery,
                                                 outcome == NULL ? "" : outcome});
        free(number);
        free(made);
        free(card);
        free(gallery);
        free(outcome);
    }
    document_table_end(document);
    engine_methods(document, searches);
}
