/*
 * Eyes, brows and glasses.
 *
 * The pupil is drawn exactly on its point; lids, creases and lashes follow the person's own opening.
 */
#include <math.h>

#include "demo/face_draw.h"
#include "demo/face_random.h"

struct opening {
    float centre, side; /* side: -1 on the left of the picture; outward is side * u */
    float half_width, upper, lower, tilt;
};

static float lid_line(const struct opening *o, float u, bool upper)
{
    float t = (u - o->centre) * o->side / o->half_width; /* -1 inner corner .. 1 outer corner */
    float bow = fmaxf(0.0f, 1.0f - t * t);
    float base = -o->tilt * t;
    return upper ? base - o->upper * powf(bow, 0.72f) * (1.0f - 0.10f * t)
                 : base + o->lower * powf(bow, 0.9f) * (1.0f + 0.12f * t);
}

static float opening_distance(float u, float v, const void *of)
{
    const struct opening *o = of;
    float side = o->half_width - fabsf(u - o->centre);
    if (side < -0.02f)
        return side;
    return fminf(0.9f * fminf(v - lid_line(o, u, true), lid_line(o, u, false) - v), side + 0.012f);
}

static struct colour iris_colour(const struct face_person *p, float radius, float cosine, float sine)
{
    float t = radius / p->iris_radius;
    float ray = relief_noise(p->texture + 7, cosine * 0.9f, sine * 0.9f, 0.16f);
    float light = (0.95f + 0.3f * ray) * (1.0f - 0.55f * smooth_step(0.74f, 1.0f, t)) * (1.15f - 0.25f * t);
    return colour_times(p->iris, light);
}

static void draw_ball(const struct drawing *drawing, const struct opening *o)
{
    struct canvas *canvas = drawing->canvas;
    const struct face_person *p = drawing->person;
    struct pixels box =
        canvas_pixels(canvas, (struct area){o->centre - 0.32f, -0.22f, o->centre + 0.32f, 0.22f});
    const struct face_scene *scene = drawing->scene;
    float light = 0.5f * (scene->ambient + scene->key * 0.85f);
    struct edge lids = canvas_edge(canvas, 0.010f), rim = canvas_edge(canvas, 0.012f),
                pupil = canvas_edge(canvas, 0.008f);
    for (int y = box.y0; y < box.y1; y++)
        for (int x = box.x0; x < box.x1; x++) {
            struct point q = canvas_face_point(canvas, (float)x, (float)y);
            float cover = edge_cover(lids, opening_distance(q.u, q.v, o));
            if (cover <= 0.0f)
                continue;
            float du = q.u - o->centre, radius = sqrtf(du * du + q.v * q.v);
            float depth = q.v - lid_line(o, q.u, true);
            float white = (0.90f - 1.4f * du * du) * (0.60f + 0.40f * smooth_step(0.0f, 0.075f, depth));
            struct colour c = {white, white * 0.95f, white * 0.93f};
            float inner = smooth_step(0.15f, 0.26f, -du * o->side);
            c = colour_mix(c, (struct colour){0.78f, 0.50f, 0.47f}, 0.7f * inner);
            float in_iris = edge_cover(rim, p->iris_radius - radius);
            struct colour iris = iris_colour(p, radius, du / (radius + 1e-6f), q.v / (radius + 1e-6f));
            iris = colour_times(iris, 0.65f + 0.35f * smooth_step(0.0f, 0.08f, depth));
            c = colour_mix(c, iris, in_iris);
            c = colour_mix(c, (struct colour){0.02f, 0.02f, 0.02f}, edge_cover(pupil, 0.040f - radius));
            float gu = du - 0.035f * (scene->light[0] > 0.0f ? 1.0f : -1.0f), gv = q.v + 0.035f;
            c = colour_mix(c, (struct colour){1.0f, 1.0f, 1.0f},
                           0.9f * edge_cover(lids, 0.017f - sqrtf(gu * gu + gv * gv)));
            pixel *at = canvas->pixels + (long)y * canvas->width + x;
            pixel_mix(at, pixel_make(c, light + 0.5f * (*at)[3]), (pixel){cover, cover, cover, cover});
        }
}

