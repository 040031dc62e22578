/*
 * Reads a finished worksheet back, in a sandboxed child of its own.
 *
 * Guarantees: what passes is a sound PDF, wholly on its pages, each of which bears the docket and the item it is of; it
 * shows no more pictures than were handed in. Which of them a stage shows is the drawing's rule, not asked here.
 */
#include "review/worksheet_reading_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "page/readback_ended.h"
#include "review/worksheet.h"

enum { DOCUMENT_MOST = 256 << 20 };

static bool on_every_page(const struct readback *readback, const char *text, struct error *error)
{
    size_t page = readback_lacking(readback, text);
    return page == 0 || error_set(error, FAULT_INTERNAL, "page %zu does not show \"%.80s\"", page, text);
}

/* Each picture stands in it once at most, and once more as an aligned face. */
static bool pictures_handed_in(const struct readback *readback, const json_t *pictures, struct error *error)
{
    size_t most = 0, i;
    const json_t *picture;
    json_array_foreach((json_t *)(uintptr_t)pictures, i, picture)
    {
        most += json_array_size(json_object_get(picture, "eyes")) == 4 ? 2 : 1;
    }
    return readback->picture_count <= most ||
           error_set(error, FAULT_INTERNAL, "it shows %zu pictures; %zu were handed in",
                     readback->picture_count, json_array_size(pictures));
}

static bool may_be_published(const struct worker_job *job, const struct worksheet *worksheet,
                             struct readback *readback, struct error *error)
{
    const json_t *facts = json_object_get(job->parameters, "facts");
    char *bytes = NULL, item[96];
    size_t length = 0;
    snprintf(item, sizeof item, _("Item %.12s"), json_text(facts, "item"));
    bool done = file_read_open(job->inputs[job->input_count - 1], DOCUMENT_MOST, &bytes, &length, error) &&
                readback_read(bytes, length, readback, error) &&
                on_every_page(readback, language_text(worksheet->kind), error) &&
                on_every_page(readback, json_text(facts, "docket"), error) &&
                on_every_page(readback, item, error) &&
                (!json_flag(facts, "demonstration") ||
                 on_every_page(readback, _("Demonstration with drawn people."), error)) &&
                pictures_handed_in(readback, json_object_get(job->parameters, "pictures"), error);
    free(bytes);
    return done;
}

enum worker_exit read_worksheet_worker(const struct worker_job *job, struct error *error)
{
    const struct worksheet *worksheet = worksheet_for(json_text(job->parameters, "stage"));
    struct readback readback = {0};
    if (worksheet == NULL || job->input_count == 0) {
        error_set(error, FAULT_INTERNAL, "there is no worksheet of the stage \"%s\" to read back",
                  json_text(job->parameters, "stage"));
        return WORKER_PERSON;
    }
    bool sound = may_be_published(job, worksheet, &readback, error);
    return readback_ended(job, &readback, sound, language_text(worksheet->kind), error);
}
