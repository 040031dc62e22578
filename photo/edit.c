/*
 * Recorded edits: what is allowed, and applying a list of them.
 *
 * Guarantees: a list that passed photo_edits_check fails later only for reasons of the picture (a crop beyond
 * its edge, a result too large) or of memory; one that passed photo_edits_size only of memory.
 * Does not know who ordered an edit or why; the decision records that.
 */
#include "photo/edit.h"

#include <string.h>

#include "base/json.h"
#include "photo/decode.h"
#include "photo/edit_parts.h"

#define VALUES_MOST 4

struct operation {
    const char *name;
    struct {
        const char *name;
        int least, most;
    } values[VALUES_MOST];
};

static const struct operation operations[] = {
    {"crop", {{"x", 0, 8191}, {"y", 0, 8191}, {"width", 16, 8192}, {"height", 16, 8192}}},
    {"rotate", {{"degrees_tenths", -1800, 1800}}},
    {"brightness", {{"amount", -100, 100}}},
    {"contrast", {{"amount", -100, 100}}},
    {"scale", {{"per_mille", 100, 4000}}},
};

static const struct operation *operation_find(const char *name)
{
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    return NULL;
}

/* One edit's operation and values. */
static const struct operation *edit_read(const json_t *edit, int values[VALUES_MOST], struct error *error)
{
    const struct operation *operation = operation_find(json_text(edit, "operation"));
    if (operation == NULL) {
        error_set(error, FAULT_INPUT,
                  "\"%s\" is no edit a probe may be made by (R19): use crop, rotate, brightness, contrast or "
                  "scale",
                  json_text(edit, "operation"));
        return NULL;
    }
    size_t count = 0;
    for (; count < VALUES_MOST && operation->values[count].name != NULL; count++) {
        const json_t *value = json_object_get(edit, operation->values[count].name);
        int least = operation->values[count].least, most = operation->values[count].most;
        if (!json_is_integer(value) || json_integer_value(value) < least ||
            json_integer_value(value) > most) {
            error_set(error, FAULT_INPUT, "%s needs \"%s\" as a whole number between %d and %d",
                      operation->name, operation->values[count].name, least, most);
            return NULL;
        }
        values[count] = (int)json_integer_value(value);
    }
    if (json_object_size(edit) != count + 1) {
        error_set(error, FAULT_INPUT, "%s has a member that no one would apply: leave it out",
                  operation->name);
        return NULL;
    }
    return operation;
}

bool photo_edits_check(const json_t *edits, struct error *error)
{
    if (!json_is_array(edits))
        return error_set(error, FAULT_INPUT, "edits must be an array of operations");
    if (json_array_size(edits) > EDITS_MOST)
        return error_set(error, FAULT_INPUT, "%zu edits: at most %d are applied to one picture",
                         json_array_size(edits), EDITS_MOST);
    for (size_t i = 0; i < json_array_size(edits); i++) {
        int values[VALUES_MOST] = {0};
        if (edit_read(json_array_get(edits, i), values, error) == NULL)
            return error_context(error, "edit %zu", i + 1);
    }
    return true;
}

bool photo_edits_size(const json_t *edits, int *width, int *height, struct error *error)
{
    if (!photo_edits_check(edits, error))
        return false;
    for (size_t i = 0; i < json_array_size(edits); i++) {
        int values[VALUES_MOST] = {0};
        const struct operation *operation = edit_read(json_array_get(edits, i), values, error);
        bool done = operation != NULL;
        if (done && strcmp(operation->name, "crop") == 0)
            done = edit_crop_size(values[0], values[1], values[2], values[3], width, height, error);
        else if (done && strcmp(operation->name, "rotate") == 0)
            done = edit_rotate_size(values[0], width, height, error);
        else if (done && strcmp(operation->name, "scale") == 0)
            done = edit_scale_size(values[0], width, height, error);
        if (!done)
            return error_context(error, "edit %zu", i + 1);
    }
    return true;
}

/* Replaces `image` by its edited form. */
static bool edit_apply(struct image *image, const json_t *edit, struct error *error)
{
    int values[VALUES_MOST] = {0};
    const struct operation *operation = edit_read(edit, values, error);
    if (operation == NULL)
        return false;
    if (strcmp(operation->name, "brightness") == 0) {
        edit_brightness(image, values[0]);
        return true;
    }
    if (strcmp(operation->name, "contrast") == 0) {
        edit_contrast(image, values[0]);
        return true;
    }
    struct image changed;
    bool done;
    if (strcmp(operation->name, "crop") == 0)
        done = edit_crop(image, values[0], values[1], values[2], values[3], &changed, error);
    else if (strcmp(operation->name, "rotate") == 0)
        done = edit_rotate(image, values[0], &changed, error);
    else
        done = edit_scale(image, values[0], &changed, error);
    if (!done)
        return false;
    image_free(image);
    *image = changed;
    return true;
}

bool photo_edit(const struct image *original, const json_t *edits, struct image *edited, struct error *error)
{
    *edited = IMAGE_EMPTY;
    if (!photo_edits_check(edits, error) || !image_copy(edited, original, error))
        return false;
    for (size_t i = 0; i < json_array_size(edits); i++)
        if (!edit_apply(edited, json_array_get(edits, i), error)) {
            image_free(edited);
            return error_context(error, "edit %zu", i + 1);
        }
    return true;
}
