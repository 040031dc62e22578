/*
 * Writing a search's result as JSON.
 *
 * Guarantees: whole numbers and text only; nothing that depends on kernel, threads or time.
 */
#include "match/search_answer.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/json.h"

/* Appends and takes the reference over; false when either failed. */
static bool append(json_t *array, json_t *value)
{
    return value != NULL && json_array_append_new(array, value) == 0;
}

static json_t *candidates_json(const struct candidates *candidates)
{
    json_t *list = json_array();
    bool done = list != NULL;
    for (size_t i = 0; done && i < candidates->count; i++) {
        const struct candidate *candidate = &candidates->list[i];
        json_t *row = json_object();
        done = json_put_whole(row, "rank", (int64_t)i + 1) &&
               json_put_text(row, "photo", candidate->record->photo) &&
               json_put_text(row, "person", candidate->record->person) &&
               json_put_whole(row, "score", candidate->score);
        done = append(list, row) && done;
    }
    if (done)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *numbers_json(const uint64_t *numbers, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < count; i++)
        if (!append(list, json_integer((json_int_t)numbers[i]))) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *cohort_json(const struct match_engine *engine, const struct search_list *list)
{
    char sum[SCORE_SUM_TEXT_SIZE], squares[SCORE_SUM_TEXT_SIZE];
    json_t *cohort = json_object();
    if (json_put_whole(cohort, "count", (int64_t)list->cohort.count) &&
        json_put(cohort, "counts", numbers_json(list->cohort.counts, engine->distance_count)) &&
        json_put(cohort, "sums", numbers_json(list->cohort.sums, engine->distance_count)) &&
        json_put(cohort, "squares", numbers_json(list->cohort.squares, engine->distance_count)) &&
        json_put_text(cohort, "fused_sum", score_sum_text(list->fused.sum, sum)) &&
        json_put_text(cohort, "fused_squares", score_sum_text(list->fused.squares, squares)))
        return cohort;
    json_decref(cohort);
    return NULL;
}

static json_t *bytes_json(const void *bytes, size_t length)
{
    char *text = base64_write(bytes, length);
    json_t *value = text == NULL ? NULL : json_string(text);
    free(text);
    return value;
}

/* What the scores were computed by: of the probe, and of each photo listed. */
static json_t *measures_json(const struct match_engine *engine, const struct search_list *list)
{
    json_t *measures = json_object(), *rows = json_object_at(measures, "rows");
    bool done =
        rows != NULL && json_put(measures, "probe", bytes_json(list->yardstick, engine->yardstick_size));
    for (size_t i = 0; done && i < list->candidates.count; i++)
        done = json_put(rows, list->candidates.list[i].record->photo,
                        bytes_json(list->standings + i * engine->standing_size, engine->standing_size));
    if (done)
        return measures;
    json_decref(measures);
    return NULL;
}

static json_t *probe_json(const struct match_engine *engine, const struct search_answer_probe *probe,
                          const struct search_list *list)
{
    json_t *row = json_object();
    bool done = json_put_text(row, "id", probe->id);
    if (done && probe->fault != NULL)
        done = json_put_text(row, "fault", probe->fault);
    else if (done)
        done = json_put(row, "candidates", candidates_json(&list->candidates)) &&
               json_put_whole(row, "threshold", (int64_t)list->threshold) &&
               json_put_whole(row, "compared", (int64_t)list->compared) &&
               json_put(row, "cohort", cohort_json(engine, list)) &&
               (list->standings == NULL || json_put(row, "measures", measures_json(engine, list)));
    if (done)
        return row;
    json_decref(row);
    return NULL;
}

static json_t *parameters_json(const struct search_request *request)
{
    json_t *parameters = json_object();
    uint64_t full_below = request->full_below > INT64_MAX ? INT64_MAX : request->full_below;
    if (json_put_whole(parameters, "length", (int64_t)request->length) &&
        json_put_whole(parameters, "full_below", (int64_t)full_below) &&
        (request->engine->coarse == NULL ||
         json_put_text(parameters, "first", search_first_word(request->first))) &&
        json_put_whole(parameters, "share", (int64_t)request->share))
        return parameters;
    json_decref(parameters);
    return NULL;
}

json_t *search_answer(const struct search_request *request, const struct search_answer_probe *probes,
                      size_t probe_count, const struct search_result *result)
{
    const struct match_engine *engine = request->engine;
    char snapshot[DIGEST_TEXT_SIZE], cohort[DIGEST_TEXT_SIZE];
    json_t *answer = json_object(), *rows = json_array();
    bool done = rows != NULL;
    const struct search_list *list = result->lists;
    for (size_t i = 0; done && i < probe_count; i++) {
        done = append(rows, probe_json(engine, &probes[i], list));
        list += probes[i].fault == NULL;
    }
    done = json_put(answer, "probes", rows) && done;
    if (done && json_put_whole(answer, "schema", 1) &&
        json_put(answer, "engine", match_engine_card(engine)) &&
        json_put(answer, "parameters", parameters_json(request)) &&
        json_put_whole(answer, "stages", result->in_two_stages ? 2 : 1) &&
        json_put_text(answer, "cohort_photos", digest_text(&result->cohort, cohort)) &&
        json_put_text(answer, "snapshot", digest_text(&result->snapshot, snapshot)) &&
        json_put_whole(answer, "searched", (int64_t)result->searched) &&
        json_put_whole(answer, "persons", (int64_t)result->persons) &&
        json_put_whole(answer, "left_out", (int64_t)result->left_out))
        return answer;
    json_decref(answer);
    return NULL;
}
