/*
 * Written forms of instants, and civil time in the site's zone.
 *
 * Guarantees: parsing accepts exactly xs:dateTime in UTC ("Z") with real dates; formatting needs no
 * allocation. Does not read the clock.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    DAY_SECONDS = 86400,
    ERA_DAYS = 146097 /* of 400 years */,
    EPOCH_DAYS = 719468 /* from 0000-03-01 to 1970 */
};

/* The calendar by arithmetic: records are full of times, and the library's conversions take a lock and look at time
   zones each time. Years begin in March here, so that the day a leap year has more is its last. */
static int64_t days_of_date(int year, int month, int day)
{
    int64_t march_year = month > 2 ? year : year - 1;
    int64_t era = (march_year >= 0 ? march_year : march_year - 399) / 400, in_era = march_year - era * 400;
    int64_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * ERA_DAYS + in_era * 365 + in_era / 4 - in_era / 100 + in_year - EPOCH_DAYS;
}

static void date_of_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += EPOCH_DAYS;
    int64_t era = (days >= 0 ? days : days - ERA_DAYS + 1) / ERA_DAYS, in_era = days - era * ERA_DAYS;
    int64_t years = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * years + years / 4 - years / 100);
    int from_march = (int)((5 * in_year + 2) / 153);
    *day = (int)(in_year - (153 * from_march + 2) / 5 + 1);
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = era * 400 + years + (*month <= 2 ? 1 : 0);
}

char *instant_text(instant at, char *text)
{
    int64_t seconds = at / 1000;
    int64_t fraction = at % 1000;
    if (fraction < 0) {
        fraction += 1000;
        seconds--;
    }
    int64_t days = seconds / DAY_SECONDS, second = seconds % DAY_SECONDS, year;
    int month, day;
    if (second < 0) {
        second += DAY_SECONDS;
        days--;
    }
    date_of_days(days, &year, &month, &day);
    if (year < 0 || year > 9999) {
        year = 1900;
        month = day = 1;
        second = 0;
    }
    snprintf(text, INSTANT_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)year % 10000U,
             (unsigned)month % 100U, (unsigned)day % 100U, (unsigned)(second / 3600) % 100U,
             (unsigned)(second / 60 % 60), (unsigned)(second % 60), (unsigned)fraction % 1000U);
    return text;
}

/* Fixed-width digits; -1 when one is none. */
static int digits(const char *text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (!isdigit((unsigned char)text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool instant_parse(const char *text, instant *at, struct error *error)
{
    size_t length = strlen(text);
    if (length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || text[length - 1] != 'Z')
        goto wrong;
    int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    int hour = digits(text + 11, 2), minute = digits(text + 14, 2), second = digits(text + 17, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        goto wrong;
    int64_t fraction = 0;
    if (length > 20) {
        if (text[19] != '.' || length == 21)
            goto wrong;
        int64_t scale = 100;
        for (const char *digit = text + 20; digit < text + length - 1; digit++) {
            if (!isdigit((unsigned char)*digit))
                goto wrong;
            fraction += (*digit - '0') * scale;
            scale /= 10;
        }
    }
    int64_t seconds =
        days_of_date(year, month, day) * DAY_SECONDS + (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
    *at = seconds * 1000 + fraction;
    return true;
wrong:
    return error_set(error, FAULT_INPUT,
                     "\"%.40s\" is no time in UTC; write it like 2026-11-22T12:30:00Z, with the Z", text);
}

bool zone_use(const char *zone, struct error *error)
{
    char path[256];
    if (zone[0] == '\0' || zone[0] == '/' || strstr(zone, "..") != NULL ||
        snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone) >= (int)sizeof path ||
        access(path, R_OK) != 0)
        return error_set(error, FAULT_ENVIRONMENT,
                         "the system has no time zone \"%s\": use an IANA name such as America/New_York, and "
                         "install tzdata",
                         zone);
    if (setenv("TZ", zone, 1) != 0)
        return error_system(error, "setting the time zone %s", zone);
    tzset();
    return true;
}

struct civil civil_of(instant at)
{
    int64_t seconds = at >= 0 ? at / 1000 : (at - 999) / 1000;
    time_t whole = (time_t)seconds;
    struct tm tm;
    if (localtime_r(&whole, &tm) == NULL)
        memset(&tm, 0, sizeof tm);
    return (struct civil){.year = tm.tm_year + 1900,
                          .month = tm.tm_mon + 1,
                          .day = tm.tm_mday,
                          .hour = tm.tm_hour,
                          .minute = tm.tm_min,
                          .second = tm.tm_sec,
                          .weekday = tm.tm_wday};
}

char *instant_local(instant at, bool seconds, char *text)
{
    time_t whole = (time_t)(at >= 0 ? at / 1000 : (at - 999) / 1000);
    struct tm tm;
    if (localtime_r(&whole, &tm) == NULL ||
        strftime(text, INSTANT_LOCAL_SIZE, seconds ? "%Y-%m-%d %H:%M:%S %Z" : "%Y-%m-%d %H:%M %Z", &tm) == 0)
        text[0] = '\0';
    return text;
}

char *instant_local_of(const char *utc, bool seconds, char *text)
{
    instant at = 0;
    if (utc != NULL && instant_parse(utc, &at, NULL))
        return instant_local(at, seconds, text);
    snprintf(text, INSTANT_LOCAL_SIZE, "%s", utc == NULL ? "" : utc);
    return text;
}

static struct tm tm_of(struct civil civil, int daylight)
{
    return (struct tm){.tm_year = civil.year - 1900,
                       .tm_mon = civil.month - 1,
                       .tm_mday = civil.day,
                       .tm_hour = civil.hour,
                       .tm_min = civil.minute,
                       .tm_sec = civil.second,
                       .tm_isdst = daylight};
}

static bool reads_as(instant at, struct civil civil)
{
    struct civil back = civil_of(at);
    return back.hour == civil.hour && back.minute == civil.minute && back.day == civil.day &&
           back.month == civil.month;
}

instant instant_of_civil(struct civil civil)
{
    /* mktime leaves open which of two answers it gives for a repeated hour: ask for both, take the earlier
       that reads back as asked. */
    struct tm summer = tm_of(civil, 1), standard = tm_of(civil, 0), plain = tm_of(civil, -1);
    instant a = (instant)mktime(&summer) * 1000, b = (instant)mktime(&standard) * 1000;
    if (reads_as(a, civil) && (!reads_as(b, civil) || a <= b))
        return a;
    if (reads_as(b, civil))
        return b;
    /* The time does not exist: step minute by minute to the next that does. */
    instant at = (instant)mktime(&plain) * 1000;
    instant first = at - 4 * 3600 * 1000LL;
    for (int minute = 0; minute < 8 * 60; minute++) {
        struct civil c = civil_of(first + minute * 60000LL);
        if (c.day > civil.day || c.hour > civil.hour || (c.hour == civil.hour && c.minute >= civil.minute))
            if (c.day == civil.day && c.month == civil.month)
                return first + minute * 60000LL;
    }
    return at;
}
