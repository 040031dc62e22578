/*
 * What stages do to one another.
 *
 * Guarantees: everything that follows from a decision or a drop is written in its transaction, so a crash
 * never leaves a docket in a state without the items, queue entry or documents of that state. Decides nothing
 * itself: the stages' tables do.
 */
#include "spool/flows.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/item_index.h"
#include "casebook/outbox.h"
#include "casebook/photo.h"
#include "casebook/queue.h"
#include "casebook/vault.h"
#include "ingest/acknowledge.h"
#include "ingest/admit.h"
#include "match/plan.h"
#include "match/run_record.h"
#include "report/discovery.h"
#include "report/foil.h"
#include "report/issue.h"
#include "report/retention_dispose.h"
#include "report/retention_list.h"
#include "review/decide.h"
#include "review/items.h"
#include "review/states.h"
#include "spool/flow_audit.h"
#include "spool/flow_gallery.h"
#include "spool/flow_release.h"
#include "spool/flow_retention.h"
#include "spool/rebuild.h"

/* --- a docket's state has consequences --- */

/* Documents of outcomes that no decision of an examiner brings about. */
static bool issue_once(struct transaction *transaction, const struct site *site, json_t *docket,
                       const char *what, instant now, struct error *error)
{
    char flag[32];
    snprintf(flag, sizeof flag, "%sIssued", what);
    if (json_flag(docket, flag))
        return true;
    json_put_flag(docket, flag, true);
    return report_issue(transaction, site->settings, docket, what, now, error);
}

static bool settle(struct transaction *transaction, const struct site *site, json_t *docket, instant now,
                   struct error *error)
{
    enum docket_state state;
    if (!docket_state_of(docket, &state, error))
        return false;
    switch (state) {
    case DOCKET_QUEUED:
        return queue_add(transaction, docket, now, error);
    case DOCKET_WITHDRAWN:
    case DOCKET_LAPSED:
        return review_close(transaction, json_text(docket, "docket"), NULL, NULL, now, error) &&
               queue_remove(transaction, docket, error) &&
               issue_once(transaction, site, docket, state == DOCKET_LAPSED ? "lapsed" : "withdrawn", now,
                          error);
    default:
        return review_open(transaction, site->settings, site->roster, docket, now, error);
    }
}

bool flow_settle_docket(struct transaction *transaction, const struct site *site, const char *number,
                        instant now, struct error *error)
{
    json_t *docket = NULL;
    bool done =
        docket_get(transaction, number, &docket, error) && settle(transaction, site, docket, now, error);
    json_decref(docket);
    return done;
}

/* --- drops --- */

static bool reference_file(struct transaction *transaction, const json_t *claim, const json_t *file,
                           const char *kind, struct error *error)
{
    struct digest digest;
    return (digest_parse(json_text(file, "digest"), &digest) &&
            vault_reference(transaction, &digest, (uint64_t)json_whole(file, "size", 0), kind, error)) ||
           error_context(error, "claim %s", json_text(claim, "claim"));
}

static bool reference_files(struct transaction *transaction, const json_t *claim, struct error *error)
{
    const json_t *archive = json_object_get(claim, "archive");
    /* Told apart: a photograph that is destroyed is given up by the gallery, not by a request that sent it too. */
    const char *kind = strcmp(json_text(claim, "form"), "gallery") == 0 ? VAULT_GALLERY_FILE : "packet-file";
    size_t index;
    json_t *file;
    json_array_foreach(json_object_get(claim, "files"), index, file)
    {
        if (!reference_file(transaction, claim, file, kind, error))
            return false;
    }
    return archive == NULL || reference_file(transaction, claim, archive, "packet-archive", error);
}

static bool drop_of_decision(struct transaction *transaction, const struct site *site, const json_t *claim,
                             const json_t *check, instant now, json_t **result, struct error *error)
{
    const json_t *file = json_array_get(json_object_get(claim, "files"), 0);
    const json_t *fault = json_array_get(json_object_get(check, "faults"), 0);
    if (strcmp(json_text(fault, "outcome"), "WAIT") == 0)
        return error_set(error, FAULT_TEMPORARY, "%s", json_text(fault, "text"));
    if (!review_decide(transaction, site->settings, site->roster, claim, check, json_text(file, "digest"),
                       now, result, error))
        return false;
    json_put_text(*result, "outcome", json_flag(*result, "applied") ? "APPLIED" : "REFUSED");
    if (json_flag(*result, "applied") && json_text_or_null(*result, "docket") != NULL &&
        !discovery_note_decision(transaction, json_text(*result, "docket"), json_text(claim, "arrived"),
                                 json_text(file, "digest"), error))
        return false;
    const char *issue = json_text_or_null(*result, "issue");
    if (issue == NULL || strcmp(issue, "search") == 0 || !json_flag(*result, "applied"))
        return true;
    json_t *docket = NULL;
    bool done = docket_get(transaction, json_text(*result, "docket"), &docket, error) &&
                report_issue(transaction, site->settings, docket, issue, now, error);
    /* A report is found again by the photograph it shows, should that be sealed. */
    if (done && strcmp(issue, "report") == 0)
        done = photo_report_note(transaction, json_text(json_object_get(docket, "named"), "photo"),
                                 json_text(docket, "docket"), error);
    json_decref(docket);
    return done;
}

