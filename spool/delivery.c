/*
 * One outbox row: render (delivery_render.c), sign, publish, deliver.
 *
 * Guarantees: the row in the casebook is ahead of nothing visible: what is rendered is in the vault and in
 * the row before it is signed, the signature is in the row before it is published. A step that fails is tried
 * three times.
 */
#include "spool/delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/outbox.h"
#include "casebook/vault.h"
#include "report/issue.h"
#include "spool/flows.h"

enum { ATTEMPTS_MOST = 3, PAUSE_MS = 2000, SIGNATURE_MOST = 1 << 20, FILE_MODE = 0640 };

struct delivery *delivery_make(struct daemon *daemon, json_t *row)
{
    struct delivery *delivery = calloc(1, sizeof *delivery);
    if (delivery == NULL)
        return NULL;
    delivery->daemon = daemon;
    delivery->row = json_deep_copy(row);
    if (delivery->row != NULL)
        return delivery;
    free(delivery);
    return NULL;
}

void delivery_free(struct delivery *delivery)
{
    json_decref(delivery->row);
    json_decref(delivery->measured);
    free(delivery->rendered);
    free(delivery);
}

static void end(struct delivery *delivery, bool again)
{
    publisher_ended(delivery->daemon->publisher, delivery, again);
    delivery_free(delivery);
}

static void pause_over(void *context)
{
    end(context, true);
}

/* Let go of the row, to be taken up again as the record has it; after an error not at once, or what always
   fails would be tried without pause. */
static void let_go(struct delivery *delivery, const struct error *error)
{
    bool stopping = loop_stopping(delivery->daemon->loop);
    if (error != NULL && !stopping)
        log_line(LOG_LEVEL_ERROR, "outbox", "%s %s in %s: %s", json_text(delivery->row, "kind"),
                 json_text(delivery->row, "row"), json_text(delivery->row, "directory"), error->text);
    if (error == NULL || stopping ||
        !loop_after(delivery->daemon->loop, PAUSE_MS, pause_over, delivery, NULL))
        end(delivery, true);
}

static void stored_end(void *context, const struct error *error)
{
    let_go(context, error);
}

void delivery_stored(void *context, const struct error *error)
{
    struct delivery *delivery = context;
    delivery_forget_rendered(delivery);
    if (error != NULL)
        let_go(delivery, error);
    else
        delivery_go_on(delivery);
}

/* After a failure: not again at once. */
static void stored_pause(void *context, const struct error *error)
{
    struct delivery *delivery = context;
    if (error != NULL || !loop_after(delivery->daemon->loop, PAUSE_MS, pause_over, delivery, NULL))
        let_go(delivery, error);
}

static bool store_row(struct transaction *transaction, void *context, struct error *error)
{
    const struct delivery *delivery = context;
    return outbox_put(transaction, delivery->row, error);
}

void delivery_hand(struct delivery *delivery, struct commit commit)
{
    struct error error = ERROR_NONE;
    commit.context = delivery;
    if (!committer_hand(delivery->daemon->committer, &commit, &error))
        let_go(delivery, &error);
}

void delivery_failed(struct delivery *delivery, const struct error *error)
{
    /* The child that was asked is gone, and the daemon with it: no fault of this row. */
    if (loop_stopping(delivery->daemon->loop)) {
        end(delivery, true);
        return;
    }
    json_int_t attempts = json_whole(delivery->row, "attempts", 0) + 1;
    /* A share that is down is waited for however long it takes; what we make ourselves is tried three times.
     */
    bool outside =
        strcmp(json_text(delivery->row, "state"), "publish") == 0 && error->fault != FAULT_INTERNAL;
    bool stuck = !outside &&
                 (attempts >= ATTEMPTS_MOST || error->fault == FAULT_INPUT || error->fault == FAULT_INTERNAL);
    if (outside)
        publisher_rest(delivery->daemon->publisher, json_text(delivery->row, "directory"));
    json_put_whole(delivery->row, "attempts", attempts);
    json_put_text(delivery->row, "reason", error->text);
    if (stuck) {
        json_put_text(delivery->row, "stuckIn", json_text(delivery->row, "state"));
        json_put_text(delivery->row, "state", "stuck");
    }
    log_line(stuck ? LOG_LEVEL_ALARM : LOG_LEVEL_WARNING, stuck ? "row-stuck" : "row-waits",
             "%s %s in %s: %s", json_text(delivery->row, "kind"), json_text(delivery->row, "row"),
             json_text(delivery->row, "directory"), error->text);
    delivery_hand(delivery,
                  (struct commit){.work = store_row, .done = stuck || outside ? stored_end : stored_pause});
}

