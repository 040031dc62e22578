/*
 * Hair of eleven styles and beards of four, as a soft base with strands over it.
 *
 * The strands come from the person's own seed, so they lie the same in every picture of a person.
 */
#include <math.h>

#include "demo/face_draw.h"
#include "demo/face_random.h"

static bool style_is_long(enum hair_style style)
{
    return style == HAIR_LONG_PARTED || style == HAIR_FRINGE || style == HAIR_BOB || style == HAIR_CURLY_LONG;
}

static bool style_is_curly(enum hair_style style)
{
    return style == HAIR_AFRO || style == HAIR_CURLY_LONG;
}

/* v of the lower edge of the hair above the face. */
static float hair_line(const struct face_person *p, float u)
{
    float away = fabsf(u), line = p->hairline, part = u - p->part;
    float temples = 0.95f * powf(fminf(1.06f, away / 1.02f), 6.0f);
    float corner = expf(-(away - 0.55f) * (away - 0.55f) / 0.03f);
    line += p->peak * expf(-u * u / 0.02f);
    switch (p->hair_style) {
    case HAIR_LONG_PARTED:
    case HAIR_CURLY_LONG:
        return line - 0.08f + 0.55f * powf(fabsf(part), 1.5f) + 2.2f * powf(fminf(1.3f, away / 1.02f), 7.0f);
    case HAIR_FRINGE:
        return -0.52f - 0.10f * u * p->part + 0.03f * sinf(u * 21.0f) +
               2.0f * powf(fminf(1.3f, away / 0.99f), 8.0f);
    case HAIR_BOB:
        return line + 0.18f + 0.35f * fabsf(part) * (u * p->part < 0.0f ? 1.0f : 0.4f) +
               2.0f * powf(fminf(1.3f, away / 1.0f), 7.0f);
    case HAIR_SIDE_PART:
        return line + temples - 0.6f * p->recede * corner + 0.10f * (u * p->part < 0.0f ? away : 0.0f);
    case HAIR_RECEDING:
        return line - 0.30f + temples * 1.15f - (0.2f + p->recede) * corner;
    case HAIR_BALD:
        return -0.95f - 1.2f * (1.0f - smooth_step(0.85f, 1.05f, away)) +
               0.6f * smooth_step(0.9f, 1.1f, away);
    default:
        return line + temples - p->recede * corner;
    }
}

void face_draw_plan_hair(struct drawing *drawing)
{
    for (int i = 0; i < 256; i++)
        drawing->hair_line[i] = hair_line(drawing->person, ((float)i - 127.5f) / 64.0f);
}

static float hair_line_at(const struct drawing *d, float u)
{
    float x = fmaxf(0.0f, fminf(254.9f, u * 64.0f + 127.5f));
    int i = (int)x;
    return d->hair_line[i] + (d->hair_line[i + 1] - d->hair_line[i]) * (x - (float)i);
}

static float front_distance(float u, float v, const void *of)
{
    const struct drawing *d = of;
    float x = u - d->skin.centre;
    return fminf(outline_distance(u, v, &d->hair), 0.6f * (hair_line_at(d, x) - v));
}

static float behind_distance(float u, float v, const void *of)
{
    const struct drawing *d = of;
    const struct face_person *p = d->person;
    float length = p->hair_style == HAIR_BOB ? 1.15f + 0.25f * (p->hair_length - 1.5f) : p->hair_length;
    float wave = p->hair_style == HAIR_CURLY_LONG ? 0.06f * sinf(v * 9.0f) : 0.015f * sinf(v * 5.0f);
    float wide = p->temple + p->hair_side + 0.14f * smooth_step(-0.5f, 1.4f, v) -
                 0.6f * (1.0f - smooth_step(-1.0f, -0.1f, v)) + wave * smooth_step(-0.2f, 0.4f, v);
    float side = wide - fabsf(u - d->skin.centre) - 0.4f * smooth_step(length - 0.5f, length + 0.2f, v);
    return fminf(side, fminf(v + 0.8f, length - v));
}

