/*
 * A search from beginning to end: gather, then for groups of probes cohort, first stage, full comparison,
 * second look, lists.
 *
 * Guarantees: as search.h says. What threads find is joined in orders that do not depend on who found it.
 * Does not decode pictures or read parameters; match_worker.c does.
 */
#include "match/search.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "match/search_parts.h"

/* Marks of the first stage that are kept for the probes of one group. */
#define GROUP_BYTES ((size_t)512 << 20)
#define GROUP_MOST 256

void search_fail(struct search *search, const struct error *error)
{
    if (!atomic_exchange(&search->error_taken, true))
        search->error = *error;
    atomic_store(&search->failed, true);
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
    if (request->engine->one_thread)
        return 1;
    return threads < 1 ? 1 : threads > THREADS_MOST ? THREADS_MOST : threads;
}

struct step {
    void (*function)(struct search_thread *);
    struct search_thread *thread;
};

static void *step_run(void *context)
{
    const struct step *step = context;
    step->function(step->thread);
    return NULL;
}

/* Runs one step in all threads, the calling one among them; fewer if the system gives fewer. */
static bool run(struct search *search, void (*function)(struct search_thread *), struct error *error)
{
    pthread_t threads[THREADS_MOST];
    struct step steps[THREADS_MOST];
    unsigned started = 1;
    atomic_store(&search->next, 0);
    for (unsigned t = 0; t < search->thread_count; t++)
        steps[t] = (struct step){function, &search->threads[t]};
    while (started < search->thread_count &&
           pthread_create(&threads[started], NULL, step_run, &steps[started]) == 0)
        started++;
    step_run(&steps[0]);
    for (unsigned t = 1; t < started; t++)
        pthread_join(threads[t], NULL);
    if (!atomic_load(&search->failed))
        return true;
    if (error != NULL)
        *error = search->error;
    return false;
}

static bool no_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
}

static bool threads_make(struct search *search, struct error *error)
{
    const struct match_engine *engine = search->request->engine;
    size_t most = search->group_most;
    search->thread_count = threads_wanted(search->request);
    for (unsigned t = 0; t < search->thread_count; t++) {
        struct search_thread *thread = &search->threads[t];
        *thread = (struct search_thread){.search = search};
        size_t photos = UNIT_PHOTOS > MATCH_COHORT ? UNIT_PHOTOS : MATCH_COHORT;
        thread->distances = malloc((photos * engine->distance_count + 1) * sizeof *thread->distances);
        thread->scores = malloc(photos * sizeof *thread->scores);
        thread->extracts = malloc(search_extracts_size(search) + 1);
        thread->compared = calloc(most, sizeof *thread->compared);
        thread->steps = calloc(search->result->in_two_stages ? most : 1, sizeof *thread->steps);
        if (engine->refine != NULL)
            thread->leads = calloc(most, sizeof *thread->leads);
        else
            thread->candidates = calloc(most, sizeof *thread->candidates);
        if (thread->distances == NULL || thread->scores == NULL || thread->compared == NULL ||
            thread->extracts == NULL || thread->steps == NULL ||
            (thread->leads == NULL && thread->candidates == NULL))
            return no_memory(error);
    }
    return true;
}

static void threads_free(struct search *search)
{
    for (unsigned t = 0; t < search->thread_count; t++) {
        free(search->threads[t].distances);
        free(search->threads[t].scores);
        free(search->threads[t].extracts);
        free(search->threads[t].compared);
        free(search->threads[t].steps);
        free(search->threads[t].leads);
        free(search->threads[t].candidates);
    }
}

/* How many probes share a pass. */
static bool group_make(struct search *search, struct error *error)
{
    size_t most = search->request->probe_count < GROUP_MOST ? search->request->probe_count : GROUP_MOST;
    size_t words = search_mark_words(search);
    if (search->result->in_two_stages) {
        size_t fit = GROUP_BYTES / (words * sizeof(uint64_t) + 1);
        most = fit < 1 ? 1 : fit < most ? fit : most;
    }
    search->group_most = most;
    search->group = calloc(most, sizeof *search->group);
    if (search->group == NULL)
        return no_memory(error);
    for (size_t p = 0; search->result->in_two_stages && p < most; p++) {
        search->group[p].marks = malloc(words * sizeof(uint64_t) + 1);
        if (search->group[p].marks == NULL)
            return no_memory(error);
    }
    return true;
}