void delivery_store(struct delivery *delivery, delivery_work *work)
{
    delivery_hand(delivery, (struct commit){.work = work, .done = delivery_stored});
}

/* --- the content of a file of the row --- */

static int open_content(const struct delivery *delivery, const json_t *file, struct error *error)
{
    struct digest digest;
    const char *text = json_text_or_null(file, "text");
    if (text != NULL)
        return memory_file("content", text, strlen(text), error);
    if (digest_parse(json_text(file, "digest"), &digest))
        return vault_open_object(delivery->daemon->vault, &digest, NULL, error);
    error_set(error, FAULT_INTERNAL, "%s has neither text nor digest", json_text(file, "name"));
    return -1;
}

static json_t *file_at(const struct delivery *delivery)
{
    return json_array_get(json_object_get(delivery->row, "files"), delivery->at);
}

/* --- sign --- */

static void sign_next(struct delivery *delivery);

static bool put_signature(json_t *file, const char *signature, size_t length)
{
    char *text = base64_write(signature, length);
    bool done = text != NULL && json_put_text(file, "signature", text);
    free(text);
    return done;
}

static void signed_file(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)answer;
    struct delivery *delivery = context;
    struct error own = error == NULL ? ERROR_NONE : *error;
    char *signature = NULL;
    size_t length = 0;
    bool done = error == NULL && file_read_open(file, SIGNATURE_MOST, &signature, &length, &own) &&
                (put_signature(file_at(delivery), signature, length) ||
                 error_set(&own, FAULT_TEMPORARY, "out of memory while signing"));
    free(signature);
    if (!done) {
        delivery_failed(delivery, &own);
        return;
    }
    delivery->at++;
    sign_next(delivery);
}

static void sign_next(struct delivery *delivery)
{
    struct error error = ERROR_NONE;
    json_t *file;
    while ((file = file_at(delivery)) != NULL &&
           (!json_flag(file, "sign") || json_text_or_null(file, "signature") != NULL))
        delivery->at++;
    if (file == NULL) {
        delivery->at = 0;
        json_put_text(delivery->row, "state", "publish");
        json_put_whole(delivery->row, "attempts", 0);
        delivery_hand(delivery, (struct commit){.work = store_row, .done = delivery_stored});
        return;
    }
    int content = open_content(delivery, file, &error);
    json_t *message = json_pack("{ss,sI}", "op", "sign", "at", (json_int_t)clock_now());
    if (content < 0) {
        json_decref(message);
        delivery_failed(delivery, &error);
        return;
    }
    if (!service_ask(delivery->daemon->signer, message, content, signed_file, delivery, &error))
        delivery_failed(delivery, &error);
    close(content);
}

/* --- publish --- */

static void publish_next(struct delivery *delivery);

static bool deliver(struct transaction *transaction, void *context, struct error *error)
{
    struct delivery *delivery = context;
    instant now = clock_now();
    return outbox_deliver(transaction, outbox_id(delivery->row), now, error) &&
           flow_delivered(transaction, delivery->daemon->site, delivery->row, now, error);
}

static void delivered(void *context, const struct error *error)
{
    struct delivery *delivery = context;
    const char *command = json_text_or_null(delivery->row, "command");
    if (error == NULL && command != NULL)
        publisher_index(delivery->daemon->publisher, command);
    if (error == NULL && json_text_or_null(delivery->row, "disposal") != NULL)
        disposals_wake(delivery->daemon->disposals);
    if (error != NULL)
        delivery_failed(delivery, error);
    else
        end(delivery, false);
}

