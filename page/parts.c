/*
 * Recurring blocks.
 *
 * Guarantees: every member shown is shown whole (long ones wrap and break over pages). Adds no judgement of
 * its own.
 */
#include "page/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"

struct word {
    const char *code, *words;
};

static const char *words_for(const struct word *table, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].code, code) == 0)
            return language_text(table[i].words);
    return code;
}

#define WORDS_FOR(table, code) words_for(table, sizeof(table) / sizeof(table)[0], code)

const char *parts_use(const char *code)
{
    static const struct word uses[] = {
        {"U0", N_("U0, a use not foreseen, approved separately")},
        {"U1", N_("U1, a lead to a person suspected of a crime")},
        {"U2", N_("U2, a missing person, a victim or a witness")},
        {"U3", N_("U3, a deceased person")},
        {"U4", N_("U4, a person who cannot say who they are")},
        {"U5", N_("U5, a person under arrest whose name is in doubt")},
        {"U6", N_("U6, an imminent threat to life or safety")},
    };
    return WORDS_FOR(uses, code);
}

const char *parts_source(const char *code)
{
    static const struct word sources[] = {
        {"cctv-private", N_("private camera recording")},
        {"cctv-agency", N_("agency camera recording")},
        {"body-worn", N_("body-worn camera still")},
        {"phone", "phone"},
        {"social-media-export", N_("social media export")},
        {"victim-witness", N_("victim or witness")},
        {"arrest-capture", N_("arrest photo")},
        {"morgue-hospital", N_("morgue or hospital")},
    };
    return WORDS_FOR(sources, code);
}

const char *parts_priority(const char *code)
{
    static const struct word priorities[] = {
        {"routine", N_("Routine (overnight search)")},
        {"expedite", N_("Expedited")},
        {"imminent", N_("Imminent threat")},
    };
    return WORDS_FOR(priorities, code);
}

const char *parts_time(const char *written, char *text)
{
    return instant_local_of(written, true, text);
}

/* A whole number of an edit in the unit a reader expects. */
static void add_number(struct text *out, const char *between, const char *key, json_int_t value)
{
    static const struct {
        const char *key, *words;
        int decimals;
    } units[] = {{"angle", N_("by %s degrees"), 2},
                 {"degrees_tenths", N_("by %s degrees"), 1},
                 {"percent", N_("to %s per cent"), 0},
                 {"amount", N_("by %s per cent"), 0},
                 {"per_mille", N_("to %s per cent"), 1}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].key, key) != 0)
            continue;
        int power = units[i].decimals == 0 ? 1 : units[i].decimals == 1 ? 10 : 100;
        long long whole = llabs((long long)value) / power;
        long long rest = llabs((long long)value) % power;
        char number[64];
        int length = snprintf(number, sizeof number, "%s%lld", value < 0 ? "\xE2\x88\x92" : "", whole);
        if (units[i].decimals > 0)
            snprintf(number + length, sizeof number - (size_t)length, ".%0*lld", units[i].decimals, rest);
        text_add(out, between);
        /* NOLINTNEXTLINE(clang-diagnostic-format-nonliteral): each has the one %s */
        text_format(out, language_text(units[i].words), number);
        return;
    }
    text_format(out, "%s%s %lld", between, key, (long long)value);
}

/* Members of an edit that are no parameter. */
static bool has_own_column(const char *key)
{
    static const char *const columns[] = {"operation", "by", "at", "before", "after"};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (strcmp(columns[i], key) == 0)
            return true;
    return false;
}

void parts_parameters(struct text *out, const json_t *parameters)
{
    if (json_is_string(parameters)) {
        text_add(out, json_string_value(parameters));
        return;
    }
    const char *key;
    const json_t *value;
    const char *between = "";
    json_object_foreach((json_t *)(uintptr_t)parameters, key, value)
    {
        if (has_own_column(key))
            continue;
        if (json_is_string(value))
            text_format(out, "%s%s %s", between, key, json_string_value(value));
        else if (json_is_integer(value))
            add_number(out, between, key, json_integer_value(value));
        else if (json_is_boolean(value))
            text_format(out, "%s%s %s", between, key, json_is_true(value) ? "yes" : "no");
        between = ", ";
    }
}

char *parts_who_when(const char *person, const char *at)
{
    char when[PARTS_TIME_SIZE];
    if (person != NULL && at != NULL)
        return text_formatted("%s, %s", person, parts_time(at, when));
    if (person != NULL)
        return text_formatted("%s", person);
    return at == NULL ? NULL : text_formatted("%s", parts_time(at, when));
}

static char *prior_searches(const json_t *request)
{
    const json_t *prior = json_object_get(request, "priorSearches");
    if (json_is_string(prior))
        return text_formatted("%s", strcmp(json_string_value(prior), "none") == 0
                                        ? _("None, as the requester states")
                                        : json_string_value(prior));
    struct text out = TEXT_EMPTY;
    for (size_t i = 0; i < json_array_size(prior); i++) {
        const json_t *one = json_array_get(prior, i);
        text_format(&out, "%s%s, %s: %s", i == 0 ? "" : "\n", json_text(one, "unit"), json_text(one, "date"),
                    json_text(one, "result"));
    }
    return out.bytes;
}

