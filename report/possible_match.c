/*
 * The possible-match report (R3, R4, R19, R27, R28).
 *
 * Guarantees: the notices at the top and beside the candidate; probe and candidate at equal facial scale; the
 * probe as submitted and as searched with every edit; everybody who judged, by id; every search of the case.
 * Knows no score and no rank: facts that hold one are refused. Does not decide anything.
 */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "page/parts.h"
#include "page/wording.h"
#include "report/documents.h"

#define FACE_HEIGHT 190.0
#define PICTURE_HEIGHT 215.0

/* The face handed in, or else the one cut from the eyes of the whole picture. */
static int face(const struct rendering *rendering, const json_t *facts, const char *member, const char *whole)
{
    const char *role = json_text_or_null(facts, member);
    return role != NULL ? rendering_picture(rendering, role) : rendering_face(rendering, whole);
}

static int probe_face(const struct rendering *rendering, const json_t *facts)
{
    const json_t *first = json_array_get(json_object_get(facts, "probes"), 0);
    return face(rendering, facts, "probeFacePicture", json_text(first, "searchedPicture"));
}

static int candidate_face(const struct rendering *rendering, const json_t *facts)
{
    return face(rendering, facts, "candidateFacePicture",
                json_text(json_object_get(facts, "candidate"), "picture"));
}

/* What people wrote for the report, in R3's words or not at all. */
static bool worded(const json_t *value, const char *what, struct error *error)
{
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!worded(json_array_get(value, i), what, error))
            return false;
    const char *word = json_is_string(value) ? wording_forbidden(json_string_value(value)) : NULL;
    return word == NULL ||
           error_set(error, FAULT_INTERNAL, "the %s say \"%s\", which no report may say about a person (R3)",
                     what, word);
}

static bool complete(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    if (probe_face(rendering, facts) < 0 || candidate_face(rendering, facts) < 0 ||
        rendering_picture(rendering, json_text(json_object_get(facts, "candidate"), "picture")) < 0)
        return document_sound(rendering->document, error) &&
               error_set(error, FAULT_INPUT,
                         "the two aligned faces and the candidate's whole photo must be handed in");
    if (!worded(json_object_get(facts, "limitations"), "limitations", error) ||
        !worded(json_object_get(json_object_get(facts, "background"), "conflicts"), "conflicts", error))
        return false;
    const json_t *probes = json_object_get(facts, "probes");
    for (size_t i = 0; i < json_array_size(probes); i++) {
        const json_t *probe = json_array_get(probes, i);
        if (rendering_picture(rendering, json_text(probe, "picture")) < 0 ||
            rendering_picture(rendering, json_text(probe, "searchedPicture")) < 0)
            return document_sound(rendering->document, error) &&
                   error_set(error, FAULT_INPUT, "probe %zu lacks its picture as submitted or as searched",
                             i + 1);
    }
    if (json_array_size(probes) == 0 || json_array_size(json_object_get(facts, "peers")) == 0)
        return error_set(error, FAULT_INPUT,
                         "a possible-match report needs a probe and at least one peer review");
    return true;
}

static void comparison(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    const json_t *candidate = json_object_get(facts, "candidate");
    const json_t *probe = json_array_get(json_object_get(facts, "probes"), 0);
    const struct notice_text beside = notice_text(NOTICE_BESIDE);
    char *probe_caption = text_formatted(_("%s, as searched"), json_text(probe, "file"));
    char *candidate_caption = text_formatted(_("Photo %s"), json_text(candidate, "photo"));
    document_subheading(document, _("Probe and candidate at equal facial scale"));
    const struct figure figures[] = {
        {probe_face(rendering, facts), _("Probe: person unknown"), probe_caption},
        {candidate_face(rendering, facts), _("Candidate"), candidate_caption},
        {-1, beside.title, beside.text},
    };
    document_figures(document, figures, 3, FACE_HEIGHT);
    free(probe_caption);
    free(candidate_caption);
}