static bool close_if_done(struct transaction *transaction, json_t *docket, enum action action, instant now,
                          struct error *error);

static bool drop_of_acknowledgement(struct transaction *transaction, const struct site *site,
                                    const json_t *claim, const json_t *check, instant now, json_t **result,
                                    struct error *error)
{
    json_t *docket = NULL;
    if (!ingest_acknowledge(transaction, site->settings, claim, check, now, result, error))
        return false;
    if (strcmp(json_text(*result, "outcome"), "ACCEPT") != 0)
        return true;
    bool done = docket_get(transaction, json_text(*result, "docket"), &docket, error) &&
                report_attach(transaction, site->settings, docket, now, error) &&
                (strcmp(json_text(*result, "subject"), "report") != 0 ||
                 close_if_done(transaction, docket, ACTION_ACKNOWLEDGED, now, error));
    json_decref(docket);
    return done && discovery_settle(transaction, site->settings, site->roster, json_text(*result, "docket"),
                                    now, error);
}

/* The state of the docket a later packet speaks of, before it is taken in. */
static bool state_before(struct transaction *transaction, const json_t *check, enum docket_state *state,
                         bool *known, struct error *error)
{
    json_t *docket = NULL;
    const char *number = json_text(json_object_get(check, "request"), "docket");
    *known = false;
    if (!book_get(transaction, BOOK_DOCKETS, number, &docket, error))
        return false;
    *known = docket != NULL && docket_state_of(docket, state, error);
    bool done = docket == NULL || *known;
    json_decref(docket);
    return done;
}

/* What a later packet did to its docket must be what the state table says: ingest cannot see the table, so it is
   held against it here, in the same transaction. */
static bool moved_by_the_table(struct transaction *transaction, const json_t *check, const char *number,
                               enum docket_state before, struct error *error)
{
    static const struct {
        const char *kind;
        enum action action;
    } actions[] = {{"supplement", ACTION_SUPPLEMENT},
                   {"correction", ACTION_CORRECTION},
                   {"withdrawal", ACTION_WITHDRAWAL}};
    const char *kind = json_text(json_object_get(check, "request"), "kind");
    json_t *docket = NULL;
    enum docket_state after;
    size_t open = 0;
    if (!hold_count_open(transaction, number, &open, error) ||
        !docket_get(transaction, number, &docket, error))
        return false;
    bool done = docket_state_of(docket, &after, error);
    json_decref(docket);
    struct circumstances circumstances = {.holds_open_after = (int)open};
    for (size_t i = 0; done && i < sizeof actions / sizeof actions[0]; i++) {
        struct transition transition = state_after(before, actions[i].action, &circumstances);
        if (strcmp(actions[i].kind, kind) == 0 && (!transition.allowed || transition.next != after))
            done = error_set(error, FAULT_INTERNAL,
                             "a %s took %s from %s to %s, which the state table does not allow", kind, number,
                             docket_state_name(before), docket_state_name(after));
    }
    return done;
}

static bool drop_of_request(struct transaction *transaction, const struct site *site, json_t *claim,
                            const json_t *check, instant now, json_t **result, struct error *error)
{
    enum docket_state before = DOCKET_CLOSED;
    bool known = false;
    if (!state_before(transaction, check, &before, &known, error) ||
        !ingest_admit(transaction, site->settings, claim, check, now, result, error))
        return false;
    const char *outcome = json_text(*result, "outcome"), *docket = json_text_or_null(*result, "docket");
    bool changed = strcmp(outcome, "ACCEPT") == 0 || strcmp(outcome, "HOLD") == 0;
    if (docket == NULL || !changed)
        return true;
    if (known && !moved_by_the_table(transaction, check, docket, before, error))
        return false;
    /* Holds that a correction met ask nobody any more; those still open are opened again just below. */
    if (json_array_size(json_object_get(*result, "closedHolds")) > 0 &&
        !review_close(transaction, docket, "hold", NULL, now, error))
        return false;
    json_t *made = json_object_get(*result, "made");
    return made != NULL ? settle(transaction, site, made, now, error)
                        : flow_settle_docket(transaction, site, docket, now, error);
}

