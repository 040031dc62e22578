/*
 * Enrolment: photos that came in gallery packets become templates in a new segment.
 *
 * Guarantees: a segment is durable before any photo is called enrolled; a crash in between repeats work and
 * changes nothing (a segment no record names is removed at start-up), and batches that were finished are not made
 * again; one bad photo is marked faulty with its
 * reason and spoils no other; photos whose eyes are not found with confidence are listed for the keeper.
 * Templates of one round go into one segment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "match/answer_check.h"
#include "match/enrol_record.h"
#include "match/enrol_switch.h"
#include "match/quarantine.h"
#include "match/segment.h"
#include "match/template_answer.h"
#include "report/unmarked.h"
#include "spool/engines.h"
#include "spool/enrolment_kept.h"
#include "spool/progress.h"
#include "spool/state.h"

enum {
    BATCH = 32,
    ROUND_MOST = 4096,
    ANSWER_MOST = 64 << 20,
    /* Photos of one round that alone bring a vendor's engine down, or hang it, which costs minutes: so many, and it
       is the engine. */
    MISDEEDS_MOST = 9,
    LATE_MOST = 3
};

struct enrolment {
    struct daemon *daemon;
    bool starting, again;
    json_t *photos; /* of this round: [{"photo","person","digest","eyes"?,…}], as they are done with
                       "outcome", see match/enrol_record.h; NULL = none under way */
    size_t at;      /* first photo of the batch under way */
    size_t batch[BATCH], batch_count; /* which photos are in the job */
    size_t alone_to; /* photos before this one go one by one: one of them brought the engine down */
    size_t misdeeds; /* photos of this round that did so alone */
    uint8_t *templates;
    char segment[64];
    const struct match_engine *engine; /* of this round */
    bool switched; /* the last photo of another engine's was enrolled anew: searches may begin */
};

static void clear(struct enrolment *enrolment)
{
    json_decref(enrolment->photos);
    free(enrolment->templates);
    enrolment->photos = NULL;
    enrolment->templates = NULL;
    enrolment->alone_to = enrolment->misdeeds = 0;
}

/* --- the round's end: one segment, one transaction --- */

static bool write_segment(void *context, struct vault_batch *batch, struct error *error)
{
    (void)batch;
    struct enrolment *enrolment = context;
    size_t total = json_array_size(enrolment->photos), count = 0, index;
    struct segment_entry *entries = calloc(total, sizeof *entries);
    json_t *photo;
    if (entries == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while writing a segment");
    json_array_foreach(enrolment->photos, index, photo)
    {
        if (strcmp(json_text(photo, "outcome"), "enrolled") == 0)
            entries[count++] = (struct segment_entry){
                .photo = json_text(photo, "photo"),
                .person = json_text(photo, "person"),
                .template_bytes = enrolment->templates + index * enrolment->engine->template_size};
    }
    bool done = count == 0 || segment_write(enrolment->daemon->gallery, enrolment->segment, enrolment->engine,
                                            entries, count, error);
    free(entries);
    return done;
}

static bool record(struct transaction *transaction, void *context, struct error *error)
{
    struct enrolment *enrolment = context;
    return enrol_record(transaction, enrolment->segment, enrolment->daemon->gallery, enrolment->photos,
                        clock_now(), error) &&
           report_unmarked(transaction, enrolment->daemon->site->settings, enrolment->segment,
                           enrolment->photos, clock_now(), error);
}

static void tell(const struct enrolment *enrolment)
{
    size_t index, faulty = 0, unmarked = 0, count = json_array_size(enrolment->photos);
    const json_t *photo;
    json_array_foreach(enrolment->photos, index, photo)
    {
        faulty += strcmp(json_text(photo, "outcome"), "faulty") == 0;
        unmarked += strcmp(json_text(photo, "outcome"), "unmarked") == 0;
    }
    if (count > faulty + unmarked)
        log_line(LOG_LEVEL_NOTICE, "photos-enrolled", "photos: %zu, in %s", count - faulty - unmarked,
                 enrolment->segment);
    if (unmarked > 0)
        log_line(LOG_LEVEL_NOTICE, "photos-unmarked",
                 "a person has to mark the eyes of %zu of %zu: leadspool gallery list --unmarked", unmarked,
                 count);
    if (faulty > 0)
        log_line(LOG_LEVEL_WARNING, "photos-faulty",
                 "%zu of %zu could not be enrolled: leadspool gallery list --status faulty", faulty, count);
}

static void recorded(void *context, const struct error *error)
{
    struct enrolment *enrolment = context;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "enrolment", "%s", error->text);
    else {
        tell(enrolment);
        enrolment_forget(enrolment->daemon->gallery, enrolment->segment);
    }
    progress_clear(enrolment->daemon);
    clear(enrolment);
    if (error == NULL)
        daemon_wake(enrolment->daemon);
}

