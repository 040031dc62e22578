/*
 * Opening and closing work items.
 *
 * Guarantees: an item, its event and its outbox row are one transaction with their cause; opening is by what
 * is missing, so doing it twice opens nothing twice; a stage reopened gets the next slot, never an id used
 * before.
 */
#include "review/items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clauses.h"
#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/item_index.h"
#include "casebook/outbox.h"
#include "review/disjoint.h"
#include "review/item.h"

static bool write_xml(struct item *item, struct text *xml, struct error *error)
{
    char opened[INSTANT_TEXT_SIZE];
    text_add(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<item xmlns=\"urn:leadspool:item:1\">\n");
    text_format(xml, "  <docket>%s</docket>\n  <stage>%s</stage>\n", json_text(item->docket, "docket"),
                item->stage);
    text_format(xml, "  <round>%lld</round>\n  <slot>%lld</slot>\n  <opened>%s</opened>\n",
                (long long)item->round, (long long)item->slot, instant_text(item->opened, opened));
    if (item->hold != NULL)
        text_format(xml, "  <hold>%lld</hold>\n", (long long)json_whole(item->hold, "number", 0));
    text_add(xml, "  <pictures>\n");
    size_t i;
    const json_t *picture;
    json_array_foreach(item->pictures, i, picture)
    {
        text_format(xml, "    <picture label=\"%s\" sha256=\"%s\"/>\n", json_text(picture, "role"),
                    json_text(picture, "digest"));
    }
    text_add(xml, "  </pictures>\n</item>\n");
    return text_done(xml, error);
}

static void write_reason(const struct item *item, struct text *reason)
{
    const json_t *request = json_object_get(item->docket, "request"), *hold = item->hold;
    const json_t *requester = json_object_get(request, "requester");
    text_format(reason, _("%s, hold %lld\n\nWhat is wrong: %s\nRule %s: %s\n\n"),
                json_text(item->docket, "docket"), (long long)json_whole(hold, "number", 0),
                json_text(hold, "reason"), json_text(hold, "clause"),
                clause_words(json_text(hold, "clause")));
    text_format(reason, _("Who decides: %s\nCommand: %s\nRequester: %s (%s)\nUse: %s %s\nBasis: %s\n"),
                json_text(hold, "role"), json_text(item->docket, "command"), json_text(requester, "name"),
                json_text(requester, "account"), json_text(request, "use"), json_text(request, "subUse"),
                json_text(request, "basis"));
    text_format(
        reason,
        _("\nRelease or refuse with a signed decision of the stage hold, about item.xml beside this file:\n"
          "    leadspool release %s --hold %lld --reasons \"...\"\n"
          "    leadspool refuse %s --hold %lld --reasons \"...\"\n"),
        json_text(item->docket, "docket"), (long long)json_whole(hold, "number", 0),
        json_text(item->docket, "docket"), (long long)json_whole(hold, "number", 0));
}

static bool add_row(struct item *item, const char *xml, struct error *error)
{
    bool done = false;
    json_t *facts = NULL, *row = json_object(), *files = json_array_at(row, "files");
    json_put_text(row, "kind", "item");
    json_put_text(row, "docket", json_text(item->docket, "docket"));
    json_put_text(row, "directory", json_text(item->record, "directory"));
    json_put_text(row, "item", json_text(item->record, "item"));
    struct text reason = TEXT_EMPTY;
    if (item->hold != NULL) {
        write_reason(item, &reason);
        if (!text_done(&reason, error))
            goto done;
        json_array_append_new(
            files, json_pack("{s:s,s:s,s:b}", "name", "reason.txt", "text", reason.bytes, "sign", 0));
    }
    /* Last: whoever sees item.xml sees the whole item. */
    json_array_append_new(files, json_pack("{s:s,s:s,s:b}", "name", "item.xml", "text", xml, "sign", 0));
    if (!item_facts(item, &facts, error))
        goto done;
    json_t *render = json_object_at(row, "render"), *parameters = json_object_at(render, "parameters");
    json_put_text(render, "job", "render-worksheet");
    json_put_text(render, "name", "worksheet.pdf");
    json_put_text(parameters, "stage", item->stage);
    json_object_set(parameters, "facts", facts);
    json_object_set(render, "pictures", item->pictures);
    json_t *page = json_deep_copy(render);
    json_put_text(page, "name", "worksheet.html");
    json_put_text(json_object_get(page, "parameters"), "form", "page");
    json_put(render, "then", page);
    done = outbox_add(item->transaction, row, item->opened, NULL, error);
done:
    text_free(&reason);
    json_decref(facts);
    json_decref(row);
    return done;
}

