/*
 * Anti-aliased shapes on a float picture: the few primitives the drawn faces need.
 *
 * Every edge is at least one pixel wide, so that turned and scaled copies of a face look alike. It knows
 * nothing of faces, and it is only for the demonstration and the tests.
 */
#include "demo/face_canvas.h"

#include <math.h>
#include <stdlib.h>

bool canvas_make(struct canvas *canvas, int width, int height, struct view view)
{
    size_t count = (size_t)width * (size_t)height;
    *canvas = (struct canvas){.width = width, .height = height, .view = view};
    canvas->rgb = calloc(count * 3, sizeof *canvas->rgb);
    canvas->shade = calloc(count, sizeof *canvas->shade);
    canvas->mask = calloc(count, sizeof *canvas->mask);
    if (canvas->rgb == NULL || canvas->shade == NULL || canvas->mask == NULL) {
        canvas_free(canvas);
        return false;
    }
    return true;
}

void canvas_free(struct canvas *canvas)
{
    free(canvas->rgb);
    free(canvas->shade);
    free(canvas->mask);
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

void canvas_fill(struct canvas *canvas, struct area area, shape_function *shape, const void *of,
                 struct ink ink)
{
    float spread = ink.softness;
    struct pixels box = canvas_pixels(
        canvas, (struct area){area.u0 - spread, area.v0 - spread, area.u1 + spread, area.v1 + spread});
    for (int y = box.y0; y < box.y1; y++)
        for (int x = box.x0; x < box.x1; x++) {
            struct point p = canvas_face_point(canvas, (float)x, (float)y);
            float cover = canvas_cover(canvas, shape(p.u, p.v, of), ink.softness) * ink.opacity;
            if (cover > 0.0f)
                canvas_blend(canvas, y * canvas->width + x, ink.colour, cover, ink.multiply);
        }
}

struct ellipse {
    struct point centre;
    float radius_u, radius_v, cosine, sine;
};

/* First-order distance: exact on the edge, which is where it is looked at. */
static float ellipse_distance(float u, float v, const void *of)
{
    const struct ellipse *e = of;
    float du = u - e->centre.u, dv = v - e->centre.v;
    float a = (du * e->cosine + dv * e->sine) / e->radius_u;
    float b = (dv * e->cosine - du * e->sine) / e->radius_v;
    float length = sqrtf(a * a + b * b);
    float slope = sqrtf(a * a / (e->radius_u * e->radius_u) + b * b / (e->radius_v * e->radius_v)) + 1e-6f;
    return length * (1.0f - length) / slope + (length < 1e-3f ? fminf(e->radius_u, e->radius_v) : 0.0f);
}

void canvas_ellipse(struct canvas *canvas, struct point centre, float radius_u, float radius_v, float angle,
                    struct ink ink)
{
    struct ellipse e = {centre, radius_u, radius_v, cosf(angle), sinf(angle)};
    float reach = fmaxf(radius_u, radius_v);
    struct area area = {centre.u - reach, centre.v - reach, centre.u + reach, centre.v + reach};
    canvas_fill(canvas, area, ellipse_distance, &e, ink);
}

static struct point bezier(struct point a, struct point b, struct point c, float t)
{
    float s = 1.0f - t;
    return (struct point){s * s * a.u + 2.0f * s * t * b.u + t * t * c.u,
                          s * s * a.v + 2.0f * s * t * b.v + t * t * c.v};
}

/* One straight piece of a stroke into the mask, keeping the strongest cover. */
static void mask_piece(struct canvas *canvas, struct point from, struct point to, float from_half,
                       float to_half, float edge, struct pixels *touched)
{
    float reach = fmaxf(from_half, to_half) + edge;
    int x0 = (int)fmaxf(0.0f, fminf(from.u, to.u) - reach);
    int y0 = (int)fmaxf(0.0f, fminf(from.v, to.v) - reach);
    int x1 = (int)fminf((float)canvas->width - 1.0f, fmaxf(from.u, to.u) + reach + 1.0f);
    int y1 = (int)fminf((float)canvas->height - 1.0f, fmaxf(from.v, to.v) + reach + 1.0f);
    float du = to.u - from.u, dv = to.v - from.v, square = du * du + dv * dv + 1e-6f;
    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++) {
            float px = (float)x - from.u, py = (float)y - from.v;
            float t = clamp_unit((px * du + py * dv) / square);
            float ex = px - t * du, ey = py - t * dv;
            float half = from_half + (to_half - from_half) * t;
            float cover = clamp_unit((half - sqrtf(ex * ex + ey * ey)) / edge + 0.5f);
            /* thinner than a pixel: fainter instead of narrower */
            cover *= fminf(1.0f, 2.0f * half);
            float *mask = canvas->mask + (long)y * canvas->width + x;
            if (cover > *mask)
                *mask = cover;
        }
    if (x0 < touched->x0)
        touched->x0 = x0;
    if (y0 < touched->y0)
        touched->y0 = y0;
    if (x1 > touched->x1)
        touched->x1 = x1;
    if (y1 > touched->y1)
        touched->y1 = y1;
}

void canvas_stroke(struct canvas *canvas, struct point a, struct point b, struct point c, float first,
                   float middle, float last, struct ink ink)
{
    const struct view *view = &canvas->view;
    struct point p = canvas_pixel_point(view, a.u, a.v), q = canvas_pixel_point(view, b.u, b.v);
    struct point r = canvas_pixel_point(view, c.u, c.v);
    float length = hypotf(q.u - p.u, q.v - p.v) + hypotf(r.u - q.u, r.v - q.v);
    int pieces = 2 + (int)(length / 7.0f);
    float edge = fmaxf(1.0f, ink.softness * view->scale), half = 0.5f * view->scale;
    struct pixels touched = {canvas->width, canvas->height, -1, -1};
    struct point before = p;
    float before_half = first * half;
    for (int i = 1; i <= pieces; i++) {
        float t = (float)i / (float)pieces;
        struct point now = bezier(p, q, r, t);
        float width =
            t < 0.5f ? first + (middle - first) * 2.0f * t : middle + (last - middle) * (2.0f * t - 1.0f);
        mask_piece(canvas, before, now, before_half, width * half, edge, &touched);
        before = now;
        before_half = width * half;
    }
    for (int y = touched.y0; y <= touched.y1; y++)
        for (int x = touched.x0; x <= touched.x1; x++) {
            int index = y * canvas->width + x;
            float cover = canvas->mask[index];
            canvas->mask[index] = 0.0f;
            if (cover > 0.0f)
                canvas_blend(canvas, index, ink.colour, cover * ink.opacity, ink.multiply);
        }
}
