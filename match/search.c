/*
 * Exact search over mapped segments.
 *
 * Guarantees: as search.h says, plus: each photo's quick sum is checked before it is compared, and a photo id
 * that two segments share is refused, since a list could not say which was meant.
 * Does not decode pictures or read parameters; match_worker.c does.
 */
#include "match/search.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "match/merkle.h"

/* Photos a thread takes at a time: large enough to be worth a turn, small enough for both threads to end
   together on a small gallery. */
#define BLOCK_PHOTOS 64
/* Distances kept between the comparing and the scoring of one group of probes. */
#define GROUP_BYTES ((size_t)256 << 20)
#define THREADS_MOST 64

struct search {
    const struct search_request *request;
    const struct segment_record **photos; /* to be compared, by ascending id */
    size_t photo_count;
    size_t first_probe, group; /* probes of this pass */
    uint16_t *distances;       /* [probe of the group][photo][distance] */
    struct search_result *result;
    _Atomic size_t next;                            /* block or probe to be taken */
    _Atomic(const struct segment_record *) damaged; /* the first found, if any */
    _Atomic bool no_memory;
};

static int text_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int photo_order(const void *a, const void *b)
{
    const struct segment_record *const *x = a;
    const struct segment_record *const *y = b;
    return strncmp((*x)->photo, (*y)->photo, SEGMENT_ID_SIZE);
}

static int person_order(const void *a, const void *b)
{
    const struct segment_record *const *x = a;
    const struct segment_record *const *y = b;
    return strncmp((*x)->person, (*y)->person, SEGMENT_ID_SIZE);
}

/* Leaves the photos sorted by person; the caller sorts them by id. */
static void persons_count(struct search *search)
{
    qsort(search->photos, search->photo_count, sizeof *search->photos, person_order);
    for (size_t i = 0; i < search->photo_count; i++)
        if (i == 0 || person_order(&search->photos[i - 1], &search->photos[i]) != 0)
            search->result->persons++;
}

/* Every photo that may be searched, sorted by id. */
static bool photos_gather(struct search *search, struct error *error)
{
    const struct search_request *request = search->request;
    size_t total = 0;
    for (size_t s = 0; s < request->segment_count; s++)
        total += (size_t)request->segments[s].header->count;
    search->photos = calloc(total + 1, sizeof *search->photos);
    const char **sealed = calloc(request->sealed_count + 1, sizeof *sealed);
    if (search->photos == NULL || sealed == NULL) {
        free(sealed);
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search of %zu photos", total);
    }
    for (size_t i = 0; i < request->sealed_count; i++)
        sealed[i] = request->sealed[i];
    qsort(sealed, request->sealed_count, sizeof *sealed, text_order);
    for (size_t s = 0; s < request->segment_count; s++)
        for (uint64_t i = 0; i < request->segments[s].header->count; i++) {
            const struct segment_record *record = segment_at(&request->segments[s], i);
            char photo[SEGMENT_ID_SIZE];
            memcpy(photo, record->photo, sizeof photo);
            photo[SEGMENT_ID_SIZE - 1] = '\0';
            const char *key = photo;
            if (bsearch(&key, sealed, request->sealed_count, sizeof *sealed, text_order) != NULL)
                search->result->left_out++;
            else
                search->photos[search->photo_count++] = record;
        }
    free(sealed);
    persons_count(search);
    qsort(search->photos, search->photo_count, sizeof *search->photos, photo_order);
    for (size_t i = 1; i < search->photo_count; i++)
        if (photo_order(&search->photos[i - 1], &search->photos[i]) == 0)
            return error_set(error, FAULT_ENVIRONMENT,
                             "photo %.39s is in two segments: remove one of them from the gallery",
                             search->photos[i]->photo);
    return true;
}

static void snapshot_take(struct search *search)
{
    struct merkle merkle = {.count = 0};
    for (size_t i = 0; i < search->photo_count; i++) {
        struct digest leaf = merkle_leaf(search->photos[i]->photo, search->photos[i]->template_hash);
        merkle_add(&merkle, &leaf);
    }
    search->result->snapshot = merkle_root(&merkle);
    search->result->searched = search->photo_count;
}

static void block_compare(struct search *search, size_t first)
{
    const struct search_request *request = search->request;
    size_t parts = request->engine->distance_count;
    size_t count = search->photo_count - first < BLOCK_PHOTOS ? search->photo_count - first : BLOCK_PHOTOS;
    const uint8_t *templates[BLOCK_PHOTOS];
    for (size_t i = 0; i < count; i++) {
        const struct segment_record *record = search->photos[first + i];
        if (!segment_record_sound(&request->segments[0], record)) {
            const struct segment_record *none = NULL;
            atomic_compare_exchange_strong(&search->damaged, &none, record);
            return;
        }
        templates[i] = record->template_bytes;
    }
    for (size_t p = 0; p < search->group; p++) {
        request->engine->compare(request->probes[search->first_probe + p], templates, count,
                                 search->distances + (p * search->photo_count + first) * parts);
        if (request->done != NULL)
            atomic_fetch_add(request->done, count);
    }
}

