/*
 * A manifest's list against the limits of the site.
 *
 * Guarantees: pure; what is stated is believed only where it can do nothing but refuse the packet. What really lies in
 * a packet is measured when it is copied in (spool/porter_claim.c).
 */
#include "ingest/packet_limits.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/language.h"
#include "ingest/fault.h"

#define LESS N_("send fewer or smaller files; a supplement can bring more later")

struct packet_limits packet_limits_of(const json_t *policy)
{
    return (struct packet_limits){.files = json_whole(policy, "files", INT64_MAX),
                                  .file_bytes = json_whole(policy, "fileBytes", INT64_MAX),
                                  .total_bytes = json_whole(policy, "totalBytes", INT64_MAX)};
}

/* What is said of one image counts up to the limit of one file: a sum of any sizes stays a number. */
static int64_t stated_total(const struct packet_limits *limits, const json_t *images)
{
    int64_t total = 0;
    for (size_t i = 0; i < json_array_size(images); i++) {
        int64_t size = json_whole(json_array_get(images, i), "size", 0);
        size = size < 0 ? 0 : size > limits->file_bytes ? limits->file_bytes : size;
        total = total > INT64_MAX - size ? INT64_MAX : total + size;
    }
    return total;
}

static bool too_large(const struct packet_limits *limits, const json_t *image)
{
    return json_whole(image, "size", 0) > limits->file_bytes;
}

static bool too_many(const struct packet_limits *limits, const json_t *images)
{
    return (int64_t)json_array_size(images) >= limits->files;
}

bool packet_limits_exceeded(const struct packet_limits *limits, const json_t *images)
{
    size_t index;
    const json_t *image;
    json_array_foreach(images, index, image)
    {
        if (too_large(limits, image))
            return true;
    }
    return too_many(limits, images) || stated_total(limits, images) > limits->total_bytes;
}

static bool add(json_t *faults, const char *place, const struct text *text)
{
    return !text->failed && place != NULL &&
           fault_add(faults, &(struct fault_words){.code = "packet-too-large",
                                                   .outcome = "REJECT",
                                                   .place = place,
                                                   .text = text->bytes,
                                                   .remedy = LESS});
}

static bool about_all(const struct packet_limits *limits, const json_t *images, const char *place,
                      json_t *faults)
{
    struct text text = TEXT_EMPTY, most = TEXT_EMPTY;
    bool done = true;
    if (too_many(limits, images)) {
        text_format(&text,
                    _("%zu images are listed; a packet holds %lld files at most, manifest.xml among them"),
                    json_array_size(images), (long long)limits->files);
        done = add(faults, place, &text);
    } else if (stated_total(limits, images) > limits->total_bytes) {
        size_words(&most, limits->total_bytes);
        text_format(&text,
                    _("by their listed sizes the images are larger together than a packet may be (%s)"),
                    most.bytes);
        done = !most.failed && add(faults, place, &text);
    }
    text_free(&text);
    text_free(&most);
    return done;
}

static bool about_one(const struct packet_limits *limits, const json_t *image, char *place, json_t *faults)
{
    struct text text = TEXT_EMPTY, most = TEXT_EMPTY;
    size_words(&most, limits->file_bytes);
    text_format(&text, _("\"%s\" is listed with %lld bytes; one file may have %s at most"),
                json_text(image, "file"), (long long)json_whole(image, "size", 0), most.bytes);
    bool done = !most.failed && add(faults, place, &text);
    text_free(&text);
    text_free(&most);
    free(place);
    return done;
}

bool packet_limits_faults(const struct packet_limits *limits, const json_t *images, const char *place_of_all,
                          char *(*place_of)(void *context, size_t index), void *context, json_t *faults)
{
    bool done = about_all(limits, images, place_of_all, faults);
    for (size_t i = 0; done && i < json_array_size(images); i++)
        if (too_large(limits, json_array_get(images, i)))
            done = about_one(limits, json_array_get(images, i), place_of(context, i), faults);
    return done;
}

void size_words(struct text *text, int64_t bytes)
{
    static const struct {
        const char *whole, *tenths;
        int64_t unit;
    } units[] = {{N_("%lld GB"), N_("%lld.%lld GB"), (int64_t)1 << 30},
                 {N_("%lld MB"), N_("%lld.%lld MB"), (int64_t)1 << 20},
                 {N_("%lld KB"), N_("%lld.%lld KB"), (int64_t)1 << 10}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        int64_t unit = units[i].unit, whole = bytes / unit, tenths = bytes % unit * 10 / unit;
        if (whole == 0)
            continue;
        if (tenths == 0 || whole >= 10)
            text_format(text, language_text(units[i].whole), (long long)whole);
        else
            text_format(text, language_text(units[i].tenths), (long long)whole, (long long)tenths);
        return;
    }
    text_format(text, _("%lld bytes"), (long long)bytes);
}
