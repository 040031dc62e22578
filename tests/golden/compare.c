/*
 * compare A.png B.png
 *
 * Exit 0 when two rendered pages look alike: same size, and at most one pixel in 250 differs by more than 48
 * levels of 255. Renderers of different versions smooth letters differently; a line that moved or a word that
 * changed differs more. Prints the share of differing pixels, in hundredths of a per cent, when they do not.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "photo/decode.h"

#define LEVELS 64
#define ONE_IN 2000

static bool read_page(const char *path, struct image *grey, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct photo photo = {0};
    if (file < 0)
        return error_system(error, "%s", path);
    bool done = photo_decode_file(file, NULL, &photo, error) && image_grey(grey, &photo.image, error);
    image_free(&photo.image);
    close(file);
    return done;
}

int main(int count, char **arguments)
{
    struct error error = ERROR_NONE;
    struct image a = IMAGE_EMPTY;
    struct image b = IMAGE_EMPTY;
    if (count != 3)
        return 64;
    if (!read_page(arguments[1], &a, &error) || !read_page(arguments[2], &b, &error)) {
        fprintf(stderr, "compare: %s\n", error.text);
        return 66;
    }
    if (a.width != b.width || a.height != b.height) {
        printf("%d x %d against %d x %d pixels\n", a.width, a.height, b.width, b.height);
        return 1;
    }
    size_t size = image_size(&a);
    size_t differing = 0;
    for (size_t i = 0; i < size; i++)
        if (abs((int)a.pixels[i] - (int)b.pixels[i]) > LEVELS)
            differing++;
    image_free(&a);
    image_free(&b);
    if (differing * ONE_IN <= size)
        return 0;
    printf("%zu of %zu pixels differ\n", differing, size);
    return 1;
}
