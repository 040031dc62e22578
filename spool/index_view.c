/*
 * Reading what a command's index page shows.
 *
 * Guarantees: hands over states and what is waited for, never a candidate, a score or a name of an examiner.
 */
#include "spool/index_view.h"

#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "ingest/index.h"

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
    static const char *const of_request[] = {"caseNumber", "complaintNumber", "cmsRef"};
    static const char *const of_docket[] = {"docket", "state", "since", "received"};
    for (size_t i = 0; i < sizeof of_request / sizeof of_request[0]; i++)
        json_put_text(row, of_request[i], json_text_or_null(request, of_request[i]));
    for (size_t i = 0; i < sizeof of_docket / sizeof of_docket[0]; i++)
        json_put_text(row, of_docket[i], json_text(docket, of_docket[i]));
    /* How a closed docket ended is the state it was closed from. */
    const json_t *history = json_object_get(docket, "history");
    const json_t *last = json_array_get(history, json_array_size(history) - 1);
    if (strcmp(json_text(last, "to"), "CLOSED") == 0)
        json_put_text(row, "ended", json_text_or_null(last, "from"));
    json_put_flag(row, "open", strcmp(json_text(docket, "state"), "CLOSED") != 0);
    (void)key;
    (void)error;
    return json_array_append_new(reading->rows, row) == 0;
}

bool index_view_draw(struct transaction *transaction, const struct site *site, const char *command,
                     instant now, struct text *html, struct error *error)
{
    struct reading reading = {.transaction = transaction, .site = site, .now = now, .rows = json_array()};
    char at[INSTANT_TEXT_SIZE];
    bool done = docket_walk_command(transaction, command, true, add, &reading, error);
    if (done) {
        json_t *facts =
            json_pack("{ss,ss,ss,ss,sO,ss,sb}", "command", command, "site", site->settings->name, "unit",
                      site->settings->unit, "contact", site->settings->contact, "dockets", reading.rows, "at",
                      instant_text(now, at), "demonstration", (int)site->settings->demonstration);
        done = index_page(facts, html, error) && text_done(html, error);
        json_decref(facts);
    }
    json_decref(reading.rows);
    return done;
}
