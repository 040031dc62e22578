/*
 * Quality measures.
 *
 * Guarantees: measures only; nothing is refused here and no threshold stands here.
 * Does not measure what needs landmarks nobody marked (illumination uniformity, head size, margins).
 */
#include "photo/quality.h"

#include <math.h>

#include "base/json.h"
#include "photo/eyes.h"

struct rectangle {
    int left, top, right, bottom; /* right and bottom are outside */
};

static int within(double value, int most)
{
    return value < 0 ? 0 : value > most ? most : (int)value;
}

static struct rectangle face_rectangle(const struct image *image, const struct eye_points *eyes)
{
    if (eyes == NULL)
        return (struct rectangle){0, 0, image->width, image->height};
    double distance = eye_points_distance(eyes);
    double x = (eyes->left_x + eyes->right_x) / 200.0, y = (eyes->left_y + eyes->right_y) / 200.0;
    return (struct rectangle){
        within(x - 1.1 * distance, image->width - 1), within(y - 1.1 * distance, image->height - 1),
        within(x + 1.1 * distance, image->width - 1) + 1, within(y + 1.7 * distance, image->height - 1) + 1};
}

static double linear_of_srgb(int value)
{
    double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* Shares of the 256 levels of linear luminance in the rectangle. */
static void luminance_histogram(const struct image *image, const struct rectangle *where, double shares[256])
{
    double linear[256];
    for (int i = 0; i < 256; i++) {
        linear[i] = linear_of_srgb(i);
        shares[i] = 0;
    }
    for (int y = where->top; y < where->bottom; y++)
        for (int x = where->left; x < where->right; x++) {
            const uint8_t *p =
                image->pixels + ((size_t)y * (size_t)image->width + (size_t)x) * (size_t)image->channels;
            double luminance = image->channels == 1
                                   ? linear[p[0]]
                                   : 0.2126 * linear[p[0]] + 0.7152 * linear[p[1]] + 0.0722 * linear[p[2]];
            shares[(int)(255 * luminance + 0.5)]++;
        }
    double area = (double)(where->right - where->left) * (where->bottom - where->top);
    for (int i = 0; i < 256; i++)
        shares[i] /= area;
}

static int grey_at(const struct image *image, int x, int y)
{
    const uint8_t *p =
        image->pixels + ((size_t)y * (size_t)image->width + (size_t)x) * (size_t)image->channels;
    return image->channels == 1 ? p[0] : (int)((4899U * p[0] + 9617U * p[1] + 1868U * p[2] + 8192U) >> 14);
}

/* Variance of the four-neighbour Laplacian of the grey levels inside the rectangle; 0 when it is too small. */
static double laplacian_variance(const struct image *image, const struct rectangle *where)
{
    double sum = 0, squares = 0, count = 0;
    for (int y = where->top + 1; y < where->bottom - 1; y++)
        for (int x = where->left + 1; x < where->right - 1; x++) {
            int value = grey_at(image, x - 1, y) + grey_at(image, x + 1, y) + grey_at(image, x, y - 1) +
                        grey_at(image, x, y + 1) - 4 * grey_at(image, x, y);
            sum += value;
            squares += (double)value * value;
            count++;
        }
    return count == 0 ? 0 : squares / count - sum / count * (sum / count);
}

/* CIE 15, 8.2.1.1: what L*, a* and b* are made of, for shares of the white point from 0 to 1. Interpolated: a cube root
   for every pixel would take longer than all else, and 0.002 units more or less tell nobody anything. */
enum { LAB_STEPS = 4096 };
static double lab_part(const double table[LAB_STEPS + 2], double share)
{
    double at = (share < 0 ? 0 : share > 1 ? 1 : share) * LAB_STEPS;
    int step = (int)at;
    return table[step] + (table[step + 1] - table[step]) * (at - step);
}

static void lab_table(double table[LAB_STEPS + 2])
{
    for (int i = 0; i < LAB_STEPS + 2; i++) {
        double share = (double)i / LAB_STEPS;
        table[i] = share > 216.0 / 24389 ? cbrt(share) : (24389.0 / 27 * share + 16) / 116;
    }
}

static double beyond(double value, double least, double most)
{
    return value < least ? least - value : value > most ? value - most : 0;
}

/* How far the mean colour lies from where the colours of faces do, in units of CIELAB under D65. */
static double colour_distance(const struct image *image, const struct rectangle *where)
{
    static const double to_xyz[3][3] = {
        {0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
    static const double white[3] = {0.95047, 1, 1.08883};
    double linear[256], table[LAB_STEPS + 2], a = 0, b = 0;
    double area = (double)(where->right - where->left) * (where->bottom - where->top);
    for (int i = 0; i < 256; i++)
        linear[i] = linear_of_srgb(i);
    lab_table(table);
    for (int y = where->top; y < where->bottom; y++)
        for (int x = where->left; x < where->right; x++) {
            const uint8_t *p = image->pixels + ((size_t)y * (size_t)image->width + (size_t)x) * 3;
            double part[3];
            for (int c = 0; c < 3; c++)
                part[c] = lab_part(table, (to_xyz[c][0] * linear[p[0]] + to_xyz[c][1] * linear[p[1]] +
                                           to_xyz[c][2] * linear[p[2]]) /
                                              white[c]);
            a += 500 * (part[0] - part[1]);
            b += 200 * (part[1] - part[2]);
        }
    a = beyond(a / area, 5, 25);
    b = beyond(b / area, 5, 35);
    return sqrt(a * a + b * b);
}

static double sigmoid(double x, double middle, double width)
{
    return 1 / (1 + exp((middle - x) / width));
}

static bool put_measure(json_t *measures, const char *name, double native, double quality)
{
    quality = quality < 0 ? 0 : quality > 100 ? 100 : quality;
    json_t *measure = json_object();
    return json_put_whole(measure, "native", (int64_t)(native * 1e6 + 0.5)) &&
           json_put_whole(measure, "quality", (int64_t)(quality + 0.5)) && json_put(measures, name, measure);
}

static bool put_luminance(json_t *measures, const double shares[256])
{
    double mean = 0, variance = 0, dark = 0, bright = 0, entropy = 0;
    for (int i = 0; i < 256; i++) {
        mean += shares[i] * i / 255;
        dark += i <= 25 ? shares[i] : 0;
        bright += i >= 247 ? shares[i] : 0;
        entropy -= shares[i] > 0 ? shares[i] * log2(shares[i]) : 0;
    }
    for (int i = 0; i < 256; i++)
        variance += shares[i] * (i / 255.0 - mean) * (i / 255.0 - mean);
    return put_measure(measures, "luminance_mean", mean,
                       100 * sigmoid(mean, 0.2, 0.05) * (1 - sigmoid(mean, 0.8, 0.05))) &&
           put_measure(measures, "luminance_variance", variance,
                       100 * sin(M_PI * 60 * variance / (60 * variance + 1))) &&
           put_measure(measures, "under_exposure", dark, 120 * (0.832 - sigmoid(dark, 0.92, 0.05))) &&
           put_measure(measures, "over_exposure", bright, 1 / (bright + 0.01)) &&
           put_measure(measures, "dynamic_range", entropy, 12.5 * entropy);
}

static bool put_eyes(json_t *measures, const struct image *image, const struct eye_points *eyes)
{
    double distance = eye_points_distance(eyes);
    double left = eyes->left_x / 100.0 / distance;
    double right = (image->width - 1 - eyes->right_x / 100.0) / distance;
    return put_measure(measures, "inter_eye_distance", distance, 100 * sigmoid(distance, 70, 20)) &&
           put_measure(measures, "side_crop_left", left, 100 * sigmoid(left, 0.9, 0.1)) &&
           put_measure(measures, "side_crop_right", right, 100 * sigmoid(right, 0.9, 0.1));
}

/* A grey picture has no colours to be natural. */
static bool put_colour(json_t *measures, const struct image *image, const struct rectangle *where)
{
    if (image->channels != 3 || json_flag(measures, "grey"))
        return true;
    double distance = colour_distance(image, where);
    return put_measure(measures, "natural_colour", distance, 200 * (1 - sigmoid(distance, 0, 10)));
}

/* What the finder would propose; nothing was measured with it. */
static bool put_proposed(json_t *measures, const struct image *image, struct error *error)
{
    struct eye_finder *finder;
    struct eyes_found found;
    if (!eye_finder_make(&finder, error))
        return false;
    eye_finder_find(finder, image, &found);
    eye_finder_free(finder);
    if (!found.found)
        return true;
    json_t *proposed = json_object_at(measures, "eyesProposed");
    return proposed != NULL && json_put(proposed, "eyes", eye_points_json(&found.eyes)) &&
           json_put_whole(proposed, "confidence", found.confidence);
}

json_t *photo_quality(const struct image *image, const struct eye_points *eyes, struct error *error)
{
    struct rectangle where = face_rectangle(image, eyes);
    double shares[256];
    luminance_histogram(image, &where, shares);
    json_t *measures = json_object();
    if (measures != NULL && json_put_text(measures, "region", eyes == NULL ? "picture" : "face") &&
        json_put_flag(measures, "grey", image_is_grey(image)) && put_luminance(measures, shares) &&
        put_colour(measures, image, &where) &&
        json_put_whole(measures, "laplacian_variance",
                       (int64_t)(1000 * laplacian_variance(image, &where) + 0.5)) &&
        (eyes != NULL ? put_eyes(measures, image, eyes) : put_proposed(measures, image, error)))
        return measures;
    json_decref(measures);
    error_set(error, FAULT_TEMPORARY, "out of memory while measuring a picture");
    return NULL;
}
