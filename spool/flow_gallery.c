/*
 * Drops of the gallery keeper, and what a seal does to casework (R17).
 *
 * Guarantees: from the transaction that seals a photograph on, no list, item or report shows it: open items are
 * taken back, a report on its way is stopped, one that may have been seen is recalled. Does not touch segments:
 * searches are told which photographs to leave out.
 */
#include "spool/flow_gallery.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "casebook/photo.h"
#include "ingest/admit.h"
#include "ingest/order.h"
#include "report/foil.h"
#include "report/issue.h"
#include "report/release_recall.h"
#include "review/sealed.h"

/* May the signer of an enrolment or an order do so (R17, R30, R31)? The reason why not, or NULL. A legal hold is the
   legal bureau's. */
static const char *keeper_refusal(const struct person *person, const json_t *signer, bool hold, instant now)
{
    instant signed_at = now;
    if (person == NULL)
        return _("the packet is not signed by anybody on the roster");
    if (hold && !person_has(person, ROLE_LEGAL))
        return _("the signer is not of the legal bureau");
    if (!hold && !person_may_sign(person, SIGNING_GALLERY))
        return _("the signer is not a gallery keeper");
    instant_parse(json_text(signer, "signedAt"), &signed_at, NULL);
    if (person_suspended(person, signed_at) || person_suspended(person, now))
        return _("the signer is suspended");
    return person->trained_until <= now || person->trained_until <= signed_at
               ? _("the signer's training has run out")
               : NULL;
}

/* --- documents --- */

static bool is_row_of_report(const json_t *row, const json_t *docket)
{
    const char *kind = json_text(row, "kind");
    return strcmp(json_text(row, "docket"), json_text(docket, "docket")) == 0 &&
           (strcmp(kind, "attach") == 0 || strcmp(json_text(row, "what"), "report") == 0);
}

struct stopping {
    const json_t *docket;
    json_t *rows; /* ids of rows to be stopped */
    bool visible; /* one of them may have been seen */
};

static bool collect_rows(void *context, const char *key, json_t *row, struct error *error)
{
    (void)key;
    struct stopping *stopping = context;
    if (!is_row_of_report(row, stopping->docket))
        return true;
    const char *state = json_text(row, "state");
    if (strcmp(state, "stuck") == 0)
        state = json_text(row, "stuckIn");
    stopping->visible = stopping->visible || strcmp(state, "publish") == 0;
    return json_array_append_new(stopping->rows, json_integer(outbox_id(row))) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while stopping a report");
}

/* Rows of the docket's report that are not delivered go no further. *visible: a part may lie on the share. */
static bool stop_report(struct transaction *transaction, const json_t *docket, instant now, bool *visible,
                        struct error *error)
{
    struct stopping stopping = {.docket = docket, .rows = json_array()};
    size_t index;
    const json_t *id;
    bool done = outbox_walk(transaction, 0, collect_rows, &stopping, error);
    json_array_foreach(stopping.rows, index, id) done =
        done && outbox_cancel(transaction, json_integer_value(id), "photo-sealed", now, error);
    *visible = stopping.visible;
    json_decref(stopping.rows);
    return done;
}

/* What was published about it is no report any more; another may follow. */
static void forget_report(json_t *docket)
{
    json_object_del(docket, "publishedReport");
    json_object_del(docket, "attached");
    json_t *acknowledged = json_object_get(docket, "acknowledged");
    if (acknowledged != NULL)
        json_object_del(acknowledged, "report");
}

static bool recall(struct transaction *transaction, const struct site *site, json_t *docket, instant now,
                   struct error *error)
{
    const struct event event = {.action = "report-recalled",
                                .docket = json_text(docket, "docket"),
                                .clause = "R17",
                                .outcome = "photo-sealed"};
    return report_issue(transaction, site->settings, docket, "recall", now, error) &&
           event_append(transaction, now, &event, NULL, error);
}

/* --- dockets --- */

/* `commands` gets the name of the docket's, if something of it changed. */
static bool take_from_docket(struct transaction *transaction, const struct site *site, const char *number,
                             const json_t *photos, json_t *commands, instant now, struct error *error)
{
    json_t *docket = NULL;
    bool moved = false, visible = false, done = docket_get(transaction, number, &docket, error);
    enum docket_state state = DOCKET_CLOSED;
    done = done && docket_state_of(docket, &state, error);
    const char *named = json_text(json_object_get(docket, "named"), "photo");
    bool approved = done && state == DOCKET_APPROVED && json_object_get(photos, named) != NULL;
    bool published = json_object_get(docket, "publishedReport") != NULL;
    done = done && (!approved || stop_report(transaction, docket, now, &visible, error));
    if (approved)
        forget_report(docket);
    done =
        done &&
        review_photo_sealed(transaction, site->settings, site->roster, docket, photos, now, &moved, error) &&
        (!(approved && (published || visible)) || recall(transaction, site, docket, now, error));
    if (done && (moved || approved))
        json_put_flag(commands, json_text(docket, "command"), true);
    json_decref(docket);
    return done || error_context(error, "taking a sealed photograph from %s", number);
}

struct open_dockets {
    json_t *numbers;
};

static bool collect_docket(void *context, const char *key, json_t *docket, struct error *error)
{
    (void)docket;
    return json_array_append_new(context, json_string(key)) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking for dockets");
}

/* Dockets whose work may show gallery photographs. */
static bool open_work(struct transaction *transaction, json_t *numbers, struct error *error)
{
    static const enum docket_state states[] = {DOCKET_INVESTIGATION, DOCKET_BACKGROUND, DOCKET_PEER,
                                               DOCKET_SUPERVISION, DOCKET_APPROVED};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (!docket_walk_state(transaction, states[i], collect_docket, numbers, error))
            return false;
    return true;
}

