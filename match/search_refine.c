/*
 * The second look at the best of each probe.
 *
 * Most of its cost is to measure templates against the cohort. So all of the best are compared again first, in every
 * alignment, and only what then leads is measured.
 *
 * Guarantees: what is said of a template is worked out once for all probes of a group that hold it among
 * their best; scores do not depend on how the work was divided.
 */
#include <stdlib.h>
#include <string.h>

#include "match/search_parts.h"

enum { STAND_PART = 64, REFINE_PART_LEAST = 128 };

static int by_address(const void *a, const void *b)
{
    const uint8_t *const *x = a, *const *y = b;
    return *x < *y ? -1 : *x > *y;
}

bool search_standings_make(struct search *search, struct error *error)
{
    struct search_standings *standings = &search->standings;
    size_t total = 0, count = 0;
    for (size_t p = 0; p < search->group_count; p++)
        total += search->group[p].leads.count;
    standings->templates = calloc(total + 1, sizeof *standings->templates);
    if (standings->templates == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    for (size_t p = 0; p < search->group_count; p++)
        for (size_t i = 0; i < search->group[p].leads.count; i++)
            standings->templates[count++] = search->group[p].leads.leads[i].template_bytes;
    if (count > 1)
        qsort(standings->templates, count, sizeof *standings->templates, by_address);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || standings->templates[i] != standings->templates[standings->count - 1])
            standings->templates[standings->count++] = standings->templates[i];
    standings->bytes = malloc(standings->count * search->request->engine->standing_size + 1);
    return standings->bytes != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for a search");
}

void search_standings_free(struct search *search)
{
    free(search->standings.templates);
    free(search->standings.bytes);
    search->standings = (struct search_standings){0};
}

void search_stand(struct search_thread *thread)
{
    struct search *search = thread->search;
    const struct match_engine *engine = search->request->engine;
    struct search_standings *standings = &search->standings;
    for (;;) {
        size_t first = atomic_fetch_add(&search->next, 1) * STAND_PART;
        if (first >= standings->count || atomic_load(&search->failed))
            return;
        size_t left = standings->count - first;
        struct error error = ERROR_NONE;
        if (!engine->stand(search->refiner, standings->templates + first,
                           left < STAND_PART ? left : STAND_PART,
                           standings->bytes + first * engine->standing_size, &error)) {
            search_fail(search, &error);
            return;
        }
    }
}

static const void *standing_of(const struct search *search, const uint8_t *template_bytes)
{
    const struct search_standings *standings = &search->standings;
    const uint8_t **found = bsearch(&template_bytes, standings->templates, standings->count,
                                    sizeof *standings->templates, by_address);
    return standings->bytes + (size_t)(found - standings->templates) * search->request->engine->standing_size;
}

/* No more parts than the threads need. */
static size_t part_size(const struct search *search)
{
    size_t parts = (search->thread_count + search->group_count - 1) / search->group_count;
    size_t size = (MATCH_REFINED + parts - 1) / parts;
    return size < REFINE_PART_LEAST ? REFINE_PART_LEAST : size;
}

/* A part of one probe's best; the scores take the place of the fused values. */
static bool part_refine(struct search *search, struct search_probe *probe, size_t first, size_t count,
                        bool measured, struct error *error)
{
    const struct match_engine *engine = search->request->engine;
    struct search_lead *leads = probe->leads.leads + first;
    const uint8_t *templates[MATCH_REFINED] = {NULL};
    const void *standings[MATCH_REFINED] = {NULL};
    int64_t scores[MATCH_REFINED];
    for (size_t i = 0; i < count; i++) {
        templates[i] = leads[i].template_bytes;
        if (measured)
            standings[i] = standing_of(search, templates[i]);
    }
    if (!engine->refine_by(probe->probe, probe->list->yardstick, templates, measured ? standings : NULL,
                           count, scores, error))
        return false;
    for (size_t i = 0; i < count; i++)
        leads[i].fused = scores[i];
    return true;
}

bool search_yardsticks_make(struct search *search, struct error *error)
{
    for (size_t p = 0; p < search->group_count; p++) {
        struct search_list *list = search->group[p].list;
        list->yardstick = malloc(search->request->engine->yardstick_size);
        if (list->yardstick == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    }
    return true;
}

/* Each probe against the cohort, once. */
void search_gauge(struct search_thread *thread)
{
    struct search *search = thread->search;
    for (;;) {
        size_t p = atomic_fetch_add(&search->next, 1);
        struct error error = ERROR_NONE;
        if (p >= search->group_count || atomic_load(&search->failed))
            return;
        struct search_probe *probe = &search->group[p];
        if (!search->request->engine->gauge(search->refiner, probe->probe, probe->list->yardstick, &error)) {
            search_fail(search, &error);
            return;
        }
    }
}

bool search_keep_standings(struct search *search, struct search_probe *probe, struct error *error)
{
    const struct candidates *candidates = &probe->list->candidates;
    size_t size = search->request->engine->standing_size;
    probe->list->standings = malloc(candidates->count * size + 1);
    if (probe->list->standings == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    for (size_t i = 0; i < candidates->count; i++)
        for (size_t l = 0; l < probe->leads.count; l++)
            if (probe->leads.leads[l].record == candidates->list[i].record)
                memcpy(probe->list->standings + i * size,
                       standing_of(search, probe->leads.leads[l].template_bytes), size);
    return true;
}

static void refine(struct search_thread *thread, bool measured)
{
    struct search *search = thread->search;
    size_t size = part_size(search), parts = (MATCH_REFINED + size - 1) / size;
    for (;;) {
        size_t part = atomic_fetch_add(&search->next, 1);
        if (part >= search->group_count * parts || atomic_load(&search->failed))
            return;
        struct search_probe *probe = &search->group[part / parts];
        size_t first = part % parts * size, left = probe->leads.count - first;
        struct error error = ERROR_NONE;
        if (first < probe->leads.count &&
            !part_refine(search, probe, first, left < size ? left : size, measured, &error)) {
            search_fail(search, &error);
            return;
        }
    }
}

void search_realign(struct search_thread *thread)
{
    refine(thread, false);
}

void search_refine(struct search_thread *thread)
{
    refine(thread, true);
}

/* How many of the first leads to measure: MATCH_MEASURED, or until they show as many persons as the list has. */
static size_t measured_count(const struct search_leads *leads, size_t length)
{
    const char *persons[CANDIDATES_MOST];
    size_t count = 0, shown = 0;
    for (; count < leads->count && (count < MATCH_MEASURED || shown < length); count++) {
        const char *person = leads->leads[count].record->person;
        size_t i = 0;
        while (i < shown && strncmp(persons[i], person, SEGMENT_ID_SIZE) != 0)
            i++;
        if (i == shown && shown < length)
            persons[shown++] = person;
    }
    return count;
}

void search_leads_measured(struct search *search)
{
    for (size_t p = 0; p < search->group_count; p++) {
        struct search_leads *leads = &search->group[p].leads;
        search_leads_trim(leads);
        leads->count = measured_count(leads, search->request->length);
    }
}
