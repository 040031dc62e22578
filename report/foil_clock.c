/*
 * Counting the days of a records request.
 *
 * Guarantees: the same answer for the same record, whatever the hour and the machine's zone; dates once told to a
 * requester are read from the record, never counted again with other settings. Reads no clock.
 */
#include "report/foil_clock.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

enum { DAYS_OF_400_YEARS = 146097, SATURDAY = 6, SUNDAY = 0, YEAR_MOST = 9999 };

static bool leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_of_month(int64_t year, int month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

/* Years that begin in March put the day that is sometimes there at their end. */
static int64_t day_of(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * DAYS_OF_400_YEARS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t day, int64_t *year, int *month, int *of_month)
{
    int64_t shifted = day + 719468, era = shifted / DAYS_OF_400_YEARS,
            of_era = shifted - era * DAYS_OF_400_YEARS;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *of_month = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = y + era * 400 + (*month <= 2 ? 1 : 0);
}

bool foil_day_parse(const char *date, int64_t *day)
{
    int year, month, of_month, used = 0;
    if (sscanf(date, "%4d-%2d-%2d%n", &year, &month, &of_month, &used) != 3 || used != FOIL_DAY_SIZE - 1 ||
        date[used] != '\0' || year < 1970 || month < 1 || month > 12 || of_month < 1 ||
        of_month > days_of_month(year, month))
        return false;
    *day = day_of(year, month, of_month);
    return true;
}

char *foil_day_text(int64_t day, char *text)
{
    int64_t year;
    int month, of_month;
    date_of(day < 0 ? 0 : day, &year, &month, &of_month);
    snprintf(text, FOIL_DAY_SIZE, "%04u-%02u-%02u", (unsigned)(year > YEAR_MOST ? YEAR_MOST : year) % 10000,
             (unsigned)month % 100, (unsigned)of_month % 100);
    return text;
}

int64_t foil_day_of(instant at)
{
    struct civil civil = civil_of(at);
    return day_of(civil.year, civil.month, civil.day);
}

bool foil_business_day(const struct setting_foil *foil, int64_t day)
{
    int64_t year, weekday = (day + 4) % 7; /* 1970-01-01 was a Thursday */
    int month, of_month;
    if (weekday == SATURDAY || weekday == SUNDAY)
        return false;
    date_of(day, &year, &month, &of_month);
    for (size_t i = 0; i < foil->holiday_count; i++) {
        const struct setting_holiday *holiday = &foil->holidays[i];
        if (holiday->month == month && holiday->day == of_month &&
            (holiday->year == 0 || holiday->year == year))
            return false;
    }
    return true;
}

int64_t foil_business_days_after(const struct setting_foil *foil, int64_t day, int count)
{
    while (count > 0)
        if (foil_business_day(foil, ++day))
            count--;
    return day;
}

int64_t foil_days_after(const struct setting_foil *foil, int64_t day, int count)
{
    day += count;
    while (!foil_business_day(foil, day))
        day++;
    return day;
}

static enum foil_duty due(enum foil_duty duty, const json_t *clock, const char *member, int64_t *day)
{
    return foil_day_parse(json_text(clock, member), day) ? duty : FOIL_DUTY_NONE;
}

enum foil_duty foil_duty(const json_t *request, int64_t *day)
{
    const json_t *clock = json_object_get(request, "clock");
    const char *state = json_text(request, "state");
    *day = 0;
    if (strcmp(state, "CLOSED") == 0 || strcmp(state, "ANSWERED") == 0 || strcmp(state, "WITHDRAWN") == 0)
        return FOIL_DUTY_NONE;
    if (json_text_or_null(clock, "appealAnswerBy") != NULL)
        return due(FOIL_DUTY_APPEAL, clock, "appealAnswerBy", day);
    if (json_text_or_null(clock, "acknowledged") == NULL)
        return due(FOIL_DUTY_ACKNOWLEDGE, clock, "acknowledgeBy", day);
    return due(FOIL_DUTY_ANSWER, clock, "answerBy", day);
}

const char *foil_duty_name(enum foil_duty duty)
{
    static const char *const names[] = {"", "foil-acknowledgement", "foil-answer", "foil-appeal-answer"};
    return names[duty];
}

bool foil_overdue(const json_t *request, int64_t today)
{
    int64_t day;
    return foil_duty(request, &day) != FOIL_DUTY_NONE && day < today;
}
