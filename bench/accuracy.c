/*
 * How well the embedded engine finds people in a labelled set:
 *     build/bench/accuracy DIR [EYE-ERROR] [--auto-eyes] [-j]
 *
 * DIR holds photos.csv (file,person,role,left_x,left_y,right_x,right_y; role is enrol, distractor or probe)
 * and the pictures. Every probe is compared with every enrolled photo. Prints rank-1, rank-10 and the share
 * of mates above the score that 1 % and 0.1 % of all others exceed (TAR at FAR). EYE-ERROR adds Gaussian
 * error to the probes' eyes, as a fraction of the eye distance. With --auto-eyes all eyes are found by
 * photo/eyes.h, and their errors against the marks are printed (bench/eye_errors.h). With -j one JSON object a line instead of the
 * table.
 *
 * The first line is the engine as a search uses it; "first comparison alone" is what it says before the best
 * are compared again. OpenCV's LBPH is measured beside it where `make bench` found OpenCV.
 *
 * Does not choose anything from the set; the engine is as shipped.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/eye_errors.h"
#include "match/engine.h"
#include "match/score.h"
#include "photo/decode.h"

struct subject {
    char *person;
    uint8_t *template_bytes;   /* enrolled photos */
    struct match_probe *probe; /* probes, until they were compared */
};

struct set {
    struct subject *enrolled, *probes;
    size_t enrolled_count, probe_count;
    size_t failures;
    double seconds_decode, seconds_extract;
    double processor_enrol; /* of enrolled photos: decoding, finding eyes, template */
    struct eye_errors eyes;
};

static const struct match_engine *const engine = &match_engine_embedded;

/* Of this processor core: others on the machine do not count. */
static double now(void)
{
    return eye_errors_clock();
}

/* A fixed sequence, so that two runs disturb the same eyes in the same way. */
static double uniform(void)
{
    static uint64_t state = 3;
    state = state * 6364136223846793005U + 1442695040888963407U;
    return ((double)(state >> 11) + 0.5) / 9007199254740992.0;
}

static double gaussian(void)
{
    return sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform());
}

static void *grown(void *array, size_t count, size_t size)
{
    if ((count & (count + 1)) != 0 && count != 0)
        return array;
    array = realloc(array, (2 * count + 2) * size);
    if (array == NULL)
        exit(75);
    return array;
}

static bool photo_add(struct set *set, const char *folder, char *fields[7], double eye_error,
                      struct error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, fields[0]);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_system(error, "opening %s", path);
    struct photo photo;
    double start = now(), processor = start;
    bool done = photo_decode_file(file, NULL, &photo, error);
    close(file);
    set->seconds_decode += now() - start;
    double eyes[4];
    for (int i = 0; i < 4; i++)
        eyes[i] = atof(fields[3 + i]);
    bool is_probe = strcmp(fields[2], "probe") == 0;
    if (is_probe && eye_error > 0) {
        double spread = eye_error * hypot(eyes[2] - eyes[0], eyes[3] - eyes[1]) / sqrt(2);
        for (int i = 0; i < 4; i++)
            eyes[i] += spread * gaussian();
    }
    struct eye_points points = {(int32_t)lround(eyes[0] * 100), (int32_t)lround(eyes[1] * 100),
                                (int32_t)lround(eyes[2] * 100), (int32_t)lround(eyes[3] * 100)};
    struct subject subject = {.person = strdup(fields[1])};
    if (done && set->eyes.finder != NULL && !eye_errors_find(&set->eyes, &photo.image, &points))
        done = error_set(error, FAULT_INPUT, "no eyes were found");
    start = now();
    done = done && eye_points_check(&points, photo.image.width, photo.image.height, error);
    if (done && is_probe)
        done = engine->probe_make(&photo.image, &points, &subject.probe, error);
    else if (done && (subject.template_bytes = malloc(engine->template_size)) != NULL)
        done = engine->extract(&photo.image, &points, subject.template_bytes, error);
    set->seconds_extract += is_probe ? 0 : now() - start;
    set->processor_enrol += is_probe ? 0 : now() - processor;
    image_free(&photo.image);
    if (!done) {
        free(subject.person);
        free(subject.template_bytes);
        return error_context(error, "%s", path);
    }
    struct subject **list = is_probe ? &set->probes : &set->enrolled;
    size_t *count = is_probe ? &set->probe_count : &set->enrolled_count;
    *list = grown(*list, *count, sizeof **list);
    (*list)[(*count)++] = subject;
    return true;
}

