/*
 * Disposal of one entry.
 *
 * Guarantees: what the entry alone used of the vault is disposed of by the event written here, so that verification
 * finds it "disposed by event n"; records are reduced to skeletons (casebook/skeleton.h), never removed, so that every
 * number that was given stays taken; a docket that may not be destroyed by now is left as it is. Removes no file itself:
 * the porters do, and the vault's erasure.
 */
#include "report/retention_dispose.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/kept.h"
#include "casebook/outbox.h"
#include "casebook/skeleton.h"
#include "report/retention_list.h"

#define REMOVALS "retention/removal/"

struct disposing {
    struct transaction *transaction;
    const char *disposal;
    instant now;
    json_t *unused;      /* objects nobody uses any more */
    json_t *directories; /* removed already: {path:true} */
    const char *docket;  /* NULL: none */
};

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while disposing of records");
}

/* --- what was published --- */

static bool add_removal(struct disposing *disposing, const char *directory, json_t *names,
                        struct error *error)
{
    int64_t id = 0;
    char key[128];
    json_t *row = json_pack("{ss,ss*,ss,ss,so,s[]}", "kind", "remove", "docket", disposing->docket,
                            "disposal", disposing->disposal, "directory", directory, "remove",
                            names == NULL ? json_string("directory") : names, "files");
    json_t *entry = json_object();
    bool done = (row != NULL && entry != NULL) || memory(error);
    done = done && outbox_add(disposing->transaction, row, disposing->now, &id, error);
    snprintf(key, sizeof key, REMOVALS "%s/%012" PRId64, disposing->disposal, id);
    done = done && book_put(disposing->transaction, BOOK_INDEX, key, entry, error);
    json_decref(row);
    json_decref(entry);
    return done;
}

/* The folder of the docket on the way to `directory`, or NULL: the folder is not the docket's own. */
static char *docket_folder(const char *directory, const char *docket)
{
    const char *at = docket == NULL ? NULL : strstr(directory, docket);
    if (at == NULL || at == directory || at[-1] != '/')
        return NULL;
    return text_formatted("%.*s", (int)(at - directory + (long)strcspn(at, "/")), directory);
}

static json_t *names_of(const json_t *row)
{
    json_t *names = json_array();
    const json_t *file;
    size_t i;
    json_array_foreach(json_object_get(row, "files"), i, file)
    {
        char *signature = text_formatted("%s.p7s", json_text(file, "name"));
        json_array_append_new(names, json_string(json_text(file, "name")));
        if (json_flag(file, "sign") && signature != NULL)
            json_array_append_new(names, json_string(signature));
        free(signature);
    }
    return names;
}

/* Folders made for one row alone. */
static bool has_own_folder(const json_t *row)
{
    static const char *const kinds[] = {"receipt", "extract", "volume"};
    const char *kind = json_text(row, "kind");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return strncmp(json_text(row, "directory"), "quarantine/", 11) == 0;
}

/* `whole`: everything of the docket goes, else what this row published. */
static bool remove_published(struct disposing *disposing, const json_t *row, bool whole, struct error *error)
{
    const char *directory = json_text(row, "directory");
    if (directory[0] == '\0' || json_object_get(row, "cancelled") != NULL)
        return true;
    char *folder = whole ? docket_folder(directory, disposing->docket) : NULL;
    bool done = true;
    if (folder == NULL && !has_own_folder(row))
        done = add_removal(disposing, directory, names_of(row), error);
    else if (json_object_get(disposing->directories, folder != NULL ? folder : directory) == NULL)
        done = (json_put_flag(disposing->directories, folder != NULL ? folder : directory, true) ||
                memory(error)) &&
               add_removal(disposing, folder != NULL ? folder : directory, NULL, error);
    free(folder);
    return done;
}

/* --- rows of the outbox --- */

static bool reduce_row(struct disposing *disposing, int64_t id, bool whole, struct error *error)
{
    json_t *row = NULL, *skeleton = NULL;
    if (!outbox_get(disposing->transaction, id, &row, error))
        return false;
    bool item = strcmp(json_text(row, "kind"), "item") == 0; /* its folder went when it was closed */
    bool done = item || remove_published(disposing, row, whole, error);
    if (done && strcmp(json_text(row, "kind"), "remove") != 0) {
        skeleton = skeleton_of(BOOK_OUTBOX, row);
        done = skeleton != NULL && json_put_text(skeleton, "disposed", disposing->disposal)
                   ? outbox_reduce(disposing->transaction, skeleton, error)
                   : memory(error);
    }
    json_decref(row);
    json_decref(skeleton);
    return done;
}

