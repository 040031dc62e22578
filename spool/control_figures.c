/*
 * `leadspool audit figures`: the figures of a period, counted in slices and issued as a document.
 *
 * Guarantees: a slice is a few milliseconds of the committer's time; what is issued is a row of the outbox, written
 * in the transaction that ends the counting. A count goes on over many questions, so it is kept here between them,
 * under a token the asker hands back; one nobody went on with is dropped for the next. All of this runs on the one
 * thread of the committer. Counts nothing itself: report/figures.h does.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/discovery.h"
#include "report/extract_issue.h"
#include "report/figures.h"
#include "report/foil.h"
#include "review/tours.h"
#include "spool/control_parts.h"

static struct {
    struct figures *figures;
    uint64_t number;
    char after[64]; /* the last docket counted */
    char from[TOUR_DATE_SIZE], to[TOUR_DATE_SIZE];
} counting;

static bool begin(const struct control_question *question, struct error *error)
{
    static uint64_t numbers;
    const char *from = json_text(question->arguments, "from"), *to = json_text(question->arguments, "to");
    char after[TOUR_DATE_SIZE];
    instant first = 0, until = 0;
    if (!tour_date_shift(to, 1, after) || !tour_day_begins(from, &first) || !tour_day_begins(after, &until))
        return error_set(error, FAULT_INPUT, "\"%s\" to \"%s\" are no two days: write 2026-01-31", from, to);
    if (until <= first)
        return error_set(error, FAULT_INPUT, "%s is before %s: the first day comes first", to, from);
    figures_end(counting.figures);
    counting.after[0] = '\0';
    counting.number = ++numbers;
    snprintf(counting.from, sizeof counting.from, "%s", from);
    snprintf(counting.to, sizeof counting.to, "%s", to);
    counting.figures = figures_begin(first, until, error);
    return counting.figures != NULL;
}

struct slice {
    struct transaction *transaction;
    instant now;
    int count;
};

static bool add_hold(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    return json_array_append(context, value) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while counting");
}

static bool add_docket(void *context, const char *key, json_t *value, struct error *error)
{
    struct slice *slice = context;
    char prefix[80];
    json_t *holds = json_array();
    snprintf(prefix, sizeof prefix, "%s/", key);
    bool done = book_walk(slice->transaction, BOOK_HOLDS, prefix, NULL, add_hold, holds, NULL, error) &&
                figures_add_docket(counting.figures, value, holds, error) &&
                figures_add_standing(counting.figures, value, holds, slice->now, error);
    json_decref(holds);
    snprintf(counting.after, sizeof counting.after, "%s", key);
    return done && ++slice->count < CONTROL_SLICE;
}

static bool add_incident(void *context, const char *key, json_t *value, struct error *error)
{
    (void)context;
    (void)key;
    return figures_add_incident(counting.figures, value, error);
}

/* What is not of a docket's own record. Tours are told for as many days as their own report goes. */
static bool add_rows(struct control_question *question, struct error *error)
{
    const struct settings *settings = question->context->site->settings;
    instant now = question->context->now;
    json_t *tours = NULL, *duties = NULL, *requests = json_array();
    char today[INSTANT_LOCAL_SIZE], first[TOUR_DATE_SIZE];
    instant_local(now, false, today);
    today[TOUR_DATE_SIZE - 1] = '\0';
    const char *to = strcmp(counting.to, today) < 0 ? counting.to : today;
    bool shifted = tour_date_shift(to, 1 - TOUR_DAYS_MOST, first);
    const char *from = shifted && strcmp(first, counting.from) > 0 ? first : counting.from;
    bool done = requests != NULL &&
                (settings->tour_count == 0 || strcmp(from, to) > 0 ||
                 tours_report(question->transaction, settings, from, to, now, &tours, error)) &&
                discovery_duties(question->transaction, today, &duties, error) &&
                foil_list(question->transaction, now, false, requests, error) &&
                figures_add_rows(counting.figures, json_object_get(tours, "tours"), duties, requests, error);
    json_decref(tours);
    json_decref(duties);
    json_decref(requests);
    return done;
}

static bool issue(struct control_question *question, struct error *error)
{
    json_t *facts = NULL;
    char directory[EXTRACT_DIRECTORY_SIZE];
    bool public_edition = json_flag(question->arguments, "public");
    const struct extract extract = {.name = public_edition ? "figures-public" : "figures",
                                    .file = "figures",
                                    .job = "render-figures",
                                    .action = "figures-issued",
                                    .outcome = public_edition ? "public" : "full"};
    bool done = book_walk(question->transaction, BOOK_INCIDENTS, "", NULL, add_incident, NULL, NULL, error) &&
                add_rows(question, error) && figures_facts(counting.figures, public_edition, &facts, error) &&
                extract_issue(question->transaction, question->context->site->settings, &extract, facts,
                              question->asker->name, question->context->now, directory, error) &&
                control_put(question, "figures", json_incref(facts), error) &&
                control_put(question, "directory", json_string(directory), error);
    json_decref(facts);
    figures_end(counting.figures);
    counting.figures = NULL;
    return done;
}

bool control_audit_figures(struct control_question *question, struct error *error)
{
    char token[32];
    const char *more = json_text_or_null(question->arguments, "more");
    struct slice slice = {.transaction = question->transaction, .now = question->context->now};
    if (more == NULL ? !begin(question, error)
                     : counting.figures == NULL || strtoull(more, NULL, 10) != counting.number)
        return more == NULL
                   ? false
                   : error_set(error, FAULT_INPUT,
                               "this count is gone: the daemon was started anew, or another was begun "
                               "meanwhile; start it again");
    if (!book_walk(question->transaction, BOOK_DOCKETS, "", counting.after[0] == '\0' ? NULL : counting.after,
                   add_docket, &slice, NULL, error))
        return false;
    if (slice.count < CONTROL_SLICE)
        return issue(question, error);
    snprintf(token, sizeof token, "%" PRIu64, counting.number);
    return control_more(question, token, error);
}
