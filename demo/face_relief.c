/*
 * The relief of a face: a dome with bumps, lit from one side, and the blotches of its skin.
 *
 * The bumps are anatomy in words (brow ridge, socket, nose, lips, chin) plus a few dozen small ones that no
 * two people share; they give every face shading that follows the light, so that the second picture of a
 * person differs from the first as a photograph would.
 */
#include "demo/face_relief.h"

#include <math.h>
#include <string.h>

#include "demo/face_random.h"

static float spline(const float *values, const float *places, int count, float v)
{
    int i = 0;
    while (i < count - 2 && v > places[i + 1])
        i++;
    float t = clamp_unit((v - places[i]) / (places[i + 1] - places[i]));
    float before = values[i > 0 ? i - 1 : i], after = values[i + 2 < count ? i + 2 : i + 1];
    float a = values[i], b = values[i + 1], m0 = 0.5f * (b - before), m1 = 0.5f * (after - a);
    float t2 = t * t, t3 = t2 * t;
    return (2 * t3 - 3 * t2 + 1) * a + (t3 - 2 * t2 + t) * m0 + (3 * t2 - 2 * t3) * b + (t3 - t2) * m1;
}

void outline_make(struct outline *outline, const struct face_person *p, float turn, float grow_top,
                  float grow_side)
{
    const float places[] = {-1.8f, -0.6f, 0.3f, 1.1f, 1.75f};
    const float widths[] = {p->temple * 0.98f, p->temple, p->cheek, p->jaw, p->jowl};
    outline->top = p->crown - grow_top;
    outline->bottom = p->chin;
    outline->centre = -turn;
    outline->lean = p->lean;
    float middle = 0.5f * (p->crown + p->chin);
    for (int i = 0; i < 256; i++) {
        float v = outline->top + (outline->bottom - outline->top) * ((float)i + 0.5f) / 256.0f;
        float t =
            v < middle ? (middle - v) / (middle - outline->top) : (v - middle) / (outline->bottom - middle);
        float round = v < middle ? p->crown_round : p->chin_round;
        float end = sqrtf(fmaxf(0.0f, 1.0f - powf(t, round)));
        outline->half[i] = (spline(widths, places, 5, v) + grow_side) * end;
    }
    float step = (outline->bottom - outline->top) / 256.0f;
    for (int i = 0; i < 256; i++) {
        float slope = (outline->half[i < 255 ? i + 1 : i] - outline->half[i > 0 ? i - 1 : i]) / (2.0f * step);
        outline->steep[i] = 1.0f / sqrtf(1.0f + slope * slope);
    }
}

static int outline_row(const struct outline *outline, float v)
{
    int i = (int)((v - outline->top) / (outline->bottom - outline->top) * 256.0f);
    return i < 0 ? 0 : i > 255 ? 255 : i;
}

float outline_half(const struct outline *outline, float v)
{
    return v < outline->top || v > outline->bottom ? 0.0f : outline->half[outline_row(outline, v)];
}

float outline_distance(float u, float v, const void *of)
{
    const struct outline *outline = of;
    float place = (v - outline->top) / (outline->bottom - outline->top) * 256.0f - 0.5f;
    place = fmaxf(0.0f, fminf(254.99f, place));
    int i = (int)place;
    float half = outline->half[i] + (outline->half[i + 1] - outline->half[i]) * (place - (float)i);
    float centre = outline->centre + outline->lean * smooth_step(0.3f, 1.7f, v);
    float side = (half - fabsf(u - centre)) * outline->steep[i];
    return fminf(side, fminf(v - outline->top, outline->bottom - v));
}

static float lattice(uint64_t seed, int x, int y)
{
    uint64_t z =
        seed + (uint64_t)(uint32_t)x * 0x9E3779B97F4A7C15u + (uint64_t)(uint32_t)y * 0xC2B2AE3D27D4EB4Fu;
    z = (z ^ (z >> 31)) * 0xBF58476D1CE4E5B9u;
    z ^= z >> 29;
    return (float)(z & 0xffffff) * (2.0f / 16777216.0f) - 1.0f;
}

