/*
 * What makes one drawn person: the geometry, colours and marks that stay the same in every picture.
 *
 * Lengths are in units of the distance between the pupils, places in face coordinates (face_canvas.h).
 */
#ifndef LEADSPOOL_DEMO_FACE_PERSON_H
#define LEADSPOOL_DEMO_FACE_PERSON_H

#include <stdint.h>

#include "demo/face_canvas.h"

enum hair_style {
    HAIR_BALD,
    HAIR_BUZZ,
    HAIR_SIDE_PART,
    HAIR_SWEPT_UP,
    HAIR_AFRO,
    HAIR_RECEDING,
    HAIR_LONG_PARTED,
    HAIR_FRINGE,
    HAIR_BOB,
    HAIR_PULLED_BACK,
    HAIR_CURLY_LONG
};

enum beard_style { BEARD_NONE, BEARD_STUBBLE, BEARD_MOUSTACHE, BEARD_GOATEE, BEARD_FULL };
enum glasses_style { GLASSES_NONE, GLASSES_ROUND, GLASSES_SQUARE };

#define FACE_MARKS 9

struct face_mark {
    struct point place;
    float radius;
    float strength; /* 0..1; how much darker than the skin */
};

/* [0] is the side on the left of the picture. */
struct face_eye {
    float half_width, upper, lower; /* of the opening, above and below the pupil */
    float tilt;                     /* of the outer corner, upwards positive */
    float crease, bag;
};

struct face_brow {
    float height, length, thickness, arch, tilt, inner;
};

struct face_person {
    uint64_t texture; /* seed of skin texture, hair strands */
    float age;        /* years */
    float masculine;  /* 0..1 */
    struct colour skin, lip, hair, iris, shirt;

    float crown, chin;                       /* v of both ends of the skull; crown negative */
    float temple, cheek, jaw, jowl;          /* half widths at v = -0.6, 0.3, 1.1 and the chin */
    float crown_round, chin_round;           /* exponents of the ends: higher is squarer */
    float lean;                              /* sideways shift of the chin */
    float neck, ear_size, ear_out, ear_drop; /* neck: half width */

    struct face_eye eye[2];
    float iris_radius, socket;
    struct face_brow brow[2];
    float nose_length, nose_width, nose_bridge, nose_tip, nose_lean, nostril, nose_hook;
    float mouth, mouth_width, upper_lip, lower_lip, bow, corner, philtrum;
    float cheekbone, chin_ball, chin_cleft;
    float fold, forehead_lines, crow_feet, frown, freckles, mottle;

    enum hair_style hair_style;
    float hair_height, hair_side, hair_length, hairline, peak, part, recede;
    enum beard_style beard;
    float beard_length;
    enum glasses_style glasses;
    struct colour glasses_colour;
    float glasses_width;

    struct face_mark marks[FACE_MARKS];
    int mark_count;
    struct point scar[2]; /* both ends; equal: no scar */
};

/* Person `index` of the population of `seed`; the same two numbers give the same person. */
struct face_person face_person_make(uint64_t seed, int index);

#endif