/* Whose index page tells of this drop: decisions and acknowledgements come from no command's folder and move
   the docket of one. */
static bool note_page(struct transaction *transaction, json_t *claim, const json_t *result,
                      struct error *error)
{
    const char *number = json_text_or_null(result, "docket"), *outcome = json_text(result, "outcome");
    json_t *docket = NULL;
    if (json_text(claim, "command")[0] != '\0' || number == NULL ||
        (strcmp(outcome, "APPLIED") != 0 && strcmp(outcome, "ACCEPT") != 0))
        return json_put_text(claim, "page", json_text(claim, "command"));
    bool done = docket_get(transaction, number, &docket, error) &&
                json_put_text(claim, "page", json_text(docket, "command"));
    json_decref(docket);
    return done;
}

bool flow_drop(struct transaction *transaction, const struct site *site, const char *form, json_t *claim,
               const json_t *check, instant now, struct error *error)
{
    json_t *result = NULL;
    int64_t last_row = 0;
    bool done =
        reference_files(transaction, claim, error) && retention_last_row(transaction, &last_row, error);
    if (done && strcmp(form, "requests") == 0)
        done = drop_of_request(transaction, site, claim, check, now, &result, error);
    else if (done && strcmp(form, "decisions") == 0)
        done = drop_of_decision(transaction, site, claim, check, now, &result, error);
    else if (done && strcmp(form, "gallery") == 0)
        done = flow_gallery_drop(transaction, site, claim, check, now, &result, error);
    else if (done && strcmp(form, "audit") == 0)
        done = flow_audit_drop(transaction, site, claim, check, now, &result, error);
    else if (done && strcmp(form, "retention") == 0)
        done = flow_retention_drop(transaction, site, claim, check, now, &result, error);
    else if (done && strcmp(form, "foil") == 0)
        done = flow_foil_drop(transaction, site, claim, check, now, &result, error);
    else if (done && strncmp(form, "disc", 4) == 0)
        done = flow_release_drop(transaction, site, form, claim, check, now, &result, error);
    else if (done)
        done = drop_of_acknowledgement(transaction, site, claim, check, now, &result, error);
    done = done && flow_retention_note(transaction, form, claim, result, last_row + 1, now, error);
    if (done) {
        json_put_text(claim, "state", "committed");
        json_put_text(claim, "outcome", json_text(result, "outcome"));
        json_put_text(claim, "docket", json_text_or_null(result, "docket"));
        json_object_set(claim, "commands", json_object_get(result, "commands"));
        done = note_page(transaction, claim, result, error) &&
               book_put(transaction, BOOK_CLAIMS, json_text(claim, "claim"), claim, error);
    }
    json_decref(result);
    return done;
}

/* --- searches --- */

bool flow_search_done(struct transaction *transaction, const struct site *site, const char *number,
                      const json_t *answer, json_t *result, instant now, struct error *error)
{
    json_t *docket = NULL;
    enum docket_state state;
    if (!docket_get(transaction, number, &docket, error))
        return false;
    bool done = docket_state_of(docket, &state, error);
    if (done && state != DOCKET_MATCHING)
        goto done; /* withdrawn while it was searched: the list is not kept */
    struct circumstances circumstances = {.round = (int)json_whole(docket, "round", 1)};
    struct transition next = state_after(state, ACTION_RUN_FINISHED, &circumstances);
    done = done && flow_drop_sealed(transaction, number, result, now, error) &&
           run_record(transaction, docket, answer, result, now, error) &&
           queue_remove(transaction, docket, error) &&
           docket_change_state(transaction, docket, next.next, now, NULL, NULL, next.clause, error) &&
           review_open(transaction, site->settings, site->roster, docket, now, error);
done:
    json_decref(docket);
    return done;
}

bool flow_search_failed(struct transaction *transaction, const char *number, const char *reason, bool counts,
                        instant now, bool *stuck, struct error *error)
{
    json_t *docket = NULL;
    enum docket_state state;
    int64_t attempts = 0;
    if (!docket_get(transaction, number, &docket, error))
        return false;
    bool done = docket_state_of(docket, &state, error);
    if (done && state == DOCKET_MATCHING)
        done = queue_add(transaction, docket, now, error) &&
               (!counts || queue_attempt(transaction, docket, reason, &attempts, error)) &&
               docket_change_state(transaction, docket, DOCKET_QUEUED, now, NULL, NULL, NULL, error);
    *stuck = attempts >= PLAN_ATTEMPTS_MOST;
    json_decref(docket);
    return done;
}

