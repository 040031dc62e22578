/*
 * The full comparison: of all photos, or of those that the first stage left, and of the cohort before it.
 *
 * Guarantees: each photo's quick sum is checked before what it gave counts, once for all probes of a group.
 */
#include <stdlib.h>
#include <string.h>

#include "match/search_parts.h"

static int by_value(const void *a, const void *b)
{
    const struct search_lead *x = a, *y = b;
    if (x->fused != y->fused)
        return x->fused > y->fused ? -1 : 1;
    return strncmp(x->record->photo, y->record->photo, SEGMENT_ID_SIZE);
}

void search_leads_trim(struct search_leads *leads)
{
    if (leads->count > 1)
        qsort(leads->leads, leads->count, sizeof *leads->leads, by_value);
    if (leads->count >= MATCH_REFINED) {
        leads->count = MATCH_REFINED;
        leads->floor = leads->leads[MATCH_REFINED - 1].fused;
    }
}

void search_leads_add(struct search_leads *leads, const struct search_lead *lead)
{
    if (lead->fused < leads->floor)
        return;
    leads->leads[leads->count++] = *lead;
    if (leads->count == 2 * MATCH_REFINED)
        search_leads_trim(leads);
}

enum { SOME = 256, AHEAD = 16, CACHE_LINE = 64 };

/* What comes after some photos: the memory does not guess it. */
static void template_fetch(const struct segment *segment, uint64_t record)
{
    const uint8_t *bytes = segment_template(segment, record);
    for (size_t at = 0; at < segment->header->template_size; at += CACHE_LINE)
        __builtin_prefetch(bytes + at, 0, 2);
    __builtin_prefetch(segment_at(segment, record), 0, 2);
}

/* Looks at those of some chosen photos that no other probe brought yet; false when one is damaged. */
static bool look(struct search *search, const struct search_unit *unit, const uint16_t *chosen, size_t count,
                 bool *sound)
{
    const struct segment *segment = &search->gallery.segments[unit->segment];
    for (size_t c = 0; c < count; c++) {
        uint64_t record = unit->first + chosen[c];
        if (!sound[chosen[c]] && !segment_record_sound(segment, record)) {
            struct error error = ERROR_NONE;
            error_set(&error, FAULT_ENVIRONMENT,
                      "photo %.39s is damaged in the gallery: nothing was searched; verify the gallery and "
                      "restore its segment from a backup",
                      segment_at(segment, record)->photo);
            search_fail(search, &error);
            return false;
        }
        sound[chosen[c]] = true;
    }
    return true;
}

static void unit_offer(struct search_thread *thread, size_t p, const struct search_unit *unit,
                       const uint16_t *chosen, size_t count)
{
    const struct search *search = thread->search;
    const struct match_engine *engine = search->request->engine;
    const struct search_probe *probe = &search->group[p];
    const struct segment *segment = &search->gallery.segments[unit->segment];
    for (size_t i = 0; engine->score != NULL && i < count; i++)
        candidates_offer(&thread->candidates[p], thread->scores[i],
                         segment_at(segment, unit->first + chosen[i]));
    for (size_t i = 0; engine->score == NULL && i < count; i++) {
        uint64_t record = unit->first + chosen[i];
        struct search_lead lead = {
            .fused = engine->fuse(probe->fusion, thread->distances + i * engine->distance_count),
            .record = segment_at(segment, record),
            .template_bytes = segment_template(segment, record)};
        if (thread->leads != NULL)
            search_leads_add(&thread->leads[p], &lead);
        else
            candidates_offer(&thread->candidates[p], score_of(&probe->list->fused, lead.fused), lead.record);
    }
}

/* Some of a unit's photos, few enough to stay in the second cache. The engine built in bears any bytes and is fastest when it
   brings them itself, so they are looked at after it and before what it found counts; others get only what is sound. */
static bool some_compare(struct search_thread *thread, size_t p, const struct search_unit *unit,
                         const uint16_t *chosen, size_t count, bool *sound)
{
    struct search *search = thread->search;
    const struct match_engine *engine = search->request->engine;
    const struct segment *segment = &search->gallery.segments[unit->segment];
    const uint8_t *templates[SOME];
    struct error error = ERROR_NONE;
    for (size_t i = 0; i < count; i++)
        templates[i] = segment_template(segment, unit->first + chosen[i]);
    if (engine->score == NULL)
        engine->compare(search->group[p].probe, templates, count, thread->distances);
    if (!look(search, unit, chosen, count, sound))
        return false;
    if (engine->score != NULL &&
        !engine->score(search->group[p].probe, templates, count, thread->scores, &error)) {
        search_fail(search, &error);
        return false;
    }
    unit_offer(thread, p, unit, chosen, count);
    thread->compared[p] += count;
    return true;
}

static bool unit_compare(struct search_thread *thread, const struct search_unit *unit)
{
    struct search *search = thread->search;
    const struct segment *segment = &search->gallery.segments[unit->segment];
    bool sound[UNIT_PHOTOS] = {false};
    uint16_t chosen[UNIT_PHOTOS];
    for (size_t p = 0; p < search->group_count; p++) {
        size_t count = search_chosen(thread, &search->group[p], unit, chosen), some;
        for (size_t first = 0; first < count; first += some) {
            some = count - first < SOME ? count - first : SOME;
            for (size_t c = first + some; c < count && c < first + some + AHEAD; c++)
                if (!sound[chosen[c]])
                    template_fetch(segment, unit->first + chosen[c]);
            if (!some_compare(thread, p, unit, chosen + first, some, sound))
                return false;
        }
        if (search->request->done != NULL)
            atomic_fetch_add(search->request->done, unit->count);
    }
    return true;
}

void search_full_stage(struct search_thread *thread)
{
    struct search *search = thread->search;
    size_t units = search_units(&search->gallery);
    for (;;) {
        size_t index = atomic_fetch_add(&search->next, 1);
        if (index >= units || atomic_load(&search->failed))
            return;
        struct search_unit unit = search_unit_at(&search->gallery, index);
        const struct segment *segment = &search->gallery.segments[unit.segment];
        size_t stride = segment->template_stride;
        search_read_ahead(thread, segment->templates, (size_t)unit.first * stride, unit.count * stride,
                          (size_t)segment->header->count * stride);
        if (!unit_compare(thread, &unit))
            return;
    }
}

/* One probe at a time: its distances to the cohort, what fuses them, and how the cohort's values lie. */
void search_cohort(struct search_thread *thread)
{
    struct search *search = thread->search;
    const struct match_engine *engine = search->request->engine;
    const struct search_gallery *gallery = &search->gallery;
    for (;;) {
        size_t p = atomic_fetch_add(&search->next, 1);
        if (p >= search->group_count || atomic_load(&search->failed))
            return;
        struct search_probe *probe = &search->group[p];
        struct error error = ERROR_NONE;
        engine->compare(probe->probe, gallery->cohort_templates, gallery->cohort_count, thread->distances);
        for (size_t i = 0; i < gallery->cohort_count; i++)
            match_cohort_add(&probe->list->cohort, thread->distances + i * engine->distance_count,
                             engine->distance_count);
        if (!engine->fusion_make(&probe->list->cohort, &probe->fusion, &error)) {
            search_fail(search, &error);
            return;
        }
        for (size_t i = 0; i < gallery->cohort_count; i++)
            score_cohort_add(&probe->list->fused,
                             engine->fuse(probe->fusion, thread->distances + i * engine->distance_count));
    }
}
