/*
 * The desk.
 *
 * Guarantees: a row tells where an item waits and for whom, never a candidate, a score, an opinion or who reviewed. A
 * claim is a note in the item's record with an event; nothing that judges a decision reads it.
 */
#include "review/desk.h"

#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/item_index.h"
#include "review/eligible.h"

enum { HOUR_MILLISECONDS = 3600 * 1000 };

struct finding {
    int64_t number;
    json_t *hold;
};

static bool is_hold(void *context, const char *key, json_t *hold, struct error *error)
{
    (void)key, (void)error;
    struct finding *finding = context;
    if (json_whole(hold, "number", 0) == finding->number)
        finding->hold = json_incref(hold);
    return finding->hold == NULL;
}

/* The docket, and the hold where the item is of one. */
static bool read_cause(const struct desk *desk, const json_t *item, json_t **docket, json_t **hold,
                       struct error *error)
{
    const char *number = json_text(item, "docket");
    struct finding finding = {.number = json_whole(item, "slot", 0)};
    *docket = *hold = NULL;
    if (!book_need(desk->transaction, BOOK_DOCKETS, number, docket, error))
        return false;
    bool done = strcmp(json_text(item, "stage"), "hold") != 0 ||
                hold_walk(desk->transaction, number, is_hold, &finding, error);
    *hold = finding.hold;
    return done;
}

static struct item_question question_of(const struct desk *desk, const json_t *item, const json_t *docket,
                                        const json_t *hold)
{
    return (struct item_question){.settings = desk->settings,
                                  .roster = desk->roster,
                                  .docket = docket,
                                  .stage = json_text(item, "stage"),
                                  .hold_role = json_text_or_null(hold, "role"),
                                  .now = desk->now};
}

const char *desk_claimant(const json_t *item, instant now)
{
    const json_t *claim = json_object_get(item, "claim");
    instant until = 0;
    return instant_parse(json_text(claim, "until"), &until, NULL) && now < until
               ? json_text_or_null(claim, "by")
               : NULL;
}

static void add_eligible(json_t *row, const struct item_question *question)
{
    json_t *list = json_array_at(row, "eligible");
    for (size_t i = 0; i < roster_count(question->roster); i++) {
        const struct person *person = roster_at(question->roster, i);
        if (item_eligible(question, person, NULL, 0))
            json_array_append_new(list, json_string(person->id));
    }
}

static json_t *row_of(const struct desk *desk, const json_t *item, const json_t *docket)
{
    static const char *const members[] = {"item", "docket", "stage", "opened", "directory"};
    json_t *row = json_object();
    instant opened = desk->now;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_put_text(row, members[i], json_text_or_null(item, members[i]));
    json_put_whole(row, "round", json_whole(item, "round", 0));
    json_put_whole(row, "slot", json_whole(item, "slot", 0));
    json_put_text(row, "lane", json_text_or_null(docket, "lane"));
    instant_parse(json_text(item, "opened"), &opened, NULL);
    json_put_whole(row, "waited", desk->now - opened);
    if (desk_claimant(item, desk->now) != NULL) {
        json_t *claim = json_object_at(row, "claim");
        json_put_text(claim, "by", desk_claimant(item, desk->now));
        json_put_text(claim, "until", json_text(json_object_get(item, "claim"), "until"));
    }
    return row;
}

bool desk_row(const struct desk *desk, const json_t *item, const struct person *person, json_t **row,
              struct error *error)
{
    json_t *docket = NULL, *hold = NULL;
    char why[400] = "";
    *row = NULL;
    bool done = read_cause(desk, item, &docket, &hold, error);
    struct item_question question = question_of(desk, item, docket, hold);
    if (done && (person == NULL || item_concerns(&question, person))) {
        *row = row_of(desk, item, docket);
        if (person == NULL) {
            add_eligible(*row, &question);
            json_put_text(*row, "held", json_text_or_null(hold, "reason"));
            json_put_text(*row, "decides", json_text_or_null(hold, "role"));
            json_put_text(*row, "clause", json_text_or_null(hold, "clause"));
        } else {
            bool may = item_eligible(&question, person, why, sizeof why);
            json_put_flag(*row, "may", may);
            json_put_text(*row, "why", may ? NULL : why);
        }
    }
    json_decref(docket);
    json_decref(hold);
    return done;
}

