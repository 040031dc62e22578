/*
 * Giving the files of the vault keys, or wrapping theirs anew.
 *
 * Guarantees: one of the 256 folders after the other, some hundred files with one set of syncs. A file in clear goes only
 * when its encrypted twin is durable under its name; a key is wiped only when the new one is durable beside it. What is not what its
 * name says is left alone and counted: an audit names it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encrypted_file.h"
#include "base/files.h"
#include "casebook/rekey.h"
#include "casebook/vault_files.h"

enum { DIRECTORIES = 256, TOGETHER = 256 };

struct names {
    char (*texts)[DIGEST_TEXT_SIZE];
    size_t count, capacity;
};

static bool add_name(struct names *names, const char *name, struct error *error)
{
    if (names->count == names->capacity) {
        size_t capacity = names->capacity == 0 ? 256 : 2 * names->capacity;
        void *larger = realloc(names->texts, capacity * sizeof *names->texts);
        if (larger == NULL)
            return error_set(error, FAULT_TEMPORARY, "out of memory while listing the vault");
        names->texts = larger;
        names->capacity = capacity;
    }
    memcpy(names->texts[names->count++], name, DIGEST_TEXT_SIZE);
    return true;
}

/* Read whole before anything is done: files come and go in it meanwhile. */
static bool list(int directory, struct names *names, struct error *error)
{
    struct digest ignored;
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    bool done = stream != NULL || error_system(error, "listing the vault");
    const struct dirent *entry;
    while (done && (entry = readdir(stream)) != NULL)
        if (digest_parse(entry->d_name, &ignored))
            done = add_name(names, entry->d_name, error);
    if (stream != NULL)
        closedir(stream);
    else if (copy >= 0)
        close(copy);
    return done;
}

/* --- encrypting --- */

struct pending {
    char temporary[TEMPORARY_NAME_SIZE], clear[DIGEST_TEXT_SIZE];
    struct digest name; /* what it will be called */
};

struct encrypting {
    struct vault *vault;
    int directory; /* of the files in clear */
    struct pending pending[TOGETHER];
    size_t count;
    struct rekey_counts *counts;
};

/* All that wait: durable, then under their names, then without their twins in clear. */
static bool flush(struct encrypting *encrypting, struct error *error)
{
    int root = encrypting->vault->root;
    char text[DIGEST_TEXT_SIZE];
    bool done = encrypting->count == 0 || volume_sync(root, error);
    for (size_t i = 0; done && i < encrypting->count; i++) {
        struct pending *one = &encrypting->pending[i];
        int directory = vault_directory(encrypting->vault, one->name.bytes[0], error);
        done = directory >= 0 &&
               file_rename(root, one->temporary, directory, digest_text(&one->name, text), true, error);
        if (directory >= 0)
            close(directory);
    }
    done = done && (encrypting->count == 0 || volume_sync(root, error));
    for (size_t i = 0; done && i < encrypting->count; i++)
        done = file_remove(encrypting->directory, encrypting->pending[i].clear, error);
    encrypting->count = 0;
    return done;
}

static bool write_twin(int from, int to, const struct keyring *keys, struct digest *digest,
                       struct error *error)
{
    struct encrypted_writer *writer = NULL;
    char block[65536];
    ssize_t got = 0;
    if (!encrypted_begin(to, keys, &writer, error))
        return false;
    while ((got = read(from, block, sizeof block)) > 0)
        if (!encrypted_add(writer, block, (size_t)got, error))
            break;
    if (got == 0)
        return encrypted_end(writer, digest, NULL, error);
    encrypted_abandon(writer);
    return got > 0 ? false : error_system(error, "reading a file of the vault");
}

/* Of an encrypted file the name follows from what is in it; a file in clear that only begins like one is told so. */
static bool is_encrypted(const struct vault *vault, int file, const char *name)
{
    struct digest content, own;
    uint64_t size = 0;
    if (!encrypted_look(file, vault->keys, &content, &size, NULL) || !digest_parse(name, &own))
        return false;
    struct digest wanted = vault_name(vault, &content);
    return digest_equal(&wanted, &own);
}

static bool encrypt_one(struct encrypting *encrypting, const char *name, int from, struct error *error)
{
    struct pending *one = &encrypting->pending[encrypting->count];
    struct digest digest, wanted;
    int to = file_temporary(encrypting->vault->root, 0600, one->temporary, error);
    bool done = to >= 0 && write_twin(from, to, encrypting->vault->keys, &digest, error);
    if (to >= 0)
        close(to);
    if (!done)
        return false;
    if (!digest_parse(name, &wanted) || !digest_equal(&digest, &wanted)) {
        encrypting->counts->unreadable++;
        return file_remove(encrypting->vault->root, one->temporary, error);
    }
    memcpy(one->clear, name, DIGEST_TEXT_SIZE);
    one->name = vault_name(encrypting->vault, &digest);
    encrypting->counts->changed++;
    return ++encrypting->count < TOGETHER || flush(encrypting, error);
}