static bool store(struct item *item, struct error *error)
{
    bool done = false;
    struct text xml = TEXT_EMPTY;
    char digest_words[DIGEST_TEXT_SIZE], opened[INSTANT_TEXT_SIZE], id[120];
    const char *docket = json_text(item->docket, "docket");
    char *directory = strcmp(item->stage, "hold") == 0
                          ? text_formatted("hold/%s-%lld", docket, (long long)item->slot)
                      : strcmp(item->stage, "peer") == 0
                          ? text_formatted("review/peer/%s-%lld", docket, (long long)item->slot)
                          : text_formatted("review/%s/%s", item->stage, docket);
    snprintf(id, sizeof id, "%s-%s-%lld-%lld", docket, item->stage, (long long)item->round,
             (long long)item->slot);
    json_put_text(item->record, "item", id);
    json_put_text(item->record, "docket", docket);
    json_put_text(item->record, "stage", item->stage);
    json_put_whole(item->record, "round", item->round);
    json_put_whole(item->record, "slot", item->slot);
    json_put_text(item->record, "opened", instant_text(item->opened, opened));
    json_put_text(item->record, "directory", directory);
    json_put_whole(item->record, "images",
                   (json_int_t)json_array_size(json_object_get(item->docket, "images")));
    free(directory);
    if (!item_pictures(item, error) || !write_xml(item, &xml, error))
        goto done;
    struct digest digest = digest_of(xml.bytes, xml.length);
    json_put_text(item->record, "xml", xml.bytes);
    json_put_text(item->record, "digest", digest_text(&digest, digest_words));
    struct event event = {
        .action = "item-opened", .docket = docket, .object = digest_words, .outcome = item->stage};
    done = book_put(item->transaction, BOOK_ITEMS, id, item->record, error) &&
           item_index_add(item->transaction, item->record, error) && add_row(item, xml.bytes, error) &&
           event_append(item->transaction, item->opened, &event, NULL, error);
done:
    text_free(&xml);
    return done || error_context(error, "opening %s", id);
}

static bool open_one(struct transaction *transaction, const struct settings *settings, const json_t *docket,
                     const char *stage, int64_t slot, const json_t *hold, instant now, struct error *error)
{
    struct item item = {.transaction = transaction,
                        .settings = settings,
                        .docket = docket,
                        .stage = stage,
                        .round = json_whole(docket, "round", 1),
                        .slot = slot,
                        .opened = now,
                        .hold = hold,
                        .record = json_object(),
                        .pictures = json_array(),
                        .photos = json_object()};
    bool done = store(&item, error);
    json_decref(item.record);
    json_decref(item.pictures);
    json_decref(item.photos);
    return done;
}

/* What there is of one stage and round. */
struct tally {
    int64_t round;
    int64_t last_slot;
    int64_t slots;  /* in this round */
    bool open;      /* one of this stage is open, in whatever round */
    int64_t images; /* that one was about so many submitted images */
};

static bool tally_item(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key, (void)error;
    struct tally *tally = context;
    if (json_object_get(value, "closed") == NULL) {
        tally->open = true;
        tally->images = json_whole(value, "images", 0);
    }
    if (json_whole(value, "round", 0) != tally->round)
        return true;
    /* One taken back for a sealed photograph was answered by nobody: another takes its place. */
    tally->slots += json_flag(value, "takenBack") ? 0 : 1;
    if (json_whole(value, "slot", 0) > tally->last_slot)
        tally->last_slot = json_whole(value, "slot", 0);
    return true;
}

static bool count_items(struct transaction *transaction, const json_t *docket, const char *stage,
                        struct tally *tally, struct error *error)
{
    char prefix[100];
    *tally = (struct tally){.round = json_whole(docket, "round", 1)};
    snprintf(prefix, sizeof prefix, "%s-%s-", json_text(docket, "docket"), stage);
    return book_walk(transaction, BOOK_ITEMS, prefix, NULL, tally_item, tally, NULL, error);
}

static bool collect(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key, (void)error;
    if (json_object_get(value, "closed") == NULL)
        json_array_append(context, value);
    return true;
}

