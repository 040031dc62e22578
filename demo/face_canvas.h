/*
 * A picture in the making: colours, a light map, and anti-aliased shapes.
 *
 * Shapes are given in face coordinates: the unit is the distance between the pupils, the origin lies midway
 * between them, u grows to the right of the picture, v downwards. The view places the face in the picture.
 * Colours are display values 0..1; what is painted is the colour of the thing (albedo), beside it the shade
 * is the light that falls on it, and the camera multiplies the two at the end.
 */
#ifndef LEADSPOOL_DEMO_FACE_CANVAS_H
#define LEADSPOOL_DEMO_FACE_CANVAS_H

#include <stdbool.h>

struct colour {
    float r, g, b;
};

struct point {
    float u, v;
};

struct area {
    float u0, v0, u1, v1;
};

/* scale: pixels between the pupils; (centre_x, centre_y): the pixel of the origin */
struct view {
    float centre_x, centre_y, scale, cosine, sine;
};

/* softness: width of the edge in face units (never less than one pixel); multiply darkens what is there. */
struct ink {
    struct colour colour;
    float opacity;
    float softness;
    bool multiply;
};

/* Red, green, blue and shade side by side: one instruction blends all four. */
typedef float pixel __attribute__((vector_size(4 * sizeof(float))));

#define CANVAS_WIDEST 1024
#define CANVAS_CELL 4

/* Part of a row; empty where `last` is not above `first`. */
struct span {
    int first, last; /* last exclusive */
};

struct canvas {
    int width, height; /* multiples of CANVAS_CELL */
    struct view view;
    pixel *pixels;      /* width * height, undefined until face_scene_background */
    float *mask;        /* width * height, zero between calls */
    float *distance;    /* width * height: what canvas_measure found */
    struct span *spans; /* height: of the last thing measured or stroked, where its rows may have cover */
};

struct pixels {
    int x0, y0, x1, y1; /* x1, y1 exclusive */
};

/* cover = a ramp of `gain` over the edge, turned into a smooth step where it is wide (`round` 1, else 0) */
struct edge {
    float gain, round;
    float solid; /* from this distance on the cover is 1; below its negative it is 0 */
};

/* Signed distance to the edge in face units, positive inside. */
typedef float shape_function(float u, float v, const void *shape);

bool canvas_make(struct canvas *canvas, int width, int height, struct view view);
void canvas_free(struct canvas *canvas);

/* The pixels that can touch an area of the face, clipped to the picture. */
struct pixels canvas_pixels(const struct canvas *canvas, struct area area);
struct point canvas_pixel_point(const struct view *view, float u, float v);

/* The distances of a shape in canvas->distance, for the pixels of the area: exact within six pixels of an
   edge, elsewhere interpolated over cells, which only a soft edge sees. canvas->spans leaves out what lies
   outside by more than half of `softness`; the rows are those of the returned box. Wanted: a shape whose
   distance grows by no more than the way gone, or grows steadily. */
struct pixels canvas_measure(struct canvas *canvas, struct area area, shape_function *shape, const void *of,
                             float softness);
/* Paint what was measured, as far as it lies in the box. */
void canvas_fill_measured(struct canvas *canvas, struct pixels box, struct ink ink);
/* Both at once. */
void canvas_fill(struct canvas *canvas, struct area area, shape_function *shape, const void *of,
                 struct ink ink);
void canvas_ellipse(struct canvas *canvas, struct point centre, float radius_u, float radius_v, float angle,
                    struct ink ink);
/* A curve from a by b to c (quadratic Bézier), its width running from `first` over `middle` to `last`. */
void canvas_stroke(struct canvas *canvas, struct point a, struct point b, struct point c, float first,
                   float middle, float last, struct ink ink);

static inline float clamp_unit(float x)
{
    return x < 0.0f ? 0.0f : x > 1.0f ? 1.0f : x;
}

static inline float smooth_step(float low, float high, float x)
{
    float t = clamp_unit((x - low) / (high - low));
    return t * t * (3.0f - 2.0f * t);
}

static inline struct colour colour_mix(struct colour a, struct colour b, float share)
{
    return (struct colour){a.r + (b.r - a.r) * share, a.g + (b.g - a.g) * share, a.b + (b.b - a.b) * share};
}

static inline struct colour colour_times(struct colour colour, float factor)
{
    return (struct colour){colour.r * factor, colour.g * factor, colour.b * factor};
}

static inline struct point canvas_face_point(const struct canvas *canvas, float x, float y)
{
    const struct view *view = &canvas->view;
    float dx = (x - view->centre_x) / view->scale, dy = (y - view->centre_y) / view->scale;
    return (struct point){dx * view->cosine + dy * view->sine, dy * view->cosine - dx * view->sine};
}

/* From a pixel to the next one on its right. */
static inline struct point canvas_step(const struct canvas *canvas)
{
    return (struct point){canvas->view.cosine / canvas->view.scale, -canvas->view.sine / canvas->view.scale};
}

static inline struct edge canvas_edge(const struct canvas *canvas, float softness)
{
    float width = softness * canvas->view.scale > 1.0f ? softness * canvas->view.scale : 1.0f;
    return (struct edge){canvas->view.scale / width, width > 1.5f ? 1.0f : 0.0f,
                         0.5f * width / canvas->view.scale};
}

static inline float edge_cover(struct edge edge, float distance)
{
    float t = clamp_unit(distance * edge.gain + 0.5f);
    return t + edge.round * (t * t * (3.0f - 2.0f * t) - t);
}

static inline pixel pixel_make(struct colour colour, float shade)
{
    return (pixel){colour.r, colour.g, colour.b, shade};
}

/* Mix the ink in, a share of each of the four. */
static inline void pixel_mix(pixel *at, pixel ink, pixel share)
{
    *at += (ink - *at) * share;
}

/* The colours alone; the shade stays. */
static inline pixel pixel_share(float cover)
{
    return (pixel){cover, cover, cover, 0.0f};
}

/* Paint or darken the colours by `ink`, whose shade is 1. */
static inline void pixel_ink(pixel *at, pixel ink, float cover, bool multiply)
{
    if (multiply)
        *at *= 1.0f + (ink - 1.0f) * cover;
    else
        pixel_mix(at, ink, pixel_share(cover));
}

#endif
