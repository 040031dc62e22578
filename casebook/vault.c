/*
 * The vault's files: adopting, storing, opening and verifying objects.
 *
 * Guarantees: all files of a batch are synced before the first is renamed, all directories after the last; so
 * a crash leaves either a durable object or none. Objects are read-only by use: nothing here opens one for
 * writing. Which objects count is the casebook's side (references.c).
 */
#include "casebook/vault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

enum {
    DIRECTORIES = 256,
    FEW = 4 /* up to so many files or directories are synced one by one; more with one syncfs */
};

struct vault {
    int root;
};

struct entry {
    int directory; /* borrowed; the vault's root for bytes of our own */
    char *name;
    struct digest digest;
};

struct vault_batch {
    struct vault *vault;
    struct entry *entries;
    size_t count, capacity;
};

static void directory_name(unsigned index, char name[3])
{
    snprintf(name, 3, "%02x", index & 0xFFU);
}

static int directory_of(const struct vault *vault, unsigned index, struct error *error)
{
    char name[3];
    directory_name(index, name);
    int directory = directory_open_at(vault->root, name, false, 0700, error);
    if (directory < 0)
        error_context(error, "the vault");
    return directory;
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

bool vault_batch_begin(struct vault *vault, struct vault_batch **batch, struct error *error)
{
    *batch = calloc(1, sizeof **batch);
    if (*batch == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while storing in the vault");
    (*batch)->vault = vault;
    return true;
}

static bool entry_add(struct vault_batch *batch, int directory, const char *name, const struct digest *digest,
                      struct error *error)
{
    if (batch->count == batch->capacity) {
        size_t capacity = batch->capacity == 0 ? 16 : 2 * batch->capacity;
        struct entry *entries = realloc(batch->entries, capacity * sizeof *entries);
        if (entries == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory while storing in the vault");
        batch->entries = entries;
        batch->capacity = capacity;
    }
    char *copy = strdup(name);
    if (copy == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while storing in the vault");
    batch->entries[batch->count++] = (struct entry){directory, copy, *digest};
    return true;
}

static int open_regular(int directory, const char *name, struct stat *status, struct error *error)
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

bool vault_batch_adopt(struct vault_batch *batch, int directory, const char *name,
                       const struct digest *digest, uint64_t size, struct error *error)
{
    struct stat status;
    int file = open_regular(directory, name, &status, error);
    if (file < 0)
        return error_context(error, "storing in the vault");
    close(file);
    if ((uint64_t)status.st_size != size)
        return error_set(error, FAULT_INTERNAL,
                         "the copy %s has %jd bytes, not the %" PRIu64 " that were hashed: copy it again",
                         name, (intmax_t)status.st_size, size);
    return entry_add(batch, directory, name, digest, error);
}

bool vault_batch_add(struct vault_batch *batch, const void *bytes, size_t length, struct digest *digest,
                     struct error *error)
{
    char name[TEMPORARY_NAME_SIZE];
    int file = file_temporary(batch->vault->root, 0400, name, error);
    if (file < 0)
        return error_context(error, "storing in the vault");
    *digest = digest_of(bytes, length);
    bool done = file_write_all(file, bytes, length, error);
    if (close(file) != 0 && done)
        done = error_system(error, "closing %s", name);
    if (done)
        done = entry_add(batch, batch->vault->root, name, digest, error);
    if (!done)
        file_remove(batch->vault->root, name, NULL);
    return done || error_context(error, "storing in the vault");
}

static bool sync_files(const struct vault_batch *batch, struct error *error)
{
    if (batch->count > FEW)
        return volume_sync(batch->vault->root, error);
    for (size_t i = 0; i < batch->count; i++) {
        struct stat status;
        int file = open_regular(batch->entries[i].directory, batch->entries[i].name, &status, error);
        if (file < 0)
            return false;
        bool done = file_sync(file, error);
        close(file);
        if (!done)
            return false;
    }
    return true;
}

static bool rename_files(const struct vault_batch *batch, struct error *error)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct entry *entry = &batch->entries[i];
        char text[DIGEST_TEXT_SIZE];
        int directory = directory_of(batch->vault, entry->digest.bytes[0], error);
        if (directory < 0)
            return false;
        /* Replacing: a file of that name has the same bytes, or is what a failed sync left (see vault.h). */
        bool done = file_rename(entry->directory, entry->name, directory, digest_text(&entry->digest, text),
                                true, error);
        close(directory);
        if (!done)
            return false;
    }
    return true;
}

static bool sync_directories(const struct vault_batch *batch, struct error *error)
{
    if (batch->count > FEW)
        return volume_sync(batch->vault->root, error);
    for (size_t i = 0; i < batch->count; i++) {
        int directory = directory_of(batch->vault, batch->entries[i].digest.bytes[0], error);
        if (directory < 0)
            return false;
        bool done = directory_sync(directory, error);
        close(directory);
        if (!done)
            return false;
    }
    return true;
}

static void entries_forget(struct vault_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        free(batch->entries[i].name);
    batch->count = 0;
}

bool vault_batch_sync(struct vault_batch *batch, struct error *error)
{
    if (!sync_files(batch, error) || !rename_files(batch, error) || !sync_directories(batch, error))
        return error_context(error, "storing %zu files in the vault", batch->count);
    entries_forget(batch);
    return true;
}

void vault_batch_end(struct vault_batch *batch)
{
    if (batch == NULL)
        return;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->entries[i].directory == batch->vault->root)
            file_remove(batch->vault->root, batch->entries[i].name, NULL);
    entries_forget(batch);
    free(batch->entries);
    free(batch);
}

bool vault_put_bytes(struct vault *vault, const void *bytes, size_t length, struct digest *digest,
                     struct error *error)
{
    struct vault_batch *batch = NULL;
    if (!vault_batch_begin(vault, &batch, error))
        return false;
    bool done = vault_batch_add(batch, bytes, length, digest, error) && vault_batch_sync(batch, error);
    vault_batch_end(batch);
    return done;
}

int vault_open_object(const struct vault *vault, const struct digest *digest, uint64_t *size,
                      struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    struct stat status;
    digest_text(digest, text);
    int directory = directory_of(vault, digest->bytes[0], error);
    if (directory < 0)
        return -1;
    int file = open_regular(directory, text, &status, error);
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
    int directory = directory_of(vault, digest->bytes[0], error);
    if (directory < 0)
        return false;
    bool done = file_remove(directory, digest_text(digest, text), error) && directory_sync(directory, error);
    close(directory);
    return done;
}

bool vault_walk_files(const struct vault *vault, unsigned index, vault_visitor *visitor, void *context,
                      struct error *error)
{
    int directory = directory_of(vault, index, error);
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
