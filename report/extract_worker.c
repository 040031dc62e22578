/*
 * Draws the document of a focused audit.
 *
 * Guarantees: says what was asked, by whom and why, and up to which event of the log it goes; names each file that
 * comes with it by its digest. A list cut short says so.
 */
#include "report/extract_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "page/bars.h"
#include "page/parts.h"
#include "report/extract.h"
#include "report/extract_render.h"

enum { ACTIONS_MOST = 200 };

static void draw_question(struct document *document, const json_t *facts)
{
    const json_t *asked = json_object_get(facts, "asked"), *head = json_object_get(facts, "head");
    char from[PARTS_TIME_SIZE], until[PARTS_TIME_SIZE];
    char *count = text_formatted(_("%lld of %lld in the log"), (long long)json_whole(facts, "events", 0),
                                 (long long)json_whole(head, "sequence", 0));
    char *records =
        text_formatted(_("dockets %lld, decisions %lld"), (long long)json_whole(facts, "dockets", 0),
                       (long long)json_whole(facts, "decisions", 0));
    const char *since = json_text_or_null(asked, "from");
    const struct pair pairs[] = {{_("Asked by"), json_text_or_null(asked, "by")},
                                 {_("Reason"), json_text_or_null(asked, "reason")},
                                 {_("Docket"), json_text_or_null(asked, "docket")},
                                 {_("Person"), json_text_or_null(asked, "person")},
                                 {_("From"), since == NULL ? _("the first event") : parts_time(since, from)},
                                 {_("Until"), parts_time(json_text(asked, "until"), until)},
                                 {_("Events"), count},
                                 {_("Records with them"), records},
                                 {_("Last event of the log"), json_text_or_null(head, "hash")}};
    document_heading(document, _("What was asked"));
    document_pairs(document, pairs, sizeof pairs / sizeof *pairs);
    free(count);
    free(records);
}

static void draw_actions(struct document *document, json_t *actions)
{
    struct bar bars[ACTIONS_MOST];
    char numbers[ACTIONS_MOST][24];
    size_t count = 0;
    const char *action;
    json_t *value;
    json_object_foreach(actions, action, value)
    {
        if (count == ACTIONS_MOST)
            break;
        snprintf(numbers[count], sizeof numbers[count], "%lld", (long long)json_integer_value(value));
        bars[count] = (struct bar){action, json_integer_value(value), numbers[count]};
        count++;
    }
    document_heading(document, _("Events by action"));
    if (count == 0)
        document_paragraph(document, TYPE_BODY, _("No event of the log is about this."));
    document_bars(document, bars, count);
}

static void draw_files(struct document *document, const json_t *files)
{
    static const struct column columns[] = {
        {N_("File"), 24, TYPE_SMALL}, {N_("Bytes"), 10, TYPE_SMALL}, {"SHA-256", 71, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    const json_t *file;
    size_t i;
    document_heading(document, _("Files with this document"));
    document_paragraph(
        document, TYPE_BODY,
        _("events.jsonl holds the lines of the log as they were hashed; dockets.jsonl and decisions.jsonl "
          "the records they are about. Each file has a signature of its own."));
    document_table_begin(document, &table);
    json_array_foreach(files, i, file)
    {
        char bytes[24];
        snprintf(bytes, sizeof bytes, "%lld", (long long)json_whole(file, "bytes", 0));
        document_table_row(document,
                           (const char *const[]){json_text(file, "name"), bytes, json_text(file, "sha256")});
    }
    document_table_end(document);
}

static void draw_events(struct document *document, const json_t *facts)
{
    static const struct column columns[] = {{N_("No."), 8, TYPE_SMALL},     {N_("When"), 25, TYPE_SMALL},
                                            {N_("Who"), 15, TYPE_SMALL},    {N_("Action"), 22, TYPE_SMALL},
                                            {N_("Docket"), 18, TYPE_SMALL}, {N_("Clause"), 8, TYPE_SMALL},
                                            {N_("Outcome"), 18, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 7};
    const json_t *lines = json_object_get(facts, "lines"), *line;
    size_t i;
    if (json_array_size(lines) == 0)
        return;
    document_heading(document, _("Events"));
    if (json_whole(facts, "events", 0) > (int64_t)json_array_size(lines)) {
        char *cut =
            text_formatted(_("The first %zu are listed here; events.jsonl has all."), json_array_size(lines));
        document_paragraph(document, TYPE_STRONG, cut == NULL ? "" : cut);
        free(cut);
    }
    document_table_begin(document, &table);
    json_array_foreach(lines, i, line)
    {
        char number[24], when[PARTS_TIME_SIZE];
        snprintf(number, sizeof number, "%lld", (long long)json_whole(line, "sequence", 0));
        char *who = text_formatted("%s\n%s", json_text(line, "actor"), json_text(line, "role"));
        document_table_row(document,
                           (const char *const[]){number, parts_time(json_text(line, "at"), when),
                                                 who == NULL ? "" : who, json_text(line, "action"),
                                                 json_text(line, "docket"), json_text(line, "clause"),
                                                 json_text(line, "outcome")});
        free(who);
    }
    document_table_end(document);
}

static void draw(struct document *document, const json_t *facts)
{
    const json_t *asked = json_object_get(facts, "asked");
    const char *docket = json_text_or_null(asked, "docket"), *person = json_text_or_null(asked, "person");
    char *about = text_formatted("%s%s%s", docket != NULL ? docket : "",
                                 docket != NULL && person != NULL ? ", " : "", person != NULL ? person : "");
    extract_title(document, facts, _("Audit extract"),
                  about == NULL || about[0] == '\0' ? _("all that happened in these days") : about);
    free(about);
    document_paragraph(
        document, TYPE_BODY,
        _("Taken from the record by rule, not by hand: whoever asks the same of the same log gets the same "
          "events."));
    draw_question(document, facts);
    draw_files(document, json_object_get(facts, "files"));
    draw_actions(document, json_object_get(facts, "actions"));
    draw_events(document, facts);
}

enum worker_exit render_extract_worker(const struct worker_job *job, struct error *error)
{
    return extract_render(job, _("Audit extract"), draw, error);
}
