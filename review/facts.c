/*
 * What a worksheet is told (shapes: review/worksheet.h), from the docket and the photos' records.
 *
 * Guarantees: built up member by member for each stage, never by leaving something out of a whole record: a
 * member added to a record later does not find its way to a person who may not see it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "review/item.h"

static json_t *image_facts(const json_t *image, const char *label)
{
    json_t *facts = json_object();
    json_put_text(facts, "label", label);
    json_put_text(facts, "picture", label);
    json_copy_members(facts, image, "file", "digest", "source", "capturedAt", "recordingId", "width",
                      "height", "measures", "quality", "edits", "eyes", NULL);
    return facts;
}

/* The submitted images, in the order item_pictures labelled them (S01…). */
static json_t *images_facts(const struct item *item)
{
    json_t *facts = json_array();
    const json_t *images = json_object_get(item->docket, "images");
    size_t next = 0;
    for (size_t i = 0; i < json_array_size(item->pictures); i++) {
        const char *label = json_text(json_array_get(item->pictures, i), "role");
        if (label[0] == 'S')
            json_array_append_new(facts, image_facts(json_array_get(images, next++), label));
    }
    return facts;
}

/* "picture", and "facePicture" where eye points allow an aligned crop (page/rendering.h makes it). */
static void put_picture(const struct item *item, json_t *facts, const char *role)
{
    json_put_text(facts, "picture", role);
    for (size_t i = 0; i < json_array_size(item->pictures); i++) {
        const json_t *picture = json_array_get(item->pictures, i);
        if (strcmp(json_text(picture, "role"), role) != 0 || json_object_get(picture, "eyes") == NULL)
            continue;
        char *face = text_formatted("%s-face", role);
        json_put_text(facts, "facePicture", face);
        free(face);
    }
}

static json_t *probe_facts(const struct item *item, bool blind)
{
    const json_t *probe = json_object_get(item->docket, "probe");
    json_t *facts = json_object();
    put_picture(item, facts, "P01");
    if (blind)
        return facts;
    json_copy_members(facts,
                      json_find(json_object_get(item->docket, "images"), "digest", json_text(probe, "image")),
                      "file", "source", "capturedAt", NULL);
    json_put_text(facts, "digest", json_text(probe, "image"));
    json_put_text(facts, "searchedDigest", json_text_or_null(probe, "searched"));
    json_put(facts, "edits", docket_probe_edits(item->docket));
    return facts;
}

/* The list's pictures by label alone. */
static json_t *lettered_facts(const struct item *item)
{
    json_t *facts = json_array();
    for (size_t i = 0; i < json_array_size(item->pictures); i++) {
        const char *label = json_text(json_array_get(item->pictures, i), "role");
        if (json_object_get(item->photos, label) == NULL)
            continue;
        json_t *photo = json_object();
        json_put_text(photo, "label", label);
        put_picture(item, photo, label);
        json_array_append_new(facts, photo);
    }
    return facts;
}

static json_t *candidate_facts(const struct item *item)
{
    const char *label = json_text(json_object_get(item->docket, "named"), "label");
    const json_t *photo = json_object_get(item->photos, label);
    json_t *facts = json_object();
    json_put_text(facts, "label", label);
    put_picture(item, facts, label);
    json_copy_members(facts, photo, "photo", "capturedAt", "source", "sourceCitation", NULL);
    if (strcmp(item->stage, "background") == 0)
        json_copy_members(facts, photo, "biography", NULL);
    return facts;
}

static json_t *signed_facts(const json_t *signed_part)
{
    json_t *facts = json_object();
    json_put_text(facts, "person", json_text_or_null(signed_part, "by"));
    json_copy_members(facts, signed_part, "at", NULL);
    return facts;
}

/* What was signed first, before it was amended: the supervisor sees both. */
static void put_amended(json_t *facts, const json_t *part, const char *const *members)
{
    size_t i;
    const json_t *before;
    json_array_foreach(json_object_get(part, "amended"), i, before)
    {
        json_t *one = signed_facts(before);
        for (const char *const *member = members; *member != NULL; member++)
            json_copy_members(one, before, *member, NULL);
        json_put_text(one, "reason", json_text_or_null(before, "reasons"));
        json_array_append_new(json_array_at(facts, "amended"), one);
    }
}

