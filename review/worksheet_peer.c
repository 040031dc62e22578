/*
 * The peer's worksheet: the probe and at least five lettered photos, one of them the named one.
 *
 * Guarantees: nothing tells the named photo from the foils: same size, same frame, same questions, the order
 * given.
 */
#include "base/language.h"
#include "review/worksheet.h"

#define PROBE_HEIGHT 250.0
#define PAIR_HEIGHT 176.0

static void one_photo(const struct rendering *rendering, const json_t *probe, const json_t *photo)
{
    struct document *document = rendering->document;
    document_need(document, PAIR_HEIGHT + 115);
    worksheet_views(rendering, probe, photo, json_text(photo, "label"), NULL, PAIR_HEIGHT);
    static const struct column columns[] = {
        {NULL, 1, TYPE_SMALL}, {NULL, 1, TYPE_SMALL}, {NULL, 1, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3, .grid = true};
    document_table_begin(document, &table);
    document_table_row(document, (const char *const[]){_("\xE2\x98\x90  possible"), _("\xE2\x98\x90  not"),
                                                       _("\xE2\x98\x90  cannot say")});
    document_table_end(document);
    document_field(document, _("Reason: dissimilarities first"), 2);
    document_space(document, 4);
}

void worksheet_peer(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    const json_t *probe = json_object_get(facts, "probe");
    const json_t *photos = json_object_get(facts, "photos");
    worksheet_opening(
        rendering, facts, _("Peer review"),
        _("Mark every photo: possible, not, or cannot say. More than one may be possible, and none may be. "
          "Do not discuss the item with anybody before you have signed."));
    document_heading(document, _("The probe"));
    worksheet_views(rendering, NULL, probe, _("Probe, as searched"), NULL, PROBE_HEIGHT);
    document_paragraph(document, TYPE_SMALL, json_text(facts, "note"));
    document_field(document, _("Conditions that limit a comparison"), 3);
    document_new_page(document);
    document_heading(document, _("The photos"));
    for (size_t i = 0; i < json_array_size(photos); i++)
        one_photo(rendering, probe, json_array_get(photos, i));
    document_need(document, 120);
    document_signature(document, _("Peer"));
}
