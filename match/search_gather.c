/*
 * What a search is about: which photos, how many persons, which cohort, and the name of the set.
 *
 * Guarantees: the cost grows with the number of segments and seals; only where segments' photo ids interleave,
 * or there are several segments, the columns of keys are merged once, which is linear.
 * Does not read templates or hashes.
 */
#include <stdlib.h>
#include <string.h>

#include "match/search_parts.h"

/* The keys of all segments in ascending order: a heap of the segments by their next key. */
struct merge {
    const struct search_gallery *gallery;
    bool persons;
    size_t *heap, count;
    uint64_t *at; /* of each segment */
};

static const struct segment_key *key_at(const struct merge *merge, size_t segment)
{
    const struct segment *of = &merge->gallery->segments[segment];
    return (merge->persons ? of->persons : of->photos) + merge->at[segment];
}

static void sink(struct merge *merge, size_t place)
{
    for (;;) {
        size_t least = place;
        for (size_t child = 2 * place + 1; child <= 2 * place + 2 && child < merge->count; child++)
            if (key_at(merge, merge->heap[child])->key < key_at(merge, merge->heap[least])->key)
                least = child;
        if (least == place)
            return;
        size_t moved = merge->heap[place];
        merge->heap[place] = merge->heap[least];
        merge->heap[least] = moved;
        place = least;
    }
}

