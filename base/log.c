/*
 * Writing log lines.
 *
 * Guarantees: one write(2) a line, so that lines of several processes do not mix; never fails visibly, since
 * a log that cannot be written must not stop casework.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static enum log_level most_level = LOG_LEVEL_NOTICE;

void log_set_level(enum log_level most)
{
    most_level = most;
}

/* The journal knows the time itself and wants the level; a file or a mail of cron wants the time. */
static int begin(char *line, size_t size, enum log_level level, const char *word)
{
    char now[INSTANT_LOCAL_SIZE];
    if (getenv("JOURNAL_STREAM") != NULL)
        return snprintf(line, size, "<%d>leadspool: %s: ", (int)level, word);
    if (isatty(STDERR_FILENO))
        return snprintf(line, size, "leadspool: %s: ", word);
    return snprintf(line, size, "%s leadspool: %s: ", instant_local(clock_now(), true, now), word);
}

void log_line(enum log_level level, const char *word, const char *format, ...)
{
    if (level > most_level)
        return;
    char line[2048];
    int used = begin(line, sizeof line, level, word);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line + used, sizeof line - (size_t)used - 1, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    size_t total = (size_t)used + (size_t)length;
    if (total > sizeof line - 2)
        total = sizeof line - 2;
    for (size_t i = (size_t)used; i < total; i++)
        if (line[i] == '\n')
            line[i] = ' ';
    line[total] = '\n';
    if (write(STDERR_FILENO, line, total + 1) < 0)
        return;
}
