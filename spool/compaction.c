/*
 * Compaction of the gallery: segments written anew as one, without photos that are to be gone.
 *
 * Guarantees: the new segment is durable before the record names it, and the old ones are the gallery until then;
 * their files go once no run can still open them; a crash in between leaves a file no record names, or one the record
 * gave up, and start-up removes both. Pictures that were disposed of are erased in a batch of the committer's own. What
 * cannot be done now (a full disk) is tried again later and stops nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "casebook/hot_copy.h"
#include "casebook/photo.h"
#include "match/compaction_record.h"
#include "match/enrol_switch.h"
#include "match/segment_merge.h"
#include "spool/engines.h"
#include "spool/progress.h"
#include "spool/state.h"

enum { LOOK_MS = 600000 };

/* What a look depends on: as long as it is the same, nothing new is to be done before `next`. */
struct sight {
    int64_t seals, segments;
    bool ordered;
};

struct compaction {
    struct daemon *daemon;
    bool starting, again, erasing;
    bool forgotten; /* the executor keeps no copy of what is not in the gallery any more */
    json_t *plan;   /* NULL: none under way */
    json_t *result; /* of match-compact */
    json_t *old;    /* names of files that the record gave up and a run may still open */
    int file;       /* the segment being made, or -1 */
    char temporary[TEMPORARY_NAME_SIZE];
    bool named; /* it has its final name */
    struct sight seen;
    instant next;
};

static void end(struct compaction *compaction)
{
    if (compaction->file >= 0)
        close(compaction->file);
    compaction->file = -1;
    json_decref(compaction->plan);
    json_decref(compaction->result);
    compaction->plan = compaction->result = NULL;
    compaction->named = false;
}

/* The file that was to become a segment goes. */
static void discard(struct compaction *compaction)
{
    struct error error = ERROR_NONE;
    const char *name = compaction->named ? json_text(compaction->plan, "name") : compaction->temporary;
    if (compaction->file >= 0 && !file_remove(compaction->daemon->gallery, name, &error))
        log_line(LOG_LEVEL_WARNING, "compaction", "%s", error.text);
}

static void fail(struct compaction *compaction, const struct error *error)
{
    bool damaged = error->fault == FAULT_ENVIRONMENT || error->fault == FAULT_INTERNAL;
    log_line(damaged ? LOG_LEVEL_ALARM : LOG_LEVEL_WARNING, "compaction-failed", "%s", error->text);
    discard(compaction);
    end(compaction);
    progress_clear(compaction->daemon);
}

/* --- what is given up goes --- */

static bool erase(struct transaction *transaction, void *context, struct error *error)
{
    const struct compaction *compaction = context;
    size_t erased = 1;
    while (erased > 0)
        if (!vault_erase_disposed(transaction, compaction->daemon->vault, &erased, error))
            return false;
    return true;
}

static void erased(void *context, const struct error *error)
{
    struct compaction *compaction = context;
    compaction->erasing = false;
    if (error != NULL)
        log_line(LOG_LEVEL_ALARM, "compaction-failed", "%s", error->text);
}

static void hand_erase(struct compaction *compaction)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.work = erase, .done = erased, .context = compaction, .alone = true};
    compaction->erasing = committer_hand(compaction->daemon->committer, &commit, &error);
}

/* Runs open files by the names they began with. */
static void remove_old(struct compaction *compaction)
{
    size_t i;
    const json_t *name;
    struct error error = ERROR_NONE;
    if (runs_busy(compaction->daemon->runs) > 0 || hot_copy_holds(compaction->daemon->casebook))
        return;
    json_array_foreach(compaction->old, i, name)
    {
        if (!file_remove(compaction->daemon->gallery, json_string_value(name), &error))
            log_line(LOG_LEVEL_WARNING, "compaction", "%s", error.text);
    }
    json_array_clear(compaction->old);
    if (!compaction->forgotten && compaction->daemon->slurm != NULL)
        service_tell(compaction->daemon->slurm, json_pack("{ss}", "op", "forget"), &error);
    compaction->forgotten = true;
}

/* --- the end: the new segment is the gallery's --- */

static bool name_file(void *context, struct vault_batch *batch, struct error *error)
{
    struct compaction *compaction = context;
    int gallery = compaction->daemon->gallery;
    (void)batch;
    if (compaction->file < 0)
        return true;
    if (fchmod(compaction->file, 0440) != 0)
        return error_system(error, "closing a new gallery segment to writing");
    compaction->named =
        file_sync(compaction->file, error) && file_rename(gallery, compaction->temporary, gallery,
                                                          json_text(compaction->plan, "name"), false, error);
    return compaction->named && directory_sync(gallery, error);
}