static void hair_stroke(const struct drawing *d, struct face_random *r, struct point at, struct point to,
                        float bend, float width)
{
    struct point middle = {0.5f * (at.u + to.u) - bend * (to.v - at.v),
                           0.5f * (at.v + to.v) + bend * (to.u - at.u)};
    float light = random_between(r, 0.62f, 1.5f);
    /* a sheen where the crown turns to the light */
    float sheen = expf(-(middle.v + 1.15f) * (middle.v + 1.15f) / 0.06f) *
                  (0.8f + 0.6f * middle.u * d->scene->light[0]);
    struct colour colour =
        colour_mix(colour_times(d->person->hair, light), (struct colour){0.9f, 0.86f, 0.8f}, 0.13f * sheen);
    canvas_stroke(d->canvas, at, middle, to, width * 0.5f, width, width * 0.3f,
                  ink_paint(colour, 0.6f, 0.0f));
}

/* Which way a strand grows at a place, as an angle; straight down is 0, towards the right of the picture
   positive. */
static float strand_angle(const struct face_person *p, float u, float v, struct face_random *r)
{
    float from_part = atan2f(u - p->part, v - p->crown + p->hair_height + 0.12f);
    switch (p->hair_style) {
    case HAIR_AFRO:
    case HAIR_CURLY_LONG:
        return random_between(r, -3.1f, 3.1f);
    case HAIR_SWEPT_UP:
        return v < -0.7f ? 3.14159f + 0.6f * u + (p->part > 0.0f ? 0.35f : -0.35f) : 0.2f * u;
    case HAIR_PULLED_BACK:
    case HAIR_RECEDING:
        return 3.14159f - 1.1f * u;
    case HAIR_BUZZ:
        return from_part + random_between(r, -0.5f, 0.5f);
    default:
        return from_part * 0.92f;
    }
}

static void strands(const struct drawing *d, const struct area *area, shape_function *inside, int count,
                    uint64_t stream)
{
    const struct face_person *p = d->person;
    struct face_random r = random_stream(p->texture, stream, 0);
    bool curly = style_is_curly(p->hair_style),
         cropped = p->hair_style == HAIR_BUZZ || p->hair_style == HAIR_BALD;
    for (int i = 0; i < count; i++) {
        struct point at = {random_between(&r, area->u0, area->u1), random_between(&r, area->v0, area->v1)};
        float angle = strand_angle(p, at.u, at.v, &r) + 0.14f * random_spread(&r);
        float length = cropped ? 0.05f
                       : curly ? random_between(&r, 0.08f, 0.2f)
                               : random_between(&r, 0.22f, 0.55f);
        float bend = curly ? random_between(&r, -1.1f, 1.1f) : 0.14f * random_spread(&r);
        struct point to = {at.u + sinf(angle) * length, at.v + cosf(angle) * length};
        float width = curly ? 0.030f : cropped ? 0.016f : random_between(&r, 0.012f, 0.030f);
        if (inside(at.u, at.v, d) > 0.0f && inside(to.u, to.v, d) > -0.03f)
            hair_stroke(d, &r, at, to, bend, width);
    }
}

/* Paints what was measured, and lights it: a rounder form than the face, so its own share of the lamp. */
static void fill_hair(const struct drawing *d, struct pixels box, struct ink ink, float factor)
{
    struct canvas *canvas = d->canvas;
    const struct face_scene *scene = d->scene;
    struct edge painted = canvas_edge(canvas, ink.softness), lit = canvas_edge(canvas, 0.03f);
    float solid = ink.opacity < 1.0f ? 1e9f : fmaxf(painted.solid, lit.solid);
    /* the light changes evenly over the picture */
    const struct point step = canvas_step(canvas);
    float ambient = factor * scene->ambient, key = factor * scene->key;
    float across = 0.245f * scene->light[0], down = 0.21f * scene->light[1];
    float more = across * step.u + down * step.v;
    for (int y = box.y0; y < box.y1; y++) {
        struct span span = canvas->spans[y];
        struct point first = canvas_face_point(canvas, (float)span.first, (float)y);
        float left = 0.75f + across * first.u + down * (first.v + 0.7f);
        pixel *row = canvas->pixels + (long)y * canvas->width;
        const float *distance = canvas->distance + (long)y * canvas->width;
        for (int x = span.first; x < span.last; x++) {
            float towards = left + more * (float)(x - span.first);
            pixel here = pixel_make(ink.colour, ambient + key * fmaxf(0.15f, towards));
            if (distance[x] > solid) {
                row[x] = here;
                continue;
            }
            float cover = edge_cover(painted, distance[x]) * ink.opacity;
            if (cover > 0.0f)
                pixel_mix(row + x, here, (pixel){cover, cover, cover, edge_cover(lit, distance[x])});
        }
    }
}

