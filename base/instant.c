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

char *instant_text(instant at, char *text)
{
    int64_t seconds = at / 1000;
    int64_t fraction = at % 1000;
    if (fraction < 0) {
        fraction += 1000;
        seconds--;
    }
    time_t whole = (time_t)seconds;
    struct tm tm;
    if (gmtime_r(&whole, &tm) == NULL || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
        memset(&tm, 0, sizeof tm);
    snprintf(text, INSTANT_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
             (unsigned)(tm.tm_year + 1900) % 10000U, (unsigned)(tm.tm_mon + 1) % 100U,
             (unsigned)tm.tm_mday % 100U, (unsigned)tm.tm_hour % 100U, (unsigned)tm.tm_min % 100U,
             (unsigned)tm.tm_sec % 100U, (unsigned)fraction % 1000U);
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
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute,
                    .tm_sec = second};
    *at = (instant)timegm(&tm) * 1000 + fraction;
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
