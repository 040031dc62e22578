/*
 * Packages of discovery and disclosure: one at a time, drawn, packed and encrypted by a worker, then given to the outbox.
 *
 * Guarantees: what a package holds is read in one transaction and recorded in another that finds the docket's volumes
 * unchanged, or it is made anew; a crash in between leaves nothing but the wish in the record, and bytes that the next
 * start removes (casebook/vault_expected.h). The package is hashed by a process that parses nothing. What fails three times, or for good, is noted with
 * its reason and waits to be asked for again.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/vault_expected.h"
#include "report/disclosure.h"
#include "report/discovery.h"
#include "report/volume_worker.h"
#include "spool/state.h"

enum { ATTEMPTS_MOST = 3, PAUSE_MS = 2000 };
static const char FOLDER[] = "volume"; /* below var/incoming */

struct volumes {
    struct daemon *daemon;
    bool starting, again, pausing;
    json_t *volume; /* under way (report/discovery.h); NULL */
    size_t at;      /* its edition in the worker */
    int folder;     /* of the packages being written, -1 */
    int attempts;
    char reason[ERROR_TEXT_SIZE];
};

static json_t *edition_at(const struct volumes *volumes)
{
    return json_array_get(json_object_get(volumes->volume, "editions"), volumes->at);
}

static bool is_release(const struct volumes *volumes)
{
    return json_object_get(volumes->volume, "disclosure") != NULL;
}

static void clear(struct volumes *volumes)
{
    json_decref(volumes->volume);
    volumes->volume = NULL;
    if (volumes->folder >= 0)
        close(volumes->folder);
    volumes->folder = -1;
    struct error ignored = ERROR_NONE;
    directory_remove_tree(volumes->daemon->incoming, FOLDER, &ignored);
}

/* --- ends --- */

static void ended(void *context, const struct error *error)
{
    struct volumes *volumes = context;
    if (error != NULL && error->fault != FAULT_REFUSED && !loop_stopping(volumes->daemon->loop))
        log_line(LOG_LEVEL_ERROR, "discovery", "%s", error->text);
    bool stored = error == NULL || error->fault == FAULT_REFUSED;
    clear(volumes);
    if (stored) {
        volumes->attempts = 0;
        daemon_wake(volumes->daemon);
    }
}

static bool note_failure(struct transaction *transaction, void *context, struct error *error)
{
    struct volumes *volumes = context;
    return (is_release(volumes) ? disclosure_failed : discovery_failed)(transaction, volumes->volume,
                                                                        volumes->reason, clock_now(), error);
}

static void pause_over(void *context)
{
    struct volumes *volumes = context;
    volumes->pausing = false;
    volumes_wake(volumes);
}

static void failed(struct volumes *volumes, const struct error *error)
{
    struct error own = ERROR_NONE;
    if (loop_stopping(volumes->daemon->loop)) {
        clear(volumes);
        return;
    }
    if (error->fault == FAULT_TEMPORARY && ++volumes->attempts < ATTEMPTS_MOST) {
        log_line(LOG_LEVEL_WARNING, "discovery-waits", "%s", error->text);
        clear(volumes);
        volumes->pausing = loop_after(volumes->daemon->loop, PAUSE_MS, pause_over, volumes, NULL);
        return;
    }
    log_line(LOG_LEVEL_ALARM, "discovery-stuck", "%s: ask for it again once that is mended", error->text);
    volumes->attempts = 0;
    snprintf(volumes->reason, sizeof volumes->reason, "%s", error->text);
    struct commit commit = {.work = note_failure, .done = ended, .context = volumes};
    if (!committer_hand(volumes->daemon->committer, &commit, &own))
        ended(volumes, &own);
}

/* --- into the record --- */

static bool adopt(void *context, struct vault_batch *batch, struct error *error)
{
    struct volumes *volumes = context;
    size_t index;
    const json_t *edition;
    json_array_foreach(json_object_get(volumes->volume, "editions"), index, edition)
    {
        struct digest digest;
        char name[24];
        snprintf(name, sizeof name, "%zu", index);
        if (!digest_parse(json_text(edition, "digest"), &digest) ||
            !vault_batch_adopt(batch, volumes->folder, name, &digest,
                               (uint64_t)json_whole(edition, "size", 0), error))
            return error_context(error, "storing a package of discovery");
    }
    return true;
}

