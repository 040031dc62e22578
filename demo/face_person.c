/*
 * Draws the traits of one person at random, each from its own range, age and sex shaping some of them.
 *
 * The people are invented: no photograph, measurement table or model of real people is behind them. The
 * ranges only keep every face within what looks human.
 */
#include "demo/face_person.h"

#include <math.h>

#include "demo/face_random.h"

enum purpose { PURPOSE_SHAPE, PURPOSE_FEATURES, PURPOSE_COLOUR, PURPOSE_HAIR, PURPOSE_MARKS };

static float around(struct face_random *random, float middle, float spread)
{
    return middle + spread * random_spread(random);
}

static void make_shape(struct face_person *p, struct face_random *r)
{
    float m = p->masculine;
    p->crown = around(r, -1.72f, 0.07f);
    p->chin = around(r, 1.70f + 0.08f * m, 0.09f);
    p->temple = around(r, 1.13f, 0.05f);
    p->cheek = around(r, 1.14f, 0.05f);
    p->jaw = around(r, 1.01f + 0.09f * m, 0.07f);
    p->jowl = around(r, 0.70f + 0.16f * m, 0.12f);
    p->crown_round = random_between(r, 2.7f, 3.6f);
    p->chin_round = random_between(r, 2.5f, 3.8f);
    p->lean = around(r, 0.0f, 0.02f);
    p->neck = around(r, 0.66f + 0.14f * m, 0.05f);
    p->ear_size = around(r, 0.34f + p->age * 0.0008f, 0.03f);
    p->ear_out = random_between(r, 0.0f, 0.10f);
    p->ear_drop = around(r, 0.16f, 0.05f);
    p->cheekbone = random_between(r, 0.3f, 1.0f);
    p->chin_ball = random_between(r, 0.2f, 1.0f);
    p->chin_cleft = random_unit(r) < 0.2f ? random_between(r, 0.3f, 1.0f) : 0.0f;
}

static void make_eyes(struct face_person *p, struct face_random *r)
{
    struct face_eye eye = {.half_width = around(r, 0.245f, 0.016f),
                           .upper = around(r, 0.094f, 0.011f),
                           .lower = around(r, 0.078f, 0.010f),
                           .tilt = around(r, 0.015f, 0.022f),
                           .crease = random_between(r, 0.02f, 0.10f),
                           .bag = clamp_unit(random_between(r, -0.2f, 0.6f) + (p->age - 40.0f) / 60.0f)};
    struct face_brow brow = {.height = around(r, 0.33f - 0.03f * p->masculine, 0.035f),
                             .length = around(r, 0.38f, 0.025f),
                             .thickness = around(r, 0.072f + 0.03f * p->masculine, 0.016f),
                             .arch = around(r, 0.08f - 0.03f * p->masculine, 0.035f),
                             .tilt = around(r, 0.01f, 0.04f),
                             .inner = around(r, 0.205f, 0.04f)};
    for (int side = 0; side < 2; side++) {
        p->eye[side] = eye;
        p->eye[side].upper += around(r, 0.0f, 0.005f);
        p->eye[side].tilt += around(r, 0.0f, 0.006f);
        p->eye[side].crease += random_between(r, 0.0f, 0.015f);
        p->brow[side] = brow;
        p->brow[side].height += around(r, 0.0f, 0.012f);
        p->brow[side].arch += around(r, 0.0f, 0.012f);
        p->brow[side].tilt += around(r, 0.0f, 0.01f);
    }
    p->iris_radius = around(r, 0.092f, 0.003f);
    p->socket = random_between(r, 0.3f, 1.0f);
}

