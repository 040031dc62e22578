/*
 * The pages of a volume.
 *
 * Guarantees: prints what the facts hold and nothing else, so what is masked or withheld there is so here. Every text
 * a person wrote is whole. Knows nothing of packages.
 */
#include "report/volume_pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "page/parts.h"

#define IMAGE_HEIGHT 330.0
#define CANDIDATE_HEIGHT 150.0
enum { CANDIDATES_ACROSS = 3 };

char *volume_role(json_int_t input, char *role)
{
    snprintf(role, VOLUME_ROLE_SIZE, "I%lld", (long long)input);
    return role;
}

static const char *whole_text(const json_t *object, const char *key, char *text, size_t size)
{
    snprintf(text, size, "%lld", (long long)json_whole(object, key, 0));
    return text;
}

static const char *bates(const json_t *facts, json_int_t number, char *text, size_t size)
{
    snprintf(text, size, "%s%06lld", json_text(facts, "prefix"), (long long)number);
    return text;
}

/* --- index --- */

static void draw_items(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("No."), 0.06, TYPE_SMALL},
                                            {N_("Kind of item"), 0.32, TYPE_SMALL},
                                            {N_("State"), 0.14, TYPE_SMALL_STRONG},
                                            {N_("Where, or on what basis"), 0.48, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 4};
    size_t index;
    const json_t *item;
    char number[16];
    document_heading(document, _("The thirteen kinds of item"));
    document_table_begin(document, &table);
    json_array_foreach(json_object_get(facts, "items"), index, item)
    {
        const char *row[] = {whole_text(item, "number", number, sizeof number), json_text(item, "title"),
                             json_text(item, "state"), json_text(item, "where")};
        document_table_row(document, row);
    }
    document_table_end(document);
}

