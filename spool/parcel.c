/*
 * A parcel's steps.
 *
 * Guarantees: as delivery.c for each row: a signature is in the record before it is anywhere else, and on the share
 * before the file it is for. Does not judge what goes wrong: a parcel that fails is taken apart, and every row goes
 * its own way through delivery.c.
 */
#include "spool/parcel.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "casebook/outbox.h"
#include "spool/flows.h"

enum { FILE_MODE = 0640 };

static void ended(struct parcel *parcel, const struct error *error)
{
    publisher_parcel_ended(parcel->daemon->publisher, parcel, error);
}

static void hand(struct parcel *parcel, struct commit commit)
{
    struct error error = ERROR_NONE;
    commit.context = parcel;
    commit.first = parcel->first;
    if (!committer_hand(parcel->daemon->committer, &commit, &error))
        ended(parcel, &error);
}

/* Every file that is to be signed and is not. */
static json_t *next_unsigned(const struct parcel *parcel, size_t *row, size_t *file)
{
    for (; *row < parcel->count; ++*row, *file = 0) {
        json_t *files = json_object_get(parcel->entries[*row]->row, "files"), *one;
        while ((one = json_array_get(files, *file)) != NULL) {
            ++*file;
            if (json_flag(one, "sign") && json_text_or_null(one, "signature") == NULL)
                return one;
        }
    }
    return NULL;
}

/* --- delivered --- */

static bool deliver(struct transaction *transaction, void *context, struct error *error)
{
    const struct parcel *parcel = context;
    instant now = clock_now();
    for (size_t i = 0; i < parcel->count; i++) {
        json_t *row = parcel->entries[i]->row;
        bool cancelled = false;
        if (!outbox_cancelled(transaction, outbox_id(row), &cancelled, error))
            return false;
        if (cancelled)
            continue;
        if (!outbox_deliver_row(transaction, row, now, error) ||
            !flow_delivered(transaction, parcel->daemon->site, row, now, error))
            return false;
    }
    return true;
}

static void delivered(void *context, const struct error *error)
{
    ended(context, error);
}

/* --- published --- */

static void issued(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)answer;
    (void)file;
    struct parcel *parcel = context;
    if (error != NULL)
        ended(parcel, error);
    else
        hand(parcel, (struct commit){.work = deliver, .done = delivered});
}

static bool add_files(const json_t *row, json_t *list)
{
    size_t index;
    const json_t *file;
    const char *directory = json_text(row, "directory");
    json_int_t mode = json_whole(row, "mode", FILE_MODE);
    json_array_foreach(json_object_get(row, "files"), index, file)
    {
        const char *name = json_text(file, "name");
        if (json_text_or_null(file, "signature") != NULL &&
            json_array_append_new(list, json_pack("{ss,ss+,sI,sb,sO}", "directory", directory, "name", name,
                                                  ".p7s", "mode", mode, "first", 1, "base64",
                                                  json_object_get(file, "signature"))) != 0)
            return false;
        if (json_array_append_new(list, json_pack("{ss,ss,sI,sO}", "directory", directory, "name", name,
                                                  "mode", mode, "text", json_object_get(file, "text"))) != 0)
            return false;
    }
    return true;
}

static void publish(struct parcel *parcel)
{
    struct error error = ERROR_NONE;
    json_t *list = json_array();
    bool done = true;
    for (size_t i = 0; i < parcel->count; i++)
        done = done && add_files(parcel->entries[i]->row, list);
    json_t *message = json_pack("{ss,so}", "op", "issue", "files", list);
    if (parcel->first && message != NULL)
        json_put_flag(message, "first", true);
    if (!done) {
        json_decref(message);
        message = NULL;
    }
    if (!service_ask(parcel->porter, message, -1, issued, parcel, &error))
        ended(parcel, &error);
}

/* --- signed --- */

static bool store(struct transaction *transaction, void *context, struct error *error)
{
    const struct parcel *parcel = context;
    for (size_t i = 0; i < parcel->count; i++)
        if (!outbox_put(transaction, parcel->entries[i]->row, error))
            return false;
    return true;
}

static void stored(void *context, const struct error *error)
{
    if (error != NULL)
        ended(context, error);
    else
        publish(context);
}

static void were_signed(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct parcel *parcel = context;
    const json_t *signatures = json_object_get(answer, "signatures");
    size_t row = 0, at = 0, next = 0;
    json_t *one;
    struct error own = ERROR_NONE;
    if (error != NULL) {
        ended(parcel, error);
        return;
    }
    while ((one = next_unsigned(parcel, &row, &at)) != NULL) {
        json_t *signature = json_array_get(signatures, next++);
        if (signature == NULL || json_object_set(one, "signature", signature) != 0) {
            error_set(&own, FAULT_TEMPORARY, "a signature is missing");
            ended(parcel, &own);
            return;
        }
    }
    for (size_t i = 0; i < parcel->count; i++) {
        json_put_text(parcel->entries[i]->row, "state", "publish");
        json_put_whole(parcel->entries[i]->row, "attempts", 0);
    }
    hand(parcel, (struct commit){.work = store, .done = stored});
}

void parcel_go(struct parcel *parcel)
{
    struct error error = ERROR_NONE;
    json_t *texts = json_array(), *one;
    size_t row = 0, at = 0;
    while ((one = next_unsigned(parcel, &row, &at)) != NULL)
        json_array_append(texts, json_object_get(one, "text"));
    if (json_array_size(texts) == 0) {
        json_decref(texts);
        publish(parcel);
        return;
    }
    json_t *message = json_pack("{ss,sI,so}", "op", "sign", "at", (json_int_t)clock_now(), "texts", texts);
    if (!service_ask(parcel->daemon->signer, message, -1, were_signed, parcel, &error))
        ended(parcel, &error);
}