static void make_features(struct face_person *p, struct face_random *r)
{
    float m = p->masculine, old = clamp_unit((p->age - 25.0f) / 45.0f);
    make_eyes(p, r);
    p->nose_length = around(r, 0.74f + 0.03f * m, 0.055f);
    p->nose_width = around(r, 0.285f + 0.02f * m, 0.032f);
    p->nose_bridge = around(r, 0.11f, 0.016f);
    p->nose_tip = random_between(r, 0.4f, 1.0f);
    p->nose_lean = around(r, 0.0f, 0.018f);
    p->nostril = random_between(r, 0.35f, 1.0f);
    p->nose_hook = random_between(r, 0.0f, 1.0f);
    p->mouth = p->nose_length + around(r, 0.355f, 0.03f);
    p->mouth_width = around(r, 0.415f, 0.035f);
    p->upper_lip = around(r, 0.078f - 0.012f * m - 0.015f * old, 0.018f);
    p->lower_lip = around(r, 0.115f - 0.015f * m - 0.015f * old, 0.020f);
    p->bow = random_between(r, 0.1f, 1.0f);
    p->corner = around(r, 0.0f, 0.018f);
    p->philtrum = random_between(r, 0.2f, 1.0f);
    p->fold = clamp_unit(random_between(r, 0.0f, 0.35f) + 0.7f * old);
    p->forehead_lines = old > 0.3f ? random_between(r, 0.0f, 1.0f) * old : 0.0f;
    p->crow_feet = old > 0.3f ? random_between(r, 0.2f, 1.0f) * old : 0.0f;
    p->frown = random_unit(r) < 0.3f + 0.4f * old ? random_between(r, 0.2f, 1.0f) : 0.0f;
}

static void make_colours(struct face_person *p, struct face_random *r)
{
    static const struct colour tones[] = {{0.97f, 0.83f, 0.75f}, {0.92f, 0.74f, 0.62f},
                                          {0.83f, 0.63f, 0.48f}, {0.70f, 0.49f, 0.35f},
                                          {0.53f, 0.35f, 0.25f}, {0.36f, 0.24f, 0.18f}};
    static const struct colour hairs[] = {{0.07f, 0.06f, 0.06f}, {0.15f, 0.10f, 0.08f},
                                          {0.28f, 0.18f, 0.11f}, {0.45f, 0.29f, 0.16f},
                                          {0.72f, 0.55f, 0.33f}, {0.50f, 0.22f, 0.10f}};
    static const struct colour irises[] = {{0.20f, 0.11f, 0.06f}, {0.30f, 0.18f, 0.09f},
                                           {0.38f, 0.31f, 0.16f}, {0.30f, 0.40f, 0.30f},
                                           {0.34f, 0.46f, 0.58f}, {0.45f, 0.50f, 0.53f}};
    float tone = random_unit(r) * 4.999f;
    int step = (int)tone;
    p->skin = colour_mix(tones[step], tones[step + 1], tone - (float)step);
    p->skin.r *= random_between(r, 0.97f, 1.03f);
    p->skin.b *= random_between(r, 0.92f, 1.05f);
    struct colour red = {0.66f, 0.27f, 0.27f};
    p->lip = colour_mix(colour_times(p->skin, 0.86f), red,
                        random_between(r, 0.25f, 0.6f) * (1.1f - 0.5f * p->masculine));
    /* dark skin mostly goes with dark hair and eyes */
    int kinds = tone < 2.0f ? 6 : tone < 3.2f ? 3 : 2;
    p->hair = colour_times(hairs[random_below(r, kinds)], random_between(r, 0.85f, 1.2f));
    struct colour white = {0.80f, 0.79f, 0.77f};
    float grey = clamp_unit((p->age - 38.0f) / 38.0f + random_between(r, -0.35f, 0.35f));
    p->hair = colour_mix(p->hair, white, grey * 0.85f);
    p->iris = irises[random_below(r, kinds)];
    p->shirt = (struct colour){random_between(r, 0.15f, 0.85f), random_between(r, 0.15f, 0.8f),
                               random_between(r, 0.15f, 0.85f)};
    p->mottle = random_between(r, 0.7f, 1.3f);
    p->freckles = tone < 2.2f && random_unit(r) < 0.25f ? random_between(r, 0.4f, 1.0f) : 0.0f;
}

