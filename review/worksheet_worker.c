/*
 * Renders one worksheet in a sandboxed child: the PDF, or with the parameter "form": "page" the web page.
 *
 * Guarantees: refuses facts the stage may not see; nothing is clipped; the item's digest is on every page, so
 * that a printed page cannot be taken for another item's.
 */
#include "review/worksheet_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "review/worksheet.h"
#include "review/worksheet_page.h"

static bool answer_page(const struct worker_job *job, const struct worksheet *worksheet, const json_t *facts,
                        struct error *error)
{
    struct text page = TEXT_EMPTY;
    bool done = worksheet_page(job, worksheet, facts, &page, error) &&
                worker_answer(job, page.bytes, page.length, error);
    text_free(&page);
    return done;
}

enum worker_exit render_worksheet_worker(const struct worker_job *job, struct error *error)
{
    struct rendering rendering = {0};
    const json_t *facts = json_object_get(job->parameters, "facts");
    const struct worksheet *worksheet = worksheet_for(json_text(job->parameters, "stage"));
    if (worksheet == NULL) {
        error_set(error, FAULT_INTERNAL, "there is no worksheet for the stage \"%s\"",
                  json_text(job->parameters, "stage"));
        return WORKER_PERSON;
    }
    enum worker_exit outcome = WORKER_DONE;
    const bool demonstration = json_flag(facts, "demonstration");
    char item[96];
    snprintf(item, sizeof item, _("Item %.12s"), json_text(facts, "item"));
    char *foot =
        text_formatted("%s%s%s   \xC2\xB7   %s", demonstration ? _("Demonstration with drawn people.") : "",
                       demonstration ? "   \xC2\xB7   " : "", item,
                       _("for the assigned person only; do not copy or pass on"));
    bool as_page = strcmp(json_text(job->parameters, "form"), "page") == 0;
    bool done = worksheet_check(worksheet, facts, error);
    if (done && as_page) {
        done = answer_page(job, worksheet, facts, error);
    } else if (done && (done = rendering_open(&rendering, job, language_text(worksheet->kind),
                                              json_text(facts, "docket"), foot, error))) {
        worksheet->draw(&rendering, facts);
        done = rendering_answer(&rendering, job, error);
    }
    if (!done) {
        error_context(error, "%s of docket %s", language_text(worksheet->kind), json_text(facts, "docket"));
        outcome = worker_exit_of(error);
    }
    rendering_close(&rendering);
    free(foot);
    return outcome;
}
