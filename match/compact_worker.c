/*
 * The worker kind "match-compact".
 *
 * Guarantees: what it answers for is on the disk and was read back whole. Does not decide what is merged or left out,
 * nor what the file is called.
 */
#include "match/compact_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "match/segment_merge.h"

struct compacting {
    struct segment *segments;
    struct segment_source *sources;
    const char **leave_out;
    size_t count, leave_out_count;
    void *bytes; /* of the file to be filled, mapped */
    size_t length;
};

/* Names and sizes of the engine that made a segment: compaction needs no more of it. */
static bool engine_of(int file, struct segment_header *header, struct match_engine *engine,
                      struct error *error)
{
    if (pread(file, header, sizeof *header, 0) != (ssize_t)sizeof *header)
        return error_set(error, FAULT_ENVIRONMENT, "a gallery segment is cut short");
    header->engine[sizeof header->engine - 1] = header->engine_version[sizeof header->engine_version - 1] =
        '\0';
    *engine = (struct match_engine){.id = header->engine,
                                    .version = header->engine_version,
                                    .template_size = header->template_size,
                                    .hash_size = header->hash_size};
    return true;
}

static bool open_sources(struct compacting *compacting, const struct worker_job *job, const json_t *rows,
                         struct error *error)
{
    struct segment_header header;
    struct match_engine engine;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row)
    {
        if (!engine_of(job->inputs[i], &header, &engine, error) ||
            !segment_open(job->inputs[i], &engine, &compacting->segments[i], error))
            return error_context(error, "segment %s", json_text(row, "name"));
        compacting->count++;
        compacting->sources[i] =
            (struct segment_source){&compacting->segments[i], (uint64_t)json_whole(row, "round", 0)};
    }
    return true;
}

static bool map_target(struct compacting *compacting, int file, struct error *error)
{
    struct stat facts;
    if (fstat(file, &facts) != 0 || facts.st_size <= 0)
        return error_set(error, FAULT_INTERNAL, "no file to be filled");
    compacting->length = (size_t)facts.st_size;
    compacting->bytes = mmap(NULL, compacting->length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (compacting->bytes != MAP_FAILED)
        return true;
    compacting->bytes = NULL;
    return error_system(error, "mapping a new gallery segment of %zu bytes", compacting->length);
}

static json_t *answer_of(const struct compacting *compacting)
{
    const struct segment_header *header = compacting->bytes;
    char digest[DIGEST_TEXT_SIZE], root[DIGEST_TEXT_SIZE], card[2 * sizeof header->engine];
    struct digest whole = digest_of(compacting->bytes, compacting->length), tree;
    memcpy(tree.bytes, header->root, sizeof tree.bytes);
    snprintf(card, sizeof card, "%.31s %.31s", header->engine, header->engine_version);
    return json_pack("{sI,ss,ss,ss}", "count", (json_int_t)header->count, "digest",
                     digest_text(&whole, digest), "root", digest_text(&tree, root), "engine", card);
}

static bool compact(struct compacting *compacting, const struct worker_job *job, struct error *error)
{
    const json_t *rows = json_object_get(job->parameters, "sources");
    const json_t *leave_out = json_object_get(job->parameters, "leave_out");
    size_t count = json_array_size(rows), gone = json_array_size(leave_out);
    uint64_t photos = 0;
    if (count == 0 || job->input_count != count + 1)
        return error_set(error, FAULT_INTERNAL, "match-compact was given %zu inputs for %zu sources",
                         job->input_count, count);
    compacting->segments = calloc(count, sizeof *compacting->segments);
    compacting->sources = calloc(count, sizeof *compacting->sources);
    compacting->leave_out = calloc(gone + 1, sizeof *compacting->leave_out);
    if (compacting->segments == NULL || compacting->sources == NULL || compacting->leave_out == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while merging segments");
    if (!open_sources(compacting, job, rows, error) || !map_target(compacting, job->inputs[count], error))
        return false;
    for (size_t i = 0; i < gone; i++) {
        compacting->leave_out[i] = json_string_value(json_array_get(leave_out, i));
        if (compacting->leave_out[i] == NULL)
            return error_set(error, FAULT_INTERNAL, "photo number %zu to be removed is no text", i + 1);
    }
    for (size_t i = 0; i < compacting->count; i++)
        photos += compacting->segments[i].header->count;
    if (job->progress != NULL)
        atomic_store(&job->progress->total, photos);
    if (!segment_merge(compacting->sources, count, compacting->leave_out, gone, compacting->bytes,
                       compacting->length, job->progress == NULL ? NULL : &job->progress->done, error) ||
        !file_sync(job->inputs[count], error))
        return false;
    json_t *answer = answer_of(compacting);
    bool done = answer != NULL ? worker_answer_json(job, answer, error)
                               : error_set(error, FAULT_TEMPORARY, "out of memory while merging segments");
    json_decref(answer);
    return done;
}

enum worker_exit match_compact_worker(const struct worker_job *job, struct error *error)
{
    struct compacting compacting = {.count = 0};
    bool done = compact(&compacting, job, error);
    if (compacting.bytes != NULL)
        munmap(compacting.bytes, compacting.length);
    for (size_t i = 0; i < compacting.count; i++)
        segment_close(&compacting.segments[i]);
    free(compacting.segments);
    free(compacting.sources);
    free(compacting.leave_out);
    return done ? WORKER_DONE : worker_exit_of(error);
}
