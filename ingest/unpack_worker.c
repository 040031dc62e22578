/*
 * check-archive and check-unpack: is this .zip file a packet, and its files as a folder would hold them.
 *
 * Guarantees: libzip opens only what the structure's own check found to be plain and measured, and what it then
 * unpacks has to come to the same sizes; it is given bytes in memory and opens nothing. Does not look into the
 * files: check-packet does, as for a folder.
 */
#include "ingest/unpack_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zip.h>

#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "ingest/unpack.h"

#define MANIFEST "manifest.xml"

struct mapping {
    void *bytes;
    size_t length;
};

static bool map(int input, struct mapping *mapping, struct error *error)
{
    struct stat status;
    *mapping = (struct mapping){.bytes = NULL};
    if (fstat(input, &status) != 0)
        return error_system(error, "looking at a .zip file");
    mapping->length = (size_t)status.st_size;
    if (mapping->length == 0)
        return true;
    mapping->bytes = mmap(NULL, mapping->length, PROT_READ, MAP_PRIVATE, input, 0);
    if (mapping->bytes != MAP_FAILED)
        return true;
    mapping->bytes = NULL;
    return error_system(error, "reading a .zip file");
}

static void unmap(struct mapping *mapping)
{
    if (mapping->bytes != NULL)
        munmap(mapping->bytes, mapping->length);
}

static bool no_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while reading a .zip file");
}

/* NULL when libzip finds something that our own look did not: said in *why; or, with an error, when memory ran out. */
static zip_t *open_archive(const struct mapping *mapping, char *why, size_t size, struct error *error)
{
    zip_error_t failure;
    zip_t *zip = NULL;
    zip_error_init(&failure);
    zip_source_t *source = zip_source_buffer_create(mapping->bytes, mapping->length, 0, &failure);
    if (source != NULL && (zip = zip_open_from_source(source, ZIP_RDONLY, &failure)) == NULL)
        zip_source_free(source);
    if (zip == NULL && zip_error_code_zip(&failure) == ZIP_ER_MEMORY)
        no_memory(error);
    if (zip == NULL)
        snprintf(why, size, "%s", zip_error_strerror(&failure));
    zip_error_fini(&failure);
    return zip;
}

/* What libzip reads, as names of the same members; its words stay valid while *zip is open. */
static bool read_names(const struct mapping *mapping, const struct unpack_archive *archive, zip_t **zip,
                       const char **names, char *why, size_t size, struct error *error)
{
    snprintf(why, size, _("another number of members"));
    *zip = open_archive(mapping, why, size, error);
    bool same = *zip != NULL && zip_get_num_entries(*zip, 0) == (zip_int64_t)archive->count;
    for (size_t i = 0; same && i < archive->count; i++) {
        names[i] = zip_get_name(*zip, i, ZIP_FL_ENC_GUESS);
        same = names[i] != NULL;
        if (!same && zip_error_code_zip(zip_get_error(*zip)) == ZIP_ER_MEMORY)
            no_memory(error);
    }
    return same;
}

/* A name is UTF-8 where the archive says so or it is valid as such, else of the first PCs (CP437): as libzip
   guesses. */
static bool name_members(const struct mapping *mapping, struct unpack_archive *archive,
                         const struct unpack_limits *limits, json_t *faults, struct error *error)
{
    char why[200];
    struct error own = ERROR_NONE;
    zip_t *zip = NULL;
    const char **names = calloc(archive->count + 1, sizeof *names);
    if (names == NULL)
        return no_memory(error);
    bool same = read_names(mapping, archive, &zip, names, why, sizeof why, &own);
    if (!same && own.fault == FAULT_NONE) {
        /* libzip takes some allocations that fail for faults of the file: these do not stay. */
        if (zip != NULL)
            zip_discard(zip);
        same = read_names(mapping, archive, &zip, names, why, sizeof why, &own);
    }
    bool done = own.fault == FAULT_NONE || no_memory(error);
    if (done && !same)
        done = unpack_fault(faults, ARCHIVE_INCONSISTENT, NULL,
                            _("another reader understands the .zip file differently (%s)"), why) ||
               no_memory(error);
    if (done && same)
        done = unpack_name(archive, names, limits, faults, error);
    if (zip != NULL)
        zip_discard(zip);
    free(names);
    return done;
}

static int in_order(const void *a, const void *b)
{
    const struct unpack_member *x = a, *y = b;
    if (x->name == NULL || y->name == NULL)
        return (x->name == NULL) - (y->name == NULL);
    int first_x = strcmp(x->name, MANIFEST) != 0, first_y = strcmp(y->name, MANIFEST) != 0;
    return first_x != first_y ? first_x - first_y : strcmp(x->name, y->name);
}

static bool list_members(struct unpack_archive *archive, json_t *list)
{
    bool done = true;
    qsort(archive->members, archive->count, sizeof *archive->members, in_order);
    for (size_t i = 0; done && i < archive->count && archive->members[i].name != NULL; i++) {
        const struct unpack_member *member = &archive->members[i];
        char *escaped = name_escape(member->name);
        done =
            escaped != NULL && json_array_append_new(list, json_pack("{ss,sI,sI}", "name", escaped, "index",
                                                                     (json_int_t)member->index, "size",
                                                                     (json_int_t)member->size)) == 0;
        free(escaped);
    }
    return done;
}

