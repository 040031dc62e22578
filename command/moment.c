/*
 * Times as people of a site read them, in its zone. Programs get UTC instead (-j).
 *
 * Guarantees: what is no time prints as "-". Rounds down, to the minute or to two units.
 */
#include <stdio.h>

#include "command/command.h"

const char *moment_local(const char *utc, char text[MOMENT_SIZE])
{
    instant at = 0;
    if (utc == NULL || *utc == '\0' || !instant_parse(utc, &at, NULL)) {
        snprintf(text, MOMENT_SIZE, "-");
        return text;
    }
    struct civil civil = civil_of(at);
    snprintf(text, MOMENT_SIZE, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day, civil.hour,
             civil.minute);
    return text;
}

const char *moment_span(int64_t milliseconds, char text[MOMENT_SIZE])
{
    static const struct {
        int64_t seconds;
        const char *unit;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    int64_t seconds = milliseconds < 0 ? 0 : milliseconds / 1000;
    for (size_t i = 0; i < 3; i++)
        if (seconds >= units[i].seconds) {
            snprintf(text, MOMENT_SIZE, "%lld %s %lld %s", (long long)(seconds / units[i].seconds),
                     units[i].unit, (long long)(seconds % units[i].seconds / units[i + 1].seconds),
                     units[i + 1].unit);
            return text;
        }
    snprintf(text, MOMENT_SIZE, "%lld s", (long long)seconds);
    return text;
}
