/*
 * What was made of a records request, recorded.
 *
 * Guarantees: what is recorded is what was read, of a request that has not moved on.
 */
#include "report/foil_make.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/outbox.h"
#include "casebook/vault.h"
#include "report/foil_common.h"
#include "report/foil_pages.h"

/* --- recording: a search --- */

static bool any_search(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    bool *any = context;
    *any = strcmp(json_text(value, "what"), "search") == 0;
    return !*any;
}

/* The last sheet is found: every part that nobody drew on gets its sheet, now that their number is known. */
static bool found(struct transaction *transaction, json_t *request, instant now, struct error *error)
{
    const struct foil_circumstances none = {.appealable = false};
    const char *number = json_text(request, "request");
    char prefix[80], outcome[32];
    bool any = false;
    snprintf(prefix, sizeof prefix, FOIL_WANTED "%.32s/", number);
    if (!book_walk(transaction, BOOK_INDEX, prefix, NULL, any_search, &any, NULL, error))
        return false;
    if (any)
        return foil_put(transaction, request, error);
    int64_t parts = json_whole(request, "parts", 0);
    bool done = true;
    for (int64_t i = 1; done && i <= parts; i++) {
        json_t *part = NULL;
        done = foil_part_get(transaction, number, i, &part, error) &&
               (json_object_get(part, "redactions") != NULL || json_object_get(part, "sheet") != NULL ||
                foil_want(transaction, number, i, "draw", error));
        json_decref(part);
    }
    struct foil_transition next = foil_after(foil_state_of(request), FOIL_FOUND, &none);
    snprintf(outcome, sizeof outcome, "documents-%lld", (long long)json_whole(request, "documents", 0));
    const struct foil_act act = {.action = "foil-found", .outcome = outcome};
    return done && foil_move(transaction, request, next.next, &act, now, error);
}

static bool note_dockets(struct transaction *transaction, const char *number, int64_t part,
                         const json_t *documents, struct error *error)
{
    size_t index;
    const json_t *document;
    bool done = true;
    json_array_foreach((json_t *)(uintptr_t)documents, index, document)
    {
        char key[160];
        json_t *entry = json_pack("{ss,sI}", "request", number, "part", (json_int_t)part);
        snprintf(key, sizeof key, "foil/docket/%.40s/%.32s/%04lld", json_text(document, "docket"), number,
                 (long long)part);
        done = done &&
               (entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error) : foil_memory(error));
        json_decref(entry);
    }
    return done;
}

static int64_t pages_of(const json_t *documents)
{
    size_t index;
    const json_t *document;
    int64_t pages = 0;
    json_array_foreach((json_t *)(uintptr_t)documents, index, document) pages +=
        json_whole(document, "pages", 0);
    return pages;
}

/* Pages of the drawn documents go into the part's list of them. */
static bool put_part(struct transaction *transaction, json_t *request, const json_t *work, int64_t number,
                     struct error *error)
{
    const json_t *answer = json_object_get(work, "proposals"), *drawn = json_object_get(answer, "documents");
    json_t *part = NULL, *document;
    size_t index;
    const char *of = json_text(request, "request");
    if (!foil_part_get(transaction, of, number, &part, error))
        return false;
    bool new = part == NULL;
    if (new)
        part = json_pack("{ss,sI}", "request", of, "part", (json_int_t)number);
    json_copy_members(part, work, "documents", NULL);
    json_array_foreach(json_object_get(part, "documents"), index, document)
        json_copy_members(document, json_array_get(drawn, index), "pages", NULL);
    json_object_set(part, "proposals", json_object_get(answer, "boxes"));
    bool done = part != NULL && json_array_size(drawn) == json_array_size(json_object_get(part, "documents"));
    done = done ? foil_part_put(transaction, part, error) &&
                      note_dockets(transaction, of, number, json_object_get(part, "documents"), error)
                : error_set(error, FAULT_INTERNAL, "the proposals of %s part %lld are of other documents", of,
                            (long long)number);
    if (done && new) {
        json_put_whole(request, "parts", number);
        json_put_whole(request, "documents",
                       json_whole(request, "documents", 0) + (int64_t)json_array_size(drawn));
        json_put_whole(request, "pages", json_whole(request, "pages", 0) + pages_of(drawn));
    }
    json_decref(part);
    return done;
}

