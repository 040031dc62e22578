/*
 * What the parts of the eye finder share. Not for others.
 *
 * Lengths are in pixels of the working picture (at most EYES_SIDE on its longer side) unless a comment says
 * otherwise; D is the distance between the eyes.
 */
#ifndef LEADSPOOL_PHOTO_EYES_PARTS_H
#define LEADSPOOL_PHOTO_EYES_PARTS_H

#include "photo/eyes.h"
#include "photo/eyes_plane.h"

enum {
    EYES_SIDE = 400,
    EYES_COARSE = 16, /* pixels of D where faces are sought */
    EYES_PAIR = 40,   /* where eyes are sought in a face */
    EYES_FINE = 64,   /* where irises are centred */
    EYES_ANGLES = 5,  /* of the head: -12, -6, 0, 6, 12 degrees */
    EYES_SCALES = 24, /* most scales of one search */
    EYES_RINGS = 6,   /* three radii of an iris, its left and right side */
    EYES_RING_TAPS = 96,
    EYES_PATTERN_MOST = 1600,
    EYES_MAP_MOST = 1024, /* columns of a map, and what a filter may write beyond */
};

/* A drawn pattern: mean 0, deviation 1, so that a correlation with it needs no mean of the picture. */
struct eyes_pattern {
    int width, height;
    float values[EYES_PATTERN_MOST];
};

/* How much brighter it is just outside a quarter ring than just inside it, as a sparse filter. */
struct eyes_ring {
    int count;
    signed char x[EYES_RING_TAPS], y[EYES_RING_TAPS];
    float weights[EYES_RING_TAPS];
};

struct eyes_pair {
    double left_x, left_y, right_x, right_y;
};

/* The head before a plain ground. */
struct eyes_outline {
    double axis, top, width;
};

/* The picture made ready. */
struct eyes_picture {
    struct plane grey;   /* 0..255 */
    struct plane bright; /* ln(grey + 20): contrast as a ratio */
    struct plane half;   /* bright, half as large */
    bool outlined;
    struct eyes_outline outline;
};

/* One scale of the search: local contrast of a part of the picture where D is EYES_COARSE. */
struct eyes_scale {
    struct plane contrast;
    double distance;     /* D in the working picture */
    double left, top;    /* of the part */
    double across, down; /* pixels here per pixel of the working picture */
};

struct eyes_candidate {
    struct eyes_pair pair;
    double distance, coarse; /* coarse: its score in the search */
    double face, score, iris_ratio;
    const struct eyes_scale *scale;
};

struct eye_finder {
    struct plane_arena arena;
    float logarithms[255 * 16 + 1];
    struct eyes_pattern faces[EYES_ANGLES];
    struct eyes_pattern eye;                   /* at EYES_PAIR */
    struct eyes_ring coarse_rings[EYES_RINGS]; /* at EYES_PAIR */
    struct eyes_ring fine_rings[EYES_RINGS];   /* at EYES_FINE */
    struct eyes_scale scales[EYES_SCALES];
    int scale_count;
};

/* Reach of the drawn face at EYES_COARSE: columns to each side, rows up and down from between the eyes. */
enum { EYES_FACE_SIDE = 18, EYES_FACE_UP = 15, EYES_FACE_DOWN = 22 };
enum { EYES_EYE_SIDE = 14, EYES_EYE_UP = 10 };

/* hundredths of a degree */
extern const int eyes_angles[EYES_ANGLES];

/* eyes_pattern.c */
void eyes_patterns_draw(struct eye_finder *finder);
/* Correlation with patterns of one size. A window with less contrast than 0.3 counts as if it had that much. */
struct eyes_correlation {
    const struct plane *contrast;
    struct plane scale; /* of each window; its measures are those of a map of all places */
    int taps;
    int offsets[EYES_PATTERN_MOST];
};
void eyes_correlation_make(struct plane_arena *arena, const struct plane *contrast,
                           const struct eyes_pattern *pattern, struct eyes_correlation *correlation);
/* Columns from .. to - 1 of a row of the map; `row` is the whole row. */
void eyes_correlation_row(const struct eyes_correlation *correlation, const struct eyes_pattern *pattern,
                          int y, int from, int to, float *row);

/* eyes_outline.c */
bool eyes_outline_find(struct plane_arena *arena, const struct plane *grey, struct eyes_outline *outline);
/* How far (x, y) is from where the middle of the eyes is expected, beyond what is usual; 0 without outline. */
double eyes_outline_excess(const struct eyes_picture *picture, double x, double y);

/* How unlike eyes in a head of that outline the pair is in place and size; 0 is usual. The two parts of it. */
double eyes_outline_doubt(const struct eyes_picture *picture, const struct eyes_pair *pair);
double eyes_outline_aside_doubt(const struct eyes_picture *picture, double x);
double eyes_outline_size_doubt(const struct eyes_picture *picture, double distance);

/* eyes_search.c: the best places for a face, best first; returns how many. */
enum { EYES_CANDIDATES_MOST = 20 };
int eyes_search(struct eye_finder *finder, const struct eyes_picture *picture,
                struct eyes_candidate candidates[EYES_CANDIDATES_MOST]);

/* eyes_pair.c: the two eyes of a candidate, moved to the irises, with its scores. */
void eyes_refine(struct eye_finder *finder, const struct eyes_picture *picture,
                 struct eyes_candidate *candidate);

/* eyes_align.c */
struct plane eyes_align(struct plane_arena *arena, const struct eyes_picture *picture,
                        const struct eyes_pair *pair, double distance, int width, int height);
struct eyes_pair eyes_moved(const struct eyes_pair *pair, double distance, const double left[2],
                            const double right[2]);
double eyes_distance(const struct eyes_pair *pair);
/* The larger of the distances between the left eyes and between the right eyes. */
double eyes_apart(const struct eyes_pair *a, const struct eyes_pair *b);

/* eyes_iris.c: evidence of an iris about (x, y) +-(nx, ny) of an aligned plane. */
struct plane eyes_iris(struct plane_arena *arena, const struct plane *aligned, const struct eyes_ring *rings,
                       int x, int y, int nx, int ny);
void eyes_rings_draw(struct eyes_ring rings[EYES_RINGS], double distance, double step);
/* The place of a peak between pixels. */
void eyes_peak(const struct plane *map, int x, int y, double at[2]);
/* Moves both eyes to the centres of their irises; gives the evidence of each. */
void eyes_polish(struct eye_finder *finder, const struct eyes_picture *picture, struct eyes_pair *pair,
                 double evidence[2]);

/* eyes_vote.c: moves both eyes to where the edges of their irises point. */
void eyes_vote(struct eye_finder *finder, const struct eyes_picture *picture, struct eyes_pair *pair);

#endif