/* The box is that of the area, wider by the soft edge. */
static struct pixels measure_hair(const struct drawing *d, struct area area, shape_function *shape)
{
    return canvas_measure(d->canvas,
                          (struct area){area.u0 - 0.09f, area.v0 - 0.09f, area.u1 + 0.09f, area.v1 + 0.09f},
                          shape, d, 0.16f);
}

static float afro_distance(float u, float v, const void *of)
{
    const struct drawing *d = of;
    float du = (u - d->skin.centre) / (d->person->temple + d->person->hair_side + 0.12f);
    float dv = (v + 0.75f) / (0.98f + d->person->hair_height);
    float rough = 0.03f * relief_noise(d->person->texture + 11, u, v, 0.1f);
    return 1.0f - sqrtf(du * du + dv * dv) + rough;
}

void face_draw_hair_behind(const struct drawing *d)
{
    const struct face_person *p = d->person;
    struct colour base = colour_times(p->hair, 0.62f);
    struct area all = {-2.0f, -2.6f, 2.0f, p->hair_length + 0.2f};
    if (style_is_long(p->hair_style)) {
        fill_hair(d, measure_hair(d, all, behind_distance), ink_paint(base, 1.0f, 0.05f), 0.75f);
        strands(d, &all, behind_distance, 420, 21);
    } else if (p->hair_style == HAIR_AFRO) {
        fill_hair(d, measure_hair(d, all, afro_distance), ink_paint(base, 1.0f, 0.05f), 0.9f);
        strands(d, &all, afro_distance, 900, 22);
    } else if (p->hair_style == HAIR_PULLED_BACK && p->hair_length > 2.0f) {
        canvas_ellipse(d->canvas, (struct point){0.1f * p->part, p->crown - 0.16f}, 0.42f, 0.34f, 0.0f,
                       ink_paint(base, 1.0f, 0.04f));
    }
}

static struct pixels pixels_common(struct pixels a, struct pixels b)
{
    return (struct pixels){a.x0 > b.x0 ? a.x0 : b.x0, a.y0 > b.y0 ? a.y0 : b.y0, a.x1 < b.x1 ? a.x1 : b.x1,
                           a.y1 < b.y1 ? a.y1 : b.y1};
}

void face_draw_hair_front(const struct drawing *d)
{
    const struct face_person *p = d->person;
    struct area area = {-1.6f, p->crown - p->hair_height - 0.05f, 1.6f,
                        style_is_long(p->hair_style) ? 1.4f : 0.5f};
    bool cropped = p->hair_style == HAIR_BUZZ || p->hair_style == HAIR_BALD;
    struct colour base = colour_times(p->hair, 0.8f);
    if (cropped)
        base = colour_mix(p->skin, p->hair, p->hair_style == HAIR_BUZZ ? 0.8f : 0.55f);
    struct pixels box = measure_hair(d, area, front_distance);
    if (!cropped) /* the shadow hair throws on the forehead */
        canvas_fill_measured(
            d->canvas,
            pixels_common(box, canvas_pixels(d->canvas, (struct area){-1.46f, -1.56f, 1.46f, 0.36f})),
            ink_shadow(0.3f, 0.16f));
    fill_hair(d, box, ink_paint(base, cropped ? 0.85f : 1.0f, cropped ? 0.09f : 0.05f), 1.0f);
    strands(d, &area, front_distance, style_is_curly(p->hair_style) ? 1500 : 1900, 23);
}

