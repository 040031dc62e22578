/*
 * Reading the objects of the vault.
 *
 * Guarantees: an encrypted object is handed out only as the content its header and its name both are of; what was changed,
 * cut off or exchanged is named as that, never handed out.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/encrypted_file.h"
#include "base/files.h"
#include "casebook/vault_files.h"

struct vault_object {
    int file;
    uint64_t size;
    struct encrypted_reader *reader; /* NULL: in clear */
};

static bool changed(struct error *error, const struct digest *digest)
{
    char text[DIGEST_TEXT_SIZE];
    return error_context(error, "the vault's object %s was changed, restore it from a backup",
                         digest_text(digest, text));
}

static bool right_one(const struct digest *found, const struct digest *digest, struct error *error)
{
    return digest_equal(found, digest) ||
           error_set(error, FAULT_ENVIRONMENT, "its file holds another object: files were exchanged");
}

void vault_object_close(struct vault_object *object)
{
    if (object == NULL)
        return;
    encrypted_close(object->reader);
    if (object->file >= 0)
        close(object->file);
    free(object);
}

bool vault_object_open(const struct vault *vault, const struct digest *digest, struct vault_object **object,
                       struct error *error)
{
    struct stat status;
    struct vault_object *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while reading from the vault");
    made->file = vault_open_file(vault, digest, &status, error);
    bool done = made->file >= 0;
    if (done)
        made->size = (uint64_t)status.st_size;
    if (done && vault->keys != NULL) {
        done = encrypted_open(made->file, vault->keys, &made->reader, error) &&
               right_one(encrypted_digest(made->reader), digest, error);
        if (done)
            made->size = encrypted_size(made->reader);
        else
            changed(error, digest);
    }
    if (done)
        *object = made;
    else
        vault_object_close(made);
    return done;
}

uint64_t vault_object_size(const struct vault_object *object)
{
    return object->size;
}

bool vault_object_read(struct vault_object *object, uint64_t offset, void *bytes, size_t length, size_t *got,
                       struct error *error)
{
    if (object->reader != NULL)
        return encrypted_read(object->reader, offset, bytes, length, got, error);
    ssize_t read = pread(object->file, bytes, length, (off_t)offset);
    *got = read < 0 ? 0 : (size_t)read;
    return read >= 0 || error_system(error, "reading from the vault");
}

int vault_open_object(const struct vault *vault, const struct digest *digest, uint64_t *size,
                      struct error *error)
{
    struct stat status;
    struct digest found;
    uint64_t content = 0;
    int file = vault_open_file(vault, digest, &status, error), memory = -1;
    if (size != NULL && file >= 0)
        *size = (uint64_t)status.st_size;
    if (file < 0 || vault->keys == NULL)
        return file;
    bool done = encrypted_look(file, vault->keys, &found, &content, error) &&
                right_one(&found, digest, error) &&
                (memory = encrypted_in_memory(file, vault->keys, error)) >= 0;
    if (!done)
        changed(error, digest);
    else if (size != NULL)
        *size = content;
    close(file);
    return memory;
}

int vault_open_stored(const struct vault *vault, const struct digest *digest, bool *encrypted,
                      struct error *error)
{
    struct stat status;
    *encrypted = vault->keys != NULL;
    return vault_open_file(vault, digest, &status, error);
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

static bool hash_object(struct vault_object *object, struct digest *found, uint64_t *length,
                        struct error *error)
{
    enum { BLOCK = 256 << 10 };
    struct hashing *hashing = NULL;
    char *block = malloc(BLOCK);
    size_t got = 0;
    bool done =
        (block != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while reading from the vault")) &&
        digest_begin(&hashing, error);
    *length = 0;
    while (done && (done = vault_object_read(object, *length, block, BLOCK, &got, error)) && got > 0) {
        digest_update(hashing, block, got);
        *length += got;
    }
    if (hashing != NULL)
        *found = digest_end(hashing);
    free(block);
    return done;
}

bool vault_verify(const struct vault *vault, const struct digest *digest, uint64_t size, struct error *error)
{
    char text[DIGEST_TEXT_SIZE];
    struct digest found;
    uint64_t length = 0;
    struct vault_object *object = NULL;
    if (!vault_object_open(vault, digest, &object, error))
        return false;
    bool done = hash_object(object, &found, &length, error);
    vault_object_close(object);
    if (!done)
        changed(error, digest);
    if (done && (length != size || !digest_equal(&found, digest)))
        done =
            error_set(error, FAULT_ENVIRONMENT, "the vault's object %s was changed: restore it from a backup",
                      digest_text(digest, text));
    return done;
}
