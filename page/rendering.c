/*
 * A render job, opened.
 *
 * Guarantees: no picture reaches the PDF that was not decoded from its first to its last byte without a
 * warning (libharu itself reads a JPEG's header only and would pass a truncated one on).
 */
#include "page/rendering.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/files.h"
#include "page/bare_jpeg.h"
#include "photo/crop.h"
#include "photo/decode.h"
#include "photo/edit.h"
#include "photo/encode.h"

#define FONT_LIMIT (16U << 20)
#define FONTS 2
/* Pixels of an aligned face: 170 dots an inch at the size a report prints it. */
#define SIDE_LIMIT 2000 /* 570 dots an inch over half a page's width */
#define NOT_ASKED (-2)
#define FACE_WIDTH 360
#define FACE_HEIGHT 450

struct rendering_slot {
    const char *role;   /* borrowed from the job */
    const char *digest; /* "" when the job names none */
    int file;
    const json_t *eyes; /* NULL: none */
    int whole, face;    /* numbers in the document, -1 broken, NOT_ASKED */
    bool sound;         /* read whole and without a fault; `photo` then has its measures, never its pixels */
    struct photo photo;
    char shown[DIGEST_TEXT_SIZE]; /* "": the exhibit itself, or made anew */
};

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

static int take_crop(struct document *document, const struct image *image, const json_t *eyes,
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

static int take_scaled(struct document *document, const struct image *image, struct error *error)
{
    int side = image->width > image->height ? image->width : image->height;
    if (side <= SIDE_LIMIT)
        return take_encoded(document, image, ENCODE_PROBE, error);
    struct image scaled = IMAGE_EMPTY;
    json_t *edits = json_pack("[{s:s,s:i}]", "operation", "scale", "per_mille", SIDE_LIMIT * 1000 / side);
    int number = -1;
    if (edits == NULL)
        error_set(error, FAULT_TEMPORARY, "out of memory while scaling a picture");
    else if (photo_edit(image, edits, &scaled, error))
        number = take_encoded(document, &scaled, ENCODE_PROBE, error);
    json_decref(edits);
    image_free(&scaled);
    return number;
}

bool rendering_keeps(const struct photo *photo, const char *bytes, size_t length, struct text *bare)
{
    unsigned int components = 0;
    return photo->format == PHOTO_JPEG && photo->orientation == 1 && photo->image.width <= SIDE_LIMIT &&
           photo->image.height <= SIDE_LIMIT &&
           jpeg_bare((const uint8_t *)bytes, length, bare, &components) &&
           (components == 1 || components == 3);
}

/* The whole picture, as it is where that is possible. It is read from its first to its last byte once: with the
   face, if that was asked for before. */
static int take_whole(struct document *document, struct rendering_slot *slot, const char *bytes,
                      size_t length, struct error *error)
{
    struct text bare = TEXT_EMPTY;
    struct photo photo = {0};
    int number = -1;
    if (!slot->sound && !photo_check((const uint8_t *)bytes, length, NULL, &slot->photo, error))
        return -1;
    slot->sound = true;
    if (rendering_keeps(&slot->photo, bytes, length, &bare)) {
        number = document_take_jpeg(document, bare.bytes, bare.length, error);
        struct digest digest = digest_of(bare.bytes, bare.length);
        if (slot->digest[0] != '\0' && strcmp(digest_text(&digest, slot->shown), slot->digest) == 0)
            slot->shown[0] = '\0';
    } else if (photo_decode((const uint8_t *)bytes, length, NULL, &photo, error))
        number = take_scaled(document, &photo.image, error);
    image_free(&photo.image);
    text_free(&bare);
    return number;
}

static int take_face(struct document *document, struct rendering_slot *slot, const char *bytes, size_t length,
                     struct error *error)
{
    struct photo photo = {0};
    int number = -1;
    if (photo_decode((const uint8_t *)bytes, length, NULL, &photo, error))
        number = take_crop(document, &photo.image, slot->eyes, error);
    slot->sound = number >= 0;
    slot->photo = photo;
    slot->photo.image.pixels = NULL;
    image_free(&photo.image);
    return number;
}

/* Read the slot's picture and take it, whole or as its aligned face; a failure becomes the document's. */
static int take(struct document *document, struct rendering_slot *slot, bool face)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    int number = -1;
    if (file_read_open(slot->file, photo_limits_default.bytes, &bytes, &length, &error))
        number = (face ? take_face : take_whole)(document, slot, bytes, length, &error);
    free(bytes);
    if (number < 0) {
        error_context(&error, "picture %s of the document", slot->role);
        document_fail(document, &error);
    }
    return number;
}

static bool make_slots(struct rendering *rendering, const struct worker_job *job, const json_t *pictures,
                       struct error *error)
{
    free(rendering->slots);
    rendering->slots = NULL;
    rendering->count = json_array_size(pictures);
    if (rendering->count > RENDERING_PICTURES_LIMIT) {
        size_t asked = rendering->count;
        rendering->count = 0;
        return error_set(error, FAULT_INPUT, "%zu pictures for one document; at most %d are set", asked,
                         RENDERING_PICTURES_LIMIT);
    }
    rendering->slots = calloc(rendering->count + 1, sizeof *rendering->slots);
    if (rendering->slots == NULL) {
        rendering->count = 0;
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting a document");
    }
    for (size_t i = 0; i < rendering->count; i++) {
        const json_t *picture = json_array_get(pictures, i);
        int64_t input = json_whole(picture, "input", -1);
        if (input < FONTS || (size_t)input >= job->input_count)
            return error_set(error, FAULT_INTERNAL, "picture %s names input %lld of %zu",
                             json_text(picture, "role"), (long long)input, job->input_count);
        const json_t *eyes = json_object_get(picture, "eyes");
        rendering->slots[i] = (struct rendering_slot){.role = json_text(picture, "role"),
                                                      .digest = json_text(picture, "digest"),
                                                      .file = job->inputs[input],
                                                      .eyes = json_is_array(eyes) ? eyes : NULL,
                                                      .whole = NOT_ASKED,
                                                      .face = NOT_ASKED};
    }
    return true;
}

