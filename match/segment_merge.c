/*
 * Merging gallery segments.
 *
 * Guarantees: the same photos give the same bytes, however they lay in the sources; a photo whose quick sum does not
 * hold is never copied; what is to be left out was there, or nothing comes of it. Does no I/O beyond the mapped
 * sources: who asks decides which file the bytes are.
 */
#include "match/segment_merge.h"

#include <stdlib.h>
#include <string.h>

#include "match/segment_parts.h"

struct merging {
    const struct segment_source *sources;
    size_t count;
    uint64_t **left_out;        /* of each source a bit for each record, or NULL */
    uint64_t *at;               /* next record of each source */
    struct match_engine engine; /* names and sizes alone */
    char id[32], version[32];
    struct snapshot snapshot;
    uint64_t photos; /* that are kept */
};

static void merging_free(struct merging *merging)
{
    for (size_t s = 0; merging->left_out != NULL && s < merging->count; s++)
        free(merging->left_out[s]);
    free(merging->left_out);
    free(merging->at);
}

size_t segment_merged_size(const struct segment_header *header, uint64_t count)
{
    struct segment_layout layout;
    return segment_layout(count, header->template_size, header->hash_size, &layout) ? layout.size : 0;
}

static bool take_engine(struct merging *merging, struct error *error)
{
    const struct segment_header *first = merging->sources[0].segment->header;
    for (size_t s = 0; s < merging->count; s++) {
        const struct segment_header *header = merging->sources[s].segment->header;
        if (memcmp(header->engine, first->engine, sizeof first->engine) != 0 ||
            memcmp(header->engine_version, first->engine_version, sizeof first->engine_version) != 0 ||
            header->template_size != first->template_size || header->hash_size != first->hash_size)
            return error_set(error, FAULT_ENVIRONMENT, "segments of different engines cannot become one");
        snapshot_join(&merging->snapshot, &header->snapshot);
        merging->photos += header->count;
    }
    memcpy(merging->id, first->engine, sizeof merging->id - 1);
    memcpy(merging->version, first->engine_version, sizeof merging->version - 1);
    merging->engine = (struct match_engine){.id = merging->id,
                                            .version = merging->version,
                                            .template_size = first->template_size,
                                            .hash_size = first->hash_size};
    return true;
}