float relief_noise(uint64_t seed, float u, float v, float wavelength)
{
    float x = u / wavelength + 64.0f, y = v / wavelength + 64.0f;
    int i = (int)x, j = (int)y;
    float s = x - (float)i, t = y - (float)j;
    s = s * s * (3.0f - 2.0f * s);
    t = t * t * (3.0f - 2.0f * t);
    float a = lattice(seed, i, j), b = lattice(seed, i + 1, j);
    float c = lattice(seed, i, j + 1), d = lattice(seed, i + 1, j + 1);
    return (a + (b - a) * s) * (1.0f - t) + (c + (d - c) * s) * t;
}

static void bump(relief_map map, float u, float v, float su, float sv, float amount)
{
    float x = (u - RELIEF_U) * RELIEF_STEP, y = (v - RELIEF_V) * RELIEF_STEP;
    float sx = su * RELIEF_STEP, sy = sv * RELIEF_STEP;
    int x0 = (int)fmaxf(0.0f, x - 3.0f * sx), x1 = (int)fminf(RELIEF_WIDTH - 1.0f, x + 3.0f * sx);
    int y0 = (int)fmaxf(0.0f, y - 3.0f * sy), y1 = (int)fminf(RELIEF_HEIGHT - 1.0f, y + 3.0f * sy);
    float across[RELIEF_WIDTH];
    for (int i = x0; i <= x1; i++)
        across[i] = expf(-0.5f * ((float)i - x) * ((float)i - x) / (sx * sx));
    for (int j = y0; j <= y1; j++) {
        float down = amount * expf(-0.5f * ((float)j - y) * ((float)j - y) / (sy * sy));
        for (int i = x0; i <= x1; i++)
            map[j][i] += down * across[i];
    }
}

static void both_sides(relief_map map, float u, float v, float su, float sv, float amount)
{
    bump(map, -u, v, su, sv, amount);
    bump(map, u, v, su, sv, amount);
}

static void nose_bumps(struct relief *relief, const struct face_person *p)
{
    float end = p->nose_length;
    for (int i = 0; i < 7; i++) {
        float t = (float)i / 6.0f;
        float hook = p->nose_hook * 0.05f * expf(-(t - 0.4f) * (t - 0.4f) / 0.03f);
        bump(relief->height, p->nose_lean * t, -0.1f + (end - 0.02f) * t, p->nose_bridge * (0.8f + 0.3f * t),
             0.09f, 0.05f + 0.10f * t + hook);
    }
    bump(relief->height, p->nose_lean, end - 0.10f, 0.115f, 0.10f, 0.08f + 0.07f * p->nose_tip);
    both_sides(relief->height, p->nose_width * 0.74f, end - 0.07f, 0.075f, 0.085f, 0.085f);
    both_sides(relief->height, p->nose_width * 1.25f, end - 0.03f, 0.07f, 0.12f, -0.045f);
    bump(relief->height, 0.0f, end + 0.06f, 0.16f, 0.04f, -0.05f);
}

