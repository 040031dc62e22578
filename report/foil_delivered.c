/*
 * What follows when something of a records request left, when a photograph is sealed, and when time passes.
 *
 * Guarantees: the letter with an answer is written when its last part has left, so nothing is said to be enclosed that is
 * not there; the clock of an appeal begins on the day that letter was published, not before; a seal that comes before
 * that stops what shows the picture (R17).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "report/foil_clock.h"
#include "report/foil_common.h"

static bool act(struct transaction *transaction, json_t *request, enum foil_action action,
                const struct foil_act *what, instant now, struct error *error)
{
    const struct foil_circumstances none = {.appealable = false};
    struct foil_transition next = foil_after(foil_state_of(request), action, &none);
    return next.allowed ? foil_move(transaction, request, next.next, what, now, error) : true;
}

/* Sheets show what is under the boxes: they lie in foil/sheets only as long as they are worked on. */
static bool remove_sheets(struct transaction *transaction, const char *number, instant now,
                          struct error *error)
{
    char directory[80];
    snprintf(directory, sizeof directory, "foil/sheets/%.32s", number);
    if (!foil_cancel(transaction, number, _("not needed any more"), now, error))
        return false;
    json_t *row = json_pack("{ss,ss,ss,ss,s[]}", "kind", "remove", "docket", number, "directory", directory,
                            "remove", "directory", "files");
    bool done = row != NULL ? outbox_add(transaction, row, now, NULL, error) : foil_memory(error);
    json_decref(row);
    return done;
}

static bool answered(struct transaction *transaction, const struct settings *settings, json_t *request,
                     instant now, struct error *error)
{
    const struct setting_foil *foil = &settings->foil;
    const char *outcome = json_text(json_object_get(request, "answer"), "outcome");
    bool grant = strcmp(outcome, "grant") == 0;
    char day[FOIL_DAY_SIZE];
    int64_t today = foil_day_of(now);
    const struct foil_act published = {.action = "foil-published", .outcome = outcome},
                          closed = {.action = "foil-closed"};
    bool done = json_put_text(request, "answered", foil_day_text(today, day)) &&
                (grant || json_put_text(json_object_at(request, "clock"), "appealBy",
                                        foil_day_text(foil_days_after(foil, today, foil->appeal_days), day)));
    return (done || foil_memory(error)) &&
           act(transaction, request, FOIL_PUBLISHED, &published, now, error) &&
           (!grant || act(transaction, request, FOIL_EXPIRED, &closed, now, error)) &&
           remove_sheets(transaction, json_text(request, "request"), now, error);
}

/* One part of the answer is out. */
static bool exported(struct transaction *transaction, const struct settings *settings, json_t *request,
                     instant now, struct error *error)
{
    json_t *answer = json_object_get(request, "answer");
    int64_t parts = json_whole(answer, "exported", 0) + 1;
    if (foil_state_of(request) != FOIL_ANSWERING)
        return true; /* stopped meanwhile */
    return (json_put_whole(answer, "exported", parts) || foil_memory(error)) &&
           (parts < json_whole(request, "parts", 0) ||
            foil_letter_answer(transaction, settings, request, now, error)) &&
           foil_put(transaction, request, error);
}

bool foil_delivered(struct transaction *transaction, const struct settings *settings, const json_t *row,
                    instant now, struct error *error)
{
    const char *what = json_text(row, "what");
    char day[FOIL_DAY_SIZE];
    json_t *request = NULL;
    if (!foil_get(transaction, json_text(row, "docket"), &request, error))
        return false;
    bool done = true;
    if (strcmp(what, "letter-acknowledgement") == 0)
        done = (json_put_text(json_object_at(request, "clock"), "acknowledged",
                              foil_day_text(foil_day_of(now), day)) ||
                foil_memory(error)) &&
               foil_put(transaction, request, error);
    else if (strcmp(what, "export") == 0)
        done = exported(transaction, settings, request, now, error);
    else if (strcmp(what, "letter-grant") == 0 || strcmp(what, "letter-partial") == 0 ||
             strcmp(what, "letter-denial") == 0)
        done = answered(transaction, settings, request, now, error);
    else if (strcmp(what, "letter-withdrawn") == 0 || strcmp(what, "letter-appeal-answer") == 0)
        done = foil_state_of(request) < FOIL_CLOSED ||
               remove_sheets(transaction, json_text(request, "request"), now, error);
    json_decref(request);
    return done;
}

/* --- a photograph was sealed --- */

struct shown {
    json_t *places; /* [{"request","part"}] */
};

static bool collect_place(void *context, const char *key, json_t *value, struct error *error)
{
    struct shown *shown = context;
    (void)key;
    return json_array_append(shown->places, value) == 0 || foil_memory(error);
}

static bool cancel_part(struct transaction *transaction, const char *number, int64_t part, instant now,
                        struct error *error)
{
    json_t *ids = json_array();
    size_t index;
    const json_t *id;
    bool done = ids != NULL ? outbox_rows_of(transaction, number, "foil", ids, error) : foil_memory(error);
    json_array_foreach(ids, index, id)
    {
        json_t *row = NULL;
        done = done && outbox_get(transaction, json_integer_value(id), &row, error);
        /* An answer of which a part is stopped is stopped whole, its letter too. */
        bool of_answer = strcmp(json_text(row, "what"), "sheet") != 0 &&
                         strcmp(json_text(row, "what"), "letter-acknowledgement") != 0 &&
                         strcmp(json_text(row, "what"), "letter-extension") != 0;
        if (done && strcmp(json_text(row, "state"), "delivered") != 0 &&
            (of_answer || json_whole(row, "part", 0) == part))
            done = outbox_cancel(transaction, json_integer_value(id), "photo-sealed", now, error);
        json_decref(row);
    }
    json_decref(ids);
    return done;
}