void parts_request(struct document *document, const json_t *facts)
{
    const json_t *request = json_object_get(facts, "request");
    const json_t *requester = json_object_get(request, "requester");
    const json_t *discussion = json_object_get(request, "supervisorDiscussion");
    const char *sub = json_text(request, "subUse");
    const char *shield = json_text(requester, "shield");
    char received[PARTS_TIME_SIZE];
    char submitted[PARTS_TIME_SIZE];
    char *who = text_formatted("%s%s%s", json_text(requester, "name"),
                               shield[0] == '\0' ? "" : _(", shield "), shield);
    char *use = text_formatted("%s%s%s%s", parts_use(json_text(request, "use")), sub[0] == '\0' ? "" : " (",
                               sub, sub[0] == '\0' ? "" : ")");
    char *discussed =
        parts_who_when(json_text_or_null(discussion, "person"), json_text_or_null(discussion, "at"));
    char *prior = prior_searches(request);
    const char *command = json_text_or_null(facts, "command");
    const struct pair pairs[] = {
        {_("Request"), json_text_or_null(request, "requestId")},
        {_("Command"), command != NULL ? command : json_text_or_null(request, "command")},
        {_("Case number"), json_text_or_null(request, "caseNumber")},
        {_("Complaint number"), json_text_or_null(request, "complaintNumber")},
        {_("Requester"), who},
        {_("Submitted"), parts_time(json_text_or_null(request, "submittedAt"), submitted)},
        {_("Received"), parts_time(json_text_or_null(facts, "received"), received)},
        {_("Use"), use},
        {_("Basis stated"), json_text_or_null(request, "basis")},
        {_("Description of the person"), json_text_or_null(request, "subjectDescription")},
        {_("Discussed with supervisor"), discussed},
        {_("Priority"), parts_priority(json_text(request, "priority"))},
        {_("Ground for priority"), json_text_or_null(request, "priorityGround")},
        {_("Earlier searches elsewhere"), prior},
    };
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    free(who);
    free(use);
    free(discussed);
    free(prior);
}

void parts_images(struct document *document, const json_t *images)
{
    static const struct column columns[] = {{N_("Image"), 17, TYPE_SMALL},
                                            {N_("Source"), 22, TYPE_SMALL},
                                            {N_("Captured"), 25, TYPE_SMALL},
                                            {"SHA-256", 36, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 4};
    document_table_begin(document, &table);
    for (size_t i = 0; i < json_array_size(images); i++) {
        const json_t *image = json_array_get(images, i);
        const char *digest = json_text(image, "digest");
        const char *recording = json_text(image, "recordingId");
        char captured[PARTS_TIME_SIZE];
        const char *other = json_text(image, "sourceText");
        char *source = text_formatted("%s%s%s%s%s", parts_source(json_text(image, "source")),
                                      other[0] == '\0' ? "" : ": ", other,
                                      recording[0] == '\0' ? "" : _("; recording "), recording);
        document_table_row(document,
                           (const char *const[]){json_text(image, "file"), source == NULL ? "" : source,
                                                 parts_time(json_text(image, "capturedAt"), captured),
                                                 digest[0] == '\0' ? json_text(image, "sha256") : digest});
        free(source);
    }
    document_table_end(document);
}

void parts_edits(struct document *document, const json_t *edits)
{
    static const struct column columns[] = {{N_("Step"), 6, TYPE_SMALL},
                                            {N_("Edit"), 12, TYPE_SMALL},
                                            {N_("Parameters"), 21, TYPE_SMALL},
                                            {N_("By and when"), 21, TYPE_SMALL},
                                            {N_("SHA-256 before, after"), 40, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 5};
    if (json_array_size(edits) == 0) {
        document_paragraph(document, TYPE_SMALL,
                           _("No edit was made: the image searched is the image submitted."));
        return;
    }
    document_table_begin(document, &table);
    for (size_t i = 0; i < json_array_size(edits); i++) {
        const json_t *edit = json_array_get(edits, i);
        struct text parameters = TEXT_EMPTY;
        const json_t *own = json_object_get(edit, "parameters");
        parts_parameters(&parameters, own == NULL ? edit : own);
        char *who = parts_who_when(json_text_or_null(edit, "by"), json_text_or_null(edit, "at"));
        char *step = text_formatted("%zu", i + 1);
        const char *before = json_text(edit, "before");
        const char *after = json_text(edit, "after");
        char *digests =
            text_formatted("%s%s%s", before, before[0] != '\0' && after[0] != '\0' ? "\n" : "", after);
        document_table_row(document,
                           (const char *const[]){step == NULL ? "" : step, json_text(edit, "operation"),
                                                 parameters.bytes == NULL ? "" : parameters.bytes,
                                                 who == NULL ? "" : who, digests == NULL ? "" : digests});
        text_free(&parameters);
        free(who);
        free(step);
        free(digests);
    }
    document_table_end(document);
}
