/*
 * The slurm process: places what tasks need, submits them, waits, fetches what they found.
 *
 * Guarantees: a result counts only whole (its digest is checked); what is missing when Slurm no longer knows the job is
 * submitted again, until the deadline; when the daemon goes, its job is cancelled. Neither parses pictures nor decides
 * what is searched.
 */
#include <dirent.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "match/run_tasks.h"
#include "spool/service.h"
#include "spool/slurm.h"
#include "spool/slurm_commands.h"

enum {
    LOOK_MS = 500,    /* between looks for results */
    ASK_MS = 3000,    /* between questions to Slurm */
    FAULTS_MOST = 3,  /* of one task, then it has failed */
    COPY_SUFFIX = 13, /* of a segment's copy: a hyphen and digits of its digest */
    RESULT_MOST = 64 << 20
};

struct place {
    const struct site *site;
    int channel, directory; /* the site's */
    int folder, gallery, probes, tasks;
    char name[80]; /* of this site's jobs */
};

struct pending {
    char name[DIGEST_TEXT_SIZE];
    json_t *answer; /* NULL: not there yet */
    int faults;
};

static void close_place(struct place *place)
{
    const int files[] = {place->tasks, place->probes, place->gallery, place->folder};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] >= 0)
            close(files[i]);
}

static bool open_place(struct place *place, struct error *error)
{
    const char *folder = place->site->settings->executor_folder;
    place->gallery = place->probes = place->tasks = -1;
    place->folder = directory_open(folder, error);
    if (place->folder < 0)
        return error_context(error, "the shared folder of Slurm (site.xml, executor/@folder)");
    place->gallery = directory_open_at(place->folder, "gallery", true, 0700, error);
    place->probes = directory_open_at(place->folder, "probes", true, 0700, error);
    place->tasks = directory_open_at(place->folder, "tasks", true, 0700, error);
    return place->gallery >= 0 && place->probes >= 0 && place->tasks >= 0;
}

/* A name that other sites of the same cluster do not have. */
static void name_jobs(struct place *place)
{
    char hex[DIGEST_TEXT_SIZE];
    struct digest digest = digest_of(place->site->path, strlen(place->site->path));
    snprintf(place->name, sizeof place->name, "leadspool-%.12s", digest_text(&digest, hex));
}

/* --- what tasks need --- */

static bool copy_once(struct place *place, const char *from_folder, const char *from, int to,
                      const char *name, struct error *error)
{
    if (faccessat(to, name, F_OK, 0) == 0)
        return true;
    int folder = directory_make_path(place->directory, from_folder, 0700, error);
    int file = folder < 0 ? -1 : file_open(folder, from, error);
    bool done = file >= 0 && file_copy_durable(to, name, file, 0600, error);
    if (file >= 0)
        close(file);
    if (folder >= 0)
        close(folder);
    return done;
}

static bool place_task(struct place *place, const json_t *task, struct pending *pending, struct error *error)
{
    char name[300], folder[32];
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(json_object_get(task, "parameters"), "segments"), i, one)
    {
        snprintf(name, sizeof name, "%s-%.12s", json_text(one, "name"), json_text(one, "digest"));
        if (!copy_once(place, "var/gallery", json_text(one, "name"), place->gallery, name, error))
            return false;
    }
    json_array_foreach(json_object_get(task, "probes"), i, one)
    {
        snprintf(folder, sizeof folder, "var/vault/%.2s", json_string_value(one));
        if (!copy_once(place, folder, json_string_value(one), place->probes, json_string_value(one), error))
            return false;
    }
    if (!run_task_name(task, pending->name, error))
        return false;
    char *text = json_canonical(task);
    snprintf(name, sizeof name, "%s.json", pending->name);
    bool done = text != NULL && (faccessat(place->tasks, name, F_OK, 0) == 0 ||
                                 file_write_durable(place->tasks, name, text, strlen(text), 0600, error));
    free(text);
    return done;
}

/* --- what tasks found --- */

static void look_for_result(const struct place *place, struct pending *pending)
{
    char name[DIGEST_TEXT_SIZE + 16], *bytes = NULL;
    size_t length = 0;
    struct error absent = ERROR_NONE;
    snprintf(name, sizeof name, "%s.result", pending->name);
    if (faccessat(place->tasks, name, F_OK, 0) != 0)
        return;
    if (file_read(place->tasks, name, RESULT_MOST, &bytes, &length, &absent) &&
        !run_result_read(bytes, length, &pending->answer, &absent))
        file_remove(place->tasks, name, &absent); /* damaged: computed again */
    free(bytes);
}

