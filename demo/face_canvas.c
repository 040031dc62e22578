/*
 * Anti-aliased shapes on a float picture: the few primitives the drawn faces need.
 *
 * Every edge is at least one pixel wide, so that turned and scaled copies of a face look alike. It knows
 * nothing of faces, and it is only for the demonstration and the tests.
 */
#include "demo/face_canvas.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

bool canvas_make(struct canvas *canvas, int width, int height, struct view view)
{
    assert(width <= CANVAS_WIDEST && width % CANVAS_CELL == 0 && height % CANVAS_CELL == 0);
    size_t count = (size_t)width * (size_t)height;
    *canvas = (struct canvas){.width = width, .height = height, .view = view};
    canvas->pixels = malloc(count * sizeof *canvas->pixels);
    canvas->mask = calloc(count, sizeof *canvas->mask);
    canvas->distance = malloc(count * sizeof *canvas->distance);
    canvas->spans = malloc((size_t)height * sizeof *canvas->spans);
    if (canvas->pixels == NULL || canvas->mask == NULL || canvas->distance == NULL || canvas->spans == NULL) {
        canvas_free(canvas);
        return false;
    }
    return true;
}

void canvas_free(struct canvas *canvas)
{
    free(canvas->pixels);
    free(canvas->mask);
    free(canvas->distance);
    free(canvas->spans);
    *canvas = (struct canvas){0};
}

struct point canvas_pixel_point(const struct view *view, float u, float v)
{
    return (struct point){view->centre_x + view->scale * (u * view->cosine - v * view->sine),
                          view->centre_y + view->scale * (u * view->sine + v * view->cosine)};
}

struct pixels canvas_pixels(const struct canvas *canvas, struct area area)
{
    float low_x = 1e9f, low_y = 1e9f, high_x = -1e9f, high_y = -1e9f;
    for (int corner = 0; corner < 4; corner++) {
        struct point p = canvas_pixel_point(&canvas->view, (corner & 1) ? area.u1 : area.u0,
                                            (corner & 2) ? area.v1 : area.v0);
        low_x = fminf(low_x, p.u);
        high_x = fmaxf(high_x, p.u);
        low_y = fminf(low_y, p.v);
        high_y = fmaxf(high_y, p.v);
    }
    float width = (float)canvas->width, height = (float)canvas->height;
    return (struct pixels){(int)fmaxf(0.0f, low_x - 1.5f), (int)fmaxf(0.0f, low_y - 1.5f),
                           (int)fmaxf(0.0f, fminf(width, high_x + 2.5f)),
                           (int)fmaxf(0.0f, fminf(height, high_y + 2.5f))};
}

static const float NEAR_EDGE = 6.0f; /* pixels: more than the diagonal of a cell, and half a sharp edge */

/* The distances at the corners of the cells along one line. */
static void measure_corners(const struct canvas *canvas, float *corner, struct pixels box, int y,
                            shape_function *shape, const void *of)
{
    for (int x = box.x0, i = 0; x <= box.x1; x += CANVAS_CELL, i++) {
        struct point p = canvas_face_point(canvas, (float)x, (float)y);
        corner[i] = shape(p.u, p.v, of);
    }
}

static void measure_exactly(struct canvas *canvas, int x0, int y0, shape_function *shape, const void *of)
{
    const struct point step = canvas_step(canvas);
    for (int y = y0; y < y0 + CANVAS_CELL; y++) {
        struct point p = canvas_face_point(canvas, (float)x0, (float)y);
        float *distance = canvas->distance + (long)y * canvas->width + x0;
        for (int i = 0; i < CANVAS_CELL; i++)
            distance[i] = shape(p.u + step.u * (float)i, p.v + step.v * (float)i, of);
    }
}

static void measure_between(float *distance, int width, const float *above, const float *below)
{
    const float part = 1.0f / CANVAS_CELL;
    for (int j = 0; j < CANVAS_CELL; j++) {
        float down = part * (float)j;
        float left = above[0] + (below[0] - above[0]) * down, right = above[1] + (below[1] - above[1]) * down;
        for (int i = 0; i < CANVAS_CELL; i++)
            distance[(long)j * width + i] = left + (right - left) * (part * (float)i);
    }
}

static struct pixels whole_cells(struct pixels box)
{
    return (struct pixels){box.x0 / CANVAS_CELL * CANVAS_CELL, box.y0 / CANVAS_CELL * CANVAS_CELL,
                           (box.x1 + CANVAS_CELL - 1) / CANVAS_CELL * CANVAS_CELL,
                           (box.y1 + CANVAS_CELL - 1) / CANVAS_CELL * CANVAS_CELL};
}

