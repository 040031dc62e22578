/*
 * A search by an engine that finds the best photos itself.
 *
 * Guarantees: it sees the same photos as any other search, without the sealed ones, each one's quick sum checked; its
 * list is of persons, as long as any other. Does not believe what it is told: the adapter (vendor.c) checked each list.
 */
#include <stdlib.h>
#include <string.h>

#include "match/search_parts.h"

/* Photos asked for at first: several of one person may be among them. */
#define FIRST_WANTED 1024

struct living {
    const uint8_t **templates;
    const struct segment_record **records;
    size_t *places;
    int64_t *scores;
    size_t count;
};

static bool gather(const struct search_gallery *gallery, struct living *living, struct error *error)
{
    for (size_t s = 0; s < gallery->segment_count; s++)
        for (uint64_t i = 0; i < gallery->segments[s].header->count; i++) {
            const struct segment *segment = &gallery->segments[s];
            if (search_sealed(gallery, s, i))
                continue;
            if (!segment_record_sound(segment, i))
                return error_set(error, FAULT_ENVIRONMENT,
                                 "photo %.39s is damaged in the gallery: nothing was searched; verify the "
                                 "gallery and restore its segment from a backup",
                                 segment_at(segment, i)->photo);
            living->templates[living->count] = segment_template(segment, i);
            living->records[living->count++] = segment_at(segment, i);
        }
    return true;
}

static bool probe_search(const struct search *search, const struct search_probe *probe,
                         const struct living *living, struct error *error)
{
    const struct match_engine *engine = search->request->engine;
    struct candidates *list = &probe->list->candidates;
    size_t wanted = living->count < FIRST_WANTED ? living->count : FIRST_WANTED;
    for (;;) {
        if (!engine->best(probe->probe, living->templates, living->count, wanted, living->places,
                          living->scores, error))
            return false;
        list->count = 0;
        for (size_t i = 0; i < wanted; i++)
            candidates_offer(list, living->scores[i], living->records[living->places[i]]);
        if (list->count == list->length || wanted == living->count)
            return true;
        wanted = wanted > living->count / 4 ? living->count : 4 * wanted;
    }
}

bool search_own(struct search *search, struct error *error)
{
    size_t most = (size_t)search->gallery.living;
    struct living living = {.templates = malloc((most + 1) * sizeof *living.templates),
                            .records = malloc((most + 1) * sizeof *living.records),
                            .places = malloc((most + 1) * sizeof *living.places),
                            .scores = malloc((most + 1) * sizeof *living.scores)};
    bool done =
        living.templates != NULL && living.records != NULL && living.places != NULL && living.scores != NULL;
    if (!done)
        error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    done = done && gather(&search->gallery, &living, error);
    for (size_t p = 0; done && p < search->group_count; p++) {
        done = probe_search(search, &search->group[p], &living, error);
        search->group[p].list->compared = living.count;
        if (search->request->done != NULL)
            atomic_fetch_add(search->request->done, search->gallery.first[search->gallery.segment_count]);
    }
    free(living.templates);
    free(living.records);
    free(living.places);
    free(living.scores);
    return done;
}
