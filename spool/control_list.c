/*
 * `leadspool list`: dockets by state and command, what they wait for from outside, open work items, and the outbox, in
 * slices.
 *
 * Guarantees: an account of the roster sees the dockets it is assigned to and the items it could decide,
 * nothing else (the outbox is the service's); no row tells a candidate, a score or a verdict. A damaged
 * record is skipped, not the list.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "casebook/docket.h"
#include "report/overdue.h"
#include "review/desk.h"
#include "spool/control_parts.h"

struct listing {
    struct control_question *question;
    json_t *rows;
    bool indexed; /* the records walked are index entries that name a docket */
    int looked_at;
    char last[512]; /* key the slice ended at; "" = it did not end early */
};

/* The state a stage of review happens in: what people call "waiting for peers". */
static const char *state_of_stage(const char *stage)
{
    static const char *const stages[][2] = {{"hold", "HELD"},
                                            {"intake", "INTAKE"},
                                            {"investigation", "INVESTIGATION"},
                                            {"background", "BACKGROUND"},
                                            {"peer", "PEER"},
                                            {"supervision", "SUPERVISION"}};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (strcmp(stages[i][0], stage) == 0)
            return stages[i][1];
    return NULL;
}

static bool wanted(const struct listing *listing, const json_t *docket)
{
    const json_t *arguments = listing->question->arguments;
    const struct control_asker *asker = listing->question->asker;
    const char *command = json_text_or_null(arguments, "command");
    const json_t *states = json_object_get(arguments, "states"), *state;
    bool mine =
        (!asker->service && json_object_get(arguments, "photo") == NULL) || json_flag(arguments, "mine");
    bool fits = json_array_size(states) == 0;
    size_t i;
    json_array_foreach(states, i, state) fits =
        fits || strcmp(json_string_value(state), json_text(docket, "state")) == 0;
    return fits && (command == NULL || strcmp(command, json_text(docket, "command")) == 0) &&
           (!mine || (asker->person != NULL && docket_person_has(docket, asker->person->id, NULL)));
}

/* Chosen members, so that a new member of the record never slips into a list. */
static json_t *row_of(const json_t *docket)
{
    static const char *const members[] = {"docket",  "state",     "since", "received",
                                          "command", "requestId", "lane"};
    static const char *const of_request[] = {"caseNumber", "complaintNumber", "use", "subUse"};
    const json_t *request = json_object_get(docket, "request");
    json_t *row = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_put_text(row, members[i], json_text_or_null(docket, members[i]));
    for (size_t i = 0; i < sizeof of_request / sizeof *of_request; i++)
        json_put_text(row, of_request[i], json_text_or_null(request, of_request[i]));
    json_put_whole(row, "round", json_whole(docket, "round", 0));
    return row;
}

static bool end_slice(struct listing *listing, const char *key)
{
    if (++listing->looked_at < CONTROL_SLICE)
        return true;
    snprintf(listing->last, sizeof listing->last, "%s", key);
    return false;
}

/* The docket's row, if a document of it shows the photograph asked for. */
static bool add_showing(struct listing *listing, const json_t *docket, const char *photo, struct error *error)
{
    json_t *shown = NULL;
    bool done = control_photo_shown(listing->question, docket, photo, &shown, error);
    if (done && json_array_size(shown) > 0) {
        json_t *row = row_of(docket);
        json_put(row, "shownIn", json_incref(shown));
        json_array_append_new(listing->rows, row);
    }
    json_decref(shown);
    return done;
}

static bool visit_docket(void *context, const char *key, json_t *value, struct error *error)
{
    struct listing *listing = context;
    json_t *docket = NULL;
    if (!listing->indexed)
        docket = json_incref(value);
    else if (!book_get(listing->question->transaction, BOOK_DOCKETS, json_text(value, "docket"), &docket,
                       error))
        return false;
    const char *photo = json_text_or_null(listing->question->arguments, "photo");
    bool done = true;
    if (docket != NULL && wanted(listing, docket)) {
        if (photo != NULL)
            done = add_showing(listing, docket, photo, error);
        else if (json_flag(listing->question->arguments, "overdue"))
            overdue_add(listing->rows, docket, clock_now());
        else
            json_array_append_new(listing->rows, row_of(docket));
    }
    json_decref(docket);
    return done && end_slice(listing, key);
}

/* May the asker decide on it now? As the desk has it. */
static bool could_decide(const struct listing *listing, const json_t *item, bool *could, struct error *error)
{
    const struct control_question *question = listing->question;
    const struct site *site = question->context->site;
    const struct desk desk = {question->transaction, site->settings, site->roster, question->context->now};
    struct error own = ERROR_NONE;
    json_t *row = NULL;
    *could = false;
    if (question->asker->person == NULL)
        return true;
    /* A damaged docket costs its own row, not the list. */
    if (!desk_row(&desk, item, question->asker->person, &row, &own) && own.fault != FAULT_ABSENT &&
        own.fault != FAULT_ENVIRONMENT) {
        *error = own;
        return false;
    }
    *could = json_flag(row, "may");
    json_decref(row);
    return true;
}