static void published(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)answer;
    (void)file;
    struct delivery *delivery = context;
    if (error != NULL) {
        delivery_failed(delivery, error);
        return;
    }
    publisher_answers(delivery->daemon->publisher, json_text(delivery->row, "directory"));
    /* The signature first, then the file it is for: nobody ever sees the file alone. */
    delivery->signature_done = delivery->signature;
    if (!delivery->signature)
        delivery->at++;
    publish_next(delivery);
}

static int open_signature(const json_t *file, struct error *error)
{
    unsigned char *bytes = NULL;
    size_t length = 0;
    int content = -1;
    if (base64_read(json_text(file, "signature"), &bytes, &length))
        content = memory_file("signature", bytes, length, error);
    else
        error_set(error, FAULT_INTERNAL, "the signature of %s is no base64", json_text(file, "name"));
    free(bytes);
    return content;
}

/* Of a package, which may be larger than the memory, the porter gets the vault's file as it lies. */
static int open_published(const struct delivery *delivery, const json_t *file, json_t *message,
                          struct error *error)
{
    struct digest digest;
    bool encrypted = false;
    if (delivery->signature)
        return open_signature(file, error);
    if (!digest_parse(json_text(file, "digest"), &digest))
        return open_content(delivery, file, error);
    int content = vault_open_stored(delivery->daemon->vault, &digest, &encrypted, error);
    json_put_text(message, "digest", json_text(file, "digest"));
    json_put_flag(message, "encrypted", encrypted);
    return content;
}

static void publish_file(struct delivery *delivery, const json_t *file)
{
    struct error error = ERROR_NONE;
    char name[512];
    const char *directory = json_text(delivery->row, "directory");
    snprintf(name, sizeof name, "%s%s", json_text(file, "name"), delivery->signature ? ".p7s" : "");
    json_t *message = json_pack("{ss,ss,ss,sI,sb}", "op", "publish", "directory", directory, "name", name,
                                "mode", json_whole(delivery->row, "mode", FILE_MODE), "row", 1);
    int content = open_published(delivery, file, message, &error);
    if (content < 0) {
        json_decref(message);
        delivery_failed(delivery, &error);
        return;
    }
    if (!service_ask(daemon_porter(delivery->daemon, directory), message, content, published, delivery,
                     &error))
        delivery_failed(delivery, &error);
    close(content);
}

static void remove_names(struct delivery *delivery, json_t *names)
{
    struct error error = ERROR_NONE;
    const char *directory = json_text(delivery->row, "directory");
    json_t *message = json_pack("{ss,ss,sO*}", "op", "remove", "directory", directory, "names",
                                json_is_array(names) ? names : NULL);
    if (!service_ask(daemon_porter(delivery->daemon, directory), message, -1, published, delivery, &error))
        delivery_failed(delivery, &error);
}

static void publish_next(struct delivery *delivery)
{
    json_t *remove = json_object_get(delivery->row, "remove");
    const json_t *file = file_at(delivery);
    if (remove != NULL && delivery->at == 0)
        remove_names(delivery, remove);
    else if (file != NULL && remove == NULL) {
        delivery->signature = json_text_or_null(file, "signature") != NULL && !delivery->signature_done;
        publish_file(delivery, file);
    } else
        delivery_hand(delivery, (struct commit){.work = deliver, .done = delivered});
}

/* What it says of a seal is too old to leave: asked again, and rendered anew (R17). */
static bool refresh(struct transaction *transaction, void *context, struct error *error)
{
    struct delivery *delivery = context;
    return report_refresh(transaction, delivery->row, clock_now(), error);
}

void delivery_go_on(struct delivery *delivery)
{
    const char *state = json_text(delivery->row, "state");
    delivery->at = 0;
    if (strcmp(state, "render") == 0) {
        if (!delivery_measure(delivery))
            delivery_render(delivery);
    } else if (strcmp(state, "sign") == 0)
        sign_next(delivery);
    else if (report_is_stale(delivery->row, clock_now()))
        delivery_store(delivery, refresh);
    else
        publish_next(delivery);
}