/* Reads the table and adds the photos of the wanted kind, so that probes (large once prepared) can be
   compared one by one; false when the table cannot be read. */
static bool set_read(struct set *set, const char *folder, bool probes, double eye_error,
                     void (*each)(struct set *, void *), void *context)
{
    char path[4096], line[4096];
    snprintf(path, sizeof path, "%s/photos.csv", folder);
    FILE *table = fopen(path, "r");
    if (table == NULL) {
        fprintf(stderr, "accuracy: opening %s: %s\n", path, strerror(errno));
        return false;
    }
    bool header = true;
    while (fgets(line, sizeof line, table) != NULL) {
        char *fields[7] = {0}, *rest = line;
        for (int i = 0; i < 7; i++)
            fields[i] = strsep(&rest, ",\n");
        if (header || fields[6] == NULL || (strcmp(fields[2], "probe") == 0) != probes) {
            header = false;
            continue;
        }
        struct error error = ERROR_NONE;
        if (!photo_add(set, folder, fields, eye_error, &error)) {
            fprintf(stderr, "accuracy: %s\n", error.text);
            set->failures++;
        } else if (each != NULL) {
            each(set, context);
        }
    }
    fclose(table);
    return true;
}

/* One way of scoring: everything a line of the table says. */
struct results {
    int64_t *others; /* scores of non-mates */
    size_t other_count;
    int64_t *mates; /* best score of each probe's mates */
    size_t mate_count;
    size_t rank_one, rank_ten;
};

struct comparison {
    struct results first, refined; /* the bulk comparison alone; and with the second comparison of the best */
    struct match_refiner *refiner;
    const uint8_t **templates, **cohort;
    uint8_t *standings;
    const void **standing_of;
    size_t cohort_count;
    double seconds, seconds_refined;
};

static void results_add(struct results *results, const struct set *set, const struct subject *probe,
                        const int64_t *scores)
{
    int64_t mate = INT64_MIN;
    for (size_t i = 0; i < set->enrolled_count; i++)
        if (strcmp(set->enrolled[i].person, probe->person) == 0 && scores[i] > mate)
            mate = scores[i];
    size_t better = 0;
    for (size_t i = 0; i < set->enrolled_count; i++)
        if (strcmp(set->enrolled[i].person, probe->person) != 0) {
            better += scores[i] >= mate;
            results->others = grown(results->others, results->other_count, sizeof *results->others);
            results->others[results->other_count++] = scores[i];
        }
    results->rank_one += better == 0;
    results->rank_ten += better < 10;
    results->mates = grown(results->mates, results->mate_count, sizeof *results->mates);
    results->mates[results->mate_count++] = mate;
}

static int template_order(const void *a, const void *b)
{
    return memcmp(*(const uint8_t *const *)a, *(const uint8_t *const *)b, engine->template_size);
}