static bool visit_item(void *context, const char *key, json_t *value, struct error *error)
{
    static const char *const members[] = {"item", "docket", "stage", "digest", "opened", "directory"};
    struct listing *listing = context;
    const json_t *arguments = listing->question->arguments;
    const char *stage = json_text_or_null(arguments, "stage");
    bool mine = !listing->question->asker->service || json_flag(arguments, "mine");
    bool open = json_text_or_null(value, "closed") == NULL &&
                (stage == NULL || strcmp(stage, json_text(value, "stage")) == 0);
    bool theirs = open && !mine;
    if (open && mine && !could_decide(listing, value, &theirs, error))
        return false;
    if (theirs) {
        json_t *row = json_object();
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            json_put_text(row, members[i], json_text_or_null(value, members[i]));
        json_put_whole(row, "round", json_whole(value, "round", 0));
        json_put_whole(row, "slot", json_whole(value, "slot", 0));
        json_array_append_new(listing->rows, row);
    }
    return end_slice(listing, key);
}

/* What an outbox row says without the documents in it. */
static bool visit_outbox(void *context, const char *key, json_t *value, struct error *error)
{
    static const char *const members[] = {"row",   "kind",    "docket",    "directory",
                                          "state", "created", "delivered", "reason"};
    struct listing *listing = context;
    json_t *row = json_object(), *names = json_array_at(row, "files"), *file;
    size_t i;
    (void)error;
    for (i = 0; i < sizeof members / sizeof *members; i++)
        json_put_text(row, members[i], json_text_or_null(value, members[i]));
    json_put_whole(row, "attempts", json_whole(value, "attempts", 0));
    json_array_foreach(json_object_get(value, "files"), i, file)
        json_array_append(names, json_object_get(file, "name"));
    json_array_append_new(listing->rows, row);
    return end_slice(listing, key);
}

/* Open rows, or with `all` the delivered ones too. */
static bool walk_outbox(struct listing *listing, const char *after, struct error *error)
{
    struct control_question *question = listing->question;
    if (!question->asker->service)
        return error_set(error, FAULT_REFUSED,
                         "%s may not list the outbox: only the service account and root may (R31 R32)",
                         question->asker->name);
    return book_walk(question->transaction, BOOK_OUTBOX, json_flag(question->arguments, "all") ? "" : "0-",
                     after, visit_outbox, listing, NULL, error);
}

/* Which book to walk, and how little of it: the index of the one state asked for, of all open states, or
   everything when closed dockets count too. */
static bool walk_dockets(struct listing *listing, const char *after, struct error *error)
{
    char prefix[64] = "state/";
    const json_t *states = json_object_get(listing->question->arguments, "states"), *state;
    bool closed = json_flag(listing->question->arguments, "all") ||
                  json_object_get(listing->question->arguments, "photo") != NULL;
    size_t i;
    enum docket_state known;
    json_array_foreach(states, i, state)
    {
        const char *name = json_string_value(state);
        if (name == NULL || !docket_state_parse(name, &known))
            return error_set(error, FAULT_USAGE, "there is no state \"%s\"", name == NULL ? "" : name);
        closed = closed || known == DOCKET_CLOSED;
    }
    if (json_array_size(states) == 1)
        snprintf(prefix, sizeof prefix, "state/%s/", json_string_value(json_array_get(states, 0)));
    listing->indexed = !closed;
    return book_walk(listing->question->transaction, closed ? BOOK_DOCKETS : BOOK_INDEX, closed ? "" : prefix,
                     after, visit_docket, listing, NULL, error);
}

bool control_list(struct control_question *question, struct error *error)
{
    struct listing listing = {.question = question, .rows = json_array()};
    const char *after = json_text_or_null(question->arguments, "more");
    const char *stage = json_text_or_null(question->arguments, "stage");
    if (!control_put(question, "rows", listing.rows, error))
        return false;
    if (stage != NULL && state_of_stage(stage) == NULL)
        return error_set(
            error, FAULT_USAGE,
            "there is no stage \"%s\": hold, intake, investigation, background, peer, supervision", stage);
    if (json_object_get(question->arguments, "photo") != NULL && !control_photo_admitted(question, error))
        return false;
    if (json_flag(question->arguments, "foil"))
        return control_foil_list(question, listing.rows, error);
    if (json_flag(question->arguments, "overdue") && after == NULL &&
        !control_foil_overdue(question, listing.rows, error))
        return false;
    bool done =
        json_flag(question->arguments, "outbox") ? walk_outbox(&listing, after, error)
        : json_flag(question->arguments, "items")
            ? book_walk(question->transaction, BOOK_ITEMS, "", after, visit_item, &listing, NULL, error)
            : walk_dockets(&listing, after, error);
    return done && (listing.last[0] == '\0' || control_more(question, listing.last, error));
}
