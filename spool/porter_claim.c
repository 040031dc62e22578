/*
 * Claiming a drop, copying it in, and removing it in the end.
 *
 * Guarantees: a claim is a rename within the same folder, so it needs no rights on the sender's directory and
 * never crosses file systems; the bytes are read once and hashed while copied, so what is checked is what was
 * hashed; no link is followed, nothing but regular files is read, and no more than the limits allow. Does not
 * make the copies durable: the vault does, when they turn out to be wanted.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/names.h"
#include "spool/file_systems.h"
#include "spool/porter_child.h"
#include "spool/record.h"

enum { FILES_MOST = 8192, OWNER_KNOWN_MS = 2000 };

static void claim_name(const json_t *message, char *name, size_t size)
{
    snprintf(name, size, ".claim-%s", json_text(message, "claim"));
}

/* Nobody but us makes such a name; a sender who did meant to have something else answered in the drop's place.
   It gets a name that is seen, and so an answer of its own. */
static bool expose(int share, const char *claimed, struct error *error)
{
    char seen[80];
    struct error own = ERROR_NONE;
    for (int i = 1; i < 10; i++) {
        snprintf(seen, sizeof seen, "hidden-%s-%d", claimed + 1, i);
        if (file_rename(share, claimed, share, seen, false, &own))
            return true;
    }
    if (error != NULL)
        *error = own;
    return false;
}

/* Does the drop look as it did when it settled? A listing may be old by the time it is acted upon. One that is
   gone changed in no way that matters here. */
static bool unchanged(int share, const char *drop, const char *print)
{
    struct statfs volume;
    if (print == NULL || fstatfs(share, &volume) != 0)
        return true;
    json_t *now = porter_look(share, drop, 0, file_system_network((uint64_t)volume.f_type) == NULL);
    bool same = now == NULL || strcmp(json_text(now, "print"), print) == 0;
    json_decref(now);
    return same;
}

bool porter_claim(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)file;
    (void)sent;
    char drop[256], claimed[64];
    struct stat status;
    bool done = false;
    claim_name(message, claimed, sizeof claimed);
    int share = porter_open(site, json_text(message, "path"), error);
    if (share < 0 || !name_unescape(json_text(message, "drop"), drop, sizeof drop, error))
        goto done;
    const char *state = "claimed";
    bool there = fstatat(share, claimed, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && json_flag(message, "fresh")) {
        if (!expose(share, claimed, error))
            goto done;
        there = false;
    }
    if (!there) {
        /* Not there yet: this is the claim, or the first half of one that a crash interrupted. */
        if (!unchanged(share, drop, json_text_or_null(message, "print")))
            state = "changed";
        else if (!file_rename(share, drop, share, claimed, false, error)) {
            if (error->fault != FAULT_ABSENT)
                goto done;
            /* Gone, or renamed just now by the porter of a daemon that was killed. */
            if (fstatat(share, claimed, &status, AT_SYMLINK_NOFOLLOW) != 0)
                state = "absent";
        }
    }
    /* porter_child.c syncs the share, once for all claims that wait. One that is there already may be the rename of a
       porter that was killed before it synced. */
    done = json_put_text(answer, "state", state) &&
           (strcmp(state, "claimed") != 0 || json_put_flag(answer, "sync", true));
done:
    if (share >= 0)
        close(share);
    return done;
}

/* Why a name is not copied; NULL when it may be. */
static const char *special(const struct stat *status)
{
    if (S_ISDIR(status->st_mode))
        return "directory";
    if (S_ISLNK(status->st_mode))
        return "link";
    if (S_ISFIFO(status->st_mode))
        return "fifo";
    if (S_ISSOCK(status->st_mode))
        return "socket";
    if (!S_ISREG(status->st_mode))
        return "device";
    if ((status->st_mode & (S_ISUID | S_ISGID)) != 0)
        return "set-id";
    return NULL;
}

struct copying {
    int source;   /* the claimed directory, or the share for a file */
    int incoming; /* ours */
    json_int_t file_cap, total_cap, total;
    json_t *files, *specials;
    bool final;     /* what changes under our hands is left out instead of waited for */
    json_t *answer; /* gets "changing": a name */
};

