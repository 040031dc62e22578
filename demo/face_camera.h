/*
 * What the camera makes of a painted canvas.
 */
#ifndef LEADSPOOL_DEMO_FACE_CAMERA_H
#define LEADSPOOL_DEMO_FACE_CAMERA_H

#include <stdbool.h>

#include "demo/face_canvas.h"
#include "demo/face_scene.h"

/* Light, blur and noise: the finished picture as width * height * 3 bytes. False: out of memory. */
bool face_camera_take(const struct canvas *canvas, const struct face_scene *scene, unsigned char *bytes);

#endif
