/*
 * The first stage: the likeness of every photo's hash to every probe's, and the threshold that a share of the
 * gallery reaches.
 *
 * Guarantees: histograms of whole numbers, added up over all threads, so that the threshold is that of the
 * gallery; every photo as likely as the threshold's step is compared, however many those are.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "match/search_parts.h"

void search_read_ahead(struct search_thread *thread, const uint8_t *column, size_t from, size_t size,
                       size_t most)
{
    enum { WINDOW = 16 << 20 };
    struct rusage usage;
    /* Once a window: have pages been missing since the last one? In memory it is not worth a call. */
    if (from / WINDOW == (from + size) / WINDOW || getrusage(RUSAGE_THREAD, &usage) != 0)
        return;
    bool missing = usage.ru_majflt > thread->faults;
    thread->faults = usage.ru_majflt;
    size_t start = (from / WINDOW + 2) * WINDOW;
    if (missing && start < most)
        madvise((void *)(uintptr_t)(column + start), most - start < WINDOW ? most - start : WINDOW,
                MADV_WILLNEED);
}

static bool unit_sound(struct search *search, const struct search_unit *unit)
{
    const struct segment *segment = &search->gallery.segments[unit->segment];
    for (uint64_t first = unit->first; first < unit->first + unit->count; first += SEGMENT_HASH_BLOCK)
        if (!segment_hashes_sound(segment, first / SEGMENT_HASH_BLOCK)) {
            struct error error = ERROR_NONE;
            error_set(
                &error, FAULT_ENVIRONMENT,
                "the hashes from photo %.39s on are damaged in the gallery: nothing was searched; verify "
                "the gallery and restore its segment from a backup",
                segment_at(segment, first)->photo);
            search_fail(search, &error);
            return false;
        }
    return true;
}

static void unit_hashes(struct search_thread *thread, const struct search_unit *unit)
{
    struct search *search = thread->search;
    const struct match_engine *engine = search->request->engine;
    const struct segment *segment = &search->gallery.segments[unit->segment];
    const uint8_t *hashes = segment->hashes + unit->first * engine->hash_size;
    bool seals = search->gallery.sealed[unit->segment] != NULL;
    for (size_t p = 0; p < search->group_count; p++) {
        uint16_t *likeness = search->group[p].likeness + unit->number;
        uint32_t *steps = thread->steps[p];
        engine->likeness(search->group[p].probe, hashes, unit->count, likeness);
        for (size_t i = 0; i < unit->count; i++)
            if (!seals || !search_sealed(&search->gallery, unit->segment, unit->first + i))
                steps[likeness[i] >> LIKENESS_SHIFT]++;
    }
}

void search_first_stage(struct search_thread *thread)
{
    struct search *search = thread->search;
    size_t units = search_units(&search->gallery), hash_size = search->request->engine->hash_size;
    memset(thread->steps, 0, search->group_count * sizeof *thread->steps);
    for (;;) {
        size_t index = atomic_fetch_add(&search->next, 1);
        if (index >= units || atomic_load(&search->failed))
            return;
        struct search_unit unit = search_unit_at(&search->gallery, index);
        const struct segment *segment = &search->gallery.segments[unit.segment];
        search_read_ahead(thread, segment->hashes, (size_t)unit.first * hash_size, unit.count * hash_size,
                          (size_t)segment->header->count * hash_size);
        if (!unit_sound(search, &unit))
            return;
        unit_hashes(thread, &unit);
    }
}

void search_thresholds(struct search *search)
{
    uint64_t steps[LIKENESS_STEPS];
    for (size_t p = 0; p < search->group_count; p++) {
        memset(steps, 0, sizeof steps);
        for (unsigned t = 0; t < search->thread_count; t++)
            for (size_t step = 0; step < LIKENESS_STEPS; step++)
                steps[step] += search->threads[t].steps[p][step];
        search->group[p].list->threshold =
            search_threshold(steps, search->gallery.living, search->request->share);
    }
}
