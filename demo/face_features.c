/*
 * Nose, mouth, the lines of age, moles, freckles and scars.
 */
#include <math.h>

#include "demo/face_draw.h"
#include "demo/face_random.h"

void face_draw_nose(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    struct canvas *canvas = drawing->canvas;
    float end = p->nose_length, wide = p->nose_width;
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side;
        canvas_ellipse(canvas, (struct point){s * wide * 0.42f + p->nose_lean, end - 0.005f}, wide * 0.27f,
                       0.024f + 0.022f * p->nostril, -s * 0.28f, ink_shadow(0.72f, 0.028f));
        canvas_stroke(canvas, (struct point){s * wide * 0.82f, end - 0.19f},
                      (struct point){s * wide * 1.22f, end - 0.10f},
                      (struct point){s * wide * 0.80f, end + 0.012f}, 0.01f, 0.026f, 0.02f,
                      ink_shadow(0.34f, 0.025f));
        canvas_stroke(canvas, (struct point){s * p->nose_bridge * 1.5f, -0.16f},
                      (struct point){s * p->nose_bridge * 0.9f, 0.12f},
                      (struct point){s * p->nose_bridge * 1.4f, end - 0.3f}, 0.05f, 0.06f, 0.02f,
                      ink_shadow(0.09f, 0.08f));
    }
    canvas_stroke(canvas, (struct point){-wide * 0.45f, end + 0.035f},
                  (struct point){p->nose_lean, end + 0.075f}, (struct point){wide * 0.45f, end + 0.035f},
                  0.01f, 0.03f, 0.01f, ink_shadow(0.24f, 0.03f));
}

struct mouth {
    const struct face_person *person;
    float half_width, line, rise, gap; /* rise: of the corners (smile); gap: half opening in the middle */
};

static float mouth_middle(const struct mouth *m, float u)
{
    float t = u / m->half_width;
    return m->line + 0.012f * m->person->bow * expf(-t * t * 18.0f) - m->rise * t * t;
}

static float upper_lip_distance(float u, float v, const void *of)
{
    const struct mouth *m = of;
    float t = fabsf(u) / m->half_width;
    if (t >= 1.0f)
        return m->half_width - fabsf(u);
    float peak = 1.0f + 0.16f * m->person->bow *
                            (expf(-(t - 0.22f) * (t - 0.22f) / 0.018f) - 0.9f * expf(-t * t / 0.012f));
    float edge =
        mouth_middle(m, u) - m->gap * 0.35f - m->person->upper_lip * peak * powf(1.0f - t * t, 0.85f);
    return fminf(v - edge, mouth_middle(m, u) + 0.012f - m->gap * 0.35f * (1.0f - t * t) - v) * 0.9f;
}

static float lower_lip_distance(float u, float v, const void *of)
{
    const struct mouth *m = of;
    float t = fabsf(u) / m->half_width;
    if (t >= 0.97f)
        return 0.97f * m->half_width - fabsf(u);
    float bow = powf(1.0f - t * t / 0.9409f, 0.8f), drop = m->gap * 1.65f * (1.0f - t * t);
    float edge = mouth_middle(m, u) + drop + m->person->lower_lip * bow;
    return fminf(edge - v, v - mouth_middle(m, u) - drop + 0.008f) * 0.9f;
}

static float gap_distance(float u, float v, const void *of)
{
    const struct mouth *m = of;
    float t = fabsf(u) / m->half_width, middle = mouth_middle(m, u);
    float open = m->gap * (1.0f - t * t);
    return fminf(v - middle + 0.35f * open, middle + 1.65f * open - v);
}

void face_draw_mouth(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    const struct face_scene *scene = drawing->scene;
    struct canvas *canvas = drawing->canvas;
    struct mouth m = {p, p->mouth_width * (1.0f + 0.14f * scene->smile), p->mouth,
                      p->corner + 0.06f * scene->smile, 0.09f * scene->open};
    struct area area = {-m.half_width - 0.05f, p->mouth - 0.3f, m.half_width + 0.05f, p->mouth + 0.45f};
    if (m.gap > 0.0f) {
        canvas_fill(canvas, area, gap_distance, &m,
                    ink_paint((struct colour){0.18f, 0.06f, 0.06f}, 1.0f, 0.012f));
        struct mouth teeth = m;
        teeth.gap *= 0.62f;
        teeth.half_width *= 0.78f;
        canvas_fill(canvas, area, gap_distance, &teeth,
                    ink_paint((struct colour){0.88f, 0.85f, 0.80f}, 0.9f, 0.02f));
    }
    canvas_fill(canvas, area, upper_lip_distance, &m, ink_paint(colour_times(p->lip, 0.86f), 0.82f, 0.022f));
    canvas_fill(canvas, area, lower_lip_distance, &m, ink_paint(p->lip, 0.80f, 0.028f));
    canvas_ellipse(canvas, (struct point){0.03f, p->mouth + 1.65f * m.gap + 0.45f * p->lower_lip}, 0.16f,
                   0.022f, 0.0f, ink_paint((struct colour){1.0f, 0.92f, 0.9f}, 0.15f, 0.05f));
    float low = p->mouth + 1.65f * m.gap + p->lower_lip;
    canvas_stroke(canvas, (struct point){-0.24f, low + 0.02f}, (struct point){0.0f, low + 0.07f},
                  (struct point){0.24f, low + 0.02f}, 0.01f, 0.05f, 0.01f, ink_shadow(0.22f, 0.06f));
    struct colour dark = colour_mix(colour_times(p->lip, 0.35f), (struct colour){0.12f, 0.04f, 0.04f}, 0.4f);
    float corner = mouth_middle(&m, m.half_width), middle = mouth_middle(&m, 0.0f) - 0.35f * m.gap;
    canvas_stroke(canvas, (struct point){-m.half_width - 0.01f, corner},
                  (struct point){0.0f, 2.0f * middle - corner}, (struct point){m.half_width + 0.01f, corner},
                  0.018f, 0.020f, 0.018f, ink_paint(dark, 0.85f, 0.012f));
    for (int side = -1; side <= 1; side += 2)
        canvas_ellipse(canvas, (struct point){(float)side * (m.half_width + 0.02f), corner + 0.01f}, 0.04f,
                       0.03f, 0.0f, ink_shadow(0.3f, 0.05f));
    canvas_stroke(canvas, (struct point){0.0f, p->nose_length + 0.07f},
                  (struct point){0.0f, p->nose_length + 0.15f},
                  (struct point){0.0f, p->mouth - p->upper_lip - 0.03f}, 0.03f, 0.045f, 0.05f,
                  ink_shadow(0.13f * p->philtrum, 0.05f));
}

