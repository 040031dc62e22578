/*
 * Adding up what parts of a search found.
 *
 * Guarantees: sums of whole numbers and the best of a total order, so that no order of adding changes them. Keeps no more
 * of a probe than the best that are looked at again, and those that are as good as the last of them: only photo ids, which
 * stand in the gallery, decide between these.
 */
#include "match/run_found.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "match/engine.h"
#include "match/search_cut_answer.h"

struct found_probe {
    char *id;
    bool faulty;
    unsigned threshold;
    uint64_t compared;
    uint64_t steps[SEARCH_LIKENESS_STEPS];
    struct search_place *places;
    size_t place_count;
};

struct run_found {
    json_t *common; /* what is the same in all answers; NULL before the first */
    size_t count;
    struct found_probe probes[];
};

struct run_found *run_found_make(size_t probes)
{
    struct run_found *found = calloc(1, sizeof *found + probes * sizeof *found->probes);
    if (found != NULL)
        found->count = probes;
    return found;
}

void run_found_free(struct run_found *found)
{
    for (size_t i = 0; found != NULL && i < found->count; i++) {
        free(found->probes[i].id);
        free(found->probes[i].places);
    }
    if (found != NULL)
        json_decref(found->common);
    free(found);
}

static bool other(struct error *error)
{
    return error_set(error, FAULT_ENVIRONMENT,
                     "a task of the search answered something else than it was asked, or searched something "
                     "else than the others: are all machines running the same version of leadspool?");
}

/* --- the same for all --- */

static bool same_whole(const json_t *a, const json_t *b, const char *key)
{
    return json_whole(a, key, -1) == json_whole(b, key, -2);
}

static bool asked_for(const json_t *task, const json_t *answer)
{
    const json_t *asked = json_object_get(json_object_get(task, "parameters"), "cut"),
                 *cut = json_object_get(answer, "cut");
    return strcmp(json_text(asked, "step"), json_text(cut, "step")) == 0 && same_whole(asked, cut, "part") &&
           same_whole(asked, cut, "parts");
}

static bool take_common(struct run_found *found, const json_t *answer)
{
    json_t *common = json_copy((json_t *)(uintptr_t)answer);
    json_object_del(common, "probes");
    json_object_del(common, "cut");
    if (found->common == NULL && common != NULL) {
        found->common = common;
        return true;
    }
    bool same = common != NULL && json_equal(found->common, common);
    json_decref(common);
    return same;
}

/* --- of one probe --- */

static bool take_id(struct found_probe *probe, const json_t *asked, const json_t *row)
{
    const char *id = json_text(asked, "id");
    bool faulty = json_object_get(row, "fault") != NULL;
    if (strcmp(json_text(row, "id"), id) != 0 || (probe->id != NULL && probe->faulty != faulty))
        return false;
    if (probe->id == NULL)
        probe->id = strdup(id);
    probe->faulty = faulty;
    return probe->id != NULL && strcmp(probe->id, id) == 0;
}