static bool search_made(struct transaction *transaction, json_t *request, const json_t *work, instant now,
                        struct error *error)
{
    const char *of = json_text(request, "request");
    int64_t wanted = json_whole(work, "part", 0);
    int64_t number = wanted > 0 ? wanted : json_whole(request, "parts", 0) + 1;
    bool any = json_array_size(json_object_get(work, "documents")) > 0;
    bool done = !any || put_part(transaction, request, work, number, error);
    if (done && wanted == 0) {
        json_copy_members(request, work, "cursor", NULL);
        json_put_flag(request, "searched", json_flag(work, "ended"));
        json_put_whole(request, "unavailable",
                       json_whole(request, "unavailable", 0) + json_whole(work, "unavailable", 0));
    }
    if (done && (wanted > 0 || json_flag(work, "ended")))
        return foil_unwant(transaction, of, wanted, error) && found(transaction, request, now, error);
    return done && foil_put(transaction, request, error);
}

/* --- recording: sheets and exports --- */

/* The facts first, then every picture by its digest. */
static json_t *inputs_of(const json_t *work)
{
    size_t index;
    const json_t *digest;
    json_t *inputs = json_pack("[{ss,ss}]", "role", "facts", "digest", json_text(work, "digest"));
    json_array_foreach(json_object_get(work, "pictures"), index, digest)
        json_array_append_new(inputs, json_pack("{sO,sO}", "role", digest, "digest", digest));
    return inputs;
}

static bool add_row(struct transaction *transaction, json_t *row, instant now, struct error *error)
{
    bool done = row != NULL ? outbox_add(transaction, row, now, NULL, error) : foil_memory(error);
    json_decref(row);
    return done;
}

static bool sheet_made(struct transaction *transaction, json_t *request, json_t *part, const json_t *work,
                       instant now, struct error *error)
{
    const char *of = json_text(request, "request"), *what = json_text(work, "what");
    int64_t number = json_whole(part, "part", 0), sheets = json_whole(part, "sheets", 0) + 1;
    char directory[80], name[80];
    snprintf(directory, sizeof directory, "foil/sheets/%.32s", of);
    snprintf(name, sizeof name, "part-%lld-%s-%lld.html", (long long)number, what, (long long)sheets);
    json_put_whole(part, "sheets", sheets);
    json_put_text(part, "sheet", json_text(work, "digest"));
    return add_row(transaction,
                   json_pack("{ss,ss,ss,sI,ss,s{ss,s{ss},so,ss},s[]}", "kind", "foil", "what", "sheet",
                             "docket", of, "part", (json_int_t)number, "directory", directory, "render",
                             "job", "render-foil-sheet", "parameters", "form", what, "pictures",
                             inputs_of(work), "name", name, "files"),
                   now, error) &&
           foil_part_put(transaction, part, error) && foil_unwant(transaction, of, number, error);
}

/* What the log says of each box, and how often each exemption was used. New reference. */
static json_t *entries_of(const json_t *part, json_t *counts)
{
    const json_t *redactions = json_object_get(part, "redactions"), *box;
    json_t *entries = json_array();
    size_t index;
    json_array_foreach(json_object_get(redactions, "boxes"), index, box)
    {
        const json_t *documents = json_object_get(part, "documents"), *document, *of = NULL;
        size_t other;
        json_t *entry = json_object();
        json_array_foreach(documents, other, document)
        {
            if (json_whole(document, "number", 0) == json_whole(box, "document", -1))
                of = document;
        }
        json_copy_members(entry, box, "number", "document", "page", "exemption", "reason", "proposed", NULL);
        json_copy_members(entry, of, "title", "docket", NULL);
        json_put_text(entry, "drawnBy", json_text(redactions, "by"));
        json_put_text(entry, "readBy", json_text(json_object_get(part, "reading"), "by"));
        json_array_append_new(entries, entry);
        const char *code = json_text(box, "exemption");
        json_put_whole(counts, code, json_whole(counts, code, 0) + 1);
    }
    return entries;
}

