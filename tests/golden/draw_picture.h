/* Fixed pictures for golden documents: drawn by arithmetic, so that the repository holds no photo of anybody. */
#ifndef LEADSPOOL_TESTS_GOLDEN_DRAW_PICTURE_H
#define LEADSPOOL_TESTS_GOLDEN_DRAW_PICTURE_H

#include "photo/eye_points.h"
#include "photo/image.h"

/* A schematic head; `seed` varies its proportions. `scene` puts it small before a background instead of
   filling the picture. `eyes` are the points where the eyes were drawn. */
bool draw_picture(struct image *image, int width, int height, unsigned int seed, bool scene,
                  struct eye_points *eyes, struct error *error);

#endif
