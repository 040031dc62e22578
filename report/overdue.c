/*
 * Finding what a docket waits for from outside.
 *
 * Guarantees: whatever was asked for is listed from the instant it was asked until the answer is in the record.
 * Sets no dates: how long is too long is for whoever reads the list.
 */
#include "report/overdue.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"

#define DAY (24LL * 60 * 60 * 1000)

static void add(json_t *rows, const json_t *docket, const char *what, const char *since, instant now)
{
    instant begun;
    json_t *row = json_object();
    json_copy_members(row, docket, "docket", "command", "state", NULL);
    json_put_text(row, "overdue", what);
    json_put_text(row, "since", since);
    if (instant_parse(since, &begun, NULL))
        json_put_whole(row, "days", now > begun ? (now - begun) / DAY : 0);
    json_array_append_new(rows, row);
}

/* When the docket came to this state last; its present state's beginning otherwise. */
static const char *came_to(const json_t *docket, const char *state)
{
    const char *at = json_text(docket, "since");
    size_t index;
    const json_t *step;
    json_array_foreach((json_t *)(uintptr_t)json_object_get(docket, "history"), index, step)
    {
        if (strcmp(json_text(step, "to"), state) == 0)
            at = json_text(step, "at");
    }
    return at;
}

void overdue_add(json_t *rows, const json_t *docket, instant now)
{
    const json_t *acknowledged = json_object_get(docket, "acknowledged");
    bool documented = json_object_get(acknowledged, "intake") != NULL ||
                      json_text_or_null(json_object_get(docket, "request"), "cmsRef") != NULL;
    if (json_whole(docket, "confirmations", 0) > 0 && !documented)
        add(rows, docket, "intake-acknowledgement", json_text(json_object_get(docket, "intake"), "at"), now);
    if (json_flag(docket, "attached") && json_object_get(acknowledged, "report") == NULL)
        add(rows, docket, "report-acknowledgement", came_to(docket, "APPROVED"), now);
    if (json_object_get(docket, "publishedReport") != NULL &&
        json_array_size(json_object_get(docket, "corroborations")) == 0 && !json_flag(docket, "recalled"))
        add(rows, docket, "corroboration", came_to(docket, "APPROVED"), now);
}