static bool record(struct transaction *transaction, void *context, struct error *error)
{
    const struct compaction *compaction = context;
    return compaction_record(transaction, compaction->plan, compaction->result, clock_now(), error);
}

static void recorded(void *context, const struct error *error)
{
    struct compaction *compaction = context;
    const json_t *segments = json_object_get(compaction->plan, "segments"), *row;
    size_t i;
    if (error != NULL) {
        fail(compaction, error);
        /* Somebody was quicker: look again. */
        if (error->fault == FAULT_REFUSED)
            compaction->next = 0;
        daemon_wake(compaction->daemon);
        return;
    }
    json_array_foreach(segments, i, row) json_array_append(compaction->old, json_object_get(row, "name"));
    compaction->forgotten = false;
    size_t gone = json_array_size(json_object_get(compaction->plan, "leave_out")) +
                  json_array_size(json_object_get(compaction->plan, "loose"));
    log_line(LOG_LEVEL_NOTICE, "gallery-compacted", "segments: %zu, photos left: %lld, photos removed: %zu",
             json_array_size(segments), (long long)json_whole(compaction->plan, "count", 0), gone);
    end(compaction);
    progress_clear(compaction->daemon);
    remove_old(compaction);
    if (gone > 0)
        hand_erase(compaction);
    compaction->next = 0;
    daemon_wake(compaction->daemon);
}

static void hand_record(struct compaction *compaction)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.prepare = name_file, .work = record, .done = recorded, .context = compaction};
    if (!committer_hand(compaction->daemon->committer, &commit, &error))
        fail(compaction, &error);
}

/* --- the segment is made by a worker --- */

static void show_progress(void *context)
{
    struct compaction *compaction = context;
    if (compaction->plan == NULL || compaction->result != NULL)
        return;
    progress_draw(compaction->daemon, compaction, "compacting");
    loop_after(compaction->daemon->loop, 200, show_progress, compaction, NULL);
}

static void made(void *context, const struct job_outcome *outcome)
{
    struct compaction *compaction = context;
    struct error error = ERROR_NONE;
    if (outcome->exit == WORKER_UNSYNCED) {
        error_set(&error, FAULT_DURABILITY, "syncing a new gallery segment to the disk");
        loop_fail(compaction->daemon->loop, &error);
    }
    if (loop_stopping(compaction->daemon->loop)) {
        discard(compaction);
        end(compaction);
    } else if (job_answer_json(outcome, &compaction->result, &error))
        hand_record(compaction);
    else
        fail(compaction, &error);
}

/* The sources, as many as there are rows; and the parameters of the job. */
static bool open_sources(const struct compaction *compaction, int *inputs, size_t *count, json_t *sources,
                         struct error *error)
{
    const json_t *segments = json_object_get(compaction->plan, "segments"), *row;
    size_t i;
    if (json_array_size(segments) > CHANNEL_FILES_MOST - 3)
        return error_set(error, FAULT_INTERNAL, "too many segments for one compaction");
    json_array_foreach(segments, i, row)
    {
        const char *name = json_text(row, "name");
        json_array_append_new(
            sources, json_pack("{ss,sI}", "name", name, "round", (json_int_t)photo_segment_number(name)));
        inputs[*count] = file_open(compaction->daemon->gallery, name, error);
        if (inputs[*count] < 0)
            return false;
        (*count)++;
    }
    return true;
}