static void draw_lid(const struct drawing *drawing, const struct opening *o, bool upper, float rise,
                     float width, struct ink ink)
{
    /* three points of the lid line make a curve through its middle */
    float a = o->centre - o->half_width, c = o->centre + o->half_width;
    struct point first = {a, lid_line(o, a, upper) - rise * 0.4f},
                 last = {c, lid_line(o, c, upper) - rise * 0.4f};
    float middle = lid_line(o, o->centre, upper) - rise;
    struct point control = {o->centre, 2.0f * middle - 0.5f * (first.v + last.v)};
    float outer = o->side > 0.0f ? 1.3f : 0.5f, inner = o->side > 0.0f ? 0.5f : 1.3f;
    canvas_stroke(drawing->canvas, first, control, last, width * inner, width, width * outer, ink);
}

static void draw_lashes(const struct drawing *drawing, const struct opening *o)
{
    const struct face_person *p = drawing->person;
    float length = 0.035f + 0.05f * (1.0f - p->masculine);
    struct colour dark = colour_times(p->hair, 0.35f);
    for (int i = 0; i < 14; i++) {
        float t = -0.8f + 1.75f * (float)i / 13.0f, u = o->centre + o->side * t * o->half_width;
        float v = lid_line(o, u, true), out = o->side * (0.1f + 0.5f * t) * length;
        canvas_stroke(drawing->canvas, (struct point){u, v},
                      (struct point){u + 0.3f * out, v - 0.4f * length},
                      (struct point){u + out, v - 0.62f * length}, 0.016f, 0.010f, 0.003f,
                      ink_paint(dark, 0.75f, 0.0f));
    }
}

void face_draw_eyes(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    struct canvas *canvas = drawing->canvas;
    for (int i = 0; i < 2; i++) {
        const struct face_eye *eye = &p->eye[i];
        float side = i == 0 ? -1.0f : 1.0f, squint = 1.0f - 0.14f * fmaxf(0.0f, drawing->scene->smile);
        struct opening o = {0.5f * side,         side,     eye->half_width, eye->upper * drawing->scene->lids,
                            eye->lower * squint, eye->tilt};
        canvas_ellipse(canvas, (struct point){o.centre, -0.07f}, 0.33f, 0.17f, 0.0f,
                       ink_shadow(0.13f + 0.08f * p->socket, 0.2f));
        canvas_ellipse(canvas, (struct point){o.centre, 0.20f}, 0.24f, 0.07f, 0.0f,
                       ink_shadow(0.14f * eye->bag, 0.1f));
        draw_ball(drawing, &o);
        struct colour dark =
            colour_mix(colour_times(p->skin, 0.3f), (struct colour){0.05f, 0.03f, 0.03f}, 0.6f);
        draw_lid(drawing, &o, true, 0.0f, 0.030f, ink_paint(dark, 0.92f, 0.012f));
        draw_lid(drawing, &o, false, 0.0f, 0.014f, ink_paint(colour_times(p->skin, 0.55f), 0.65f, 0.015f));
        draw_lid(drawing, &o, true, eye->crease, 0.018f, ink_shadow(0.42f, 0.02f));
        draw_lid(drawing, &o, false, -0.075f - 0.05f * eye->bag, 0.02f,
                 ink_shadow(0.10f + 0.26f * eye->bag, 0.03f));
        draw_lashes(drawing, &o);
    }
}

