/*
 * The worker kinds "photo-edit", "photo-figure" and "photo-measure".
 *
 * Guarantees: one picture in, one answer out, nothing kept.
 * Does not decide whether a picture is good enough; a person does.
 */
#include "photo/photo_worker.h"

#include <stdlib.h>

#include "base/json.h"
#include "photo/crop.h"
#include "photo/decode.h"
#include "photo/edit.h"
#include "photo/edit_parts.h"
#include "photo/encode.h"
#include "photo/quality.h"

/* The one input, decoded, and the eye points if parameters hold any. */
struct picture {
    struct photo photo;
    struct eye_points eyes;
    bool marked;
};

static bool picture_read(const struct worker_job *job, struct picture *picture, struct error *error)
{
    *picture = (struct picture){.marked = json_object_get(job->parameters, "eyes") != NULL};
    if (job->input_count != 1)
        return error_set(error, FAULT_INTERNAL, "%s: %zu inputs were given, not one", job->kind,
                         job->input_count);
    if (!photo_decode_file(job->inputs[0], NULL, &picture->photo, error))
        return false;
    const struct image *image = &picture->photo.image;
    if (!picture->marked ||
        (eye_points_read(json_object_get(job->parameters, "eyes"), &picture->eyes, error) &&
         eye_points_check(&picture->eyes, image->width, image->height, error)))
        return true;
    image_free(&picture->photo.image);
    return false;
}

static bool answer_jpeg(const struct worker_job *job, const struct image *image, enum encode_purpose purpose,
                        struct error *error)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    bool done =
        photo_encode(image, purpose, &bytes, &length, error) && worker_answer(job, bytes, length, error);
    free(bytes);
    return done;
}

enum worker_exit photo_edit_worker(const struct worker_job *job, struct error *error)
{
    struct picture picture;
    struct image edited = IMAGE_EMPTY;
    bool done = picture_read(job, &picture, error) &&
                photo_edit(&picture.photo.image, json_object_get(job->parameters, "edits"), &edited, error) &&
                answer_jpeg(job, &edited, ENCODE_PROBE, error);
    image_free(&edited);
    image_free(&picture.photo.image);
    return done ? WORKER_DONE : worker_exit_of(error);
}

/* Scaled down to fit; as it is when it fits already. */
static bool fit(const struct image *image, int width, int height, struct image *figure, struct error *error)
{
    int64_t per_mille = 1000;
    if ((int64_t)width * 1000 < per_mille * image->width)
        per_mille = (int64_t)width * 1000 / image->width;
    if ((int64_t)height * 1000 < per_mille * image->height)
        per_mille = (int64_t)height * 1000 / image->height;
    if (per_mille == 1000)
        return image_copy(figure, image, error);
    return edit_scale(image, per_mille < 1 ? 1 : (int)per_mille, figure, error);
}

enum worker_exit photo_figure_worker(const struct worker_job *job, struct error *error)
{
    int64_t width = json_whole(job->parameters, "width", 0),
            height = json_whole(job->parameters, "height", 0);
    if (width < 16 || width > 2000 || height < 16 || height > 2000) {
        error_set(error, FAULT_INTERNAL, "%s: a figure of %lld x %lld pixels was asked for", job->kind,
                  (long long)width, (long long)height);
        return worker_exit_of(error);
    }
    struct picture picture;
    struct image figure = IMAGE_EMPTY;
    struct crop_frame frame = crop_figure_frame((int)width, (int)height);
    bool done = picture_read(job, &picture, error);
    if (done && picture.marked)
        done = crop_aligned(&picture.photo.image, &picture.eyes, &frame, &figure, error);
    else if (done)
        done = fit(&picture.photo.image, (int)width, (int)height, &figure, error);
    done = done && answer_jpeg(job, &figure, ENCODE_FIGURE, error);
    image_free(&figure);
    image_free(&picture.photo.image);
    return done ? WORKER_DONE : worker_exit_of(error);
}

static bool measure(const struct worker_job *job, const struct picture *picture, struct error *error)
{
    const struct image *image = &picture->photo.image;
    json_t *quality = photo_quality(image, picture->marked ? &picture->eyes : NULL, error);
    if (quality == NULL)
        return false;
    json_t *answer = json_object();
    bool done = json_put(answer, "quality", quality) &&
                json_put_text(answer, "format", photo_format_name(picture->photo.format)) &&
                json_put_whole(answer, "width", image->width) &&
                json_put_whole(answer, "height", image->height) &&
                json_put_whole(answer, "orientation", picture->photo.orientation) &&
                json_put_flag(answer, "grey", image_is_grey(image));
    if (!done)
        error_set(error, FAULT_TEMPORARY, "out of memory while measuring a picture");
    done = done && worker_answer_json(job, answer, error);
    json_decref(answer);
    return done;
}

enum worker_exit photo_measure_worker(const struct worker_job *job, struct error *error)
{
    struct picture picture;
    bool done = picture_read(job, &picture, error) && measure(job, &picture, error);
    image_free(&picture.photo.image);
    return done ? WORKER_DONE : worker_exit_of(error);
}
