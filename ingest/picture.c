/*
 * Decoding one picture to the last pixel before anybody relies on it.
 *
 * Guarantees: a picture without a fault can be decoded again by every later stage; eye points without a fault
 * lie in it. Does not judge quality: a person does (R20).
 */
#include "ingest/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "ingest/fault.h"
#include "photo/decode.h"
#include "photo/quality.h"

static bool unreadable(const struct picture_place *where, const char *why, json_t *faults)
{
    /* photo/ says what is wrong and, after the last colon, what to do. */
    const char *remedy = NULL;
    for (const char *at = strstr(why, ": "); at != NULL; at = strstr(at + 2, ": "))
        remedy = at + 2;
    int length = remedy == NULL ? (int)strlen(why) : (int)(remedy - 2 - why);
    char *text = text_formatted("\"%s\" is no usable picture: %.*s", where->file, length, why);
    bool done = text != NULL &&
                fault_add(faults, &(struct fault_words){.code = "image-unreadable",
                                                        .outcome = "REJECT",
                                                        .place = where->place,
                                                        .clause = "R15",
                                                        .text = text,
                                                        .remedy = remedy != NULL
                                                                      ? remedy
                                                                      : "export it again as JPEG or PNG and "
                                                                        "check that it opens in a viewer"});
    free(text);
    return done;
}

static bool eyes_outside(const struct picture_place *where, const char *why, json_t *faults)
{
    char *text = text_formatted("the eye points of \"%s\" cannot be: %s", where->file, why);
    bool done =
        text != NULL &&
        fault_add(faults, &(struct fault_words){.code = "eyes-not-in-picture",
                                                .outcome = "REJECT",
                                                .place = where->place,
                                                .text = text,
                                                .remedy = "mark both eyes in the upright picture, the left "
                                                          "one of the picture first"});
    free(text);
    return done;
}

bool picture_check(int input, const struct picture_place *where, const json_t *eyes, bool measure,
                   json_t *record, json_t *faults, struct error *error)
{
    struct photo photo = {0};
    struct eye_points points;
    struct error own = ERROR_NONE;
    json_t *quality = NULL;
    bool done = false;
    if (!photo_decode_file(input, NULL, &photo, &own)) {
        if (own.fault != FAULT_INPUT) {
            if (error != NULL)
                *error = own;
            return error_context(error, "decoding %s", where->file);
        }
        return unreadable(where, own.text, faults) || error_set(error, FAULT_TEMPORARY, "out of memory");
    }
    bool usable = eyes != NULL && eye_points_read(eyes, &points, &own) &&
                  eye_points_check(&points, photo.image.width, photo.image.height, &own);
    if (eyes != NULL && !usable && !eyes_outside(where, own.text, faults))
        goto memory;
    if (!json_put_whole(record, "width", photo.image.width) ||
        !json_put_whole(record, "height", photo.image.height) ||
        !json_put_text(record, "format", photo_format_name(photo.format)))
        goto memory;
    if (measure) {
        quality = photo_quality(&photo.image, usable ? &points : NULL, error);
        if (quality == NULL)
            goto done;
        if (!json_put(record, "quality", quality))
            goto memory;
    }
    done = true;
    goto done;
memory:
    error_set(error, FAULT_TEMPORARY, "checking %s: out of memory", where->file);
done:
    image_free(&photo.image);
    return done;
}
