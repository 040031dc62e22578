/*
 * The worker kinds "match-template" and "match-search".
 *
 * Guarantees: one unusable picture spoils neither batch nor search; its fault is in the answer. A damaged or
 * foreign segment does spoil the search: half a gallery must never pass for the whole.
 * Does not know requests, people or the casebook; it sees pictures, eye points and segments.
 */
#include "match/match_worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "match/search.h"
#include "match/search_again.h"
#include "match/search_answer.h"
#include "match/search_cut_answer.h"
#include "match/segment.h"
#include "match/template_answer.h"
#include "photo/decode.h"
#include "photo/eyes.h"

enum { FOUND_MOST = 256 << 20 };

static void report_progress(const struct worker_job *job, uint64_t done, uint64_t total)
{
    if (job->progress == NULL)
        return;
    atomic_store(&job->progress->total, total);
    atomic_store(&job->progress->done, done);
}

/* The picture of one input and its checked eye points; the caller frees the image. */
static bool picture_read(int file, const json_t *row, struct photo *photo, struct eye_points *eyes,
                         struct error *error)
{
    *photo = (struct photo){.image = IMAGE_EMPTY};
    if (!eye_points_read(json_object_get(row, "eyes"), eyes, error) ||
        !photo_decode_file(file, NULL, photo, error))
        return false;
    if (eye_points_check(eyes, photo->image.width, photo->image.height, error))
        return true;
    image_free(&photo->image);
    return false;
}

/* The named parameter as an array whose objects all carry a text `key` of 1 to `most` bytes. */
static const json_t *rows_of(const struct worker_job *job, const char *name, const char *key, size_t most,
                             struct error *error)
{
    const json_t *rows = json_object_get(job->parameters, name);
    size_t i;
    const json_t *row;
    if (!json_is_array(rows)) {
        error_set(error, FAULT_INTERNAL, "%s: the parameter \"%s\" is no array", job->kind, name);
        return NULL;
    }
    json_array_foreach((json_t *)(uintptr_t)rows, i, row)
    {
        size_t length = strlen(json_text(row, key));
        if (length < 1 || length > most) {
            error_set(error, FAULT_INTERNAL, "%s: \"%s\" number %zu has no \"%s\" of 1 to %zu bytes",
                      job->kind, name, i + 1, key, most);
            return NULL;
        }
    }
    return rows;
}

static bool check_inputs(const struct worker_job *job, size_t wanted, struct error *error)
{
    return job->input_count == wanted ||
           error_set(error, FAULT_INTERNAL, "%s: %zu inputs were given, not %zu", job->kind, job->input_count,
                     wanted);
}

/* What a batch of photos shares. */
struct template_batch {
    const struct match_engine *engine;
    struct text answer;
    uint8_t *template_bytes;
    struct eye_finder *finder; /* made for the first photo without eyes */
    int confidence;            /* least for a template */
};

/* The picture with its eyes, given or found; facts->confidence says which. */
static bool photo_read(struct template_batch *batch, int file, const json_t *row, struct photo *photo,
                       struct template_facts *facts, struct error *error)
{
    *facts = (struct template_facts){.confidence = -1};
    bool given = json_object_get(row, "eyes") != NULL;
    if (!(given ? picture_read(file, row, photo, &facts->eyes, error)
                : photo_decode_file(file, NULL, photo, error)))
        return false;
    facts->width = (uint32_t)photo->image.width;
    facts->height = (uint32_t)photo->image.height;
    if (given)
        return true;
    if (batch->finder == NULL && !eye_finder_make(&batch->finder, error))
        return false;
    struct eyes_found found;
    eye_finder_find(batch->finder, &photo->image, &found);
    facts->eyes = found.eyes;
    facts->confidence = found.confidence;
    return true;
}

/* One photo of a batch; false only for what concerns the whole batch (memory). */
static bool template_add(struct template_batch *batch, int file, const json_t *row, struct error *error)
{
    struct photo photo = {.image = IMAGE_EMPTY};
    struct template_facts facts;
    struct error fault = ERROR_NONE;
    const char *id = json_text(row, "id");
    bool done = photo_read(batch, file, row, &photo, &facts, &fault);
    /* Eyes that were not found have the confidence 0, and no threshold makes them usable. */
    bool unmarked =
        done && facts.confidence >= 0 && (facts.confidence < batch->confidence || facts.confidence == 0);
    done = done &&
           (unmarked || batch->engine->extract(&photo.image, &facts.eyes, batch->template_bytes, &fault));
    image_free(&photo.image);
    if (done) {
        if (unmarked)
            template_answer_add_unmarked(&batch->answer, id, &facts);
        else
            template_answer_add(&batch->answer, batch->engine, id, &facts, batch->template_bytes);
        return true;
    }
    if (fault.fault != FAULT_INPUT) {
        *error = fault;
        return error_context(error, "photo %s", id);
    }
    template_answer_add_fault(&batch->answer, id, fault.text);
    return true;
}