static void *compare_thread(void *context)
{
    struct search *search = context;
    for (;;) {
        size_t first = atomic_fetch_add(&search->next, 1) * BLOCK_PHOTOS;
        if (first >= search->photo_count || atomic_load(&search->damaged) != NULL)
            return NULL;
        block_compare(search, first);
    }
}

static bool probe_score(struct search *search, size_t p)
{
    const struct match_engine *engine = search->request->engine;
    struct search_list *list = &search->result->lists[search->first_probe + p];
    const uint16_t *distances = search->distances + p * search->photo_count * engine->distance_count;
    struct match_fusion *fusion = NULL;
    int64_t *fused = malloc((search->photo_count + 1) * sizeof *fused);
    for (size_t i = 0; i < search->photo_count; i++)
        match_cohort_add(&list->cohort, distances + i * engine->distance_count, engine->distance_count);
    if (fused == NULL || !engine->fusion_make(&list->cohort, &fusion, NULL)) {
        free(fused);
        return false;
    }
    for (size_t i = 0; i < search->photo_count; i++) {
        fused[i] = engine->fuse(fusion, distances + i * engine->distance_count);
        score_cohort_add(&list->fused, fused[i]);
    }
    list->candidates.length = search->request->length;
    for (size_t i = 0; i < search->photo_count; i++)
        candidates_offer(&list->candidates, score_of(&list->fused, fused[i]), search->photos[i]);
    engine->fusion_free(fusion);
    free(fused);
    return true;
}

static void *score_thread(void *context)
{
    struct search *search = context;
    for (;;) {
        size_t p = atomic_fetch_add(&search->next, 1);
        if (p >= search->group)
            return NULL;
        if (!probe_score(search, p))
            atomic_store(&search->no_memory, true);
    }
}

static unsigned threads_wanted(const struct search_request *request)
{
    unsigned threads = request->threads;
    if (threads == 0) {
        /* Not sysconf: it reads a file below /sys, which a sandboxed worker cannot open. */
        cpu_set_t processors;
        CPU_ZERO(&processors);
        threads =
            sched_getaffinity(0, sizeof processors, &processors) == 0 ? (unsigned)CPU_COUNT(&processors) : 1;
    }
    return threads < 1 ? 1 : threads > THREADS_MOST ? THREADS_MOST : threads;
}

/* Runs the same function in several threads, the calling one among them; fewer if the system gives fewer. */
static void run_threads(struct search *search, void *(*function)(void *))
{
    pthread_t threads[THREADS_MOST];
    unsigned wanted = threads_wanted(search->request) - 1, started = 0;
    atomic_store(&search->next, 0);
    while (started < wanted && pthread_create(&threads[started], NULL, function, search) == 0)
        started++;
    function(search);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static bool group_run(struct search *search, struct error *error)
{
    run_threads(search, compare_thread);
    const struct segment_record *damaged = atomic_load(&search->damaged);
    if (damaged != NULL)
        return error_set(
            error, FAULT_ENVIRONMENT,
            "photo %.39s is damaged in the gallery: nothing was searched; verify the gallery and "
            "restore its segment from a backup",
            damaged->photo);
    run_threads(search, score_thread);
    if (atomic_load(&search->no_memory))
        return error_set(error, FAULT_TEMPORARY, "out of memory while scoring a search");
    return true;
}

static bool all_groups(struct search *search, struct error *error)
{
    const struct search_request *request = search->request;
    size_t probe_bytes = search->photo_count * request->engine->distance_count * sizeof *search->distances;
    size_t most = GROUP_BYTES / probe_bytes < 1 ? 1 : GROUP_BYTES / probe_bytes;
    most = most < request->probe_count ? most : request->probe_count;
    search->distances = malloc(most * probe_bytes + 1);
    if (search->distances == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search of %zu photos",
                         search->photo_count);
    if (request->total != NULL)
        atomic_store(request->total, search->photo_count * request->probe_count);
    for (size_t first = 0; first < request->probe_count; first += most) {
        search->first_probe = first;
        search->group = request->probe_count - first < most ? request->probe_count - first : most;
        if (!group_run(search, error))
            return false;
    }
    return true;
}

bool search_run(const struct search_request *request, struct search_result *result, struct error *error)
{
    *result = (struct search_result){.list_count = request->probe_count};
    if (request->length < CANDIDATES_LEAST || request->length > CANDIDATES_MOST)
        return error_set(error, FAULT_INPUT, "a list of %zu persons: between %d and %d can be asked for",
                         request->length, CANDIDATES_LEAST, CANDIDATES_MOST);
    struct search search = {.request = request, .result = result};
    result->lists = calloc(request->probe_count + 1, sizeof *result->lists);
    bool done = result->lists != NULL;
    if (!done)
        error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    done = done && photos_gather(&search, error);
    if (done) {
        snapshot_take(&search);
        done = search.photo_count == 0 || all_groups(&search, error);
    }
    free(search.distances);
    free(search.photos);
    if (!done)
        search_result_free(result);
    return done;
}

void search_result_free(struct search_result *result)
{
    free(result->lists);
    *result = (struct search_result){0};
}