static bool reduce_rows(struct disposing *disposing, const char *owner, const char *kind, struct error *error)
{
    json_t *ids = json_array(), *id;
    size_t i;
    bool done = ids != NULL ? outbox_rows_of(disposing->transaction, owner, kind, ids, error) : memory(error);
    json_array_foreach(ids, i, id) done =
        done && reduce_row(disposing, json_integer_value(id), kind == NULL, error);
    json_decref(ids);
    return done;
}

/* --- records --- */

struct keys {
    json_t *list;
    const char *docket; /* of records of which only some are the docket's */
};

static bool collect_key(void *context, const char *key, json_t *value, struct error *error)
{
    const struct keys *keys = context;
    (void)value;
    return json_array_append_new(keys->list, json_string(key)) == 0 || memory(error);
}

static bool reduce_record(struct disposing *disposing, enum book book, const char *key, struct error *error)
{
    json_t *record = NULL, *skeleton = NULL;
    if (!book_get(disposing->transaction, book, key, &record, error) || record == NULL)
        return error->fault == FAULT_NONE;
    skeleton = skeleton_of(book, record);
    bool done = skeleton != NULL && json_put_text(skeleton, "disposed", disposing->disposal)
                    ? book_put(disposing->transaction, book, key, skeleton, error)
                    : memory(error);
    json_decref(record);
    json_decref(skeleton);
    return done;
}

static bool reduce_book(struct disposing *disposing, enum book book, const char *separator,
                        struct error *error)
{
    char *prefix = text_formatted("%s%s", disposing->docket, separator);
    struct keys keys = {.list = json_array()};
    size_t i;
    json_t *key;
    bool done = prefix != NULL && keys.list != NULL
                    ? book_walk(disposing->transaction, book, prefix, NULL, collect_key, &keys, NULL, error)
                    : memory(error);
    json_array_foreach(keys.list, i, key) done =
        done && reduce_record(disposing, book, json_string_value(key), error);
    json_decref(keys.list);
    free(prefix);
    return done;
}

/* Applied and refused ones: each was a drop of the docket. */
static bool reduce_decisions(struct disposing *disposing, struct error *error)
{
    char *prefix = text_formatted("kept/%s/packet-file/", disposing->docket);
    struct keys keys = {.list = json_array()};
    size_t i;
    json_t *key;
    bool done = prefix != NULL && keys.list != NULL ? book_walk(disposing->transaction, BOOK_INDEX, prefix,
                                                                NULL, collect_key, &keys, NULL, error)
                                                    : memory(error);
    json_array_foreach(keys.list, i, key) done =
        done && reduce_record(disposing, BOOK_DECISIONS, json_string_value(key) + strlen(prefix), error);
    json_decref(keys.list);
    free(prefix);
    return done;
}

static bool dispose(struct disposing *disposing, const char *action, const char *class, int64_t *sequence,
                    struct error *error)
{
    struct event event = {
        .role = "system", .action = action, .docket = disposing->docket, .clause = "R38", .outcome = class};
    return kept_dispose(disposing->transaction, disposing->unused, &event, disposing->now, sequence, error);
}

static bool put_docket(struct disposing *disposing, const json_t *docket, int64_t event, struct error *error)
{
    char at[INSTANT_TEXT_SIZE], key[160];
    json_t *skeleton = skeleton_of(BOOK_DOCKETS, docket);
    const char *photo = json_text_or_null(json_object_get(docket, "named"), "photo");
    bool done = skeleton != NULL &&
                json_put(skeleton, "disposed",
                         json_pack("{sI,ss,ss}", "event", (json_int_t)event, "at",
                                   instant_text(disposing->now, at), "disposal", disposing->disposal));
    done = done ? docket_put(disposing->transaction, skeleton, error) : memory(error);
    if (done && photo != NULL &&
        snprintf(key, sizeof key, "photo/report/%s/%s", photo, disposing->docket) < (int)sizeof key)
        done = book_remove(disposing->transaction, BOOK_INDEX, key, error);
    json_decref(skeleton);
    return done;
}

/* --- the classes --- */

