/*
 * Looking into a drop before it is claimed: a bounded copy of one file, and digests of some.
 *
 * Guarantees: follows no link, waits on no FIFO, reads no more than the limit. What is learnt here only
 * decides *when* to claim; what is checked is the copy made after the claim.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/names.h"
#include "spool/porter_child.h"

/* The drop itself when it is a file, or the file `name` inside it. -1 with an error. */
static int open_inside(int site, const json_t *message, const char *escaped, struct error *error)
{
    char drop[256], name[256];
    int file = -1;
    int share = porter_open(site, json_text(message, "path"), error);
    if (share < 0 || !name_unescape(json_text(message, "drop"), drop, sizeof drop, error))
        goto done;
    if (escaped == NULL)
        file = openat(share, drop, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    else if (name_unescape(escaped, name, sizeof name, error)) {
        int inside = directory_open_at(share, drop, false, 0, error);
        if (inside >= 0) {
            file = openat(inside, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
            close(inside);
        }
    }
    struct stat status;
    if (file < 0)
        error_system(error, "looking into %s", drop);
    else if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        error_set(error, FAULT_INPUT, "%s is not a regular file", escaped == NULL ? drop : name);
        close(file);
        file = -1;
    }
done:
    if (share >= 0)
        close(share);
    return file;
}

/* Of a file beyond the limit its first four bytes and its last `ends`: enough to tell whether an archive has its
   end. */
static bool read_ends(int source, size_t ends, char **bytes, size_t *length, struct error *error)
{
    enum { HEAD = 4 };
    struct stat status;
    *bytes = malloc(HEAD + ends);
    if (*bytes == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while looking into a drop");
    if (fstat(source, &status) != 0 || status.st_size < (off_t)(HEAD + ends) ||
        pread(source, *bytes, HEAD, 0) != HEAD ||
        pread(source, *bytes + HEAD, ends, status.st_size - (off_t)ends) != (ssize_t)ends)
        return error_system(error, "looking at the ends of a drop");
    *length = HEAD + ends;
    return true;
}

bool porter_peek(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)file;
    (void)answer;
    char *bytes = NULL;
    size_t length = 0, limit = (size_t)json_whole(message, "limit", 0);
    size_t ends = (size_t)json_whole(message, "ends", 0);
    struct stat status;
    int source = open_inside(site, message, json_text_or_null(message, "name"), error);
    if (source < 0)
        return false;
    bool large = ends > 0 && fstat(source, &status) == 0 && status.st_size > (off_t)limit;
    if (large ? read_ends(source, ends, &bytes, &length, error)
              : file_read_open(source, limit, &bytes, &length, error))
        *sent = memory_file("peek", bytes, length, error);
    free(bytes);
    close(source);
    return *sent >= 0;
}

bool porter_digest(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)file;
    (void)sent;
    json_t *digests = json_object_at(answer, "digests"), *name;
    json_int_t left = json_whole(message, "limit", 0);
    size_t index;
    json_array_foreach(json_object_get(message, "names"), index, name)
    {
        struct error own = ERROR_NONE;
        struct digest digest;
        struct stat status;
        char text[DIGEST_TEXT_SIZE];
        int source = open_inside(site, message, json_string_value(name), &own);
        bool known = source >= 0 && fstat(source, &status) == 0 && status.st_size <= left &&
                     digest_of_file(source, &digest, NULL, &own);
        if (known)
            left -= status.st_size;
        if (source >= 0)
            close(source);
        json_object_set_new(digests, json_string_value(name),
                            known ? json_string(digest_text(&digest, text)) : json_null());
    }
    return digests != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while digesting");
}