static bool add_steps(struct found_probe *probe, const json_t *steps)
{
    size_t count = json_array_size(steps);
    if (!json_is_array(steps) || count % 2 != 0)
        return false;
    for (size_t i = 0; i < count; i += 2) {
        json_int_t step = json_integer_value(json_array_get(steps, i)),
                   photos = json_integer_value(json_array_get(steps, i + 1));
        if (step < 0 || step >= SEARCH_LIKENESS_STEPS || photos < 1 || photos > UINT32_MAX)
            return false;
        probe->steps[step] += (uint64_t)photos;
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    const struct search_place *x = a, *y = b;
    if (x->fused != y->fused)
        return x->fused > y->fused ? -1 : 1;
    return x->photo < y->photo ? -1 : x->photo > y->photo;
}

static void trim(struct found_probe *probe)
{
    if (probe->place_count > 1)
        qsort(probe->places, probe->place_count, sizeof *probe->places, by_value);
    size_t kept = MATCH_REFINED;
    while (kept < probe->place_count && probe->places[kept].fused == probe->places[kept - 1].fused)
        kept++;
    if (kept < probe->place_count)
        probe->place_count = kept;
}

static bool add_places(struct found_probe *probe, const json_t *row, struct error *error)
{
    struct search_place *more = NULL, *places;
    size_t count = 0;
    int64_t compared = json_whole(row, "compared", -1);
    if (compared < 0 || !search_places_read(json_object_get(row, "places"), &more, &count, error)) {
        free(more);
        return compared >= 0 ? false : other(error);
    }
    places = realloc(probe->places, (probe->place_count + count + 1) * sizeof *places);
    if (places != NULL) {
        memcpy(places + probe->place_count, more, count * sizeof *more);
        probe->places = places;
        probe->place_count += count;
        probe->compared += (uint64_t)compared;
        trim(probe);
    }
    free(more);
    return places != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for the parts of a search");
}

bool run_found_add(struct run_found *found, const json_t *task, const json_t *answer, struct error *error)
{
    const json_t *asked = json_object_get(json_object_get(task, "parameters"), "probes"),
                 *rows = json_object_get(answer, "probes");
    bool counts = strcmp(json_text(json_object_get(answer, "cut"), "step"), "count") == 0;
    if (json_array_size(asked) != found->count || json_array_size(rows) != found->count ||
        !asked_for(task, answer) || !take_common(found, answer))
        return other(error);
    for (size_t i = 0; i < found->count; i++)
        if (!take_id(&found->probes[i], json_array_get(asked, i), json_array_get(rows, i)))
            return other(error);
    for (size_t i = 0; i < found->count; i++) {
        const json_t *row = json_array_get(rows, i);
        if (found->probes[i].faulty)
            continue;
        if (counts && !add_steps(&found->probes[i], json_object_get(row, "steps")))
            return other(error);
        if (!counts && !add_places(&found->probes[i], row, error))
            return false;
    }
    return true;
}

/* --- all of it --- */

json_t *run_found_thresholds(struct run_found *found)
{
    json_t *thresholds = json_array();
    bool two = json_whole(found->common, "stages", 1) == 2;
    int64_t living = json_whole(found->common, "searched", 0),
            share = json_whole(json_object_get(found->common, "parameters"), "share", 0);
    for (size_t i = 0; thresholds != NULL && i < found->count; i++) {
        struct found_probe *probe = &found->probes[i];
        if (two && !probe->faulty && living > 0 && share > 0)
            probe->threshold = search_threshold(probe->steps, (uint64_t)living, (unsigned)share);
        if (json_array_append_new(thresholds, json_integer(probe->threshold)) != 0) {
            json_decref(thresholds);
            thresholds = NULL;
        }
    }
    return thresholds;
}

static json_t *probe_json(const struct found_probe *probe)
{
    json_t *row = json_object();
    bool done = json_put_text(row, "id", probe->id);
    if (done && !probe->faulty)
        done = json_put_whole(row, "threshold", probe->threshold) &&
               json_put_whole(row, "compared", (int64_t)probe->compared) &&
               json_put(row, "places", search_places_json(probe->places, probe->place_count));
    if (done)
        return row;
    json_decref(row);
    return NULL;
}

bool run_found_all(struct run_found *const *groups, size_t count, json_t **all, struct error *error)
{
    const json_t *common = NULL;
    json_t *rows = json_array();
    bool done = rows != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for the parts of a search");
    for (size_t g = 0; done && g < count; g++) {
        const struct run_found *found = groups[g];
        if (found == NULL)
            continue;
        if (common == NULL)
            common = found->common;
        if (!json_equal(common, found->common))
            done = other(error);
        for (size_t i = 0; done && i < found->count; i++)
            if (json_array_append_new(rows, probe_json(&found->probes[i])) != 0)
                done = error_set(error, FAULT_TEMPORARY, "out of memory for the parts of a search");
    }
    *all = done ? json_pack("{sO?,sO?,sO}", "engine", json_object_get(common, "engine"), "snapshot",
                            json_object_get(common, "snapshot"), "probes", rows)
                : NULL;
    json_decref(rows);
    return *all != NULL ||
           (done && error_set(error, FAULT_TEMPORARY, "out of memory for the parts of a search"));
}
