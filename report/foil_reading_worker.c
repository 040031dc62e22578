/*
 * Reads an export back, in a sandboxed child of its own, before anybody signs it.
 *
 * Guarantees: the file holds pages, embedded fonts and JPEG pictures alone; it has every document of the part, page by page
 * as the foot of each says; nothing is under any approved box. Where a page is it takes from the page itself, never
 * from the code that drew it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "page/readback.h"
#include "report/foil_pages.h"
#include "report/foil_part.h"

#define EXPORT_MOST (256U << 20)

/* Which page of the file shows page `page` of document `number`; the count of pages when none does. */
static size_t page_of(const struct readback *readback, const char *request, long number, long page)
{
    char stamp[STAMP_PREFIX_SIZE];
    foil_part_stamp(request, number, stamp);
    for (size_t i = 0; i < readback->page_count; i++)
        for (const char *at = strstr(readback->pages[i].bytes, stamp); at != NULL; at = strstr(at, stamp)) {
            at += strlen(stamp);
            if (strtol(at, NULL, 10) == page)
                return i;
        }
    return readback->page_count;
}

static bool place_boxes(const struct foil_part *part, const struct readback *readback,
                        const struct redaction *list, size_t count, struct readback_box *boxes,
                        struct error *error)
{
    const char *request = json_text(part->facts, "request");
    for (size_t i = 0; i < count; i++) {
        long number = (long)json_whole(foil_part_document(part, list[i].section), "number", 0);
        long page = (long)list[i].page + 1;
        boxes[i] = (struct readback_box){.page = page_of(readback, request, number, page),
                                         .box = list[i].box,
                                         .number = list[i].number,
                                         .label = list[i].label};
        if (boxes[i].page == readback->page_count)
            return error_set(error, FAULT_INTERNAL, "page %ld of document %ld cannot be found in it", page,
                             number);
    }
    return true;
}

static bool all_documents(const struct foil_part *part, const struct readback *readback, struct error *error)
{
    for (size_t section = 1; foil_part_document(part, section) != NULL; section++) {
        long number = (long)json_whole(foil_part_document(part, section), "number", 0);
        if (page_of(readback, json_text(part->facts, "request"), number, 1) == readback->page_count)
            return error_set(error, FAULT_INTERNAL, "document %ld is not in it", number);
    }
    return true;
}

static bool may_leave(const struct foil_part *part, const char *bytes, size_t length,
                      struct readback *readback, size_t *box_count, struct error *error)
{
    struct redaction *list = NULL;
    struct readback_box *boxes = NULL;
    char title[120];
    bool done =
        foil_part_redactions(part, &list, box_count, error) && readback_read(bytes, length, readback, error);
    snprintf(title, sizeof title, "%s %.80s", language_text(FOIL_EXPORT_KIND),
             json_text(part->facts, "request"));
    if (done && (boxes = calloc(*box_count + 1, sizeof *boxes)) == NULL)
        done = error_set(error, FAULT_TEMPORARY, "out of memory while reading an export back");
    done = done && all_documents(part, readback, error) &&
           place_boxes(part, readback, list, *box_count, boxes, error) &&
           readback_boxes(bytes, length, boxes, *box_count, title, error);
    free(boxes);
    free(list);
    return done;
}

enum worker_exit read_foil_export_worker(const struct worker_job *job, struct error *error)
{
    struct foil_part part;
    struct readback readback = {0};
    char *bytes = NULL;
    size_t length = 0, boxes = 0;
    bool done = foil_part_open(&part, job, error) &&
                file_read_open(job->inputs[job->input_count - 1], EXPORT_MOST, &bytes, &length, error) &&
                may_leave(&part, bytes, length, &readback, &boxes, error);
    if (done) {
        json_t *answer = json_pack("{sI,sI,sI}", "pages", (json_int_t)readback.page_count, "pictures",
                                   (json_int_t)readback.picture_count, "boxes", (json_int_t)boxes);
        done = worker_answer_json(job, answer, error);
        json_decref(answer);
    } else {
        error_context(error, "the finished export of part %lld is held back",
                      (long long)json_whole(part.facts, "part", 0));
    }
    readback_free(&readback);
    free(bytes);
    foil_part_close(&part);
    return done ? WORKER_DONE : error->fault == FAULT_TEMPORARY ? WORKER_RETRY : WORKER_PERSON;
}