static void group_begin(struct search *search, size_t first)
{
    size_t left = search->request->probe_count - first;
    search->group_count = left < search->group_most ? left : search->group_most;
    for (size_t p = 0; p < search->group_count; p++) {
        struct search_probe *probe = &search->group[p];
        probe->probe = search->request->probes[first + p];
        probe->list = &search->result->lists[first + p];
        probe->list->candidates.length = search->request->length;
        probe->leads.count = 0;
        probe->leads.floor = INT64_MIN;
        for (unsigned t = 0; t < search->thread_count; t++) {
            struct search_thread *thread = &search->threads[t];
            thread->compared[p] = 0;
            if (thread->leads != NULL) {
                thread->leads[p].count = 0;
                thread->leads[p].floor = INT64_MIN;
            } else {
                thread->candidates[p] = (struct candidates){.length = search->request->length};
            }
        }
    }
}

/* What the threads found, joined. */
static void group_join(struct search *search)
{
    for (size_t p = 0; p < search->group_count; p++) {
        struct search_probe *probe = &search->group[p];
        for (unsigned t = 0; t < search->thread_count; t++) {
            const struct search_thread *thread = &search->threads[t];
            probe->list->compared += thread->compared[p];
            for (size_t i = 0; thread->leads != NULL && i < thread->leads[p].count; i++)
                search_leads_add(&probe->leads, &thread->leads[p].leads[i]);
            for (size_t i = 0; thread->leads == NULL && i < thread->candidates[p].count; i++)
                candidates_offer(&probe->list->candidates, thread->candidates[p].list[i].score,
                                 thread->candidates[p].list[i].record);
        }
        search_leads_trim(&probe->leads);
    }
}

static void group_end(struct search *search)
{
    search_standings_free(search);
    for (size_t p = 0; p < search->group_count; p++) {
        if (search->group[p].fusion != NULL)
            search->request->engine->fusion_free(search->group[p].fusion);
        search->group[p].fusion = NULL;
    }
}

/* First stage and full comparison of a group, of all photos or those of a part; *ended: that was all that is wanted. */
static bool group_compare(struct search *search, bool *ended, struct error *error)
{
    const struct search_cut *cut = search->request->cut;
    *ended = cut != NULL && cut->step == SEARCH_COUNT;
    if (search->result->in_two_stages) {
        if (cut != NULL && !*ended)
            search_cut_thresholds(search);
        if (!run(search, search_sample, error) || !run(search, search_first_stage, error))
            return false;
        if (cut == NULL)
            search_thresholds(search);
        else if (*ended)
            search_cut_counts(search);
    }
    if (*ended)
        return true;
    if (!run(search, search_full_stage, error))
        return false;
    group_join(search);
    *ended = cut != NULL;
    return cut == NULL || search_cut_give(search, error);
}

static bool group_run(struct search *search, size_t first, struct error *error)
{
    const struct search_cut *cut = search->request->cut;
    bool ended = false;
    const struct match_engine *engine = search->request->engine;
    group_begin(search, first);
    if (engine->best != NULL)
        return search_own(search, error);
    bool done = engine->score != NULL || run(search, search_cohort, error);
    if (done && cut != NULL && cut->step == SEARCH_FINISH)
        done = search_cut_take(search, error);
    else
        done = done && group_compare(search, &ended, error);
    if (done && !ended && engine->refine != NULL) {
        done = search_yardsticks_make(search, error) && run(search, search_gauge, error) &&
               run(search, search_realign, error);
        if (done)
            search_leads_measured(search);
        done = done && search_standings_make(search, error) && run(search, search_stand, error) &&
               run(search, search_refine, error);
        for (size_t p = 0; done && p < search->group_count; p++) {
            const struct search_leads *leads = &search->group[p].leads;
            for (size_t i = 0; i < leads->count; i++)
                candidates_offer(&search->group[p].list->candidates, leads->leads[i].fused,
                                 leads->leads[i].record);
            done = search_keep_standings(search, &search->group[p], error);
        }
    }
    group_end(search);
    return done;
}