static void draw_parts(struct document *document, const json_t *facts, const json_t *parts)
{
    static const struct column columns[] = {
        {N_("Part"), 0.4, TYPE_SMALL}, {N_("From"), 0.3, TYPE_SMALL}, {N_("To"), 0.3, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    size_t index;
    const json_t *part;
    char from[80], to[80];
    document_heading(document, _("Pages of this volume"));
    document_table_begin(document, &table);
    json_array_foreach(parts, index, part)
    {
        const char *row[] = {json_text(part, "name"),
                             bates(facts, json_whole(part, "first", 0), from, sizeof from),
                             bates(facts, json_whole(part, "last", 0), to, sizeof to)};
        document_table_row(document, row);
    }
    document_table_end(document);
}

static void draw_files(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("File"), 0.34, TYPE_SMALL},
                                            {N_("No."), 0.07, TYPE_SMALL},
                                            {N_("What it is, and its SHA-256"), 0.59, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    size_t index;
    const json_t *file;
    char item[16];
    if (json_array_size(json_object_get(facts, "files")) == 0)
        return;
    document_heading(document,
                     json_object_get(facts, "release") != NULL ? _("Files") : _("Files of this volume"));
    document_table_begin(document, &table);
    json_array_foreach(json_object_get(facts, "files"), index, file)
    {
        struct text words = TEXT_EMPTY;
        const char *note = json_text(file, "note");
        text_format(&words, "%s%s%s\n%s", json_text(file, "title"), note[0] == '\0' ? "" : "; ", note,
                    json_text(file, "digest"));
        bool numbered = json_whole(file, "item", 0) > 0;
        const char *row[] = {json_text(file, "path"),
                             numbered ? whole_text(file, "item", item, sizeof item) : "",
                             words.bytes == NULL ? "" : words.bytes};
        document_table_row(document, row);
        text_free(&words);
    }
    document_table_end(document);
}

static void draw_absent(struct document *document, const json_t *facts)
{
    size_t index;
    const json_t *one;
    const json_t *list = json_object_get(facts, "absent");
    if (json_array_size(list) == 0)
        return;
    document_heading(document, _("Withheld files"));
    json_array_foreach(list, index, one)
    {
        char *words = text_formatted(_("%s: withheld, %s"), json_text(one, "title"), json_text(one, "basis"));
        document_bullet(document, words);
        free(words);
    }
}

/* What goes with a release: to whom, for what, on what authority, and what binds the recipient. */
static void draw_release(struct document *document, const json_t *facts)
{
    const json_t *release = json_object_get(facts, "release"),
                 *recipient = json_object_get(release, "recipient");
    const json_t *verified = json_object_get(recipient, "verified"),
                 *purpose = json_object_get(release, "purpose"),
                 *condition = json_object_get(release, "condition");
    char when[PARTS_TIME_SIZE];
    char *how = text_formatted(_("%s, by %s"), json_text(verified, "how"), json_text(verified, "by"));
    char *why = text_formatted("%s: %s", json_text(purpose, "code"), json_text(purpose, "text"));
    char *under = condition == NULL
                      ? NULL
                      : text_formatted("%s: %s", json_text(condition, "code"), json_text(condition, "text"));
    document_title(document, _("Release of information"), json_text(facts, "docket"));
    const struct pair pairs[] = {{_("To"), json_text(recipient, "name")},
                                 {_("Affiliation"), json_text(recipient, "affiliation")},
                                 {_("Verified"), how},
                                 {_("Purpose"), why},
                                 {_("Condition (R45)"), under},
                                 {_("Agreement"), json_text_or_null(release, "agreement")},
                                 {_("Released by"), json_text(release, "by")},
                                 {_("Approved by"), json_text_or_null(release, "approvedBy")},
                                 {_("From"), json_text(facts, "agency")},
                                 {_("Unit"), json_text(facts, "unit")},
                                 {_("Contact"), json_text(facts, "contact")},
                                 {_("Made"), parts_time(json_text(facts, "issued"), when)}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    free(how);
    free(why);
    free(under);
    document_notice(
        document, _("What binds you"),
        _("Use it for the purpose named here alone, and keep it secure and confidential. Give nothing of it "
          "to "
          "anybody else without the agency's written approval. Tell the agency at once when a subpoena, an "
          "order "
          "or other legal process asks you for it. It may not be used in furtherance of immigration "
          "enforcement."));
    document_notice(
        document, _("What it is not"),
        _("A possible match is a lead. It is no probable cause to arrest or to search, and says by itself "
          "nothing about who somebody is."));
}

void volume_draw_index(struct document *document, const json_t *facts, const json_t *parts)
{
    char volume[160], when[PARTS_TIME_SIZE];
    if (json_object_get(facts, "release") != NULL) {
        draw_release(document, facts);
        draw_files(document, facts);
        return;
    }
    bool extended = strcmp(json_text(facts, "edition"), "extended") == 0;
    snprintf(volume, sizeof volume, _("Volume %lld, %s"), (long long)json_whole(facts, "volume", 1),
             extended ? _("extended: sealed apart") : "core");
    document_title(document, _("Discovery"), volume);
    const struct pair pairs[] = {{_("Docket"), json_text(facts, "docket")},
                                 {_("To"), json_text(facts, "office")},
                                 {_("Case"), json_text_or_null(facts, "caseReference")},
                                 {_("Filed"), json_text_or_null(facts, "filed")},
                                 {_("From"), json_text(facts, "agency")},
                                 {_("Unit"), json_text(facts, "unit")},
                                 {_("Contact"), json_text(facts, "contact")},
                                 {_("Made"), parts_time(json_text(facts, "issued"), when)}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    document_paragraph(
        document, TYPE_BODY,
        extended
            ? _("This volume shows persons who were on a candidate list and have no part in the case. It is "
                "encrypted to whoever keeps sealed volumes for the office.")
        : json_whole(facts, "volume", 1) > 1
            ? _("This volume supplements the earlier ones: it holds what came after them, and its page "
                "numbers "
                "go on "
                "where theirs ended. The chronology is whole.")
            : _("Every page bears a number at its foot. Later volumes go on counting where this one ends."));
    draw_items(document, facts);
    draw_parts(document, facts, parts);
    draw_files(document, facts);
    draw_absent(document, facts);
}

/* --- record --- */

void volume_draw_opening(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("Person"), 0.14, TYPE_SMALL},
                                            {N_("Name"), 0.3, TYPE_SMALL},
                                            {N_("Acted as"), 0.34, TYPE_SMALL},
                                            {N_("Trained until"), 0.22, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 4};
    size_t index;
    const json_t *person, *people = json_object_get(facts, "people");
    char when[PARTS_TIME_SIZE];
    document_title(document, _("Record of the docket"), json_text(facts, "docket"));
    document_heading(document, _("The request"));
    parts_request(document, facts);
    document_heading(document, _("People of this docket"));
    if (people == NULL)
        document_paragraph(document, TYPE_BODY, _("Withheld; the index gives the basis."));
    document_table_begin(document, &table);
    json_array_foreach(people, index, person)
    {
        const char *until = json_text_or_null(person, "trainedUntil");
        const char *row[] = {json_text(person, "person"), json_text(person, "name"),
                             json_text(person, "roles"),
                             until == NULL ? _("no training on record") : parts_time(until, when)};
        document_table_row(document, row);
    }
    document_table_end(document);
}

void volume_draw_chronology(struct document *document, const json_t *facts, struct volume_span span)
{
    static const struct column columns[] = {
        {N_("When"), 0.26, TYPE_SMALL}, {N_("Who"), 0.18, TYPE_SMALL}, {N_("What"), 0.56, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    char when[PARTS_TIME_SIZE];
    document_heading(document, span.from == 0 ? _("Chronology") : _("Chronology, continued"));
    document_table_begin(document, &table);
    for (size_t i = span.from; i < span.to; i++) {
        const json_t *one = json_array_get(json_object_get(facts, "chronology"), i);
        const char *who = json_text(one, "who");
        const char *row[] = {parts_time(json_text(one, "at"), when), who[0] == '\0' ? "leadspool" : who,
                             json_text(one, "what")};
        document_table_row(document, row);
    }
    document_table_end(document);
}

/* --- images --- */

static void draw_image(const struct rendering *rendering, const json_t *file)
{
    struct document *document = rendering->document;
    char role[VOLUME_ROLE_SIZE], when[PARTS_TIME_SIZE];
    const char *captured = json_text_or_null(file, "capturedAt"), *source = json_text_or_null(file, "source");
    const struct figure figure = {
        .picture = rendering_picture(rendering, volume_role(json_whole(file, "input", 0), role)),
        .title = json_text(file, "path"),
        .caption = json_text(file, "digest")};
    document_heading(document, json_text(file, "title"));
    document_figures(document, &figure, 1, IMAGE_HEIGHT);
    const struct pair pairs[] = {{_("Photo id"), json_text_or_null(file, "photo")},
                                 {_("Source"), source == NULL ? NULL : parts_source(source)},
                                 {_("Citation"), json_text_or_null(file, "sourceCitation")},
                                 {_("Captured"), captured == NULL ? NULL : parts_time(captured, when)},
                                 {_("Recording"), json_text_or_null(file, "recordingId")}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    if (json_array_size(json_object_get(file, "edits")) > 0)
        parts_edits(document, json_object_get(file, "edits"));
}

void volume_draw_images(const struct rendering *rendering, const json_t *pictures, struct volume_span span)
{
    for (size_t i = span.from; i < span.to; i++) {
        if (i > span.from)
            document_new_page(rendering->document);
        draw_image(rendering, json_array_get(pictures, i));
    }
}

/* --- searches --- */

static void draw_list(struct document *document, const json_t *search)
{
    static const struct column columns[] = {{N_("Rank"), 0.1, TYPE_SMALL},
                                            {N_("Score"), 0.22, TYPE_SMALL},
                                            {N_("Photo"), 0.24, TYPE_SMALL},
                                            {N_("Person"), 0.2, TYPE_SMALL},
                                            {N_("Who"), 0.24, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 5};
    size_t index;
    const json_t *row;
    char rank[16], score[32];
    document_table_begin(document, &table);
    json_array_foreach(json_object_get(search, "list"), index, row)
    {
        const char *photo = json_text(row, "photo"), *person = json_text(row, "person");
        const char *texts[] = {whole_text(row, "rank", rank, sizeof rank),
                               whole_text(row, "score", score, sizeof score),
                               photo[0] == '\0' ? "masked" : photo, person[0] == '\0' ? "masked" : person,
                               json_text(row, "who")};
        document_table_row(document, texts);
    }
    document_table_end(document);
}

void volume_draw_search(struct document *document, const json_t *search)
{
    const json_t *card = json_object_get(search, "engine"),
                 *parameters = json_object_get(search, "parameters");
    char heading[160], when[PARTS_TIME_SIZE], numbers[6][32];
    struct text constants = TEXT_EMPTY;
    snprintf(heading, sizeof heading, _("Search %lld"), (long long)json_whole(search, "number", 0));
    volume_words(&constants, json_object_get(card, "parameters"), ", ");
    document_heading(document, heading);
    const struct pair pairs[] = {
        {_("Made"), parts_time(json_text(search, "at"), when)},
        {_("Reason"), json_text_or_null(search, "reason")},
        {_("Software"), json_text(card, "id")},
        {_("Version"), json_text(card, "version")},
        {_("Maker"), json_text(card, "maker")},
        {_("Method"), json_text(card, "method")},
        {_("Learned weights"), json_text(card, "weights")},
        {_("Score scale"), json_text(card, "score_scale")},
        {_("Error rates"), json_text(card, "error_rates")},
        {_("Constants"), constants.bytes},
        {_("Probe searched"), json_text(json_array_get(json_object_get(search, "probes"), 0), "digest")},
        {_("Photographs searched"), whole_text(search, "count", numbers[0], sizeof numbers[0])},
        {_("Persons searched"), whole_text(search, "persons", numbers[1], sizeof numbers[1])},
        {_("Sealed, left out"), whole_text(search, "suppressed", numbers[2], sizeof numbers[2])},
        {_("Length of the list"), whole_text(parameters, "length", numbers[3], sizeof numbers[3])},
        {_("Stages"), whole_text(search, "stages", numbers[4], sizeof numbers[4])},
        {_("Compared in full"), whole_text(search, "compared", numbers[5], sizeof numbers[5])},
        {_("Set of photographs"), json_text(search, "snapshot")},
        {_("Record, SHA-256"), json_text(search, "recordDigest")}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    text_free(&constants);
    document_heading(document, _("The ranked list"));
    if (json_object_get(search, "list") == NULL)
        document_paragraph(document, TYPE_BODY, _("Withheld; the index gives the basis."));
    else
        draw_list(document, search);
}

void volume_draw_candidates(const struct rendering *rendering, const json_t *search, struct volume_span span)
{
    struct document *document = rendering->document;
    char heading[160];
    snprintf(heading, sizeof heading, _("Photographs on the list of search %lld"),
             (long long)json_whole(search, "number", 0));
    document_heading(document, heading);
    for (size_t i = span.from; i < span.to; i += CANDIDATES_ACROSS) {
        struct figure figures[CANDIDATES_ACROSS];
        char titles[CANDIDATES_ACROSS][128];
        char *captions[CANDIDATES_ACROSS] = {0};
        size_t count = 0;
        for (; count < CANDIDATES_ACROSS && i + count < span.to; count++) {
            const json_t *one = json_array_get(json_object_get(search, "candidates"), i + count);
            char role[VOLUME_ROLE_SIZE];
            snprintf(titles[count], sizeof titles[count], _("Rank %lld"),
                     (long long)json_whole(one, "rank", 0));
            captions[count] =
                text_formatted(_("%s, person %s\n%s %s"), json_text(one, "photo"), json_text(one, "person"),
                               json_text(one, "source"), json_text(one, "sourceCitation"));
            figures[count] = (struct figure){
                .picture = rendering_picture(rendering, volume_role(json_whole(one, "input", 0), role)),
                .title = titles[count],
                .caption = captions[count]};
        }
        document_figures_in(document, figures, count, CANDIDATES_ACROSS, CANDIDATE_HEIGHT);
        for (size_t j = 0; j < count; j++)
            free(captions[j]);
    }
}
