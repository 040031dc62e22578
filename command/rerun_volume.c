/*
 * The scores of a volume, computed again.
 *
 * For whoever was given a volume and has this program: no site, no record, no network. A score follows from the probe,
 * the photograph, the eye points of both and the measures that the search recorded; all of these are in the volume.
 * Rows whose photograph is masked are counted and not judged. Does not verify digests: sha256sum does.
 */
#include "command/rerun_volume.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "match/engine.h"
#include "match/search.h"
#include "match/search_again.h"
#include "match/segment.h"
#include "photo/decode.h"
#include "photo/eye_points.h"

enum { RECORD_MOST = 16 << 20 };

struct volume {
    int files;       /* the folder files/ */
    json_t *names;   /* SHA-256 -> name */
    json_t *records; /* names of search records */
};

static bool read_names(struct volume *volume, struct error *error)
{
    DIR *listing = fdopendir(dup(volume->files));
    struct dirent *entry;
    bool done = listing != NULL || error_system(error, "listing the volume's files");
    while (done && (entry = readdir(listing)) != NULL) {
        struct digest digest;
        uint64_t size;
        char hex[DIGEST_TEXT_SIZE];
        if (entry->d_name[0] == '.')
            continue;
        int file = file_open(volume->files, entry->d_name, error);
        done = file >= 0 && digest_of_file(file, &digest, &size, error) &&
               json_put_text(volume->names, digest_text(&digest, hex), entry->d_name);
        const char *dot = strrchr(entry->d_name, '.');
        if (done && strstr(entry->d_name, "-search-") != NULL && dot != NULL && strcmp(dot, ".json") == 0)
            done = json_array_append_new(volume->records, json_string(entry->d_name)) == 0;
        if (file >= 0)
            close(file);
    }
    if (listing != NULL)
        closedir(listing);
    return done;
}

/* The picture with that digest and its eyes. */
static bool read_picture(const struct volume *volume, const json_t *described, struct photo *photo,
                         struct eye_points *eyes, struct error *error)
{
    const char *name = json_text(volume->names, json_text(described, "digest"));
    int file = name[0] == '\0' ? -1 : file_open(volume->files, name, error);
    if (file < 0)
        return error_set(error, FAULT_INPUT, "the volume has no file of the digest %.12s…",
                         json_text(described, "digest"));
    bool done = photo_decode_file(file, NULL, photo, error) &&
                eye_points_read(json_object_get(described, "eyes"), eyes, error);
    close(file);
    return done || error_context(error, "files/%s", name);
}

struct again {
    struct segment_entry *entries;
    uint8_t *templates;
    size_t count, masked;
};

/* Templates of the rows whose photograph is here, made as enrolment made them. */
static bool make_templates(const struct volume *volume, const json_t *list, struct again *again,
                           struct error *error)
{
    const struct match_engine *engine = &match_engine_embedded;
    size_t index;
    const json_t *row;
    again->entries = calloc(json_array_size(list) + 1, sizeof *again->entries);
    again->templates = calloc(json_array_size(list) + 1, engine->template_size);
    if (again->entries == NULL || again->templates == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for templates");
    json_array_foreach(list, index, row)
    {
        struct photo photo = {.image = IMAGE_EMPTY};
        struct eye_points eyes;
        uint8_t *template_bytes = again->templates + again->count * engine->template_size;
        if (json_text(volume->names, json_text(row, "digest"))[0] == '\0') {
            again->masked++;
            continue;
        }
        bool done = read_picture(volume, row, &photo, &eyes, error) &&
                    engine->extract(&photo.image, &eyes, template_bytes, error);
        image_free(&photo.image);
        if (!done)
            return error_context(error, "rank %lld", (long long)json_whole(row, "rank", 0));
        again->entries[again->count++] = (struct segment_entry){.photo = json_text(row, "photo"),
                                                                .person = json_text(row, "person"),
                                                                .template_bytes = template_bytes};
    }
    return true;
}

static bool open_segment(struct again *again, struct segment *segment, struct error *error)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (!segment_make(&match_engine_embedded, again->entries, again->count, &bytes, &length, error))
        return false;
    int file = memory_file("segment", bytes, length, error);
    free(bytes);
    bool done = file >= 0 && segment_open(file, &match_engine_embedded, segment, error);
    if (file >= 0)
        close(file);
    return done;
}

