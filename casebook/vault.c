/*
 * The vault's files: opening the vault, finding, erasing and listing its files.
 *
 * Guarantees: nothing here writes to a file but what destroys its key. Reading is vault_object.c; new objects come from vault_batch.c; which objects
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

#include "base/encrypted_file.h"
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

void vault_use_keys(struct vault *vault, const struct keyring *keys)
{
    vault->keys = keys;
}

struct digest vault_name(const struct vault *vault, const struct digest *digest)
{
    return vault->keys == NULL ? *digest : keyring_name(vault->keys, digest);
}

int vault_open_file(const struct vault *vault, const struct digest *digest, struct stat *status,
                    struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    struct digest name = vault_name(vault, digest);
    int directory = vault_directory(vault, name.bytes[0], error);
    if (directory < 0)
        return -1;
    int file = vault_open_regular(directory, digest_text(&name, text), status, error);
    close(directory);
    if (file < 0)
        error_context(error, "the vault");
    return file;
}

bool vault_has_file(const struct vault *vault, const struct digest *digest)
{
    struct stat status;
    int file = vault_open_file(vault, digest, &status, NULL);
    if (file >= 0)
        close(file);
    return file >= 0;
}

/* Of an encrypted object: its data key first, which makes the bytes worthless wherever the disk still has them. */
static bool destroy_key(int directory, const char *name, struct error *error)
{
    int file = openat(directory, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT || error_system(error, "opening %s", name);
    bool done = !encrypted_is(file) || (encrypted_destroy(file, error) && file_sync(file, error));
    close(file);
    return done;
}

bool vault_erase(struct vault *vault, const struct digest *digest, struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    struct digest name = vault_name(vault, digest);
    int directory = vault_directory(vault, name.bytes[0], error);
    if (directory < 0)
        return false;
    digest_text(&name, text);
    bool done = (vault->keys == NULL || destroy_key(directory, text, error)) &&
                file_remove(directory, text, error) && directory_sync(directory, error);
    close(directory);
    return done;
}

/* The digest of what a file holds, in `digest`; where that cannot be told, why. */
static bool tell(const struct vault *vault, const char *name, char digest[DIGEST_TEXT_SIZE],
                 struct error *why)
{
    struct digest file_name, content;
    struct stat status;
    uint64_t size = 0;
    if (!digest_parse(name, &file_name))
        return error_set(why, FAULT_ENVIRONMENT, "it is no file of the vault");
    int directory = vault_directory(vault, file_name.bytes[0], why);
    int file = directory < 0 ? -1 : vault_open_regular(directory, name, &status, why);
    if (directory >= 0)
        close(directory);
    if (file < 0)
        return false;
    bool done = encrypted_look(file, vault->keys, &content, &size, why);
    close(file);
    struct digest wanted = vault_name(vault, &content);
    if (done && !digest_equal(&wanted, &file_name))
        done = error_set(why, FAULT_ENVIRONMENT,
                         "it holds what belongs under another name: files were exchanged");
    if (done)
        digest_text(&content, digest);
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
        char digest[DIGEST_TEXT_SIZE];
        struct error why = ERROR_NONE;
        const char *name = entry->d_name;
        if (vault->keys != NULL && tell(vault, name, digest, &why))
            name = digest;
        if (!visitor(context, name, why.fault == FAULT_NONE ? NULL : why.text, &failure))
            break;
    }
    closedir(stream);
    if (failure.fault != FAULT_NONE && error != NULL)
        *error = failure;
    return failure.fault == FAULT_NONE;
}
