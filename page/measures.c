/*
 * The measured quality of an image, in words.
 *
 * Guarantees: every measure of photo/quality.h has a name, a unit and, where it is low, what that means for a
 * comparison; an unknown one appears under its own name. Advises only: nothing here says whether an image can
 * be used.
 */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "page/parts.h"

#define LOW_QUALITY 50

struct measure {
    const char *code, *words;
    const char *unit;   /* after the number */
    int scale;          /* the number shown is native / 1,000,000 times this */
    int decimals;       /* 0 to 3 */
    const char *if_low; /* shown below LOW_QUALITY */
};

static const struct measure measures[] = {
    {"inter_eye_distance", N_("Distance between the eyes"), N_("pixels"), 1, 0,
     N_("Small: details of the face may be missing")},
    {"luminance_mean", N_("Brightness, mean"), N_("of 1"), 1, 2, N_("Too dark or too bright as a whole")},
    {"luminance_variance", N_("Contrast, variance"), N_("of 1"), 1, 3, N_("Little contrast")},
    {"under_exposure", N_("Share of very dark pixels"), "%", 100, 0, N_("Parts are lost in the dark")},
    {"over_exposure", N_("Share of very bright pixels"), "%", 100, 0, N_("Parts are burnt out")},
    {"dynamic_range", N_("Dynamic range"), N_("bits"), 1, 1, N_("Few grey levels are used")},
    {"natural_colour", N_("Colour, distance from skin tones"), N_("of CIELAB"), 1, 1,
     N_("The colours are off")},
    {"side_crop_left", N_("Room left of the face"), N_("eye distances"), 1, 1,
     N_("The face is close to the edge")},
    {"side_crop_right", N_("Room right of the face"), N_("eye distances"), 1, 1,
     N_("The face is close to the edge")},
};

static char *native_words(const struct measure *measure, int64_t native)
{
    static const int64_t powers[] = {1, 10, 100, 1000};
    int64_t power = powers[measure->decimals];
    int64_t number = (native * measure->scale * power + 500000) / 1000000;
    if (measure->decimals == 0)
        return text_formatted("%lld %s", (long long)number, language_text(measure->unit));
    return text_formatted("%lld.%0*lld %s", (long long)(number / power), measure->decimals,
                          (long long)(number % power), language_text(measure->unit));
}

/* One row: {"name","value","quality"?,"advice"}. */
static void row(json_t *rows, const char *name, const char *value, int64_t quality, const char *advice)
{
    json_t *one = json_object();
    json_put_text(one, "name", name);
    json_put_text(one, "value", value == NULL ? "" : value);
    if (quality >= 0)
        json_put_whole(one, "quality", quality);
    json_put_text(one, "advice", advice);
    json_array_append_new(rows, one);
}

static bool known(const char *name)
{
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++)
        if (strcmp(measures[i].code, name) == 0)
            return true;
    return strcmp(name, "region") == 0 || strcmp(name, "grey") == 0 ||
           strcmp(name, "laplacian_variance") == 0;
}

static void unknown_measures(json_t *rows, const json_t *quality)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)quality, name, value)
    {
        if (known(name) || !json_is_integer(value))
            continue;
        char *words = text_formatted("%lld", (long long)json_integer_value(value));
        row(rows, name, words, -1, "");
        free(words);
    }
}

static void measured(json_t *rows, const json_t *quality)
{
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
        const json_t *one = json_object_get(quality, measures[i].code);
        if (one == NULL)
            continue;
        int64_t value = json_whole(one, "quality", -1);
        char *words = native_words(&measures[i], json_whole(one, "native", 0));
        row(rows, language_text(measures[i].words), words, value,
            value >= 0 && value < LOW_QUALITY ? language_text(measures[i].if_low) : "");
        free(words);
    }
    if (json_object_get(quality, "laplacian_variance") != NULL) {
        char *words =
            text_formatted("%lld", (long long)(json_whole(quality, "laplacian_variance", 0) / 1000));
        row(rows, _("Sharpness, Laplacian variance"), words, -1, _("A raw number; higher is sharper"));
        free(words);
    }
    if (json_object_get(quality, "grey") != NULL)
        row(rows, _("Colour"), json_flag(quality, "grey") ? _("grey") : _("colour"), -1, "");
    if (json_text_or_null(quality, "region") != NULL)
        row(rows, _("Measured over"),
            strcmp(json_text(quality, "region"), "face") == 0 ? _("the face") : _("the whole picture"), -1,
            "");
    unknown_measures(rows, quality);
}

json_t *parts_measure_rows(const json_t *image)
{
    json_t *rows = json_array();
    const json_t *list = json_object_get(image, "measures");
    const json_t *quality = json_object_get(image, "quality");
    if (json_object_size(quality) > 0)
        measured(rows, quality);
    else
        for (size_t i = 0; i < json_array_size(list); i++) {
            const json_t *one = json_array_get(list, i);
            row(rows, json_text(one, "name"), json_text(one, "value"), json_whole(one, "quality", -1),
                json_text(one, "advice"));
        }
    return rows;
}

void parts_measures(struct document *document, const json_t *image)
{
    static const struct column columns[] = {{N_("Measure"), 27, TYPE_SMALL},
                                            {N_("Measured"), 19, TYPE_SMALL},
                                            {N_("Quality, 0 to 100"), 17, TYPE_SMALL},
                                            {N_("What it means"), 37, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 4};
    json_t *rows = parts_measure_rows(image);
    if (json_array_size(rows) > 0) {
        document_table_begin(document, &table);
        for (size_t i = 0; i < json_array_size(rows); i++) {
            const json_t *one = json_array_get(rows, i);
            const json_t *quality = json_object_get(one, "quality");
            char *number =
                quality == NULL ? NULL : text_formatted("%lld", (long long)json_integer_value(quality));
            document_table_row(document,
                               (const char *const[]){json_text(one, "name"), json_text(one, "value"),
                                                     number == NULL ? "\xE2\x80\x93" : number,
                                                     json_text(one, "advice")});
            free(number);
        }
        document_table_end(document);
    }
    json_decref(rows);
}
