/*
 * Parts of a search: which photos are a part's, what it found, and what all found taken together.
 *
 * Guarantees: what comes from elsewhere is held against this gallery before it is used: a photo that is not there, not
 * to be searched or damaged ends the search.
 */
#include "match/search_cut.h"

#include <stdlib.h>

#include "match/search_parts.h"

_Static_assert(SEARCH_LIKENESS_STEPS << SEARCH_LIKENESS_SHIFT == UINT16_MAX + 1, "every likeness has a step");

unsigned search_threshold(const uint64_t *steps, uint64_t living, unsigned share)
{
    uint64_t wanted = (living * share + 999) / 1000, reached = 0;
    unsigned step = SEARCH_LIKENESS_STEPS;
    while (step > 0 && reached < wanted)
        reached += steps[--step];
    return step << SEARCH_LIKENESS_SHIFT;
}

void search_cut_units(struct search *search)
{
    const struct search_cut *cut = search->request->cut;
    struct search_gallery *gallery = &search->gallery;
    uint64_t units = gallery->unit_end;
    if (cut == NULL || cut->step == SEARCH_FINISH)
        return;
    gallery->unit_begin = (size_t)(units * cut->part / cut->parts);
    gallery->unit_end = (size_t)(units * (cut->part + 1) / cut->parts);
}

static struct search_found *found_of(const struct search *search, const struct search_probe *probe)
{
    return &search->request->cut->found[probe->list - search->result->lists];
}

void search_cut_counts(struct search *search)
{
    for (size_t p = 0; p < search->group_count; p++) {
        struct search_found *found = found_of(search, &search->group[p]);
        for (size_t step = 0; step < SEARCH_LIKENESS_STEPS; step++) {
            found->steps[step] = 0;
            for (unsigned t = 0; t < search->thread_count; t++)
                found->steps[step] += search->threads[t].steps[p][step];
        }
    }
}

void search_cut_thresholds(struct search *search)
{
    for (size_t p = 0; p < search->group_count; p++)
        search->group[p].list->threshold = found_of(search, &search->group[p])->threshold;
}

static uint64_t place_of(const struct search_gallery *gallery, const struct segment_record *record)
{
    for (size_t s = 0; s < gallery->segment_count; s++) {
        const struct segment *segment = &gallery->segments[s];
        if (record >= segment->records && record < segment->records + segment->header->count)
            return gallery->first[s] + (uint64_t)(record - segment->records);
    }
    return UINT64_MAX;
}

bool search_cut_give(struct search *search, struct error *error)
{
    for (size_t p = 0; p < search->group_count; p++) {
        const struct search_probe *probe = &search->group[p];
        struct search_found *found = found_of(search, probe);
        bool leads = search->request->engine->refine != NULL;
        size_t count = leads ? probe->leads.count : probe->list->candidates.count;
        found->compared = probe->list->compared;
        found->places = calloc(count + 1, sizeof *found->places);
        if (found->places == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
        for (size_t i = 0; i < count; i++) {
            const struct candidate *candidate = leads ? NULL : &probe->list->candidates.list[i];
            found->places[found->place_count++] = (struct search_place){
                .photo = place_of(&search->gallery, leads ? probe->leads.leads[i].record : candidate->record),
                .fused = leads ? probe->leads.leads[i].fused : candidate->score};
        }
    }
    return true;
}

/* The photo at a place, to be looked at again. */
static bool lead_at(const struct search_gallery *gallery, const struct search_place *place,
                    struct search_lead *lead, struct error *error)
{
    size_t s = 0;
    while (s < gallery->segment_count && place->photo >= gallery->first[s + 1])
        s++;
    uint64_t record = s < gallery->segment_count ? place->photo - gallery->first[s] : 0;
    if (s == gallery->segment_count || search_sealed(gallery, s, record))
        return error_set(error, FAULT_ENVIRONMENT,
                         "a part of the search names photo number %llu, which was not to be searched",
                         (unsigned long long)place->photo);
    const struct segment *segment = &gallery->segments[s];
    if (!segment_record_sound(segment, record))
        return error_set(
            error, FAULT_ENVIRONMENT,
            "photo %.39s is damaged in the gallery: nothing was searched; verify the gallery and "
            "restore its segment from a backup",
            segment_at(segment, record)->photo);
    *lead = (struct search_lead){.fused = place->fused,
                                 .record = segment_at(segment, record),
                                 .template_bytes = segment_template(segment, record)};
    return true;
}

bool search_cut_take(struct search *search, struct error *error)
{
    for (size_t p = 0; p < search->group_count; p++) {
        struct search_probe *probe = &search->group[p];
        const struct search_found *found = found_of(search, probe);
        struct search_lead lead;
        probe->list->threshold = found->threshold;
        probe->list->compared = found->compared;
        for (size_t i = 0; i < found->place_count; i++) {
            if (!lead_at(&search->gallery, &found->places[i], &lead, error))
                return false;
            if (search->request->engine->refine != NULL)
                search_leads_add(&probe->leads, &lead);
            else
                candidates_offer(&probe->list->candidates, lead.fused, lead.record);
        }
        search_leads_trim(&probe->leads);
    }
    return true;
}
