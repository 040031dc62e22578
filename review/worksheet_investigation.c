/*
 * The comparison worksheet: probe alone, then the candidates, then one to one.
 *
 * Guarantees: the order of domain practice: the probe is described on a page without any candidate; every
 * candidate gets a disposition; dissimilarities are asked before similarities; no score, rank or name
 * (worksheet_check refuses them). The paper cannot stop anybody from turning pages: the signed decision
 * records what was done.
 */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "page/parts.h"
#include "review/worksheet.h"

#define PROBE_HEIGHT 300.0
#define EDITED_PROBE_HEIGHT 220.0 /* leaves room for the list of edits */
#define CANDIDATE_HEIGHT 132.0
#define CANDIDATES_IN_ROW 3

static void probe_alone(const struct rendering *rendering, const json_t *facts)
{
    static const struct column columns[] = {{N_("Component"), 26, TYPE_SMALL},
                                            {N_("Clear"), 9, TYPE_SMALL},
                                            {N_("Partly"), 9, TYPE_SMALL},
                                            {N_("Not visible"), 11, TYPE_SMALL},
                                            {N_("What is seen"), 45, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 5, .grid = true, .row_minimum = 20};
    static const char *const box = "\xE2\x98\x90";
    struct document *document = rendering->document;
    const json_t *probe = json_object_get(facts, "probe");
    char captured[PARTS_TIME_SIZE];
    document_heading(document, _("Step 1. The probe alone"));
    bool listed = json_array_size(json_object_get(probe, "edits")) > 0;
    worksheet_views(rendering, NULL, probe, _("Probe, as searched"), NULL,
                    listed ? EDITED_PROBE_HEIGHT : PROBE_HEIGHT);
    const char *digest = json_text_or_null(probe, "digest");
    const char *searched = json_text_or_null(probe, "searchedDigest");
    bool edited = searched != NULL && digest != NULL && strcmp(searched, digest) != 0;
    const struct pair pairs[] = {{_("File"), json_text_or_null(probe, "file")},
                                 {_("Source"), parts_source(json_text(probe, "source"))},
                                 {_("Captured"), parts_time(json_text(probe, "capturedAt"), captured)},
                                 {edited ? _("SHA-256 as submitted") : "SHA-256", digest},
                                 {_("SHA-256 as searched"), edited ? searched : NULL}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    if (listed)
        parts_edits(document, json_object_get(probe, "edits"));
    document_new_page(document);
    document_subheading(document, _("Visibility of each component, before any candidate is looked at"));
    document_table_begin(document, &table);
    for (size_t i = 0; i < COMPONENTS; i++)
        document_table_row(
            document, (const char *const[]){language_text(worksheet_components[i].words), box, box, box, ""});
    document_table_end(document);
    document_field(document, _("Conditions that limit a comparison (pose, light, blur, cover, compression)"),
                   2);
}

static void screening(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    const json_t *probe = json_object_get(facts, "probe");
    const json_t *candidates = json_object_get(facts, "candidates");
    document_new_page(document);
    document_heading(document, _("Step 2. Every candidate, one disposition each"));
    document_paragraph(document, TYPE_SMALL,
                       _("The order is shuffled and means nothing. The probe is repeated at the left of each "
                         "row, at the same "
                         "facial scale where eye points are known."));
    const char *engine = json_text_or_null(facts, "engine");
    char *found = engine == NULL ? NULL : text_formatted(_("Found by %s."), engine);
    if (found != NULL)
        document_paragraph(document, TYPE_SMALL, found);
    free(found);
    for (size_t i = 0; i < json_array_size(candidates); i += CANDIDATES_IN_ROW) {
        struct figure figures[CANDIDATES_IN_ROW + 1] = {{worksheet_face(rendering, probe), _("Probe"), NULL}};
        size_t used = 1;
        for (size_t j = i; j < json_array_size(candidates) && j < i + CANDIDATES_IN_ROW; j++) {
            const json_t *candidate = json_array_get(candidates, j);
            figures[used++] =
                (struct figure){worksheet_face(rendering, candidate), json_text(candidate, "label"),
                                _("\xE2\x98\x90 excluded\n\xE2\x98\x90 possible\n\xE2\x98\x90 inconclusive")};
        }
        document_figures_in(document, figures, used, CANDIDATES_IN_ROW + 1, CANDIDATE_HEIGHT);
    }
}

static void one_to_one(struct document *document)
{
    static const struct column columns[] = {
        {N_("Component"), 24, TYPE_SMALL},      {N_("Dissimilar"), 11, TYPE_SMALL},
        {N_("Explained"), 11, TYPE_SMALL},      {N_("Similar"), 10, TYPE_SMALL},
        {N_("Not comparable"), 12, TYPE_SMALL}, {N_("Note"), 32, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 6, .grid = true, .row_minimum = 21};
    static const char *const box = "\xE2\x98\x90";
    document_new_page(document);
    document_heading(document, _("Step 3. One to one"));
    document_paragraph(document, TYPE_SMALL,
                       _("One page for each candidate compared: copy it before you write."));
    document_field(document, _("Label of the candidate compared"), 1);
    document_field(document, _("Dissimilarities, written down before anything else"), 4);
    document_subheading(document, _("Component by component"));
    document_table_begin(document, &table);
    for (size_t i = 0; i < COMPONENTS; i++)
        document_table_row(document, (const char *const[]){language_text(worksheet_components[i].words), box,
                                                           box, box, box, ""});
    document_table_end(document);
    document_paragraph(document, TYPE_SMALL,
                       _("Explained: a difference that light, pose, expression, age, lens or compression "
                         "accounts for. Rows are "
                         "not added up."));
}

void worksheet_investigation(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    worksheet_opening(
        rendering, facts, _("Comparison"),
        _("Describe the probe alone first. Then look at every candidate. Then compare one to one, "
          "dissimilarities first, and sign before anything about the person is shown to you."));
    probe_alone(rendering, facts);
    if (json_array_size(json_object_get(facts, "images")) > 1) {
        document_new_page(document);
        document_heading(document, _("All images submitted"));
        document_paragraph(
            document, TYPE_SMALL,
            _("Another search can be made with another of these, with other edits or other eye points."));
        worksheet_images(rendering, json_object_get(facts, "images"));
    }
    screening(rendering, facts);
    one_to_one(document);
    document_heading(document, _("Step 4. Opinion"));
    worksheet_rating(document);
    document_field(document, _("Limitations of this comparison"), 3);
    document_field(document, _("Other explanations considered"), 2);
    document_subheading(document, _("Outcome"));
    document_check(document, _("Candidate: one label is put forward for a background check."));
    document_check(document, _("None: no candidate is put forward."));
    document_check(
        document,
        _("Search again, for the reason written here, with the same probe or the one written here."));
    document_field(
        document, _("Label of the candidate, or reason; for another search also image, edits and eye points"),
        3);
    document_signature(document, _("Investigator"));
}