/* Any fixed choice will do for a cohort, so long as it says nothing about the persons. */
static void cohort_choose(const struct set *set, struct comparison *comparison)
{
    size_t count = set->enrolled_count;
    comparison->templates = malloc(count * sizeof *comparison->templates);
    comparison->cohort = malloc(count * sizeof *comparison->cohort);
    if (comparison->templates == NULL || comparison->cohort == NULL)
        exit(75);
    for (size_t i = 0; i < count; i++)
        comparison->cohort[i] = comparison->templates[i] = set->enrolled[i].template_bytes;
    qsort(comparison->cohort, count, sizeof *comparison->cohort, template_order);
    comparison->cohort_count = count < MATCH_COHORT ? count : MATCH_COHORT;
    for (size_t i = 0; count > MATCH_COHORT && i < MATCH_COHORT; i++)
        comparison->cohort[i] = comparison->cohort[i * count / MATCH_COHORT];
    if (engine->refiner_make == NULL)
        return;
    comparison->standings = malloc(count * engine->standing_size);
    comparison->standing_of = malloc(count * sizeof *comparison->standing_of);
    if (comparison->standings == NULL || comparison->standing_of == NULL ||
        !engine->refiner_make(comparison->cohort, comparison->cohort_count, &comparison->refiner, NULL) ||
        !engine->stand(comparison->refiner, comparison->templates, count, comparison->standings, NULL))
        exit(75);
    for (size_t i = 0; i < count; i++)
        comparison->standing_of[i] = comparison->standings + i * engine->standing_size;
}