static void finish(struct enrolment *enrolment)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.prepare = write_segment, .work = record, .done = recorded, .context = enrolment};
    if (!committer_hand(enrolment->daemon->committer, &commit, &error))
        recorded(enrolment, &error);
}

/* --- batches of templates --- */

static void next_batch(struct enrolment *enrolment);

static void set_faulty(json_t *photo, const char *fault)
{
    json_put_text(photo, "outcome", "faulty");
    json_put_text(photo, "fault", fault);
}

/* What the worker says of one photo, beside its template. */
static bool take_facts(json_t *photo, const struct template_answer_entry *entry)
{
    const struct template_facts *facts = &entry->facts;
    const struct eye_points *eyes = &facts->eyes;
    bool done =
        json_put_text(photo, "outcome", entry->state == TEMPLATE_EXTRACTED ? "enrolled" : "unmarked") &&
        json_put_whole(photo, "width", facts->width) && json_put_whole(photo, "height", facts->height);
    if (!done || facts->confidence < 0)
        return done;
    json_t *found = json_object_at(photo, "found");
    return found != NULL && json_put_whole(found, "confidence", facts->confidence) &&
           (eyes->right_x == 0 || json_put(found, "eyes", eye_points_json(eyes)));
}

/* What the worker says of the photo at `index`. */
static bool take_entry(struct enrolment *enrolment, size_t index, const struct template_answer_entry *entry)
{
    json_t *photo = json_array_get(enrolment->photos, index);
    char fault[ERROR_TEXT_SIZE];
    snprintf(fault, sizeof fault, "%s", entry->fault);
    if (entry->state == TEMPLATE_FAULT)
        set_faulty(photo, engines_is_vendor(enrolment->daemon->engines) ? answer_words(fault) : fault);
    else if (!take_facts(photo, entry))
        return false;
    if (entry->state == TEMPLATE_EXTRACTED)
        memcpy(enrolment->templates + index * enrolment->engine->template_size, entry->template_bytes,
               enrolment->engine->template_size);
    return true;
}

static bool take_templates(struct enrolment *enrolment, const void *bytes, size_t length, struct error *error)
{
    struct template_answer answer;
    struct template_answer_entry entry;
    if (!template_answer_open(&answer, bytes, length, enrolment->engine, error))
        return false;
    for (size_t i = 0; i < enrolment->batch_count; i++) {
        if (!template_answer_next(&answer, &entry, error))
            return error->fault != FAULT_NONE || error_set(error, FAULT_INTERNAL, "a template is missing");
        if (strcmp(entry.photo, json_text(json_array_get(enrolment->photos, enrolment->batch[i]), "photo")) !=
            0)
            return error_set(error, FAULT_INTERNAL,
                             "the templates are of other photographs than were asked for");
        if (!take_entry(enrolment, enrolment->batch[i], &entry))
            return error_set(error, FAULT_TEMPORARY, "out of memory while taking templates");
    }
    /* Losing what is kept costs work, nothing else. */
    struct error own = ERROR_NONE;
    if (!enrolment_keep(enrolment->daemon->gallery, enrolment->segment, bytes, length, &own))
        log_line(LOG_LEVEL_WARNING, "enrolment", "%s", own.text);
    return true;
}

static void fail_batch(struct enrolment *enrolment, const struct error *error)
{
    for (size_t i = 0; i < enrolment->batch_count; i++)
        set_faulty(json_array_get(enrolment->photos, enrolment->batch[i]), error->text);
}

static void show_progress(const struct enrolment *enrolment)
{
    log_line(LOG_LEVEL_STEP, "enrolment", "%zu of %zu photographs of this round, for %s", enrolment->at,
             json_array_size(enrolment->photos), enrolment->segment);
}

/* The photos stay as they are, and so does what is finished of the round. */
static void abandon(void *context)
{
    struct enrolment *enrolment = context;
    progress_clear(enrolment->daemon);
    clear(enrolment);
}

/* A vendor's engine crashed, hung or answered nonsense. Of several photos each is tried again alone; one that does it alone is
   faulty. When that happens to too many, what is wrong is the engine, and a person has to look. */