/* The blind ratings of this round side by side. */
static json_t *reviews_facts(const struct item *item)
{
    json_t *facts = json_array();
    const json_t *peers = json_object_get(item->docket, "peers");
    for (size_t i = 0; i < json_array_size(peers); i++) {
        const json_t *peer = json_array_get(peers, i);
        if (json_whole(peer, "round", 0) != item->round)
            continue;
        json_t *review = signed_facts(peer);
        json_copy_members(review, peer, "slot", "verdict", "named", "foilsPossible", NULL);
        json_put_text(review, "reason", json_text_or_null(peer, "reasons"));
        put_amended(review, peer, (const char *const[]){"verdict", "named", "foilsPossible", NULL});
        json_array_append_new(facts, review);
    }
    return facts;
}

static void supervision_facts(const struct item *item, json_t *facts)
{
    json_t *comparison = signed_facts(json_object_get(item->docket, "comparison"));
    json_t *background = signed_facts(json_object_get(item->docket, "background"));
    json_copy_members(comparison, json_object_get(item->docket, "comparison"), "rating", "limitations",
                      "reasons", "features", "grids", NULL);
    json_copy_members(background, json_object_get(item->docket, "background"), "items", "conflicts", NULL);
    put_amended(comparison, json_object_get(item->docket, "comparison"),
                (const char *const[]){"rating", "limitations", NULL});
    put_amended(background, json_object_get(item->docket, "background"),
                (const char *const[]){"items", "conflicts", NULL});
    json_put(facts, "candidate", candidate_facts(item));
    json_put(facts, "comparison", comparison);
    json_put(facts, "background", background);
    json_put(facts, "reviews", reviews_facts(item));
    json_t *rounds = json_object_get(item->docket, "rounds");
    if (json_array_size(rounds) > 0)
        json_put(facts, "earlier", json_deep_copy(rounds));
}

/* What made the list: a fact about the tool, nothing about a photo. */
static bool put_engine(const struct item *item, json_t *facts, struct error *error)
{
    const char *key = json_text(item->docket, "list");
    json_t *search = NULL;
    if (key[0] == '\0')
        return true;
    if (!book_get(item->transaction, BOOK_SEARCHES, key, &search, error))
        return false;
    const json_t *card = json_object_get(search, "engine");
    char *words =
        card == NULL ? NULL
                     : text_formatted(_("%s, version %s"), json_text(card, "id"), json_text(card, "version"));
    json_put_text(facts, "engine", words);
    free(words);
    json_decref(search);
    return true;
}

bool item_facts(const struct item *item, json_t **result, struct error *error)
{
    json_t *facts = json_object();
    char opened[INSTANT_TEXT_SIZE];
    const char *stage = item->stage;
    bool peer = strcmp(stage, "peer") == 0;
    *result = facts;
    if (facts == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for a worksheet");
    json_put_text(facts, "docket", json_text(item->docket, "docket"));
    json_put_text(facts, "item", json_text(item->record, "digest"));
    json_put_whole(facts, "round", item->round);
    json_put_whole(facts, "slot", item->slot);
    json_put_text(facts, "opened", instant_text(item->opened, opened));
    json_put_flag(facts, "demonstration", item->settings->demonstration);
    /* A comparison is made from pictures: what is said about the event, or was found elsewhere, shifts it. */
    if (!peer && strcmp(stage, "investigation") != 0)
        json_copy_members(facts, item->docket, "request", "command", "received", NULL);
    if (strcmp(stage, "hold") == 0 || strcmp(stage, "intake") == 0)
        json_put(facts, "images", images_facts(item));
    else
        json_put(facts, "probe", probe_facts(item, peer));
    if (item->hold != NULL) {
        json_t *hold = json_object_at(facts, "hold");
        json_copy_members(hold, item->hold, "number", "clause", "role", "reason", NULL);
    } else if (strcmp(stage, "investigation") == 0) {
        json_put(facts, "candidates", lettered_facts(item));
        json_put(facts, "images",
                 images_facts(item)); /* another search may be asked for, with others of them */
        return put_engine(item, facts, error);
    } else if (strcmp(stage, "background") == 0) {
        json_t *comparison = json_object_at(facts, "comparison");
        json_put(facts, "candidate", candidate_facts(item));
        json_copy_members(comparison, json_object_get(item->docket, "comparison"), "rating", "limitations",
                          "at", NULL);
        put_amended(comparison, json_object_get(item->docket, "comparison"),
                    (const char *const[]){"rating", "limitations", NULL});
    } else if (peer) {
        json_put(facts, "photos", lettered_facts(item));
        if (item->few_foils)
            json_put_text(facts, "note",
                          _("The candidate list was too short for the usual number of photos."));
    } else if (strcmp(stage, "supervision") == 0) {
        supervision_facts(item, facts);
    }
    return true;
}
