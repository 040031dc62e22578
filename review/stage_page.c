/*
 * Drawing the index page of a stage.
 *
 * Guarantees: one file without a script and with nothing to load; every text is escaped; readable with a screen reader
 * and without colour. Of a peer review it says neither who is at it nor who reviewed.
 */
#include "review/stage_page.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "page/web_page.h"

static const char STYLE[] =
    "body{margin:0;background:#f4f5f6;color:#1d2126;font:16px/1.45 \"DejaVu Sans\",sans-serif}"
    "header,main{max-width:76rem;margin:0 auto;padding:1rem 1.25rem}"
    "h1{font-size:1.5rem;margin:.2rem 0}p{margin:.3rem 0}.quiet{color:#4c545d}"
    "tbody th{white-space:nowrap}"
    ".demonstration{font-weight:700}.nobody{font-weight:700;border-left:5px solid #1d2126;padding-left:.5rem}"
    "table{border-collapse:collapse;width:100%;background:#fff;border:1px solid #c9cdd2}"
    "th,td{text-align:left;vertical-align:top;padding:.45rem .7rem;border-top:1px solid #dfe2e5}"
    "thead th{background:#e4e7ea;border-top:0}a{color:#0b4a8f}a:focus{outline:3px solid #0b4a8f}"
    "td.time{white-space:nowrap}";

static const char *title_of(const char *stage)
{
    static const char *const titles[][2] = {{"hold", N_("Held requests")},
                                            {"intake", N_("Requests to confirm")},
                                            {"investigation", N_("Candidate lists to compare")},
                                            {"background", N_("Background checks")},
                                            {"peer", N_("Blind reviews")},
                                            {"supervision", N_("Final reviews")}};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(titles[i][0], stage) == 0)
            return language_text(titles[i][1]);
    return stage;
}

static void escaped(struct text *html, const char *before, const char *value, const char *after)
{
    text_add(html, before);
    text_add_xml(html, value);
    text_add(html, after);
}

static void who(struct text *html, const json_t *row)
{
    const json_t *list = json_object_get(row, "eligible");
    size_t i;
    json_t *name;
    text_add(html, "<td>");
    json_array_foreach(list, i, name) escaped(html, i == 0 ? "" : ", ", json_string_value(name), "");
    if (json_array_size(list) == 0)
        escaped(html, "<span class=\"nobody\">", _("nobody is eligible"), "</span>");
    text_add(html, "</td>");
}

static void at_it(struct text *html, const json_t *row)
{
    const json_t *claim = json_object_get(row, "claim");
    char local[INSTANT_LOCAL_SIZE];
    bool peer = strcmp(json_text(row, "stage"), "peer") == 0;
    if (claim == NULL) {
        escaped(html, "<td>", _("free"), "</td>");
        return;
    }
    text_add(html, "<td>");
    text_format_xml(html, _("%s until %s"), peer ? _("somebody") : json_text(claim, "by"),
                    instant_local_of(json_text(claim, "until"), false, local));
    text_add(html, "</td>");
}

static void add_row(struct text *html, const json_t *row)
{
    const char *directory = json_text(row, "directory"), *name = strrchr(directory, '/');
    char local[INSTANT_LOCAL_SIZE];
    escaped(html, "<tr><td class=\"time\"><time datetime=\"", json_text(row, "opened"), "\">");
    escaped(html, "", instant_local_of(json_text(row, "opened"), false, local), "</time></td>");
    escaped(html, "<th scope=\"row\"><a href=\"", name == NULL ? directory : name + 1, "/worksheet.html\">");
    escaped(html, "", name == NULL ? directory : name + 1, "</a></th>");
    if (json_object_get(row, "held") != NULL) {
        escaped(html, "<td>", json_text(row, "clause"), ": ");
        escaped(html, "", json_text(row, "held"), "</td>");
        escaped(html, "<td>", json_text(row, "decides"), "</td>");
    } else {
        text_format(html, "<td>%lld</td>", (long long)json_whole(row, "round", 1));
        escaped(html, "<td>", json_text(row, "lane"), "</td>");
    }
    at_it(html, row);
    who(html, row);
    text_add(html, "</tr>\n");
}

static void add_table(struct text *html, const json_t *rows, size_t count)
{
    size_t i;
    const json_t *row;
    /* All rows of a page are of one stage. */
    bool held = json_object_get(json_array_get(rows, 0), "held") != NULL;
    const char *const columns[] = {_("Waits since"),
                                   _("Item"),
                                   held ? _("Why it is held") : _("Round"),
                                   held ? _("Decides") : _("Lane"),
                                   _("At it"),
                                   _("Can take it")};
    text_add(html, "<table>\n<thead><tr>");
    for (i = 0; i < sizeof columns / sizeof columns[0]; i++)
        escaped(html, "<th scope=\"col\">", columns[i], "</th>");
    text_add(html, "</tr></thead>\n<tbody>\n");
    json_array_foreach(rows, i, row)
    {
        if (i < STAGE_ROWS_MOST)
            add_row(html, row);
    }
    text_add(html, "</tbody>\n</table>\n");
    if (count > STAGE_ROWS_MOST) {
        text_add(html, "<p>");
        text_format_xml(html, _("%zu more: \"leadspool desk\" lists them."), count - STAGE_ROWS_MOST);
        text_add(html, "</p>\n");
    }
}

bool stage_page(const json_t *page, struct text *html, struct error *error)
{
    const json_t *rows = json_object_get(page, "rows");
    size_t count = json_array_size(rows) + (size_t)json_whole(page, "more", 0);
    const char *title = title_of(json_text(page, "stage")), *unit = json_text(page, "unit");
    const struct web_page frame = {.title = title, .style = STYLE};
    web_page_begin(html, &frame);
    escaped(html, "<header>\n<p class=\"quiet\">", unit, unit[0] == '\0' ? "" : ", ");
    text_format_xml(html, _("site %s"), json_text(page, "site"));
    escaped(html, "</p>\n<h1>", title, "</h1>\n");
    if (json_flag(page, "demonstration"))
        escaped(html, "<p class=\"demonstration\">", _("Demonstration: made-up people, no casework."),
                "</p>\n");
    text_add(html, "<p>");
    if (count == 0)
        text_add_xml(html, _("Nothing waits here."));
    else
        text_format_xml(
            html,
            language_plural("%zu waits, oldest first.", "%zu wait, oldest first.", (unsigned long)count),
            count);
    text_add(html, "</p>\n");
    text_add(html, "</header>\n<main>\n");
    if (count > 0)
        add_table(html, rows, count);
    text_add(html, "</main>\n");
    return web_page_end(html, &frame, error);
}
