/*
 * A render job, opened.
 *
 * Guarantees: no picture reaches the PDF that was not decoded from its first to its last byte without a
 * warning (libharu itself reads a JPEG's header only and would pass a truncated one on).
 */
#include "page/rendering.h"

#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "page/bare_jpeg.h"
#include "photo/crop.h"
#include "photo/decode.h"
#include "photo/encode.h"

#define FONT_LIMIT (16U << 20)
#define FONTS 2
/* Pixels of an aligned face: 170 dots an inch at the size a report prints it. */
#define FACE_WIDTH 360
#define FACE_HEIGHT 450

static int take_encoded(struct document *document, const struct image *image, enum encode_purpose purpose,
                        struct error *error)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    int number = -1;
    if (photo_encode(image, purpose, &bytes, &length, error))
        number = document_take_jpeg(document, bytes, length, error);
    free(bytes);
    return number;
}

static int take_face(struct document *document, const struct image *image, const json_t *eyes,
                     struct error *error)
{
    struct eye_points points;
    struct image crop = IMAGE_EMPTY;
    struct crop_frame frame = crop_figure_frame(FACE_WIDTH, FACE_HEIGHT);
    int number = -1;
    if (eye_points_read(eyes, &points, error) &&
        eye_points_check(&points, image->width, image->height, error) &&
        crop_aligned(image, &points, &frame, &crop, error))
        number = take_encoded(document, &crop, ENCODE_FIGURE, error);
    image_free(&crop);
    return number;
}

/* Take one picture, and its face when there are eyes. */
static bool take_picture(struct rendering *rendering, size_t at, int file, const json_t *eyes,
                         struct error *error)
{
    struct document *document = rendering->document;
    char *bytes = NULL;
    size_t length = 0;
    struct photo photo = {0};
    struct text bare = TEXT_EMPTY;
    bool done = false;
    rendering->faces[at] = -1;
    if (!file_read_open(file, photo_limits_default.bytes, &bytes, &length, error) ||
        !photo_decode((const uint8_t *)bytes, length, NULL, &photo, error))
        goto done;
    unsigned int components = 0;
    bool as_it_is = photo.format == PHOTO_JPEG && photo.orientation == 1 &&
                    jpeg_bare((const uint8_t *)bytes, length, &bare, &components) &&
                    (components == 1 || components == 3);
    rendering->numbers[at] = as_it_is ? document_take_jpeg(document, bare.bytes, bare.length, error)
                                      : take_encoded(document, &photo.image, ENCODE_PROBE, error);
    done = rendering->numbers[at] >= 0;
    if (done && json_is_array(eyes)) {
        rendering->faces[at] = take_face(document, &photo.image, eyes, error);
        done = rendering->faces[at] >= 0;
    }
done:
    text_free(&bare);
    free(bytes);
    image_free(&photo.image);
    return done;
}

static bool take_pictures(struct rendering *rendering, const struct worker_job *job, struct error *error)
{
    size_t count = json_array_size(rendering->pictures);
    if (count > RENDERING_PICTURES_LIMIT)
        return error_set(error, FAULT_INPUT, "%zu pictures for one document; at most %d are set", count,
                         RENDERING_PICTURES_LIMIT);
    for (size_t i = 0; i < count; i++) {
        const json_t *picture = json_array_get(rendering->pictures, i);
        int64_t input = json_whole(picture, "input", -1);
        if (input < FONTS || (size_t)input >= job->input_count)
            return error_set(error, FAULT_INTERNAL, "picture %s names input %lld of %zu",
                             json_text(picture, "role"), (long long)input, job->input_count);
        if (!take_picture(rendering, i, job->inputs[input], json_object_get(picture, "eyes"), error))
            return error_context(error, "picture %s of the document", json_text(picture, "role"));
    }
    return true;
}

bool rendering_open(struct rendering *rendering, const struct worker_job *job, const char *kind,
                    const char *reference, const char *foot, struct error *error)
{
    *rendering = (struct rendering){.pictures = json_object_get(job->parameters, "pictures")};
    struct document_setup setup = {.kind = kind, .reference = reference, .foot = foot};
    char *fonts[FONTS] = {0};
    size_t lengths[FONTS] = {0};
    bool done = false;
    if (!instant_parse(json_text(job->parameters, "created"), &setup.created, error)) {
        error_context(error, "member \"created\" of the job %s", job->kind);
        goto done;
    }
    if (job->input_count < FONTS) {
        error_set(error, FAULT_INTERNAL, "the job %s has no fonts: inputs 0 and 1 are the two faces",
                  job->kind);
        goto done;
    }
    for (size_t i = 0; i < FONTS; i++) {
        if (!file_read_open(job->inputs[i], FONT_LIMIT, &fonts[i], &lengths[i], error)) {
            error_context(error, "font %zu of the job %s", i, job->kind);
            goto done;
        }
    }
    setup.regular = (struct font_bytes){fonts[0], lengths[0]};
    setup.bold = (struct font_bytes){fonts[1], lengths[1]};
    rendering->document = document_open(&setup, error);
    done = rendering->document != NULL && take_pictures(rendering, job, error);
done:
    for (size_t i = 0; i < FONTS; i++)
        free(fonts[i]);
    if (!done)
        rendering_close(rendering);
    return done;
}

void rendering_close(struct rendering *rendering)
{
    document_close(rendering->document);
    rendering->document = NULL;
}

static int find(const struct rendering *rendering, const char *role, size_t length, const int *numbers)
{
    for (size_t i = 0; i < json_array_size(rendering->pictures); i++) {
        const char *have = json_text(json_array_get(rendering->pictures, i), "role");
        if (length > 0 && strlen(have) == length && memcmp(have, role, length) == 0)
            return numbers[i];
    }
    return -1;
}

int rendering_face(const struct rendering *rendering, const char *role)
{
    return role == NULL ? -1 : find(rendering, role, strlen(role), rendering->faces);
}

int rendering_picture(const struct rendering *rendering, const char *role)
{
    static const char suffix[] = "-face";
    if (role == NULL)
        return -1;
    size_t length = strlen(role);
    int number = find(rendering, role, length, rendering->numbers);
    if (number < 0 && length > sizeof suffix - 1 && strcmp(role + length - (sizeof suffix - 1), suffix) == 0)
        number = find(rendering, role, length - (sizeof suffix - 1), rendering->faces);
    return number;
}

bool rendering_answer(struct rendering *rendering, const struct worker_job *job, struct error *error)
{
    struct text pdf = TEXT_EMPTY;
    bool done =
        document_finish(rendering->document, &pdf, error) && worker_answer(job, pdf.bytes, pdf.length, error);
    text_free(&pdf);
    return done;
}
