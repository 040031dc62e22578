/*
 * Making things visible on the shares, and taking them away.
 *
 * Guarantees: a file appears whole, durably, under its final name; one that is there already with the same
 * bytes is left alone, so that publishing twice changes nothing. Directories on the way are made. Bytes other than those the
 * record names are never published. In the memory of two blocks, whatever the size.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/encrypted_file.h"
#include "base/files.h"
#include "base/json.h"
#include "spool/porter_child.h"

enum { DIRECTORY_MODE = 0750 };

/* What is to lie there: an open file, or the content of an encrypted one. */
struct content {
    int file;
    struct encrypted_reader *reader; /* NULL: in clear */
    struct digest digest;
};

static bool content_open(const json_t *message, int file, struct content *content, struct error *error)
{
    *content = (struct content){.file = file};
    const char *digest = json_text_or_null(message, "digest");
    if (digest == NULL)
        return digest_of_file(file, &content->digest, NULL, error);
    if (!digest_parse(digest, &content->digest))
        return error_set(error, FAULT_INTERNAL, "\"%s\" is no digest", digest);
    if (!json_flag(message, "encrypted"))
        return true;
    if (porter_keyring() == NULL)
        return error_set(error, FAULT_INTERNAL, "a porter without keys was handed an encrypted file");
    return encrypted_open(file, porter_keyring(), &content->reader, error) &&
           (digest_equal(encrypted_digest(content->reader), &content->digest) ||
            error_set(error, FAULT_ENVIRONMENT, "its file holds another object: files were exchanged"));
}

/* Of the file of that name, unless there is none or it is no file. */
static bool digest_there(int directory, const char *name, struct digest *found)
{
    int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    struct stat status;
    bool known =
        fstat(file, &status) == 0 && S_ISREG(status.st_mode) && digest_of_file(file, found, NULL, NULL);
    close(file);
    return known;
}

static void put_digest(json_t *answer, const char *member, const struct digest *digest)
{
    char text[DIGEST_TEXT_SIZE];
    json_put_text(answer, member, digest_text(digest, text));
}

/* Block by block, however large it is: a package of a docket's files may be larger than the memory. */
static bool pour(struct content *content, int target, struct error *error)
{
    char block[ENCRYPTED_CHUNK_SIZE];
    struct hashing *hashing = NULL;
    struct digest found;
    uint64_t at = 0;
    size_t got = 0;
    bool done = digest_begin(&hashing, error);
    while (done) {
        if (content->reader != NULL)
            done = encrypted_read(content->reader, at, block, sizeof block, &got, error);
        else {
            ssize_t read = pread(content->file, block, sizeof block, (off_t)at);
            done = read >= 0 || error_system(error, "reading what is published");
            got = read < 0 ? 0 : (size_t)read;
        }
        if (!done || got == 0)
            break;
        digest_update(hashing, block, got);
        at += got;
        done = file_write_all(target, block, got, error);
        porter_alive();
    }
    if (!done) {
        digest_abandon(hashing);
        return false;
    }
    found = digest_end(hashing);
    return digest_equal(&found, &content->digest) ||
           error_set(error, FAULT_ENVIRONMENT,
                     "its bytes in the vault were changed: restore them from a backup");
}

static bool put(int directory, const char *name, mode_t mode, struct content *content, struct error *error)
{
    char temporary[TEMPORARY_NAME_SIZE];
    int file = file_temporary_for(directory, name, mode, temporary, error);
    if (file < 0)
        return false;
    bool done = pour(content, file, error) && file_sync(file, error);
    if (close(file) != 0 && done)
        done = error_system(error, "closing %s", name);
    done = done && file_rename(directory, temporary, directory, name, true, error) &&
           directory_sync(directory, error);
    if (!done)
        (void)file_remove(directory, temporary, NULL);
    return done;
}

bool porter_publish(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)sent;
    const char *path = json_text(message, "directory"), *name = json_text(message, "name");
    struct content content = {.file = -1};
    struct digest found;
    bool other = false, there = false, done = false;
    int directory = directory_make_path(site, path, DIRECTORY_MODE, error);
    if (directory < 0 || !content_open(message, file, &content, error))
        goto done;
    other = digest_there(directory, name, &found);
    there = other && digest_equal(&found, &content.digest);
    if (other && !there)
        put_digest(answer, "replaced", &found);
    if (!there)
        done = put(directory, name, (mode_t)json_whole(message, "mode", 0640), &content, error);
    else /* perhaps of a porter that was killed before it synced the folders on the way */
        done = !json_flag(message, "row") || volume_sync(directory, error);
    json_put_flag(answer, "changed", !there);
done:
    encrypted_close(content.reader);
    if (directory >= 0)
        close(directory);
    return done || error_context(error, "publishing %s/%s", path, name);
}

bool porter_compare(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)file;
    (void)sent;
    struct error absent = ERROR_NONE;
    struct digest found;
    int directory = porter_open(site, json_text(message, "directory"), &absent);
    if (directory < 0)
        return absent.fault == FAULT_ABSENT || error_set(error, absent.fault, "%s", absent.text);
    if (digest_there(directory, json_text(message, "name"), &found))
        put_digest(answer, "found", &found);
    close(directory);
    return true;
}

bool porter_remove(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)file;
    (void)answer;
    (void)sent;
    const char *path = json_text(message, "directory");
    const char *slash = strrchr(path, '/');
    const json_t *names = json_object_get(message, "names");
    char parent_path[512];
    bool done = false;
    int parent = -1;
    if (slash == NULL || (size_t)(slash - path) >= sizeof parent_path)
        return error_set(error, FAULT_INTERNAL, "\"%s\" is not removed: it is no item's folder", path);
    memcpy(parent_path, path, (size_t)(slash - path));
    parent_path[slash - path] = '\0';
    struct error own = ERROR_NONE;
    parent = porter_open(site, json_is_array(names) ? path : parent_path, &own);
    if (parent < 0) {
        done = own.fault == FAULT_ABSENT;
        if (!done && error != NULL)
            *error = own;
        goto done;
    }
    if (!json_is_array(names))
        done = directory_remove_tree(parent, slash + 1, error);
    else {
        size_t index;
        json_t *name;
        done = true;
        json_array_foreach(names, index, name) done =
            done && file_remove(parent, json_string_value(name), error);
    }
    done = done && directory_sync(parent, error);
done:
    if (parent >= 0)
        close(parent);
    return done || error_context(error, "removing %s", path);
}
