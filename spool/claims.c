/*
 * The claims under way: each from its row to its end.
 *
 * Guarantees: the claim's row is durable before the drop is renamed, so start-up can tell whose ".claim-…"
 * it finds; a claim that waits for something outside takes no place of another's. Does not look at a drop:
 * claim_take.c copies it, claim_check.c answers it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/claim.h"

enum {
    RETRY_MS = 2000,
    RETRY_MOST_MS = 60000,
    SPARE_MOST = 128, /* empty folders for copies that wait for their next use */
    SPARE_MS = 10000, /* that nothing was under way before they are removed */
    FLOOD = 32,       /* under way: more come than are answered at once */
    PATIENT_WAITS = 3 /* after so many, draining does not wait for it any more */
};

struct claims {
    struct daemon *daemon;
    struct claim *first;
    unsigned folders;           /* numbered so far */
    unsigned spare[SPARE_MOST]; /* numbers of empty ones */
    size_t spares;
};

const char *claim_id(const struct claim *claim)
{
    return json_text(claim->record, "claim");
}

const char *claim_path(const struct claim *claim)
{
    return json_text(claim->record, "path");
}

void claim_close_incoming(struct claim *claim)
{
    if (claim->incoming >= 0)
        close(claim->incoming);
    claim->incoming = -1;
    claim_forget_members(claim);
}

bool claim_remove_copies(struct claim *claim, struct error *error)
{
    claim_close_incoming(claim);
    if (claim->folder[0] != '\0' && !directory_remove_tree(claim->daemon->incoming, claim->folder, error))
        return false;
    claim->folder[0] = '\0';
    claim->number = 0;
    return true;
}

bool claim_take_folder(struct claim *claim, struct error *error)
{
    struct claims *claims = claim->daemon->claims;
    claim->number = claims->spares > 0 ? claims->spare[--claims->spares] : ++claims->folders;
    snprintf(claim->folder, sizeof claim->folder, "early-%u", claim->number);
    claim->incoming = directory_open_at(claim->daemon->incoming, claim->folder, true, 0700, error);
    return claim->incoming >= 0;
}

bool claim_leave_folder(struct claim *claim, struct error *error)
{
    struct claims *claims = claim->daemon->claims;
    if (claim->number == 0 || claims->spares == SPARE_MOST)
        return claim_remove_copies(claim, error);
    claims->spare[claims->spares++] = claim->number;
    claim_close_incoming(claim);
    claim->folder[0] = '\0';
    return true;
}

/* When a flood is over, what it used is not left lying about. A flood pauses: making and removing such a folder costs as
   much as a whole claim. */
static void remove_spares(void *context)
{
    struct claims *claims = context;
    struct error error = ERROR_NONE;
    char folder[24];
    while (claims->spares > 0) {
        snprintf(folder, sizeof folder, "early-%u", claims->spare[--claims->spares]);
        if (!directory_remove_tree(claims->daemon->incoming, folder, &error))
            log_line(LOG_LEVEL_WARNING, "incoming", "%s", error.text);
    }
}

void claims_rest(struct claims *claims)
{
    remove_spares(claims);
}

void claim_end(struct claim *claim, bool again)
{
    struct daemon *daemon = claim->daemon;
    struct error error = ERROR_NONE;
    if (!claim_remove_copies(claim, &error))
        log_line(LOG_LEVEL_WARNING, "incoming", "%s", error.text);
    for (struct claim **at = &daemon->claims->first; *at != NULL; at = &(*at)->next)
        if (*at == claim) {
            *at = claim->next;
            break;
        }
    if (claim->early)
        shares_early_ended(daemon->shares, claim_path(claim), json_text(claim->record, "drop"));
    else
        shares_claim_ended(daemon->shares, claim_path(claim), json_text(claim->record, "drop"), again);
    json_decref(claim->record);
    json_decref(claim->check);
    json_decref(claim->gave_up);
    free(claim->why);
    free(claim);
    if (daemon->claims->first == NULL && daemon->claims->spares > 0)
        loop_after(daemon->loop, SPARE_MS, remove_spares, daemon->claims, NULL);
    daemon_wake(daemon);
}

static void start_over(void *context);

void claim_later(struct claim *claim, const struct error *error)
{
    /* Said once for each cause: an outdated list may be waited for a whole night. */
    if (claim->why == NULL || strcmp(claim->why, error->text) != 0) {
        log_line(LOG_LEVEL_WARNING, "claim-waits", "claim %s: %s", claim_id(claim), error->text);
        free(claim->why);
        claim->why = strdup(error->text);
        claim->waits =
            0; /* in a row for one cause: copying in again between two looks at a list ends no wait */
    }
    int64_t pause = (int64_t)RETRY_MS
                    << (claim->waits < CLAIM_CHANGES_MOST ? 0 : claim->waits - CLAIM_CHANGES_MOST);
    claim_close_incoming(claim);
    claim->ready = false;
    claim->waiting = true;
    if (claim->waits < CLAIM_CHANGES_MOST + 5)
        claim->waits++;
    if (!loop_after(claim->daemon->loop, pause < RETRY_MOST_MS ? pause : RETRY_MOST_MS, start_over, claim,
                    NULL))
        claim_end(claim, false);
    else
        daemon_wake(claim->daemon); /* not at once: start-up's recovery comes here before there are shares */
}

void claim_hand_over(struct claim *claim, struct commit commit)
{
    struct error error = ERROR_NONE;
    commit.context = claim;
    commit.first = claim->first;
    if (!committer_hand(claim->daemon->committer, &commit, &error))
        claim_later(claim, &error);
}