static bool dispose_docket(struct disposing *disposing, const json_t *entry, int64_t *event,
                           struct error *error)
{
    json_t *docket = NULL;
    bool done = docket_get(disposing->transaction, disposing->docket, &docket, error) &&
                reduce_decisions(disposing, error) && /* before what it walks goes */
                kept_give_up_all(disposing->transaction, disposing->docket, disposing->unused, error) &&
                dispose(disposing, "docket-disposed", json_text(entry, "class"), event, error) &&
                reduce_book(disposing, BOOK_ITEMS, "-", error) &&
                reduce_book(disposing, BOOK_HOLDS, "/", error) &&
                reduce_book(disposing, BOOK_SEARCHES, "/", error) &&
                reduce_rows(disposing, disposing->docket, NULL, error) &&
                put_docket(disposing, docket, *event, error);
    json_decref(docket);
    return done;
}

static bool give_up_files(struct disposing *disposing, const char *owner, const json_t *row, const char *kind,
                          struct error *error)
{
    const json_t *file;
    size_t i;
    json_array_foreach(json_object_get(row, "files"), i, file)
    {
        const char *digest = json_text_or_null(file, "digest");
        if (digest != NULL &&
            !kept_give_up(disposing->transaction, owner, kind, digest, disposing->unused, error))
            return false;
    }
    return true;
}

static bool dispose_worksheets(struct disposing *disposing, const json_t *entry, int64_t *event,
                               struct error *error)
{
    json_t *docket = NULL, *ids = json_array(), *id;
    size_t i;
    bool done = docket_get(disposing->transaction, disposing->docket, &docket, error) &&
                outbox_rows_of(disposing->transaction, disposing->docket, "item", ids, error);
    json_array_foreach(ids, i, id)
    {
        json_t *row = NULL;
        done = done && outbox_get(disposing->transaction, json_integer_value(id), &row, error) &&
               give_up_files(disposing, disposing->docket, row, "document", error);
        json_decref(row);
    }
    done = done && dispose(disposing, "worksheets-disposed", json_text(entry, "class"), event, error) &&
           reduce_rows(disposing, disposing->docket, "item", error) &&
           (json_put_whole(docket, "worksheetsDisposed", *event) || memory(error)) &&
           docket_put(disposing->transaction, docket, error);
    json_decref(docket);
    json_decref(ids);
    return done;
}

static bool dispose_looks(struct disposing *disposing, const json_t *entry, int64_t *event,
                          struct error *error)
{
    json_t *docket = NULL;
    const struct event what = {.role = "system",
                               .action = "looks-disposed",
                               .docket = disposing->docket,
                               .clause = "R38",
                               .outcome = json_text(entry, "class")};
    bool done = docket_get(disposing->transaction, disposing->docket, &docket, error);
    if (done)
        json_object_del(docket, "looks");
    done = done && event_append(disposing->transaction, disposing->now, &what, event, error) &&
           docket_put(disposing->transaction, docket, error);
    json_decref(docket);
    return done;
}

/* Packages are a docket's; extracts of no docket count their uses in their row alone. */
static bool give_up_release(struct disposing *disposing, const json_t *row, struct error *error)
{
    const char *rendered = json_text(json_object_get(row, "rendered"), "name");
    const json_t *file;
    size_t i;
    if (strcmp(json_text(row, "kind"), "extract") != 0)
        return give_up_files(disposing, json_text(row, "docket"), row, "volume", error);
    json_array_foreach(json_object_get(row, "files"), i, file)
    {
        const char *hex = json_text_or_null(file, "digest");
        struct digest digest;
        int64_t left = 1;
        if (hex == NULL || !digest_parse(hex, &digest))
            continue;
        if (!vault_give_up_some(disposing->transaction, &digest,
                                strcmp(json_text(file, "name"), rendered) == 0 ? "document" : "extract", 1,
                                &left, error))
            return false;
        if (left == 0)
            json_array_append_new(disposing->unused, json_string(hex));
    }
    return true;
}

static bool dispose_release(struct disposing *disposing, const json_t *entry, int64_t *event,
                            struct error *error)
{
    json_t *row = NULL;
    int64_t id = retention_row_of(json_text(entry, "id"));
    bool done = outbox_get(disposing->transaction, id, &row, error);
    disposing->docket = json_text_or_null(row, "docket");
    done = done && give_up_release(disposing, row, error) &&
           dispose(disposing, "release-disposed", json_text(entry, "class"), event, error) &&
           reduce_row(disposing, id, false, error);
    disposing->docket = NULL;
    json_decref(row);
    return done;
}