/* Marks the record in its source; false when none holds it, or memory ran out. */
static bool leave_out_one(struct merging *merging, const char *photo, struct error *error)
{
    for (size_t s = 0; s < merging->count; s++) {
        const struct segment *segment = merging->sources[s].segment;
        int64_t record = segment_find(segment, photo);
        if (record < 0)
            continue;
        if (merging->left_out[s] == NULL)
            merging->left_out[s] = calloc((size_t)segment->header->count / 64 + 1, sizeof(uint64_t));
        if (merging->left_out[s] == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory while merging segments");
        uint64_t bit = (uint64_t)1 << record % 64, *word = &merging->left_out[s][record / 64];
        if ((*word & bit) == 0) {
            const struct segment_record *of = segment_at(segment, (uint64_t)record);
            snapshot_remove(&merging->snapshot, of->photo, of->template_hash);
            merging->photos--;
        }
        *word |= bit;
        return true;
    }
    return error_set(error, FAULT_ENVIRONMENT,
                     "photo %.39s is to be removed and is in none of the segments: verify the gallery",
                     photo);
}

static bool is_left_out(const struct merging *merging, size_t source, uint64_t record)
{
    const uint64_t *bits = merging->left_out[source];
    return bits != NULL && (bits[record / 64] >> record % 64 & 1) != 0;
}

/* The source whose next record that is kept has the least photo id; -1 at the end. */
static int64_t next_source(struct merging *merging)
{
    int64_t least = -1;
    for (size_t s = 0; s < merging->count; s++) {
        const struct segment *segment = merging->sources[s].segment;
        while (merging->at[s] < segment->header->count && is_left_out(merging, s, merging->at[s]))
            merging->at[s]++;
        if (merging->at[s] == segment->header->count)
            continue;
        if (least < 0 || strncmp(segment_at(segment, merging->at[s])->photo,
                                 segment_at(merging->sources[least].segment, merging->at[least])->photo,
                                 SEGMENT_ID_SIZE) < 0)
            least = (int64_t)s;
    }
    return least;
}

static bool copy_photo(struct merging *merging, struct segment_columns *columns, size_t i, size_t source,
                       struct error *error)
{
    const struct segment *segment = merging->sources[source].segment;
    uint64_t at = merging->at[source]++;
    const struct segment_record *from = segment_at(segment, at);
    struct segment_record *record = &columns->records[i];
    if (!segment_record_sound(segment, at))
        return error_set(error, FAULT_ENVIRONMENT,
                         "photo %.39s is damaged in the gallery: verify the gallery and restore its segment "
                         "from a backup",
                         from->photo);
    if (i > 0 && strcmp(columns->records[i - 1].photo, from->photo) >= 0)
        return error_set(error, FAULT_ENVIRONMENT,
                         "photo %.39s is in two segments, or out of order: verify the gallery", from->photo);
    memcpy(columns->file + columns->layout.templates + i * columns->layout.template_stride,
           segment_template(segment, at), merging->engine.template_size);
    if (merging->engine.hash_size > 0)
        memcpy(columns->file + columns->layout.hashes + i * merging->engine.hash_size,
               segment->hashes + at * merging->engine.hash_size, merging->engine.hash_size);
    *record = *from;
    if (record->round == 0)
        record->round = merging->sources[source].round;
    return true;
}

/* Hashes are copied as they are: each block's sum has to hold before. */
static bool check_hashes(const struct merging *merging, struct error *error)
{
    for (size_t s = 0; s < merging->count && merging->engine.hash_size > 0; s++) {
        const struct segment *segment = merging->sources[s].segment;
        for (uint64_t block = 0; block * SEGMENT_HASH_BLOCK < segment->header->count; block++)
            if (!segment_hashes_sound(segment, block))
                return error_set(error, FAULT_ENVIRONMENT,
                                 "hashes near photo %.39s are damaged in the gallery: verify the gallery and "
                                 "restore its segment from a backup",
                                 segment_at(segment, block * SEGMENT_HASH_BLOCK)->photo);
    }
    return true;
}

static bool copy_all(struct merging *merging, struct segment_columns *columns, _Atomic uint64_t *done,
                     struct error *error)
{
    int64_t source;
    for (size_t i = 0; i < columns->count; i++) {
        if ((source = next_source(merging)) < 0)
            return error_set(error, FAULT_INTERNAL, "merging segments ended early");
        if (!copy_photo(merging, columns, i, (size_t)source, error))
            return false;
        if (done != NULL)
            atomic_store(done, i + 1);
    }
    return true;
}

bool segment_merge(const struct segment_source *sources, size_t source_count, const char *const *leave_out,
                   size_t leave_out_count, void *bytes, size_t length, _Atomic uint64_t *done,
                   struct error *error)
{
    struct merging merging = {.sources = sources, .count = source_count};
    struct segment_layout layout;
    struct segment_columns columns;
    bool merged = source_count > 0 || error_set(error, FAULT_INTERNAL, "no segments to merge");
    if (!merged || !take_engine(&merging, error))
        return false;
    merging.left_out = calloc(source_count, sizeof *merging.left_out);
    merging.at = calloc(source_count, sizeof *merging.at);
    merged = (merging.left_out != NULL && merging.at != NULL) ||
             error_set(error, FAULT_TEMPORARY, "out of memory while merging segments");
    for (size_t i = 0; merged && i < leave_out_count; i++)
        merged = leave_out_one(&merging, leave_out[i], error);
    merged = merged && check_hashes(&merging, error);
    if (merged &&
        (!segment_layout(merging.photos, merging.engine.template_size, merging.engine.hash_size, &layout) ||
         layout.size != length))
        merged = error_set(error, FAULT_INTERNAL, "%zu bytes do not fit %llu photos", length,
                           (unsigned long long)merging.photos);
    if (merged) {
        segment_columns_point(&columns, bytes, &layout, (size_t)merging.photos);
        merged = copy_all(&merging, &columns, done, error);
    }
    if (merged)
        segment_finish(&columns, &merging.engine, &merging.snapshot);
    merging_free(&merging);
    return merged;
}