static void candidate_details(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    const json_t *candidate = json_object_get(facts, "candidate");
    const json_t *background = json_object_get(facts, "background");
    const json_t *conflicts = json_object_get(background, "conflicts");
    char asked[PARTS_TIME_SIZE], taken[PARTS_TIME_SIZE];
    struct text conflict = TEXT_EMPTY;
    for (size_t i = 0; i < json_array_size(conflicts); i++) {
        const char *one = json_string_value(json_array_get(conflicts, i));
        text_format(&conflict, "%s%s", i == 0 ? "" : "\n", one == NULL ? "" : one);
    }
    const char *checked = json_text_or_null(candidate, "sealCheckedAt");
    char *sealed = checked == NULL ? NULL
                                   : text_formatted(_("%s; checked %s"),
                                                    strcmp(json_text(candidate, "sealStatus"), "search") == 0
                                                        ? _("Sealed against searching alone")
                                                        : _("Not sealed"),
                                                    parts_time(checked, asked));
    const char *citation = json_text(candidate, "sourceCitation");
    char *source = text_formatted("%s%s%s", parts_source(json_text(candidate, "source")),
                                  citation[0] == '\0' ? "" : "; ", citation);
    document_heading(document, _("The candidate photo"));
    const struct pair pairs[] = {
        {_("Photo"), json_text(candidate, "photo")},
        {_("Captured"), parts_time(json_text(candidate, "capturedAt"), taken)},
        {_("Lawful source"), source},
        {"SHA-256", json_text_or_null(candidate, "digest")},
        {_("SHA-256 in this file"), rendering_shown(rendering, json_text(candidate, "picture"))},
        {_("Seal status"), sealed},
        {_("Conflicts found in background"), conflict.bytes == NULL ? _("None recorded") : conflict.bytes},
    };
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    text_free(&conflict);
    free(sealed);
    free(source);
    document_heading(document, _("Limitations of this comparison"));
    block_texts(document, json_object_get(facts, "limitations"));
}

static void probe_details(const struct rendering *rendering, const json_t *facts)
{
    struct document *document = rendering->document;
    const json_t *probes = json_object_get(facts, "probes");
    for (size_t i = 0; i < json_array_size(probes); i++) {
        const json_t *probe = json_array_get(probes, i);
        const char *label = json_text(probe, "label");
        char *heading = text_formatted(_("The probe%s%s"), label[0] == '\0' ? "" : " ", label);
        char *chosen = parts_who_when(json_text_or_null(probe, "by"), json_text_or_null(probe, "at"));
        char captured[PARTS_TIME_SIZE];
        document_heading(document, heading == NULL ? _("The probe") : heading);
        const struct figure figures[] = {
            {rendering_picture(rendering, json_text(probe, "picture")), _("As submitted"), NULL},
            {rendering_picture(rendering, json_text(probe, "searchedPicture")), _("As searched"), NULL},
        };
        document_figures(document, figures, 2, PICTURE_HEIGHT);
        const struct pair pairs[] = {
            {_("File"), json_text_or_null(probe, "file")},
            {_("Source"), parts_source(json_text(probe, "source"))},
            {_("Recording"), json_text_or_null(probe, "recordingId")},
            {_("Captured"), parts_time(json_text(probe, "capturedAt"), captured)},
            {_("Chosen by"), chosen},
            {_("SHA-256 as submitted"), json_text_or_null(probe, "digest")},
            {_("SHA-256 as searched"), json_text_or_null(probe, "searchedDigest")},
            {_("SHA-256 in this file"), rendering_shown(rendering, json_text(probe, "picture"))},
        };
        document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
        document_subheading(document, _("Edits, in order"));
        parts_edits(document, json_object_get(probe, "edits"));
        free(heading);
        free(chosen);
    }
    const struct figure whole = {
        rendering_picture(rendering, json_text(json_object_get(facts, "candidate"), "picture")),
        _("The candidate photo, whole"), NULL};
    const struct notice_text beside = notice_text(NOTICE_BESIDE);
    document_figures(document, (const struct figure[]){whole, {-1, beside.title, beside.text}}, 2,
                     PICTURE_HEIGHT);
}

static void person_row(struct document *document, const char *part, const char *person, const char *at,
                       const char *note)
{
    char when[PARTS_TIME_SIZE];
    document_table_row(document, (const char *const[]){part, person, parts_time(at, when), note});
}

static void people(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("Part taken"), 30, TYPE_SMALL},
                                            {N_("Person"), 20, TYPE_SMALL},
                                            {N_("Signed"), 26, TYPE_SMALL},
                                            {N_("Note"), 24, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 4};
    const json_t *intake = json_object_get(facts, "intake");
    const json_t *investigator = json_object_get(facts, "investigator");
    const json_t *background = json_object_get(facts, "background");
    const json_t *peers = json_object_get(facts, "peers");
    const json_t *supervisor = json_object_get(facts, "supervisor");
    const char *acting = json_text(supervisor, "actingFor");
    document_need(document, 170); /* the whole chain of people at one look */
    document_heading(document, _("Who reviewed it"));
    document_table_begin(document, &table);
    if (intake != NULL)
        person_row(document, _("Checked the basis"), json_text(intake, "by"), json_text(intake, "at"), "");
    person_row(document, _("Visual comparison"), json_text(investigator, "person"),
               json_text(investigator, "at"), "");
    person_row(document, _("Background check"), json_text(background, "by"), json_text(background, "at"), "");
    for (size_t i = 0; i < json_array_size(peers); i++) {
        const json_t *peer = json_array_get(peers, i);
        char *round = text_formatted(_("round %lld, without knowing which photo was named"),
                                     (long long)json_whole(peer, "round", 1));
        person_row(document, _("Peer review"), json_text(peer, "person"), json_text(peer, "at"),
                   round == NULL ? "" : round);
        free(round);
    }
    char *note = acting[0] == '\0' ? NULL : text_formatted(_("acting for %s"), acting);
    person_row(document, _("Supervisor's final review"), json_text(supervisor, "person"),
               json_text(supervisor, "at"), note == NULL ? "" : note);
    document_table_end(document);
    free(note);
}