void claim_ask_porter(struct claim *claim, json_t *message, int file, service_done *done)
{
    struct error error = ERROR_NONE;
    if (claim->first && message != NULL)
        json_put_flag(message, "first", true);
    if (!service_ask(daemon_porter(claim->daemon, claim_path(claim)), message, file, done, claim, &error))
        claim_later(claim, &error);
}

bool claim_run(struct claim *claim, const char *kind, const json_t *parameters, const int *inputs,
               size_t count, job_done *done, struct error *error)
{
    struct nursery *nursery = claim->daemon->nursery;
    bool first = claim->first; /* the claim may be gone when its job could not even begin */
    if (!nursery_run(nursery, kind, parameters, inputs, count, done, claim, error))
        return false;
    if (first)
        nursery_hurry(nursery, claim);
    return true;
}

static void start_over(void *context)
{
    struct claim *claim = context;
    claim->waiting = false;
    if (strcmp(json_text(claim->record, "state"), "committed") == 0)
        claim_clean_up(claim);
    else
        claim_take(claim);
}

static bool store_row(struct transaction *transaction, void *context, struct error *error)
{
    struct claim *claim = context;
    int64_t number = 0;
    char id[24], at[INSTANT_TEXT_SIZE];
    if (!counter_next(transaction, "claim", &number, error))
        return false;
    snprintf(id, sizeof id, "%012lld", (long long)number);
    json_put_text(claim->record, "claim", id);
    json_put_text(claim->record, "arrived", instant_text(clock_now(), at));
    return book_put(transaction, BOOK_CLAIMS, id, claim->record, error);
}

static void row_stored(void *context, const struct error *error)
{
    struct claim *claim = context;
    if (error == NULL) {
        claim->fresh = true;
        claim_take(claim);
        return;
    }
    log_line(LOG_LEVEL_ERROR, "claim-row", "%s", error->text);
    claim_end(claim, true);
}

static struct claim *add(struct claims *claims, json_t *record)
{
    struct claim *claim = calloc(1, sizeof *claim);
    if (claim == NULL || record == NULL) {
        json_decref(record);
        free(claim);
        return NULL;
    }
    claim->daemon = claims->daemon;
    claim->record = record;
    claim->incoming = -1;
    claim->next = claims->first;
    claims->first = claim;
    return claim;
}

void claim_store_row(struct claim *claim)
{
    struct error error = ERROR_NONE;
    const struct commit commit = {
        .work = store_row, .done = row_stored, .context = claim, .first = claim->first};
    if (!committer_hand(claim->daemon->committer, &commit, &error))
        claim_end(claim, true);
}

void claims_begin(struct claims *claims, const char *form, const char *path, const char *command,
                  const char *drop, const char *print, bool early, bool first)
{
    struct claim *claim =
        add(claims, json_pack("{ss,ss,ss,ss,ss,si,ss}", "form", form, "path", path, "command", command,
                              "drop", drop, "state", "claiming", "attempts", 0, "print", print));
    if (claim == NULL)
        return;
    claim->first = first;
    if (early)
        claim_early(claim);
    else
        claim_store_row(claim);
}

void claims_resume(struct claims *claims, const json_t *record)
{
    struct claim *claim = add(claims, json_deep_copy(record));
    if (claim != NULL)
        start_over(claim);
}

static bool counts(const struct claim *claim, int waits)
{
    return !daemon_mount(claim->daemon, claim_path(claim))->hung && (!claim->waiting || claim->waits < waits);
}

static size_t count_claims(const struct claims *claims, int waits)
{
    size_t count = 0;
    for (const struct claim *claim = claims->first; claim != NULL; claim = claim->next)
        count += counts(claim, waits) ? 1 : 0;
    return count;
}

bool claims_flood(const struct claims *claims)
{
    return count_claims(claims, 0) > FLOOD;
}

void claims_paths(const struct claims *claims, void (*tell)(void *context, const char *path), void *context)
{
    for (const struct claim *claim = claims->first; claim != NULL; claim = claim->next)
        if (counts(claim, 0))
            tell(context, claim_path(claim));
}

size_t claims_busy(const struct claims *claims)
{
    return count_claims(claims, PATIENT_WAITS);
}

json_t *claims_waiting(const struct claims *claims)
{
    json_t *list = json_array();
    for (const struct claim *claim = claims->first; claim != NULL; claim = claim->next)
        if (claim->waiting && claim->why != NULL)
            json_array_append_new(list, json_pack("{ss,ss,ss,ss}", "claim", claim_id(claim), "share",
                                                  claim_path(claim), "drop", json_text(claim->record, "drop"),
                                                  "reason", claim->why));
    return list;
}

size_t claims_active(const struct claims *claims)
{
    return count_claims(claims, 0);
}

bool claims_open(struct daemon *daemon, struct error *error)
{
    daemon->claims = calloc(1, sizeof *daemon->claims);
    if (daemon->claims == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory");
    daemon->claims->daemon = daemon;
    return true;
}

void claims_close(struct claims *claims)
{
    while (claims != NULL && claims->first != NULL) {
        struct claim *claim = claims->first;
        claims->first = claim->next;
        claim_close_incoming(claim);
        json_decref(claim->record);
        json_decref(claim->check);
        json_decref(claim->gave_up);
        free(claim->why);
        free(claim);
    }
    free(claims);
}