static void face_bumps(struct relief *relief, const struct face_person *p, const struct face_scene *scene)
{
    float smile = scene->smile;
    both_sides(relief->height, 0.44f, -p->brow[0].height - scene->brow_raise + 0.03f, 0.26f, 0.085f,
               0.03f + 0.05f * p->masculine);
    both_sides(relief->height, 0.48f, -0.06f, 0.22f, 0.13f, -0.06f - 0.07f * p->socket);
    both_sides(relief->height, 0.16f, -0.06f, 0.07f, 0.10f, -0.05f);
    both_sides(relief->height, 0.5f, 0.0f, 0.15f, 0.09f, 0.05f);
    both_sides(relief->height, 0.5f, 0.19f, 0.19f, 0.04f, 0.02f + 0.03f * p->eye[0].bag);
    both_sides(relief->height, 0.5f, 0.26f, 0.19f, 0.04f, -0.03f * p->eye[0].bag);
    both_sides(relief->height, 0.66f, 0.46f - 0.04f * smile, 0.24f, 0.19f,
               0.05f + 0.06f * p->cheekbone + 0.03f * smile);
    both_sides(relief->height, 0.80f, 0.95f, 0.16f, 0.24f, -0.07f * p->cheekbone);
    both_sides(relief->height, 0.98f, -0.45f, 0.10f, 0.22f, -0.03f);
    both_sides(relief->height, 0.36f, -0.80f, 0.26f, 0.20f, 0.03f);
    nose_bumps(relief, p);
    float lip = p->nose_length + 0.5f * (p->mouth - p->nose_length);
    bump(relief->height, 0.0f, lip, 0.035f, 0.08f, -0.03f * p->philtrum);
    both_sides(relief->height, 0.065f, lip, 0.03f, 0.08f, 0.015f * p->philtrum);
    float low = p->mouth + 0.10f * scene->open;
    bump(relief->height, 0.0f, p->mouth - 0.05f, 0.26f, 0.06f, 0.035f);
    bump(relief->height, 0.0f, low + 0.07f, 0.20f, 0.06f, 0.05f);
    bump(relief->height, 0.0f, low + 0.22f, 0.20f, 0.055f, -0.055f);
    bump(relief->height, p->lean, p->chin - 0.22f, 0.20f, 0.13f, 0.05f + 0.05f * p->chin_ball);
    bump(relief->height, p->lean, p->chin - 0.18f, 0.028f, 0.08f, -0.05f * p->chin_cleft);
    both_sides(relief->height, p->mouth_width + 0.08f, p->mouth, 0.05f, 0.06f, -0.025f);
    both_sides(relief->height, 0.56f, 0.96f, 0.08f, 0.16f, 0.03f * p->fold + 0.03f * smile);
    struct face_random r = random_stream(p->texture, 1, 0);
    for (int i = 0; i < 60; i++)
        bump(relief->height, random_between(&r, -1.1f, 1.1f), random_between(&r, -1.2f, 1.6f),
             random_between(&r, 0.04f, 0.12f), random_between(&r, 0.04f, 0.12f), 0.009f * random_spread(&r));
}

/* Adds relief_noise over the whole map, each value of its lattice computed once. */
static void add_noise(relief_map map, uint64_t seed, float wavelength, float amount)
{
    int place[RELIEF_WIDTH], row = -1, base = (int)(RELIEF_U / wavelength + 64.0f);
    float across[RELIEF_WIDTH], above[RELIEF_WIDTH + 2], below[RELIEF_WIDTH + 2];
    for (int i = 0; i < RELIEF_WIDTH; i++) {
        float x = (RELIEF_U + (float)i / RELIEF_STEP) / wavelength + 64.0f;
        place[i] = (int)x - base;
        across[i] = smooth_step(0.0f, 1.0f, x - (float)(int)x);
    }
    int count = place[RELIEF_WIDTH - 1] + 2;
    for (int j = 0; j < RELIEF_HEIGHT; j++) {
        float y = (RELIEF_V + (float)j / RELIEF_STEP) / wavelength + 64.0f;
        if ((int)y != row) {
            row = (int)y;
            for (int i = 0; i < count; i++) {
                above[i] = lattice(seed, base + i, row);
                below[i] = lattice(seed, base + i, row + 1);
            }
        }
        float down = smooth_step(0.0f, 1.0f, y - (float)row), blend[RELIEF_WIDTH + 2];
        for (int i = 0; i < count; i++)
            blend[i] = amount * (above[i] + (below[i] - above[i]) * down);
        for (int i = 0; i < RELIEF_WIDTH; i++) {
            const float *from = blend + place[i];
            map[j][i] += from[0] + (from[1] - from[0]) * across[i];
        }
    }
}

static void blotch(struct relief *relief, const struct face_person *p)
{
    add_noise(relief->mottle, p->texture, 0.075f, p->mottle * 0.018f);
    add_noise(relief->mottle, p->texture + 1, 0.14f, p->mottle * 0.024f);
    add_noise(relief->mottle, p->texture + 2, 0.4f, p->mottle * 0.02f);
    add_noise(relief->red, p->texture + 2, 0.4f, 0.05f);
    both_sides(relief->red, 0.68f, 0.5f, 0.24f, 0.2f, 0.16f);
    bump(relief->red, 0.0f, p->nose_length - 0.08f, 0.2f, 0.12f, 0.14f);
    bump(relief->red, 0.0f, p->chin - 0.2f, 0.25f, 0.15f, 0.06f);
}