static bool score(const struct volume *volume, const json_t *record, struct again *again, json_t **scores,
                  struct error *error)
{
    const struct match_engine *engine = &match_engine_embedded;
    struct photo photo = {.image = IMAGE_EMPTY};
    struct eye_points eyes;
    struct match_probe *probe = NULL;
    struct segment segment = {0};
    bool opened = false;
    bool done =
        read_picture(volume, json_array_get(json_object_get(record, "probes"), 0), &photo, &eyes, error) &&
        engine->probe_make(&photo.image, &eyes, &probe, error) &&
        (opened = open_segment(again, &segment, error));
    if (done) {
        const struct search_request request = {
            .engine = engine, .probes = &probe, .probe_count = 1, .segments = &segment, .segment_count = 1};
        done = search_again(&request, json_object_get(record, "measures"), scores, error);
    }
    if (opened)
        segment_close(&segment);
    if (probe != NULL)
        engine->probe_free(probe);
    image_free(&photo.image);
    return done;
}

static bool print(const json_t *record, const struct again *again, size_t same, bool json,
                  struct error *error)
{
    const char *search = json_text(record, "search");
    if (json) {
        json_t *line = json_pack("{ss,sI,sI,sI}", "search", search, "computed", (json_int_t)again->count,
                                 "same", (json_int_t)same, "masked", (json_int_t)again->masked);
        bool done = print_json(line, error);
        json_decref(line);
        return done;
    }
    printf(_("Search %s: %zu of %zu scores computed again are the recorded ones, to the last digit; %zu "
             "masked.\n"),
           search, same, again->count, again->masked);
    return true;
}

static bool rerun_record(const struct volume *volume, const char *name, bool json, bool *equal,
                         struct error *error)
{
    char *bytes = NULL;
    size_t length = 0, index, same = 0;
    json_t *record = NULL, *scores = NULL, *card = match_engine_card(&match_engine_embedded);
    const json_t *row;
    struct again again = {0};
    bool done = file_read(volume->files, name, RECORD_MOST, &bytes, &length, error) &&
                json_read(bytes, length, &record, error);
    if (done && !json_equal(card, json_object_get(record, "engine")))
        done = error_set(error, FAULT_INPUT, "it was made with %s version %s; this program has version %s",
                         json_text(json_object_get(record, "engine"), "id"),
                         json_text(json_object_get(record, "engine"), "version"), json_text(card, "version"));
    if (done && json_object_get(record, "measures") == NULL)
        done = error_set(error, FAULT_INPUT,
                         "its record holds no measures: an older version of leadspool made it");
    const json_t *list = json_object_get(record, "list");
    done =
        done && make_templates(volume, list, &again, error) && score(volume, record, &again, &scores, error);
    json_array_foreach(list, index, row) same +=
        done && json_object_get(scores, json_text(row, "photo")) != NULL &&
        json_whole(scores, json_text(row, "photo"), 0) == json_whole(row, "score", 0);
    *equal = done && same == again.count && same > 0;
    done = done && print(record, &again, same, json, error);
    free(bytes);
    free(again.entries);
    free(again.templates);
    json_decref(record);
    json_decref(scores);
    json_decref(card);
    return done || error_context(error, "files/%s", name);
}

bool rerun_volume(const char *folder, bool json, struct error *error)
{
    struct volume volume = {.files = -1, .names = json_object(), .records = json_array()};
    size_t index;
    const json_t *name;
    bool all = true, equal = false;
    int top = directory_open(folder, error);
    volume.files = top < 0 ? -1 : directory_open_at(top, "files", false, 0, error);
    bool done = volume.files >= 0 && read_names(&volume, error);
    if (done && json_array_size(volume.records) == 0)
        done = error_set(error, FAULT_INPUT, "%s holds no record of a search", folder);
    json_array_foreach(volume.records, index, name)
    {
        done = done && rerun_record(&volume, json_string_value(name), json, &equal, error);
        all = all && equal;
    }
    if (volume.files >= 0)
        close(volume.files);
    if (top >= 0)
        close(top);
    json_decref(volume.names);
    json_decref(volume.records);
    return done &&
           (all || error_set(error, FAULT_INPUT, "not every score computed again is the recorded one"));
}
