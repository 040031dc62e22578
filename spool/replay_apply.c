/*
 * Seals and destructions done again in a restored record.
 *
 * Guarantees: what was so already stays; a seal is put under the effect the site gives its reason, and never a milder one than
 * hiding where the reason is unknown; what is destroyed is destroyed by the code of disposals, which may refuse (the docket was
 * still open when the backup was made): that is told, and people order it anew.
 */
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/photo.h"
#include "ingest/seal.h"
#include "report/retention_dispose.h"
#include "spool/replay.h"
#include "spool/site.h"

#define REPLAYED "restore"

struct replayed {
    struct transaction *transaction;
    const struct site *site;
    const json_t *row;
    instant now;
};

static const struct {
    const char *action, *kind;
} orders[] = {{"photo-sealed", "seal"},
              {"photo-unsealed", "unseal"},
              {"photo-withdrawn", "withdraw"},
              {"photo-held", "hold"},
              {"photo-released", "release"}};

static const char *order_of(const char *action)
{
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (strcmp(orders[i].action, action) == 0)
            return orders[i].kind;
    return NULL;
}

static bool note_photo(const struct replayed *replayed, const json_t *photo, struct error *error)
{
    const struct event event = {.role = "service",
                                .action = json_text(replayed->row, "action"),
                                .object = json_text(photo, "digest"),
                                .clause = "R17",
                                .outcome = json_text(replayed->row, "outcome")};
    int64_t generation = 0;
    return event_append(replayed->transaction, replayed->now, &event, NULL, error) &&
           counter_next(replayed->transaction, "seals", &generation, error);
}

static bool apply_photo(const struct replayed *replayed, const char *kind, const char *id, json_t *photos,
                        const char **left, struct error *error)
{
    const char *reason = json_text(replayed->row, "outcome");
    const char *effect = seal_effect(replayed->site->settings, reason);
    const struct seal_order order = {.kind = kind,
                                     .reason = reason,
                                     .citation = "",
                                     .effect = effect == NULL ? "show" : effect,
                                     .order_id = REPLAYED,
                                     .claim = REPLAYED,
                                     .keeper = REPLAYED,
                                     .at = json_text(replayed->row, "at")};
    json_t *photo = NULL;
    if (!book_get(replayed->transaction, BOOK_PHOTOS, id, &photo, error))
        return false;
    if (photo == NULL)
        return true; /* enrolled after the backup: it is not there to be searched */
    bool done = true;
    enum seal_outcome outcome = seal_apply(replayed->site->settings, &order, photo);
    if (outcome == SEAL_NO_MEMORY)
        done = error_set(error, FAULT_TEMPORARY, "out of memory while sealing a photograph again");
    else if (outcome == SEAL_DONE)
        done = photo_put(replayed->transaction, photo, error) && note_photo(replayed, photo, error);
    else if (outcome != SEAL_ALREADY)
        *left = _("the seal in force cannot be lifted");
    if (done && outcome == SEAL_DONE && !photo_may_be_shown(photo))
        json_put_flag(photos, id, true);
    json_decref(photo);
    return done;
}

static bool apply_hold(const struct replayed *replayed, bool places, const char **left, struct error *error)
{
    const char *number = json_text(replayed->row, "docket");
    json_t *docket = NULL;
    if (!book_get(replayed->transaction, BOOK_DOCKETS, number, &docket, error))
        return false;
    if (docket == NULL) {
        *left = places ? _("the backup has no such docket") : NULL;
        return true;
    }
    const struct event event = {
        .role = "service", .action = json_text(replayed->row, "action"), .docket = number, .clause = "R38"};
    if (places)
        json_put(docket, "legalHold",
                 json_pack("{ss,ss,ss,ss,ss}", "reason", "", "citation", "", "order", REPLAYED, "by",
                           REPLAYED, "at", json_text(replayed->row, "at")));
    else
        json_object_del(docket, "legalHold");
    bool done = docket_put(replayed->transaction, docket, error) &&
                event_append(replayed->transaction, replayed->now, &event, NULL, error);
    json_decref(docket);
    return done;
}

/* Of a docket; what a drop or a release left names no record by which it could be found again. */
static bool apply_disposal(const struct replayed *replayed, const char **left, struct error *error)
{
    const char *number = json_text_or_null(replayed->row, "docket");
    json_t *docket = NULL, *outcome = NULL;
    if (number == NULL || strcmp(json_text(replayed->row, "action"), "release-disposed") == 0) {
        *left = _("a drop or a release: have it disposed of anew");
        return true;
    }
    if (!book_get(replayed->transaction, BOOK_DOCKETS, number, &docket, error))
        return false;
    json_t *entry = json_pack("{ss,ss}", "class", json_text(replayed->row, "outcome"), "id", number);
    bool there = docket != NULL && json_object_get(docket, "disposed") == NULL, done = true;
    if (there)
        done = retention_entry_kept(replayed->transaction, entry, left, error);
    if (done && there && *left == NULL)
        done =
            retention_dispose_entry(replayed->transaction, REPLAYED, entry, replayed->now, &outcome, error);
    json_decref(entry);
    json_decref(outcome);
    json_decref(docket);
    return done;
}

bool replay_row(struct transaction *transaction, const struct site *site, const json_t *row, json_t *photos,
                instant now, const char **left, struct error *error)
{
    const struct replayed replayed = {transaction, site, row, now};
    const char *action = json_text(row, "action"), *kind = order_of(action);
    size_t i;
    const json_t *id;
    *left = NULL;
    if (kind != NULL) {
        json_array_foreach(json_object_get(row, "photos"), i, id)
        {
            if (!apply_photo(&replayed, kind, json_string_value(id), photos, left, error))
                return false;
        }
        return true;
    }
    /* Both follow from a seal: compaction does them again. */
    if (strcmp(action, "photo-removed") == 0 || strcmp(action, "photo-destroyed") == 0)
        return true;
    if (strcmp(action, "legal-hold-placed") == 0 || strcmp(action, "legal-hold-lifted") == 0)
        return apply_hold(&replayed, action[11] == 'p', left, error);
    if (strstr(action, "-disposed") != NULL)
        return apply_disposal(&replayed, left, error);
    return error_set(error, FAULT_INPUT, "\"%s\" is no action of such a list", action);
}