/* Compares the probe added last. */
static void compare_last(struct set *set, void *context)
{
    struct comparison *comparison = context;
    struct subject *probe = &set->probes[set->probe_count - 1];
    size_t count = set->enrolled_count, parts = engine->distance_count;
    if (comparison->templates == NULL)
        cohort_choose(set, comparison);
    size_t most = count > comparison->cohort_count ? count : comparison->cohort_count;
    uint16_t *distances = malloc(most * parts * sizeof *distances);
    int64_t *scores = malloc(count * sizeof *scores);
    if (distances == NULL || scores == NULL)
        exit(75);
    engine->compare(probe->probe, comparison->cohort, comparison->cohort_count, distances);
    struct match_cohort cohort = {0};
    struct score_cohort fused = {0};
    struct match_fusion *fusion = NULL;
    for (size_t i = 0; i < comparison->cohort_count; i++)
        match_cohort_add(&cohort, distances + i * parts, parts);
    if (!engine->fusion_make(&cohort, &fusion, NULL))
        exit(75);
    for (size_t i = 0; i < comparison->cohort_count; i++)
        score_cohort_add(&fused, engine->fuse(fusion, distances + i * parts));
    double start = now();
    engine->compare(probe->probe, comparison->templates, count, distances);
    comparison->seconds += now() - start;
    for (size_t i = 0; i < count; i++)
        scores[i] = score_of(&fused, engine->fuse(fusion, distances + i * parts));
    results_add(&comparison->first, set, probe, scores);
    start = now();
    if (comparison->refiner != NULL) {
        if (!engine->refine(comparison->refiner, probe->probe, comparison->templates, comparison->standing_of,
                            count, scores, NULL))
            exit(75);
        results_add(&comparison->refined, set, probe, scores);
    }
    comparison->seconds_refined += now() - start;
    engine->fusion_free(fusion);
    engine->probe_free(probe->probe);
    probe->probe = NULL;
    free(distances);
    free(scores);
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Share of mates above the score that `far` of the others exceed. */
static double accepted(const struct results *results, double far)
{
    if (results->other_count == 0)
        return 0;
    double at = (1 - far) * (double)(results->other_count - 1);
    size_t below = (size_t)at;
    size_t above = below + 1 < results->other_count ? below + 1 : below;
    double threshold = (double)results->others[below] +
                       (at - (double)below) * (double)(results->others[above] - results->others[below]);
    size_t count = 0;
    for (size_t i = 0; i < results->mate_count; i++)
        count += (double)results->mates[i] > threshold;
    return 100.0 * (double)count / (double)results->mate_count;
}

static void print_measure(const char *measure, double value, const char *unit)
{
    printf("{\"measure\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", measure, value, unit);
}

/* One that is held to something: at most `reach` milliseconds, or at least `reach` photos. */
static void print_held(const char *measure, double value, const char *unit, double reach, double beyond)
{
    bool less = beyond < reach;
    printf("{\"measure\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"against\":%g,\"ratio\":%.3f,\"reach\":1,"
           "\"beyond\":%.3f,\"ok\":%s}\n",
           measure, value, unit, reach, less ? reach / value : value / reach,
           less ? reach / beyond : beyond / reach,
           (less ? value <= reach : value >= reach) ? "true" : "false");
}

static void print_results(const char *profile, struct results *results, bool json)
{
    qsort(results->others, results->other_count, sizeof *results->others, ascending);
    double probes = (double)results->mate_count;
    const struct {
        const char *name;
        double value;
    } measures[] = {{"rank-1", 100.0 * (double)results->rank_one / probes},
                    {"rank-10", 100.0 * (double)results->rank_ten / probes},
                    {"TAR at FAR 1 %", accepted(results, 0.01)},
                    {"TAR at FAR 0.1 %", accepted(results, 0.001)}};
    for (size_t i = 0; i < 4; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s%s%s", measures[i].name, profile[0] != '\0' ? ", " : "", profile);
        if (json)
            print_measure(name, measures[i].value, "%");
        else
            printf("%s%s %.2f %%", i == 0 ? "  " : ", ", measures[i].name, measures[i].value);
    }
    if (!json)
        printf("%s%s%s\n", profile[0] != '\0' ? " (" : "", profile, profile[0] != '\0' ? ")" : "");
}

/* The peer's line, where `make bench` built it beside this program. */
static void print_peer(const char *own, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s-lbph", own);
    if (access(path, X_OK) != 0)
        return;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execl(path, path, folder, (char *)NULL);
        _exit(127);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[argc - 1], "-j") == 0;
    int arguments = argc - json;
    bool automatic = arguments > 2 && strcmp(argv[arguments - 1], "--auto-eyes") == 0;
    arguments -= automatic;
    if (arguments != 2 && arguments != 3) {
        fprintf(stderr, "usage: accuracy DIR [EYE-ERROR] [--auto-eyes] [-j]\n");
        return 64;
    }
    struct set set = {0};
    if (automatic && !eye_finder_make(&set.eyes.finder, NULL))
        return 75;
    struct comparison comparison = {0};
    double eye_error = arguments == 3 ? atof(argv[2]) : 0;
    if (!set_read(&set, argv[1], false, 0, NULL, NULL) ||
        !set_read(&set, argv[1], true, eye_error, compare_last, &comparison))
        return 66;
    if (comparison.first.mate_count == 0 || set.enrolled_count == 0) {
        fprintf(stderr, "accuracy: %s has no probe or no enrolled photo\n", argv[1]);
        return 65;
    }
    double photos = (double)(comparison.first.mate_count + set.enrolled_count);
    double comparisons = (double)comparison.first.mate_count * (double)set.enrolled_count;
    if (!json)
        printf("%s: %zu enrolled, %zu probes, %zu failures, %zu-byte template\n", argv[1], set.enrolled_count,
               comparison.first.mate_count, set.failures, engine->template_size);
    print_results("", comparison.refiner != NULL ? &comparison.refined : &comparison.first, json);
    if (comparison.refiner != NULL)
        print_results("first comparison alone", &comparison.first, json);
    if (json) {
        print_measure("failures to enrol", (double)set.failures, "photos");
        print_held("extraction", 1000 * set.seconds_extract / (double)set.enrolled_count, "ms/photo", 2, 0.7);
    } else {
        printf("  decode %.2f ms, template %.2f ms (wanted: 2, beyond 0.7) a photo; %.0f comparisons/s, "
               "refined %.0f/s, on one core\n",
               1000 * set.seconds_decode / photos, 1000 * set.seconds_extract / (double)set.enrolled_count,
               comparisons / comparison.seconds, comparisons / comparison.seconds_refined);
    }
    if (automatic) {
        eye_errors_print(&set.eyes, json);
        double enrolments = (double)set.enrolled_count / set.processor_enrol;
        if (json)
            print_held("enrolment with eyes", enrolments, "photos/s/core", 150, 150);
        else
            printf(
                "  enrolment: %.0f photos/s/core (decode, eyes, template; wanted of 480 x 600 pixels: 150)\n",
                enrolments);
    }
    if (!json)
        print_peer(argv[0], argv[1]);
    return 0;
}
