/*
 * The manifest of a backup.
 *
 * Guarantees: what it reads names each file once and none outside the backup. Does not compare anything with files.
 */
#include "spool/backup_manifest.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS = DIGEST_TEXT_SIZE - 1, BEFORE_PATH = DIGITS + 2 };

bool backup_manifest_add(struct backup_manifest *manifest, const char *path, const struct digest *digest,
                         struct error *error)
{
    if (manifest->count == manifest->room) {
        size_t room = manifest->room == 0 ? 1024 : 2 * manifest->room;
        struct backup_file *files = reallocarray(manifest->files, room, sizeof *files);
        if (files == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory while listing a backup");
        manifest->files = files;
        manifest->room = room;
    }
    char *copy = strdup(path);
    if (copy == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while listing a backup");
    manifest->files[manifest->count++] = (struct backup_file){copy, *digest};
    return true;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct backup_file *)a)->path, ((const struct backup_file *)b)->path);
}

void backup_manifest_sort(struct backup_manifest *manifest)
{
    if (manifest->count > 1)
        qsort(manifest->files, manifest->count, sizeof *manifest->files, by_path);
}

const struct backup_file *backup_manifest_find(const struct backup_manifest *manifest, const char *path)
{
    size_t low = 0, high = manifest->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(path, manifest->files[middle].path);
        if (order == 0)
            return &manifest->files[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool backup_manifest_write(const struct backup_manifest *manifest, struct text *lines, struct error *error)
{
    char digest[DIGEST_TEXT_SIZE];
    for (size_t i = 0; i < manifest->count; i++) {
        text_add(lines, digest_text(&manifest->files[i].digest, digest));
        text_add(lines, "  ");
        text_add(lines, manifest->files[i].path);
        text_add(lines, "\n");
    }
    return text_done(lines, error);
}

/* Relative, of plain names: nobody who can write a manifest makes a restore write elsewhere. */
static bool stays_inside(const char *path)
{
    if (*path == '\0' || *path == '/')
        return false;
    for (const char *name = path; name != NULL; name = strchr(name, '/'), name += name != NULL) {
        size_t length = strcspn(name, "/");
        if (length == 0 || (length == 1 && name[0] == '.') ||
            (length == 2 && name[0] == '.' && name[1] == '.'))
            return false;
    }
    return true;
}

static bool read_line(char *line, struct backup_manifest *manifest, struct error *error)
{
    struct digest digest;
    bool whole = strlen(line) > BEFORE_PATH && line[DIGITS] == ' ' && line[DIGITS + 1] == ' ';
    if (whole) {
        line[DIGITS] = '\0';
        whole = digest_parse(line, &digest) && stays_inside(line + BEFORE_PATH) &&
                (manifest->count == 0 ||
                 strcmp(manifest->files[manifest->count - 1].path, line + BEFORE_PATH) < 0);
    }
    return whole ? backup_manifest_add(manifest, line + BEFORE_PATH, &digest, error)
                 : error_set(error, FAULT_INPUT, "line %zu of the manifest is none: the backup is damaged",
                             manifest->count + 1);
}

bool backup_manifest_read(const char *bytes, struct backup_manifest *manifest, struct error *error)
{
    char *copy = strdup(bytes), *rest = copy;
    bool done = copy != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while reading a manifest");
    while (done && *rest != '\0') {
        char *end = strchr(rest, '\n');
        if (end == NULL) {
            done = error_set(error, FAULT_INPUT, "the manifest is cut short: the backup is damaged");
            break;
        }
        *end = '\0';
        done = read_line(rest, manifest, error);
        rest = end + 1;
    }
    free(copy);
    return done;
}

void backup_manifest_free(struct backup_manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++)
        free(manifest->files[i].path);
    free(manifest->files);
    *manifest = BACKUP_MANIFEST_EMPTY;
}
