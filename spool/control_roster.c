/*
 * `leadspool roster` and `leadspool check`: people, what they are trusted by, and what runs out.
 */
#include "base/json.h"
#include "spool/control_parts.h"
#include "spool/roster_report.h"

enum { DAYS_USUAL = 30 };

bool control_roster(struct control_question *question, struct error *error)
{
    json_t *report = NULL;
    int64_t days = json_whole(question->arguments, "days", DAYS_USUAL);
    if (!roster_report(question->transaction, question->context->site, (int)days, question->context->now,
                       &report, error))
        return false;
    bool done = json_object_update(question->answer, report) == 0 ||
                error_set(error, FAULT_TEMPORARY, "out of memory for the roster");
    json_decref(report);
    return done;
}
