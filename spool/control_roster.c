/*
 * `leadspool roster` and `leadspool check`: people, what they are trusted by, and what runs out.
 */
#include <string.h>

#include "base/json.h"
#include "spool/control_parts.h"
#include "spool/roster_report.h"

bool control_roster(struct control_question *question, struct error *error)
{
    json_t *report = NULL;
    int64_t days = json_whole(question->arguments, "days", question->context->site->settings->warn_days);
    if (!roster_report(question->transaction, question->context->site, (int)days, question->context->now,
                       &report, error))
        return false;
    bool done = json_object_update(question->answer, report) == 0 ||
                error_set(error, FAULT_TEMPORARY, "out of memory for the roster");
    json_decref(report);
    return done;
}

/* How much runs out, and when the first: whose is for `leadspool roster`. */
bool control_status_expiring(struct control_question *question, struct error *error)
{
    json_t *report = NULL;
    size_t i;
    const json_t *one;
    int64_t soon = 0, over = 0;
    const char *first = "";
    int days = question->context->site->settings->warn_days;
    if (!roster_report(question->transaction, question->context->site, days, question->context->now, &report,
                       error))
        return false;
    json_array_foreach(json_object_get(report, "expiring"), i, one)
    {
        const char *until = json_text(one, "until");
        over += json_flag(one, "over");
        soon += !json_flag(one, "over");
        if (!json_flag(one, "over") && (first[0] == '\0' || strcmp(until, first) < 0))
            first = until;
    }
    json_t *said =
        json_pack("{s:I,s:I,s:i}", "soon", (json_int_t)soon, "over", (json_int_t)over, "days", days);
    if (said != NULL && first[0] != '\0')
        json_put_text(said, "first", first);
    json_decref(report);
    return control_put(question, "expiring", said, error);
}