/* --- deliveries --- */

static bool close_if_done(struct transaction *transaction, json_t *docket, enum action action, instant now,
                          struct error *error)
{
    enum docket_state state;
    if (!docket_state_of(docket, &state, error))
        return false;
    bool published = json_object_get(docket, "publishedReport") != NULL;
    bool acknowledged = json_object_get(json_object_get(docket, "acknowledged"), "report") != NULL;
    struct circumstances circumstances = {.round = (int)json_whole(docket, "round", 1),
                                          .report_owed =
                                              state == DOCKET_APPROVED && !(published && acknowledged)};
    struct transition next = state_after(state, action, &circumstances);
    return !next.allowed || next.next == state ||
           docket_change_state(transaction, docket, next.next, now, NULL, NULL, next.clause, error);
}

static bool item_published(struct transaction *transaction, const json_t *row, instant now,
                           struct error *error)
{
    json_t *item = NULL;
    char at[INSTANT_TEXT_SIZE];
    const char *id = json_text_or_null(row, "item");
    if (id == NULL || !book_get(transaction, BOOK_ITEMS, id, &item, error))
        return id == NULL;
    bool done = item == NULL ||
                (json_put_text(item, "published", instant_text(now, at)) &&
                 book_put(transaction, BOOK_ITEMS, id, item, error) && item_index_touch(transaction, error));
    json_decref(item);
    return done;
}

static bool report_published(struct transaction *transaction, const struct site *site, const json_t *row,
                             instant now, struct error *error)
{
    json_t *docket = NULL;
    if (!docket_get(transaction, json_text(row, "docket"), &docket, error))
        return false;
    bool done = true;
    if (strcmp(json_text(row, "what"), "report") == 0)
        done = json_put_whole(docket, "publishedReport", outbox_id(row)) &&
               docket_put(transaction, docket, error) &&
               report_attach(transaction, site->settings, docket, now, error);
    done = done && close_if_done(transaction, docket, ACTION_PUBLISHED, now, error);
    json_decref(docket);
    return done;
}

bool flow_delivered(struct transaction *transaction, const struct site *site, const json_t *row, instant now,
                    struct error *error)
{
    const char *kind = json_text(row, "kind");
    bool cancelled = false,
         sure = strcmp(json_text(row, "state"), "delivered") == 0; /* in this transaction */
    /* Stopped while it was published: what that means was decided where it was stopped. */
    if (!sure && (!outbox_cancelled(transaction, outbox_id(row), &cancelled, error) || cancelled))
        return cancelled;
    const json_t *file = json_array_get(json_object_get(row, "files"), 0);
    const char *text = json_text_or_null(file, "text"), *digest = json_text_or_null(file, "digest");
    char of_text[DIGEST_TEXT_SIZE];
    if (digest == NULL && text != NULL) {
        struct digest computed = digest_of(text, strlen(text));
        digest = digest_text(&computed, of_text);
    }
    struct event event = {.action =
                              json_object_get(row, "remove") != NULL ? "item-removed" : "document-published",
                          .docket = json_text_or_null(row, "docket"),
                          .object = digest,
                          .outcome = kind};
    if (!event_append(transaction, now, &event, NULL, error))
        return false;
    if (strcmp(kind, REBUILD_KIND) == 0)
        return rebuild_delivered(transaction, row, now, error);
    if (strcmp(kind, "remove") == 0 && !retention_removed(transaction, row, error))
        return false;
    if (strcmp(kind, "foil") == 0)
        return foil_delivered(transaction, site->settings, row, now, error);
    if (strcmp(kind, "volume") == 0)
        return flow_release_delivered(transaction, row, now, error);
    /* What left is discovery's from now on; it may be the last thing a closed docket lacked. */
    if ((strcmp(kind, "report") == 0 || strcmp(kind, "notice") == 0) &&
        json_text_or_null(row, "docket") != NULL && !discovery_note_document(transaction, row, now, error))
        return false;
    if (strcmp(json_text(row, "what"), "recall") == 0)
        return flow_recall_delivered(transaction, row, now, error) &&
               discovery_settle(transaction, site->settings, site->roster, json_text(row, "docket"), now,
                                error);
    if (strcmp(kind, "item") == 0)
        return item_published(transaction, row, now, error);
    if (strcmp(kind, "report") == 0)
        return report_published(transaction, site, row, now, error) &&
               discovery_settle(transaction, site->settings, site->roster, json_text(row, "docket"), now,
                                error);
    return true;
}
