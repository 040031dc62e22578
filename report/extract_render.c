/*
 * Rendering what auditors get, in a sandboxed child.
 *
 * Guarantees: a document that could not be drawn whole is no document. Opens no path.
 */
#include "report/extract_render.h"

#include <stdlib.h>

#include "base/language.h"
#include "page/parts.h"
#include "page/rendering.h"

enum worker_exit extract_render(const struct worker_job *job, const char *kind, extract_drawing *draw,
                                struct error *error)
{
    struct rendering rendering = {0};
    const json_t *facts = json_object_get(job->parameters, "facts");
    const char *foot = json_flag(facts, "demonstration") ? _("Demonstration with drawn people.") : NULL;
    enum worker_exit outcome = WORKER_DONE;
    bool done = rendering_open(&rendering, job, kind, json_text(facts, "extract"), foot, error);
    if (done) {
        draw(rendering.document, facts);
        done = document_sound(rendering.document, error) && rendering_answer(&rendering, job, error);
    }
    if (!done) {
        error_context(error, "%s %s", kind, json_text(facts, "extract"));
        outcome = worker_exit_of(error);
    }
    rendering_close(&rendering);
    return outcome;
}

void extract_title(struct document *document, const json_t *facts, const char *title, const char *about)
{
    char issued[PARTS_TIME_SIZE];
    char *issuer = text_formatted("%s   \xC2\xB7   %s   \xC2\xB7   %s", json_text(facts, "agency"),
                                  json_text(facts, "unit"), json_text(facts, "contact"));
    char *under =
        text_formatted(_("%s   \xC2\xB7   issued %s"), about, parts_time(json_text(facts, "issued"), issued));
    document_paragraph(document, TYPE_SMALL, issuer == NULL ? "" : issuer);
    document_title(document, title, under == NULL ? "" : under);
    free(issuer);
    free(under);
}
