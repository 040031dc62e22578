/*
 * The sheet of redactions of a part, in a sandboxed child.
 *
 * Guarantees: the same facts and pictures give the same bytes.
 */
#include <string.h>

#include "report/foil_pages.h"
#include "report/foil_sheet.h"

enum worker_exit render_foil_sheet_worker(const struct worker_job *job, struct error *error)
{
    struct foil_part part;
    struct ink ink = INK_EMPTY;
    struct text html = TEXT_EMPTY;
    const char *form = json_text(job->parameters, "form");
    bool done = foil_part_open(&part, job, error);
    if (done && strcmp(form, "draw") != 0 && strcmp(form, "read") != 0)
        done = error_set(error, FAULT_INTERNAL, "there is no sheet to %s on", form);
    done = done && foil_part_note(&part, &ink, error) && foil_sheet(&part, &ink, form, &html, error) &&
           worker_answer(job, html.bytes, html.length, error);
    if (!done)
        error_context(error, "the sheet of part %lld of %s", (long long)json_whole(part.facts, "part", 0),
                      json_text(part.facts, "request"));
    text_free(&html);
    ink_free(&ink);
    foil_part_close(&part);
    return done ? WORKER_DONE : worker_exit_of(error);
}
