/*
 * From a person and a picture number to a JPEG file with known eye points.
 *
 * Deterministic: the same numbers give the same bytes with the same libjpeg.
 */
#include "demo/face_picture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "demo/face_camera.h"
#include "demo/face_draw.h"

struct face_picture face_picture_plan(uint64_t seed, int person, int picture_number)
{
    struct face_scene scene = face_scene_make(seed, person, picture_number);
    return (struct face_picture){.width = scene.width,
                                 .height = scene.height,
                                 .left = canvas_pixel_point(&scene.view, -0.5f, 0.0f),
                                 .right = canvas_pixel_point(&scene.view, 0.5f, 0.0f)};
}

bool face_picture_draw(struct face_picture *picture, uint64_t seed, int person, int picture_number)
{
    struct face_person traits = face_person_make(seed, person);
    struct face_scene scene = face_scene_make(seed, person, picture_number);
    struct canvas canvas;
    *picture = face_picture_plan(seed, person, picture_number);
    if (!canvas_make(&canvas, scene.width, scene.height, scene.view))
        return false;
    picture->bytes = malloc((size_t)scene.width * (size_t)scene.height * 3);
    bool done = picture->bytes != NULL && face_draw(&canvas, &traits, &scene) &&
                face_camera_take(&canvas, &scene, picture->bytes);
    canvas_free(&canvas);
    if (!done)
        face_picture_free(picture);
    return done;
}

bool face_picture_spoil(struct face_picture *picture, int times)
{
    int width = picture->width / times, height = picture->height / times;
    unsigned char *small = malloc((size_t)width * (size_t)height * 3);
    if (small == NULL)
        return false;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int k = 0; k < 3; k++) {
                /* a box of twice the step: detail finer than the new pixels is gone, and some more */
                long sum = 0, count = 0;
                for (int dy = -times; dy < 2 * times; dy++)
                    for (int dx = -times; dx < 2 * times; dx++) {
                        int sx = x * times + dx, sy = y * times + dy;
                        if (sx < 0 || sy < 0 || sx >= picture->width || sy >= picture->height)
                            continue;
                        sum += picture->bytes[3 * ((long)sy * picture->width + sx) + k];
                        count++;
                    }
                small[3 * ((long)y * width + x) + k] = (unsigned char)(sum / (count * 7 + 1));
            }
    free(picture->bytes);
    picture->bytes = small;
    picture->width = width;
    picture->height = height;
    float factor = 1.0f / (float)times, shift = 0.5f * factor - 0.5f;
    picture->left = (struct point){picture->left.u * factor + shift, picture->left.v * factor + shift};
    picture->right = (struct point){picture->right.u * factor + shift, picture->right.v * factor + shift};
    return true;
}

bool face_picture_write(const struct face_picture *picture, const char *path, int quality)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fprintf(stderr, "draw-faces: cannot write %s: %s\n", path, strerror(errno));
        return false;
    }
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = (JDIMENSION)picture->width;
    jpeg.image_height = (JDIMENSION)picture->height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = picture->bytes + (size_t)jpeg.next_scanline * (size_t)picture->width * 3;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    bool written = ferror(file) == 0;
    if (fclose(file) != 0 || !written) {
        fprintf(stderr, "draw-faces: cannot write %s: %s\n", path, strerror(errno));
        return false;
    }
    return true;
}

void face_picture_free(struct face_picture *picture)
{
    free(picture->bytes);
    picture->bytes = NULL;
}