static struct digest cohort_digest(const struct search_gallery *gallery)
{
    char ids[MATCH_COHORT][SEGMENT_ID_SIZE];
    for (size_t i = 0; i < gallery->cohort_count; i++)
        memcpy(ids[i], gallery->cohort[i]->photo, SEGMENT_ID_SIZE);
    return digest_of(ids, gallery->cohort_count * SEGMENT_ID_SIZE);
}

static bool search_all(struct search *search, struct error *error)
{
    const struct search_request *request = search->request;
    const struct match_engine *engine = request->engine;
    struct search_gallery *gallery = &search->gallery;
    if (!search_gather(request, gallery, error))
        return false;
    search_cut_units(search);
    *search->result = (struct search_result){
        .snapshot = snapshot_digest(&gallery->snapshot),
        .cohort = cohort_digest(gallery),
        .searched = gallery->living,
        .persons = gallery->persons,
        .left_out = gallery->left_out,
        .in_two_stages = search_has_first(request) && gallery->living >= request->full_below,
        .lists = search->result->lists,
        .list_count = request->probe_count,
    };
    if (gallery->living == 0 || request->probe_count == 0)
        return true;
    bool ends = request->cut == NULL || request->cut->step == SEARCH_FINISH;
    if (engine->refine != NULL && ends &&
        !engine->refiner_make(gallery->cohort_templates, gallery->cohort_count, &search->refiner, error))
        return false;
    if (!group_make(search, error) || !threads_make(search, error))
        return false;
    if (request->total != NULL)
        atomic_store(request->total, gallery->first[gallery->segment_count] * request->probe_count);
    for (size_t first = 0; first < request->probe_count; first += search->group_most)
        if (!group_run(search, first, error))
            return false;
    return true;
}

static void search_free(struct search *search)
{
    for (size_t p = 0; search->group != NULL && p < search->group_most; p++)
        free(search->group[p].marks);
    free(search->group);
    threads_free(search);
    if (search->refiner != NULL)
        search->request->engine->refiner_free(search->refiner);
    search_gallery_free(&search->gallery);
    free(search);
}

static bool check_request(const struct search_request *request, struct error *error)
{
    if (request->length < CANDIDATES_LEAST || request->length > CANDIDATES_MOST)
        return error_set(error, FAULT_INPUT, "a list of %zu persons: between %d and %d can be asked for",
                         request->length, CANDIDATES_LEAST, CANDIDATES_MOST);
    if (request->share < 1 || request->share > 1000)
        return error_set(error, FAULT_INPUT, "a share of %u thousandths: between 1 and 1000 can be asked for",
                         request->share);
    const struct search_cut *cut = request->cut;
    if (cut != NULL &&
        (request->engine->best != NULL || (cut->step != SEARCH_FINISH && cut->part >= cut->parts)))
        return error_set(error, FAULT_INPUT, "the search cannot be cut so");
    return true;
}

bool search_run(const struct search_request *request, struct search_result *result, struct error *error)
{
    *result = (struct search_result){.list_count = request->probe_count};
    if (!check_request(request, error))
        return false;
    struct search *search = calloc(1, sizeof *search);
    result->lists = calloc(request->probe_count + 1, sizeof *result->lists);
    bool done = search != NULL && result->lists != NULL;
    if (!done)
        no_memory(error);
    if (search != NULL) {
        search->request = request;
        search->result = result;
        done = done && search_all(search, error);
        search_free(search);
    }
    if (!done)
        search_result_free(result);
    return done;
}

void search_result_free(struct search_result *result)
{
    for (size_t i = 0; result->lists != NULL && i < result->list_count; i++) {
        free(result->lists[i].yardstick);
        free(result->lists[i].standings);
    }
    free(result->lists);
    *result = (struct search_result){0};
}
