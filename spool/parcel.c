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
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
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

/* With these bytes beside the message. Both are taken over. */
static void ask(struct parcel *parcel, struct service *service, json_t *message, struct text *bytes,
                service_done *answered)
{
    struct error error = ERROR_NONE;
    int file = text_done(bytes, &error) ? memory_file("parcel", bytes->bytes, bytes->length, &error) : -1;
    text_free(bytes);
    if (file < 0)
        json_decref(message);
    if (file < 0 || !service_ask(service, message, file, answered, parcel, &error))
        ended(parcel, &error);
    if (file >= 0)
        close(file);
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

/* A file's bytes lie beside the message, one after the other: as JSON they would be read character by character. */
static bool add_file(json_t *list, json_t *entry, const json_t *content, struct text *bytes)
{
    text_add_bytes(bytes, json_string_value(content), json_string_length(content));
    bool whole = json_put_whole(entry, "length", (int64_t)json_string_length(content));
    return json_array_append_new(list, entry) == 0 && whole;
}

static bool add_files(const json_t *row, json_t *list, struct text *bytes)
{
    size_t index;
    const json_t *file;
    const char *directory = json_text(row, "directory");
    json_int_t mode = json_whole(row, "mode", FILE_MODE);
    json_array_foreach(json_object_get(row, "files"), index, file)
    {
        const char *name = json_text(file, "name");
        if (json_text_or_null(file, "signature") != NULL &&
            !add_file(list,
                      json_pack("{ss,ss+,sI,sb,sb}", "directory", directory, "name", name, ".p7s", "mode",
                                mode, "first", 1, "base64", 1),
                      json_object_get(file, "signature"), bytes))
            return false;
        if (!add_file(list, json_pack("{ss,ss,sI}", "directory", directory, "name", name, "mode", mode),
                      json_object_get(file, "text"), bytes))
            return false;
    }
    return true;
}

static void publish(struct parcel *parcel)
{
    json_t *list = json_array();
    struct text bytes = TEXT_EMPTY;
    bool done = true;
    for (size_t i = 0; i < parcel->count; i++)
        done = done && add_files(parcel->entries[i]->row, list, &bytes);
    json_t *message = json_pack("{ss,so}", "op", "issue", "files", list);
    if (parcel->first && message != NULL)
        json_put_flag(message, "first", true);
    if (!done) {
        json_decref(message);
        message = NULL;
    }
    ask(parcel, parcel->porter, message, &bytes, issued);
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
    json_t *lengths = json_array(), *one;
    struct text texts = TEXT_EMPTY;
    size_t row = 0, at = 0;
    while ((one = next_unsigned(parcel, &row, &at)) != NULL) {
        const json_t *text = json_object_get(one, "text");
        json_array_append_new(lengths, json_integer((json_int_t)json_string_length(text)));
        text_add_bytes(&texts, json_string_value(text), json_string_length(text));
    }
    if (json_array_size(lengths) == 0) {
        json_decref(lengths);
        publish(parcel);
        return;
    }
    ask(parcel, parcel->daemon->signer,
        json_pack("{ss,sI,so}", "op", "sign", "at", (json_int_t)clock_now(), "lengths", lengths), &texts,
        were_signed);
}
