/*
 * A part of a FOIL request, drawn.
 *
 * Guarantees: every document is drawn by the code that drew it first, from the same facts, so that a place on a page means
 * the same for who proposes a box, who draws it and who takes away what is under it. Decides about no box.
 */
#include "report/foil_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/language.h"
#include "page/parts.h"
#include "report/foil_pages.h"

enum { FACTS_MOST = 64 << 20 };

#define SHEET_WIDE 61200 /* hundredths of a point */
#define SHEET_HIGH FOIL_BOX_LOWEST

static int64_t input_of(const struct worker_job *job, const char *role)
{
    const json_t *found = json_find(json_object_get(job->parameters, "pictures"), "role", role);
    int64_t input = found == NULL ? -1 : json_whole(found, "input", -1);
    return input >= 0 && (size_t)input < job->input_count ? input : -1;
}

/* Pictures as a job has them: their digests are roles of the inputs. */
static bool find_pictures(struct foil_part *part, const json_t *document, struct error *error)
{
    json_t *pictures = json_array();
    size_t index;
    const json_t *picture;
    json_array_foreach(json_object_get(document, "pictures"), index, picture)
    {
        int64_t input = input_of(part->job, json_text(picture, "digest"));
        json_t *entry = json_copy((json_t *)(uintptr_t)picture);
        if (input < 0) {
            json_decref(entry);
            json_decref(pictures);
            return error_set(error, FAULT_INTERNAL, "picture %s of document %lld is not among the inputs",
                             json_text(picture, "role"), (long long)json_whole(document, "number", 0));
        }
        json_put_whole(entry, "input", input);
        json_array_append_new(pictures, entry);
    }
    return json_array_append_new(part->pictures, pictures) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory for the pictures of a request");
}

bool foil_part_open(struct foil_part *part, const struct worker_job *job, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0, index;
    const json_t *document;
    int64_t input = input_of(job, "facts");
    *part = (struct foil_part){.job = job, .pictures = json_array(), .sealed = json_array()};
    if (input < 0)
        return error_set(error, FAULT_INTERNAL, "the job %s has no input with the role \"facts\"", job->kind);
    bool done = file_read_open(job->inputs[input], FACTS_MOST, &bytes, &length, error) &&
                json_read(bytes, length, &part->facts, error);
    part->digest = digest_of(bytes, length);
    free(bytes);
    if (!done)
        return error_context(error, "the facts of a FOIL request");
    if (json_text(part->facts, "request")[0] == '\0' ||
        json_array_size(json_object_get(part->facts, "documents")) == 0)
        return error_set(error, FAULT_INPUT, "the facts of a FOIL request lack \"request\" or \"documents\"");
    json_array_foreach(json_object_get(part->facts, "documents"), index, document)
    {
        if (!find_pictures(part, document, error))
            return false;
    }
    return true;
}

void foil_part_close(struct foil_part *part)
{
    rendering_close(&part->rendering);
    json_decref(part->parameters);
    json_decref(part->pictures);
    json_decref(part->sealed);
    json_decref(part->facts);
    *part = (struct foil_part){0};
}

const json_t *foil_part_document(const struct foil_part *part, size_t section)
{
    return section == 0 ? NULL : json_array_get(json_object_get(part->facts, "documents"), section - 1);
}

size_t foil_part_section(const struct foil_part *part, int64_t number)
{
    size_t index;
    const json_t *document;
    json_array_foreach(json_object_get(part->facts, "documents"), index, document)
    {
        if (json_whole(document, "number", 0) == number)
            return index + 1;
    }
    return 0;
}

bool foil_part_sealed(const struct foil_part *part, int picture)
{
    size_t index;
    const json_t *one;
    json_array_foreach(part->sealed, index, one)
    {
        if (json_integer_value(one) == picture)
            return true;
    }
    return false;
}

/* --- the part's own page --- */

static void draw_documents(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("Document"), 14, TYPE_SMALL},
                                            {N_("What it is"), 36, TYPE_SMALL},
                                            {N_("Docket"), 22, TYPE_SMALL},
                                            {N_("Issued"), 28, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 4};
    size_t index;
    const json_t *one;
    document_heading(document, _("Documents"));
    document_table_begin(document, &table);
    json_array_foreach(json_object_get(facts, "documents"), index, one)
    {
        char number[24], issued[PARTS_TIME_SIZE];
        snprintf(number, sizeof number, "%lld", (long long)json_whole(one, "number", 0));
        document_table_row(document,
                           (const char *const[]){number, json_text(one, "title"), json_text(one, "docket"),
                                                 parts_time(json_text(one, "created"), issued)});
    }
    document_table_end(document);
}

