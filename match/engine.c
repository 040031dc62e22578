/*
 * What all engines share: the card and the cohort's sums.
 *
 * Guarantees: the card names every constant a result depends on; sums are exact. Does not compare anything.
 */
#include "match/engine.h"

#include "base/json.h"

json_t *match_engine_card(const struct match_engine *engine)
{
    json_t *card = json_object();
    if (json_put_text(card, "id", engine->id) && json_put_text(card, "version", engine->version) &&
        json_put_text(card, "maker", engine->maker) && json_put_text(card, "method", engine->method) &&
        json_put_text(card, "weights", engine->weights) &&
        json_put_text(card, "score_scale", engine->score_scale) &&
        json_put_text(card, "error_rates", engine->error_rates) &&
        json_put_whole(card, "template_size", (int64_t)engine->template_size) &&
        json_put(card, "parameters", engine->parameters()) &&
        (engine->score == NULL || (json_put_whole(card, "score_least", engine->score_least) &&
                                   json_put_whole(card, "score_most", engine->score_most) &&
                                   json_put_text(card, "digest", engine->digest))))
        return card;
    json_decref(card);
    return NULL;
}

void match_cohort_add(struct match_cohort *cohort, const uint16_t *distances, size_t count)
{
    cohort->count++;
    for (size_t i = 0; i < count; i++) {
        if (distances[i] == MATCH_DISTANCE_NONE)
            continue;
        cohort->counts[i]++;
        cohort->sums[i] += distances[i];
        cohort->squares[i] += (uint64_t)distances[i] * distances[i];
    }
}
