/*
 * The progress line.
 *
 * Guarantees: nothing is drawn unless asked for (a terminal); the line is one write, so log lines do not mix
 * with it.
 */
#include "spool/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR = 30 };

void progress_draw(const struct daemon *daemon, const void *context, const char *what)
{
    static const void *last_context;
    static int64_t begun;
    uint64_t done = 0, total = 0;
    if (!daemon->options->progress || !nursery_progress(daemon->nursery, context, &done, &total) ||
        total == 0)
        return;
    if (context != last_context || done == 0) {
        last_context = context;
        begun = clock_monotonic();
    }
    char bar[BAR + 1], line[160];
    int filled = (int)(done * BAR / total);
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)(filled > BAR ? BAR : filled));
    bar[BAR] = '\0';
    double seconds = (double)(clock_monotonic() - begun) / 1000;
    double rate = seconds > 0.2 ? (double)done / seconds : 0;
    int length = snprintf(line, sizeof line, "\r%-10s [%s] %3d %%  %.0f/s  %.0f s left \033[K", what, bar,
                          (int)(done * 100 / total), rate, rate > 0 ? (double)(total - done) / rate : 0);
    if (write(STDERR_FILENO, line, (size_t)length) < 0)
        return;
}

void progress_clear(const struct daemon *daemon)
{
    if (daemon->options->progress && write(STDERR_FILENO, "\r\033[K", 4) < 0)
        return;
}
