/*
 * Reading one picture to the last coefficient before anybody relies on it.
 *
 * Guarantees: a picture without a fault can be decoded by every later stage; eye points without a fault lie in
 * it; one made to cost much is given up, with the reason, soon after a picture of its size would be done. Does not judge quality: a person does (R20).
 */
#include "ingest/picture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "base/worker.h"
#include "ingest/fault.h"
#include "photo/decode.h"
#include "photo/eye_points.h"

static bool unreadable(const struct picture_place *where, const char *why, json_t *faults)
{
    /* photo/ says what is wrong and, after the last colon, what to do. */
    const char *remedy = NULL;
    for (const char *at = strstr(why, ": "); at != NULL; at = strstr(at + 2, ": "))
        remedy = at + 2;
    int length = remedy == NULL ? (int)strlen(why) : (int)(remedy - 2 - why);
    char *text = text_formatted(_("\"%s\" is no usable picture: %.*s"), where->file, length, why);
    bool done =
        text != NULL &&
        fault_add(faults,
                  &(struct fault_words){.code = "image-unreadable",
                                        .outcome = "REJECT",
                                        .place = where->place,
                                        .clause = "R15",
                                        .text = text,
                                        .remedy = remedy != NULL ? remedy
                                                                 : _("export it again as JPEG or PNG and "
                                                                     "check that it opens in a viewer")});
    free(text);
    return done;
}

static bool eyes_outside(const struct picture_place *where, const char *why, json_t *faults)
{
    char *text = text_formatted(_("the eye points of \"%s\" cannot be: %s"), where->file, why);
    bool done =
        text != NULL &&
        fault_add(faults, &(struct fault_words){.code = "eyes-not-in-picture",
                                                .outcome = "REJECT",
                                                .place = where->place,
                                                .text = text,
                                                .remedy = _("mark both eyes in the upright picture, the left "
                                                            "one of the picture first")});
    free(text);
    return done;
}

/* What a picture of that size may cost beside the packet's own: eight times what one needs that is not made to
   cost more. */
enum { LEAST_MILLISECONDS = 100, PIXELS_A_MILLISECOND = 10000, BYTES_A_PIXEL = 8, LIBRARY_BYTES = 4 << 20 };

struct cost {
    struct worker_allowance allowance;
    struct photo_limits limits;
    size_t length;
    bool allowed;
};

static void allow(void *context, uint64_t pixels)
{
    struct cost *cost = context;
    unsigned milliseconds = LEAST_MILLISECONDS + (unsigned)(pixels / PIXELS_A_MILLISECOND);
    /* The decoder gives up in words before the alarm ends the process. */
    cost->limits.milliseconds = milliseconds * WORKER_SLOWER;
    cost->allowed = true;
    worker_allow(&cost->allowance, 2 * milliseconds, pixels * BYTES_A_PIXEL + cost->length + LIBRARY_BYTES);
}

/* The file is ours and nobody writes to it, so it can be looked at where it is. */
static bool read_to_its_end(int input, struct photo *photo, struct error *error)
{
    struct stat status;
    struct cost cost = {.limits = photo_limits_default};
    void *bytes = NULL;
    cost.limits.admitted = allow;
    cost.limits.context = &cost;
    if (fstat(input, &status) != 0)
        return error_system(error, "looking at a picture");
    cost.length = (size_t)status.st_size;
    if (cost.length > 0 && cost.length <= cost.limits.bytes) {
        bytes = mmap(NULL, cost.length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, input, 0);
        if (bytes == MAP_FAILED)
            return error_system(error, "reading a picture");
    }
    bool done = photo_check(bytes, cost.length, &cost.limits, photo, error);
    if (cost.allowed)
        worker_allow_end(&cost.allowance);
    if (bytes != NULL)
        munmap(bytes, cost.length);
    return done;
}

bool picture_check(int input, const struct picture_place *where, const json_t *eyes, json_t *record,
                   json_t *faults, struct error *error)
{
    struct photo photo = {0};
    struct eye_points points;
    struct error own = ERROR_NONE;
    bool done = false;
    if (!read_to_its_end(input, &photo, &own)) {
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
    done = true;
    goto done;
memory:
    error_set(error, FAULT_TEMPORARY, "checking %s: out of memory", where->file);
done:
    return done;
}
