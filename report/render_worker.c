/*
 * Renders one outgoing document in a sandboxed child.
 *
 * Guarantees: a document leaves only when every notice it must show was read back from what was drawn (R3,
 * R28). Opens no path; fonts and pictures are descriptors of the job.
 */
#include "report/render_worker.h"

#include <stdlib.h>

#include "base/language.h"
#include "page/rendering.h"
#include "report/documents.h"

static bool read_back(const struct rendering *rendering, const struct outgoing_document *kind,
                      struct error *error)
{
    for (size_t i = 0; i < kind->required_count; i++)
        if (!notice_shown(rendering->document, kind->required[i]))
            return error_set(error, FAULT_INTERNAL,
                             "the notice \"%s\" was not drawn whole; the %s is withheld (R28)",
                             notice_text(kind->required[i]).key, kind->name);
    return true;
}

static bool open_document(struct rendering *rendering, const struct worker_job *job,
                          const struct outgoing_document *kind, const json_t *facts, const char *foot,
                          struct error *error)
{
    const char *request = json_text(json_object_get(facts, "request"), "requestId");
    if (!rendering_open(rendering, job, language_text(kind->kind), json_text(facts, "docket"), foot, error))
        return false;
    char *subject = request[0] == '\0' ? NULL : text_formatted(_("request %s"), request);
    document_subject(rendering->document, subject == NULL ? "" : subject);
    free(subject);
    return true;
}

enum worker_exit render_document_worker(const struct worker_job *job, struct error *error)
{
    struct rendering rendering = {0};
    const json_t *facts = json_object_get(job->parameters, "facts");
    const struct outgoing_document *kind = outgoing_document(json_text(job->parameters, "document"));
    enum worker_exit outcome = WORKER_DONE;
    if (kind == NULL) {
        error_set(error, FAULT_INTERNAL, "there is no document \"%s\" to render",
                  json_text(job->parameters, "document"));
        return WORKER_PERSON;
    }
    /* A demonstration's report must never pass for a real one, whichever page is torn out. */
    const bool demonstration = json_flag(facts, "demonstration");
    char *foot = text_formatted("%s%s%s", demonstration ? _("Demonstration with drawn people.") : "",
                                demonstration ? " " : "", language_text(kind->foot));
    if (foot == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while starting a document");
        return WORKER_RETRY;
    }
    if (!outgoing_check(kind, facts, error) || !open_document(&rendering, job, kind, facts, foot, error) ||
        !kind->draw(&rendering, facts, error) || !document_sound(rendering.document, error) ||
        !read_back(&rendering, kind, error) || !rendering_answer(&rendering, job, error)) {
        error_context(error, "%s of docket %s", language_text(kind->kind), json_text(facts, "docket"));
        outcome = worker_exit_of(error);
    }
    rendering_close(&rendering);
    free(foot);
    return outcome;
}
