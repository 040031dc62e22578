/*
 * draw-faces: invented people for the demonstration and the tests.
 *
 *   draw-faces --people 300 --seed 1 OUT        two pictures of each person and OUT/faces.csv
 *   draw-faces --person 7 --picture 2 OUT.jpg   one picture; its eye points on standard output
 *   draw-faces --unusable OUT.jpg --person 7    the same, tiny, dark and blurred
 *
 * Persons count from 0. Picture 1 is the controlled one of a gallery, 2 and up are probes taken elsewhere.
 * faces.csv: file,person,picture,left_x,left_y,right_x,right_y with the pupils in pixels from the centre
 * of the first pixel, left meaning the left of the picture. The same numbers give the same files.
 */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "demo/face_picture.h"

struct wish {
    uint64_t seed;
    int people, person, picture, quality;
    const char *unusable;
};

static int usage(void)
{
    fputs("usage: draw-faces [--seed S] --people N DIRECTORY\n"
          "       draw-faces [--seed S] --person N [--picture K] FILE.jpg\n"
          "       draw-faces [--seed S] --unusable FILE.jpg --person N\n",
          stderr);
    return EX_USAGE;
}

static void print_row(FILE *out, const char *file, int person, int picture, const struct face_picture *face)
{
    fprintf(out, "%s,%d,%d,%.2f,%.2f,%.2f,%.2f\n", file, person, picture, (double)face->left.u,
            (double)face->left.v, (double)face->right.u, (double)face->right.v);
}

static int draw_one(const struct wish *wish, const char *path)
{
    struct face_picture face;
    if (!face_picture_draw(&face, wish->seed, wish->person, wish->picture)) {
        fputs("draw-faces: out of memory\n", stderr);
        return EX_OSERR;
    }
    int code = EX_OK, quality = wish->quality;
    if (wish->unusable != NULL) {
        quality = 30;
        if (!face_picture_spoil(&face, 8))
            code = EX_OSERR;
    }
    if (code == EX_OK && !face_picture_write(&face, path, quality))
        code = EX_IOERR;
    if (code == EX_OK)
        print_row(stdout, path, wish->person, wish->picture, &face);
    face_picture_free(&face);
    return code;
}

static void picture_name(char *name, size_t size, int person, int number)
{
    snprintf(name, size, "person-%04d-%d.jpg", person, number);
}

/* Every `step`th person from `first`: the share of one process. */
static bool draw_share(const struct wish *wish, const char *directory, int first, int step)
{
    for (int person = first; person < wish->people; person += step)
        for (int number = 1; number <= 2; number++) {
            struct face_picture face;
            char name[64], path[4096];
            picture_name(name, sizeof name, person, number);
            snprintf(path, sizeof path, "%s/%s", directory, name);
            if (!face_picture_draw(&face, wish->seed, person, number))
                return false;
            bool written = face_picture_write(&face, path, wish->quality);
            face_picture_free(&face);
            if (!written)
                return false;
        }
    return true;
}

static bool write_table(const struct wish *wish, const char *directory)
{
    char path[4096], name[64];
    snprintf(path, sizeof path, "%s/faces.csv", directory);
    FILE *table = fopen(path, "w");
    if (table == NULL) {
        fprintf(stderr, "draw-faces: cannot write %s: %s\n", path, strerror(errno));
        return false;
    }
    fputs("file,person,picture,left_x,left_y,right_x,right_y\n", table);
    for (int person = 0; person < wish->people; person++)
        for (int number = 1; number <= 2; number++) {
            struct face_picture face = face_picture_plan(wish->seed, person, number);
            picture_name(name, sizeof name, person, number);
            print_row(table, name, person, number, &face);
        }
    return fclose(table) == 0;
}

static int draw_people(const struct wish *wish, const char *directory)
{
    if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "draw-faces: cannot make %s: %s\n", directory, strerror(errno));
        return EX_CANTCREAT;
    }
    int shares = (int)sysconf(_SC_NPROCESSORS_ONLN), started = 0;
    if (shares < 1)
        shares = 1;
    bool done = true;
    for (; started < shares; started++) {
        pid_t child = fork();
        if (child == 0)
            _exit(draw_share(wish, directory, started, shares) ? 0 : 1);
        if (child < 0) {
            done = draw_share(wish, directory, started, shares);
            if (!done)
                break;
        }
    }
    int status;
    while (wait(&status) > 0)
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            done = false;
    done = done && write_table(wish, directory);
    if (!done)
        fprintf(stderr, "draw-faces: %s is incomplete\n", directory);
    return done ? EX_OK : EX_IOERR;
}

static bool whole_number(const char *text, long low, long high, long *value)
{
    char *end;
    errno = 0;
    *value = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *value >= low && *value <= high;
}

int main(int count, char **arguments)
{
    /* the canvases of hundreds of pictures, one after the other in the same memory instead of fresh pages
       each */
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 128 << 20);
    static const struct option options[] = {
        {"people", required_argument, NULL, 'n'},   {"seed", required_argument, NULL, 's'},
        {"person", required_argument, NULL, 'p'},   {"picture", required_argument, NULL, 'k'},
        {"unusable", required_argument, NULL, 'u'}, {NULL, 0, NULL, 0}};
    struct wish wish = {.seed = 1, .person = -1, .picture = 0, .quality = 88};
    int option;
    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        long value = 0;
        if (option == 'u')
            wish.unusable = optarg;
        else if (option == '?' || !whole_number(optarg, 0, 1000000, &value))
            return usage();
        if (option == 'n')
            wish.people = (int)value;
        else if (option == 's')
            wish.seed = (uint64_t)value;
        else if (option == 'p')
            wish.person = (int)value;
        else if (option == 'k')
            wish.picture = (int)value;
    }
    const char *path = optind < count ? arguments[optind] : wish.unusable;
    if (path == NULL || (wish.people > 0) == (wish.person >= 0))
        return usage();
    if (wish.people > 0)
        return draw_people(&wish, path);
    if (wish.picture == 0)
        wish.picture = wish.unusable == NULL ? 1 : 2;
    return draw_one(&wish, path);
}
