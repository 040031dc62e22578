/*
 * The folder that all nodes share: what tasks need is in it before they are submitted, and nothing stays longer than it must.
 *
 * Guarantees: a file there is whole under its name; names are digests or carry one, so that no task reads something else
 * than it was meant to. A vendor's engine is copied only if it is the one of site.xml. Parses no pictures.
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "match/run_tasks.h"
#include "spool/engines.h"
#include "spool/slurm_parts.h"

enum { COPY_SUFFIX = 13 /* of a segment's copy: a hyphen and digits of its digest */ };

void slurm_place_close(struct place *place)
{
    const int files[] = {place->engines, place->tasks, place->probes, place->gallery, place->folder};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] >= 0)
            close(files[i]);
}

bool slurm_place_open(struct place *place, struct error *error)
{
    const char *folder = place->site->settings->executor_folder;
    place->gallery = place->probes = place->tasks = place->engines = -1;
    place->folder = directory_open(folder, error);
    if (place->folder < 0)
        return error_context(error, "the shared folder of Slurm (site.xml, executor/@folder)");
    place->gallery = directory_open_at(place->folder, "gallery", true, 0700, error);
    place->probes = directory_open_at(place->folder, "probes", true, 0700, error);
    place->tasks = directory_open_at(place->folder, "tasks", true, 0700, error);
    place->engines = directory_open_at(place->folder, "engines", true, 0700, error);
    return place->gallery >= 0 && place->probes >= 0 && place->tasks >= 0 && place->engines >= 0;
}

static bool copy_segment(const struct place *place, const char *from, const char *name, struct error *error)
{
    if (faccessat(place->gallery, name, F_OK, 0) == 0)
        return true;
    int folder = directory_make_path(place->directory, "var/gallery", 0700, error);
    int file = folder < 0 ? -1 : file_open(folder, from, error);
    bool done = file >= 0 && file_copy_durable(place->gallery, name, file, 0600, error);
    if (file >= 0)
        close(file);
    if (folder >= 0)
        close(folder);
    return done;
}

static bool copy_engine(struct place *place, const char *name, struct error *error)
{
    char digest[DIGEST_TEXT_SIZE];
    if (*name == '\0' || faccessat(place->engines, name, F_OK, 0) == 0)
        return true;
    int object = engine_of_site(place->site->settings, digest, error);
    bool done = object >= 0 && (strcmp(digest, name) == 0 ||
                                error_set(error, FAULT_ENVIRONMENT,
                                          "the engine of site.xml is not the one the search began with"));
    done = done && file_copy_durable(place->engines, name, object, 0600, error);
    if (object >= 0)
        close(object);
    return done;
}

bool slurm_place_probe(const struct place *place, const char *digest, int file, struct error *error)
{
    struct digest name;
    if (file < 0 || !digest_parse(digest, &name))
        return error_set(error, FAULT_INTERNAL, "a probe without digest or bytes");
    return faccessat(place->probes, digest, F_OK, 0) == 0 ||
           file_copy_durable(place->probes, digest, file, 0600, error);
}

bool slurm_place_task(struct place *place, const json_t *task, struct pending *pending, struct error *error)
{
    char name[300];
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(json_object_get(task, "parameters"), "segments"), i, one)
    {
        snprintf(name, sizeof name, "%s-%.12s", json_text(one, "name"), json_text(one, "digest"));
        if (!copy_segment(place, json_text(one, "name"), name, error))
            return false;
    }
    if (!copy_engine(place, json_text(json_object_get(task, "engine"), "object"), error) ||
        !run_task_name(task, pending->name, error))
        return false;
    pending->task = task;
    char *text = json_canonical(task);
    snprintf(name, sizeof name, "%s.json", pending->name);
    bool done = text != NULL && (faccessat(place->tasks, name, F_OK, 0) == 0 ||
                                 file_write_durable(place->tasks, name, text, strlen(text), 0600, error));
    free(text);
    return done;
}

static void empty(int directory)
{
    int again = directory_open_at(directory, ".", false, 0, NULL);
    DIR *stream = again < 0 ? NULL : fdopendir(again);
    struct dirent *entry;
    struct error unremoved = ERROR_NONE;
    while (stream != NULL && (entry = readdir(stream)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            file_remove(directory, entry->d_name, &unremoved);
    if (stream != NULL)
        closedir(stream);
    else if (again >= 0)
        close(again);
}

void slurm_place_clean(const struct place *place)
{
    empty(place->probes);
    empty(place->tasks);
    empty(place->engines);
}

void slurm_place_forget(const struct place *place)
{
    char name[NAME_MAX + 1];
    struct dirent *entry;
    struct error unremoved = ERROR_NONE;
    int gallery = directory_make_path(place->directory, "var/gallery", 0700, &unremoved);
    int again = directory_open_at(place->gallery, ".", false, 0, &unremoved);
    DIR *stream = gallery < 0 || again < 0 ? NULL : fdopendir(again);
    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        /* NAME-<12 digits of its digest> */
        size_t length = strlen(entry->d_name);
        if (length <= COPY_SUFFIX || strncmp(entry->d_name, "segment-", 8) != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(length - COPY_SUFFIX), entry->d_name);
        if (faccessat(gallery, name, F_OK, 0) != 0)
            file_remove(place->gallery, entry->d_name, &unremoved);
    }
    if (stream != NULL)
        closedir(stream);
    else if (again >= 0)
        close(again);
    if (gallery >= 0)
        close(gallery);
}