static void draw_exemptions(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("Exemption"), 22, TYPE_SMALL},
                                            {N_("What it protects"), 78, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 2};
    size_t index;
    const json_t *one;
    if (json_array_size(json_object_get(facts, "exemptions")) == 0)
        return;
    document_heading(document, _("Exemptions"));
    document_table_begin(document, &table);
    json_array_foreach(json_object_get(facts, "exemptions"), index, one)
        document_table_row(document, (const char *const[]){json_text(one, "code"), json_text(one, "words")});
    document_table_end(document);
}

static void draw_opening(struct document *document, const json_t *facts)
{
    char under[160], issued[PARTS_TIME_SIZE];
    snprintf(under, sizeof under, _("Part %lld of %lld"), (long long)json_whole(facts, "part", 1),
             (long long)json_whole(facts, "parts", 1));
    document_title(document, _("Records released on request"), under);
    const struct pair pairs[] = {{_("Request"), json_text(facts, "request")},
                                 {_("Agency"), json_text_or_null(facts, "agency")},
                                 {_("Unit"), json_text_or_null(facts, "unit")},
                                 {_("Contact"), json_text_or_null(facts, "contact")},
                                 {_("Prepared"), parts_time(json_text(facts, "issued"), issued)}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    document_paragraph(
        document, TYPE_BODY,
        _("A black box stands where something was taken out. It bears a number and the exemption; "
          "the log of redactions gives the particular reason under the same number. What was taken "
          "out is not in this file."));
    draw_documents(document, facts);
    draw_exemptions(document, facts);
}

/* --- drawing --- */

/* Which numbers of the drawing the document's sealed pictures have, whole and as faces. */
static void note_sealed(struct foil_part *part, size_t section)
{
    const json_t *pictures = json_object_get(foil_part_document(part, section), "pictures"), *picture;
    size_t index;
    json_array_foreach((json_t *)(uintptr_t)pictures, index, picture)
    {
        if (!json_flag(picture, "sealed"))
            continue;
        int whole = rendering_picture(&part->rendering, json_text(picture, "role"));
        int face = rendering_face(&part->rendering, json_text(picture, "role"));
        json_array_append_new(part->sealed, json_integer(whole));
        json_array_append_new(part->sealed, json_integer(face));
    }
}

const char *foil_part_stamp(const char *request, long number, char *stamp)
{
    /* translators: number of a records request, of a document; the number of the page follows */
    snprintf(stamp, STAMP_PREFIX_SIZE, _("%.30s, document %ld, page "), request, number);
    return stamp;
}

static bool draw_document(struct foil_part *part, size_t section, struct error *error)
{
    const json_t *document = foil_part_document(part, section), *facts = json_object_get(document, "facts");
    const struct outgoing_document *kind = outgoing_document(json_text(document, "document"));
    const char *request = json_text(json_object_get(facts, "request"), "requestId");
    char stamp[STAMP_PREFIX_SIZE];
    if (kind == NULL)
        return error_set(error, FAULT_INTERNAL, "there is no document \"%s\"",
                         json_text(document, "document"));
    const bool demonstration = json_flag(facts, "demonstration");
    char *foot = text_formatted("%s%s%s", demonstration ? _("Demonstration with drawn people.") : "",
                                demonstration ? " " : "", language_text(kind->foot));
    char *subject = request[0] == '\0' ? NULL : text_formatted(_("request %s"), request);
    foil_part_stamp(json_text(part->facts, "request"), (long)json_whole(document, "number", 0), stamp);
    bool done = foot != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while starting a document");
    done = done && outgoing_check(kind, facts, error) &&
           rendering_section(&part->rendering, &part->opened, json_array_get(part->pictures, section - 1),
                             language_text(kind->kind), json_text(facts, "docket"), foot, error);
    if (done) {
        document_subject(part->rendering.document, subject == NULL ? "" : subject);
        document_stamp_pages(part->rendering.document, stamp);
        done = kind->draw(&part->rendering, facts, error);
        note_sealed(part, section);
        done = done && document_sound(part->rendering.document, error);
    }
    free(foot);
    free(subject);
    return done || error_context(error, "document %lld, a %s of docket %s",
                                 (long long)json_whole(document, "number", 0), kind->name,
                                 json_text(facts, "docket"));
}

bool foil_part_draw(struct foil_part *part, struct document_setup *setup, struct error *error)
{
    size_t count = json_array_size(json_object_get(part->facts, "documents"));
    const char *created = json_text_or_null(part->job->parameters, "created");
    setup->kind = language_text(FOIL_EXPORT_KIND);
    setup->reference = json_text(part->facts, "request");
    setup->foot = json_flag(part->facts, "demonstration") ? _("Demonstration with drawn people.") : "";
    part->parameters = json_pack("{ss,s[]}", "created",
                                 created == NULL ? json_text(part->facts, "issued") : created, "pictures");
    part->opened = *part->job;
    part->opened.parameters = part->parameters;
    if (part->parameters == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting a part of a request");
    if (part->job->progress != NULL)
        part->job->progress->total = count;
    if (!rendering_open_setup(&part->rendering, &part->opened, setup, error))
        return false;
    draw_opening(part->rendering.document, part->facts);
    for (size_t section = 1; section <= count; section++) {
        if (!draw_document(part, section, error))
            return false;
        if (part->job->progress != NULL)
            part->job->progress->done = section;
    }
    return document_sound(part->rendering.document, error);
}

bool foil_part_note(struct foil_part *part, struct ink *ink, struct error *error)
{
    struct document_setup setup = {.ink = ink};
    struct text none = TEXT_EMPTY;
    bool done = foil_part_draw(part, &setup, error) &&
                document_finish(part->rendering.document, &none, error) &&
                (!ink->failed || error_set(error, FAULT_TEMPORARY, "out of memory while noting pages"));
    text_free(&none);
    return done;
}

/* --- boxes --- */

static int by_section(const void *left, const void *right)
{
    const struct redaction *a = left, *b = right;
    if (a->section != b->section)
        return a->section < b->section ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static bool take_box(const struct foil_part *part, const json_t *box, struct redaction *redaction,
                     struct error *error)
{
    long long number = json_whole(box, "number", 0);
    size_t section = foil_part_section(part, json_whole(box, "document", 0));
    int64_t page = json_whole(box, "page", 0), x = json_whole(box, "x", -1), y = json_whole(box, "y", -1);
    int64_t width = json_whole(box, "width", 0), height = json_whole(box, "height", 0);
    if (section == 0 || page < 1)
        return error_set(error, FAULT_INPUT, "redaction %lld is of no page of this part", number);
    if (x < 0 || y < 0 || width <= 0 || height <= 0 || width > SHEET_WIDE || height > SHEET_HIGH ||
        x > SHEET_WIDE - width || y > SHEET_HIGH - height)
        return error_set(error, FAULT_INPUT, "redaction %lld is no box on its page above the foot", number);
    *redaction = (struct redaction){
        .section = section,
        .page = (size_t)page - 1,
        .box = {(double)x / 100, (double)y / 100, (double)width / 100, (double)height / 100},
        .number = (long)number};
    snprintf(redaction->label, sizeof redaction->label, "%lld %.16s", number, json_text(box, "exemption"));
    return true;
}

bool foil_part_redactions(const struct foil_part *part, struct redaction **list, size_t *count,
                          struct error *error)
{
    const json_t *boxes = json_object_get(part->facts, "boxes"), *box;
    size_t index;
    *count = 0;
    *list = NULL;
    if (json_array_size(boxes) > REDACTIONS_MOST)
        return error_set(error, FAULT_INPUT, "more than %d redactions in one part", REDACTIONS_MOST);
    *list = calloc(json_array_size(boxes) + 1, sizeof **list);
    if (*list == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for the redactions");
    json_array_foreach((json_t *)(uintptr_t)boxes, index, box)
    {
        if (!take_box(part, box, *list + index, error))
            return false;
        ++*count;
    }
    qsort(*list, *count, sizeof **list, by_section);
    return true;
}