static bool each_package(struct transaction *transaction, const json_t *volume,
                         bool (*act)(struct transaction *transaction, const struct digest *digest,
                                     struct error *error),
                         struct error *error)
{
    struct digest digest;
    const json_t *edition;
    size_t index;
    json_array_foreach(json_object_get(volume, "editions"), index, edition)
    {
        if (digest_parse(json_text(edition, "digest"), &digest) && !act(transaction, &digest, error))
            return false;
    }
    return true;
}

static bool announce(struct transaction *transaction, void *context, struct error *error)
{
    const struct volumes *volumes = context;
    return each_package(transaction, volumes->volume, vault_expect, error);
}

static bool record(struct transaction *transaction, void *context, struct error *error)
{
    struct volumes *volumes = context;
    if (!each_package(transaction, volumes->volume, vault_arrived, error))
        return false;
    return (is_release(volumes) ? disclosure_made : discovery_made)(
        transaction, volumes->daemon->site->settings, volumes->volume, clock_now(), error);
}

static void announced(void *context, const struct error *error)
{
    struct volumes *volumes = context;
    struct error own = ERROR_NONE;
    struct commit commit = {.prepare = adopt, .work = record, .done = ended, .context = volumes};
    if (error != NULL)
        failed(volumes, error);
    else if (!committer_hand(volumes->daemon->committer, &commit, &own))
        ended(volumes, &own);
}

static void hashed(void *context, const json_t *answer, int file, const struct error *error)
{
    struct volumes *volumes = context;
    const json_t *files = json_object_get(answer, "files");
    size_t index;
    json_t *edition;
    (void)file;
    if (error != NULL) {
        failed(volumes, error);
        return;
    }
    json_array_foreach(json_object_get(volumes->volume, "editions"), index, edition)
        json_copy_members(edition, json_array_get(files, index), "digest", "size", NULL);
    struct error own = ERROR_NONE;
    struct commit commit = {.work = announce, .done = announced, .context = volumes};
    if (!committer_hand(volumes->daemon->committer, &commit, &own))
        ended(volumes, &own);
}

static void hash(struct volumes *volumes)
{
    struct error error = ERROR_NONE;
    json_t *message = json_pack("{ss,sI}", "op", "hash", "count",
                                (json_int_t)json_array_size(json_object_get(volumes->volume, "editions")));
    if (!service_ask(daemon_porter(volumes->daemon, "discovery"), message, volumes->folder, hashed, volumes,
                     &error))
        failed(volumes, &error);
}

/* --- the worker --- */

static void make(struct volumes *volumes);

static void made(void *context, const struct job_outcome *outcome)
{
    struct volumes *volumes = context;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    if (!job_answer_json(outcome, &answer, &error)) {
        failed(volumes, &error);
        return;
    }
    json_copy_members(edition_at(volumes), answer, "last", "sums", "pages", NULL);
    log_line(LOG_LEVEL_STEP, "discovery", "%s: %lld pages, %lld files", json_text(volumes->volume, "docket"),
             (long long)json_whole(answer, "pages", 0), (long long)json_whole(answer, "files", 0));
    json_decref(answer);
    volumes->at++;
    if (edition_at(volumes) != NULL)
        make(volumes);
    else
        hash(volumes);
}

/* Whom it is encrypted to. */
static bool read_certificates(struct volumes *volumes, const json_t *edition, json_t *parameters,
                              struct error *error)
{
    const char *name = json_text(edition, "certificate"), *given = json_text_or_null(edition, "pem");
    char *bytes = NULL;
    size_t length = 0;
    if (given != NULL)
        return json_array_append_new(json_array_at(parameters, "certificates"), json_string(given)) == 0 ||
               error_set(error, FAULT_TEMPORARY, "out of memory while making a package");
    bool done = file_read(volumes->daemon->keys, name, PEM_SIZE_LIMIT, &bytes, &length, error);
    if (!done) {
        error->fault = FAULT_ENVIRONMENT;
        return error_context(error, "the office's certificate keys/%s", name);
    }
    done = json_array_append_new(json_array_at(parameters, "certificates"), json_string(bytes)) == 0 ||
           error_set(error, FAULT_INPUT, "keys/%s is no PEM text", name);
    free(bytes);
    return done;
}

static bool add_input(int *inputs, size_t *count, int file)
{
    if (file >= 0)
        inputs[(*count)++] = file;
    return file >= 0;
}

