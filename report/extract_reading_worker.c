/*
 * Reads a finished document for auditors back, in a sandboxed child of its own.
 *
 * Guarantees: what passes is a sound PDF without pictures, wholly on its pages, each of which bears its number; it tells
 * of every table, file or record that its facts name first and last. Does not ask what was drawn.
 */
#include "report/extract_reading_worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "page/readback_ended.h"

enum { DOCUMENT_MOST = 256 << 20, UNBROKEN = 16 /* letters of a table's cell that no column breaks */ };

static bool shows(const struct readback *readback, const char *text, struct error *error)
{
    return readback_shows(readback, text) ||
           error_set(error, FAULT_INTERNAL, "\"%.80s\" cannot be read in it", text);
}

static bool on_every_page(const struct readback *readback, const char *text, struct error *error)
{
    size_t page = readback_lacking(readback, text);
    return page == 0 || error_set(error, FAULT_INTERNAL, "page %zu does not show \"%.80s\"", page, text);
}

/* A long list's rows are not all looked for: one that was cut short lacks its last. */
static bool ends_shown(const struct readback *readback, const json_t *rows, const char *member,
                       struct error *error)
{
    size_t count = json_array_size(rows);
    for (size_t i = 0; i<count; i += count> 1 ? count - 1 : 1) {
        const char *text = json_text(json_array_get(rows, i), member);
        if (strlen(text) <= UNBROKEN && !shows(readback, text, error))
            return false;
    }
    return true;
}

static bool all_shown(const struct readback *readback, const json_t *rows, const char *member,
                      struct error *error)
{
    size_t i;
    const json_t *row;
    json_array_foreach((json_t *)(uintptr_t)rows, i, row)
    {
        if (!shows(readback, json_text(row, member), error))
            return false;
    }
    return true;
}

/* What each of the documents tells: members that a document has not are of no row. */
static bool tells(const struct readback *readback, const json_t *facts, struct error *error)
{
    const char *edition = json_text(facts, "edition");
    return on_every_page(readback, json_text(facts, "extract"), error) &&
           (!json_flag(facts, "demonstration") ||
            on_every_page(readback, _("Demonstration with drawn people."), error)) &&
           (strcmp(edition, "public") != 0 || shows(readback, _("Figures of use, public edition"), error)) &&
           all_shown(readback, json_object_get(facts, "tables"), "title", error) &&
           all_shown(readback, json_object_get(facts, "files"), "sha256", error) &&
           shows(readback, json_text(json_object_get(facts, "head"), "hash"), error) &&
           ends_shown(readback, json_object_get(facts, "lines"), "docket", error) &&
           ends_shown(readback, json_object_get(facts, "standing"), "of", error) &&
           ends_shown(readback, json_object_get(facts, "edits"), "docket", error) &&
           ends_shown(readback, json_object_get(facts, "disposed"), "id", error) &&
           ends_shown(readback, json_object_get(facts, "kept"), "id", error);
}

static bool may_leave(const struct worker_job *job, struct readback *readback, struct error *error)
{
    const json_t *facts = json_object_get(job->parameters, "facts");
    char *bytes = NULL;
    size_t length = 0;
    bool done = job->input_count > 0 ? file_read_open(job->inputs[job->input_count - 1], DOCUMENT_MOST,
                                                      &bytes, &length, error) &&
                                           readback_read(bytes, length, readback, error)
                                     : error_set(error, FAULT_INTERNAL, "there is no document to read back");
    free(bytes);
    if (done && readback->picture_count > 0)
        done = error_set(error, FAULT_INTERNAL, "it shows a picture, and no such document may");
    return done && tells(readback, facts, error);
}

enum worker_exit read_extract_worker(const struct worker_job *job, struct error *error)
{
    struct readback readback = {0};
    bool sound = may_leave(job, &readback, error);
    return readback_ended(job, &readback, sound,
                          json_text(json_object_get(job->parameters, "facts"), "extract"), error);
}
