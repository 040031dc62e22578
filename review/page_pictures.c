/*
 * Pictures for the worksheet's page.
 *
 * Guarantees: only what the facts name is read; a broken picture fails the job with its name, never shows as
 * an empty frame. Does not decide what a stage may show: the facts did.
 */
#include "review/page_pictures.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/files.h"
#include "base/json.h"
#include "photo/crop.h"
#include "photo/decode.h"
#include "photo/edit.h"
#include "photo/encode.h"

#define FACE_WIDTH 720 /* enough for a face to fill half a wide screen */
#define FACE_HEIGHT 900
#define SHOWN_MOST 200

/* Sizes from large to small. With many pictures the first rows are never within the bound. */
static const struct size {
    int face_height, whole_side;
    enum encode_purpose purpose;
} sizes[] = {
    {900, 2400, ENCODE_PROBE},  {900, 2000, ENCODE_FIGURE}, {900, 1400, ENCODE_FIGURE},
    {750, 1100, ENCODE_FIGURE}, {600, 800, ENCODE_FIGURE},  {500, 640, ENCODE_FIGURE},
    {450, 480, ENCODE_FIGURE},  {350, 360, ENCODE_FIGURE},  {250, 240, ENCODE_FIGURE},
};
#define SIZES (sizeof sizes / sizeof sizes[0])
#define MANY 12 /* pictures from which the first two rows are not tried */

struct shown {
    const char *name; /* as the facts say it; borrowed */
    bool face;
    struct image image; /* as large as the first row tried wants it, at most */
    int width, height;  /* of the original */
    uint8_t *bytes;     /* encoded */
    size_t length;
    int shown_width, shown_height;
};

struct gallery {
    struct shown *shown;
    size_t count;
    size_t first; /* row of sizes tried first */
};

static bool add(struct gallery *gallery, const char *name, bool face, struct error *error)
{
    for (size_t i = 0; i < gallery->count; i++)
        if (strcmp(gallery->shown[i].name, name) == 0)
            return true;
    if (gallery->count == SHOWN_MOST)
        return error_set(error, FAULT_INPUT, "a worksheet with more than %d pictures", SHOWN_MOST);
    gallery->shown[gallery->count++] = (struct shown){.name = name, .face = face};
    return true;
}

/* Every picture the facts name, in their order. */
static bool collect(struct gallery *gallery, const json_t *facts, struct error *error)
{
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_array(facts)) {
        json_array_foreach(facts, i, value) if (!collect(gallery, value, error)) return false;
        return true;
    }
    json_object_foreach((json_t *)(uintptr_t)facts, key, value)
    {
        bool whole = strcmp(key, "picture") == 0, face = strcmp(key, "facePicture") == 0;
        bool done = (whole || face) && json_is_string(value)
                        ? add(gallery, json_string_value(value), face, error)
                        : collect(gallery, value, error);
        if (!done)
            return false;
    }
    return true;
}

/* `from` so that its longer side (`side`) or its height is at most so many pixels; `to` may stay empty when it
   is small enough as it is. */
static bool shrink(const struct image *from, int now, int wanted, struct image *to, struct error *error)
{
    *to = IMAGE_EMPTY;
    if (now <= wanted)
        return true;
    json_t *edits = json_pack("[{s:s,s:i}]", "operation", "scale", "per_mille", wanted * 1000 / now);
    bool done = edits == NULL ? error_set(error, FAULT_TEMPORARY, "out of memory while scaling a picture")
                              : photo_edit(from, edits, to, error);
    json_decref(edits);
    return done;
}

static int longer(const struct image *image)
{
    return image->width > image->height ? image->width : image->height;
}

static bool take(struct shown *shown, const struct image *image, const json_t *eyes, int whole_side,
                 struct error *error)
{
    shown->width = image->width;
    shown->height = image->height;
    if (shown->face) {
        struct eye_points points;
        struct crop_frame frame = crop_figure_frame(FACE_WIDTH, FACE_HEIGHT);
        return eye_points_read(eyes, &points, error) &&
               eye_points_check(&points, image->width, image->height, error) &&
               crop_aligned(image, &points, &frame, &shown->image, error);
    }
    return shrink(image, longer(image), whole_side, &shown->image, error) &&
           (shown->image.pixels != NULL || image_copy(&shown->image, image, error));
}

/* Does the facts' name mean this picture of the job, whole or as a face? */
static bool means(const struct shown *shown, const char *role)
{
    size_t length = strlen(role);
    return strncmp(shown->name, role, length) == 0 &&
           strcmp(shown->name + length, shown->face ? "-face" : "") == 0;
}

