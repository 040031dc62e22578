/*
 * Hashing copies that a worker made.
 *
 * Guarantees: what becomes the name of an object of the vault was computed by a process that parses nothing, over the
 * very file that goes there. Touches no share.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "spool/porter_child.h"

static bool hash_one(int incoming, json_int_t number, json_t *files, struct error *error)
{
    char name[24], text[DIGEST_TEXT_SIZE];
    struct digest digest;
    uint64_t size = 0;
    snprintf(name, sizeof name, "%lld", (long long)number);
    int copy = file_open(incoming, name, error);
    bool done = copy >= 0 && digest_of_file(copy, &digest, &size, error) &&
                (json_array_append_new(files, json_pack("{ss,sI}", "digest", digest_text(&digest, text),
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