/* What is the same for every cell of one picture. */
struct lamp {
    float lu, lv, lw, half_length; /* towards the lamp; of the vector halfway between lamp and camera */
    float ambient, key;
    struct colour skin, flush;
};

static pixel skin_cell(const struct lamp *lamp, float nu, float nv, float nw, float mottle, float red)
{
    float length = sqrtf(nu * nu + nv * nv + nw * nw);
    float towards = nu * lamp->lu + nv * lamp->lv + nw * lamp->lw;
    float diffuse = fmaxf(0.0f, (towards / length + 0.25f) / 1.25f);
    float sky = 0.5f - 0.5f * nv / length;
    float shade = lamp->ambient * (0.75f + 0.4f * sky) + lamp->key * diffuse;
    float glance = fmaxf(0.0f, (towards + nw) / (length * lamp->half_length));
    float g2 = glance * glance, g4 = g2 * g2, g8 = g4 * g4;
    struct colour c = colour_mix(lamp->skin, lamp->flush, clamp_unit(red + 0.05f));
    c = colour_times(c, 1.0f + mottle);
    c = colour_mix(c, (struct colour){1.0f, 1.0f, 1.0f}, 0.13f * lamp->key * g8 * g8 * g8);
    return pixel_make(c, shade);
}

static void light_it(struct relief *relief, const struct lamp *lamp, const struct outline *outline)
{
    const float steep = 0.5f * RELIEF_STEP;
    float middle = 0.5f * (outline->top + outline->bottom), reach = outline->bottom - middle;
    for (int j = 0; j < RELIEF_HEIGHT; j++) {
        float v = RELIEF_V + (float)j / RELIEF_STEP, t = (v - middle) / reach;
        float wide = fmaxf(0.25f, outline_half(outline, v)), dome = 0.75f * t * fabsf(t);
        const float *here = relief->height[j], *above = relief->height[j > 0 ? j - 1 : j];
        const float *below = relief->height[j + 1 < RELIEF_HEIGHT ? j + 1 : j];
        for (int i = 1; i + 1 < RELIEF_WIDTH; i++) {
            float s = (RELIEF_U + (float)i / RELIEF_STEP - outline->centre) / wide;
            s = fmaxf(-1.15f, fminf(1.15f, s));
            float nu = 0.85f * s * sqrtf(fabsf(s)) - (here[i + 1] - here[i - 1]) * steep;
            float nv = dome - (below[i] - above[i]) * steep;
            float nw = sqrtf(fmaxf(0.12f, 1.0f - 0.55f * (s * s + t * t * t * t)));
            relief->skin[j][i] = skin_cell(lamp, nu, nv, nw, relief->mottle[j][i], relief->red[j][i]);
        }
        relief->skin[j][0] = relief->skin[j][1];
        relief->skin[j][RELIEF_WIDTH - 1] = relief->skin[j][RELIEF_WIDTH - 2];
    }
}

void relief_make(struct relief *relief, const struct face_person *person, const struct face_scene *scene,
                 const struct outline *outline)
{
    memset(relief->height, 0, sizeof relief->height);
    memset(relief->mottle, 0, sizeof relief->mottle);
    memset(relief->red, 0, sizeof relief->red);
    face_bumps(relief, person, scene);
    blotch(relief, person);
    const float *l = scene->light;
    struct colour skin = person->skin;
    /* the light in face coordinates: the head is turned, the lamp is not */
    struct lamp lamp = {.lu = l[0] * scene->view.cosine + l[1] * scene->view.sine,
                        .lv = l[1] * scene->view.cosine - l[0] * scene->view.sine,
                        .lw = l[2],
                        .half_length = sqrtf(2.0f + 2.0f * l[2]),
                        .ambient = scene->ambient,
                        .key = scene->key,
                        .skin = skin,
                        .flush = {skin.r * 1.02f, skin.g * 0.72f, skin.b * 0.68f}};
    light_it(relief, &lamp, outline);
}