static json_t *export_row(const struct settings *settings, const json_t *request, const json_t *part,
                          const json_t *work, json_t *entries, const char *csv, instant now)
{
    const char *of = json_text(request, "request");
    int64_t number = json_whole(part, "part", 0);
    char directory[80], records[40], log[40], table[40], at[INSTANT_TEXT_SIZE];
    snprintf(directory, sizeof directory, "foil/out/%.32s/answer-%lld", of,
             (long long)json_whole(request, "round", 1));
    snprintf(records, sizeof records, "records-%lld.pdf", (long long)number);
    snprintf(log, sizeof log, "redactions-%lld.pdf", (long long)number);
    snprintf(table, sizeof table, "redactions-%lld.csv", (long long)number);
    json_t *row =
        json_pack("{ss,ss,ss,sI,ss,s{ss,s{},so,ss},s[]}", "kind", "foil", "what", "export", "docket", of,
                  "part", (json_int_t)number, "directory", directory, "render", "job", "render-foil-export",
                  "parameters", "pictures", inputs_of(work), "name", records, "files");
    if (json_array_size(entries) == 0)
        return row;
    json_t *facts = json_pack("{ss,ss,ss,ss,ss,ss,s{},sI,sI,sO}", "docket", of, "command", "", "issued",
                              instant_text(now, at), "agency", settings->agency, "unit", settings->unit,
                              "contact", settings->contact, "request", "part", (json_int_t)number, "parts",
                              (json_int_t)json_whole(request, "parts", 1), "entries", entries);
    if (settings->demonstration)
        json_put_flag(facts, "demonstration", true);
    json_put(json_object_get(row, "render"), "then",
             json_pack("{ss,s{ss,so},s[],ss}", "job", "render-document", "parameters", "document", "foil-log",
                       "facts", facts, "pictures", "name", log));
    json_array_append_new(json_object_get(row, "files"),
                          json_pack("{ss,ss,sb}", "name", table, "text", csv, "sign", 1));
    return row;
}

static bool export_made(struct transaction *transaction, const struct settings *settings, json_t *request,
                        json_t *part, const json_t *work, instant now, struct error *error)
{
    const char *of = json_text(request, "request");
    json_t *answer = json_object_get(request, "answer"),
           *entries = entries_of(part, json_object_at(answer, "counts"));
    struct text csv = TEXT_EMPTY;
    bool done = (foil_log_csv(entries, &csv) && text_done(&csv, error)) || foil_memory(error);
    done =
        done &&
        add_row(transaction,
                export_row(settings, request, part, work, entries, csv.bytes == NULL ? "" : csv.bytes, now),
                now, error) &&
        foil_unwant(transaction, of, json_whole(part, "part", 0), error) &&
        foil_put(transaction, request, error);
    text_free(&csv);
    json_decref(entries);
    return done;
}

/* What was made is still what is wanted: a seal may have come meanwhile. */
static bool still_wanted(struct transaction *transaction, const json_t *work, struct error *error)
{
    char key[FOIL_KEY_SIZE];
    json_t *wish = NULL;
    foil_wish_key(work, key);
    if (!book_get(transaction, BOOK_INDEX, key, &wish, error))
        return false;
    bool same = strcmp(json_text(wish, "what"), json_text(work, "what")) == 0;
    json_decref(wish);
    return same || error_set(error, FAULT_REFUSED, "%s changed meanwhile", json_text(work, "request"));
}

bool foil_made(struct transaction *transaction, const struct settings *settings, const json_t *work,
               instant now, struct error *error)
{
    const char *what = json_text(work, "what");
    json_t *request = NULL, *part = NULL;
    struct digest digest;
    if (!foil_get(transaction, json_text(work, "request"), &request, error))
        return false;
    bool done = still_wanted(transaction, work, error) &&
                (foil_in_time(foil_state_of(request), what) ||
                 error_set(error, FAULT_REFUSED, "%s changed meanwhile", json_text(work, "request")));
    if (done && strcmp(what, "search") == 0)
        done = search_made(transaction, request, work, now, error);
    else if (done)
        done =
            foil_part_get(transaction, json_text(work, "request"), json_whole(work, "part", 0), &part,
                          error) &&
            (part != NULL || foil_memory(error)) && digest_parse(json_text(work, "digest"), &digest) &&
            vault_reference(transaction, &digest, (uint64_t)json_whole(work, "size", 0), "document", error) &&
            (strcmp(what, "export") == 0 ? export_made(transaction, settings, request, part, work, now, error)
                                         : sheet_made(transaction, request, part, work, now, error));
    json_decref(part);
    json_decref(request);
    return done;
}