struct beard {
    const struct drawing *drawing;
    bool chin_only;
};

static float beard_distance(float u, float v, const void *of)
{
    const struct beard *beard = of;
    const struct face_person *p = beard->drawing->person;
    float away = fabsf(u),
          edge = outline_distance(u, v, &beard->drawing->skin) + (v > 1.0f ? p->beard_length : 0.0f);
    float cheek = v - (1.28f - 1.05f * smooth_step(0.35f, 1.05f, away));
    if (beard->chin_only)
        cheek = fminf(v - p->mouth - 0.04f, p->mouth_width * (1.05f - 0.25f * (v - p->mouth)) - away);
    float lip = p->nose_length + 0.13f;
    float moustache =
        fminf(fminf(v - lip - 0.12f * away, p->mouth - p->upper_lip * 0.8f + 0.25f * away * away + 0.02f - v),
              p->mouth_width + 0.08f - away);
    float jaw = fmaxf(cheek, moustache);
    /* the lips stay free */
    float a = u / (p->mouth_width * 1.02f), b = (v - p->mouth - 0.02f) / (p->lower_lip + 0.05f);
    float lips = (sqrtf(a * a + b * b) - 1.0f) * 0.15f;
    if (beard->chin_only) {
        float c = u / (p->mouth_width * 0.95f), d = (v - p->chin + 0.2f) / (0.28f + p->beard_length);
        cheek = fminf(cheek, 0.25f * (1.0f - sqrtf(c * c + d * d)));
        jaw = fmaxf(cheek, moustache);
    }
    return fminf(fminf(edge, jaw), lips);
}

static float moustache_distance(float u, float v, const void *of)
{
    const struct face_person *p = ((const struct beard *)of)->drawing->person;
    float away = fabsf(u), low = p->mouth - p->upper_lip * 0.7f + 0.35f * away * away;
    return fminf(fminf(v - p->nose_length - 0.09f - 0.3f * away * away, low - v),
                 p->mouth_width * 1.05f - away);
}

void face_draw_beard(const struct drawing *d)
{
    const struct face_person *p = d->person;
    if (p->beard == BEARD_NONE)
        return;
    struct beard beard = {d, p->beard == BEARD_GOATEE};
    shape_function *shape = p->beard == BEARD_MOUSTACHE ? moustache_distance : beard_distance;
    struct area area = {-1.2f, 0.2f, 1.2f, p->chin + p->beard_length + 0.05f};
    struct colour dark = colour_mix(p->hair, colour_times(p->skin, 0.5f), 0.25f);
    if (p->beard == BEARD_STUBBLE) {
        canvas_fill(d->canvas, area, shape, &beard, ink_paint(dark, 0.26f, 0.3f));
    } else {
        canvas_fill(d->canvas, area, shape, &beard, ink_paint(dark, 0.80f, 0.09f));
    }
    struct face_random r = random_stream(p->texture, 31, 0);
    int count = p->beard == BEARD_STUBBLE ? 1400 : 1300;
    for (int i = 0; i < count; i++) {
        struct point at = {random_between(&r, area.u0, area.u1), random_between(&r, area.v0, area.v1)};
        float length = p->beard == BEARD_STUBBLE ? 0.018f : random_between(&r, 0.06f, 0.13f),
              angle = 0.9f * at.u + 0.35f * random_spread(&r);
        if (p->beard == BEARD_MOUSTACHE || at.v < p->mouth)
            angle = (at.u > 0.0f ? 1.0f : -1.0f) * 0.9f + 0.3f * random_spread(&r);
        float light = random_between(&r, 0.6f, 1.5f);
        if (shape(at.u, at.v, &beard) <= 0.0f)
            continue;
        struct point to = {at.u + sinf(angle) * length, at.v + cosf(angle) * length};
        struct point middle = {0.5f * (at.u + to.u) + 0.01f, 0.5f * (at.v + to.v)};
        canvas_stroke(d->canvas, at, middle, to, 0.016f, 0.014f, 0.005f,
                      ink_paint(colour_times(p->hair, light), 0.55f, 0.0f));
    }
}
