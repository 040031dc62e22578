/*
 * Drawing a person into a picture; each part of the face has its own file.
 */
#ifndef LEADSPOOL_DEMO_FACE_DRAW_H
#define LEADSPOOL_DEMO_FACE_DRAW_H

#include "demo/face_canvas.h"
#include "demo/face_person.h"
#include "demo/face_relief.h"
#include "demo/face_scene.h"

struct drawing {
    struct canvas *canvas;
    const struct face_person *person;
    const struct face_scene *scene;
    struct outline skin, hair; /* hair: the outline of the head with its hair */
    float hair_line[256];      /* its lower edge above the face, for u in -2 .. 2 */
    struct relief *relief;
};

/* The whole picture, before the camera. False: out of memory. */
bool face_draw(struct canvas *canvas, const struct face_person *person, const struct face_scene *scene);

void face_draw_plan_hair(struct drawing *drawing);
void face_draw_eyes(const struct drawing *drawing);
void face_draw_brows(const struct drawing *drawing);
void face_draw_glasses(const struct drawing *drawing);
void face_draw_nose(const struct drawing *drawing);
void face_draw_mouth(const struct drawing *drawing);
void face_draw_age(const struct drawing *drawing);
void face_draw_marks(const struct drawing *drawing);
void face_draw_beard(const struct drawing *drawing);
void face_draw_hair_behind(const struct drawing *drawing);
void face_draw_hair_front(const struct drawing *drawing);

static inline struct ink ink_paint(struct colour colour, float opacity, float softness)
{
    return (struct ink){colour, opacity, softness, false};
}

/* Darkens by `amount` (0..1) towards a warm brown, as folds of skin do. */
static inline struct ink ink_shadow(float amount, float softness)
{
    return (struct ink){{1.0f - amount, 1.0f - 1.12f * amount, 1.0f - 1.18f * amount}, 1.0f, softness, true};
}

#endif
