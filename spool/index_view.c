/*
 * Reading what a command's index page shows.
 *
 * Guarantees: hands over states and what is waited for, never a candidate, a score or a name of an examiner.
 */
#include "spool/index_view.h"

#include "base/json.h"
#include "casebook/docket.h"
#include "ingest/index.h"
#include "review/items.h"

struct reading {
    struct transaction *transaction;
    const struct site *site;
    instant now;
    json_t *rows;
};

static bool add(void *context, const char *key, json_t *docket, struct error *error)
{
    struct reading *reading = context;
    const json_t *request = json_object_get(docket, "request");
    json_t *row = json_object();
    const char *number = json_text_or_null(request, "caseNumber");
    json_put_text(row, "docket", key);
    json_put_text(row, "caseNumber", number != NULL ? number : json_text(request, "complaintNumber"));
    json_put_text(row, "requestId", json_text(docket, "requestId"));
    json_put_text(row, "requester", json_text(json_object_get(request, "requester"), "name"));
    json_put_text(row, "received", json_text(docket, "received"));
    json_put_text(row, "since", json_text(docket, "since"));
    json_put_text(row, "state", json_text(docket, "state"));
    json_put_text(row, "lane", json_text(docket, "lane"));
    (void)error;
    return json_array_append_new(reading->rows, row) == 0;
}

bool index_view_draw(struct transaction *transaction, const struct site *site, const char *command, instant now,
                     struct text *html, struct error *error)
{
    struct reading reading = {.transaction = transaction, .site = site, .now = now, .rows = json_array()};
    char at[INSTANT_TEXT_SIZE];
    bool done = docket_walk_command(transaction, command, true, add, &reading, error);
    if (done) {
        json_t *facts = json_pack("{ss,ss,ss,sO,ss,sb}", "command", command, "site", site->settings->name, "contact",
                                  site->settings->contact, "dockets", reading.rows, "at", instant_text(now, at),
                                  "demonstration", (int)site->settings->demonstration);
        done = index_page(facts, html, error) && text_done(html, error);
        json_decref(facts);
    }
    json_decref(reading.rows);
    return done;
}
