/*
 * The vault's files: opening the vault, opening and verifying its objects, erasing and listing them.
 *
 * Guarantees: nothing here opens an object for writing. New objects come from vault_batch.c; which objects
 * count is the casebook's side (reference.c).
 */
#include "casebook/vault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "casebook/vault_files.h"

enum { DIRECTORIES = 256 };

static void directory_name(unsigned index, char name[3])
{
    snprintf(name, 3, "%02x", index & 0xFFU);
}

int vault_directory(const struct vault *vault, unsigned index, struct error *error)
{
    char name[3];
    directory_name(index, name);
    int directory = directory_open_at(vault->root, name, false, 0700, error);
    if (directory < 0)
        error_context(error, "the vault");
    return directory;
}

int vault_open_regular(int directory, const char *name, struct stat *status, struct error *error)
{
    int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        error_system(error, "opening %s", name);
        return -1;
    }
    if (fstat(file, status) != 0)
        error_system(error, "looking at %s", name);
    else if (!S_ISREG(status->st_mode))
        error_set(error, FAULT_ENVIRONMENT, "%s is not a regular file", name);
    else
        return file;
    close(file);
    return -1;
}

static bool make_directories(struct vault *vault, struct error *error)
{
    for (unsigned i = 0; i < DIRECTORIES; i++) {
        char name[3];
        directory_name(i, name);
        if (mkdirat(vault->root, name, 0700) != 0 && errno != EEXIST)
            return error_system(error, "making the vault's directory %s", name);
    }
    return directory_sync(vault->root, error);
}

/* A crash between writing a temporary and its rename leaves it in the root. */
static bool remove_temporaries(struct vault *vault, struct error *error)
{
    int copy = openat(vault->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    if (stream == NULL) {
        error_system(error, "listing the vault");
        if (copy >= 0)
            close(copy);
        return false;
    }
    bool done = true;
    struct dirent *entry;
    while (done && (entry = readdir(stream)) != NULL)
        if (strncmp(entry->d_name, TEMPORARY_PREFIX, strlen(TEMPORARY_PREFIX)) == 0)
            done = file_remove(vault->root, entry->d_name, error);
    closedir(stream);
    return done;
}

bool vault_open(const char *path, struct vault **vault, struct error *error)
{
    struct vault *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the vault");
    made->root = -1;
    bool done = mkdir(path, 0700) == 0 || errno == EEXIST || error_system(error, "making the vault %s", path);
    if (done)
        done = (made->root = directory_open(path, error)) >= 0;
    if (done)
        done = make_directories(made, error) && remove_temporaries(made, error);
    if (!done) {
        vault_close(made);
        return error_context(error, "opening the vault");
    }
    *vault = made;
    return true;
}

void vault_close(struct vault *vault)
{
    if (vault == NULL)
        return;
    if (vault->root >= 0)
        close(vault->root);
    free(vault);
}

int vault_open_object(const struct vault *vault, const struct digest *digest, uint64_t *size,
                      struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    struct stat status;
    digest_text(digest, text);
    int directory = vault_directory(vault, digest->bytes[0], error);
    if (directory < 0)
        return -1;
    int file = vault_open_regular(directory, text, &status, error);
    close(directory);
    if (file < 0)
        error_context(error, "the vault");
    else if (size != NULL)
        *size = (uint64_t)status.st_size;
    return file;
}

bool vault_read(const struct vault *vault, const struct digest *digest, size_t limit, char **bytes,
                size_t *length, struct error *error)
{
    int file = vault_open_object(vault, digest, NULL, error);
    if (file < 0)
        return false;
    bool done = file_read_open(file, limit, bytes, length, error);
    close(file);
    return done || error_context(error, "reading from the vault");
}

bool vault_verify(const struct vault *vault, const struct digest *digest, uint64_t size, struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    struct digest found;
    uint64_t length = 0;
    int file = vault_open_object(vault, digest, NULL, error);
    if (file < 0)
        return false;
    bool done = digest_of_file(file, &found, &length, error);
    close(file);
    if (done && (length != size || !digest_equal(&found, digest)))
        done =
            error_set(error, FAULT_ENVIRONMENT, "the vault's object %s was changed: restore it from a backup",
                      digest_text(digest, text));
    return done;
}

bool vault_erase(struct vault *vault, const struct digest *digest, struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    int directory = vault_directory(vault, digest->bytes[0], error);
    if (directory < 0)
        return false;
    bool done = file_remove(directory, digest_text(digest, text), error) && directory_sync(directory, error);
    close(directory);
    return done;
}

bool vault_walk_files(const struct vault *vault, unsigned index, vault_visitor *visitor, void *context,
                      struct error *error)
{
    int directory = vault_directory(vault, index, error);
    DIR *stream = directory < 0 ? NULL : fdopendir(directory);
    if (stream == NULL) {
        if (directory >= 0) {
            error_system(error, "listing the vault");
            close(directory);
        }
        return false;
    }
    struct error failure = ERROR_NONE;
    struct dirent *entry;
    while ((entry = readdir(stream)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!visitor(context, entry->d_name, &failure))
            break;
    }
    closedir(stream);
    if (failure.fault != FAULT_NONE && error != NULL)
        *error = failure;
    return failure.fault == FAULT_NONE;
}
