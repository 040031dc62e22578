/*
 * What the first stage compares: hashes, or by a coarse comparison the templates themselves.
 *
 * Guarantees: what is read was found sound before it counts. Does not choose.
 */
#include "match/search_parts.h"

#include <string.h>

static const char *const words[] = {[SEARCH_COARSE] = "coarse", [SEARCH_HASH] = "hash"};

enum search_first search_first_of(const char *word)
{
    return word != NULL && strcmp(word, words[SEARCH_HASH]) == 0 ? SEARCH_HASH : SEARCH_COARSE;
}

const char *search_first_word(enum search_first first)
{
    return words[first];
}

unsigned search_share_of(enum search_first first)
{
    return first == SEARCH_HASH ? SEARCH_SHARE_HASH : SEARCH_SHARE;
}

bool search_is_coarse(const struct search_request *request)
{
    return request->first == SEARCH_COARSE && request->engine->coarse != NULL;
}

bool search_has_first(const struct search_request *request)
{
    return request->engine->coarse != NULL || request->engine->hash_size > 0;
}

static bool damaged(struct search *search, const char *what, const char *photo)
{
    struct error error = ERROR_NONE;
    error_set(&error, FAULT_ENVIRONMENT,
              "%s %.39s %s damaged in the gallery: nothing was searched; verify the gallery and restore its "
              "segment from a backup",
              what, photo, what[0] == 'p' ? "is" : "on are");
    search_fail(search, &error);
    return false;
}

size_t search_extracts_size(const struct search *search)
{
    return search_is_coarse(search->request) ? UNIT_PHOTOS * search->request->engine->extract_size : 0;
}

void search_unit_extracts(const struct search *search, const struct search_unit *unit, const uint16_t *places,
                          size_t count, uint8_t *extracts)
{
    const struct segment *segment = &search->gallery.segments[unit->segment];
    const uint8_t *templates[UNIT_PHOTOS];
    if (!search_is_coarse(search->request))
        return;
    for (size_t i = 0; i < count; i++)
        templates[i] = segment_template(segment, unit->first + (places == NULL ? i : places[i]));
    search->request->engine->extracts(templates, count, extracts);
}

/* Sums and extracts of some templates at a time, so that they come from the memory once. */
static bool extracts_sound(struct search *search, const struct search_unit *unit, uint8_t *extracts)
{
    enum { SOME = 256 };
    const struct segment *segment = &search->gallery.segments[unit->segment];
    size_t size = search->request->engine->extract_size;
    for (size_t first = 0; first < unit->count; first += SOME) {
        struct search_unit some = *unit;
        some.first += first;
        some.count = unit->count - first < SOME ? unit->count - first : SOME;
        for (uint64_t record = some.first; record < some.first + some.count; record++)
            if (!search_sealed(&search->gallery, unit->segment, record) &&
                !segment_record_sound(segment, record))
                return damaged(search, "photo", segment_at(segment, record)->photo);
        search_unit_extracts(search, &some, NULL, some.count, extracts + first * size);
    }
    return true;
}

bool search_unit_sound(struct search *search, const struct search_unit *unit, uint8_t *extracts)
{
    const struct segment *segment = &search->gallery.segments[unit->segment];
    if (search_is_coarse(search->request))
        return extracts_sound(search, unit, extracts);
    for (uint64_t first = unit->first; first < unit->first + unit->count; first += SEGMENT_HASH_BLOCK)
        if (!segment_hashes_sound(segment, first / SEGMENT_HASH_BLOCK))
            return damaged(search, "the hashes from photo", segment_at(segment, first)->photo);
    return true;
}

void search_unit_ahead(struct search_thread *thread, const struct search_unit *unit)
{
    const struct search *search = thread->search;
    const struct segment *segment = &search->gallery.segments[unit->segment];
    bool coarse = search_is_coarse(search->request);
    size_t size = coarse ? segment->template_stride : search->request->engine->hash_size;
    search_read_ahead(thread, coarse ? segment->templates : segment->hashes, (size_t)unit->first * size,
                      unit->count * size, (size_t)segment->header->count * size);
}

void search_unit_likeness(const struct search *search, const struct search_probe *probe,
                          const struct search_unit *unit, const uint16_t *places, size_t count,
                          const uint8_t *extracts, uint16_t *likeness)
{
    const struct match_engine *engine = search->request->engine;
    const struct segment *segment = &search->gallery.segments[unit->segment];
    const uint8_t *hashes = segment->hashes + unit->first * engine->hash_size;
    if (search_is_coarse(search->request)) {
        engine->coarse(probe->probe, extracts, count, likeness);
    } else if (places == NULL) {
        engine->likeness(probe->probe, hashes, count, likeness);
    } else {
        for (size_t i = 0; i < count; i++)
            engine->likeness(probe->probe, hashes + places[i] * engine->hash_size, 1, &likeness[i]);
    }
}
