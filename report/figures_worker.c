/*
 * Draws the figures of oversight.
 *
 * Guarantees: every bar has its number beside it; a table without rows says so instead of leaving it out, since
 * "none" is an answer too. Draws what the facts hold: which edition it is was decided where they were made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "page/bars.h"
#include "page/parts.h"
#include "report/extract_render.h"
#include "report/figures.h"
#include "report/figures_worker.h"

enum { HOUR = 60, DAY = 24 * HOUR, BARS_MOST = 400 };

char *figures_span(int64_t minutes, char *text)
{
    if (minutes < 1)
        snprintf(text, FIGURES_SPAN_SIZE, "under 1 min");
    else if (minutes < HOUR)
        snprintf(text, FIGURES_SPAN_SIZE, _("%lld min"), (long long)minutes);
    else if (minutes < DAY)
        snprintf(text, FIGURES_SPAN_SIZE, _("%lld h %lld min"), (long long)(minutes / HOUR),
                 (long long)(minutes % HOUR));
    else
        snprintf(text, FIGURES_SPAN_SIZE, "%lld d %lld h", (long long)(minutes / DAY),
                 (long long)(minutes % DAY / HOUR));
    return text;
}

static char *count_words(const json_t *row)
{
    return json_flag(row, "fewer") ? text_formatted(_("fewer than %d"), FIGURES_FEWEST)
                                   : text_formatted("%lld", (long long)json_whole(row, "count", 0));
}

static const char *name_words(const char *key, const char *name)
{
    static const char *const words[][2] = {
        {"possible-match", N_("Possible match reported")},
        {"negative", N_("Negative report")},
        {"refused", N_("Refused")},
        {"lapsed", N_("Lapsed, waiting for images")},
        {"withdrawn", N_("Withdrawn by the sender")},
        {"open", N_("Still open")},
        {"agree", N_("Agreed with the investigator")},
        {"disagree", N_("Disagreed")},
        {"cannot-say", N_("Could not say")},
        {"inspected", N_("Inspected")},
        {"missing", N_("Not inspected in time")},
        {"intake-acknowledgement", N_("Acknowledgement of the intake documents")},
        {"report-acknowledgement", N_("Acknowledgement of the report")},
        {"corroboration", N_("Corroboration of a match reported")},
        {"discovery", N_("Discovery")},
        {"in-time", N_("Within its days")},
        {"overdue", N_("Past its day")},
        {"tour", N_("Tour not inspected")},
        {"foil", N_("Records request past its day")},
        {"addendum", N_("Addendum to the policy (R2)")},
        {"legal-hold", N_("Legal hold")}};
    if (strcmp(key, "use") == 0)
        return parts_use(name);
    if (strcmp(key, "priority") == 0)
        return parts_priority(name);
    if (strcmp(key, "tour") == 0 && strcmp(name, "open") == 0)
        return _("Inspection still to come");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], name) == 0)
            return language_text(words[i][1]);
    return name;
}

static void draw_table(struct document *document, const json_t *table)
{
    const json_t *rows = json_object_get(table, "rows");
    size_t count = json_array_size(rows), used = 0;
    struct bar bars[BARS_MOST];
    char *written[BARS_MOST];
    document_subheading(document, json_text(table, "title"));
    if (count == 0)
        document_paragraph(document, TYPE_SMALL, _("None."));
    for (size_t i = 0; i < count && used < BARS_MOST; i++) {
        const json_t *row = json_array_get(rows, i);
        written[used] = count_words(row);
        bars[used] = (struct bar){name_words(json_text(table, "key"), json_text(row, "name")),
                                  json_flag(row, "fewer") ? -1 : json_whole(row, "count", 0),
                                  written[used] == NULL ? "" : written[used]};
        used++;
    }
    document_bars(document, bars, used);
    for (size_t i = 0; i < used; i++)
        free(written[i]);
}

static void draw_counts(struct document *document, const json_t *facts)
{
    static const struct {
        const char *name, *words;
    } rows[] = {{"requests", N_("Requests received")},
                {"searches", N_("Searches made for them")},
                {"recalled", N_("Dockets with a recalled report")},
                {"editedDockets", N_("Dockets whose probe was changed")},
                {"edits", N_("Changes made to probes")}};
    struct pair pairs[sizeof rows / sizeof *rows];
    char *values[sizeof rows / sizeof *rows];
    size_t count = sizeof rows / sizeof *rows;
    for (size_t i = 0; i < count; i++) {
        values[i] = count_words(json_find(json_object_get(facts, "counts"), "name", rows[i].name));
        pairs[i] = (struct pair){language_text(rows[i].words), values[i]};
    }
    document_pairs(document, pairs, count);
    for (size_t i = 0; i < count; i++)
        free(values[i]);
}

static void draw_outcomes(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {
        {N_("Use"), 30, TYPE_SMALL},      {N_("Possible match"), 12, TYPE_SMALL},
        {N_("Negative"), 12, TYPE_SMALL}, {N_("Refused"), 11, TYPE_SMALL},
        {N_("Lapsed"), 10, TYPE_SMALL},   {N_("Withdrawn"), 13, TYPE_SMALL},
        {N_("Open"), 8, TYPE_SMALL},      {N_("All"), 8, TYPE_SMALL_STRONG}};
    enum { OUTCOMES = sizeof columns / sizeof *columns - 2 };
    static const struct table table = {.columns = columns, .count = OUTCOMES + 2};
    const json_t *rows = json_object_get(facts, "outcomes");
    if (json_array_size(rows) == 0)
        return;
    document_subheading(document, _("Outcome by authorised use"));
    document_table_begin(document, &table);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        char numbers[OUTCOMES + 1][24];
        const char *cells[OUTCOMES + 2] = {parts_use(json_text(row, "use"))};
        for (size_t j = 0; j <= OUTCOMES; j++) {
            const json_t *count = json_array_get(json_object_get(row, "counts"), j);
            snprintf(numbers[j], sizeof numbers[j], "%lld",
                     j < OUTCOMES ? (long long)json_integer_value(count)
                                  : (long long)json_whole(row, "total", 0));
            cells[j + 1] = numbers[j];
        }
        document_table_row(document, cells);
    }
    document_table_end(document);
}

static const char *stage_words(const char *state)
{
    static const char *const words[][2] = {{"HELD", N_("Held for a decision")},
                                           {"INTAKE", N_("Intake")},
                                           {"AWAITING_IMAGES", N_("Waiting for images")},
                                           {"QUEUED", N_("Waiting for a search")},
                                           {"MATCHING", N_("Search")},
                                           {"INVESTIGATION", N_("Investigation")},
                                           {"BACKGROUND", N_("Background check")},
                                           {"PEER", N_("Peer review")},
                                           {"SUPERVISION", N_("Final review")},
                                           {"APPROVED", N_("Approved, until published and attached")},
                                           {"NEGATIVE", N_("Negative, until published")},
                                           {"REFUSED", N_("Refused, until published")},
                                           {"LAPSED", N_("Lapsed, until published")},
                                           {"WITHDRAWN", N_("Withdrawn, until published")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], state) == 0)
            return language_text(words[i][1]);
    return state;
}

static void draw_stages(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("Stage"), 28, TYPE_SMALL},
                                            {N_("Finished visits"), 18, TYPE_SMALL},
                                            {N_("Half took at most"), 18, TYPE_SMALL},
                                            {N_("Nine in ten at most"), 18, TYPE_SMALL},
                                            {N_("Longest"), 18, TYPE_SMALL}};
    bool full = strcmp(json_text(facts, "edition"), "full") == 0;
    const struct table table = {.columns = columns, .count = full ? 5 : 4};
    const json_t *rows = json_object_get(facts, "stages");
    document_heading(document, _("Time in each stage"));
    if (json_array_size(rows) == 0) {
        document_paragraph(document, TYPE_SMALL, _("No stage was finished in this period."));
        return;
    }
    document_table_begin(document, &table);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        char visits[24], spans[3][FIGURES_SPAN_SIZE];
        snprintf(visits, sizeof visits, "%lld", (long long)json_whole(row, "visits", 0));
        document_table_row(document,
                           (const char *const[]){stage_words(json_text(row, "stage")), visits,
                                                 figures_span(json_whole(row, "median", 0), spans[0]),
                                                 figures_span(json_whole(row, "ninetieth", 0), spans[1]),
                                                 figures_span(json_whole(row, "longest", 0), spans[2])});
    }
    document_table_end(document);
}

static void draw_edits(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {
        {N_("Docket"), 19, TYPE_SMALL},        {N_("When"), 25, TYPE_SMALL},
        {N_("Change"), 12, TYPE_SMALL},        {N_("By"), 10, TYPE_SMALL},
        {N_("Digest before"), 17, TYPE_SMALL}, {N_("Digest after"), 17, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 6};
    const json_t *edits = json_object_get(facts, "edits");
    if (json_array_size(edits) == 0)
        return;
    document_heading(document, _("Every change made to a probe (L1)"));
    document_table_begin(document, &table);
    for (size_t i = 0; i < json_array_size(edits); i++) {
        const json_t *edit = json_array_get(edits, i);
        char when[PARTS_TIME_SIZE];
        char before[17], after[17];
        snprintf(before, sizeof before, "%.16s", json_text(edit, "before"));
        snprintf(after, sizeof after, "%.16s", json_text(edit, "after"));
        document_table_row(document, (const char *const[]){
                                         json_text(edit, "docket"), parts_time(json_text(edit, "at"), when),
                                         json_text(edit, "operation"), json_text(edit, "by"), before, after});
    }
    document_table_end(document);
}

static void draw_standing(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {
        {N_("What"), 46, TYPE_SMALL}, {N_("Of"), 27, TYPE_SMALL}, {N_("Since"), 27, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    const json_t *rows = json_object_get(facts, "standing");
    if (json_array_size(rows) == 0)
        return;
    document_heading(document, _("Each that stands open"));
    document_table_begin(document, &table);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        char since[PARTS_TIME_SIZE];
        instant at;
        bool exact = instant_parse(json_text(row, "since"), &at, NULL);
        document_table_row(document,
                           (const char *const[]){name_words("", json_text(row, "what")), json_text(row, "of"),
                                                 exact ? parts_time(json_text(row, "since"), since)
                                                       : json_text(row, "since")});
    }
    document_table_end(document);
}

static void draw_opening(struct document *document, const json_t *facts)
{
    bool full = strcmp(json_text(facts, "edition"), "full") == 0;
    instant until = 0;
    char from[PARTS_TIME_SIZE], to[PARTS_TIME_SIZE] = "", days[2 * PARTS_TIME_SIZE];
    /* The last day meant, not the first one after it. */
    if (instant_parse(json_text(facts, "until"), &until, NULL))
        instant_local(until - 1, false, to);
    instant_local_of(json_text(facts, "from"), false, from);
    snprintf(days, sizeof days, _("%.10s to %.10s"), from, to);
    extract_title(document, facts, full ? _("Figures of use") : _("Figures of use, public edition"), days);
    document_paragraph(
        document, TYPE_BODY,
        _("Requests count when they were received in the period; what became of them is told as of the "
          "day of issue. Changes to probes and incidents count by their own day."));
    if (!full)
        document_paragraph(
            document, TYPE_BODY,
            _("No count below five is told, nor one that would give such a count by subtraction."));
}

static void draw(struct document *document, const json_t *facts)
{
    const json_t *tables = json_object_get(facts, "tables"), *table;
    size_t i;
    draw_opening(document, facts);
    document_heading(document, _("In all"));
    draw_counts(document, facts);
    document_heading(document, _("What was asked, and what became of it"));
    json_array_foreach(tables, i, table)
    {
        draw_table(document, table);
        if (strcmp(json_text(table, "key"), "outcome") == 0)
            draw_outcomes(document, facts);
    }
    draw_stages(document, facts);
    draw_standing(document, facts);
    draw_edits(document, facts);
}

enum worker_exit render_figures_worker(const struct worker_job *job, struct error *error)
{
    return extract_render(job, _("Figures of use"), draw, error);
}
