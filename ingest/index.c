/*
 * Drawing the index page of a command.
 *
 * Guarantees: one self-contained file without a script and without anything to load (a content security
 * policy says so); every text is escaped; readable with a screen reader and without colour. Pure.
 */
#include "ingest/index.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "ingest/request_form.h"
#include "page/web_page.h"

static const struct {
    const char *state, *words;
} states[] = {
    {"HELD", N_("On hold: a named role decides first")},
    {"INTAKE", N_("An investigator confirms the basis and selects the probe")},
    {"AWAITING_IMAGES", N_("Waiting for better images from you")},
    {"QUEUED", N_("Waiting for the search run")},
    {"MATCHING", N_("The search is running")},
    {"INVESTIGATION", N_("An investigator compares")},
    {"BACKGROUND", N_("An investigator compares")},
    {"PEER", N_("Under review")},
    {"SUPERVISION", N_("Under review")},
    {"APPROVED", N_("Report approved; being filed")},
    {"NEGATIVE", N_("Finished: report being filed")},
    {"REFUSED", N_("Refused: see the notice")},
    {"LAPSED", N_("Lapsed: no better images came")},
    {"WITHDRAWN", N_("Withdrawn")},
    {"CLOSED", N_("Closed")},
};

/* What a closed docket came to. Whether a report is negative stands in the report alone. */
static const char *ended_words(const char *state)
{
    static const char *const ends[][2] = {{"APPROVED", N_("Closed: the report is in its folder")},
                                          {"NEGATIVE", N_("Closed: the report is in its folder")},
                                          {"REFUSED", N_("Closed: refused, see the notice in its folder")},
                                          {"LAPSED", N_("Closed: no better images came")},
                                          {"WITHDRAWN", N_("Closed: withdrawn")}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strcmp(ends[i][0], state) == 0)
            return language_text(ends[i][1]);
    return index_state_words("CLOSED");
}

/* BACKGROUND, PEER and SUPERVISION exist only once somebody was named: they are told as the step before and
   as a review, so that the page does not tell that there is a candidate. */
const char *index_state_words(const char *state)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].state, state) == 0)
            return language_text(states[i].words);
    return state;
}

static void escaped(struct text *html, const char *before, const char *value, const char *after)
{
    text_add(html, before);
    text_add_xml(html, value);
    text_add(html, after);
}

/* In the site's zone, in a <time>; named, for a window too narrow for columns has no heads above them. */
static void time_cell(struct text *html, const char *name, const char *at)
{
    char local[INSTANT_LOCAL_SIZE];
    escaped(html, "<td class=\"time\" data-name=\"", name, "\">");
    escaped(html, "<time datetime=\"", at, "\">");
    escaped(html, "", instant_local_of(at, false, local), "</time></td>");
}

static bool finished(const char *state)
{
    static const char *const states_at_the_end[] = {"NEGATIVE", "REFUSED", "LAPSED", "WITHDRAWN", "CLOSED"};
    for (size_t i = 0; i < sizeof states_at_the_end / sizeof *states_at_the_end; i++)
        if (strcmp(states_at_the_end[i], state) == 0)
            return true;
    return false;
}

static void row(struct text *html, const json_t *docket)
{
    const char *number = json_text(docket, "docket"), *waits = json_text(docket, "waits");
    static const char *const members[] = {"caseNumber", "complaintNumber", "cmsRef", "requester",
                                          "requestId"};
    bool first = true;
    escaped(html, "<tr><th scope=\"row\"><a href=\"", number, "/\">");
    escaped(html, "", number, "</a></th><td>");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *value = json_text(docket, members[i]);
        if (value[0] == '\0')
            continue;
        escaped(html, first ? "" : "<br>", "", i == 0 ? "" : "<span class=\"quiet\">");
        escaped(html, "", value, i == 0 ? "" : "</span>");
        first = false;
    }
    const char *state = json_text(docket, "state");
    escaped(html, "</td><td>",
            strcmp(state, "CLOSED") == 0 ? ended_words(json_text(docket, "ended")) : index_state_words(state),
            "");
    if (waits[0] != '\0')
        escaped(html, "<br><span class=\"quiet\">", waits, "</span>");
    text_add(html, "</td>");
    time_cell(html, _("Since"), json_text(docket, "since"));
    time_cell(html, _("Received"), json_text(docket, "received"));
    text_add(html, "</tr>\n");
}