static bool change(struct transaction *transaction, const char *number, int64_t of, instant now,
                   struct error *error)
{
    const struct foil_circumstances none = {.appealable = false};
    const struct foil_act renewed = {.action = "foil-renewed", .clause = "R17", .outcome = "photo-sealed"};
    json_t *request = NULL, *part = NULL;
    bool done = foil_get(transaction, number, &request, error) &&
                foil_part_get(transaction, number, of, &part, error);
    struct foil_transition next = done ? foil_after(foil_state_of(request), FOIL_CHANGED, &none)
                                       : (struct foil_transition){.allowed = false};
    /* A denial shows nothing. */
    bool denied = strcmp(json_text(json_object_get(request, "answer"), "outcome"), "denial") == 0;
    if (done && part != NULL && next.allowed && !denied) {
        if (foil_state_of(request) == FOIL_ANSWERING)
            json_put_whole(request, "round", json_whole(request, "round", 1) + 1);
        json_object_del(request, "answer");
        json_object_del(request, "redactions");
        json_object_del(request, "privacy");
        json_object_del(request, "signOff");
        done = cancel_part(transaction, number, of, now, error) &&
               foil_part_reset(transaction, request, part, "search", error) &&
               foil_move(transaction, request, next.next, &renewed, now, error);
    }
    json_decref(request);
    json_decref(part);
    return done;
}

bool foil_changed(struct transaction *transaction, const char *docket, instant now, struct error *error)
{
    char prefix[80];
    struct shown shown = {.places = json_array()};
    size_t index;
    const json_t *place;
    snprintf(prefix, sizeof prefix, "foil/docket/%.40s/", docket);
    bool done = book_walk(transaction, BOOK_INDEX, prefix, NULL, collect_place, &shown, NULL, error);
    json_array_foreach(shown.places, index, place)
    {
        done = done &&
               change(transaction, json_text(place, "request"), json_whole(place, "part", 0), now, error);
    }
    json_decref(shown.places);
    return done;
}

bool foil_asked(struct transaction *transaction, const char *docket, bool *asked, struct error *error)
{
    char prefix[80];
    struct shown shown = {.places = json_array()};
    size_t index;
    const json_t *place;
    snprintf(prefix, sizeof prefix, "foil/docket/%.40s/", docket);
    *asked = false;
    bool done = book_walk(transaction, BOOK_INDEX, prefix, NULL, collect_place, &shown, NULL, error);
    json_array_foreach(shown.places, index, place)
    {
        json_t *request = NULL;
        done = done && foil_get(transaction, json_text(place, "request"), &request, error);
        *asked = *asked || (request != NULL && foil_state_of(request) < FOIL_CLOSED);
        json_decref(request);
    }
    json_decref(shown.places);
    return done;
}

/* --- time --- */

static bool collect_open(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    return json_array_append(context, json_object_get(value, "request")) == 0 || foil_memory(error);
}

static bool expire(struct transaction *transaction, const char *number, int64_t today, instant now,
                   struct error *error)
{
    const struct foil_act closed = {.action = "foil-closed"};
    json_t *request = NULL;
    int64_t until;
    bool done = foil_get(transaction, number, &request, error);
    if (done && foil_state_of(request) == FOIL_ANSWERED &&
        foil_day_parse(json_text(json_object_get(request, "clock"), "appealBy"), &until) && until < today)
        done = act(transaction, request, FOIL_EXPIRED, &closed, now, error);
    json_decref(request);
    return done;
}

bool foil_expire(struct transaction *transaction, const struct settings *settings, instant now,
                 struct error *error)
{
    json_t *numbers = json_array();
    size_t index;
    const json_t *number;
    (void)settings;
    bool done = book_walk(transaction, BOOK_INDEX, "foil/open/", NULL, collect_open, numbers, NULL, error);
    json_array_foreach(numbers, index, number) done =
        done && expire(transaction, json_string_value(number), foil_day_of(now), now, error);
    json_decref(numbers);
    return done;
}

static json_t *row_of(const json_t *request, bool overdue)
{
    int64_t day;
    char due[FOIL_DAY_SIZE];
    enum foil_duty duty = foil_duty(request, &day);
    json_t *row = json_object();
    json_copy_members(row, request, "request", "state", "since", "received", "documents", "parts", "drawn",
                      "read", NULL);
    json_put_text(row, "waits", foil_state_waits(foil_state_of(request)));
    json_put_flag(row, "overdue", overdue);
    if (duty != FOIL_DUTY_NONE) {
        json_put_text(row, "duty", foil_duty_name(duty));
        json_put_text(row, "due", foil_day_text(day, due));
    }
    return row;
}

bool foil_list(struct transaction *transaction, instant now, bool overdue, json_t *rows, struct error *error)
{
    json_t *numbers = json_array();
    size_t index;
    const json_t *number;
    int64_t today = foil_day_of(now);
    bool done = book_walk(transaction, BOOK_INDEX, "foil/open/", NULL, collect_open, numbers, NULL, error);
    json_array_foreach(numbers, index, number)
    {
        json_t *request = NULL;
        done = done && foil_get(transaction, json_string_value(number), &request, error);
        bool late = done && foil_overdue(request, today);
        if (done && (late || !overdue))
            done = json_array_append_new(rows, row_of(request, late)) == 0 || foil_memory(error);
        json_decref(request);
    }
    json_decref(numbers);
    return done;
}
