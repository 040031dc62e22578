/*
 * Reading and writing parts of a search.
 *
 * Guarantees: numbers that could not be a part's are refused, never used; what a part answers holds whole numbers and text
 * only, and does not depend on kernel or threads.
 */
#include "match/search_cut_answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"

/* They travel as they lie in memory; the program is built for little-endian machines (match/segment.h). */
_Static_assert(sizeof(struct search_place) == 16, "a place is 16 bytes");

json_t *search_places_json(const struct search_place *places, size_t count)
{
    char *text = base64_write(places, count * sizeof *places);
    json_t *value = text == NULL ? NULL : json_string(text);
    free(text);
    return value;
}

bool search_places_read(const json_t *text, struct search_place **places, size_t *count, struct error *error)
{
    unsigned char *bytes = NULL;
    size_t length = 0;
    *places = NULL;
    *count = 0;
    if (!json_is_string(text) || !base64_read(json_string_value(text), &bytes, &length) ||
        length % sizeof **places != 0) {
        free(bytes);
        return error_set(error, FAULT_INPUT, "a part of the search names no photos");
    }
    *places = calloc(length / sizeof **places + 1, sizeof **places);
    if (*places != NULL) {
        *count = length / sizeof **places;
        memcpy(*places, bytes, length);
    }
    free(bytes);
    return *places != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for a search");
}

static bool read_found(const json_t *row, const char *id, struct search_found *found, struct error *error)
{
    int64_t threshold = json_whole(row, "threshold", -1), compared = json_whole(row, "compared", -1);
    if (strcmp(json_text(row, "id"), id) != 0 || threshold < 0 || threshold > UINT16_MAX || compared < 0)
        return error_set(error, FAULT_INPUT, "what was found is not of the probe %s", id);
    found->threshold = (unsigned)threshold;
    found->compared = (uint64_t)compared;
    return search_places_read(json_object_get(row, "places"), &found->places, &found->place_count, error);
}

static bool read_threshold(const json_t *threshold, struct search_found *found, struct error *error)
{
    int64_t value = json_is_integer(threshold) ? (int64_t)json_integer_value(threshold) : -1;
    found->threshold = (unsigned)value;
    return (value >= 0 && value <= UINT16_MAX) ||
           error_set(error, FAULT_INPUT, "a part of the search has no threshold for a probe");
}

/* Which step it is, and whose part. */
static bool read_step(const json_t *cut, const json_t *found, struct search_cut *made, struct error *error)
{
    const char *step = json_text(cut, "step");
    int64_t part = json_whole(cut, "part", -1), parts = json_whole(cut, "parts", -1);
    bool finishes = strcmp(step, "finish") == 0, compares = strcmp(step, "compare") == 0;
    if ((!finishes && !compares && strcmp(step, "count") != 0) || finishes != json_is_object(found) ||
        (!finishes && (part < 0 || part >= parts || parts > SEARCH_PARTS_MOST)))
        return error_set(error, FAULT_INPUT, "the search cannot be cut so");
    made->step = finishes ? SEARCH_FINISH : compares ? SEARCH_COMPARE : SEARCH_COUNT;
    made->part = finishes ? 0 : (unsigned)part;
    made->parts = finishes ? 1 : (unsigned)parts;
    return true;
}

bool search_cut_read(const json_t *cut, const json_t *found, const struct search_answer_probe *probes,
                     size_t probe_count, struct search_cut *made, struct error *error)
{
    const json_t *thresholds = json_object_get(cut, "thresholds"), *rows = json_object_get(found, "probes");
    *made = (struct search_cut){0};
    if (!read_step(cut, found, made, error))
        return false;
    made->found = calloc(probe_count + 1, sizeof *made->found);
    if (made->found == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a search");
    for (size_t i = 0; i < probe_count; i++) {
        struct search_found *own = &made->found[made->found_count];
        if (probes[i].fault != NULL)
            continue; /* as in the result's lists */
        made->found_count++;
        if ((made->step == SEARCH_FINISH && !read_found(json_array_get(rows, i), probes[i].id, own, error)) ||
            (made->step == SEARCH_COMPARE && !read_threshold(json_array_get(thresholds, i), own, error)))
            return false;
    }
    return true;
}

void search_cut_free(struct search_cut *cut)
{
    for (size_t i = 0; i < cut->found_count; i++)
        free(cut->found[i].places);
    free(cut->found);
    *cut = (struct search_cut){0};
}

/* Steps that hold photos: step, count, step, count and so on. */
static json_t *steps_json(const uint32_t *steps)
{
    json_t *list = json_array();
    for (size_t step = 0; list != NULL && step < SEARCH_LIKENESS_STEPS; step++)
        if (steps[step] > 0 && (json_array_append_new(list, json_integer((json_int_t)step)) != 0 ||
                                json_array_append_new(list, json_integer((json_int_t)steps[step])) != 0)) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *probe_json(const struct search_cut *cut, const struct search_answer_probe *probe,
                          const struct search_found *found)
{
    json_t *row = json_object();
    bool done = json_put_text(row, "id", probe->id);
    if (done && probe->fault != NULL)
        done = json_put_text(row, "fault", probe->fault);
    else if (done && cut->step == SEARCH_COUNT)
        done = json_put(row, "steps", steps_json(found->steps));
    else if (done)
        done = json_put_whole(row, "compared", (int64_t)found->compared) &&
               json_put(row, "places", search_places_json(found->places, found->place_count));
    if (done)
        return row;
    json_decref(row);
    return NULL;
}

json_t *search_cut_answer(const struct search_request *request, const struct search_answer_probe *probes,
                          size_t probe_count, const struct search_result *result)
{
    const struct search_cut *cut = request->cut;
    const struct search_found *found = cut->found;
    /* What the whole gallery is, as every answer says it; then the part's own rows. */
    json_t *answer = search_answer(request, NULL, 0, result), *rows = json_array();
    bool done = answer != NULL && rows != NULL;
    for (size_t i = 0; done && i < probe_count; i++) {
        done = json_array_append_new(rows, probe_json(cut, &probes[i], found)) == 0;
        found += probes[i].fault == NULL;
    }
    json_t *own = json_pack("{ss,sI,sI}", "step", cut->step == SEARCH_COUNT ? "count" : "compare", "part",
                            (json_int_t)cut->part, "parts", (json_int_t)cut->parts);
    done = json_put(answer, "probes", rows) && done;
    if (json_put(answer, "cut", own) && done)
        return answer;
    json_decref(answer);
    return NULL;
}