static void make_hair(struct face_person *p, struct face_random *r)
{
    static const enum hair_style his[] = {HAIR_BUZZ,      HAIR_SIDE_PART, HAIR_SWEPT_UP,   HAIR_AFRO,
                                          HAIR_SIDE_PART, HAIR_BUZZ,      HAIR_LONG_PARTED};
    static const enum hair_style hers[] = {HAIR_LONG_PARTED, HAIR_FRINGE, HAIR_BOB,      HAIR_PULLED_BACK,
                                           HAIR_CURLY_LONG,  HAIR_AFRO,   HAIR_SIDE_PART};
    bool male = p->masculine > 0.5f;
    float draw = random_unit(r);
    p->hair_style = male ? his[random_below(r, 7)] : hers[random_below(r, 7)];
    if (male && draw < (p->age - 20.0f) / 110.0f)
        p->hair_style = draw < 0.12f ? HAIR_BALD : HAIR_RECEDING;
    p->hair_height = random_between(r, 0.12f, 0.34f);
    p->hair_side = male ? random_between(r, 0.005f, 0.035f) : random_between(r, 0.03f, 0.12f);
    p->hair_length = random_between(r, 1.5f, 3.0f);
    if (p->hair_style == HAIR_BUZZ)
        p->hair_height = random_between(r, 0.03f, 0.07f), p->hair_side = 0.005f;
    if (p->hair_style == HAIR_BALD)
        p->hair_height = 0.01f, p->hair_side = 0.005f;
    if (p->hair_style == HAIR_AFRO)
        p->hair_height = random_between(r, 0.25f, 0.6f), p->hair_side = random_between(r, 0.08f, 0.4f);
    if (p->hair_style == HAIR_SWEPT_UP)
        p->hair_height = random_between(r, 0.28f, 0.5f);
    if (p->hair_style == HAIR_RECEDING || p->hair_style == HAIR_PULLED_BACK)
        p->hair_height = random_between(r, 0.06f, 0.13f);
    p->hairline = around(r, -1.08f, 0.07f);
    p->peak = random_between(r, -0.02f, 0.12f);
    p->part = (random_unit(r) < 0.5f ? -1.0f : 1.0f) * random_between(r, 0.05f, 0.6f);
    p->recede = random_between(r, 0.0f, male ? 0.22f : 0.06f);
    draw = random_unit(r);
    p->beard = !male || draw < 0.42f ? BEARD_NONE
               : draw < 0.62f        ? BEARD_STUBBLE
               : draw < 0.72f        ? BEARD_MOUSTACHE
               : draw < 0.84f        ? BEARD_GOATEE
                                     : BEARD_FULL;
    p->beard_length = random_between(r, 0.02f, 0.10f);
    draw = random_unit(r);
    p->glasses = draw < 0.84f ? GLASSES_NONE : draw < 0.92f ? GLASSES_ROUND : GLASSES_SQUARE;
    float dark = random_between(r, 0.05f, 0.4f);
    p->glasses_colour =
        (struct colour){dark, dark * random_between(r, 0.6f, 1.0f), dark * random_between(r, 0.5f, 1.2f)};
    p->glasses_width = random_between(r, 0.025f, 0.06f);
}

static void make_marks(struct face_person *p, struct face_random *r)
{
    p->mark_count = random_below(r, FACE_MARKS + 1);
    for (int i = 0; i < p->mark_count; i++) {
        p->marks[i].place = (struct point){random_between(r, -0.9f, 0.9f), random_between(r, -0.9f, 1.6f)};
        p->marks[i].radius = random_between(r, 0.012f, 0.038f);
        p->marks[i].strength = random_between(r, 0.25f, 0.85f);
    }
    if (random_unit(r) < 0.15f) {
        p->scar[0] = (struct point){random_between(r, -0.8f, 0.8f), random_between(r, -0.8f, 1.2f)};
        float angle = random_between(r, 0.0f, 6.28f), length = random_between(r, 0.15f, 0.4f);
        p->scar[1] = (struct point){p->scar[0].u + length * cosf(angle), p->scar[0].v + length * sinf(angle)};
    }
}

struct face_person face_person_make(uint64_t seed, int index)
{
    struct face_person person = {0};
    struct face_random r = random_stream(seed, (uint64_t)index, PURPOSE_SHAPE);
    person.texture = random_bits(&r);
    person.age = random_between(&r, 19.0f, 72.0f);
    person.masculine =
        random_unit(&r) < 0.5f ? random_between(&r, 0.0f, 0.4f) : random_between(&r, 0.6f, 1.0f);
    make_shape(&person, &r);
    r = random_stream(seed, (uint64_t)index, PURPOSE_FEATURES);
    make_features(&person, &r);
    r = random_stream(seed, (uint64_t)index, PURPOSE_COLOUR);
    make_colours(&person, &r);
    r = random_stream(seed, (uint64_t)index, PURPOSE_HAIR);
    make_hair(&person, &r);
    r = random_stream(seed, (uint64_t)index, PURPOSE_MARKS);
    make_marks(&person, &r);
    return person;
}
