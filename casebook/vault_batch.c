/*
 * Putting new objects in the vault, many with one set of syncs.
 *
 * Guarantees: all files of a batch are synced before the first is renamed, all directories after the last; so
 * a crash leaves either a durable object or none. A failed sync is never tried again.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encrypted_file.h"
#include "base/files.h"
#include "casebook/vault_files.h"

enum { FEW = 4 /* up to so many files or directories are synced one by one; more with one syncfs */ };

struct entry {
    int directory; /* borrowed; the vault's root for bytes of our own */
    char *name;
    struct digest file_name; /* what it will be called */
};

struct vault_batch {
    struct vault *vault;
    struct entry *entries;
    size_t count, capacity;
};

bool vault_batch_begin(struct vault *vault, struct vault_batch **batch, struct error *error)
{
    *batch = calloc(1, sizeof **batch);
    if (*batch == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while storing in the vault");
    (*batch)->vault = vault;
    return true;
}

static bool entry_add(struct vault_batch *batch, int directory, const char *name,
                      const struct digest *file_name, struct error *error)
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
    batch->entries[batch->count++] = (struct entry){directory, copy, *file_name};
    return true;
}

/* Nothing goes into an encrypted vault in clear, or under another's name. */
static bool is_that(int file, const struct keyring *keys, const struct digest *digest, uint64_t size,
                    struct error *error)
{
    struct digest found;
    uint64_t length = 0;
    if (!encrypted_look(file, keys, &found, &length, error))
        return false;
    return (digest_equal(&found, digest) && length == size) ||
           error_set(error, FAULT_INTERNAL, "it was encrypted as something else: copy it again");
}

bool vault_batch_adopt(struct vault_batch *batch, int directory, const char *name,
                       const struct digest *digest, uint64_t size, struct error *error)
{
    struct stat status;
    int file = vault_open_regular(directory, name, &status, error);
    if (file < 0)
        return error_context(error, "storing in the vault");
    bool done = batch->vault->keys == NULL || is_that(file, batch->vault->keys, digest, size, error);
    close(file);
    if (!done)
        return error_context(error, "the copy %s", name);
    uint64_t stored = batch->vault->keys == NULL ? size : encrypted_stored_size(size);
    if ((uint64_t)status.st_size != stored)
        return error_set(error, FAULT_INTERNAL,
                         "the copy %s has %jd bytes, not the %" PRIu64 " that were hashed: copy it again",
                         name, (intmax_t)status.st_size, stored);
    struct digest file_name = vault_name(batch->vault, digest);
    return entry_add(batch, directory, name, &file_name, error);
}

static bool write_encrypted(int file, const struct keyring *keys, const void *bytes, size_t length,
                            struct digest *digest, struct error *error)
{
    struct encrypted_writer *writer = NULL;
    if (!encrypted_begin(file, keys, &writer, error))
        return false;
    if (encrypted_add(writer, bytes, length, error))
        return encrypted_end(writer, digest, NULL, error);
    encrypted_abandon(writer);
    return false;
}

bool vault_batch_add(struct vault_batch *batch, const void *bytes, size_t length, struct digest *digest,
                     struct error *error)
{
    char name[TEMPORARY_NAME_SIZE];
    const struct keyring *keys = batch->vault->keys;
    /* An encrypted one is written to again: when keys change, and when it is disposed of. */
    int file = file_temporary(batch->vault->root, keys == NULL ? 0400 : 0600, name, error);
    if (file < 0)
        return error_context(error, "storing in the vault");
    bool done = true;
    if (keys != NULL)
        done = write_encrypted(file, keys, bytes, length, digest, error);
    else {
        *digest = digest_of(bytes, length);
        done = file_write_all(file, bytes, length, error);
    }
    if (close(file) != 0 && done)
        done = error_system(error, "closing %s", name);
    if (done) {
        struct digest file_name = vault_name(batch->vault, digest);
        done = entry_add(batch, batch->vault->root, name, &file_name, error);
    }
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
        int file = vault_open_regular(batch->entries[i].directory, batch->entries[i].name, &status, error);
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
        int directory = vault_directory(batch->vault, entry->file_name.bytes[0], error);
        if (directory < 0)
            return false;
        /* Replacing: a file of that name has the same bytes, or is what a failed sync left (see vault.h). */
        bool done = file_rename(entry->directory, entry->name, directory,
                                digest_text(&entry->file_name, text), true, error);
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
        int directory = vault_directory(batch->vault, batch->entries[i].file_name.bytes[0], error);
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
