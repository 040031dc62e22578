/*
 * The export of a part: its documents drawn without what is under the approved boxes.
 *
 * Guarantees: what is under a box is never written (page/canvas_redact.c), a sealed picture never without a box over all of
 * it. Does not judge who approved: the boxes of the facts are what the record says was approved.
 */
#include <stdlib.h>
#include <string.h>

#include "report/foil_pages.h"
#include "report/foil_part.h"

static bool any_sealed(const json_t *facts)
{
    size_t index, at;
    const json_t *document, *picture;
    json_array_foreach(json_object_get(facts, "documents"), index, document)
    {
        json_array_foreach(json_object_get(document, "pictures"), at, picture)
        {
            if (json_flag(picture, "sealed"))
                return true;
        }
    }
    return false;
}

/* Where sealed pictures would stand: drawn once without ink, each place held against the boxes. */
static bool seals_covered(const struct worker_job *job, const struct redactions *redactions,
                          struct error *error)
{
    struct foil_part part;
    struct ink ink = INK_EMPTY;
    bool done =
        foil_part_open(&part, job, error) && (!any_sealed(part.facts) || foil_part_note(&part, &ink, error));
    for (size_t i = 0; done && i < ink.count; i++) {
        const struct ink_mark *mark = &ink.marks[i];
        if (mark->kind == INK_PICTURE && foil_part_sealed(&part, mark->picture) &&
            !redactions_cover(redactions, mark->section, mark->page, &mark->place))
            done = error_set(
                error, FAULT_INPUT,
                "page %zu of document %lld shows a sealed picture without a box over all of it; draw one",
                mark->page + 1, (long long)json_whole(foil_part_document(&part, mark->section), "number", 0));
    }
    ink_free(&ink);
    foil_part_close(&part);
    return done;
}

enum worker_exit render_foil_export_worker(const struct worker_job *job, struct error *error)
{
    struct foil_part part;
    struct redaction *list = NULL;
    size_t count = 0;
    bool done = foil_part_open(&part, job, error) && foil_part_redactions(&part, &list, &count, error);
    const struct redactions redactions = {list, count};
    struct document_setup setup = {.redactions = &redactions};
    done = done && seals_covered(job, &redactions, error) && foil_part_draw(&part, &setup, error) &&
           rendering_answer(&part.rendering, job, error);
    if (!done)
        error_context(error, "part %lld of %s", (long long)json_whole(part.facts, "part", 0),
                      json_text(part.facts, "request"));
    foil_part_close(&part);
    free(list);
    return done ? WORKER_DONE : worker_exit_of(error);
}
