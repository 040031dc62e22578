/*
 * What should lie on the shares by the record.
 *
 * Guarantees: looking only reads; a row counts while no removal of its folder, of a folder above it or of its names has a
 * higher number, and a name in a folder is that of the newest row that has it. Files are told by their bytes, not by their
 * names. Does not bring back drops nobody had taken in: the record knows nothing of them.
 */
#include "spool/rebuild.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/json.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "spool/backup_book.h"

struct looking {
    struct transaction *transaction;
    const struct vault *vault;
    int site;
    char *const *below;
    struct rebuild *found;
    json_t *directories; /* directory → [numbers of rows that published there] */
    json_t *removed;     /* directory, or directory/name → number of the last row that removed it */
    json_t *ordered;     /* row → true: being put out again already */
};

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while comparing the shares with the record");
}

/* --- what rows say --- */

static bool note_removal(struct looking *looking, const json_t *row, struct error *error)
{
    size_t i;
    const json_t *name, *names = json_object_get(row, "remove");
    const char *directory = json_text(row, "directory");
    if (!json_is_array(names))
        return json_put_whole(looking->removed, directory, outbox_id(row)) || memory(error);
    json_array_foreach(names, i, name)
    {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", directory, json_string_value(name));
        if (!json_put_whole(looking->removed, path, outbox_id(row)))
            return memory(error);
    }
    return true;
}

/* Attached and acknowledged: it was carried into the case file, and would be once more. */
static bool was_taken(struct looking *looking, const json_t *row, bool *taken, struct error *error)
{
    json_t *docket = NULL;
    *taken = false;
    if (strcmp(json_text(row, "kind"), "attach") != 0)
        return true;
    bool done = book_get(looking->transaction, BOOK_DOCKETS, json_text(row, "docket"), &docket, error);
    *taken = done && json_object_get(json_object_get(docket, "acknowledged"), "report") != NULL;
    json_decref(docket);
    return done;
}

static bool note_delivered(void *context, const char *key, json_t *row, struct error *error)
{
    struct looking *looking = context;
    const char *kind = json_text(row, "kind"), *directory = json_text(row, "directory");
    bool taken = false;
    (void)key;
    if (json_object_get(row, "cancelled") != NULL || json_object_get(row, "disposed") != NULL ||
        strcmp(kind, REBUILD_KIND) == 0)
        return true;
    if (json_object_get(row, "remove") != NULL)
        return note_removal(looking, row, error);
    if (!was_taken(looking, row, &taken, error))
        return false;
    if (taken) {
        looking->found->taken++;
        return true;
    }
    json_t *rows = json_object_get(looking->directories, directory);
    if (rows == NULL &&
        ((rows = json_array()) == NULL || json_object_set_new(looking->directories, directory, rows) != 0))
        return memory(error);
    return json_array_append_new(rows, json_integer((json_int_t)outbox_id(row))) == 0 || memory(error);
}

static bool note_open(void *context, const char *key, json_t *row, struct error *error)
{
    struct looking *looking = context;
    (void)key;
    if (json_object_get(row, "remove") != NULL)
        return note_removal(looking, row, error);
    if (strcmp(json_text(row, "kind"), REBUILD_KIND) != 0)
        return true;
    return json_object_set_new(looking->ordered, json_text(row, "of"), json_true()) == 0 || memory(error);
}

/* Was it taken away after row `id`, alone or with a folder above it? */
static bool is_removed(const struct looking *looking, const char *path, int64_t id)
{
    char above[600];
    snprintf(above, sizeof above, "%s", path);
    for (char *slash = above + strlen(above); slash != NULL; slash = strrchr(above, '/')) {
        *slash = '\0';
        if (json_whole(looking->removed, above, 0) > id)
            return true;
    }
    return false;
}

/* --- what lies there --- */

