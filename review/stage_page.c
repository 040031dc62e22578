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
#include "page/web_page.h"

static const char STYLE[] =
    "body{margin:0;background:#f4f5f6;color:#1d2126;font:16px/1.45 \"DejaVu Sans\",sans-serif}"
    "header,main{max-width:76rem;margin:0 auto;padding:1rem 1.25rem}"
    "h1{font-size:1.5rem;margin:.2rem 0}p{margin:.3rem 0}.quiet{color:#4c545d}"
    ".demonstration{font-weight:700}.nobody{font-weight:700;border-left:5px solid #1d2126;padding-left:.5rem}"
    "table{border-collapse:collapse;width:100%;background:#fff;border:1px solid #c9cdd2}"
    "th,td{text-align:left;vertical-align:top;padding:.45rem .7rem;border-top:1px solid #dfe2e5}"
    "thead th{background:#e4e7ea;border-top:0}a{color:#0b4a8f}a:focus{outline:3px solid #0b4a8f}"
    "td.time{white-space:nowrap}";

static const char *title_of(const char *stage)
{
    static const char *const titles[][2] = {{"hold", "Held requests"},
                                            {"intake", "Requests to confirm"},
                                            {"investigation", "Candidate lists to compare"},
                                            {"background", "Background checks"},
                                            {"peer", "Blind reviews"},
                                            {"supervision", "Final reviews"}};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(titles[i][0], stage) == 0)
            return titles[i][1];
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
        text_add(html, "<span class=\"nobody\">nobody is eligible</span>");
    text_add(html, "</td>");
}

static void at_it(struct text *html, const json_t *row)
{
    const json_t *claim = json_object_get(row, "claim");
    char local[INSTANT_LOCAL_SIZE];
    bool peer = strcmp(json_text(row, "stage"), "peer") == 0;
    if (claim == NULL) {
        text_add(html, "<td>free</td>");
        return;
    }
    escaped(html, "<td>", peer ? "somebody" : json_text(claim, "by"), " until ");
    escaped(html, "", instant_local_of(json_text(claim, "until"), false, local), "</td>");
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
    text_format(html,
                "<table>\n<thead><tr><th scope=\"col\">Waits since</th><th scope=\"col\">Item</th>"
                "<th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">At it</th>"
                "<th scope=\"col\">Can take it</th></tr></thead>\n<tbody>\n",
                held ? "Why it is held" : "Round", held ? "Decides" : "Lane");
    json_array_foreach(rows, i, row)
    {
        if (i < STAGE_ROWS_MOST)
            add_row(html, row);
    }
    text_add(html, "</tbody>\n</table>\n");
    if (count > STAGE_ROWS_MOST)
        text_format(html, "<p>%zu more: <code>leadspool desk</code> lists them.</p>\n",
                    count - STAGE_ROWS_MOST);
}

bool stage_page(const json_t *page, struct text *html, struct error *error)
{
    const json_t *rows = json_object_get(page, "rows");
    size_t count = json_array_size(rows) + (size_t)json_whole(page, "more", 0);
    const char *title = title_of(json_text(page, "stage")), *unit = json_text(page, "unit");
    const struct web_page frame = {.title = title, .style = STYLE};
    web_page_begin(html, &frame);
    escaped(html, "<header>\n<p class=\"quiet\">", unit, unit[0] == '\0' ? "" : ", ");
    escaped(html, "site ", json_text(page, "site"), "</p>\n");
    escaped(html, "<h1>", title, "</h1>\n");
    if (json_flag(page, "demonstration"))
        text_add(html, "<p class=\"demonstration\">Demonstration: made-up people, no casework.</p>\n");
    text_format(html, count == 0 ? "<p>Nothing waits here.</p>\n" : "<p>%zu wait%s, oldest first.</p>\n",
                count, count == 1 ? "s" : "");
    text_add(html, "</header>\n<main>\n");
    if (count > 0)
        add_table(html, rows, count);
    text_add(html, "</main>\n");
    return web_page_end(html, &frame, error);
}
