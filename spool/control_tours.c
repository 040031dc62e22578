/*
 * `leadspool audit tours`: which tours were inspected, and which were not (R50).
 */
#include <string.h>

#include "base/json.h"
#include "review/tours.h"
#include "spool/control_parts.h"

enum { DAYS_USUAL = 30, DAYS_STATUS = 7 };

bool control_audit_tours(struct control_question *question, struct error *error)
{
    char today[TOUR_DATE_SIZE], first[TOUR_DATE_SIZE];
    json_t *report = NULL;
    instant now = question->context->now;
    tour_date_at(now, today);
    const char *from = json_text_or_null(question->arguments, "from"),
               *to = json_text_or_null(question->arguments, "to");
    if (to == NULL)
        to = today;
    if (from == NULL)
        from = tour_date_shift(to, -DAYS_USUAL, first) ? first : to;
    if (!tours_report(question->transaction, question->context->site->settings, from, to, now, &report,
                      error))
        return false;
    return control_put(question, "report", report, error);
}

bool control_status_tours(struct control_question *question, struct error *error)
{
    char today[TOUR_DATE_SIZE], first[TOUR_DATE_SIZE];
    json_t *report = NULL, *last = NULL, *tour;
    size_t i;
    instant now = question->context->now;
    tour_date_at(now, today);
    if (question->context->site->settings->tour_count == 0 || !tour_date_shift(today, -DAYS_STATUS, first))
        return true;
    if (!tours_report(question->transaction, question->context->site->settings, first, today, now, &report,
                      error))
        return false;
    json_array_foreach(json_object_get(report, "tours"), i, tour)
    {
        if (strcmp(json_text(tour, "state"), "missing") == 0)
            last = tour;
    }
    json_t *said =
        json_pack("{s:I,s:i}", "missing", (json_int_t)json_whole(report, "missing", 0), "days", DAYS_STATUS);
    if (last != NULL)
        json_copy_members(said, last, "date", "tour", NULL);
    json_decref(report);
    return control_put(question, "tours", said, error);
}
