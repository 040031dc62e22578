/*
 * The letters of a FOIL request, and the log of redactions as a table.
 *
 * Guarantees: the wording is fixed and one for all; a letter that withholds anything says how to appeal (R40). Dates and
 * reasons are the record's. Decides nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "page/parts.h"
#include "report/documents.h"

/* A text, or a list of lines. */
static void add_lines(struct text *out, const json_t *value)
{
    size_t index;
    const json_t *line;
    if (json_is_string(value))
        text_format(out, "\n%s", json_string_value(value));
    json_array_foreach((json_t *)(uintptr_t)value, index, line)
        text_format(out, "\n%s", json_string_value(line) == NULL ? "" : json_string_value(line));
}

#define DAY_SIZE 64

/* A day as letters write it: "December 1, 2026"; anything else as it is. */
static const char *day_of(const char *day, char *text)
{
    static const char *const months[] = {N_("January"),   N_("February"), N_("March"),    N_("April"),
                                         N_("May"),       N_("June"),     N_("July"),     N_("August"),
                                         N_("September"), N_("October"),  N_("November"), N_("December")};
    int year = 0, month = 0, number = 0;
    if (day != NULL && strlen(day) == 10 && sscanf(day, "%4d-%2d-%2d", &year, &month, &number) == 3 &&
        month >= 1 && month <= 12)
        /* translators: month, day, year */
        snprintf(text, DAY_SIZE, _("%s %d, %d"), language_text(months[month - 1]), number, year);
    else
        snprintf(text, DAY_SIZE, "%.20s", day == NULL ? "" : day);
    return text;
}

/* The agency, the person written to, and what was asked. */
static void open_letter(struct document *document, const char *name, const json_t *facts)
{
    const struct outgoing_document *kind = outgoing_document(name);
    const json_t *requester = json_object_get(facts, "requester");
    struct text to = TEXT_EMPTY;
    char issued[PARTS_TIME_SIZE], received[DAY_SIZE];
    document_paragraph(document, TYPE_STRONG, json_text(facts, "agency"));
    struct text from = TEXT_EMPTY;
    text_format(&from, "%s\n%s", json_text(facts, "unit"), json_text(facts, "contact"));
    document_paragraph(document, TYPE_SMALL, from.bytes);
    document_space(document, 16);
    text_add(&to, json_text(requester, "name"));
    add_lines(&to, json_object_get(requester, "address"));
    add_lines(&to, json_object_get(requester, "lines"));
    document_paragraph(document, TYPE_BODY, to.bytes);
    document_space(document, 16);
    document_title(document, language_text(kind->kind), "");
    const struct pair pairs[] = {{_("Request"), json_text(facts, "docket")},
                                 {_("Received"), day_of(json_text(facts, "received"), received)},
                                 {_("Date of this letter"), parts_time(json_text(facts, "issued"), issued)},
                                 {_("You asked for"), json_text_or_null(facts, "asked")}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    if (to.failed || from.failed) {
        struct error error = ERROR_NONE;
        error_set(&error, FAULT_TEMPORARY, "out of memory while writing a letter");
        document_fail(document, &error);
    }
    text_free(&to);
    text_free(&from);
}

/* A sentence with a day of the facts. */
static void say_day(struct document *document, const char *format, const json_t *facts, const char *member)
{
    char day[DAY_SIZE];
    day_of(json_text(facts, member), day);
    char *text = text_formatted(format, day); /* NOLINT(clang-diagnostic-format-nonliteral) */
    document_paragraph(document, TYPE_BODY, text);
    free(text);
}

/* The file's signature stands beside it. */
static void close_letter(struct document *document)
{
    document_space(document, 8);
    document_paragraph(document, TYPE_STRONG, _("Records access officer"));
}

static void appeal(struct document *document, const json_t *facts)
{
    const json_t *appeal = json_object_get(facts, "appeal");
    struct text to = TEXT_EMPTY;
    char days[96], answer[96];
    text_add(&to, json_text(appeal, "officer"));
    add_lines(&to, json_object_get(appeal, "address"));
    snprintf(days, sizeof days, _("%lld days"), (long long)json_whole(appeal, "days", 0));
    snprintf(answer, sizeof answer, _("%lld business days"), (long long)json_whole(appeal, "answerDays", 0));
    notice_draw(document, NOTICE_APPEAL);
    const struct pair pairs[] = {{_("Appeal to"), to.bytes},
                                 {_("Within, from this letter"), days},
                                 {_("You will have an answer within"), answer}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
    text_free(&to);
}

static void exemptions(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("Exemption"), 22, TYPE_SMALL},
                                            {N_("What it protects"), 38, TYPE_SMALL},
                                            {N_("Why here, or how often"), 40, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    size_t index;
    const json_t *one;
    document_heading(document, _("What is withheld"));
    document_table_begin(document, &table);
    json_array_foreach(json_object_get(facts, "exemptions"), index, one)
    {
        char count[96];
        int64_t times = json_whole(one, "count", 0);
        snprintf(count, sizeof count, language_plural("%lld place", "%lld places", (unsigned long)times),
                 (long long)times);
        document_table_row(
            document,
            (const char *const[]){json_text(one, "code"), json_text(one, "words"),
                                  json_object_get(one, "count") == NULL ? json_text(one, "reason") : count});
    }
    document_table_end(document);
}

static void enclosed(struct document *document, const json_t *facts)
{
    char documents[24], pages[24];
    snprintf(documents, sizeof documents, "%lld", (long long)json_whole(facts, "documents", 0));
    snprintf(pages, sizeof pages, "%lld", (long long)json_whole(facts, "pages", 0));
    const struct pair pairs[] = {{_("Documents enclosed"), documents}, {_("Pages"), pages}};
    document_pairs(document, pairs, sizeof pairs / sizeof pairs[0]);
}

bool foil_acknowledgement_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error; /* drawing itself keeps its failures */
    open_letter(rendering->document, "foil-acknowledgement", facts);
    say_day(rendering->document,
            _("We have your request for records. You will have our decision, or a date for it with the "
              "reason, by "
              "%s."),
            facts, "answerBy");
    document_paragraph(rendering->document, TYPE_BODY,
                       _("Please name the number of the request in anything you send us about it."));
    close_letter(rendering->document);
    return true;
}

bool foil_extension_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error;
    open_letter(rendering->document, "foil-extension", facts);
    say_day(rendering->document, _("We need more time for your request. You will have our decision by %s."),
            facts, "until");
    document_heading(rendering->document, _("Why"));
    document_paragraph(rendering->document, TYPE_BODY, json_text(facts, "reason"));
    close_letter(rendering->document);
    return true;
}

