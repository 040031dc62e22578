/*
 * How far found eyes are from marked ones, for bench/accuracy.c: shares, confidence, and the same by fifths of
 * the cheeks' brightness, so that nobody's skin is left out of the count.
 */
#ifndef LEADSPOOL_BENCH_EYE_ERRORS_H
#define LEADSPOOL_BENCH_EYE_ERRORS_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "photo/eyes.h"

struct eye_error {
    double error;  /* larger of both eyes, in eye distances; 9 = none found */
    double bright; /* of the cheeks, 0 to 255 */
    int confidence;
};

struct eye_errors {
    struct eye_finder *finder; /* NULL: eyes are not sought */
    struct eye_error *all;
    size_t count;
    double seconds; /* of processor, finding */
};

static inline double eye_errors_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Mean of a band below both eyes, where the marks say the cheeks are. */
static inline double cheek_brightness(const struct image *image, const struct eye_points *eyes)
{
    double dx = (eyes->right_x - eyes->left_x) / 100.0, dy = (eyes->right_y - eyes->left_y) / 100.0, sum = 0;
    int count = 0;
    for (int i = 0; i < 400; i++) {
        double across = (i % 20) / 19.0 - 0.5,
               down = 0.35 + 0.25 * (i / 20) / 19.0; /* NOLINT(bugprone-integer-division) */
        across += across < 0 ? -0.15 : 0.15;
        double x = (eyes->left_x + eyes->right_x) / 200.0 + across * dx - down * dy;
        double y = (eyes->left_y + eyes->right_y) / 200.0 + across * dy + down * dx;
        if (x < 0 || y < 0 || x >= image->width || y >= image->height)
            continue;
        const uint8_t *pixel =
            image->pixels + ((size_t)y * (size_t)image->width + (size_t)x) * (size_t)image->channels;
        sum += image->channels == 1 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
        count++;
    }
    return count == 0 ? 0 : sum / count;
}

/* Puts what is found in place of `eyes`, the marks; false when nothing is. */
static inline bool eye_errors_find(struct eye_errors *errors, const struct image *image,
                                   struct eye_points *eyes)
{
    struct eyes_found found;
    double start = eye_errors_clock();
    eye_finder_find(errors->finder, image, &found);
    errors->seconds += eye_errors_clock() - start;
    double left = hypot(found.eyes.left_x - eyes->left_x, found.eyes.left_y - eyes->left_y);
    double right = hypot(found.eyes.right_x - eyes->right_x, found.eyes.right_y - eyes->right_y);
    errors->all = realloc(errors->all, (errors->count + 1) * sizeof *errors->all);
    if (errors->all == NULL)
        exit(75);
    errors->all[errors->count++] = (struct eye_error){
        .error = found.found ? (left > right ? left : right) / 100 / eye_points_distance(eyes) : 9,
        .bright = cheek_brightness(image, eyes),
        .confidence = found.confidence};
    *eyes = found.eyes;
    return found.found;
}

static inline int eye_errors_by_brightness(const void *a, const void *b)
{
    double x = ((const struct eye_error *)a)->bright, y = ((const struct eye_error *)b)->bright;
    return (x > y) - (x < y);
}

/* Per cent of photos from .. to - 1 below the limit; `sure` counts only those with enough confidence. */
static inline double eye_errors_share(const struct eye_errors *errors, size_t from, size_t to, double limit,
                                      bool sure)
{
    size_t below = 0, counted = 0;
    for (size_t i = from; i < to; i++) {
        bool counts = !sure || errors->all[i].confidence >= EYES_CONFIDENCE_DEFAULT;
        counted += counts;
        below += counts && errors->all[i].error < limit;
    }
    return counted == 0 ? 0 : 100.0 * (double)below / (double)counted;
}

static inline void eye_errors_print(struct eye_errors *errors, bool json)
{
    static const double limits[] = {0.05, 0.10, 0.25};
    static const struct {
        double reach, beyond;
    } goals[] = {{95, 98}, {98.5, 99.5}, {0, 0}};
    size_t unsure = 0;
    qsort(errors->all, errors->count, sizeof *errors->all, eye_errors_by_brightness);
    for (size_t i = 0; i < errors->count; i++)
        unsure += errors->all[i].confidence < EYES_CONFIDENCE_DEFAULT;
    double listed = 100.0 * (double)unsure / (double)(errors->count + (errors->count == 0));
    double milliseconds = 1000 * errors->seconds / (double)(errors->count + (errors->count == 0));
    for (int i = 0; json && i < 3; i++) {
        double share = eye_errors_share(errors, 0, errors->count, limits[i], false);
        printf("{\"measure\":\"eye error < %.2f\",\"value\":%.2f,\"unit\":\"%%\"", limits[i], share);
        if (goals[i].reach > 0)
            printf(",\"against\":\"marked eyes\",\"ratio\":%.4f,\"reach\":%.3f,\"beyond\":%.3f,\"ok\":%s",
                   share / 100, goals[i].reach / 100, goals[i].beyond / 100,
                   share >= goals[i].reach ? "true" : "false");
        printf("}\n");
    }
    if (json) {
        printf("{\"measure\":\"eyes to mark by a person\",\"value\":%.2f,\"unit\":\"%%\"}\n", listed);
        printf("{\"measure\":\"finding eyes\",\"value\":%.3f,\"unit\":\"ms/photo\"}\n", milliseconds);
        return;
    }
    printf("automatic eyes, error of all %zu:    < 0.05 %5.1f %%   < 0.10 %5.1f %%   < 0.25 %5.1f %%\n",
           errors->count, eye_errors_share(errors, 0, errors->count, 0.05, false),
           eye_errors_share(errors, 0, errors->count, 0.10, false),
           eye_errors_share(errors, 0, errors->count, 0.25, false));
    printf("  of those with confidence >= %d:  < 0.05 %5.1f %%   < 0.10 %5.1f %%   < 0.25 %5.1f %%   (%.1f "
           "%% a person marks)\n",
           EYES_CONFIDENCE_DEFAULT, eye_errors_share(errors, 0, errors->count, 0.05, true),
           eye_errors_share(errors, 0, errors->count, 0.10, true),
           eye_errors_share(errors, 0, errors->count, 0.25, true), listed);
    printf("  < 0.10 by brightness of the cheeks, darkest fifth first:");
    for (size_t fifth = 0; fifth < 5; fifth++)
        printf(" %5.1f %%", eye_errors_share(errors, fifth * errors->count / 5,
                                             (fifth + 1) * errors->count / 5, 0.10, false));
    printf("\n  finding %.2f ms of processor a photo\n", milliseconds);
}

#endif