static bool note(const struct desk *desk, json_t *item, const struct person *person, const char *actor,
                 const char *action, struct error *error)
{
    struct event event = {.actor = actor,
                          .role = "desk",
                          .action = action,
                          .docket = json_text(item, "docket"),
                          .object = json_text(item, "digest"),
                          .outcome = person->id};
    return book_put(desk->transaction, BOOK_ITEMS, json_text(item, "item"), item, error) &&
           item_index_touch(desk->transaction, error) &&
           event_append(desk->transaction, desk->now, &event, NULL, error);
}

bool desk_claim(const struct desk *desk, json_t *item, const struct person *person, const char *actor,
                struct error *error)
{
    json_t *docket = NULL, *hold = NULL;
    char why[400] = "", until[INSTANT_LOCAL_SIZE], text[INSTANT_TEXT_SIZE];
    const char *other = desk_claimant(item, desk->now), *id = json_text(item, "item");
    if (json_object_get(item, "closed") != NULL)
        return error_set(error, FAULT_REFUSED, "%s is closed: it waits for nobody any more", id);
    if (!read_cause(desk, item, &docket, &hold, error))
        return false;
    struct item_question question = question_of(desk, item, docket, hold);
    bool done = true;
    if (!item_eligible(&question, person, why, sizeof why))
        done = error_set(error, FAULT_REFUSED, "%s may not take %s: %s %s (R31)", person->id, id, person->id,
                         why);
    else if (other != NULL && strcmp(other, person->id) != 0)
        done = error_set(error, FAULT_REFUSED,
                         "%s has said they are at %s, until %s. A decision of yours would count all the same",
                         other, id,
                         instant_local_of(json_text(json_object_get(item, "claim"), "until"), false, until));
    if (done) {
        json_t *claim = json_object();
        json_put_text(claim, "by", person->id);
        json_put_text(claim, "at", instant_text(desk->now, text));
        json_put_text(
            claim, "until",
            instant_text(desk->now + (instant)desk->settings->claim_hours * HOUR_MILLISECONDS, text));
        json_put(item, "claim", claim);
        done = note(desk, item, person, actor, "item-claimed", error);
    }
    json_decref(docket);
    json_decref(hold);
    return done;
}

bool desk_drop(const struct desk *desk, json_t *item, const struct person *person, const char *actor,
               struct error *error)
{
    const char *claimant = desk_claimant(item, desk->now), *id = json_text(item, "item");
    if (claimant == NULL)
        return error_set(error, FAULT_ABSENT, "nobody has said they are at %s, or it lapsed", id);
    if (strcmp(claimant, person->id) != 0)
        return error_set(error, FAULT_REFUSED, "it is %s who is at %s, not %s", claimant, id, person->id);
    json_object_del(item, "claim");
    return note(desk, item, person, actor, "item-dropped", error);
}

bool desk_recuse(const struct desk *desk, json_t *docket, const struct person *person, const char *reason,
                 const char *actor, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *recused = json_object_at(docket, "recused");
    const char *number = json_text(docket, "docket");
    if (json_object_get(recused, person->id) != NULL)
        return error_set(error, FAULT_REFUSED, "%s is recused from %s already", person->id, number);
    json_t *entry = json_object_at(recused, person->id);
    json_put_text(entry, "at", instant_text(desk->now, at));
    json_put_text(entry, "reason", reason);
    struct event event = {
        .actor = actor, .role = "desk", .action = "recused", .docket = number, .outcome = person->id};
    return docket_put(desk->transaction, docket, error) && item_index_touch(desk->transaction, error) &&
           event_append(desk->transaction, desk->now, &event, NULL, error);
}
