/*
 * Computing single scores again.
 *
 * Guarantees: the photo's own template, the probe and the recorded numbers alone decide; nothing else of the gallery is
 * read. A photo that may not be compared is not.
 */
#include "match/search_again.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"

/* Recorded bytes of just that size; the caller frees them. */
static bool read_bytes(const json_t *text, size_t size, unsigned char **bytes, struct error *error)
{
    size_t length = 0;
    *bytes = NULL;
    if (json_is_string(text) && base64_read(json_string_value(text), bytes, &length) && length == size)
        return true;
    free(*bytes);
    *bytes = NULL;
    return error_set(error, FAULT_ENVIRONMENT, "the recorded measures are not those of this engine");
}

static bool is_sealed(const struct search_request *request, const char *photo)
{
    for (size_t i = 0; i < request->sealed_count; i++)
        if (strcmp(request->sealed[i], photo) == 0)
            return true;
    return false;
}

/* The photo's template, or NULL when it may not be compared or is not there. */
static bool find_template(const struct search_request *request, const char *photo, const uint8_t **found,
                          struct error *error)
{
    *found = NULL;
    for (size_t s = 0; s < request->segment_count && !is_sealed(request, photo); s++) {
        const struct segment *segment = &request->segments[s];
        int64_t record = segment_find(segment, photo);
        if (record < 0 ||
            (request->newest != NULL && segment_at(segment, (uint64_t)record)->round > request->newest[s]))
            continue;
        if (!segment_record_sound(segment, (uint64_t)record))
            return error_set(error, FAULT_ENVIRONMENT,
                             "photo %.39s is damaged in the gallery: verify the gallery", photo);
        *found = segment_template(segment, (uint64_t)record);
    }
    return true;
}

static bool score_one(const struct search_request *request, const void *yardstick, const char *photo,
                      const json_t *recorded, json_t *scores, struct error *error)
{
    unsigned char *standing = NULL;
    const uint8_t *template_bytes = NULL;
    int64_t score = 0;
    if (!find_template(request, photo, &template_bytes, error) || template_bytes == NULL)
        return error->fault == FAULT_NONE;
    const void *standings[1];
    bool done = read_bytes(recorded, request->engine->standing_size, &standing, error);
    standings[0] = standing;
    done = done &&
           request->engine->refine_by(request->probes[0], yardstick, &template_bytes, standings, 1, &score,
                                      error) &&
           (json_put_whole(scores, photo, score) ||
            error_set(error, FAULT_TEMPORARY, "out of memory while searching again"));
    free(standing);
    return done;
}

bool search_again(const struct search_request *request, const json_t *measures, json_t **scores,
                  struct error *error)
{
    unsigned char *yardstick = NULL;
    const char *photo;
    json_t *standing;
    *scores = json_object();
    if (request->engine->refine_by == NULL || request->probe_count != 1)
        return error_set(error, FAULT_ENVIRONMENT,
                         "measures are of one probe, and of an engine that refines");
    bool done = *scores != NULL ? read_bytes(json_object_get(measures, "probe"),
                                             request->engine->yardstick_size, &yardstick, error)
                                : error_set(error, FAULT_TEMPORARY, "out of memory while searching again");
    json_object_foreach(json_object_get(measures, "rows"), photo, standing) done =
        done && score_one(request, yardstick, photo, standing, *scores, error);
    free(yardstick);
    return done;
}