static bool lies_there(const struct looking *looking, const char *directory, const char *name,
                       const struct digest *wanted)
{
    char path[600];
    struct stat status;
    struct digest seen;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int file = openat(looking->site, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool there = file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                 digest_of_file(file, &seen, NULL, NULL) && digest_equal(&seen, wanted);
    if (file >= 0)
        close(file);
    return there;
}

/* The folder's line: one for each command, stage, office; else of the first folder. */
static json_t *line_of(struct rebuild *found, const char *directory)
{
    static const char *const divided[] = {"in/",         "out/",  "review/", "gallery/",  "discovery/",
                                          "disclosure/", "foil/", "audit/",  "retention/"};
    size_t length = strcspn(directory, "/");
    char name[300];
    for (size_t i = 0; i < sizeof divided / sizeof *divided; i++)
        if (strncmp(directory, divided[i], strlen(divided[i])) == 0)
            length += 1 + strcspn(directory + length + 1, "/");
    snprintf(name, sizeof name, "%.*s", (int)length, directory);
    json_t *line = json_object_get(found->folders, name);
    if (line == NULL && (line = json_pack("{s:i,s:i}", "files", 0, "missing", 0)) != NULL &&
        json_object_set_new(found->folders, name, line) != 0)
        line = NULL;
    return line;
}

/* One visible name, and whether the row has to be put out again for it. */
static bool look_at_name(struct looking *looking, const char *directory, const char *name,
                         const struct digest *wanted, bool *needed, struct error *error)
{
    json_t *line = line_of(looking->found, directory);
    bool there = lies_there(looking, directory, name, wanted);
    if (line == NULL || !json_put_whole(line, "files", json_whole(line, "files", 0) + 1) ||
        (!there && !json_put_whole(line, "missing", json_whole(line, "missing", 0) + 1)))
        return memory(error);
    looking->found->files++;
    looking->found->missing += there ? 0 : 1;
    *needed |= !there;
    return true;
}

static bool look_at_file(struct looking *looking, const char *directory, const json_t *file, bool *needed,
                         struct error *error)
{
    const char *name = json_text(file, "name"), *text = json_text_or_null(file, "text"),
               *signature = json_text_or_null(file, "signature");
    struct digest wanted;
    char signature_name[300];
    if (text != NULL)
        wanted = digest_of(text, strlen(text));
    else if (!digest_parse(json_text(file, "digest"), &wanted) || !vault_has_file(looking->vault, &wanted)) {
        looking->found->gone++;
        return true;
    }
    if (!look_at_name(looking, directory, name, &wanted, needed, error))
        return false;
    if (signature == NULL)
        return true;
    unsigned char *bytes = NULL;
    size_t length = 0;
    if (!base64_read(signature, &bytes, &length))
        return error_set(error, FAULT_ENVIRONMENT, "the signature of %s/%s in the record is no base64",
                         directory, name);
    wanted = digest_of(bytes, length);
    free(bytes);
    snprintf(signature_name, sizeof signature_name, "%s.p7s", name);
    return look_at_name(looking, directory, signature_name, &wanted, needed, error);
}

/* Of the rows of one folder: name → number of the newest row that has it and whose file was not taken away. */
static json_t *newest_of(const struct looking *looking, const char *directory, const json_t *rows)
{
    size_t i, f;
    const json_t *row, *file;
    json_t *newest = json_object();
    json_array_foreach(rows, i, row)
    {
        json_array_foreach(json_object_get(row, "files"), f, file)
        {
            char path[600];
            const char *name = json_text(file, "name");
            snprintf(path, sizeof path, "%s/%s", directory, name);
            if (!is_removed(looking, path, outbox_id(row)))
                json_put_whole(newest, name, outbox_id(row));
        }
    }
    return newest;
}

/* Only names that are this row's: what was taken away, or is a newer row's by now, is not brought back. */
static bool look_at_row(struct looking *looking, const char *directory, const json_t *row,
                        const json_t *newest, struct error *error)
{
    size_t f;
    const json_t *file;
    bool needed = false, done = true;
    json_t *names = json_array();
    json_array_foreach(json_object_get(row, "files"), f, file)
    {
        const char *name = json_text(file, "name");
        if (!done || json_whole(newest, name, 0) != outbox_id(row))
            continue;
        done = (json_array_append_new(names, json_string(name)) == 0 || memory(error)) &&
               look_at_file(looking, directory, file, &needed, error);
    }
    if (done && needed && json_flag(looking->ordered, json_text(row, "row")))
        looking->found->waiting++;
    else if (done && needed)
        done = json_array_append_new(looking->found->rows, json_pack("{ss,sO}", "row", json_text(row, "row"),
                                                                     "names", names)) == 0 ||
               memory(error);
    json_decref(names);
    return done;
}

static bool is_wanted(const struct looking *looking, const char *directory)
{
    if (looking->below == NULL || *looking->below == NULL)
        return true;
    for (char *const *folder = looking->below; *folder != NULL; folder++) {
        size_t length = strlen(*folder);
        while (length > 0 && (*folder)[length - 1] == '/')
            length--;
        if (strncmp(directory, *folder, length) == 0 &&
            (directory[length] == '/' || directory[length] == '\0'))
            return true;
    }
    return false;
}

static bool look_at_directory(struct looking *looking, const char *directory, const json_t *numbers,
                              struct error *error)
{
    size_t i;
    const json_t *number;
    json_t *rows = json_array(), *row;
    bool done = rows != NULL || memory(error);
    json_array_foreach(numbers, i, number)
    {
        if (!done || is_removed(looking, directory, json_integer_value(number)))
            continue;
        done = outbox_get(looking->transaction, json_integer_value(number), &row, error) &&
               (json_array_append_new(rows, row) == 0 || memory(error));
    }
    json_t *newest = newest_of(looking, directory, rows);
    json_array_foreach(rows, i, row)
    {
        done = done && look_at_row(looking, directory, row, newest, error);
    }
    json_decref(newest);
    json_decref(rows);
    return done;
}

bool rebuild_look(struct transaction *transaction, const struct vault *vault, int site, char *const *below,
                  struct rebuild *found, struct error *error)
{
    *found = (struct rebuild){.folders = json_object(), .rows = json_array()};
    struct looking looking = {.transaction = transaction,
                              .vault = vault,
                              .site = site,
                              .below = below,
                              .found = found,
                              .directories = json_object(),
                              .removed = json_object(),
                              .ordered = json_object()};
    const char *directory;
    const json_t *numbers;
    bool done = (found->folders != NULL && found->rows != NULL && looking.directories != NULL &&
                 looking.removed != NULL && looking.ordered != NULL) ||
                memory(error);
    done = done && outbox_walk_delivered(transaction, note_delivered, &looking, error) &&
           outbox_walk(transaction, 0, note_open, &looking, error);
    json_object_foreach(looking.directories, directory, numbers) done =
        done && (!is_wanted(&looking, directory) || look_at_directory(&looking, directory, numbers, error));
    json_decref(looking.directories);
    json_decref(looking.removed);
    json_decref(looking.ordered);
    return done;
}

/* --- putting out again --- */

static json_t *files_of(const json_t *row, const json_t *names)
{
    size_t f, n;
    json_t *file;
    const json_t *name;
    json_t *files = json_array();
    json_array_foreach(json_object_get(row, "files"), f, file)
    {
        json_array_foreach(names, n, name)
        {
            if (strcmp(json_text(file, "name"), json_string_value(name)) == 0)
                json_array_append(files, file);
        }
    }
    return files;
}

/* The same names and bytes, signatures included, in the same place; of nobody's docket, so that no flow takes it for the
   document itself. */
static bool order_row(struct transaction *transaction, const json_t *wanted, instant now, struct error *error)
{
    json_t *row = NULL, *again = json_object();
    const char *id = json_text(wanted, "row");
    bool done = outbox_get(transaction, strtoll(id, NULL, 10), &row, error);
    if (done) {
        json_copy_members(again, row, "directory", "command", "mode", NULL);
        done = (json_put_text(again, "kind", REBUILD_KIND) && json_put_text(again, "of", id) &&
                json_put(again, "files", files_of(row, json_object_get(wanted, "names")))) ||
               memory(error);
    }
    done = done && outbox_add(transaction, again, now, NULL, error);
    json_decref(row);
    json_decref(again);
    return done;
}

/* What was destroyed after the backup would lie on the shares once more (R38). */
static bool is_told(struct transaction *transaction, struct error *error)
{
    json_t *restored = NULL;
    if (!book_get(transaction, BOOK_RUNS, BACKUP_RESTORED, &restored, error))
        return false;
    bool told = restored == NULL;
    json_decref(restored);
    return told ||
           error_set(error, FAULT_REFUSED,
                     "this record was restored and does not know yet what was sealed and destroyed since its "
                     "backup: first leadspool restore --since FILE");
}

bool rebuild_order(struct transaction *transaction, const struct rebuild *found, size_t from, size_t most,
                   const char *actor, instant now, struct error *error)
{
    char outcome[40];
    if (!is_told(transaction, error))
        return false;
    size_t end = json_array_size(found->rows);
    if (end > from + most)
        end = from + most;
    for (size_t i = from; i < end; i++)
        if (!order_row(transaction, json_array_get(found->rows, i), now, error))
            return false;
    snprintf(outcome, sizeof outcome, "documents-%zu", end - from);
    struct event event = {
        .actor = actor, .role = "administrator", .action = "spools-rebuilt", .outcome = outcome};
    return event_append(transaction, now, &event, NULL, error);
}

bool rebuild_delivered(struct transaction *transaction, const json_t *row, instant now, struct error *error)
{
    char when[INSTANT_TEXT_SIZE];
    json_t *reduced = json_object();
    json_copy_members(reduced, row, "row", "kind", "of", "directory", "created", NULL);
    /* The caller may have it as it was before it was delivered. */
    bool done = (json_put_text(reduced, "state", "delivered") &&
                 json_put_text(reduced, "delivered", instant_text(now, when))) ||
                memory(error);
    done = done && outbox_reduce(transaction, reduced, error);
    json_decref(reduced);
    return done;
}

void rebuild_free(struct rebuild *found)
{
    json_decref(found->folders);
    json_decref(found->rows);
    *found = (struct rebuild){0};
}