static bool open_inputs(struct volumes *volumes, const json_t *edition, int *inputs, size_t *count,
                        struct error *error)
{
    char name[24], *facts = json_canonical(json_object_get(edition, "facts"));
    size_t index;
    const json_t *text;
    struct digest digest;
    for (size_t i = 0; i < 2; i++)
        if (!add_input(inputs, count, dup(volumes->daemon->fonts[i]))) {
            free(facts);
            return error_system(error, "handing the fonts over");
        }
    bool done = facts != NULL ? add_input(inputs, count, memory_file("facts", facts, strlen(facts), error))
                              : error_set(error, FAULT_TEMPORARY, "out of memory while making a package");
    free(facts);
    snprintf(name, sizeof name, "%zu", volumes->at);
    if (done &&
        !add_input(inputs, count,
                   openat(volumes->folder, name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)))
        done = error_system(error, "making room for a package");
    json_array_foreach(json_object_get(edition, "digests"), index, text)
    {
        if (done && *count >= CHANNEL_FILES_MOST - 1)
            done = error_set(error, FAULT_INTERNAL, "too many files for one package");
        done = done && digest_parse(json_string_value(text), &digest) &&
               add_input(inputs, count, vault_open_object(volumes->daemon->vault, &digest, NULL, error));
    }
    return done;
}

static void make(struct volumes *volumes)
{
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    const json_t *edition = edition_at(volumes);
    json_t *parameters = json_object();
    bool ready = read_certificates(volumes, edition, parameters, &error) &&
                 open_inputs(volumes, edition, inputs, &count, &error);
    if (!ready)
        for (size_t i = 0; i < count; i++)
            close(inputs[i]);
    if (!ready || !nursery_run(volumes->daemon->nursery, "render-volume", parameters, inputs, count, made,
                               volumes, &error))
        failed(volumes, &error);
    json_decref(parameters);
}

/* --- the beginning --- */

static bool begin(struct transaction *transaction, void *context, struct error *error)
{
    struct volumes *volumes = context;
    const struct site *site = volumes->daemon->site;
    if (!discovery_next(transaction, site->settings, site->roster, clock_now(), &volumes->volume, error))
        return false;
    return volumes->volume != NULL ||
           disclosure_next(transaction, site->settings, clock_now(), &volumes->volume, error);
}

static void begun(void *context, const struct error *error)
{
    struct volumes *volumes = context;
    bool again = volumes->again;
    volumes->starting = volumes->again = false;
    if (error != NULL) {
        log_line(LOG_LEVEL_ERROR, "discovery", "%s", error->text);
        clear(volumes);
        return;
    }
    if (volumes->volume == NULL) {
        if (again)
            volumes_wake(volumes);
        return;
    }
    struct error own = ERROR_NONE;
    volumes->at = 0;
    if (directory_remove_tree(volumes->daemon->incoming, FOLDER, &own))
        volumes->folder = directory_open_at(volumes->daemon->incoming, FOLDER, true, 0700, &own);
    if (volumes->folder < 0)
        failed(volumes, &own);
    else
        make(volumes);
}

void volumes_wake(struct volumes *volumes)
{
    struct error error = ERROR_NONE;
    if (volumes->pausing)
        return;
    if (volumes->starting || volumes->volume != NULL) {
        volumes->again = true;
        return;
    }
    struct commit commit = {.work = begin, .done = begun, .context = volumes};
    volumes->starting = committer_hand(volumes->daemon->committer, &commit, &error);
}

size_t volumes_busy(const struct volumes *volumes)
{
    return volumes->starting || volumes->pausing || volumes->volume != NULL ? 1 : 0;
}

bool volumes_open(struct daemon *daemon, struct error *error)
{
    daemon->volumes = calloc(1, sizeof *daemon->volumes);
    if (daemon->volumes == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening discovery");
    daemon->volumes->daemon = daemon;
    daemon->volumes->folder = -1;
    /* The committer's thread waits for its first piece: this thread has the casebook to itself. */
    struct transaction *transaction = NULL;
    if (!transaction_begin(daemon->casebook, NULL, &transaction, error))
        return false;
    if (vault_forget_expected(transaction, daemon->vault, error))
        return transaction_commit(transaction, error);
    transaction_abort(transaction);
    return false;
}

void volumes_close(struct volumes *volumes)
{
    if (volumes == NULL)
        return;
    if (volumes->volume != NULL || volumes->folder >= 0)
        clear(volumes);
    free(volumes);
}
