/*
 * The supervisor's worksheet: blind answers side by side first, then the reasons, then the outcome.
 *
 * Guarantees: no count of votes and no suggestion; with a disagreement the boxes that remain are named (R25).
 */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "page/parts.h"
#include "review/worksheet.h"

#define FACE_HEIGHT 190.0
#define REASONS_LIMIT 32 /* reviews of one round; there are two to five */

/* What a code of a decision says. */
static const char *code_words(const char *code)
{
    static const char *const words[] = {N_("possible"), N_("not"),        N_("agree"),      N_("disagree"),
                                        N_("similar"),  N_("dissimilar"), N_("explainable")};
    if (strcmp(code, "cannot-say") == 0)
        return _("cannot say");
    if (strcmp(code, "not-comparable") == 0)
        return _("not comparable");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], code) == 0)
            return language_text(words[i]);
    return code;
}

/* What was signed first stands above what took its place. */
static void amended_opinions(struct document *document, const json_t *comparison)
{
    size_t i;
    const json_t *before;
    char when[PARTS_TIME_SIZE];
    json_array_foreach(json_object_get(comparison, "amended"), i, before)
    {
        char *rating =
            text_formatted(_("opinion %+lld, amended below"), (long long)json_whole(before, "rating", 0));
        document_table_row(document,
                           (const char *const[]){json_text(before, "person"),
                                                 parts_time(json_text(before, "at"), when), _("put forward"),
                                                 "\xE2\x80\x93", rating == NULL ? "" : rating});
        free(rating);
    }
}

static void review_row(struct document *document, const json_t *review, bool amended)
{
    char when[PARTS_TIME_SIZE];
    char *foils = json_object_get(review, "foilsPossible") == NULL
                      ? NULL
                      : text_formatted("%lld", (long long)json_whole(review, "foilsPossible", 0));
    char *taken =
        text_formatted("%s%s", code_words(json_text(review, "verdict")), amended ? _(", amended below") : "");
    document_table_row(document, (const char *const[]){
                                     json_text(review, "person"), parts_time(json_text(review, "at"), when),
                                     code_words(json_text(review, "named")),
                                     foils == NULL ? _("not stated") : foils, taken == NULL ? "" : taken});
    free(foils);
    free(taken);
}

static void answers(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("Reviewer"), 16, TYPE_SMALL},
                                            {N_("Signed"), 24, TYPE_SMALL},
                                            {N_("Named photo"), 14, TYPE_SMALL},
                                            {N_("Foils possible"), 14, TYPE_SMALL},
                                            {N_("Taken as"), 32, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 5};
    const json_t *comparison = json_object_get(facts, "comparison");
    const json_t *reviews = json_object_get(facts, "reviews");
    char when[PARTS_TIME_SIZE];
    char *rating = text_formatted(_("opinion %+lld"), (long long)json_whole(comparison, "rating", 0));
    document_heading(document, _("Step 1. The answers, each given without knowledge of the others"));
    document_table_begin(document, &table);
    amended_opinions(document, comparison);
    document_table_row(document,
                       (const char *const[]){json_text(comparison, "person"),
                                             parts_time(json_text(comparison, "at"), when), _("put forward"),
                                             "\xE2\x80\x93", rating == NULL ? "" : rating});
    for (size_t i = 0; i < json_array_size(reviews); i++) {
        const json_t *review = json_array_get(reviews, i), *before;
        size_t j;
        json_array_foreach(json_object_get(review, "amended"), j, before) review_row(document, before, true);
        review_row(document, review, false);
    }
    document_table_end(document);
    free(rating);
}

static const char *component_words(const char *code)
{
    for (size_t i = 0; i < COMPONENTS; i++)
        if (strcmp(worksheet_components[i].code, code) == 0)
            return language_text(worksheet_components[i].words);
    return code;
}

