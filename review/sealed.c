/*
 * Work that shows a photograph sealed meanwhile.
 *
 * Guarantees: in one transaction with the seal, so nobody's decision can name the photograph afterwards; what was
 * decided before stays in the record. Does not look after documents: the caller recalls what was published.
 */
#include "review/sealed.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "review/items.h"
#include "review/states.h"

static bool shows(const json_t *item, const json_t *photos)
{
    const char *label;
    json_t *photo;
    json_object_foreach(json_object_get(item, "labels"), label, photo)
    {
        if (json_object_get(photos, json_string_value(photo)) != NULL)
            return true;
    }
    return false;
}

struct looking {
    const json_t *photos;
    json_t *items;
};

static bool collect(void *context, const char *key, json_t *item, struct error *error)
{
    (void)key;
    const struct looking *looking = context;
    return json_object_get(item, "closed") != NULL || !shows(item, looking->photos) ||
           json_array_append(looking->items, item) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while taking items back");
}

/* Close what shows one of the photographs; an item taken back counts as never opened (items.c). */
static bool take_back(struct transaction *transaction, const char *number, const json_t *photos, instant now,
                      struct error *error)
{
    char prefix[100];
    struct looking looking = {photos, json_array()};
    size_t index;
    json_t *item;
    snprintf(prefix, sizeof prefix, "%s-", number);
    bool done = looking.items != NULL &&
                book_walk(transaction, BOOK_ITEMS, prefix, NULL, collect, &looking, NULL, error);
    json_array_foreach(looking.items, index, item)
    {
        const struct event event = {.action = "item-taken-back",
                                    .docket = number,
                                    .object = json_text(item, "digest"),
                                    .clause = "R17",
                                    .outcome = json_text(item, "stage")};
        json_put_flag(item, "takenBack", true);
        done = done && review_close_item(transaction, item, NULL, now, error) &&
               event_append(transaction, now, &event, NULL, error);
    }
    json_decref(looking.items);
    return done;
}

/* The round ends where the table begins another. */
static void end_round(json_t *docket, instant now)
{
    char at[INSTANT_TEXT_SIZE];
    int64_t round = json_whole(docket, "round", 1);
    json_t *rounds = json_array_at(docket, "rounds"), *entry = NULL;
    size_t index;
    /* A report already ended it: approved stays what was decided. */
    json_array_foreach(rounds, index, entry)
    {
        if (json_whole(entry, "round", 0) == round)
            goto counted;
    }
    json_array_append_new(rounds, json_pack("{sI,ss,ss}", "round", (json_int_t)round, "outcome",
                                            "photo-sealed", "closed", instant_text(now, at)));
counted:
    json_put_whole(docket, "round", round + 1);
}

static bool move(struct transaction *transaction, json_t *docket, enum docket_state state, instant now,
                 struct error *error)
{
    struct circumstances circumstances = {.round = (int)json_whole(docket, "round", 1)};
    struct transition next = state_after(state, ACTION_PHOTO_SEALED, &circumstances);
    if (!next.allowed)
        return error_set(error, FAULT_INTERNAL, "%s is in %s, where no photograph is named",
                         json_text(docket, "docket"), docket_state_name(state));
    json_object_del(docket, "named");
    if (next.new_round)
        end_round(docket, now);
    /* Nobody is asked about it any more, whether or not an item shows the photograph itself. */
    return review_close(transaction, json_text(docket, "docket"), NULL, NULL, now, error) &&
           docket_change_state(transaction, docket, next.next, now, NULL, NULL, next.clause, error);
}

bool review_photo_sealed(struct transaction *transaction, const struct settings *settings,
                         const struct roster *roster, json_t *docket, const json_t *photos, instant now,
                         bool *moved, struct error *error)
{
    enum docket_state state;
    const char *named = json_text_or_null(json_object_get(docket, "named"), "photo");
    *moved = false;
    if (!docket_state_of(docket, &state, error))
        return false;
    bool concerns = named != NULL && json_object_get(photos, named) != NULL && state >= DOCKET_BACKGROUND &&
                    state <= DOCKET_APPROVED;
    if (!take_back(transaction, json_text(docket, "docket"), photos, now, error) ||
        (concerns && !move(transaction, docket, state, now, error)))
        return false;
    *moved = concerns;
    return review_open(transaction, settings, roster, docket, now, error);
}