/* What nobody put there is nobody's fault, whatever it is. */
static bool note_special(struct copying *copying, const char *name, const char *what)
{
    if (name_left_by_desktop(name, strcmp(what, "directory") == 0))
        return true;
    char *escaped = name_escape(name);
    bool noted =
        json_array_append_new(copying->specials, json_pack("{ss,ss}", "name", escaped, "what", what)) == 0;
    free(escaped);
    return noted;
}

static bool note_changing(struct copying *copying, const char *name)
{
    char *escaped = name_escape(name);
    bool noted = json_put_text(copying->answer, "changing", escaped);
    free(escaped);
    return noted;
}

static bool copy_one(struct copying *copying, const char *name, const char *shown, struct error *error)
{
    struct stat before, after;
    int source = openat(copying->source, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    const char *what = NULL;
    bool done = false;
    int target = -1;
    struct error closed = ERROR_NONE;
    if (source < 0)
        error_system(&closed, "opening %s", shown);
    if (closed.fault == FAULT_TEMPORARY) {
        *error = closed;
        goto done;
    }
    if (source < 0 || fstat(source, &before) != 0) {
        struct stat status;
        what = fstatat(copying->source, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? special(&status) : NULL;
        done = note_special(copying, shown, what == NULL ? "unreadable" : what);
        goto done;
    }
    what = special(&before);
    if (what == NULL &&
        (before.st_size > copying->file_cap || before.st_size > copying->total_cap - copying->total))
        what = "too-large";
    if (what != NULL) {
        done = note_special(copying, shown, what);
        goto done;
    }
    char number[24], text[DIGEST_TEXT_SIZE];
    struct digest digest;
    int64_t size = 0;
    snprintf(number, sizeof number, "%zu", json_array_size(copying->files));
    target = openat(copying->incoming, number, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (target < 0) {
        error_system(error, "creating the copy");
        goto done;
    }
    if (!copy_write(porter_keyring(), source, target, copying->file_cap, porter_alive, &digest, &size,
                    error)) {
        error_context(error, "%s", shown);
        goto done;
    }
    if (size < 0) {
        done = note_special(copying, shown, "unreadable");
        goto done;
    }
    if (fstat(source, &after) != 0 || size != before.st_size || after.st_size != before.st_size ||
        after.st_mtim.tv_sec != before.st_mtim.tv_sec || after.st_mtim.tv_nsec != before.st_mtim.tv_nsec) {
        done = copying->final ? note_special(copying, shown, "changing") : note_changing(copying, shown);
        goto done;
    }
    copying->total += size;
    char *escaped = name_escape(shown);
    done = json_array_append_new(copying->files,
                                 json_pack("{ss,ss,sI}", "name", escaped, "digest",
                                           digest_text(&digest, text), "size", (json_int_t)size)) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while copying in");
    free(escaped);
done:
    if (source >= 0)
        close(source);
    if (target >= 0)
        close(target);
    return done;
}

/* The manifest first, then by name: so that the copies are numbered the same whenever it is done again. */
static int compare(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    int first_x = strcmp(x, "manifest.xml") != 0 && strcmp(x, "enrolment.xml") != 0;
    int first_y = strcmp(y, "manifest.xml") != 0 && strcmp(y, "enrolment.xml") != 0;
    return first_x != first_y ? first_x - first_y : strcmp(x, y);
}

struct names {
    char *list[FILES_MOST];
    size_t count;
    bool more;
};

static bool take_name(void *context, const char *name, unsigned char type)
{
    (void)type;
    struct names *names = context;
    if (names->count == FILES_MOST)
        names->more = true;
    else if ((names->list[names->count] = strdup(name)) != NULL)
        names->count++;
    return !names->more;
}

static bool copy_directory(struct copying *copying, size_t most, struct error *error)
{
    static struct names names; /* large, and a porter has one thread */
    names.count = 0;
    names.more = false;
    bool done = directory_each(copying->source, take_name, &names, error);
    qsort(names.list, names.count, sizeof names.list[0], compare);
    bool more = names.more || names.count > most;
    for (size_t i = 0; i < names.count; i++) {
        done = done && (i >= most || json_object_get(copying->answer, "changing") != NULL ||
                        copy_one(copying, names.list[i], names.list[i], error));
        free(names.list[i]);
    }
    if (done && more)
        done = note_special(copying, "…", "too-many");
    return done;
}

/* Asking for an account's name can cost a file or a server each time; a flood comes from few. */
static void put_owner(json_t *answer, uid_t uid)
{
    static struct {
        uid_t uid;
        int64_t until; /* milliseconds of clock_monotonic */
        char name[256];
    } known;
    struct passwd entry, *found = NULL;
    char buffer[4096];
    json_put_whole(answer, "uid", uid);
    if (known.uid != uid || clock_monotonic() >= known.until) {
        if (getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) != 0)
            return;
        known.uid = uid;
        known.until = clock_monotonic() + OWNER_KNOWN_MS;
        snprintf(known.name, sizeof known.name, "%s", found == NULL ? "" : found->pw_name);
    }
    if (known.name[0] != '\0')
        json_put_text(answer, "owner", known.name);
}

bool porter_copy(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)sent;
    char claimed[256], shown[256];
    const json_t *limits = json_object_get(message, "limits");
    struct copying copying = {.source = -1,
                              .incoming = file,
                              .file_cap = json_whole(limits, "file", 0),
                              .total_cap = json_whole(limits, "total", 0),
                              .files = json_array_at(answer, "files"),
                              .specials = json_array_at(answer, "specials"),
                              .final = json_flag(message, "final"),
                              .answer = answer};
    struct stat status;
    bool done = false;
    claim_name(message, claimed, sizeof claimed);
    int share = porter_open(site, json_text(message, "path"), error);
    if (share < 0 || !name_unescape(json_text(message, "drop"), shown, sizeof shown, error))
        goto done;
    if (json_object_get(message, "claim") == NULL)
        snprintf(claimed, sizeof claimed, "%s", shown);
    if (fstatat(share, claimed, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        error_system(error, "looking at the claimed drop");
        goto done;
    }
    put_owner(answer, status.st_uid);
    json_put_text(answer, "form", S_ISDIR(status.st_mode) ? "directory" : "file");
    if (!S_ISDIR(status.st_mode)) {
        copying.source = share;
        if (json_flag(message, "archive"))
            copying.file_cap = copying.total_cap;
        done = copy_one(&copying, claimed, shown, error);
        copying.source = -1;
        goto done;
    }
    if (json_flag(message, "single")) {
        done = note_special(&copying, shown, "directory");
        goto done;
    }
    copying.source = openat(share, claimed, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (copying.source < 0 && errno == EACCES)
        done = note_special(&copying, shown, "unreadable"); /* closed to our account */
    else if (copying.source < 0)
        error_system(error, "opening the claimed drop");
    else
        done = copy_directory(&copying, (size_t)json_whole(limits, "files", 0), error);
done:
    if (copying.source >= 0)
        close(copying.source);
    if (share >= 0)
        close(share);
    return done;
}

/* A folder inside belongs to another account and is closed to ours. The drop is answered, so it must neither be
   claimed again nor tried for ever: it lies there under a name that says so, for an administrator. */
static bool leave(int share, const json_t *message, const char *claimed, const char *why, json_t *answer,
                  struct error *error)
{
    char left[64];
    snprintf(left, sizeof left, ".left-%s", json_text(message, "claim"));
    return file_rename(share, claimed, share, left, false, error) && json_put_text(answer, "left", left) &&
           json_put_text(answer, "why", why);
}

bool porter_unclaim(int site, const json_t *message, int file, json_t *answer, int *sent, struct error *error)
{
    (void)file;
    (void)sent;
    char claimed[64];
    claim_name(message, claimed, sizeof claimed);
    int share = porter_open(site, json_text(message, "path"), error);
    if (share < 0)
        return false;
    struct error own = ERROR_NONE;
    bool done = directory_remove_tree(share, claimed, &own);
    if (!done && own.fault == FAULT_REFUSED)
        done = leave(share, message, claimed, own.text, answer, error);
    else if (!done && error != NULL)
        *error = own;
    close(share);
    /* Synced like a claim: the row goes after this, and a claim that a power cut brought back would have none. */
    return done && json_put_flag(answer, "sync", true);
}
