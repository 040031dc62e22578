/*
 * Blocks the worksheets share: opening, pictures, the list of images, the rating's boxes.
 *
 * Guarantees: faces side by side stand at equal scale; a picture is shown under its label alone. Does not
 * decide what a stage shows.
 */
#include <stdlib.h>

#include "base/language.h"
#include "page/parts.h"
#include "review/worksheet.h"

#define IMAGE_HEIGHT 190.0

void worksheet_opening(const struct rendering *rendering, const json_t *facts, const char *stage_words,
                       const char *what_to_do)
{
    struct document *document = rendering->document;
    char opened[PARTS_TIME_SIZE];
    char *under = text_formatted(_("Docket %s   \xC2\xB7   round %lld   \xC2\xB7   opened %s"),
                                 json_text(facts, "docket"), (long long)json_whole(facts, "round", 1),
                                 parts_time(json_text(facts, "opened"), opened));
    document_title(document, stage_words, under == NULL ? "" : under);
    free(under);
    const struct pair item = {_("Item (SHA-256)"), json_text(facts, "item")};
    document_pairs(document, &item, 1);
    document_notice(document, _("What is asked"), what_to_do);
}

int worksheet_whole(const struct rendering *rendering, const json_t *photo)
{
    int number = rendering_picture(rendering, json_text(photo, "picture"));
    struct error error = ERROR_NONE;
    if (number < 0) { /* an empty frame would be judged as if it were a picture */
        error_set(&error, FAULT_INPUT, "the picture \"%s\" of %s is not among those handed in",
                  json_text(photo, "picture"),
                  json_text(photo, "label")[0] == '\0' ? "the probe" : json_text(photo, "label"));
        document_fail(rendering->document, &error);
    }
    return number;
}

static int cut_face(const struct rendering *rendering, const json_t *photo)
{
    int face = rendering_picture(rendering, json_text(photo, "facePicture"));
    return face >= 0 ? face : rendering_face(rendering, json_text(photo, "picture"));
}

int worksheet_face(const struct rendering *rendering, const json_t *photo)
{
    int face = cut_face(rendering, photo);
    return face >= 0 ? face : worksheet_whole(rendering, photo);
}

void worksheet_views(const struct rendering *rendering, const json_t *probe, const json_t *photo,
                     const char *title, const char *caption, double height)
{
    struct figure figures[3];
    size_t count = 0;
    if (probe != NULL)
        figures[count++] = (struct figure){worksheet_face(rendering, probe), _("Probe"), NULL};
    figures[count++] = (struct figure){worksheet_face(rendering, photo), title, caption};
    /* Without eye points the whole photo was shown already. */
    if (cut_face(rendering, photo) >= 0)
        figures[count++] =
            (struct figure){worksheet_whole(rendering, photo), _("The same photo, whole"), NULL};
    document_figures(rendering->document, figures, count, height);
}

/* What was found where the sender marked nothing; NULL when there is nothing to propose. */
static char *proposed_words(const json_t *image)
{
    const json_t *proposed = json_object_get(json_object_get(image, "quality"), "eyesProposed");
    const json_t *eyes = json_object_get(proposed, "eyes");
    if (json_array_size(eyes) != 4 || json_object_get(image, "eyes") != NULL)
        return NULL;
    long long tenths[4];
    for (size_t i = 0; i < 4; i++)
        tenths[i] = (json_integer_value(json_array_get(eyes, i)) + 5) / 10;
    return text_formatted(
        _("%lld.%lld, %lld.%lld and %lld.%lld, %lld.%lld; confidence %lld of 100. Check them."),
        tenths[0] / 10, tenths[0] % 10, tenths[1] / 10, tenths[1] % 10, tenths[2] / 10, tenths[2] % 10,
        tenths[3] / 10, tenths[3] % 10, (long long)json_whole(proposed, "confidence", 0));
}

static void one_image(const struct rendering *rendering, const json_t *image, size_t number)
{
    struct document *document = rendering->document;
    const char *label = json_text(image, "label");
    const char *recording = json_text(image, "recordingId");
    char captured[PARTS_TIME_SIZE];
    char *heading = label[0] != '\0' ? text_formatted(_("Image %s: %s"), label, json_text(image, "file"))
                                     : text_formatted(_("Image %zu: %s"), number, json_text(image, "file"));
    document_subheading(document, heading == NULL ? "" : heading);
    const struct figure figure[] = {{worksheet_whole(rendering, image), NULL, NULL}};
    if (figure[0].picture >= 0)
        document_figures(document, figure, 1, IMAGE_HEIGHT);
    char *size = text_formatted(_("%lld \xC3\x97 %lld pixels"), (long long)json_whole(image, "width", 0),
                                (long long)json_whole(image, "height", 0));
    char *proposed = proposed_words(image);
    const struct pair pairs[] = {{_("Size"), json_object_get(image, "width") == NULL ? NULL : size},
                                 {_("Source"), parts_source(json_text(image, "source"))},
                                 {_("Recording"), recording},
                                 {_("Captured"), parts_time(json_text(image, "capturedAt"), captured)},
                                 {"SHA-256", json_text_or_null(image, "digest")},
                                 {_("Eyes found"), proposed}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    parts_measures(document, image);
    if (json_array_size(json_object_get(image, "edits")) > 0)
        parts_edits(document, json_object_get(image, "edits"));
    free(heading);
    free(size);
    free(proposed);
}

void worksheet_images(const struct rendering *rendering, const json_t *images)
{
    for (size_t i = 0; i < json_array_size(images); i++)
        one_image(rendering, json_array_get(images, i), i + 1);
}

void worksheet_rating(struct document *document)
{
    static const struct column columns[] = {{"\xE2\x88\x92"
                                             "3",
                                             1, TYPE_SMALL},
                                            {"\xE2\x88\x92"
                                             "2",
                                             1, TYPE_SMALL},
                                            {"\xE2\x88\x92"
                                             "1",
                                             1, TYPE_SMALL},
                                            {"0", 1, TYPE_SMALL},
                                            {"+1", 1, TYPE_SMALL},
                                            {"+2", 1, TYPE_SMALL},
                                            {"+3", 1, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 7, .grid = true};
    const char *const words[] = {
        _("\xE2\x98\x90 different people, strongly supported"), _("\xE2\x98\x90 different people, supported"),
        _("\xE2\x98\x90 different people, weakly supported"),   _("\xE2\x98\x90 neither is supported"),
        _("\xE2\x98\x90 same person, weakly supported"),        _("\xE2\x98\x90 same person, supported"),
        _("\xE2\x98\x90 same person, strongly supported")};
    document_table_begin(document, &table);
    document_table_row(document, words);
    document_table_end(document);
}
