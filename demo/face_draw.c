/*
 * Puts a picture of a person together from back to front: background, hair behind, body, ears, skin,
 * features, hair in front, glasses.
 *
 * Guarantees that the pupils lie at (-0.5, 0) and (0.5, 0) of face coordinates whatever else varies: they are
 * the known eye points.
 */
#include "demo/face_draw.h"

#include <math.h>
#include <stdlib.h>

struct body {
    float neck, slope;
    float lean;
};

static float neck_distance(float u, float v, const void *of)
{
    const struct body *body = of;
    float flare = 0.35f * smooth_step(1.6f, 2.6f, v);
    return fminf(body->neck + flare - fabsf(u), v - 0.9f);
}

static float shoulder_distance(float u, float v, const void *of)
{
    const struct body *body = of;
    float away = fmaxf(0.0f, fabsf(u) - body->neck * 0.8f);
    float line = 2.18f + 0.28f * away + 0.9f * fmaxf(0.0f, away - 1.0f) * fmaxf(0.0f, away - 1.0f);
    float collar = 2.05f + 0.55f * (1.0f - smooth_step(0.0f, body->neck * 1.15f, fabsf(u)));
    return 0.8f * (v - fmaxf(line - 0.12f, collar));
}

/* A round form: painted, and lit as a cylinder of that radius, brighter where it faces the lamp. */
static void fill_round(const struct drawing *drawing, struct area area, shape_function *shape, const void *of,
                       struct ink ink, float radius, float factor)
{
    struct canvas *canvas = drawing->canvas;
    const struct face_scene *scene = drawing->scene;
    struct edge edge = canvas_edge(canvas, ink.softness);
    struct pixels box = canvas_measure(canvas, area, shape, of, ink.softness);
    float ambient = factor * 0.9f * scene->ambient, key = factor * scene->key / 1.3f;
    float across = scene->light[0], ahead = scene->light[2], above = 0.3f - 0.15f * scene->light[1];
    float step = canvas_step(canvas).u / radius;
    for (int y = box.y0; y < box.y1; y++) {
        struct span span = canvas->spans[y];
        float first = canvas_face_point(canvas, (float)span.first, (float)y).u / radius;
        pixel *row = canvas->pixels + (long)y * canvas->width;
        const float *distance = canvas->distance + (long)y * canvas->width;
        for (int x = span.first; x < span.last; x++) {
            float cover = edge_cover(edge, distance[x]);
            if (cover <= 0.0f)
                continue;
            float s = fmaxf(-0.95f, fminf(0.95f, first + step * (float)(x - span.first)));
            float facing = s * across + sqrtf(1.0f - s * s) * ahead + above;
            pixel here = pixel_make(ink.colour, ambient + key * fmaxf(0.0f, facing));
            if (cover >= 1.0f)
                row[x] = here;
            else
                pixel_mix(row + x, here, (pixel){cover, cover, cover, cover});
        }
    }
}

struct ear {
    float u, v, wide, size, cosine, sine, lobe_u;
};

static float ear_distance(float u, float v, const void *of)
{
    const struct ear *ear = of;
    float du = u - ear->u, dv = v - ear->v;
    float a = (du * ear->cosine + dv * ear->sine) / ear->wide;
    float b = (dv * ear->cosine - du * ear->sine) / ear->size;
    float shell = (1.0f - sqrtf(a * a + b * b)) * ear->wide;
    float p = (u - ear->lobe_u) / (ear->wide * 0.62f), q = (dv - ear->size * 0.72f) / (ear->size * 0.34f);
    return fmaxf(shell, (1.0f - sqrtf(p * p + q * q)) * ear->wide * 0.5f);
}

static void draw_body(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    struct body body = {p->neck, 0.3f, p->lean};
    struct area all = {-4.0f, 0.9f, 4.0f, 5.0f};
    struct area neck = {-1.2f, 0.9f, 1.2f, 3.2f};
    fill_round(drawing, neck, neck_distance, &body, ink_paint(colour_times(p->skin, 0.96f), 1.0f, 0.01f),
               p->neck * 1.35f, 0.82f);
    /* the head's shadow on the neck */
    canvas_ellipse(drawing->canvas, (struct point){0.0f, 1.45f}, p->neck * 0.95f, 0.62f, 0.0f,
                   ink_shadow(0.38f, 0.25f));
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side;
        canvas_stroke(drawing->canvas, (struct point){s * p->neck * 0.85f, 1.6f},
                      (struct point){s * 0.5f, 2.1f}, (struct point){s * 0.12f, 2.6f}, 0.02f, 0.07f, 0.04f,
                      ink_shadow(0.16f, 0.08f));
    }
    fill_round(drawing, all, shoulder_distance, &body, ink_paint(p->shirt, 1.0f, 0.01f), 2.6f, 1.0f);
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side, n = p->neck;
        canvas_stroke(drawing->canvas, (struct point){s * n * 1.05f, 2.0f},
                      (struct point){s * n * 0.7f, 2.5f}, (struct point){0.0f, 2.68f}, 0.05f, 0.09f, 0.07f,
                      ink_paint(colour_times(p->shirt, 0.7f), 1.0f, 0.01f));
    }
}

