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
    char text[2048], line[sizeof text + 128];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    for (char *at = text; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    if (level == LOG_LEVEL_ALARM)
        log_alarm_remember(word, text);
    if (log_journal(level, word, text))
        return;
    int used = begin(line, 128, level, word);
    used += snprintf(line + used, sizeof line - (size_t)used, "%s\n", text);
    if (write(STDERR_FILENO, line, (size_t)used) < 0)
        return;
}