bool match_template_with(const struct match_engine *engine, const struct worker_job *job, struct error *error)
{
    struct template_batch batch = {
        .engine = engine,
        .answer = TEXT_EMPTY,
        .template_bytes = malloc(engine->template_size),
        .confidence = (int)json_whole(job->parameters, "confidence", EYES_CONFIDENCE_DEFAULT)};
    const json_t *rows = rows_of(job, "photos", "id", SEGMENT_ID_SIZE - 1, error);
    size_t count = json_array_size(rows);
    bool done = rows != NULL && check_inputs(job, count, error);
    if (done && batch.template_bytes == NULL)
        done = error_set(error, FAULT_TEMPORARY, "out of memory for templates");
    template_answer_begin(&batch.answer, engine, (uint32_t)count);
    for (size_t i = 0; done && i < count; i++) {
        report_progress(job, i, count);
        done = template_add(&batch, job->inputs[i], json_array_get(rows, i), error);
    }
    if (!done) {
        text_free(&batch.answer);
    } else if (text_done(&batch.answer, error)) {
        report_progress(job, count, count);
        done = worker_answer(job, batch.answer.bytes, batch.answer.length, error);
        text_free(&batch.answer);
    } else {
        done = false;
    }
    eye_finder_free(batch.finder);
    free(batch.template_bytes);
    return done;
}

enum worker_exit match_template_worker(const struct worker_job *job, struct error *error)
{
    return match_template_with(&match_engine_embedded, job, error) ? WORKER_DONE : worker_exit_of(error);
}

/* Everything a search holds, so that one place frees it. */
struct search_job {
    const struct match_engine *engine;
    struct match_probe **probes; /* prepared, without gaps */
    size_t prepared;
    struct search_answer_probe *asked;
    size_t asked_count;
    struct segment *segments;
    size_t segment_count; /* opened */
    uint64_t *newest;
    const char **sealed;
    size_t sealed_count;
    struct search_result result;
    struct search_cut cut;
    json_t *found; /* by the parts of a search; NULL unless this is its end */
};

static void search_job_free(struct search_job *search)
{
    for (size_t i = 0; i < search->prepared; i++)
        search->engine->probe_free(search->probes[i]);
    for (size_t i = 0; i < search->asked_count; i++)
        free((char *)(uintptr_t)search->asked[i].fault);
    for (size_t i = 0; i < search->segment_count; i++)
        segment_close(&search->segments[i]);
    search_result_free(&search->result);
    search_cut_free(&search->cut);
    json_decref(search->found);
    free(search->probes);
    free(search->asked);
    free(search->segments);
    free(search->newest);
    free(search->sealed);
}

static bool probes_prepare(struct search_job *search, const struct worker_job *job, const json_t *rows,
                           struct error *error)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct photo photo;
        struct eye_points eyes;
        struct error fault = ERROR_NONE;
        struct match_probe *probe = NULL;
        struct search_answer_probe *asked = &search->asked[search->asked_count++];
        asked->id = json_text(row, "id");
        bool done = picture_read(job->inputs[i], row, &photo, &eyes, &fault) &&
                    search->engine->probe_make(&photo.image, &eyes, &probe, &fault);
        image_free(&photo.image);
        if (done)
            search->probes[search->prepared++] = probe;
        else if (fault.fault != FAULT_INPUT || (asked->fault = strdup(fault.text)) == NULL) {
            *error = fault;
            return error_context(error, "probe %s", asked->id);
        }
    }
    return true;
}

static bool segments_open(struct search_job *search, const struct worker_job *job, const json_t *rows,
                          struct error *error)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct segment *segment = &search->segments[i];
        if (!segment_open(job->inputs[search->asked_count + i], search->engine, segment, error))
            return error_context(error, "segment %s", json_text(row, "name"));
        search->segment_count++;
        int64_t newest = json_whole(row, "newest", -1);
        search->newest[i] = newest < 0 ? UINT64_MAX : (uint64_t)newest;
        if (json_whole(row, "count", -1) != (int64_t)segment->header->count)
            return error_set(
                error, FAULT_ENVIRONMENT,
                "segment %s holds %llu photos where the gallery's list says %lld: verify the gallery",
                json_text(row, "name"), (unsigned long long)segment->header->count,
                (long long)json_whole(row, "count", -1));
    }
    return true;
}

static bool sealed_read(struct search_job *search, const json_t *sealed, struct error *error)
{
    for (size_t i = 0; i < json_array_size(sealed); i++) {
        const char *id = json_string_value(json_array_get(sealed, i));
        /* An id that cannot be read might be the one that must not be shown. */
        if (id == NULL)
            return error_set(error, FAULT_INTERNAL, "sealed photo number %zu is no text", i + 1);
        search->sealed[search->sealed_count++] = id;
    }
    return true;
}

static bool finishes(const struct worker_job *job)
{
    return strcmp(json_text(json_object_get(job->parameters, "cut"), "step"), "finish") == 0;
}