static void misbehaved(struct enrolment *enrolment, const char *misdeed, struct error *error)
{
    json_t *photo = json_array_get(enrolment->photos, enrolment->batch[0]);
    if (enrolment->batch_count > 1) {
        log_line(LOG_LEVEL_WARNING, "enrolment",
                 "the engine (%s) ended a batch of %zu photographs, which go one by one now: %s", misdeed,
                 enrolment->batch_count, error->text);
        /* What was taken of an answer that cannot be relied on is not. */
        for (size_t i = 0; i < enrolment->batch_count; i++)
            json_object_del(json_array_get(enrolment->photos, enrolment->batch[i]), "outcome");
        enrolment->alone_to = enrolment->at;
        enrolment->at = enrolment->batch[0];
        next_batch(enrolment);
    } else if (++enrolment->misdeeds < (strcmp(misdeed, "late") == 0 ? LATE_MOST : MISDEEDS_MOST)) {
        error_context(error, "the engine could not bear this photograph (%s)", misdeed);
        log_line(LOG_LEVEL_WARNING, "enrolment", "photograph %s: %s", json_text(photo, "photo"), error->text);
        set_faulty(photo, error->text);
        next_batch(enrolment);
    } else {
        error_context(error, "%zu photographs one by one, the last of them %s", enrolment->misdeeds,
                      json_text(photo, "photo"));
        engines_quarantine(enrolment->daemon->engines, "enrolment", misdeed, error->text, NULL, abandon,
                           enrolment);
    }
}

static void extracted(void *context, const struct job_outcome *outcome)
{
    struct enrolment *enrolment = context;
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *none = NULL;
    /* The daemon stops: no fault of these photographs, which the next start takes up again. */
    if (outcome->exit != WORKER_DONE && loop_stopping(enrolment->daemon->loop)) {
        clear(enrolment);
        return;
    }
    const char *misdeed = engines_misdeed(enrolment->daemon->engines, outcome, &error);
    if (misdeed != NULL) {
        misbehaved(enrolment, misdeed, &error);
        return;
    }
    bool done = outcome->exit == WORKER_DONE
                    ? file_read_open(outcome->answer, ANSWER_MOST, &bytes, &length, &error) &&
                          take_templates(enrolment, bytes, length, &error)
                    : job_answer_json(outcome, &none, &error);
    free(bytes);
    if (!done && engines_is_vendor(enrolment->daemon->engines) && outcome->exit == WORKER_DONE) {
        misbehaved(enrolment, "malformed", &error);
        return;
    }
    if (!done)
        fail_batch(enrolment, &error);
    show_progress(enrolment);
    next_batch(enrolment);
}

/* The next photos without an outcome into the job; one whose file cannot be opened gets its fault at once. */
static json_t *fill_batch(struct enrolment *enrolment, int *inputs)
{
    size_t total = json_array_size(enrolment->photos);
    json_t *photos = json_array();
    for (enrolment->batch_count = 0;
         enrolment->at < total &&
         enrolment->batch_count < (enrolment->at < enrolment->alone_to ? (size_t)1 : (size_t)BATCH);
         enrolment->at++) {
        struct error error = ERROR_NONE;
        json_t *photo = json_array_get(enrolment->photos, enrolment->at);
        struct digest digest;
        if (json_object_get(photo, "outcome") != NULL)
            continue; /* done before a crash */
        int file = digest_parse(json_text(photo, "digest"), &digest)
                       ? vault_open_object(enrolment->daemon->vault, &digest, NULL, &error)
                       : -1;
        if (file < 0) {
            set_faulty(photo, error.text);
            continue;
        }
        inputs[enrolment->batch_count] = file;
        enrolment->batch[enrolment->batch_count++] = enrolment->at;
        json_array_append_new(photos, json_pack("{ss,sO*}", "id", json_text(photo, "photo"), "eyes",
                                                json_object_get(photo, "eyes")));
    }
    return photos;
}

static void next_batch(struct enrolment *enrolment)
{
    struct error error = ERROR_NONE;
    int inputs[BATCH];
    json_t *photos = fill_batch(enrolment, inputs);
    if (enrolment->batch_count == 0) {
        json_decref(photos);
        finish(enrolment);
        return;
    }
    json_t *parameters = json_pack("{so,si}", "photos", photos, "confidence",
                                   enrolment->daemon->site->settings->eye_confidence);
    if (!engines_run(enrolment->daemon->engines, "template", parameters, inputs, enrolment->batch_count,
                     extracted, enrolment, &error)) {
        fail_batch(enrolment, &error);
        finish(enrolment);
    }
    json_decref(parameters);
}

/* --- what a crash left finished --- */

struct taking_back {
    struct enrolment *enrolment;
    json_t *places; /* photo id -> its place in the round */
    size_t taken;
};