/* Where the structure has a fault nothing further is believed; names and contents are judged both. */
static bool look(const struct mapping *mapping, const struct unpack_limits *limits,
                 struct unpack_archive *archive, json_t *faults, struct error *error)
{
    if (!unpack_read(mapping->bytes, mapping->length, limits, archive, faults, error))
        return false;
    return json_array_size(faults) > 0 || (name_members(mapping, archive, limits, faults, error) &&
                                           unpack_measure(archive, limits, faults, error));
}

enum worker_exit check_archive(const struct worker_job *job, struct error *error)
{
    const json_t *caps = json_object_get(job->parameters, "limits");
    const struct unpack_limits limits = {.files = (uint64_t)json_whole(caps, "files", 0),
                                         .file_bytes = (uint64_t)json_whole(caps, "fileBytes", 0),
                                         .total_bytes = (uint64_t)json_whole(caps, "totalBytes", 0)};
    struct unpack_archive archive = {.bytes = NULL};
    struct mapping mapping = {.bytes = NULL};
    json_t *answer = json_pack("{s[],s[]}", "faults", "members");
    json_t *faults = json_object_get(answer, "faults"), *members = json_object_get(answer, "members");
    bool done = false;
    if (answer == NULL) {
        no_memory(error);
        goto done;
    }
    if (job->input_count < 1) {
        error_set(error, FAULT_INTERNAL, "check-archive was given no file");
        goto done;
    }
    if (!map(job->inputs[0], &mapping, error) || !look(&mapping, &limits, &archive, faults, error))
        goto done;
    bool whole = json_array_size(faults) == 0;
    done = (json_put_text(answer, "state",
                          whole           ? "whole"
                          : archive.ended ? "faulty"
                                          : "growing") &&
            (!whole || list_members(&archive, members))) ||
           no_memory(error);
    done = done && worker_answer_json(job, answer, error);
done:
    json_decref(answer);
    unpack_free(&archive);
    unmap(&mapping);
    return done ? WORKER_DONE : worker_exit_of(error);
}

/* One member into one file, and not a byte more than was measured. */
static bool unpack_one(zip_t *zip, const json_t *member, int output, struct error *error)
{
    static char block[65536]; /* a worker has one thread */
    json_int_t left = json_whole(member, "size", 0);
    zip_file_t *file = zip_fopen_index(zip, (zip_uint64_t)json_whole(member, "index", 0), 0);
    bool done = file != NULL;
    zip_int64_t got = 0;
    while (done && (got = zip_fread(file, block, sizeof block)) > 0) {
        left -= got;
        done = left >= 0;
        if (done && !file_write_all(output, block, (size_t)got, error)) {
            zip_fclose(file);
            return false;
        }
    }
    done = done && got == 0 && left == 0;
    const zip_error_t *failure = file != NULL ? zip_file_get_error(file) : zip_get_error(zip);
    if (!done && zip_error_code_zip(failure) == ZIP_ER_MEMORY)
        no_memory(error);
    else if (!done)
        error_set(error, FAULT_INPUT, "\"%s\" unpacked to something else than when it was looked at: %s",
                  json_text(member, "name"),
                  file != NULL ? zip_error_strerror(zip_file_get_error(file)) : zip_strerror(zip));
    if (file != NULL)
        zip_fclose(file);
    return done;
}

enum worker_exit check_unpack(const struct worker_job *job, struct error *error)
{
    const json_t *members = json_object_get(job->parameters, "members");
    struct mapping mapping = {.bytes = NULL};
    char why[200] = "";
    zip_t *zip = NULL;
    json_t *answer = NULL;
    bool done = false;
    if (job->input_count != json_array_size(members) + 1) {
        error_set(error, FAULT_INTERNAL, "check-unpack was given another number of files than members");
        goto done;
    }
    if (!map(job->inputs[0], &mapping, error))
        goto done;
    struct error own = ERROR_NONE;
    zip = open_archive(&mapping, why, sizeof why, &own);
    if (zip == NULL) {
        error_set(error, own.fault == FAULT_NONE ? FAULT_INPUT : own.fault,
                  "the .zip file cannot be opened: %s", why);
        goto done;
    }
    for (size_t i = 0; i < json_array_size(members); i++) {
        if (!unpack_one(zip, json_array_get(members, i), job->inputs[i + 1], error))
            goto done;
        if (job->progress != NULL)
            job->progress->done = i + 1;
    }
    answer = json_pack("{sI}", "members", (json_int_t)json_array_size(members));
    done = worker_answer_json(job, answer, error);
done:
    json_decref(answer);
    if (zip != NULL)
        zip_discard(zip);
    unmap(&mapping);
    return done ? WORKER_DONE : worker_exit_of(error);
}
