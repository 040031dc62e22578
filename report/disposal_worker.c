/*
 * Draws a disposal certificate.
 *
 * Guarantees: says what was destroyed, under which row of the schedule, on whose order, and by which event of the log
 * each can be verified; what was kept, and why. Names no person but those who ordered it.
 */
#include "report/disposal_worker.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/language.h"
#include "page/parts.h"
#include "report/extract_render.h"

static void draw_order(struct document *document, const json_t *facts)
{
    char ordered[PARTS_TIME_SIZE];
    char *objects = text_formatted("%lld", (long long)json_whole(facts, "objects", 0));
    const struct pair pairs[] = {{_("Ordered by"), json_text_or_null(facts, "by")},
                                 {_("Approved by"), json_text_or_null(facts, "approvedBy")},
                                 {_("Ordered"), parts_time(json_text(facts, "at"), ordered)},
                                 {_("Reason"), json_text_or_null(facts, "reason")},
                                 {_("Under"), json_text_or_null(facts, "citation")},
                                 {_("Due as of"), json_text_or_null(facts, "asOf")},
                                 {_("List"), json_text_or_null(facts, "list")},
                                 {_("Files destroyed"), objects}};
    document_heading(document, _("The order"));
    document_pairs(document, pairs, sizeof pairs / sizeof *pairs);
    free(objects);
}

static void draw_disposed(struct document *document, const json_t *entries)
{
    static const struct column columns[] = {{N_("Record"), 22, TYPE_SMALL}, {N_("Class"), 22, TYPE_SMALL},
                                            {N_("Due"), 12, TYPE_SMALL},    {N_("Under"), 30, TYPE_SMALL},
                                            {N_("Files"), 7, TYPE_SMALL},   {N_("Event"), 9, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 6};
    const json_t *entry;
    size_t i;
    document_heading(document, _("Disposed of"));
    if (json_array_size(entries) == 0) {
        document_paragraph(document, TYPE_BODY, _("Nothing."));
        return;
    }
    document_table_begin(document, &table);
    json_array_foreach(entries, i, entry)
    {
        char files[24], event[24];
        snprintf(files, sizeof files, "%lld", (long long)json_whole(entry, "objects", 0));
        snprintf(event, sizeof event, "%lld", (long long)json_whole(entry, "event", 0));
        document_table_row(document, (const char *const[]){json_text(entry, "id"), json_text(entry, "class"),
                                                           json_text(entry, "due"),
                                                           json_text(entry, "citation"), files, event});
    }
    document_table_end(document);
}

static void draw_kept(struct document *document, const char *heading, const json_t *entries)
{
    static const struct column columns[] = {
        {N_("Record"), 22, TYPE_SMALL}, {N_("Class"), 22, TYPE_SMALL}, {N_("Why"), 58, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 3};
    const json_t *entry;
    size_t i;
    if (json_array_size(entries) == 0)
        return;
    document_heading(document, heading);
    document_table_begin(document, &table);
    json_array_foreach(entries, i, entry)
    {
        document_table_row(document, (const char *const[]){json_text(entry, "id"), json_text(entry, "class"),
                                                           json_text(entry, "kept")});
    }
    document_table_end(document);
}

static void draw(struct document *document, const json_t *facts)
{
    extract_title(document, facts, _("Disposal certificate"), json_text(facts, "extract"));
    document_paragraph(
        document, TYPE_BODY,
        _("The files of these records were destroyed, with what was published of them below this site, and "
          "the "
          "records reduced to numbers, states, times and digests. The log of events stays whole: each event "
          "named "
          "here holds the digest of the list of files it destroyed. Copies that others were handed, and "
          "backups made "
          "before, are not reached by this."));
    draw_order(document, facts);
    draw_disposed(document, json_object_get(facts, "disposed"));
    draw_kept(document, _("Not disposed of"), json_object_get(facts, "kept"));
}

enum worker_exit render_disposal_worker(const struct worker_job *job, struct error *error)
{
    return extract_render(job, _("Disposal certificate"), draw, error);
}