/* Few of a font's pages are looked at for one document: mapped, the rest is never read. */
static bool map_font(int file, struct font_bytes *font, struct error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return error_system(error, "measuring it");
    if (status.st_size < 1 || status.st_size > (off_t)FONT_LIMIT)
        return error_set(error, FAULT_ENVIRONMENT, "%lld bytes are no font", (long long)status.st_size);
    void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        return error_system(error, "mapping it");
    *font = (struct font_bytes){bytes, (size_t)status.st_size};
    return true;
}

bool rendering_open(struct rendering *rendering, const struct worker_job *job, const char *kind,
                    const char *reference, const char *foot, struct error *error)
{
    struct document_setup setup = {.kind = kind, .reference = reference, .foot = foot};
    return rendering_open_setup(rendering, job, &setup, error);
}

bool rendering_open_setup(struct rendering *rendering, const struct worker_job *job,
                          struct document_setup *setup, struct error *error)
{
    *rendering = (struct rendering){0};
    bool done = false;
    if (!instant_parse(json_text(job->parameters, "created"), &setup->created, error)) {
        error_context(error, "member \"created\" of the job %s", job->kind);
        goto done;
    }
    if (job->input_count < FONTS) {
        error_set(error, FAULT_INTERNAL, "the job %s has no fonts: inputs 0 and 1 are the two faces",
                  job->kind);
        goto done;
    }
    for (size_t i = 0; i < FONTS; i++)
        if (!map_font(job->inputs[i], &rendering->fonts[i], error)) {
            error_context(error, "font %zu of the job %s", i, job->kind);
            goto done;
        }
    setup->regular = rendering->fonts[0];
    setup->bold = rendering->fonts[1];
    rendering->document = document_open(setup, error);
    done = rendering->document != NULL &&
           make_slots(rendering, job, json_object_get(job->parameters, "pictures"), error);
done:
    if (!done)
        rendering_close(rendering);
    return done;
}

bool rendering_section(struct rendering *rendering, const struct worker_job *job, const json_t *pictures,
                       const char *kind, const char *reference, const char *foot, struct error *error)
{
    document_section(rendering->document, kind, reference, foot);
    return make_slots(rendering, job, pictures, error);
}

void rendering_close(struct rendering *rendering)
{
    document_close(rendering->document);
    free(rendering->slots);
    for (size_t i = 0; i < FONTS; i++)
        if (rendering->fonts[i].bytes != NULL)
            munmap((void *)(uintptr_t)rendering->fonts[i].bytes, rendering->fonts[i].length);
    *rendering = (struct rendering){0};
}

static struct rendering_slot *find(const struct rendering *rendering, const char *role, size_t length)
{
    for (size_t i = 0; i < rendering->count; i++)
        if (length > 0 && strlen(rendering->slots[i].role) == length &&
            memcmp(rendering->slots[i].role, role, length) == 0)
            return &rendering->slots[i];
    return NULL;
}

static int face_of(const struct rendering *rendering, struct rendering_slot *slot)
{
    if (slot == NULL || slot->eyes == NULL)
        return -1;
    if (slot->face == NOT_ASKED)
        slot->face = take(rendering->document, slot, true);
    return slot->face;
}

/* One picture under two roles (searched as submitted) is held once. */
static int whole_of(const struct rendering *rendering, struct rendering_slot *slot)
{
    for (size_t i = 0; i < rendering->count && slot->whole == NOT_ASKED; i++)
        if (rendering->slots[i].whole >= 0 && slot->digest[0] != '\0' &&
            strcmp(rendering->slots[i].digest, slot->digest) == 0) {
            slot->whole = rendering->slots[i].whole;
            memcpy(slot->shown, rendering->slots[i].shown, sizeof slot->shown);
        }
    if (slot->whole == NOT_ASKED)
        slot->whole = take(rendering->document, slot, false);
    return slot->whole;
}

const char *rendering_shown(const struct rendering *rendering, const char *role)
{
    const struct rendering_slot *slot = role == NULL ? NULL : find(rendering, role, strlen(role));
    return slot == NULL || slot->digest[0] == '\0' || slot->shown[0] == '\0' ? NULL : slot->shown;
}

int rendering_face(const struct rendering *rendering, const char *role)
{
    return role == NULL ? -1 : face_of(rendering, find(rendering, role, strlen(role)));
}

int rendering_picture(const struct rendering *rendering, const char *role)
{
    static const char suffix[] = "-face";
    const size_t suffix_length = sizeof suffix - 1;
    if (role == NULL)
        return -1;
    size_t length = strlen(role);
    struct rendering_slot *slot = find(rendering, role, length);
    if (slot != NULL)
        return whole_of(rendering, slot);
    if (length > suffix_length && strcmp(role + length - suffix_length, suffix) == 0)
        return face_of(rendering, find(rendering, role, length - suffix_length));
    return -1;
}

bool rendering_answer(struct rendering *rendering, const struct worker_job *job, struct error *error)
{
    struct text pdf = TEXT_EMPTY;
    bool done =
        document_finish(rendering->document, &pdf, error) && worker_answer(job, pdf.bytes, pdf.length, error);
    text_free(&pdf);
    return done;
}