static bool dispose_drop(struct disposing *disposing, const json_t *entry, int64_t *event,
                         struct error *error)
{
    const char *owner = json_text(entry, "id"), *class = json_text(entry, "class");
    json_t *drop = NULL;
    char key[128];
    snprintf(key, sizeof key, "drop/%s/%s", class, owner + sizeof "drop-" - 1);
    if (!book_need(disposing->transaction, BOOK_INDEX, key, &drop, error))
        return false;
    const json_t *rows = json_object_get(drop, "rows");
    int64_t last = json_integer_value(json_array_get(rows, 1));
    const char *decision = json_text_or_null(drop, "decision");
    bool done = kept_give_up_all(disposing->transaction, owner, disposing->unused, error) &&
                dispose(disposing, "drop-disposed", class, event, error) &&
                (decision == NULL || reduce_record(disposing, BOOK_DECISIONS, decision, error));
    for (int64_t id = json_integer_value(json_array_get(rows, 0)); id <= last; id++)
        done = done && reduce_row(disposing, id, false, error);
    done = done && book_remove(disposing->transaction, BOOK_INDEX, key, error);
    json_decref(drop);
    return done;
}

static const struct class
{
    const char *name;
    bool of_docket;
    bool (*dispose)(struct disposing *disposing, const json_t *entry, int64_t *event, struct error *error);
} classes[] = {
    {"docket-possible-match", true, dispose_docket},
    {"docket-negative", true, dispose_docket},
    {"docket-refused", true, dispose_docket},
    {"docket-lapsed", true, dispose_docket},
    {"docket-withdrawn", true, dispose_docket},
    {"worksheet", true, dispose_worksheets},
    {"look", true, dispose_looks},
    {"release", false, dispose_release},
    {"rejected-drop", false, dispose_drop},
    {"quarantine", false, dispose_drop},
    {"enrolment-document", false, dispose_drop},
};

/* What asked for a release came as a drop. */
static const struct class release_request = {"release", false, dispose_drop};

static const struct class *class_of(const json_t *entry)
{
    const char *name = json_text(entry, "class");
    if (strcmp(name, "release") == 0 && retention_row_of(json_text(entry, "id")) == 0)
        return &release_request;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i].name, name) == 0)
            return &classes[i];
    return NULL;
}

bool retention_dispose_entry(struct transaction *transaction, const char *disposal, const json_t *entry,
                             instant now, json_t **outcome, struct error *error)
{
    const struct class *class = class_of(entry);
    const char *why = NULL;
    int64_t event = 0;
    struct disposing disposing = {
        .transaction = transaction,
        .disposal = disposal,
        .now = now,
        .unused = json_array(),
        .directories = json_object(),
        .docket = class != NULL && class->of_docket ? json_text(entry, "id") : NULL,
    };
    *outcome = json_deep_copy(entry);
    bool done = disposing.unused != NULL && disposing.directories != NULL && *outcome != NULL
                    ? retention_entry_kept(transaction, entry, &why, error)
                    : memory(error);
    if (done && class == NULL)
        done = error_set(error, FAULT_INTERNAL, "there is no class \"%s\" of the retention schedule",
                         json_text(entry, "class"));
    if (done && why != NULL)
        done = json_put_text(*outcome, "kept", why) || memory(error);
    else if (done)
        done = class->dispose(&disposing, entry, &event, error) &&
               ((json_put_whole(*outcome, "event", event) &&
                 json_put_whole(*outcome, "objects", (int64_t)json_array_size(disposing.unused))) ||
                memory(error));
    json_decref(disposing.unused);
    json_decref(disposing.directories);
    return done || error_context(error, "disposing of %s", json_text(entry, "id"));
}

/* --- removals --- */

bool retention_removed(struct transaction *transaction, const json_t *row, struct error *error)
{
    char key[128];
    const char *disposal = json_text_or_null(row, "disposal");
    snprintf(key, sizeof key, REMOVALS "%s/%s", disposal == NULL ? "" : disposal, json_text(row, "row"));
    return disposal == NULL || book_remove(transaction, BOOK_INDEX, key, error);
}

static bool found_one(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)value;
    (void)error;
    *(bool *)context = true;
    return false;
}

bool retention_removing(struct transaction *transaction, const char *disposal, bool *removing,
                        struct error *error)
{
    char prefix[128];
    *removing = false;
    snprintf(prefix, sizeof prefix, REMOVALS "%s/", disposal);
    return book_walk(transaction, BOOK_INDEX, prefix, NULL, found_one, removing, NULL, error);
}