void face_draw_brows(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    struct face_random r = random_stream(p->texture, 3, 0);
    struct colour hair = colour_mix(colour_times(p->hair, 0.75f), (struct colour){0.1f, 0.07f, 0.05f}, 0.3f);
    float raise = drawing->scene->brow_raise;
    for (int i = 0; i < 2; i++) {
        const struct face_brow *b = &p->brow[i];
        float side = i == 0 ? -1.0f : 1.0f;
        struct point inner = {side * b->inner, -b->height + 0.03f - raise};
        struct point outer = {side * (b->inner + 1.5f * b->length), -b->height - b->tilt + 0.04f - raise};
        struct point top = {side * (b->inner + 0.95f * b->length),
                            -b->height - b->tilt - 2.0f * b->arch - raise};
        canvas_stroke(drawing->canvas, inner, top, outer, b->thickness * 1.1f, b->thickness, 0.012f,
                      ink_paint(hair, 0.5f, 0.045f));
        for (int n = 0; n < 110; n++) {
            float t = random_unit(&r), s = 1.0f - t;
            float u = s * s * inner.u + 2 * s * t * top.u + t * t * outer.u;
            float v = s * s * inner.v + 2 * s * t * top.v + t * t * outer.v;
            float wide = 0.5f * b->thickness * (t < 0.6f ? 1.05f : 1.05f - 2.0f * (t - 0.6f));
            v += wide * random_between(&r, -1.0f, 1.0f);
            float length = random_between(&r, 0.05f, 0.10f), rise = (0.85f - 1.35f * t) * length;
            float out = side * length * (0.45f + 0.55f * t);
            canvas_stroke(drawing->canvas, (struct point){u, v},
                          (struct point){u + 0.5f * out, v - 0.7f * rise}, (struct point){u + out, v - rise},
                          0.014f, 0.012f, 0.004f,
                          ink_paint(colour_times(hair, random_between(&r, 0.7f, 1.25f)), 0.75f, 0.0f));
        }
    }
}

static void draw_ring(const struct drawing *drawing, const float corner[4][2], float side, float width,
                      struct ink ink)
{
    /* a closed frame of four curves; corners are control points, so a square one is a rounded square */
    for (int i = 0; i < 4; i++) {
        const float *a = corner[i], *b = corner[(i + 1) % 4], *z = corner[(i + 3) % 4];
        struct point from = {side * 0.5f * (z[0] + a[0]), 0.5f * (z[1] + a[1])};
        struct point to = {side * 0.5f * (a[0] + b[0]), 0.5f * (a[1] + b[1])};
        canvas_stroke(drawing->canvas, from, (struct point){side * a[0], a[1]}, to, width, width, width, ink);
    }
}

void face_draw_glasses(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    if (p->glasses == GLASSES_NONE)
        return;
    float in = 0.16f, out = p->glasses == GLASSES_ROUND ? 0.86f : 0.92f, top = -0.26f,
          low = p->glasses == GLASSES_ROUND ? 0.36f : 0.27f;
    const float corner[4][2] = {{in, top}, {out, top}, {out - 0.03f, low}, {in + 0.05f, low}};
    struct ink ink = ink_paint(p->glasses_colour, 0.95f, 0.01f);
    float reach = outline_half(&drawing->skin, 0.0f);
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side;
        draw_ring(drawing, corner, s, p->glasses_width, ink);
        canvas_stroke(drawing->canvas, (struct point){s * (out - 0.04f), -0.14f},
                      (struct point){s * (out + 0.1f), -0.15f},
                      (struct point){s * reach + drawing->skin.centre, -0.10f}, p->glasses_width,
                      p->glasses_width, p->glasses_width * 0.8f, ink);
        canvas_stroke(drawing->canvas, (struct point){s * 0.36f, -0.19f}, (struct point){s * 0.46f, -0.21f},
                      (struct point){s * 0.52f, -0.14f}, 0.02f, 0.05f, 0.01f,
                      ink_paint((struct colour){1.0f, 1.0f, 1.0f}, 0.16f, 0.04f));
    }
    canvas_stroke(drawing->canvas, (struct point){-0.19f, -0.08f}, (struct point){0.0f, -0.20f},
                  (struct point){0.19f, -0.08f}, p->glasses_width, p->glasses_width * 0.9f, p->glasses_width,
                  ink);
}