static bool merge_open(struct merge *merge, const struct search_gallery *gallery, bool persons,
                       struct error *error)
{
    *merge = (struct merge){.gallery = gallery, .persons = persons};
    merge->heap = calloc(gallery->segment_count + 1, sizeof *merge->heap);
    merge->at = calloc(gallery->segment_count + 1, sizeof *merge->at);
    if (merge->heap == NULL || merge->at == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    for (size_t s = 0; s < gallery->segment_count; s++)
        if (gallery->segments[s].header->count > 0)
            merge->heap[merge->count++] = s;
    for (size_t place = merge->count; place-- > 0;)
        sink(merge, place);
    return true;
}

static void merge_close(struct merge *merge)
{
    free(merge->heap);
    free(merge->at);
}

/* The next key and whose it is; false at the end. A record number beyond the segment is damage and ends it. */
static bool merge_next(struct merge *merge, struct segment_key *key, size_t *segment)
{
    if (merge->count == 0)
        return false;
    *segment = merge->heap[0];
    *key = *key_at(merge, *segment);
    uint64_t count = merge->gallery->segments[*segment].header->count;
    if (++merge->at[*segment] == count)
        merge->heap[0] = merge->heap[--merge->count];
    sink(merge, 0);
    return key->record < count;
}

/* Marks a record as not searched; *first: it was not marked before. */
static bool mark(struct search_gallery *gallery, size_t s, uint64_t record, bool *first, struct error *error)
{
    if (gallery->sealed[s] == NULL)
        gallery->sealed[s] = calloc((size_t)gallery->segments[s].header->count / 64 + 1, sizeof(uint64_t));
    if (gallery->sealed[s] == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    uint64_t bit = (uint64_t)1 << record % 64, *word = &gallery->sealed[s][record / 64];
    *first = (*word & bit) == 0;
    if (!*first)
        return true;
    *word |= bit;
    const struct segment_record *of = segment_at(&gallery->segments[s], record);
    snapshot_remove(&gallery->snapshot, of->photo, of->template_hash);
    return true;
}

/* Photos of later enrolments are not there at all: neither searched nor counted as left out. */
static bool later_apply(const struct search_request *request, struct search_gallery *gallery,
                        struct error *error)
{
    bool first;
    for (size_t s = 0; request->newest != NULL && s < gallery->segment_count; s++)
        for (uint64_t i = 0; i < gallery->segments[s].header->count; i++) {
            if (segment_at(&gallery->segments[s], i)->round <= request->newest[s])
                continue;
            if (!mark(gallery, s, i, &first, error))
                return false;
            gallery->absent++;
        }
    return true;
}

static bool seal(struct search_gallery *gallery, size_t s, const char *photo, struct error *error)
{
    int64_t record = segment_find(&gallery->segments[s], photo);
    bool first = false;
    if (record >= 0 && !mark(gallery, s, (uint64_t)record, &first, error))
        return false;
    gallery->left_out += first ? 1 : 0;
    return true;
}

static bool seals_apply(const struct search_request *request, struct search_gallery *gallery,
                        struct error *error)
{
    for (size_t i = 0; i < request->sealed_count; i++)
        for (size_t s = 0; s < gallery->segment_count; s++)
            if (!seal(gallery, s, request->sealed[i], error))
                return false;
    return true;
}

static int by_first_photo(const void *a, const void *b)
{
    const struct segment *const *x = a, *const *y = b;
    return strncmp((*x)->records[0].photo, (*y)->records[0].photo, SEGMENT_ID_SIZE);
}

/* Whether no two segments can hold the same photo, by their first and last. */
static bool ranges_apart(const struct search_gallery *gallery, const struct segment **sorted)
{
    size_t count = 0;
    for (size_t s = 0; s < gallery->segment_count; s++)
        if (gallery->segments[s].header->count > 0)
            sorted[count++] = &gallery->segments[s];
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, by_first_photo);
    for (size_t i = 1; i < count; i++)
        if (strncmp(sorted[i - 1]->records[sorted[i - 1]->header->count - 1].photo,
                    sorted[i]->records[0].photo, SEGMENT_ID_SIZE) >= 0)
            return false;
    return true;
}

static bool check_photos_apart(const struct search_gallery *gallery, struct error *error)
{
    const struct segment **sorted = calloc(gallery->segment_count + 1, sizeof *sorted);
    if (sorted == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    bool apart = ranges_apart(gallery, sorted);
    free(sorted);
    if (apart)
        return true;
    struct merge merge;
    struct segment_key key, last = {0};
    size_t segment, last_segment = 0;
    bool done = merge_open(&merge, gallery, false, error);
    for (bool any = false; done && merge_next(&merge, &key, &segment); any = true) {
        const char *photo = segment_at(&gallery->segments[segment], key.record)->photo;
        if (any && key.key == last.key &&
            strncmp(photo, segment_at(&gallery->segments[last_segment], last.record)->photo,
                    SEGMENT_ID_SIZE) == 0)
            done = error_set(error, FAULT_ENVIRONMENT,
                             "photo %.39s is in two segments: remove one of them from the gallery", photo);
        last = key;
        last_segment = segment;
    }
    merge_close(&merge);
    return done;
}

static bool persons_count(struct search_gallery *gallery, struct error *error)
{
    if (gallery->segment_count == 1 && gallery->left_out == 0 && gallery->absent == 0) {
        gallery->persons = gallery->segments[0].header->persons;
        return true;
    }
    struct merge merge;
    struct segment_key key;
    size_t segment;
    uint64_t last = 0;
    bool done = merge_open(&merge, gallery, true, error), any = false;
    while (done && merge_next(&merge, &key, &segment)) {
        if (search_sealed(gallery, segment, key.record) || (any && key.key == last))
            continue;
        gallery->persons++;
        last = key.key;
        any = true;
    }
    merge_close(&merge);
    return done;
}

/* The first so many photos by key that are not sealed. */
static bool cohort_choose(struct search_gallery *gallery, struct error *error)
{
    struct merge merge;
    struct segment_key key;
    size_t segment;
    bool done = merge_open(&merge, gallery, false, error);
    while (done && gallery->cohort_count < MATCH_COHORT && merge_next(&merge, &key, &segment)) {
        const struct segment *of = &gallery->segments[segment];
        if (search_sealed(gallery, segment, key.record))
            continue;
        if (!segment_record_sound(of, key.record))
            done = error_set(error, FAULT_ENVIRONMENT,
                             "photo %.39s is damaged in the gallery: nothing was searched; verify the "
                             "gallery and restore its segment from a backup",
                             segment_at(of, key.record)->photo);
        gallery->cohort[gallery->cohort_count] = segment_at(of, key.record);
        gallery->cohort_templates[gallery->cohort_count++] = segment_template(of, key.record);
    }
    merge_close(&merge);
    return done;
}

bool search_gather(const struct search_request *request, struct search_gallery *gallery, struct error *error)
{
    size_t count = request->segment_count;
    *gallery = (struct search_gallery){.segments = request->segments, .segment_count = count};
    gallery->sealed = calloc(count + 1, sizeof *gallery->sealed);
    gallery->first = calloc(count + 1, sizeof *gallery->first);
    gallery->first_unit = calloc(count + 1, sizeof *gallery->first_unit);
    if (gallery->sealed == NULL || gallery->first == NULL || gallery->first_unit == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    for (size_t s = 0; s < count; s++) {
        uint64_t photos = request->segments[s].header->count;
        gallery->first[s + 1] = gallery->first[s] + photos;
        gallery->first_unit[s + 1] =
            gallery->first_unit[s] + (size_t)((photos + UNIT_PHOTOS - 1) / UNIT_PHOTOS);
        snapshot_join(&gallery->snapshot, &request->segments[s].header->snapshot);
    }
    if (!later_apply(request, gallery, error) || !seals_apply(request, gallery, error) ||
        !check_photos_apart(gallery, error) || !persons_count(gallery, error) ||
        (request->engine->score == NULL && !cohort_choose(gallery, error)))
        return false;
    gallery->living = gallery->first[count] - gallery->left_out - gallery->absent;
    gallery->unit_end = gallery->first_unit[count];
    return true;
}

void search_gallery_free(struct search_gallery *gallery)
{
    for (size_t s = 0; gallery->sealed != NULL && s < gallery->segment_count; s++)
        free(gallery->sealed[s]);
    free(gallery->sealed);
    free(gallery->first);
    free(gallery->first_unit);
}

size_t search_units(const struct search_gallery *gallery)
{
    return gallery->unit_end - gallery->unit_begin;
}

struct search_unit search_unit_at(const struct search_gallery *gallery, size_t index)
{
    size_t low = 0, high = gallery->segment_count;
    size_t own = index;
    index += gallery->unit_begin;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (gallery->first_unit[middle] <= index)
            low = middle;
        else
            high = middle;
    }
    while (gallery->first_unit[low + 1] <= index)
        low++; /* segments without photos */
    uint64_t first = (index - gallery->first_unit[low]) * (uint64_t)UNIT_PHOTOS;
    uint64_t left = gallery->segments[low].header->count - first;
    return (struct search_unit){.segment = low,
                                .first = first,
                                .count = left < UNIT_PHOTOS ? (size_t)left : UNIT_PHOTOS,
                                .index = own};
}