/* Both stay: whoever reads the report learns that there was an earlier word, and which. */
static void amended(struct document *document, const json_t *judgements)
{
    static const struct column columns[] = {{N_("Judgement"), 18, TYPE_SMALL},
                                            {N_("Person"), 14, TYPE_SMALL},
                                            {N_("Signed first"), 19, TYPE_SMALL},
                                            {N_("Amended"), 19, TYPE_SMALL},
                                            {N_("As first signed"), 30, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 5};
    size_t i, j;
    const json_t *one, *conflict;
    if (json_array_size(judgements) == 0)
        return;
    document_heading(document, _("Judgements that were amended"));
    document_paragraph(
        document, TYPE_SMALL,
        _("This report rests on what was signed last. What was signed first stays in the record."));
    document_table_begin(document, &table);
    json_array_foreach(judgements, i, one)
    {
        char first[PARTS_TIME_SIZE], last[PARTS_TIME_SIZE];
        struct text words = TEXT_EMPTY;
        if (json_object_get(one, "limitations") != NULL)
            text_format(&words, _("Limitations: %s"), json_text(one, "limitations"));
        if (json_object_get(one, "conflicts") != NULL)
            text_add(&words, json_array_size(json_object_get(one, "conflicts")) == 0
                                 ? _("No conflict recorded")
                                 : _("Conflicts: "));
        json_array_foreach(json_object_get(one, "conflicts"), j, conflict)
            text_format(&words, "%s%s", j == 0 ? "" : "; ", json_string_value(conflict));
        if (strcmp(json_text(one, "verdict"), "agree") == 0)
            text_add(&words, _("Agreed"));
        document_table_row(document, (const char *const[]){json_text(one, "part"), json_text(one, "person"),
                                                           parts_time(json_text(one, "at"), first),
                                                           parts_time(json_text(one, "amendedAt"), last),
                                                           words.bytes == NULL ? "" : words.bytes});
        text_free(&words);
    }
    document_table_end(document);
}

static void corroboration_form(struct document *document, const json_t *facts)
{
    document_new_page(document);
    document_heading(document, _("Corroboration return"));
    document_paragraph(
        document, TYPE_BODY,
        _("Fill in when the further investigation has ended, and file it back as a request of the kind "
          "\"corroboration\" that names the docket. A lead that was not pursued is returned too."));
    const json_t *request = json_object_get(facts, "request");
    const struct pair pairs[] = {{_("Docket"), json_text(facts, "docket")},
                                 {_("Request"), json_text_or_null(request, "requestId")},
                                 {_("Case number"), json_text_or_null(request, "caseNumber")},
                                 {_("Complaint number"), json_text_or_null(request, "complaintNumber")}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    document_subheading(document, _("Outcome (tick one)"));
    document_check(
        document,
        _("Corroborated: evidence other than a facial comparison links the candidate to the case."));
    document_check(document,
                   _("Not corroborated: the evidence speaks against the candidate, or none was found."));
    document_check(document, _("Not pursued."));
    document_space(document, 6);
    document_subheading(document, _("Evidence relied on, other than a facial comparison"));
    document_check(document, _("Physical or forensic evidence"));
    document_check(document, _("A witness's account obtained without any picture of this report"));
    document_check(document, _("Records, location, property or communications"));
    document_check(document, _("Other"));
    document_space(document, 4);
    document_field(document, _("Describe the evidence, with exhibit numbers"), 6);
    document_signature(document, _("Requester"));
    document_signature(document, _("Supervisor of the requester"));
}

bool possible_match_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    struct document *document = rendering->document;
    if (!complete(rendering, facts, error))
        return false;
    block_opening(document, outgoing_document("possible-match"), facts);
    notice_draw(document, NOTICE_LEAD);
    notice_draw(document, NOTICE_INVESTIGATE);
    notice_draw(document, NOTICE_WITNESS);
    comparison(rendering, facts);
    candidate_details(rendering, facts);
    document_heading(document, _("The request"));
    parts_request(document, facts);
    probe_details(rendering, facts);
    people(document, facts);
    amended(document, json_object_get(facts, "amended"));
    document_need(document, 120); /* the heading, its sentence and a search */
    document_heading(document, _("Every search of this case"));
    document_paragraph(
        document, TYPE_SMALL,
        _("A search orders photos by similarity; it decides nothing. Searches that led nowhere "
          "are listed too."));
    block_searches(document, json_object_get(facts, "searches"), true);
    if (json_object_get(facts, "images") != NULL) {
        document_heading(document, _("Images received"));
        parts_images(document, json_object_get(facts, "images"));
    }
    corroboration_form(document, facts);
    return true;
}
