/*
 * Hashing copies that a worker made, and encrypting them.
 *
 * Guarantees: what becomes the name of an object of the vault was computed by a process that parses nothing, over the
 * very bytes that go there. Where the site has keys a copy is encrypted in the same reading. Touches no share.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "spool/porter_child.h"
#include "spool/record.h"

/* Read `source` into the file `name`, which is made anew. */
static bool encrypt_into(int folder, const char *name, int source, struct digest *digest, uint64_t *size,
                         struct error *error)
{
    int64_t length = 0;
    int target = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (target < 0)
        return error_system(error, "creating the copy");
    bool done =
        copy_write(porter_keyring(), source, target, INT64_MAX, porter_alive, digest, &length, error) &&
        (length >= 0 || error_set(error, FAULT_TEMPORARY, "what a worker made cannot be read"));
    close(target);
    *size = (uint64_t)length;
    return done;
}

static bool hash_one(int incoming, json_int_t number, json_t *files, struct error *error)
{
    char name[24], text[DIGEST_TEXT_SIZE];
    struct digest digest;
    uint64_t size = 0;
    snprintf(name, sizeof name, "%lld", (long long)number);
    int copy = file_open(incoming, name, error);
    bool done = copy >= 0;
    if (done && porter_keyring() == NULL)
        done = digest_of_file(copy, &digest, &size, error);
    else if (done) /* the name is taken from the file that is read */
        done =
            file_remove(incoming, name, error) && encrypt_into(incoming, name, copy, &digest, &size, error);
    done = done && (json_array_append_new(files, json_pack("{ss,sI}", "digest", digest_text(&digest, text),
                                                           "size", (json_int_t)size)) == 0 ||
                    error_set(error, FAULT_TEMPORARY, "out of memory while hashing"));
    if (copy >= 0)
        close(copy);
    return done;
}

bool porter_hash(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)site;
    (void)sent;
    json_t *files = json_array_at(answer, "files");
    bool done = files != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while hashing");
    for (json_int_t i = 0; done && i < json_whole(message, "count", 0); i++)
        done = hash_one(file, i, files, error);
    return done;
}

bool porter_encrypt(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)sent;
    char path[300], text[DIGEST_TEXT_SIZE];
    struct digest digest;
    uint64_t size = 0;
    snprintf(path, sizeof path, "var/incoming/%s", json_text(message, "folder"));
    int folder = porter_open(site, path, error);
    bool done = folder >= 0 &&
                (lseek(file, 0, SEEK_SET) == 0 || error_system(error, "reading what a worker made")) &&
                encrypt_into(folder, json_text(message, "name"), file, &digest, &size, error);
    if (folder >= 0)
        close(folder);
    return done && json_put_text(answer, "digest", digest_text(&digest, text)) &&
           json_put_whole(answer, "size", (int64_t)size);
}
