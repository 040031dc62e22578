/*
 * The image quality notice (R20): what was measured, what a person decided, what would help, how to add
 * images.
 *
 * Guarantees: a person's reason is named as such, the measured values as advice; no outcome is implied.
 */
#include <stdlib.h>

#include "base/language.h"
#include "page/parts.h"
#include "report/documents.h"

#define PICTURE_HEIGHT 150.0

static void image(const struct rendering *rendering, const json_t *one)
{
    struct document *document = rendering->document;
    int picture = rendering_picture(rendering, json_text(one, "picture"));
    const char *shown = rendering_shown(rendering, json_text(one, "picture"));
    char *size =
        json_object_get(one, "width") == NULL
            ? NULL
            : text_formatted(_("%lld \xC3\x97 %lld pixels\nSHA-256 %s%s%s"),
                             (long long)json_whole(one, "width", 0), (long long)json_whole(one, "height", 0),
                             json_text(one, "digest"), shown == NULL ? "" : _("\nSHA-256 in this file "),
                             shown == NULL ? "" : shown);
    document_subheading(document, json_text(one, "file"));
    if (picture >= 0) {
        const struct figure figure = {picture, NULL, size};
        document_figures(document, &figure, 1, PICTURE_HEIGHT);
    } else if (size != NULL) {
        document_paragraph(document, TYPE_SMALL, size);
    }
    free(size);
    parts_measures(document, one);
}

bool quality_notice_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error; /* drawing itself keeps its failures */
    struct document *document = rendering->document;
    block_opening(document, outgoing_document("quality-notice"), facts);
    notice_draw(document, NOTICE_QUALITY);
    document_heading(document, _("What the investigator decided"));
    document_paragraph(document, TYPE_BODY, json_text(facts, "reason"));
    if (json_object_get(facts, "whatWouldHelp") != NULL) {
        document_subheading(document, _("What would help"));
        block_texts(document, json_object_get(facts, "whatWouldHelp"));
    }
    document_heading(document, _("How to add images"));
    char when[PARTS_TIME_SIZE];
    bool lapses = json_text(facts, "answerBy")[0] != '\0';
    char *how =
        text_formatted(_("Open request.html in the folder of your command, choose \"More or better "
                         "images for a docket\" and name "
                         "docket %s; use and basis stay as they are. A packet made otherwise is of the "
                         "kind \"supplement\" and has an "
                         "id of its own."),
                       json_text(facts, "docket"));
    char *lapse = text_formatted(_("%s Without further images the request lapses at %s."),
                                 how == NULL ? "" : how, parts_time(json_text(facts, "answerBy"), when));
    const char *said = lapses ? lapse : how;
    document_paragraph(document, TYPE_BODY, said == NULL ? "" : said);
    free(how);
    free(lapse);
    const struct pair pairs[] = {{_("Decided by"), json_text_or_null(facts, "by")},
                                 {_("At"), parts_time(json_text_or_null(facts, "at"), when)}};
    document_pairs(document, pairs, 2);
    document_heading(document, _("Images received, as measured"));
    const json_t *images = json_object_get(facts, "images");
    for (size_t i = 0; i < json_array_size(images); i++)
        image(rendering, json_array_get(images, i));
    document_heading(document, _("The request"));
    parts_request(document, facts);
    return true;
}
