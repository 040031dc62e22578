/*
 * The pictures of an item are measured before its worksheet is drawn.
 *
 * What answers a sender says whether a picture can be read, not how good it is: that is for the person who opens the
 * item, so it is measured after the receipt and before the item (R20). Guarantees: the measures are stored with the
 * docket in the transaction that puts them into the row, so both have the same; a picture is measured once. Does not
 * judge.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/outbox.h"
#include "casebook/vault.h"
#include "spool/delivery.h"

static json_t *images_of(json_t *render)
{
    return json_object_get(json_object_get(json_object_get(render, "parameters"), "facts"), "images");
}

/* The first picture of the worksheet without measures; NULL when all have theirs. */
static const json_t *unmeasured(const struct delivery *delivery)
{
    size_t index;
    const json_t *image;
    if (strcmp(json_text(delivery->row, "kind"), "item") != 0)
        return NULL;
    json_array_foreach(images_of(json_object_get(delivery->row, "render")), index, image)
    {
        if (json_object_get(image, "quality") == NULL && json_text(image, "digest")[0] != '\0')
            return image;
    }
    return NULL;
}

static bool put_quality(json_t *images, const char *digest, const json_t *quality)
{
    bool done = true;
    size_t index;
    json_t *image;
    json_array_foreach(images, index, image)
    {
        if (done && strcmp(json_text(image, "digest"), digest) == 0 &&
            json_object_get(image, "quality") == NULL)
            done = json_object_set_new(image, "quality", json_deep_copy(quality)) == 0;
    }
    return done;
}

/* Into every document the row will be rendered to. */
static bool put_in_row(struct delivery *delivery, const char *digest, const json_t *quality)
{
    for (json_t *render = json_object_get(delivery->row, "render"); render != NULL;
         render = json_object_get(render, "then"))
        if (!put_quality(images_of(render), digest, quality))
            return false;
    return true;
}

static bool store(struct transaction *transaction, void *context, struct error *error)
{
    struct delivery *delivery = context;
    json_t *docket = NULL;
    const char *digest = json_text(delivery->measured, "digest");
    const json_t *quality = json_object_get(delivery->measured, "quality");
    if (!docket_get(transaction, json_text(delivery->row, "docket"), &docket, error))
        return false;
    bool done = (put_quality(json_object_get(docket, "images"), digest, quality) &&
                 put_in_row(delivery, digest, quality)) ||
                error_set(error, FAULT_TEMPORARY, "out of memory while storing measures");
    done = done && docket_put(transaction, docket, error) && outbox_put(transaction, delivery->row, error);
    json_decref(docket);
    return done;
}

static void measured(void *context, const struct job_outcome *outcome)
{
    struct delivery *delivery = context;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    if (!job_answer_json(outcome, &answer, &error)) {
        delivery_failed(delivery, &error);
        return;
    }
    json_object_set(delivery->measured, "quality", json_object_get(answer, "quality"));
    json_decref(answer);
    delivery_store(delivery, store);
}

/* Marks are those the sender made, as they stand beside the picture. */
static json_t *parameters_for(const struct delivery *delivery, const json_t *image)
{
    const json_t *pictures = json_object_get(json_object_get(delivery->row, "render"), "pictures");
    const json_t *picture = json_find(pictures, "role", json_text(image, "label"));
    const json_t *eyes = json_object_get(picture, "eyes");
    return json_pack("{sO*}", "eyes", json_is_array(eyes) ? eyes : NULL);
}

bool delivery_measure(struct delivery *delivery)
{
    const json_t *image = unmeasured(delivery);
    struct error error = ERROR_NONE;
    struct digest digest;
    if (image == NULL)
        return false;
    json_decref(delivery->measured);
    delivery->measured = json_pack("{ss}", "digest", json_text(image, "digest"));
    json_t *parameters = parameters_for(delivery, image);
    int input = -1;
    if (digest_parse(json_text(image, "digest"), &digest))
        input = vault_open_object(delivery->daemon->vault, &digest, NULL, &error);
    else
        error_set(&error, FAULT_INTERNAL, "picture %s has no digest", json_text(image, "label"));
    if (input < 0 || !nursery_run(delivery->daemon->nursery, "photo-measure", parameters, &input, 1, measured,
                                  delivery, &error))
        delivery_failed(delivery, &error);
    json_decref(parameters);
    return true;
}