static void table_head(struct text *html, bool open)
{
    const char *const columns[] = {_("Docket"), _("Your numbers"), _("State"), _("Since"), _("Received")};
    escaped(html, "<section class=\"card\">\n<h2>", open ? _("Under way") : _("Finished"), "</h2>\n");
    text_add(html, "<table>\n<thead><tr>");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        escaped(html, "<th scope=\"col\">", columns[i], "</th>");
    text_add(html, "</tr></thead>\n<tbody>\n");
}

static void table(struct text *html, const json_t *page, bool open)
{
    const json_t *dockets = json_object_get(page, "dockets");
    int64_t older = json_whole(page, open ? "olderOpen" : "olderFinished", 0);
    size_t index, count = 0;
    const json_t *docket;
    json_array_foreach(dockets, index, docket)
    {
        if (finished(json_text(docket, "state")) == open)
            continue;
        if (count++ == 0)
            table_head(html, open);
        row(html, docket);
    }
    if (count > 0)
        text_add(html, "</tbody>\n</table>\n");
    if (count > 0 && older > 0) {
        text_add(html, "<p>");
        text_format_xml(html,
                        language_plural("%lld older one is not listed here; it has its folder.",
                                        "%lld older ones are not listed here; each has its folder.",
                                        (unsigned long)older),
                        (long long)older);
        text_add(html, "</p>\n");
    }
    if (count > 0)
        text_add(html, "</section>\n");
    else if (open) {
        escaped(html, "<section class=\"card\">\n<h2>", _("Under way"), "</h2>\n");
        escaped(html, "<p>", _("No request of your command is under way."), "</p>\n</section>\n");
    }
}

static void masthead(struct text *html, const json_t *page)
{
    const char *unit = json_text(page, "unit");
    escaped(html, "<header class=\"masthead\">\n<div class=\"inner\">\n<p class=\"site\">", unit,
            unit[0] != '\0' ? ", " : "");
    text_format_xml(html, _("site %s"), json_text(page, "site"));
    text_add(html, "</p>\n<h1>");
    text_format_xml(html, _("Requests of %s"), json_text(page, "command"));
    escaped(html, "</h1>\n<p><a class=\"button main\" href=\"request.html\">", _("Make a new request"),
            "</a></p>\n");
    if (json_flag(page, "demonstration"))
        escaped(html, "<p class=\"demonstration\">", _("Demonstration: made-up people, no casework."),
                "</p>\n");
    text_add(html, "</div>\n</header>\n");
}

bool index_page(const json_t *page, struct text *html, struct error *error)
{
    char written[INSTANT_LOCAL_SIZE];
    struct text title = TEXT_EMPTY;
    text_format(&title, _("Requests of %s"), json_text(page, "command"));
    const struct web_page frame = {.title = title.failed ? _("Requests") : title.bytes,
                                   .style = request_form_style};
    web_page_begin(html, &frame);
    text_free(&title);
    masthead(html, page);
    text_add(html, "<main class=\"inner\">\n");
    table(html, page, true);
    table(html, page, false);
    escaped(html, "<section class=\"card\">\n<h2>", _("What you find here"), "</h2>\n");
    escaped(
        html, "<p>",
        _("Each docket has a folder of that name beside this page, with its receipts, notices and reports. "
          "A packet that was not accepted has its receipt in the folder \"refused\" or \"unreadable\". "
          "READ-ME.txt says how a packet is made by hand."),
        "</p>\n");
    escaped(html, "<p>", _("This page is written anew whenever something changes; load it again to see."),
            "</p>\n</section>\n</main>\n<footer class=\"inner\"><p>");
    text_format_xml(html, _("Questions: %s"), json_text(page, "contact"));
    text_add(html, "</p>\n<p>");
    text_format_xml(html, _("Written %s."), instant_local_of(json_text(page, "at"), false, written));
    text_add(html, "</p></footer>\n");
    return web_page_end(html, &frame, error);
}