bool foil_grant_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error;
    open_letter(rendering->document, "foil-grant", facts);
    document_paragraph(
        rendering->document, TYPE_BODY,
        _("Your request is granted. The records come with this letter; nothing in them is withheld."));
    enclosed(rendering->document, facts);
    close_letter(rendering->document);
    return true;
}

bool foil_partial_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error;
    open_letter(rendering->document, "foil-partial", facts);
    document_paragraph(
        rendering->document, TYPE_BODY,
        _("Your request is granted in part. The records come with this letter. A black box stands where "
          "something was taken out; it bears a number, and the log of redactions that comes with the records "
          "gives "
          "the exemption and the particular reason under that number."));
    enclosed(rendering->document, facts);
    exemptions(rendering->document, facts);
    appeal(rendering->document, facts);
    close_letter(rendering->document);
    return true;
}

bool foil_denial_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error;
    open_letter(rendering->document, "foil-denial", facts);
    document_paragraph(rendering->document, TYPE_BODY, _("Your request is denied, for the reasons below."));
    exemptions(rendering->document, facts);
    appeal(rendering->document, facts);
    close_letter(rendering->document);
    return true;
}

bool foil_appeal_received_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error;
    open_letter(rendering->document, "foil-appeal-received", facts);
    say_day(rendering->document, _("We have your appeal, which came on %s."), facts, "appealed");
    say_day(rendering->document, _("You will have an answer by %s."), facts, "answerBy");
    close_letter(rendering->document);
    return true;
}

bool foil_appeal_answer_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error;
    const char *outcome = json_text(facts, "outcome");
    open_letter(rendering->document, "foil-appeal-answer", facts);
    say_day(rendering->document, _("This answers your appeal of %s."), facts, "appealed");
    document_paragraph(rendering->document, TYPE_STRONG,
                       strcmp(outcome, "granted") == 0  ? _("Your appeal is granted.")
                       : strcmp(outcome, "partly") == 0 ? _("Your appeal is granted in part.")
                                                        : _("Your appeal is denied."));
    document_heading(rendering->document, _("Why"));
    document_paragraph(rendering->document, TYPE_BODY, json_text(facts, "reason"));
    close_letter(rendering->document);
    return true;
}

bool foil_withdrawn_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    (void)error;
    open_letter(rendering->document, "foil-withdrawn", facts);
    say_day(rendering->document, _("You took your request back on %s. We do no more about it."), facts,
            "withdrawn");
    close_letter(rendering->document);
    return true;
}

bool foil_log_draw(const struct rendering *rendering, const json_t *facts, struct error *error)
{
    static const struct column columns[] = {{N_("No."), 6, TYPE_SMALL},
                                            {N_("Document"), 21, TYPE_SMALL},
                                            {N_("Page"), 6, TYPE_SMALL},
                                            {N_("Exemption"), 15, TYPE_SMALL},
                                            {N_("Particular reason"), 30, TYPE_SMALL},
                                            {N_("Proposed by"), 11, TYPE_SMALL},
                                            {N_("Drawn, read"), 11, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 7};
    struct document *document = rendering->document;
    char under[160];
    size_t index;
    const json_t *one;
    (void)error;
    snprintf(under, sizeof under, _("%.40s, part %lld of %lld"), json_text(facts, "docket"),
             (long long)json_whole(facts, "part", 1), (long long)json_whole(facts, "parts", 1));
    document_title(document, _("Log of redactions"), under);
    document_paragraph(document, TYPE_BODY,
                       _("Every black box of the records, by the number it bears, with the exemption and the "
                         "particular reason."));
    document_table_begin(document, &table);
    json_array_foreach(json_object_get(facts, "entries"), index, one)
    {
        char number[24], page[24];
        snprintf(number, sizeof number, "%lld", (long long)json_whole(one, "number", 0));
        snprintf(page, sizeof page, "%lld", (long long)json_whole(one, "page", 0));
        char *what = text_formatted("%lld: %s, %s", (long long)json_whole(one, "document", 0),
                                    json_text(one, "title"), json_text(one, "docket"));
        char *people = text_formatted("%s\n%s", json_text(one, "drawnBy"), json_text(one, "readBy"));
        document_table_row(document,
                           (const char *const[]){number, what == NULL ? "" : what, page,
                                                 json_text(one, "exemption"), json_text(one, "reason"),
                                                 strcmp(json_text(one, "proposed"), "program") == 0
                                                     ? _("program")
                                                     : json_text(one, "proposed"),
                                                 people == NULL ? "" : people});
        free(what);
        free(people);
    }
    document_table_end(document);
    return true;
}