static bool encrypt_file(struct encrypting *encrypting, const char *name, bool dry, struct error *error)
{
    struct stat status;
    int file = vault_open_regular(encrypting->directory, name, &status, error);
    if (file < 0)
        return false;
    encrypting->counts->files++;
    encrypting->counts->bytes += (uint64_t)status.st_size;
    bool done = true;
    if (encrypting->vault->keys == NULL || !is_encrypted(encrypting->vault, file, name)) {
        if (dry)
            encrypting->counts->changed++;
        else
            done = encrypt_one(encrypting, name, file, error);
    }
    close(file);
    return done;
}

bool vault_encrypt_all(struct vault *vault, bool dry, rekey_told *told, void *context,
                       struct rekey_counts *counts, struct error *error)
{
    struct encrypting *encrypting = calloc(1, sizeof *encrypting);
    bool done = encrypting != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while encrypting");
    *counts = (struct rekey_counts){0};
    for (unsigned index = 0; done && index < DIRECTORIES; index++) {
        struct names names = {0};
        *encrypting = (struct encrypting){
            .vault = vault, .counts = counts, .directory = vault_directory(vault, index, error)};
        done = encrypting->directory >= 0 && list(encrypting->directory, &names, error);
        for (size_t i = 0; done && i < names.count; i++)
            done = encrypt_file(encrypting, names.texts[i], dry, error);
        done = done && flush(encrypting, error);
        free(names.texts);
        if (encrypting->directory >= 0)
            close(encrypting->directory);
        if (done && told != NULL)
            told(context, "vault", index + 1, DIRECTORIES);
    }
    free(encrypting);
    return done || error_context(error, "encrypting the vault");
}

/* --- wrapping anew --- */

typedef bool step(struct vault *vault, int file, struct rekey_counts *counts, struct error *error);

static bool wrap(struct vault *vault, int file, struct rekey_counts *counts, struct error *error)
{
    struct stat status;
    bool changed = false;
    if (fstat(file, &status) != 0)
        return error_system(error, "looking at a file of the vault");
    counts->files++;
    counts->bytes += (uint64_t)status.st_size;
    if (!encrypted_rewrap(file, vault->keys, &changed, error)) {
        if (error->fault != FAULT_ENVIRONMENT)
            return false;
        counts->unreadable++;
        *error = ERROR_NONE;
    }
    counts->changed += changed ? 1 : 0;
    return true;
}

static bool forget(struct vault *vault, int file, struct rekey_counts *counts, struct error *error)
{
    (void)counts;
    if (encrypted_forget(file, vault->keys, error) || error->fault == FAULT_ENVIRONMENT) {
        *error = ERROR_NONE;
        return true;
    }
    return false;
}

static bool each(struct vault *vault, int directory, const struct names *names, step *run,
                 struct rekey_counts *counts, struct error *error)
{
    bool done = true;
    for (size_t i = 0; done && i < names->count; i++) {
        int file = openat(directory, names->texts[i], O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        done = file >= 0 ? run(vault, file, counts, error)
                         : errno == ENOENT || error_system(error, "opening %s of the vault", names->texts[i]);
        if (file >= 0)
            close(file);
    }
    return done && volume_sync(vault->root, error);
}

/* How many there are; which of them have an old key is not asked: their headers would all have to be read. */
static void count(int directory, const struct names *names, struct rekey_counts *counts)
{
    struct stat status;
    for (size_t i = 0; i < names->count; i++)
        if (fstatat(directory, names->texts[i], &status, AT_SYMLINK_NOFOLLOW) == 0) {
            counts->files++;
            counts->changed++;
            counts->bytes += (uint64_t)status.st_size;
        }
}

bool vault_rewrap_all(struct vault *vault, bool dry, rekey_told *told, void *context,
                      struct rekey_counts *counts, struct error *error)
{
    struct error own = ERROR_NONE;
    bool done = true;
    *counts = (struct rekey_counts){0};
    for (unsigned index = 0; done && index < DIRECTORIES; index++) {
        struct names names = {0};
        int directory = vault_directory(vault, index, &own);
        done = directory >= 0 && list(directory, &names, &own);
        if (done && dry)
            count(directory, &names, counts);
        else if (done && names.count > 0)
            done = each(vault, directory, &names, wrap, counts, &own) &&
                   each(vault, directory, &names, forget, counts, &own);
        free(names.texts);
        if (directory >= 0)
            close(directory);
        if (done && told != NULL)
            told(context, "vault", index + 1, DIRECTORIES);
    }
    if (!done && error != NULL)
        *error = own;
    return done || error_context(error, "wrapping the keys of the vault anew");
}
