/*
 * What the first stage costs in recall:  build/bench/recall [-e N] [-f coarse|hash] [-j] DIR...
 *
 * Each DIR is a labelled set as for bench/accuracy. The enrolled photos of all sets together are one gallery.
 * Every probe is searched in full and in two stages with several shares; printed are, for each set, the probes
 * whose person comes first in full, and how many points fewer in two stages: net, and gone and come separately, for
 * where a stranger who is left out stood before the mate, the mate comes first. A share is held to 0.2 points.
 * With -e only every Nth probe of a set is searched.
 *
 * Does not choose anything: engine and stages are as shipped.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "match/search.h"
#include "photo/decode.h"

enum { SETS_MOST = 16, GROUP = 64 };

static const struct match_engine *const engine = &match_engine_embedded;
static const unsigned shares[] = {0, 200, 150, 120, 80, 50}; /* thousandths; 0: in full */
enum { SHARES = sizeof shares / sizeof shares[0] };

struct gallery {
    struct segment_entry *entries;
    size_t count;
};

struct probes {
    struct match_probe *probe[GROUP];
    char person[GROUP][SEGMENT_ID_SIZE];
    size_t count;
};

struct row {
    size_t probes, first[SHARES], gone[SHARES];
};

static enum search_first way = SEARCH_COARSE;

static void fail(const struct error *error)
{
    fprintf(stderr, "recall: %s\n", error->text);
    exit(70);
}

/* One line of a set's table: decoded, to a template or a probe. */
static bool line_read(const char *folder, char *fields[7], uint8_t *template_bytes,
                      struct match_probe **probe)
{
    char path[4096];
    struct error error = ERROR_NONE;
    struct photo photo;
    snprintf(path, sizeof path, "%s/%s", folder, fields[0]);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool done = file >= 0 && photo_decode_file(file, NULL, &photo, &error);
    if (file >= 0)
        close(file);
    if (!done)
        return false;
    int32_t at[4];
    for (int i = 0; i < 4; i++)
        at[i] = (int32_t)lround(atof(fields[3 + i]) * 100);
    struct eye_points eyes = {at[0], at[1], at[2], at[3]};
    done = eye_points_check(&eyes, photo.image.width, photo.image.height, &error) &&
           (probe != NULL ? engine->probe_make(&photo.image, &eyes, probe, &error)
                          : engine->extract(&photo.image, &eyes, template_bytes, &error));
    image_free(&photo.image);
    return done;
}

/* Calls `each` for the lines of one role. */
static void set_read(const char *folder, bool probes, size_t every,
                     void (*each)(void *, const char *, char *[7]), void *context)
{
    char path[4096], line[4096];
    snprintf(path, sizeof path, "%s/photos.csv", folder);
    FILE *table = fopen(path, "r");
    if (table == NULL) {
        perror(path);
        exit(66);
    }
    size_t number = 0;
    for (bool header = true; fgets(line, sizeof line, table) != NULL; header = false) {
        char *fields[7] = {0}, *rest = line;
        for (int i = 0; i < 7; i++)
            fields[i] = strsep(&rest, ",\n");
        if (!header && fields[6] != NULL && (strcmp(fields[2], "probe") == 0) == probes &&
            number++ % every == 0)
            each(context, folder, fields);
    }
    fclose(table);
}

static char *name_of(const char *folder, const char *person)
{
    char name[SEGMENT_ID_SIZE];
    const char *slash = strrchr(folder, '/');
    snprintf(name, sizeof name, "%.14s:%.24s", slash == NULL ? folder : slash + 1, person);
    return strdup(name);
}

static void enrol(void *context, const char *folder, char *fields[7])
{
    struct gallery *gallery = context;
    uint8_t *bytes = malloc(engine->template_size);
    if (bytes == NULL || !line_read(folder, fields, bytes, NULL)) {
        free(bytes);
        return;
    }
    char photo[32];
    snprintf(photo, sizeof photo, "P-%06zu", gallery->count);
    gallery->entries = realloc(gallery->entries, (gallery->count + 1) * sizeof *gallery->entries);
    if (gallery->entries == NULL)
        exit(75);
    gallery->entries[gallery->count++] =
        (struct segment_entry){strdup(photo), name_of(folder, fields[1]), bytes, 0};
}

struct asking {
    const struct segment *segment;
    struct probes probes;
    struct row *row;
};