/* What part of a search this is, if it is one. */
static bool cut_read(struct search_job *search, const struct worker_job *job, struct error *error)
{
    const json_t *cut = json_object_get(job->parameters, "cut");
    char *bytes = NULL;
    size_t length = 0;
    bool done = !finishes(job) ||
                (file_read_open(job->inputs[job->input_count - 1], FOUND_MOST, &bytes, &length, error) &&
                 json_read(bytes, length, &search->found, error));
    free(bytes);
    return done && (cut == NULL || search_cut_read(cut, search->found, search->asked, search->asked_count,
                                                   &search->cut, error));
}

/* What the parts found belongs to this gallery and engine alone. */
static bool found_agrees(const struct search_job *search, const json_t *answer, struct error *error)
{
    return search->found == NULL ||
           (strcmp(json_text(search->found, "snapshot"), json_text(answer, "snapshot")) == 0 &&
            json_equal(json_object_get(search->found, "engine"), json_object_get(answer, "engine"))) ||
           error_set(error, FAULT_ENVIRONMENT,
                     "the parts of the search were made with another gallery or engine: are all machines "
                     "running the same version of leadspool?");
}

static bool search_make(struct search_job *search, const struct worker_job *job, struct error *error)
{
    const json_t *probes = rows_of(job, "probes", "id", 200, error);
    const json_t *segments = probes == NULL ? NULL : rows_of(job, "segments", "name", 255, error);
    const json_t *sealed = json_object_get(job->parameters, "sealed");
    size_t files = json_array_size(probes) + json_array_size(segments) + (finishes(job) ? 1 : 0);
    if (segments == NULL || !check_inputs(job, files, error))
        return false;
    if (sealed != NULL && !json_is_array(sealed))
        return error_set(error, FAULT_INTERNAL, "%s: the parameter \"sealed\" is no array", job->kind);
    search->probes = calloc(json_array_size(probes) + 1, sizeof(struct match_probe *));
    search->asked = calloc(json_array_size(probes) + 1, sizeof *search->asked);
    search->segments = calloc(json_array_size(segments) + 1, sizeof *search->segments);
    search->newest = calloc(json_array_size(segments) + 1, sizeof *search->newest);
    search->sealed = calloc(json_array_size(sealed) + 1, sizeof *search->sealed);
    if (search->probes == NULL || search->asked == NULL || search->segments == NULL ||
        search->newest == NULL || search->sealed == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    return probes_prepare(search, job, probes, error) && segments_open(search, job, segments, error) &&
           sealed_read(search, sealed, error) && cut_read(search, job, error);
}

static bool search_all(struct search_job *search, const struct worker_job *job, struct error *error)
{
    if (!search_make(search, job, error))
        return false;
    int64_t length = json_whole(job->parameters, "length", CANDIDATES_DEFAULT);
    int64_t threads = json_whole(job->parameters, "threads", 0);
    int64_t full_below = json_whole(job->parameters, "full_below", SEARCH_FULL_BELOW);
    enum search_first way = search_first_of(json_text(job->parameters, "first"));
    int64_t share = json_whole(job->parameters, "share", search_share_of(way));
    struct search_request request = {
        .engine = search->engine,
        .probes = search->probes,
        .probe_count = search->prepared,
        .segments = search->segments,
        .segment_count = search->segment_count,
        .newest = search->newest,
        .sealed = search->sealed,
        .sealed_count = search->sealed_count,
        .length = length < 0 ? 0 : (size_t)length,
        .full_below = full_below < 0 ? 0 : (uint64_t)full_below,
        .first = way,
        .share = share < 0 || share > 1000 ? 0 : (unsigned)share,
        .threads = threads < 0 || threads > 64 ? 0 : (unsigned)threads,
        .done = job->progress == NULL ? NULL : &job->progress->done,
        .total = job->progress == NULL ? NULL : &job->progress->total,
        .cut = search->cut.parts == 0 ? NULL : &search->cut,
    };
    if (!search_run(&request, &search->result, error))
        return false;
    json_t *answer = (search->cut.parts > 0 && search->cut.step != SEARCH_FINISH
                          ? search_cut_answer
                          : search_answer)(&request, search->asked, search->asked_count, &search->result);
    if (answer == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while writing the answer of a search");
    const json_t *measures = json_object_get(job->parameters, "measures");
    json_t *again = NULL;
    bool done =
        measures == NULL || (search_again(&request, measures, &again, error) &&
                             (json_object_set(answer, "again", again) == 0 ||
                              error_set(error, FAULT_TEMPORARY, "out of memory while searching again")));
    done = done && found_agrees(search, answer, error) && worker_answer_json(job, answer, error);
    json_decref(again);
    json_decref(answer);
    return done;
}

bool match_search_with(const struct match_engine *engine, const struct worker_job *job, struct error *error)
{
    struct search_job search = {.engine = engine};
    bool done = search_all(&search, job, error);
    search_job_free(&search);
    return done;
}

enum worker_exit match_search_worker(const struct worker_job *job, struct error *error)
{
    return match_search_with(&match_engine_embedded, job, error) ? WORKER_DONE : worker_exit_of(error);
}
