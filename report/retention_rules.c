/*
 * The retention schedule, applied.
 *
 * Guarantees: pure; nothing is due that a row of the schedule does not name, nothing of a docket that is open, under a
 * legal hold or owed to somebody. Does no I/O.
 */
#include "report/retention_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "report/figures.h"

const char *retention_day(instant at, char day[RETENTION_DAY_SIZE])
{
    struct civil civil = civil_of(at);
    snprintf(day, RETENTION_DAY_SIZE, "%04u-%02u-%02u", (unsigned)civil.year % 10000,
             (unsigned)civil.month % 100, (unsigned)civil.day % 100);
    return day;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool retention_due(const struct setting_retention *row, const char *at, char day[RETENTION_DAY_SIZE])
{
    instant began = 0;
    if (!instant_parse(at, &began, NULL))
        return false;
    struct civil civil = civil_of(began);
    int year = civil.year, month = civil.month, date = civil.day;
    if (row->unit == 'D') {
        date += row->period;
        while (date > days_of_month(year, month)) {
            date -= days_of_month(year, month);
            year += month / 12;
            month = month % 12 + 1;
        }
    } else {
        int months = month - 1 + row->period * (row->unit == 'Y' ? 12 : 1);
        year += months / 12;
        month = months % 12 + 1;
        if (date > days_of_month(year, month))
            date = days_of_month(year, month);
    }
    /* Days are compared as text. */
    if (year > 9999)
        year = 9999;
    snprintf(day, RETENTION_DAY_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
             (unsigned)date % 100);
    return true;
}

const char *retention_class(const json_t *docket)
{
    static const char *const classes[] = {"docket-possible-match", "docket-negative", "docket-refused",
                                          "docket-lapsed", "docket-withdrawn"};
    const char *outcome = figures_outcome(docket);
    if (json_object_get(docket, "disposed") != NULL)
        return NULL;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i] + sizeof "docket-" - 1, outcome) == 0)
            return classes[i];
    return NULL;
}

/* Something an office was promised and has not got. */
static bool owed(const json_t *docket)
{
    const json_t *discovery = json_object_get(docket, "discovery"), *each;
    size_t i;
    if (json_object_get(discovery, "wanted") != NULL ||
        (json_text_or_null(discovery, "due") != NULL &&
         json_array_size(json_object_get(discovery, "volumes")) == 0))
        return true;
    json_array_foreach(json_object_get(docket, "disclosures"), i, each)
    {
        const char *state = json_text(each, "state");
        if (strcmp(state, "wanted") == 0 || strcmp(state, "made") == 0)
            return true;
    }
    return false;
}

const char *retention_kept(const json_t *docket, size_t open_rows)
{
    if (json_object_get(docket, "disposed") != NULL)
        return _("it was disposed of");
    if (strcmp(json_text(docket, "state"), "CLOSED") != 0)
        return _("it is open");
    if (json_object_get(docket, "legalHold") != NULL)
        return _("it is under a legal hold");
    if (owed(docket))
        return _("a release of it is owed or being made");
    return open_rows > 0 ? _("something of it is still to be published") : NULL;
}

const char *retention_begins(const json_t *docket, const char *from)
{
    if (strcmp(from, "received") == 0)
        return json_text(docket, "received");
    if (strcmp(from, "looked") == 0) {
        const json_t *looks = json_object_get(docket, "looks");
        return json_text(json_array_get(looks, json_array_size(looks) - 1), "at");
    }
    return strcmp(json_text(docket, "state"), "CLOSED") == 0 ? json_text(docket, "since") : "";
}

static bool add(const struct setting_retention *row, const char *id, const char *at, const char *as_of,
                json_t *entries)
{
    char due[RETENTION_DAY_SIZE];
    if (row == NULL || !retention_due(row, at, due) || strcmp(due, as_of) > 0)
        return true;
    return json_array_append_new(entries, json_pack("{ss,ss,ss,ss,ss,ss}", "class", row->class, "id", id,
                                                    "at", at, "due", due, "action", row->action, "citation",
                                                    row->citation)) == 0;
}

bool retention_judge(const struct settings *settings, const char *class, const char *id, const char *at,
                     const char *as_of, json_t *entries)
{
    return add(settings_retention(settings, class), id, at, as_of, entries);
}

static bool judge_part(const struct settings *settings, const char *class, const json_t *docket,
                       const char *as_of, json_t *entries)
{
    const struct setting_retention *row = settings_retention(settings, class);
    return row == NULL ||
           add(row, json_text(docket, "docket"), retention_begins(docket, row->from), as_of, entries);
}

bool retention_judge_docket(const struct settings *settings, const json_t *docket, bool worksheets,
                            const char *as_of, json_t *entries)
{
    const char *class = retention_class(docket);
    size_t before = json_array_size(entries);
    if (class == NULL || retention_kept(docket, 0) != NULL)
        return true;
    if (!judge_part(settings, class, docket, as_of, entries))
        return false;
    if (json_array_size(entries) > before)
        return true; /* a docket takes everything of it with it */
    return (!worksheets || judge_part(settings, "worksheet", docket, as_of, entries)) &&
           (json_object_get(docket, "looks") == NULL || judge_part(settings, "look", docket, as_of, entries));
}

static int compare(const void *a, const void *b)
{
    static const char *const members[] = {"due", "class", "id"};
    const json_t *one = *(const json_t *const *)a, *other = *(const json_t *const *)b;
    int order = 0;
    for (size_t i = 0; order == 0 && i < sizeof members / sizeof *members; i++)
        order = strcmp(json_text(one, members[i]), json_text(other, members[i]));
    return order;
}

size_t retention_order(json_t *entries, size_t most)
{
    size_t count = json_array_size(entries);
    json_t **rows = calloc(count + 1, sizeof(json_t *));
    if (rows == NULL)
        return 0;
    for (size_t i = 0; i < count; i++)
        rows[i] = json_incref(json_array_get(entries, i));
    qsort(rows, count, sizeof(json_t *), compare);
    json_array_clear(entries);
    for (size_t i = 0; i < count; i++) {
        if (i < most)
            json_array_append(entries, rows[i]);
        json_decref(rows[i]);
    }
    free(rows);
    return count > most ? count - most : 0;
}
