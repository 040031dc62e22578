/*
 * The background worksheet: who the named candidate is, and what speaks against.
 *
 * Guarantees: conflicts are asked for before the outcome; the comparison's rating stands as signed.
 */
#include <stdlib.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "page/parts.h"
#include "review/worksheet.h"

#define FACE_HEIGHT 200.0

/* "Ave, Big A": the texts of a list. */
static void add_list(struct document *document, const char *label, const json_t *list)
{
    struct text words = TEXT_EMPTY;
    json_t *entry;
    size_t i;
    json_array_foreach(list, i, entry)
        text_format(&words, "%s%s", i == 0 ? "" : ", ", json_string_value(entry));
    if (json_array_size(list) > 0 && text_done(&words, NULL))
        document_table_row(document, (const char *const[]){label, words.bytes});
    text_free(&words);
}

/* The members an enrolment packet may bring (schemas/enrolment.xsd), each only when it is there. */
static void biography(struct document *document, const json_t *members)
{
    static const struct column columns[] = {{NULL, 27, TYPE_LABEL}, {NULL, 73, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 2};
    static const struct {
        const char *member, *label;
    } texts[] = {{"name", N_("Name")}, {"dateOfBirth", N_("Born")}};
    json_t *identifier;
    size_t i;
    if (json_object_size(members) == 0) {
        document_paragraph(document, TYPE_SMALL,
                           _("The repository holds no biographical data for this photo."));
        return;
    }
    document_table_begin(document, &table);
    for (i = 0; i < sizeof texts / sizeof *texts; i++)
        if (json_text_or_null(members, texts[i].member) != NULL)
            document_table_row(document, (const char *const[]){language_text(texts[i].label),
                                                               json_text(members, texts[i].member)});
    add_list(document, _("Also known as"), json_object_get(members, "aliases"));
    json_array_foreach(json_object_get(members, "identifiers"), i, identifier) document_table_row(
        document, (const char *const[]){json_text(identifier, "kind"), json_text(identifier, "value")});
    if (json_text_or_null(members, "note") != NULL)
        document_table_row(document, (const char *const[]){_("Note"), json_text(members, "note")});
    document_table_end(document);
}

void worksheet_background(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    const json_t *candidate = json_object_get(facts, "candidate");
    const json_t *comparison = json_object_get(facts, "comparison");
    char captured[PARTS_TIME_SIZE];
    char signed_at[PARTS_TIME_SIZE];
    worksheet_opening(rendering, facts, _("Background check"),
                      _("Look for what speaks against the candidate: where they were, how they looked, what "
                        "age they had. A "
                        "conflict is not explained away; it is written down."));
    worksheet_views(rendering, json_object_get(facts, "probe"), candidate, _("Candidate"),
                    json_text(candidate, "label"), FACE_HEIGHT);
    const struct pair pairs[] = {{_("Photo"), json_text_or_null(candidate, "photo")},
                                 {_("Captured"), parts_time(json_text(candidate, "capturedAt"), captured)},
                                 {_("Lawful source"), parts_source(json_text(candidate, "source"))},
                                 {_("Citation"), json_text_or_null(candidate, "sourceCitation")}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    document_heading(document, _("What the repository holds"));
    biography(document, json_object_get(candidate, "biography"));
    if (comparison != NULL) {
        char *rating = text_formatted("%+lld", (long long)json_whole(comparison, "rating", 0));
        const struct pair signed_pairs[] = {
            {_("Your opinion, as signed"), json_object_get(comparison, "rating") == NULL ? NULL : rating},
            {_("Signed"), parts_time(json_text(comparison, "at"), signed_at)},
            {_("Limitations, as signed"), json_text_or_null(comparison, "limitations")}};
        document_subheading(document, _("The comparison"));
        document_pairs(document, signed_pairs, 3);
        free(rating);
    }
    if (json_object_get(facts, "request") != NULL) {
        document_heading(document, _("The request"));
        parts_request(document, facts);
    }
    document_new_page(document);
    document_heading(document, _("Conflicts looked for"));
    document_check(document, _("Custody, hospital or travel at the time of the event"));
    document_check(document, _("Age at the time of the event, against the person in the probe"));
    document_check(document, _("Height and build, against the scene"));
    document_check(document,
                   _("Scars, marks and tattoos that should be visible and are not, or the reverse"));
    document_check(document, _("Hair, beard and weight in photos taken nearest to the event"));
    document_check(document, _("A close relative or twin who resembles the candidate"));
    document_check(document, _("Earlier searches of this case with another result"));
    document_check(document, _("Deceased before the event"));
    document_space(document, 6);
    document_field(document, _("Items looked at, and what each gave"), 6);
    document_field(document, _("Conflicts found (write \"none\" if none)"), 4);
    document_heading(document, _("Outcome"));
    document_check(document, _("Proceed to peer review"));
    document_check(document, _("Return to the comparison: a conflict needs another look at the list"));
    document_check(document, _("None: the candidate is dropped, and no other is put forward"));
    document_field(document, _("Reasons"), 3);
    document_signature(document, _("Investigator"));
}