static void fold(const struct drawing *drawing, struct point a, struct point b, struct point c, float width,
                 float amount)
{
    canvas_stroke(drawing->canvas, a, b, c, 0.004f, width, 0.004f, ink_shadow(amount, 1.5f * width));
}

void face_draw_age(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    struct face_random r = random_stream(p->texture, 4, 0);
    float smile = fmaxf(0.0f, drawing->scene->smile);
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side, wide = p->nose_width, bend = random_between(&r, 0.02f, 0.12f),
              deep = random_between(&r, 0.8f, 1.2f);
        fold(drawing, (struct point){s * wide * 1.05f, p->nose_length - 0.14f},
             (struct point){s * (p->mouth_width + bend + 0.06f * smile), p->nose_length + 0.06f},
             (struct point){s * (p->mouth_width + 0.05f), p->mouth + 0.04f + 0.22f * p->fold}, 0.035f,
             deep * (0.08f + 0.24f * p->fold + 0.12f * smile));
        if (p->age > 45.0f)
            fold(drawing, (struct point){s * p->mouth_width, p->mouth + 0.05f},
                 (struct point){s * (p->mouth_width + 0.06f), p->mouth + 0.2f},
                 (struct point){s * (p->mouth_width - 0.02f), p->mouth + 0.36f}, 0.03f, 0.20f * p->fold);
        for (int i = 0; i < 3; i++) {
            float v = -0.07f + 0.07f * (float)i + random_between(&r, -0.02f, 0.02f),
                  out = random_between(&r, 0.12f, 0.24f);
            fold(drawing, (struct point){s * 0.79f, 0.4f * v}, (struct point){s * 0.86f, v},
                 (struct point){s * (0.79f + out), 1.8f * v}, 0.014f, 0.5f * p->crow_feet + 0.12f * smile);
        }
        if (p->frown > 0.0f) {
            float u = s * random_between(&r, 0.06f, 0.13f);
            fold(drawing, (struct point){u, -p->brow[0].height - 0.10f},
                 (struct point){u * 1.25f, -p->brow[0].height + 0.02f},
                 (struct point){u * 0.9f, -p->brow[0].height + random_between(&r, 0.08f, 0.16f)}, 0.018f,
                 0.42f * p->frown);
        }
    }
    for (int i = 0; i < 4; i++) {
        float v = -0.58f - 0.13f * (float)i + random_between(&r, -0.03f, 0.03f),
              sag = random_between(&r, -0.05f, 0.05f);
        float a = random_between(&r, -0.75f, -0.3f), b = random_between(&r, 0.3f, 0.75f),
              tilt = random_between(&r, -0.03f, 0.03f);
        fold(drawing, (struct point){a, v}, (struct point){0.0f, v + 2.0f * sag}, (struct point){b, v + tilt},
             0.02f, random_between(&r, 0.15f, 0.42f) * p->forehead_lines);
    }
}

void face_draw_marks(const struct drawing *drawing)
{
    const struct face_person *p = drawing->person;
    for (int i = 0; i < p->mark_count; i++) {
        const struct face_mark *mark = &p->marks[i];
        if (outline_distance(mark->place.u, mark->place.v, &drawing->skin) < 0.08f)
            continue;
        canvas_ellipse(drawing->canvas, mark->place, mark->radius, mark->radius * 0.9f, 0.0f,
                       ink_shadow(mark->strength * 0.62f, 0.014f));
    }
    struct face_random r = random_stream(p->texture, 5, 0);
    int freckles = (int)(150.0f * p->freckles);
    for (int i = 0; i < freckles; i++) {
        struct point place = {0.42f * random_spread(&r), 0.38f + 0.22f * random_spread(&r)};
        float radius = random_between(&r, 0.006f, 0.017f);
        canvas_ellipse(drawing->canvas, place, radius, radius, 0.0f,
                       ink_shadow(random_between(&r, 0.12f, 0.34f), 0.012f));
    }
    const struct point *scar = p->scar;
    if (scar[0].u != scar[1].u) {
        struct point middle = {0.5f * (scar[0].u + scar[1].u) + 0.02f, 0.5f * (scar[0].v + scar[1].v)};
        struct colour pale = colour_mix(p->skin, (struct colour){1.0f, 0.85f, 0.82f}, 0.5f);
        canvas_stroke(drawing->canvas, scar[0], middle, scar[1], 0.012f, 0.03f, 0.01f,
                      ink_paint(pale, 0.7f, 0.012f));
        canvas_stroke(drawing->canvas, (struct point){scar[0].u + 0.02f, scar[0].v + 0.015f},
                      (struct point){middle.u + 0.025f, middle.v + 0.015f},
                      (struct point){scar[1].u + 0.02f, scar[1].v + 0.015f}, 0.004f, 0.015f, 0.004f,
                      ink_shadow(0.3f, 0.012f));
    }
}