/* Read one picture of the job once for all the names it has. */
static bool read_picture(struct gallery *gallery, const struct worker_job *job, const json_t *picture,
                         struct error *error)
{
    const char *role = json_text(picture, "role");
    int64_t input = json_whole(picture, "input", -1);
    struct photo photo = {0};
    bool read = false, done = true;
    for (size_t i = 0; done && i < gallery->count; i++) {
        struct shown *shown = &gallery->shown[i];
        if (!means(shown, role))
            continue;
        if (input < 0 || (size_t)input >= job->input_count)
            done = error_set(error, FAULT_INTERNAL, "input %lld of %zu", (long long)input, job->input_count);
        if (done && !read)
            done = read = photo_decode_file(job->inputs[input], NULL, &photo, error);
        done = done && take(shown, &photo.image, json_object_get(picture, "eyes"),
                            sizes[gallery->first].whole_side, error);
    }
    image_free(&photo.image);
    return done || error_context(error, "picture %s of the worksheet", role);
}

static bool encode(struct shown *shown, const struct size *size, struct error *error)
{
    struct image smaller;
    int now = shown->face ? shown->image.height : longer(&shown->image);
    if (!shrink(&shown->image, now, shown->face ? size->face_height : size->whole_side, &smaller, error))
        return false;
    const struct image *image = smaller.pixels != NULL ? &smaller : &shown->image;
    free(shown->bytes);
    shown->bytes = NULL;
    shown->shown_width = image->width;
    shown->shown_height = image->height;
    bool done = photo_encode(image, size->purpose, &shown->bytes, &shown->length, error);
    image_free(&smaller);
    return done;
}

static bool encode_all(struct gallery *gallery, struct error *error)
{
    for (size_t row = gallery->first; row < SIZES; row++) {
        size_t total = 0;
        for (size_t i = 0; i < gallery->count && total <= PAGE_PICTURES_BYTES; i++) {
            if (!encode(&gallery->shown[i], &sizes[row], error))
                return error_context(error, "picture %s of the worksheet", gallery->shown[i].name);
            total += gallery->shown[i].length;
        }
        if (total <= PAGE_PICTURES_BYTES)
            return true;
    }
    return error_set(error, FAULT_INPUT, "%zu pictures do not fit into one worksheet", gallery->count);
}

static bool put(json_t *pictures, const struct shown *shown, struct error *error)
{
    static const char prefix[] = "data:image/jpeg;base64,";
    size_t length = sizeof prefix + 4 * (shown->length / 3 + 1);
    char *source = malloc(length);
    if (source == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a picture of a worksheet");
    memcpy(source, prefix, sizeof prefix);
    EVP_EncodeBlock((unsigned char *)source + sizeof prefix - 1, shown->bytes, (int)shown->length);
    json_t *entry = json_object_at(pictures, shown->name);
    json_put_text(entry, "source", source);
    json_put_whole(entry, "width", shown->shown_width);
    json_put_whole(entry, "height", shown->shown_height);
    if (!shown->face) {
        json_put_whole(entry, "originalWidth", shown->width);
        json_put_whole(entry, "originalHeight", shown->height);
    }
    free(source);
    return true;
}

bool page_pictures(const struct worker_job *job, const json_t *facts, json_t **pictures, struct error *error)
{
    struct gallery gallery = {.shown = calloc(SHOWN_MOST, sizeof *gallery.shown)};
    size_t i;
    json_t *picture;
    *pictures = json_object();
    bool done = gallery.shown != NULL && *pictures != NULL;
    if (!done)
        error_set(error, FAULT_TEMPORARY, "out of memory for the pictures of a worksheet");
    done = done && collect(&gallery, facts, error);
    gallery.first = gallery.count > MANY ? 2 : 0;
    json_array_foreach(json_object_get(job->parameters, "pictures"), i, picture) done =
        done && read_picture(&gallery, job, picture, error);
    for (i = 0; done && i < gallery.count; i++)
        if (gallery.shown[i].image.pixels == NULL)
            done = error_set(error, FAULT_INPUT, "the picture \"%s\" is not among those handed in",
                             gallery.shown[i].name);
    done = done && encode_all(&gallery, error);
    for (i = 0; done && i < gallery.count; i++)
        done = put(*pictures, &gallery.shown[i], error);
    for (i = 0; i < gallery.count; i++) {
        image_free(&gallery.shown[i].image);
        free(gallery.shown[i].bytes);
    }
    free(gallery.shown);
    return done;
}