/* A closed docket stays closed; whoever has its report is told. */
static bool recall_closed(struct transaction *transaction, const struct site *site, const char *number,
                          instant now, struct error *error)
{
    json_t *docket = NULL;
    enum docket_state state;
    bool done = docket_get(transaction, number, &docket, error) && docket_state_of(docket, &state, error);
    if (done && state == DOCKET_CLOSED && json_object_get(docket, "publishedReport") != NULL &&
        !json_flag(docket, "recalled"))
        done = json_put_flag(docket, "recalled", true) && recall(transaction, site, docket, now, error);
    json_decref(docket);
    return done;
}

static bool take_back(struct transaction *transaction, const struct site *site, const json_t *photos,
                      json_t *commands, instant now, struct error *error)
{
    json_t *numbers = json_array(), *closed = json_array();
    const char *photo;
    json_t *value;
    size_t index;
    bool done = open_work(transaction, numbers, error);
    json_object_foreach((json_t *)(uintptr_t)photos, photo, value) done =
        done && photo_reports(transaction, photo, closed, error);
    json_array_foreach(numbers, index, value) done =
        done && take_from_docket(transaction, site, json_string_value(value), photos, commands, now, error);
    json_array_foreach(closed, index, value) done =
        done && recall_closed(transaction, site, json_string_value(value), now, error) &&
        foil_changed(transaction, json_string_value(value), now, error);
    json_decref(numbers);
    json_decref(closed);
    return done;
}

bool flow_photos_sealed(struct transaction *transaction, const struct site *site, const json_t *photos,
                        instant now, struct error *error)
{
    json_t *commands = json_object();
    bool done = take_back(transaction, site, photos, commands, now, error) &&
                release_take_back(transaction, now, error);
    json_decref(commands);
    return done;
}

/* --- drops --- */

static bool drop_of_order(struct transaction *transaction, const struct site *site, const json_t *claim,
                          const json_t *check, const struct person *person, const char *refusal, instant now,
                          json_t **result, struct error *error)
{
    json_t *photos = json_object(), *id;
    size_t index;
    bool done = ingest_order(transaction, site->settings, claim, check, person == NULL ? NULL : person->id,
                             refusal, now, result, error);
    json_array_foreach(json_object_get(*result, "photos"), index, id)
        json_put_flag(photos, json_string_value(id), true);
    /* Whatever ends searching alone leaves what was found. */
    const char *effect = json_text(*result, "effect");
    if (done && json_object_size(photos) > 0 && effect[0] != '\0' && strcmp(effect, "search") != 0)
        done = take_back(transaction, site, photos, json_object_at(*result, "commands"), now, error) &&
               release_take_back(transaction, now, error);
    json_decref(photos);
    return done;
}

bool flow_gallery_drop(struct transaction *transaction, const struct site *site, const json_t *claim,
                       const json_t *check, instant now, json_t **result, struct error *error)
{
    const json_t *signer = json_object_get(check, "signer");
    const struct person *person = roster_by_certificate(site->roster, json_text(signer, "fingerprint"));
    const char *refusal = keeper_refusal(person, signer, order_is(claim) && order_is_of_hold(check), now);
    if (order_is(claim))
        return drop_of_order(transaction, site, claim, check, person, refusal, now, result, error);
    return ingest_enrol(transaction, site->settings, claim, check, refusal, now, result, error);
}

/* --- searches --- */

bool flow_drop_sealed(struct transaction *transaction, const char *docket, json_t *result, instant now,
                      struct error *error)
{
    json_t *kept = json_array(), *row, *dropped = NULL;
    size_t index;
    bool done = kept != NULL;
    json_array_foreach(json_object_get(result, "candidates"), index, row)
    {
        json_t *photo = NULL;
        done = done && book_get(transaction, BOOK_PHOTOS, json_text(row, "photo"), &photo, error);
        if (done && photo_may_be_searched(photo))
            done = json_array_append(kept, row) == 0;
        else if (done) {
            const struct event event = {.action = "photo-suppressed",
                                        .docket = docket,
                                        .object = json_text_or_null(photo, "digest"),
                                        .clause = "R17",
                                        .outcome = "sealed-while-searched"};
            dropped = json_array_at(result, "dropped");
            done = json_array_append(dropped, json_object_get(row, "photo")) == 0 &&
                   event_append(transaction, now, &event, NULL, error);
        }
        json_decref(photo);
    }
    if (done && dropped != NULL)
        done = json_object_set(result, "candidates", kept) == 0;
    json_decref(kept);
    return done || error->fault != FAULT_NONE ||
           error_set(error, FAULT_TEMPORARY, "out of memory while checking a list for sealed photographs");
}

/* --- recalls --- */

bool flow_recall_delivered(struct transaction *transaction, const json_t *row, instant now,
                           struct error *error)
{
    char *directory = text_formatted("case-management/%s", json_text(row, "docket"));
    json_t *copy = json_pack("{ss,ss,ss,ss,ss*,sO}", "kind", "attach", "what", "recall-notice", "docket",
                             json_text(row, "docket"), "command", json_text(row, "command"), "directory",
                             directory, "files", json_object_get(row, "files"));
    bool done = copy != NULL ? outbox_add(transaction, copy, now, NULL, error)
                             : error_set(error, FAULT_TEMPORARY, "out of memory while recalling a report");
    json_decref(copy);
    free(directory);
    return done;
}