static void take_back(void *context, const void *bytes, size_t length)
{
    struct taking_back *taking = context;
    struct error error = ERROR_NONE;
    struct template_answer answer;
    struct template_answer_entry entry;
    if (!template_answer_open(&answer, bytes, length, taking->enrolment->engine, &error))
        return; /* of another engine: made again */
    while (template_answer_next(&answer, &entry, &error)) {
        const json_t *place = json_object_get(taking->places, entry.photo);
        if (place != NULL && take_entry(taking->enrolment, (size_t)json_integer_value(place), &entry))
            taking->taken++;
    }
}

static void take_kept(struct enrolment *enrolment)
{
    struct taking_back taking = {.enrolment = enrolment, .places = json_object()};
    struct error error = ERROR_NONE;
    size_t index;
    const json_t *photo;
    json_array_foreach(enrolment->photos, index, photo)
        json_put_whole(taking.places, json_text(photo, "photo"), (int64_t)index);
    if (!enrolment_kept(enrolment->daemon->gallery, enrolment->segment, take_back, &taking, &error))
        log_line(LOG_LEVEL_WARNING, "enrolment", "%s", error.text);
    if (taking.taken > 0)
        log_line(LOG_LEVEL_STEP, "enrolment", "%zu photographs of %s were finished before", taking.taken,
                 enrolment->segment);
    json_decref(taking.places);
}

/* --- the beginning --- */

static bool begin(struct transaction *transaction, void *context, struct error *error)
{
    struct enrolment *enrolment = context;
    char text[ENROL_ENGINE_SIZE];
    int64_t left = 0;
    json_t *quarantined = NULL;
    if (!quarantine_get(transaction, &quarantined, error))
        return false;
    json_decref(quarantined);
    if (quarantined != NULL)
        return true;
    if (!enrol_pending(transaction, ROUND_MOST, &enrolment->photos, enrolment->segment,
                       sizeof enrolment->segment, error) ||
        !enrol_switch_left(transaction, enrol_engine(enrolment->engine, text), &left, error))
        return false;
    if (json_array_size(enrolment->photos) > 0 || left == 0)
        return true;
    json_decref(enrolment->photos);
    if (!enrol_switch_next(transaction, enrolment->daemon->gallery, text, ROUND_MOST, clock_now(),
                           &enrolment->photos, error))
        return false;
    enrolment->switched = json_array_size(enrolment->photos) == 0;
    return enrolment->switched ||
           enrol_round_begin(transaction, enrolment->segment, sizeof enrolment->segment, error);
}

static void begun(void *context, const struct error *error)
{
    struct enrolment *enrolment = context;
    bool again = enrolment->again;
    enrolment->starting = enrolment->again = false;
    size_t count = json_array_size(enrolment->photos);
    if (error == NULL && count > 0)
        enrolment->templates = calloc(count, enrolment->engine->template_size);
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "enrolment", "%s", error->text);
    if (enrolment->templates == NULL) {
        clear(enrolment);
        if (enrolment->switched && error == NULL)
            daemon_wake(enrolment->daemon);
        enrolment->switched = false;
        if (again && error == NULL)
            enrolment_wake(enrolment);
        return;
    }
    enrolment->at = 0;
    take_kept(enrolment);
    next_batch(enrolment);
}

void enrolment_wake(struct enrolment *enrolment)
{
    struct error error = ERROR_NONE;
    if (enrolment->starting || enrolment->photos != NULL) {
        enrolment->again = true;
        return;
    }
    enrolment->engine = engines_current(enrolment->daemon->engines);
    if (enrolment->engine == NULL)
        return;
    struct commit commit = {.work = begin, .done = begun, .context = enrolment};
    enrolment->starting = committer_hand(enrolment->daemon->committer, &commit, &error);
}

json_t *enrolment_live(const struct enrolment *enrolment)
{
    if (enrolment->photos == NULL)
        return json_null();
    return json_pack("{ss,sI,sI}", "segment", enrolment->segment, "done", (json_int_t)enrolment->at, "total",
                     (json_int_t)json_array_size(enrolment->photos));
}

size_t enrolment_busy(const struct enrolment *enrolment)
{
    return enrolment->starting || enrolment->photos != NULL ? 1 : 0;
}

bool enrolment_open(struct daemon *daemon, struct error *error)
{
    daemon->enrolment = calloc(1, sizeof *daemon->enrolment);
    if (daemon->enrolment == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the enrolment");
    daemon->enrolment->daemon = daemon;
    return true;
}

void enrolment_close(struct enrolment *enrolment)
{
    if (enrolment != NULL)
        clear(enrolment);
    free(enrolment);
}