/* A task that says why it failed is tried again, but not for ever. */
static bool look_for_fault(const struct place *place, struct pending *pending, struct error *error)
{
    char name[DIGEST_TEXT_SIZE + 16], *bytes = NULL;
    size_t length = 0;
    struct error absent = ERROR_NONE;
    snprintf(name, sizeof name, "%s.fault", pending->name);
    if (faccessat(place->tasks, name, F_OK, 0) != 0 ||
        !file_read(place->tasks, name, ERROR_TEXT_SIZE, &bytes, &length, &absent))
        return true;
    file_remove(place->tasks, name, &absent);
    bool again = ++pending->faults < FAULTS_MOST ||
                 error_set(error, FAULT_TEMPORARY, "a task of the search failed: %s", bytes);
    free(bytes);
    return again;
}

static size_t look_for_all(const struct place *place, struct pending *pending, size_t count)
{
    size_t missing = 0;
    for (size_t i = 0; i < count; i++) {
        if (pending[i].answer == NULL)
            look_for_result(place, &pending[i]);
        missing += pending[i].answer == NULL ? 1 : 0;
    }
    return missing;
}

/* --- waiting --- */

static bool submit(const struct place *place, const struct pending *pending, size_t count, size_t missing,
                   char *job, size_t size, struct error *error)
{
    char program[4096], script[12288], list[64];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *names = malloc(missing * DIGEST_TEXT_SIZE + 1);
    size_t at = 0;
    if (length < 0 || names == NULL) {
        free(names);
        return error_system(error, "submitting the tasks of a search");
    }
    program[length] = '\0';
    if (strpbrk(program, "'\n") != NULL || strpbrk(place->site->settings->executor_folder, "'\n") != NULL) {
        free(names);
        return error_set(error, FAULT_ENVIRONMENT, "a path with a quotation mark cannot be given to Slurm");
    }
    for (size_t i = 0; i < count; i++)
        if (pending[i].answer == NULL)
            at += (size_t)sprintf(names + at, "%s\n", pending[i].name);
    struct digest digest = digest_of(names, at);
    char hex[DIGEST_TEXT_SIZE];
    snprintf(list, sizeof list, "%.24s.list", digest_text(&digest, hex));
    snprintf(script, sizeof script, "#!/bin/sh\nexec '%s' match-shard '%s' '%s' \"$SLURM_ARRAY_TASK_ID\"\n",
             program, place->site->settings->executor_folder, list);
    struct slurm_submission submission = {.name = place->name,
                                          .folder = place->site->settings->executor_folder,
                                          .partition = place->site->settings->executor_partition,
                                          .script = script,
                                          .count = missing,
                                          .minutes = place->site->settings->executor_minutes};
    bool done = file_write_durable(place->tasks, list, names, at, 0600, error) &&
                slurm_submit(&submission, job, size, error);
    free(names);
    return done;
}

/* Half a second, or the daemon's end. */
static void pause_or_end(const struct place *place)
{
    struct pollfd wait = {.fd = place->channel};
    if (poll(&wait, 1, LOOK_MS) > 0 && (wait.revents & (POLLHUP | POLLERR)) != 0) {
        slurm_cancel(place->name);
        _exit(0);
    }
}

static bool wait_for(const struct place *place, struct pending *pending, size_t count, struct error *error)
{
    char job[32] = "";
    int64_t begun = clock_monotonic(), asked = 0;
    /* Twice what one task may take, for a queue in front of it. */
    int64_t deadline = begun + (int64_t)place->site->settings->executor_minutes * 2 * 60000;
    size_t missing;
    if (look_for_all(place, pending, count) > 0)
        slurm_cancel(place->name); /* of a daemon that was killed */
    while ((missing = look_for_all(place, pending, count)) > 0) {
        struct error refused = ERROR_NONE;
        int64_t now = clock_monotonic();
        if (now > deadline) {
            slurm_cancel(place->name);
            return error_set(error, FAULT_TEMPORARY,
                             "Slurm did not do %zu of %zu tasks in %d minutes; look at squeue and sinfo",
                             missing, count, 2 * place->site->settings->executor_minutes);
        }
        for (size_t i = 0; i < count; i++)
            if (pending[i].answer == NULL && !look_for_fault(place, &pending[i], error)) {
                slurm_cancel(place->name);
                return false;
            }
        if (now - asked >= ASK_MS) {
            asked = now;
            if (job[0] == '\0') {
                if (!submit(place, pending, count, missing, job, sizeof job, &refused)) {
                    log_line(LOG_LEVEL_WARNING, "slurm", "%s", refused.text);
                    if (refused.fault != FAULT_TEMPORARY) {
                        *error = refused;
                        return false;
                    }
                } else
                    log_line(LOG_LEVEL_NOTICE, "slurm", "job %s: %zu tasks", job, missing);
            } else if (slurm_state_of(job) == SLURM_GONE && look_for_all(place, pending, count) > 0) {
                log_line(LOG_LEVEL_WARNING, "slurm",
                         "job %s is gone without all its results: submitted again", job);
                job[0] = '\0';
                asked = 0;
            }
        }
        pause_or_end(place);
    }
    return true;
}

