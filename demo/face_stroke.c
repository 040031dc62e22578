/*
 * Curved strokes of changing width on a canvas: hairs, lids, folds, frames.
 *
 * A stroke covers a pixel once, however its pieces overlap. A face has well over a thousand, so only the
 * pixels along the curve are looked at, never the box around it.
 */
#include <math.h>

#include "demo/face_canvas.h"

struct piece {
    struct point from, to;
    float from_half, to_half; /* pixels */
};

static struct point bezier(struct point a, struct point b, struct point c, float t)
{
    float s = 1.0f - t;
    return (struct point){s * s * a.u + 2.0f * s * t * b.u + t * t * c.u,
                          s * s * a.v + 2.0f * s * t * b.v + t * t * c.v};
}

/* The rows y0 .. y1 with the spans the stroke has touched so far. */
struct rows {
    int y0, y1; /* y1 inclusive */
};

static void touch(struct canvas *canvas, struct rows *touched, int y, int x0, int x1)
{
    const struct span none = {CANVAS_WIDEST, 0};
    if (touched->y0 > touched->y1)
        touched->y0 = y, touched->y1 = y - 1;
    for (; touched->y0 > y; touched->y0--)
        canvas->spans[touched->y0 - 1] = none;
    for (; touched->y1 < y; touched->y1++)
        canvas->spans[touched->y1 + 1] = none;
    struct span *span = canvas->spans + y;
    span->first = x0 < span->first ? x0 : span->first;
    span->last = x1 >= span->last ? x1 + 1 : span->last;
}

/* One straight piece into the mask, keeping the strongest cover. */
static void mask_piece(struct canvas *canvas, const struct piece *piece, float edge, struct rows *touched)
{
    struct point from = piece->from, to = piece->to;
    float reach = fmaxf(piece->from_half, piece->to_half) + 0.5f * edge;
    float low = fminf(from.u, to.u) - reach, high = fmaxf(from.u, to.u) + reach;
    int y0 = (int)fmaxf(0.0f, fminf(from.v, to.v) - reach);
    int y1 = (int)fminf((float)canvas->height - 1.0f, fmaxf(from.v, to.v) + reach + 1.0f);
    float du = to.u - from.u, dv = to.v - from.v, square = du * du + dv * dv + 1e-6f;
    float along_u = du / square, along_v = dv / square, widen = piece->to_half - piece->from_half;
    float sharp = 1.0f / edge;
    float per_row = 0.0f, half_span = high - low;
    /* where a row crosses the band around the line through both ends; a level line's band is all of the row */
    if (fabsf(dv) > 0.1f * fabsf(du) && fabsf(dv) > 0.01f) {
        per_row = du / dv;
        half_span = reach * sqrtf(square) / fabsf(dv);
    }
    for (int y = y0; y <= y1; y++) {
        float middle = from.u + ((float)y - from.v) * per_row;
        int x0 = (int)fmaxf(0.0f, fmaxf(low, middle - half_span));
        int x1 = (int)fminf((float)canvas->width - 1.0f, fminf(high, middle + half_span) + 1.0f);
        if (x0 > x1)
            continue;
        touch(canvas, touched, y, x0, x1);
        float py = (float)y - from.v;
        /* by fours, as the processor takes them; the few more have no cover */
        x0 &= ~3;
        float *mask = canvas->mask + (long)y * canvas->width + x0;
        int count = (x1 - x0 + 4) & ~3;
        for (int i = 0; i < count; i++) {
            float px = (float)(x0 + i) - from.u;
            float t = clamp_unit(px * along_u + py * along_v);
            float ex = px - t * du, ey = py - t * dv, half = piece->from_half + widen * t;
            float cover = clamp_unit((half - sqrtf(ex * ex + ey * ey)) * sharp + 0.5f);
            /* thinner than a pixel: fainter instead of narrower */
            cover *= fminf(1.0f, 2.0f * half);
            mask[i] = fmaxf(mask[i], cover);
        }
    }
}

static void paint_mask(struct canvas *canvas, const struct rows *touched, struct ink ink)
{
    pixel colour = pixel_make(ink.colour, 1.0f);
    for (int y = touched->y0; y <= touched->y1; y++) {
        pixel *row = canvas->pixels + (long)y * canvas->width;
        float *mask = canvas->mask + (long)y * canvas->width;
        struct span span = canvas->spans[y];
        for (int x = span.first; x < span.last; x++) {
            float cover = mask[x];
            mask[x] = 0.0f;
            if (cover > 0.0f)
                pixel_ink(row + x, colour, cover * ink.opacity, ink.multiply);
        }
    }
}

void canvas_stroke(struct canvas *canvas, struct point a, struct point b, struct point c, float first,
                   float middle, float last, struct ink ink)
{
    const struct view *view = &canvas->view;
    struct point p = canvas_pixel_point(view, a.u, a.v), q = canvas_pixel_point(view, b.u, b.v);
    struct point r = canvas_pixel_point(view, c.u, c.v);
    /* as many straight pieces as keep within a quarter of a pixel of the curve; an even number, since the
       width has its knee halfway */
    float bend_u = p.u - 2.0f * q.u + r.u, bend_v = p.v - 2.0f * q.v + r.v;
    int pieces = 2 * (1 + (int)(0.5f * sqrtf(sqrtf(bend_u * bend_u + bend_v * bend_v))));
    float edge = fmaxf(1.0f, ink.softness * view->scale), half = 0.5f * view->scale;
    struct rows touched = {0, -1};
    struct piece piece = {p, p, first * half, first * half};
    for (int i = 1; i <= pieces; i++) {
        float t = (float)i / (float)pieces;
        float width =
            t < 0.5f ? first + (middle - first) * 2.0f * t : middle + (last - middle) * (2.0f * t - 1.0f);
        piece.to = bezier(p, q, r, t);
        piece.to_half = width * half;
        mask_piece(canvas, &piece, edge, &touched);
        piece.from = piece.to;
        piece.from_half = piece.to_half;
    }
    paint_mask(canvas, &touched, ink);
}
