/*
 * `leadspool roster` and `leadspool check`: people, what they are trusted by, and what runs out.
 */
#include <string.h>

#include "base/json.h"
#include "base/language.h"
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

/* What stops casework, or is to be mended: nobody's name, since `status` has none. */
static json_t *people_in_short(const json_t *report)
{
    json_t *missing = json_array(), *trust = json_array(), *short_form;
    const json_t *one;
    size_t i;
    int64_t mend = 0, for_casework = 0;
    json_array_foreach(json_object_get(report, "problems"), i, one)
    {
        const char *text = json_string_value(one);
        if (strncmp(text, "no-holder-of-role", 17) == 0)
            json_array_append_new(missing, json_string(text));
        else if (strncmp(text, "no-", 3) == 0)
            for_casework++;
        else
            mend++;
    }
    if (for_casework > 0)
        json_array_append_new(missing,
                              json_sprintf(_("for the casework of %lld people"), (long long)for_casework));
    json_array_foreach(json_object_get(report, "trust"), i, one)
    {
        if (json_flag(one, "over"))
            json_array_append_new(trust, json_sprintf("%s %s: %s. %s. %s", json_text(one, "what"),
                                                      json_text(one, "file"), json_text(one, "text"),
                                                      json_text(one, "effect"), json_text(one, "remedy")));
    }
    short_form = json_pack("{s:o,s:o,s:I}", "missing", missing, "trust", trust, "mend", (json_int_t)mend);
    return short_form;
}

/* How much runs out, and when the first: whose is for `leadspool roster`. */
bool control_status_people(struct control_question *question, struct error *error)
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
    bool done = control_put(question, "expiring", said, error) &&
                control_put(question, "people", people_in_short(report), error);
    json_decref(report);
    return done;
}