static void probes_search(struct asking *asking)
{
    bool in_full[GROUP] = {false};
    for (size_t s = 0; s < SHARES; s++) {
        struct search_request request = {.engine = engine,
                                         .probes = asking->probes.probe,
                                         .probe_count = asking->probes.count,
                                         .segments = asking->segment,
                                         .segment_count = 1,
                                         .length = CANDIDATES_DEFAULT,
                                         .full_below = shares[s] == 0 ? UINT64_MAX : 0,
                                         .first = way,
                                         .share = shares[s] == 0 ? 1 : shares[s]};
        struct search_result result;
        struct error error = ERROR_NONE;
        if (!search_run(&request, &result, &error))
            fail(&error);
        for (size_t p = 0; p < asking->probes.count; p++) {
            const struct candidates *list = &result.lists[p].candidates;
            bool found =
                list->count > 0 && strcmp(list->list[0].record->person, asking->probes.person[p]) == 0;
            in_full[p] = s == 0 ? found : in_full[p];
            asking->row->first[s] += found;
            asking->row->gone[s] += in_full[p] && !found;
        }
        search_result_free(&result);
    }
    asking->row->probes += asking->probes.count;
    for (size_t p = 0; p < asking->probes.count; p++)
        engine->probe_free(asking->probes.probe[p]);
    asking->probes.count = 0;
}

static void ask(void *context, const char *folder, char *fields[7])
{
    struct asking *asking = context;
    struct probes *probes = &asking->probes;
    if (!line_read(folder, fields, NULL, &probes->probe[probes->count]))
        return;
    char *person = name_of(folder, fields[1]);
    snprintf(probes->person[probes->count++], SEGMENT_ID_SIZE, "%s", person);
    free(person);
    if (probes->count == GROUP)
        probes_search(asking);
}

static void print_row(const char *folder, const struct row *row, bool json)
{
    double full = 100.0 * (double)row->first[0] / (double)row->probes;
    if (!json)
        printf("%-30s %6zu probes, rank-1 in full %6.2f; in two stages", folder, row->probes, full);
    for (size_t s = 1; s < SHARES; s++) {
        double lost = full - 100.0 * (double)row->first[s] / (double)row->probes;
        if (json)
            printf("{\"measure\":\"%s: points of rank-1 lost at %g %%\",\"value\":%.2f,\"unit\":\"points\","
                   "\"against\":%.2f,\"reach\":0.2,\"ok\":%s}\n",
                   folder, shares[s] / 10.0, lost, full, lost <= 0.2 ? "true" : "false");
        else
            printf("  %g %%: %+.2f (-%zu +%zu)", shares[s] / 10.0, -lost, row->gone[s],
                   row->first[s] + row->gone[s] - row->first[0]);
    }
    if (!json)
        printf("\n");
}

int main(int argc, char **argv)
{
    bool json = false;
    size_t every = 1;
    for (int option; (option = getopt(argc, argv, "e:f:j")) != -1;) {
        json = json || option == 'j';
        every = option == 'e' ? strtoul(optarg, NULL, 10) : every;
        way = option == 'f' ? search_first_of(optarg) : way;
    }
    int sets = argc - optind;
    if (sets < 1 || sets > SETS_MOST || every == 0) {
        fprintf(stderr, "usage: recall [-e N] [-f coarse|hash] [-j] DIR...\n");
        return 64;
    }
    argv += optind - 1;
    struct gallery gallery = {0};
    struct error error = ERROR_NONE;
    for (int i = 1; i <= sets; i++)
        set_read(argv[i], false, 1, enrol, &gallery);
    uint8_t *bytes = NULL;
    size_t length;
    struct segment segment;
    if (!segment_make(engine, gallery.entries, gallery.count, &bytes, &length, &error))
        fail(&error);
    int file = memory_file("gallery", bytes, length, &error);
    free(bytes);
    if (file < 0 || !segment_open(file, engine, &segment, &error))
        fail(&error);
    for (int i = 1; i <= sets; i++) {
        struct row row = {0};
        struct asking *asking = calloc(1, sizeof *asking);
        if (asking == NULL)
            return 75;
        asking->segment = &segment;
        asking->row = &row;
        set_read(argv[i], true, every, ask, asking);
        if (asking->probes.count > 0)
            probes_search(asking);
        free(asking);
        if (row.probes > 0)
            print_row(argv[i], &row, json);
        fflush(stdout);
    }
    segment_close(&segment);
    close(file);
    return 0;
}