/* The file to be filled, its room taken at once: a full disk is noticed here. */
static bool open_target(struct compaction *compaction, int first_source, int *target, struct error *error)
{
    struct segment_header header;
    if (pread(first_source, &header, sizeof header, 0) != (ssize_t)sizeof header)
        return error_set(error, FAULT_ENVIRONMENT, "a gallery segment is cut short: verify the gallery");
    size_t size = segment_merged_size(&header, (uint64_t)json_whole(compaction->plan, "count", 0));
    compaction->file = file_temporary(compaction->daemon->gallery, 0600, compaction->temporary, error);
    if (compaction->file < 0)
        return false;
    if (size == 0 || ftruncate(compaction->file, (off_t)size) != 0 ||
        (fallocate(compaction->file, 0, 0, (off_t)size) != 0 && errno != EOPNOTSUPP))
        return error_system(error, "making room for a gallery segment of %zu bytes", size);
    *target = openat(compaction->daemon->gallery, compaction->temporary, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    return *target >= 0 || error_system(error, "opening a new gallery segment");
}

static void make(struct compaction *compaction)
{
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    size_t count = 0;
    json_t *sources = json_array();
    json_t *parameters =
        json_pack("{sO,sO}", "sources", sources, "leave_out", json_object_get(compaction->plan, "leave_out"));
    bool done = (parameters != NULL || error_set(&error, FAULT_TEMPORARY, "out of memory")) &&
                open_sources(compaction, inputs, &count, sources, &error) &&
                open_target(compaction, inputs[0], &inputs[count], &error);
    if (done)
        done = nursery_run(compaction->daemon->nursery, "match-compact", parameters, inputs, count + 1, made,
                           compaction, &error);
    else
        for (size_t i = 0; i < count; i++)
            close(inputs[i]);
    json_decref(sources);
    json_decref(parameters);
    if (done)
        show_progress(compaction);
    else
        fail(compaction, &error);
}

/* --- the beginning --- */

static bool look(struct transaction *transaction, struct sight *sight, struct error *error)
{
    json_t *segment = NULL, *order = NULL;
    bool done = photo_seal_generation(transaction, &sight->seals, error) &&
                book_get(transaction, BOOK_COUNTERS, "segment", &segment, error) &&
                book_get(transaction, BOOK_COUNTERS, COMPACTION_ORDER, &order, error);
    sight->segments = json_whole(segment, "value", 0);
    sight->ordered = order != NULL;
    json_decref(segment);
    json_decref(order);
    return done;
}

static bool begin(struct transaction *transaction, void *context, struct error *error)
{
    struct compaction *compaction = context;
    struct sight sight = {0};
    instant now = clock_now();
    char engine[ENROL_ENGINE_SIZE];
    int64_t left = 0;
    if (!enrol_switch_left(transaction, enrol_engine(engines_current(compaction->daemon->engines), engine),
                           &left, error))
        return false;
    /* The gallery is being enrolled for another engine: segments of two cannot become one. */
    if (left > 0)
        return true;
    if (!look(transaction, &sight, error))
        return false;
    bool news = sight.seals != compaction->seen.seals || sight.segments != compaction->seen.segments ||
                sight.ordered != compaction->seen.ordered;
    if (!news && now < compaction->next)
        return true;
    if (!compaction_begin(transaction, compaction->daemon->site->settings, now, &compaction->plan, error) ||
        !look(transaction, &compaction->seen, error))
        return false;
    compaction->next = now + LOOK_MS;
    return true;
}

static void begun(void *context, const struct error *error)
{
    struct compaction *compaction = context;
    bool again = compaction->again;
    compaction->starting = compaction->again = false;
    if (error != NULL) {
        log_line(LOG_LEVEL_WARNING, "compaction-failed", "%s", error->text);
        end(compaction);
    } else if (json_text_or_null(compaction->plan, "name") != NULL)
        make(compaction);
    else if (compaction->plan != NULL)
        hand_record(compaction); /* no photo is left of what is compacted */
    else if (again)
        compaction_wake(compaction);
}

void compaction_wake(struct compaction *compaction)
{
    struct error error = ERROR_NONE;
    remove_old(compaction);
    if (compaction->starting || compaction->plan != NULL) {
        compaction->again = true;
        return;
    }
    if (engines_current(compaction->daemon->engines) == NULL)
        return;
    struct commit commit = {.work = begin, .done = begun, .context = compaction};
    compaction->starting = committer_hand(compaction->daemon->committer, &commit, &error);
}

static void look_now_and_then(void *context)
{
    struct compaction *compaction = context;
    compaction_wake(compaction);
    loop_after(compaction->daemon->loop, LOOK_MS, look_now_and_then, compaction, NULL);
}

json_t *compaction_live(const struct compaction *compaction)
{
    uint64_t done = 0, total = 0;
    if (compaction->plan == NULL)
        return json_null();
    nursery_progress(compaction->daemon->nursery, compaction, &done, &total);
    return json_pack("{sI,sI,sI}", "segments",
                     (json_int_t)json_array_size(json_object_get(compaction->plan, "segments")), "done",
                     (json_int_t)done, "total", (json_int_t)total);
}

size_t compaction_busy(const struct compaction *compaction)
{
    return compaction->starting || compaction->erasing || compaction->plan != NULL ? 1 : 0;
}

bool compaction_open(struct daemon *daemon, struct error *error)
{
    daemon->compaction = calloc(1, sizeof *daemon->compaction);
    if (daemon->compaction == NULL || (daemon->compaction->old = json_array()) == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the compaction");
    daemon->compaction->daemon = daemon;
    daemon->compaction->file = -1;
    return loop_after(daemon->loop, LOOK_MS, look_now_and_then, daemon->compaction, error);
}

void compaction_close(struct compaction *compaction)
{
    if (compaction == NULL)
        return;
    if (compaction->plan != NULL && !compaction->named)
        discard(compaction);
    end(compaction);
    json_decref(compaction->old);
    free(compaction);
}
