/*
 * Writing log lines.
 *
 * Guarantees: one write(2) a line, so that lines of several processes do not mix; never fails visibly, since
 * a log that cannot be written must not stop casework.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_level most_level = LOG_LEVEL_NOTICE;

void log_set_level(enum log_level most)
{
    most_level = most;
}

void log_line(enum log_level level, const char *word, const char *format, ...)
{
    if (level > most_level)
        return;
    char line[2048];
    int used = isatty(STDERR_FILENO) ? snprintf(line, sizeof line, "leadspool: %s: ", word)
                                     : snprintf(line, sizeof line, "<%d>leadspool: %s: ", (int)level, word);
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