static void draw_ears(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side, drop = p->ear_drop;
        float edge =
            s * (outline_half(&drawing->skin, drop) + 0.03f + p->ear_out * 0.5f) + drawing->skin.centre;
        float angle = s * (0.16f + p->ear_out);
        float size = p->ear_size, wide = size * (0.40f + 1.2f * p->ear_out);
        struct colour colour = colour_mix(p->skin, (struct colour){0.75f, 0.35f, 0.3f}, 0.12f);
        struct ear ear = {edge, drop, wide, size, cosf(angle), sinf(angle), edge - s * 0.03f};
        struct area area = {edge - 0.4f, drop - 1.2f * size, edge + 0.4f, drop + 1.2f * size};
        fill_round(drawing, area, ear_distance, &ear, ink_paint(colour, 1.0f, 0.015f), 1.6f, 0.88f);
        canvas_stroke(drawing->canvas, (struct point){edge - s * 0.03f, drop - size * 0.75f},
                      (struct point){edge + s * wide * 1.1f, drop - size * 0.6f},
                      (struct point){edge + s * wide * 0.35f, drop + size * 0.45f}, 0.02f, 0.035f, 0.02f,
                      ink_shadow(0.32f, 0.03f));
        canvas_ellipse(drawing->canvas, (struct point){edge - s * 0.02f, drop + 0.04f}, wide * 0.35f,
                       size * 0.32f, angle, ink_shadow(0.35f, 0.08f));
    }
}

static void draw_skin(const struct drawing *drawing)
{
    struct canvas *canvas = drawing->canvas;
    const struct face_person *p = drawing->person;
    struct edge edge = canvas_edge(canvas, 0.014f);
    struct area area = {-1.45f, p->crown - 0.02f, 1.45f, p->chin + 0.02f};
    struct pixels box = canvas_measure(canvas, area, outline_distance, &drawing->skin, 0.014f);
    const struct point step = canvas_step(canvas);
    for (int y = box.y0; y < box.y1; y++) {
        struct span span = canvas->spans[y];
        struct point first = canvas_face_point(canvas, (float)span.first, (float)y);
        pixel *row = canvas->pixels + (long)y * canvas->width;
        const float *distance = canvas->distance + (long)y * canvas->width;
        for (int x = span.first; x < span.last; x++) {
            float along = (float)(x - span.first);
            struct point q = {first.u + step.u * along, first.v + step.v * along};
            float cover = edge_cover(edge, distance[x]);
            if (cover >= 1.0f)
                row[x] = relief_at(drawing->relief, q.u, q.v);
            else if (cover > 0.0f)
                pixel_mix(row + x, relief_at(drawing->relief, q.u, q.v), (pixel){cover, cover, cover, cover});
        }
    }
}

bool face_draw(struct canvas *canvas, const struct face_person *person, const struct face_scene *scene)
{
    struct drawing drawing = {.canvas = canvas, .person = person, .scene = scene};
    drawing.relief = malloc(sizeof *drawing.relief);
    if (drawing.relief == NULL)
        return false;
    outline_make(&drawing.skin, person, scene->turn, 0.0f, 0.0f);
    outline_make(&drawing.hair, person, scene->turn, person->hair_height, person->hair_side);
    relief_make(drawing.relief, person, scene, &drawing.skin);
    face_draw_plan_hair(&drawing);
    face_scene_background(canvas, scene);
    face_draw_hair_behind(&drawing);
    draw_body(&drawing);
    draw_ears(&drawing);
    draw_skin(&drawing);
    face_draw_age(&drawing);
    face_draw_nose(&drawing);
    face_draw_mouth(&drawing);
    face_draw_marks(&drawing);
    face_draw_beard(&drawing);
    face_draw_eyes(&drawing);
    face_draw_brows(&drawing);
    face_draw_hair_front(&drawing);
    face_draw_glasses(&drawing);
    free(drawing.relief);
    return true;
}