static int search(struct place *place, const json_t *tasks, struct error *error)
{
    size_t count = json_array_size(tasks);
    struct pending *pending = calloc(count + 1, sizeof *pending);
    json_t *answers = json_array();
    int sent = -1;
    bool done = pending != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for tasks");
    for (size_t i = 0; done && i < count; i++)
        done = place_task(place, json_array_get(tasks, i), &pending[i], error);
    done = done && wait_for(place, pending, count, error);
    for (size_t i = 0; done && i < count; i++)
        json_array_append(answers, pending[i].answer);
    char *text = done ? json_canonical(answers) : NULL;
    if (text != NULL)
        sent = memory_file("answers", text, strlen(text), error);
    for (size_t i = 0; pending != NULL && i < count; i++)
        json_decref(pending[i].answer);
    free(text);
    free(pending);
    json_decref(answers);
    return sent;
}

/* --- the life --- */

static void empty(int directory)
{
    int again = directory_open_at(directory, ".", false, 0, NULL);
    DIR *stream = again < 0 ? NULL : fdopendir(again);
    struct dirent *entry;
    struct error unremoved = ERROR_NONE;
    while (stream != NULL && (entry = readdir(stream)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            file_remove(directory, entry->d_name, &unremoved);
    if (stream != NULL)
        closedir(stream);
    else if (again >= 0)
        close(again);
}

/* Copies of segments that the gallery gave up: they may hold what was to be destroyed. */
static void forget_segments(const struct place *place)
{
    char name[NAME_MAX + 1];
    struct dirent *entry;
    struct error unremoved = ERROR_NONE;
    int gallery = directory_make_path(place->directory, "var/gallery", 0700, &unremoved);
    int again = directory_open_at(place->gallery, ".", false, 0, &unremoved);
    DIR *stream = gallery < 0 || again < 0 ? NULL : fdopendir(again);
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        /* NAME-<12 digits of its digest> */
        size_t length = strlen(entry->d_name);
        if (length <= COPY_SUFFIX || strncmp(entry->d_name, "segment-", 8) != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(length - COPY_SUFFIX), entry->d_name);
        if (faccessat(gallery, name, F_OK, 0) != 0)
            file_remove(place->gallery, entry->d_name, &unremoved);
    }
    if (stream != NULL)
        closedir(stream);
    else if (again >= 0)
        close(again);
    if (gallery >= 0)
        close(gallery);
}

static void answer_question(struct place *place, const json_t *message, int file)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *tasks = NULL;
    int sent = -1;
    bool forgetting = strcmp(json_text(message, "op"), "forget") == 0;
    bool cleaning = strcmp(json_text(message, "op"), "clean") == 0;
    bool done = open_place(place, &error);
    if (done && forgetting)
        forget_segments(place);
    else if (done && cleaning) {
        empty(place->probes);
        empty(place->tasks);
    } else if (done) {
        done = file_read_open(file, RESULT_MOST, &bytes, &length, &error) &&
               json_read(bytes, length, &tasks, &error) && (sent = search(place, tasks, &error)) >= 0;
    }
    close_place(place);
    if (!cleaning && !forgetting)
        service_answer(place->channel, message, json_object(), sent, done, &error);
    json_decref(tasks);
    free(bytes);
}

void slurm_serve(int channel, int directory, const void *argument)
{
    struct place place = {.site = argument, .channel = channel, .directory = directory};
    struct error error = ERROR_NONE;
    if (!site_become_owner(place.site, &error) || !service_end_with_daemon()) {
        log_line(LOG_LEVEL_ALARM, "slurm", "%s", error.text);
        _exit(1);
    }
    name_jobs(&place);
    for (;;) {
        int file = -1;
        json_t *message = service_next(channel, &file);
        answer_question(&place, message, file);
        if (file >= 0)
            close(file);
        json_decref(message);
    }
}