/* Of each candidate not named: the components by what was found, without a count. */
static void other_grids(struct document *document, const json_t *grids)
{
    static const char *const findings[][2] = {{"dissimilar", N_("Dissimilar")},
                                              {"explainable", N_("Explained")},
                                              {"similar", N_("Similar")},
                                              {"not-comparable", N_("Not comparable")}};
    static const struct column columns[] = {{N_("Candidate"), 16, TYPE_SMALL},
                                            {N_("Finding"), 22, TYPE_SMALL},
                                            {N_("Components"), 62, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    size_t i, j;
    const json_t *grid, *feature;
    if (json_array_size(grids) == 0)
        return;
    document_subheading(document, _("The other candidates compared"));
    document_table_begin(document, &table);
    json_array_foreach(grids, i, grid)
    {
        const char *label = json_text(grid, "label");
        for (size_t k = 0; k < sizeof findings / sizeof *findings; k++) {
            struct text words = TEXT_EMPTY;
            json_array_foreach(json_object_get(grid, "features"), j, feature)
            {
                if (strcmp(json_text(feature, "finding"), findings[k][0]) != 0)
                    continue;
                const char *note = json_text(feature, "note");
                text_format(&words, "%s%s%s%s%s", words.length == 0 ? "" : ", ",
                            component_words(json_text(feature, "component")), note[0] == '\0' ? "" : " (",
                            note, note[0] == '\0' ? "" : ")");
            }
            if (words.bytes != NULL) {
                document_table_row(document, (const char *const[]){label, findings[k][1], words.bytes});
                label = "";
            }
            text_free(&words);
        }
    }
    document_table_end(document);
}

static void reasons(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {
        {N_("Component"), 26, TYPE_SMALL}, {N_("Finding"), 24, TYPE_SMALL}, {N_("Note"), 50, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    const json_t *comparison = json_object_get(facts, "comparison");
    const json_t *features = json_object_get(comparison, "features");
    const json_t *reviews = json_object_get(facts, "reviews");
    const json_t *background = json_object_get(facts, "background");
    document_heading(document, _("Step 2. The reasons"));
    struct pair pairs[2 * REASONS_LIMIT + 2];
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(reviews) && count < REASONS_LIMIT; i++) {
        const json_t *review = json_array_get(reviews, i);
        const json_t *before;
        size_t j;
        json_array_foreach(json_object_get(review, "amended"), j, before)
        {
            if (count < REASONS_LIMIT)
                pairs[count++] = (struct pair){_("(amended below)"), json_text_or_null(before, "reason")};
        }
        if (count < REASONS_LIMIT)
            pairs[count++] = (struct pair){json_text(review, "person"), json_text_or_null(review, "reason")};
    }
    const json_t *first;
    size_t k;
    json_array_foreach(json_object_get(comparison, "amended"), k, first)
    {
        if (count + 2 > 2 * REASONS_LIMIT)
            break;
        pairs[count++] = (struct pair){_("Investigator, amended below"), json_text_or_null(first, "reason")};
        pairs[count++] =
            (struct pair){_("Limitations, amended below"), json_text_or_null(first, "limitations")};
    }
    pairs[count++] = (struct pair){_("Investigator's reasons"), json_text_or_null(comparison, "reasons")};
    pairs[count++] = (struct pair){_("Limitations"), json_text_or_null(comparison, "limitations")};
    document_pairs(document, pairs, count);
    if (json_array_size(features) > 0) {
        document_need(document, 120); /* no single row at the foot of a page */
        document_subheading(document, _("The investigator's grid"));
        document_table_begin(document, &table);
        for (size_t i = 0; i < json_array_size(features); i++) {
            const json_t *feature = json_array_get(features, i);
            document_table_row(document,
                               (const char *const[]){component_words(json_text(feature, "component")),
                                                     code_words(json_text(feature, "finding")),
                                                     json_text(feature, "note")});
        }
        document_table_end(document);
    }
    other_grids(document, json_object_get(comparison, "grids"));
    document_subheading(document, _("Background check"));
    const json_t *items = json_object_get(background, "items");
    static const struct column item_columns[] = {{N_("Looked at"), 40, TYPE_SMALL},
                                                 {N_("Found"), 60, TYPE_SMALL}};
    static const struct table item_table = {.columns = item_columns, .count = 2};
    if (json_array_size(items) > 0) {
        document_table_begin(document, &item_table);
        for (size_t i = 0; i < json_array_size(items); i++)
            document_table_row(document,
                               (const char *const[]){json_text(json_array_get(items, i), "what"),
                                                     json_text(json_array_get(items, i), "finding")});
        document_table_end(document);
    }
    const json_t *conflicts = json_object_get(background, "conflicts");
    if (json_array_size(conflicts) == 0)
        document_paragraph(document, TYPE_SMALL, _("No conflict was recorded."));
    for (size_t i = 0; i < json_array_size(conflicts); i++) {
        const char *one = json_string_value(json_array_get(conflicts, i));
        document_bullet(document, one == NULL ? "" : one);
    }
}

void worksheet_supervision(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    const json_t *candidate = json_object_get(facts, "candidate");
    const json_t *earlier = json_object_get(facts, "earlier");
    worksheet_opening(rendering, facts, _("Final review"),
                      _("Read the answers side by side, then the reasons, then decide. No answer outvotes "
                        "another: when the "
                        "round holds a disagreement, a report cannot come out of it."));
    worksheet_views(rendering, json_object_get(facts, "probe"), candidate, _("Candidate"),
                    json_text(candidate, "photo"), FACE_HEIGHT);
    answers(document, facts);
    reasons(document, facts);
    if (json_array_size(earlier) > 0) {
        document_subheading(document, _("Earlier rounds"));
        for (size_t i = 0; i < json_array_size(earlier); i++) {
            const json_t *round = json_array_get(earlier, i);
            char when[PARTS_TIME_SIZE];
            char *line =
                text_formatted(_("Round %lld: %s, closed %s"), (long long)json_whole(round, "round", 1),
                               json_text(round, "outcome"), parts_time(json_text(round, "closed"), when));
            document_bullet(document, line == NULL ? "" : line);
            free(line);
        }
    }
    if (json_object_get(facts, "request") != NULL) {
        document_heading(document, _("The request"));
        parts_request(document, facts);
    }
    document_need(document, 330);
    document_heading(document, _("Step 3. Outcome"));
    document_check(document, _("Approve: all peers of this round agree, one of them new to the docket, and "
                               "the basis still holds."));
    document_check(document, _("Continue: direct a further round, as written here."));
    document_check(document,
                   _("Negative: no report goes out (with a disagreement, only from the second round on)."));
    document_field(document, _("Directions or reasons"), 5);
    document_signature(document, _("Supervisor, or acting supervisor"));
}