static bool open_holds(struct transaction *transaction, const struct settings *settings, const json_t *docket,
                       instant now, struct error *error)
{
    json_t *holds = json_array();
    const char *number = json_text(docket, "docket");
    bool done = hold_walk(transaction, number, collect, holds, error);
    for (size_t i = 0; done && i < json_array_size(holds); i++) {
        json_t *hold = json_array_get(holds, i), *item = NULL;
        char id[120];
        snprintf(id, sizeof id, "%s-hold-%lld-%lld", number, (long long)json_whole(docket, "round", 1),
                 (long long)json_whole(hold, "number", 0));
        done = book_get(transaction, BOOK_ITEMS, id, &item, error);
        if (done && item == NULL) {
            json_put_text(hold, "item", id);
            done = open_one(transaction, settings, docket, "hold", json_whole(hold, "number", 0), hold, now,
                            error) &&
                   hold_put(transaction, hold, error);
        }
        json_decref(item);
    }
    json_decref(holds);
    return done;
}

static bool open_peers(struct transaction *transaction, const struct settings *settings, const json_t *docket,
                       instant now, struct error *error)
{
    struct tally tally;
    struct peers_of_round peers = peers_count(docket, json_whole(docket, "round", 1), "");
    if (!count_items(transaction, docket, "peer", &tally, error))
        return false;
    for (int64_t slot = tally.slots; slot < settings->min_peers + peers.undecided; slot++)
        if (!open_one(transaction, settings, docket, "peer", ++tally.last_slot, NULL, now, error))
            return false;
    return true;
}

bool review_open(struct transaction *transaction, const struct settings *settings,
                 const struct roster *roster, const json_t *docket, instant now, struct error *error)
{
    (void)roster; /* who may see an item will be settled when items carry lists of readers */
    static const char *const STAGES[DOCKET_STATE_COUNT] = {
        [DOCKET_INTAKE] = "intake",
        [DOCKET_INVESTIGATION] = "investigation",
        [DOCKET_BACKGROUND] = "background",
        [DOCKET_SUPERVISION] = "supervision",
    };
    enum docket_state state;
    if (!docket_state_of(docket, &state, error))
        return false;
    if (state == DOCKET_HELD)
        return open_holds(transaction, settings, docket, now, error);
    if (state == DOCKET_PEER)
        return open_peers(transaction, settings, docket, now, error);
    if (STAGES[state] == NULL)
        return true;
    struct tally tally;
    if (!count_items(transaction, docket, STAGES[state], &tally, error))
        return false;
    /* A supplement came while the item was out: a decision on the old one would be about fewer images. */
    bool chooses = state == DOCKET_INTAKE || state == DOCKET_INVESTIGATION;
    bool outdated =
        chooses && tally.open && tally.images != (int64_t)json_array_size(json_object_get(docket, "images"));
    if (outdated && !review_close(transaction, json_text(docket, "docket"), STAGES[state], NULL, now, error))
        return false;
    return (tally.open && !outdated) ||
           open_one(transaction, settings, docket, STAGES[state], tally.last_slot + 1, NULL, now, error);
}

static bool close_item(struct transaction *transaction, json_t *item, const char *by, instant now,
                       struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    json_put_text(item, "closed", instant_text(now, at));
    json_put_text(item, "by", by);
    json_t *row = json_pack("{s:s,s:s,s:s,s:s,s:[]}", "kind", "remove", "docket", json_text(item, "docket"),
                            "directory", json_text(item, "directory"), "remove", "directory", "files");
    bool done = row != NULL && book_put(transaction, BOOK_ITEMS, json_text(item, "item"), item, error) &&
                item_index_remove(transaction, item, error) && outbox_add(transaction, row, now, NULL, error);
    json_decref(row);
    return done || error_context(error, "closing %s", json_text(item, "item"));
}

bool review_close_item(struct transaction *transaction, json_t *item, const char *by, instant now,
                       struct error *error)
{
    return json_object_get(item, "closed") != NULL || close_item(transaction, item, by, now, error);
}

bool review_close(struct transaction *transaction, const char *docket, const char *stage, const char *by,
                  instant now, struct error *error)
{
    char prefix[100];
    json_t *open = json_array();
    snprintf(prefix, sizeof prefix, stage == NULL ? "%s-" : "%s-%s-", docket, stage);
    bool done = book_walk(transaction, BOOK_ITEMS, prefix, NULL, collect, open, NULL, error);
    for (size_t i = 0; done && i < json_array_size(open); i++)
        done = close_item(transaction, json_array_get(open, i), by, now, error);
    json_decref(open);
    return done;
}
