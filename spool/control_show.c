/*
 * `leadspool show DOCKET`: one docket, as far as the asker may see it now.
 *
 * Guarantees: candidate lists, ranks and scores are never shown here; the verdicts of a round that is still
 * running are shown to nobody, and what would unblind a peer is not shown to a peer at all. The look is an
 * event.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/hold.h"
#include "casebook/outbox.h"
#include "report/foil.h"
#include "spool/control_parts.h"

/* What a reviewer must not know before the own rating is signed; kept from peers for good, because the next
   round may ask them again. */
static const char *const blinding[] = {"named", "comparison", "background", "peers", "rounds", "supervision"};

static void take_away_running_round(json_t *docket)
{
    json_t *peers = json_object_get(docket, "peers");
    if (strcmp(json_text(docket, "state"), "PEER") != 0)
        return;
    for (size_t i = json_array_size(peers); i-- > 0;)
        if (json_whole(json_array_get(peers, i), "round", 0) == json_whole(docket, "round", 0))
            json_array_remove(peers, i);
}

static json_t *view_of(const json_t *docket, const struct control_asker *asker)
{
    json_t *view = json_deep_copy(docket);
    bool peer = asker->person != NULL && docket_person_has(docket, asker->person->id, "peer");
    if (view == NULL)
        return NULL;
    take_away_running_round(view);
    for (size_t i = 0; peer && i < sizeof blinding / sizeof *blinding; i++)
        json_object_del(view, blinding[i]);
    if (!asker->service) /* who looked, and why, is the auditors' */
        json_object_del(view, "looks");
    return view;
}

struct gathering {
    json_t *rows;
    const char *docket;
};

static bool gather_hold(void *context, const char *key, json_t *value, struct error *error)
{
    struct gathering *gathering = context;
    (void)key;
    return json_array_append(gathering->rows, value) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory");
}

static bool gather_item(void *context, const char *key, json_t *value, struct error *error)
{
    static const char *const members[] = {"item", "stage", "digest", "opened", "directory", "closed"};
    struct gathering *gathering = context;
    json_t *row = json_object();
    (void)key;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_put_text(row, members[i], json_text_or_null(value, members[i]));
    json_put_whole(row, "round", json_whole(value, "round", 0));
    json_put_whole(row, "slot", json_whole(value, "slot", 0));
    return json_array_append_new(gathering->rows, row) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory");
}

static bool gather_row(void *context, const char *key, json_t *value, struct error *error)
{
    static const char *const members[] = {"row", "kind", "directory", "state", "reason", "created"};
    struct gathering *gathering = context;
    (void)key;
    (void)error;
    if (strcmp(json_text(value, "docket"), gathering->docket) != 0)
        return true;
    json_t *row = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_put_text(row, members[i], json_text_or_null(value, members[i]));
    json_array_append_new(gathering->rows, row);
    return true;
}

static bool add_searches(struct control_question *question, const json_t *docket, struct error *error)
{
    static const char *const members[] = {"search", "at", "snapshot", "reason"};
    json_t *rows = json_array(), *key;
    size_t i;
    if (!control_put(question, "searches", rows, error))
        return false;
    json_array_foreach(json_object_get(docket, "searches"), i, key)
    {
        json_t *record = NULL, *row = json_object();
        if (!book_get(question->transaction, BOOK_SEARCHES, json_string_value(key), &record, error)) {
            json_decref(row);
            return false;
        }
        for (size_t m = 0; m < sizeof members / sizeof *members; m++)
            json_put_text(row, members[m], json_text_or_null(record, members[m]));
        json_put_whole(row, "photos", json_whole(record, "count", 0));
        json_put_whole(row, "persons", json_whole(record, "persons", 0));
        json_put_whole(row, "listed", (int64_t)json_array_size(json_object_get(record, "list")));
        json_array_append_new(rows, row);
        json_decref(record);
    }
    return true;
}

static bool add_rows(struct control_question *question, const char *number, struct error *error)
{
    char prefix[80];
    struct gathering holds = {json_array(), number}, items = {json_array(), number},
                     outbox = {json_array(), number};
    bool put = control_put(question, "holds", holds.rows, error);
    put = control_put(question, "items", items.rows, error) && put;
    put = control_put(question, "outbox", outbox.rows, error) && put;
    snprintf(prefix, sizeof prefix, "%s-", number);
    return put && hold_walk(question->transaction, number, gather_hold, &holds, error) &&
           book_walk(question->transaction, BOOK_ITEMS, prefix, NULL, gather_item, &items, NULL, error) &&
           outbox_walk(question->transaction, 0, gather_row, &outbox, error);
}

bool control_show(struct control_question *question, struct error *error)
{
    json_t *docket = NULL;
    if (foil_number_is(json_text(question->arguments, "id")))
        return control_foil_show(question, error);
    if (!control_find_docket(question, json_text(question->arguments, "id"), &docket, error))
        return false;
    bool done = control_look(question, docket, true, error) &&
                control_put(question, "docket", view_of(docket, question->asker), error) &&
                add_rows(question, json_text(docket, "docket"), error) &&
                add_searches(question, docket, error);
    json_decref(docket);
    return done;
}
