/*
 * Which pictures an item shows, and under which labels.
 *
 * Guarantees: what a person may not see yet is not in the item: no score, no rank and no name at
 * investigation, no sign of the named one among a peer's pictures; photos sealed or withdrawn since the
 * search are left out (R17).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/photo.h"
#include "review/item.h"
#include "review/shuffle.h"

static void add_picture(struct item *item, const char *role, const char *digest, const json_t *eyes)
{
    json_t *picture = json_object();
    json_put_text(picture, "role", role);
    json_put_text(picture, "digest", digest);
    if (json_is_array(eyes))
        json_put(picture, "eyes", json_deep_copy(eyes));
    json_array_append_new(item->pictures, picture);
}

static void add_photo(struct item *item, const char *label, json_t *photo)
{
    add_picture(item, label, json_text(photo, "digest"), json_object_get(photo, "eyes"));
    json_put_text(json_object_at(item->record, "labels"), label, json_text(photo, "photo"));
    json_object_set(item->photos, label, photo);
}

/* The picture that was searched; before a search, the image it is made from. */
static void add_probe(struct item *item)
{
    const json_t *probe = json_object_get(item->docket, "probe");
    const char *searched = json_text_or_null(probe, "searched");
    if (probe != NULL)
        add_picture(item, "P01", searched == NULL ? json_text(probe, "image") : searched,
                    json_object_get(probe, "eyes"));
}

static void add_submitted(struct item *item)
{
    const json_t *images = json_object_get(item->docket, "images");
    size_t i;
    const json_t *image;
    json_array_foreach(images, i, image)
    {
        char label[24];
        snprintf(label, sizeof label, "S%02zu", i + 1);
        add_picture(item, label, json_text(image, "digest"), json_object_get(image, "eyes"));
    }
}

/* The photo's record, NULL when it is not to be shown any more. */
static bool get_photo(struct item *item, const char *id, json_t **photo, struct error *error)
{
    if (!book_get(item->transaction, BOOK_PHOTOS, id, photo, error))
        return false;
    if (*photo != NULL && !photo_may_be_shown(*photo)) {
        json_decref(*photo);
        *photo = NULL;
    }
    return true;
}

static bool get_search(struct item *item, json_t **search, char digest[DIGEST_TEXT_SIZE], struct error *error)
{
    struct digest of;
    const char *key = json_text(item->docket, "list");
    *search = NULL;
    digest[0] = '\0';
    if (key[0] == '\0')
        return true;
    if (!book_need(item->transaction, BOOK_SEARCHES, key, search, error))
        return false;
    if (!json_digest(*search, &of))
        return error_set(error, FAULT_TEMPORARY, "no memory for a search record");
    digest_text(&of, digest);
    return true;
}

/* All photos of the list that may still be shown, without the named one when `named` is not NULL. New
 * reference. */
static bool list_photos(struct item *item, const json_t *search, const char *named, json_t **photos,
                        struct error *error)
{
    const json_t *list = json_object_get(search, "list");
    *photos = json_array();
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *id = json_text(json_array_get(list, i), "photo");
        json_t *photo = NULL;
        if (named != NULL && strcmp(id, named) == 0)
            continue;
        if (!get_photo(item, id, &photo, error))
            return false;
        if (photo != NULL)
            json_array_append_new(*photos, photo);
    }
    return true;
}

static bool add_shuffled(struct item *item, const json_t *photos, char letter, uint64_t seed,
                         struct error *error)
{
    size_t count = json_array_size(photos);
    size_t *order = calloc(count + 1, sizeof *order);
    if (order == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for an item");
    shuffle_order(seed, order, count);
    for (size_t i = 0; i < count; i++) {
        char label[24];
        snprintf(label, sizeof label, "%c%02zu", letter, i + 1);
        add_photo(item, label, json_array_get(photos, order[i]));
    }
    free(order);
    return true;
}

/* The named one and some of the others, drawn from the list; which ones is settled by the seed too. */
static bool choose_lineup(struct item *item, const json_t *search, uint64_t seed, json_t **lineup,
                          struct error *error)
{
    bool done = false;
    json_t *others = NULL, *named = NULL;
    size_t *order = NULL;
    const char *id = json_text(json_object_get(item->docket, "named"), "photo");
    *lineup = json_array();
    if (!book_need(item->transaction, BOOK_PHOTOS, id, &named, error) ||
        !list_photos(item, search, id, &others, error))
        goto done;
    size_t count = json_array_size(others), wanted = (size_t)item->settings->foils;
    order = calloc(count + 1, sizeof *order);
    if (order == NULL) {
        error_set(error, FAULT_TEMPORARY, "no memory for an item");
        goto done;
    }
    shuffle_order(seed ^ 0x666f696c73u, order, count); /* another stream than that of the labels */
    item->few_foils = count < wanted;
    json_array_append(*lineup, named);
    for (size_t i = 0; i < count && i < wanted; i++)
        json_array_append(*lineup, json_array_get(others, order[i]));
    done = true;
done:
    free(order);
    json_decref(others);
    json_decref(named);
    return done;
}

static bool add_list(struct item *item, bool peer, struct error *error)
{
    char digest[DIGEST_TEXT_SIZE], text[17];
    json_t *search = NULL, *photos = NULL;
    bool done = get_search(item, &search, digest, error);
    uint64_t seed =
        shuffle_seed(json_text(item->docket, "docket"), item->stage, item->round, item->slot, digest);
    snprintf(text, sizeof text, "%016llx", (unsigned long long)seed);
    done = done && json_put_text(item->record, "seed", text) &&
           (peer ? choose_lineup(item, search, seed, &photos, error)
                 : list_photos(item, search, NULL, &photos, error)) &&
           add_shuffled(item, photos, peer ? 'A' : 'C', seed, error);
    json_object_at(item->record, "labels"); /* there even when nothing was found */
    json_decref(photos);
    json_decref(search);
    return done;
}

static bool add_named(struct item *item, struct error *error)
{
    const json_t *named = json_object_get(item->docket, "named");
    json_t *photo = NULL;
    if (!book_need(item->transaction, BOOK_PHOTOS, json_text(named, "photo"), &photo, error))
        return false;
    add_photo(item, json_text(named, "label"), photo);
    json_decref(photo);
    return true;
}

bool item_pictures(struct item *item, struct error *error)
{
    if (strcmp(item->stage, "hold") == 0 || strcmp(item->stage, "intake") == 0) {
        add_submitted(item);
        return true;
    }
    add_probe(item);
    if (strcmp(item->stage, "investigation") == 0) {
        add_submitted(item); /* another search may be asked for with another of them (R19) */
        return add_list(item, false, error);
    }
    if (strcmp(item->stage, "peer") == 0)
        return add_list(item, true, error);
    return add_named(item, error);
}
