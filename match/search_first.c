/*
 * The first stage: the likeness of every photo to every probe (search_likeness.c), and the threshold that a share of the
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

enum {
    MARK_WORDS = UNIT_PHOTOS / 64,
    SAMPLE_LEAST = 64,
    SAMPLE_MOST = 256,
    SAMPLE_OF = 16,
    SAMPLE_PHOTOS = 64
};

/* Of a unit the marks, and behind them, where a likeness is dear, those that need no second one. */
static size_t planes(const struct search *search)
{
    return search_is_coarse(search->request) ? 2 : 1;
}

size_t search_mark_words(const struct search *search)
{
    return search_units(&search->gallery) * MARK_WORDS * planes(search);
}

static uint64_t *unit_marks(const struct search *search, const struct search_probe *probe,
                            const struct search_unit *unit)
{
    return probe->marks + unit->index * MARK_WORDS * planes(search);
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

/* By how many thousandths a sample of `count` may miss a share: four deviations, and a little since photos that were enrolled
   together are alike. */
static unsigned margin_of(unsigned share, uint64_t count)
{
    unsigned margin = 1;
    while ((uint64_t)margin * margin * count < (uint64_t)16 * share * (1000 - share))
        margin++;
    return margin + share / 32;
}

/* Where the threshold will be, from the first photos of units all over the gallery: for a share that is larger by the margin, and
   for one that is smaller. */
static void guess(struct search_thread *thread, struct search_probe *probe)
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
        unit.count = unit.count < SAMPLE_PHOTOS ? unit.count : SAMPLE_PHOTOS;
        search_unit_extracts(search, &unit, NULL, unit.count, thread->extracts);
        search_unit_likeness(search, probe, &unit, NULL, unit.count, thread->extracts, likeness);
        count_steps(search, &unit, likeness, steps);
    }
    for (size_t step = 0; step < LIKENESS_STEPS; step++)
        count += sum[step] = steps[step];
    unsigned share = search->request->share, margin = count > 0 ? margin_of(share, count) : 1000;
    probe->floor = search_threshold(sum, count, share + margin < 1000 ? share + margin : 1000);
    if (share > margin)
        probe->ceiling = search_threshold(sum, count, share - margin);
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
        probe->floor = probe->ceiling = UINT16_MAX + 1;
        if (cut == NULL)
            guess(thread, probe);
        else if (cut->step == SEARCH_COMPARE)
            probe->floor = probe->list->threshold;
    }
}

/* A bit for each photo whose likeness is at least that. */
static void mark(const uint16_t *likeness, size_t count, unsigned least, uint64_t marks[MARK_WORDS])
{
    for (size_t word = 0; word < MARK_WORDS; word++) {
        uint64_t bits = 0;
        for (size_t i = 64 * word; i < 64 * word + 64 && i < count; i++)
            bits |= (uint64_t)(likeness[i] >= least) << i % 64;
        marks[word] = bits;
    }
}

static bool is_marked(const uint64_t *marks, size_t i)
{
    return (marks[i / 64] >> i % 64 & 1) != 0;
}

static void unit_count(struct search_thread *thread, const struct search_unit *unit)
{
    struct search *search = thread->search;
    uint16_t likeness[UNIT_PHOTOS];
    for (size_t p = 0; p < search->group_count; p++) {
        struct search_probe *probe = &search->group[p];
        uint64_t *marks = unit_marks(search, probe, unit);
        search_unit_likeness(search, probe, unit, NULL, unit->count, thread->extracts, likeness);
        count_steps(search, unit, likeness, thread->steps[p]);
        mark(likeness, unit->count, probe->floor, marks);
        if (planes(search) > 1)
            mark(likeness, unit->count, probe->ceiling, marks + MARK_WORDS);
    }
}

/* All photos of a unit that may be searched. */
static size_t all_chosen(const struct search *search, const struct search_unit *unit, uint16_t *chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < unit->count; i++)
        if (!search_sealed(&search->gallery, unit->segment, unit->first + i))
            chosen[count++] = (uint16_t)i;
    return count;
}

size_t search_chosen(struct search_thread *thread, const struct search_probe *probe,
                     const struct search_unit *unit, uint16_t chosen[UNIT_PHOTOS])
{
    const struct search *search = thread->search;
    unsigned threshold = probe->list->threshold;
    uint16_t doubtful[UNIT_PHOTOS], likeness[UNIT_PHOTOS];
    uint64_t sure[MARK_WORDS] = {0};
    size_t all = all_chosen(search, unit, chosen), doubts = 0, count = 0, doubt = 0;
    if (probe->marks == NULL)
        return all;
    const uint64_t *marks = unit_marks(search, probe, unit);
    bool marked = probe->floor <= threshold;
    if (marked && probe->floor == threshold)
        memcpy(sure, marks, sizeof sure);
    else if (marked && planes(search) > 1 && probe->ceiling >= threshold)
        memcpy(sure, marks + MARK_WORDS, sizeof sure);
    for (size_t c = 0; c < all; c++)
        if ((!marked || is_marked(marks, chosen[c])) && !is_marked(sure, chosen[c]))
            doubtful[doubts++] = chosen[c];
    search_unit_extracts(search, unit, doubtful, doubts, thread->extracts);
    search_unit_likeness(search, probe, unit, doubtful, doubts, thread->extracts, likeness);
    for (size_t c = 0; c < all; c++) {
        bool doubted = doubt < doubts && doubtful[doubt] == chosen[c];
        if (doubted ? likeness[doubt] >= threshold : is_marked(sure, chosen[c]))
            chosen[count++] = chosen[c];
        doubt += doubted;
    }
    return count;
}

void search_first_stage(struct search_thread *thread)
{
    struct search *search = thread->search;
    size_t units = search_units(&search->gallery);
    memset(thread->steps, 0, search->group_count * sizeof *thread->steps);
    for (;;) {
        size_t index = atomic_fetch_add(&search->next, 1);
        if (index >= units || atomic_load(&search->failed))
            return;
        struct search_unit unit = search_unit_at(&search->gallery, index);
        search_unit_ahead(thread, &unit);
        if (!search_unit_sound(search, &unit, thread->extracts))
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
