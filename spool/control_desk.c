/*
 * `leadspool desk`: what waits for a person, and saying that one is at it.
 *
 * Guarantees: an account of the roster asks for itself only, and sees items of the stages its roles have to do with; the
 * service account and root see every open item with who may take it, or one person's desk. Slices, oldest first within a
 * stage.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/item_index.h"
#include "review/desk.h"
#include "spool/control_parts.h"

struct listing {
    struct desk desk;
    const struct person *person; /* NULL = everybody's */
    bool all;
    json_t *rows;
    int looked_at;
    char last[512];
};

/* Whose desk: one's own, or the one the service names. */
static bool whose(struct control_question *question, const struct person **person, struct error *error)
{
    const struct control_asker *asker = question->asker;
    const char *as = json_text_or_null(question->arguments, "as");
    *person = asker->person;
    if (as == NULL || (asker->person != NULL && strcmp(as, asker->person->id) == 0))
        return true;
    if (!asker->service)
        return error_set(error, FAULT_REFUSED, "%s may not ask for the desk of %s (R31 R32)", asker->name,
                         as);
    *person = roster_by_id(question->context->site->roster, as);
    return *person != NULL || error_set(error, FAULT_ABSENT, "the roster has nobody called %s", as);
}

static struct desk desk_of(const struct control_question *question)
{
    const struct site *site = question->context->site;
    return (struct desk){question->transaction, site->settings, site->roster, question->context->now};
}

static bool visit(void *context, const char *key, json_t *item, struct error *error)
{
    struct listing *listing = context;
    struct error own = ERROR_NONE;
    json_t *row = NULL;
    if (!desk_row(&listing->desk, item, listing->person, &row, &own) && own.fault != FAULT_ABSENT &&
        own.fault != FAULT_ENVIRONMENT) {
        *error = own;
        return false;
    }
    if (row != NULL && (listing->all || listing->person == NULL || json_flag(row, "may")))
        json_array_append(listing->rows, row);
    json_decref(row);
    if (++listing->looked_at < CONTROL_SLICE)
        return true;
    snprintf(listing->last, sizeof listing->last, "%s", key);
    return false;
}

bool control_desk(struct control_question *question, struct error *error)
{
    struct listing listing = {
        .desk = desk_of(question), .all = json_flag(question->arguments, "all"), .rows = json_array()};
    if (!control_put(question, "rows", listing.rows, error) || !whose(question, &listing.person, error))
        return false;
    if (listing.person != NULL)
        json_put_text(question->answer, "person", listing.person->id);
    return item_index_walk(question->transaction, json_text_or_null(question->arguments, "stage"),
                           json_text_or_null(question->arguments, "more"), visit, &listing, error) &&
           (listing.last[0] == '\0' || control_more(question, listing.last, error));
}

bool control_desk_claim(struct control_question *question, struct error *error)
{
    const char *id = json_text(question->arguments, "item");
    const struct person *person = NULL;
    struct desk desk = desk_of(question);
    json_t *item = NULL;
    if (!whose(question, &person, error))
        return false;
    if (person == NULL)
        return error_set(error, FAULT_USAGE, "say who is at it: --as PERSON");
    if (!book_get(question->transaction, BOOK_ITEMS, id, &item, error))
        return false;
    bool done = item == NULL ? error_set(error, FAULT_ABSENT, "there is no item %s", id)
                : json_flag(question->arguments, "drop")
                    ? desk_drop(&desk, item, person, question->asker->name, error)
                    : desk_claim(&desk, item, person, question->asker->name, error);
    if (done) {
        json_put_text(question->answer, "item", id);
        json_put_text(question->answer, "by", person->id);
        json_put_text(question->answer, "until", json_text_or_null(json_object_get(item, "claim"), "until"));
    }
    json_decref(item);
    return done;
}

bool control_desk_recuse(struct control_question *question, struct error *error)
{
    const char *number = json_text(question->arguments, "docket");
    const char *reason = json_text(question->arguments, "reason");
    const struct person *person = NULL;
    struct desk desk = desk_of(question);
    json_t *docket = NULL;
    if (!whose(question, &person, error))
        return false;
    if (person == NULL || reason[0] == '\0')
        return error_set(error, FAULT_USAGE,
                         person == NULL ? "say who recuses themselves: --as PERSON"
                                        : "say why: --reason TEXT");
    bool done = book_need(question->transaction, BOOK_DOCKETS, number, &docket, error) &&
                desk_recuse(&desk, docket, person, reason, question->asker->name, error);
    if (done) {
        json_put_text(question->answer, "docket", number);
        json_put_text(question->answer, "by", person->id);
    }
    json_decref(docket);
    return done;
}
