/*
 * Reading what a command's index page shows.
 *
 * Guarantees: hands over states and what is waited for, never a candidate, a score or a name of an examiner.
 */
#include "spool/index_view.h"

#include <string.h>

#include "base/clauses.h"
#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/hold.h"
#include "ingest/index.h"

struct reading {
    struct transaction *transaction;
    const struct site *site;
    instant now;
    json_t *rows;
};

static void say_role(struct text *words, const char *role)
{
    /* Of several roles each can decide. */
    for (const char *at = role; *at != '\0';) {
        size_t length = strcspn(at, " ");
        text_add(words, at == role ? "" : " or ");
        for (size_t i = 0; i < length; i++)
            text_format(words, "%c", at[i] == '-' ? ' ' : at[i]);
        at += length + strspn(at + length, " ");
    }
}

static bool say_hold(void *context, const char *key, json_t *hold, struct error *error)
{
    struct text *words = context;
    (void)key;
    (void)error;
    if (json_text_or_null(hold, "closed") != NULL)
        return true;
    /* What the receipt said, and of a hold that came later nothing else tells its sender. */
    const char *clause = json_text_or_null(hold, "clause"), *reason = json_text_or_null(hold, "reason");
    text_add(words, words->length == 0 ? _("Waits for ") : _("; and for "));
    say_role(words, json_text(hold, "role"));
    if (clause != NULL)
        text_format(words, " (%s: %s)", clause, reason != NULL ? reason : clause_words(clause));
    return true;
}

/* What the sender can do, or whom or what it waits for; nothing where the state says all a sender may know. */
static bool say_waits(const struct reading *reading, const json_t *docket, struct text *words,
                      struct error *error)
{
    const struct settings *settings = reading->site->settings;
    const char *state = json_text(docket, "state"), *number = json_text(docket, "docket");
    char local[INSTANT_LOCAL_SIZE];
    instant at;
    if (strcmp(state, "HELD") == 0)
        return hold_walk(reading->transaction, number, say_hold, words, error);
    if (strcmp(state, "AWAITING_IMAGES") == 0 && docket_lapses_at(docket, settings->lapse_days, &at))
        text_format(words, _("Send them as a supplement; without any it lapses on %.10s"),
                    instant_local(at, false, local));
    else if (strcmp(state, "QUEUED") == 0 && strcmp(json_text(docket, "lane"), "priority") == 0)
        text_add(words, _("A priority run: at once"));
    else if (strcmp(state, "QUEUED") == 0)
        text_format(words, _("Routine runs start between %02d:%02d and %02d:%02d"),
                    settings->overnight_start / 60, settings->overnight_start % 60,
                    settings->overnight_end / 60, settings->overnight_end % 60);
    return true;
}

static bool put_waits(json_t *row, const struct reading *reading, const json_t *docket, struct error *error)
{
    struct text words = TEXT_EMPTY;
    bool done = say_waits(reading, docket, &words, error) && (words.length == 0 || text_done(&words, error));
    if (done && words.length > 0)
        json_put_text(row, "waits", words.bytes);
    text_free(&words);
    return done;
}

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
    bool done = put_waits(row, reading, docket, error);
    return json_array_append_new(reading->rows, row) == 0 && done;
}

/* A damaged docket is left out: one bad record must not cost the page. */
static bool add_newest(struct reading *reading, const char *command, bool closed, size_t *older,
                       struct error *error)
{
    json_t *numbers = NULL, *number;
    size_t index, total = 0;
    bool done =
        docket_list_command(reading->transaction, command, closed, INDEX_ROWS_MOST, &numbers, &total, error);
    *older = total - json_array_size(numbers);
    json_array_foreach(numbers, index, number)
    {
        struct error own = ERROR_NONE;
        json_t *docket = NULL;
        const char *key = json_string_value(number);
        if (done && book_get(reading->transaction, BOOK_DOCKETS, key, &docket, &own))
            done = docket == NULL || add(reading, key, docket, error);
        else if (done && own.fault != FAULT_ENVIRONMENT) {
            *error = own;
            done = false;
        }
        json_decref(docket);
    }
    json_decref(numbers);
    return done;
}

bool index_view_draw(struct transaction *transaction, const struct site *site, const char *command,
                     instant now, struct text *html, struct error *error)
{
    struct reading reading = {.transaction = transaction, .site = site, .now = now, .rows = json_array()};
    char at[INSTANT_TEXT_SIZE];
    size_t older_open = 0, older_closed = 0;
    bool done = add_newest(&reading, command, false, &older_open, error) &&
                add_newest(&reading, command, true, &older_closed, error);
    if (done) {
        json_t *facts = json_pack(
            "{ss,ss,ss,ss,sO,ss,sb,sI,sI}", "command", command, "site", site->settings->name, "unit",
            site->settings->unit, "contact", site->settings->contact, "dockets", reading.rows, "at",
            instant_text(now, at), "demonstration", (int)site->settings->demonstration, "olderOpen",
            (json_int_t)older_open, "olderFinished", (json_int_t)older_closed);
        done = index_page(facts, html, error) && text_done(html, error);
        json_decref(facts);
    }
    json_decref(reading.rows);
    return done;
}
