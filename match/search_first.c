/*
 * The first stage: the likeness of every photo's hash to every probe's, and the threshold that a share of the
 * gallery reaches.
 *
 * Likenesses are not kept: two bytes for each photo and probe would let few probes share a pass over a large gallery. A
 * sample tells beforehand about where the threshold will be; what lies above a little less than that is marked, one bit a
 * photo, and looked at once more when the threshold is known. Should it lie lower than what was marked, the probe's
 * likenesses are all computed again.
 *
 * Guarantees: histograms of whole numbers, added up over all threads, so that the threshold is that of the
 * gallery; every photo as likely as the threshold's step is compared, however many those are. What the sample says
 * changes how long it takes and nothing else.
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

enum { MARK_WORDS = UNIT_PHOTOS / 64, SAMPLE_LEAST = 16, SAMPLE_MOST = 256, SAMPLE_OF = 64 };

size_t search_mark_words(const struct search_gallery *gallery)
{
    return search_units(gallery) * MARK_WORDS;
}

static const uint8_t *unit_hashes(const struct search *search, const struct search_unit *unit)
{
    return search->gallery.segments[unit->segment].hashes + unit->first * search->request->engine->hash_size;
}

/* Adds a unit's likenesses to a histogram, without its sealed photos. */
static void count_steps(const struct search *search, const struct search_unit *unit, const uint16_t *likeness,
                        uint32_t *steps)
{
    bool seals = search->gallery.sealed[unit->segment] != NULL;
    for (size_t i = 0; i < unit->count; i++)
        if (!seals || !search_sealed(&search->gallery, unit->segment, unit->first + i))
            steps[likeness[i] >> LIKENESS_SHIFT]++;
}

/* Where the threshold will be, from units all over the gallery, for a share that is a quarter and a little larger. */
static unsigned floor_of(struct search_thread *thread, const struct search_probe *probe)
{
    const struct search *search = thread->search;
    size_t units = search_units(&search->gallery), wanted = units / SAMPLE_OF;
    uint32_t *steps = thread->steps[0];
    uint64_t sum[LIKENESS_STEPS], count = 0;
    uint16_t likeness[UNIT_PHOTOS];
    wanted = wanted < SAMPLE_LEAST ? SAMPLE_LEAST : wanted > SAMPLE_MOST ? SAMPLE_MOST : wanted;
    wanted = wanted < units ? wanted : units;
    memset(steps, 0, sizeof *thread->steps);
    for (size_t i = 0; i < wanted; i++) {
        struct search_unit unit = search_unit_at(&search->gallery, units * i / wanted);
        search->request->engine->likeness(probe->probe, unit_hashes(search, &unit), unit.count, likeness);
        count_steps(search, &unit, likeness, steps);
    }
    for (size_t step = 0; step < LIKENESS_STEPS; step++)
        count += sum[step] = steps[step];
    unsigned share = search->request->share * 5 / 4 + 10;
    return search_threshold(sum, count, share < 1000 ? share : 1000);
}

/* One probe at a time: from where on its photos are marked. Where all is known, or nothing more is asked, nothing is
   guessed. */
void search_sample(struct search_thread *thread)
{
    struct search *search = thread->search;
    const struct search_cut *cut = search->request->cut;
    for (;;) {
        size_t p = atomic_fetch_add(&search->next, 1);
        if (p >= search->group_count)
            return;
        struct search_probe *probe = &search->group[p];
        probe->floor = cut == NULL                   ? floor_of(thread, probe)
                       : cut->step == SEARCH_COMPARE ? probe->list->threshold
                                                     : UINT16_MAX + 1;
    }
}

static void unit_count(struct search_thread *thread, const struct search_unit *unit)
{
    struct search *search = thread->search;
    uint16_t likeness[UNIT_PHOTOS];
    for (size_t p = 0; p < search->group_count; p++) {
        struct search_probe *probe = &search->group[p];
        uint64_t *marks = probe->marks + unit->index * MARK_WORDS;
        search->request->engine->likeness(probe->probe, unit_hashes(search, unit), unit->count, likeness);
        count_steps(search, unit, likeness, thread->steps[p]);
        for (size_t word = 0; word < MARK_WORDS; word++) {
            uint64_t bits = 0;
            for (size_t i = 64 * word; i < 64 * word + 64 && i < unit->count; i++)
                bits |= (uint64_t)(likeness[i] >= probe->floor) << i % 64;
            marks[word] = bits;
        }
    }
}

size_t search_chosen(const struct search *search, const struct search_probe *probe,
                     const struct search_unit *unit, uint16_t chosen[UNIT_PHOTOS])
{
    const struct match_engine *engine = search->request->engine;
    unsigned threshold = probe->list->threshold;
    bool marked = probe->marks != NULL && probe->floor <= threshold;
    const uint8_t *hashes = unit_hashes(search, unit);
    uint16_t likeness[UNIT_PHOTOS];
    size_t count = 0;
    if (probe->marks != NULL && !marked)
        engine->likeness(probe->probe, hashes, unit->count, likeness);
    for (size_t i = 0; i < unit->count; i++) {
        if (marked && (probe->marks[unit->index * MARK_WORDS + i / 64] >> i % 64 & 1) == 0)
            continue;
        if (search_sealed(&search->gallery, unit->segment, unit->first + i))
            continue;
        if (marked && probe->floor < threshold)
            engine->likeness(probe->probe, hashes + i * engine->hash_size, 1, &likeness[i]);
        if (probe->marks == NULL || (marked && probe->floor == threshold) || likeness[i] >= threshold)
            chosen[count++] = (uint16_t)i;
    }
    return count;
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
        unit_count(thread, &unit);
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