struct pixels canvas_measure(struct canvas *canvas, struct area area, shape_function *shape, const void *of,
                             float softness)
{
    float lines[2][CANVAS_WIDEST / CANVAS_CELL + 1], near = NEAR_EDGE / canvas->view.scale;
    float beyond = -fmaxf(near, 0.5f * softness);
    struct pixels box = whole_cells(canvas_pixels(canvas, area));
    measure_corners(canvas, lines[0], box, box.y0, shape, of);
    for (int y = box.y0, line = 0; y < box.y1; y += CANVAS_CELL, line = 1 - line) {
        const float *above = lines[line], *below = lines[1 - line];
        measure_corners(canvas, lines[1 - line], box, y + CANVAS_CELL, shape, of);
        struct span span = {box.x1, box.x0};
        for (int x = box.x0, i = 0; x < box.x1; x += CANVAS_CELL, i++) {
            float low = fminf(fminf(above[i], above[i + 1]), fminf(below[i], below[i + 1]));
            float high = fmaxf(fmaxf(above[i], above[i + 1]), fmaxf(below[i], below[i + 1]));
            if (low < near && high > -near)
                measure_exactly(canvas, x, y, shape, of);
            else
                measure_between(canvas->distance + (long)y * canvas->width + x, canvas->width, above + i,
                                below + i);
            if (high > beyond) {
                span.first = x < span.first ? x : span.first;
                span.last = x + CANVAS_CELL;
            }
        }
        for (int j = 0; j < CANVAS_CELL; j++)
            canvas->spans[y + j] = span;
    }
    return box;
}

void canvas_fill_measured(struct canvas *canvas, struct pixels box, struct ink ink)
{
    struct edge edge = canvas_edge(canvas, ink.softness);
    pixel colour = pixel_make(ink.colour, 1.0f);
    for (int y = box.y0; y < box.y1; y++) {
        pixel *row = canvas->pixels + (long)y * canvas->width;
        const float *distance = canvas->distance + (long)y * canvas->width;
        struct span span = canvas->spans[y];
        int last = span.last < box.x1 ? span.last : box.x1;
        for (int x = span.first > box.x0 ? span.first : box.x0; x < last; x++) {
            float cover = edge_cover(edge, distance[x]) * ink.opacity;
            if (cover > 0.0f)
                pixel_ink(row + x, colour, cover, ink.multiply);
        }
    }
}

void canvas_fill(struct canvas *canvas, struct area area, shape_function *shape, const void *of,
                 struct ink ink)
{
    float spread = ink.softness;
    area = (struct area){area.u0 - spread, area.v0 - spread, area.u1 + spread, area.v1 + spread};
    struct pixels box = canvas_measure(canvas, area, shape, of, ink.softness);
    canvas_fill_measured(canvas, box, ink);
}

/* The distance to the edge is first-order: exact on the edge, which is where it is looked at. One row at a
   time and without a call for each pixel: there are hundreds of small ellipses. */
void canvas_ellipse(struct canvas *canvas, struct point centre, float radius_u, float radius_v, float angle,
                    struct ink ink)
{
    float cosine = cosf(angle), sine = sinf(angle), spread = ink.softness;
    float reach_u = hypotf(radius_u * cosine, radius_v * sine) + spread;
    float reach_v = hypotf(radius_u * sine, radius_v * cosine) + spread;
    struct pixels box = canvas_pixels(canvas, (struct area){centre.u - reach_u, centre.v - reach_v,
                                                            centre.u + reach_u, centre.v + reach_v});
    const struct view view = canvas->view;
    /* per pixel to the right: how far along both axes, in radii */
    float a_step = (view.cosine * cosine - view.sine * sine) / (view.scale * radius_u);
    float b_step = -(view.sine * cosine + view.cosine * sine) / (view.scale * radius_v);
    float a_slope = 1.0f / (radius_u * radius_u), b_slope = 1.0f / (radius_v * radius_v);
    float inside = fminf(radius_u, radius_v);
    for (int y = box.y0; y < box.y1; y++) {
        struct point first = canvas_face_point(canvas, (float)box.x0, (float)y);
        float du = first.u - centre.u, dv = first.v - centre.v;
        float a0 = (du * cosine + dv * sine) / radius_u, b0 = (dv * cosine - du * sine) / radius_v;
        float *distance = canvas->distance + (long)y * canvas->width + box.x0;
        canvas->spans[y] = (struct span){box.x0, box.x1};
        for (int i = 0; i < box.x1 - box.x0; i++) {
            float a = a0 + a_step * (float)i, b = b0 + b_step * (float)i, square = a * a + b * b;
            float length = sqrtf(square), slope = sqrtf(a * a * a_slope + b * b * b_slope) + 1e-6f;
            distance[i] = length * (1.0f - length) / slope + (length < 1e-3f ? inside : 0.0f);
        }
    }
    canvas_fill_measured(canvas, box, ink);
}
