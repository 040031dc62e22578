/*
 * The worksheets of intake and of a hold: the request and its images, before any search.
 *
 * Guarantees: measured values are labelled as advice; nothing of a gallery is on them.
 */
#include <stdlib.h>

#include "base/language.h"
#include "base/text.h"
#include "page/parts.h"
#include "review/worksheet.h"

static void request_and_images(const struct rendering *rendering, const json_t *facts)
{
    document_heading(rendering->document, _("The request"));
    parts_request(rendering->document, facts);
    document_need(rendering->document, 330); /* the first image with its sentence */
    document_heading(rendering->document, _("Images, as measured"));
    document_paragraph(rendering->document, TYPE_SMALL,
                       _("Measured values advise. Whether an image can be compared is for you to judge."));
    worksheet_images(rendering, json_object_get(facts, "images"));
}

void worksheet_intake(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    worksheet_opening(
        rendering, facts, _("Intake"),
        _("Check that the request has a lawful basis, choose the probe, mark the eyes, and judge whether the "
          "image is good enough to be compared."));
    request_and_images(rendering, facts);
    document_new_page(document);
    document_heading(document, _("The basis, clause by clause"));
    document_check(document, _("R1: the use is one of those allowed, and the basis stated supports it."));
    document_check(document, _("R7: the request does not act on a protected trait; traits appear only in a "
                               "specific description."));
    document_check(
        document,
        _("R8, R9: the event and any political activity are stated, and the request may be taken on."));
    document_check(document, _("R10: a body-worn camera still meets its conditions, or none was submitted."));
    document_check(document,
                   _("R14, R15: a case or complaint number and at least one probe image are there."));
    document_check(document, _("R16: the image shows the unknown person; it is no sketch, composite, "
                               "lookalike or generated face."));
    document_check(document, _("R29: the use and its reasons were discussed with a supervisor."));
    document_space(document, 6);
    document_heading(document, _("The probe"));
    document_field(document, _("Image chosen (its label)"), 1);
    document_field(
        document,
        _("Edits wanted, in order (crop, rotate, brightness, contrast, scale), with their parameters"), 2);
    document_field(document, _("Eye points in pixels: left of the picture x, y; right of the picture x, y"),
                   1);
    document_heading(document, _("Outcome"));
    document_check(document, _("Confirm: the basis holds and the probe can be searched."));
    document_check(document, _("Unsuitable: no image can be compared. Say why and what would help."));
    document_check(document, _("Refuse: the request may not be taken on. Name the clause."));
    document_field(document, _("Reasons, and what would help"), 4);
    document_signature(document, _("Investigator"));
}

void worksheet_hold(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    const json_t *hold = json_object_get(facts, "hold");
    worksheet_opening(rendering, facts, _("Hold"),
                      _("Decide the point below: release the request for intake, or refuse it. Nothing is "
                        "released by time."));
    char *number = text_formatted("%lld", (long long)json_whole(hold, "number", 1));
    const struct pair pairs[] = {{_("Hold"), number},
                                 {_("Clause"), json_text_or_null(hold, "clause")},
                                 {_("To be decided by"), json_text_or_null(hold, "role")},
                                 {_("Why it is held"), json_text_or_null(hold, "reason")}};
    document_heading(document, _("The point to decide"));
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    free(number);
    request_and_images(rendering, facts);
    document_need(document, 230); /* the outcome with its reasons and signature */
    document_heading(document, _("Outcome"));
    document_check(document, _("Release"));
    document_check(document, _("Refuse"));
    document_field(document, _("Reasons"), 4);
    char *signer = text_formatted(_("Decided by: %s"), json_text(hold, "role"));
    document_signature(document, signer == NULL ? _("Decided by") : signer);
    free(signer);
}
