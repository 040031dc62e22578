/*
 * The progress line.
 *
 * Guarantees: nothing is drawn unless asked for (a terminal); the line is one write, so log lines do not mix
 * with it. Rates are of the whole job so far: a guess that calms down, not one that jumps.
 */
#include "spool/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/language.h"

enum { BAR = 30, SURE_MS = 300 };

struct pace pace_of(uint64_t done, uint64_t total, int64_t milliseconds)
{
    struct pace pace = {.percent = 0, .per_second = -1, .seconds_left = -1};
    if (total == 0)
        return pace;
    if (done > total)
        done = total;
    /* Shifted until products fit: galleries times probes times a second may pass 64 bits. */
    uint64_t d = done, t = total;
    while (t > (UINT64_C(1) << 40)) {
        d >>= 1;
        t >>= 1;
    }
    pace.percent = (int)(d * 100 / t);
    if (milliseconds < SURE_MS || d == 0)
        return pace;
    pace.per_second = (int64_t)(done / (uint64_t)milliseconds * 1000 +
                                done % (uint64_t)milliseconds * 1000 / (uint64_t)milliseconds);
    uint64_t seconds = (uint64_t)milliseconds / 1000 + 1;
    pace.seconds_left = seconds > (UINT64_C(1) << 22) ? -1 : (int64_t)(((t - d) * seconds + d - 1) / d);
    return pace;
}

/* Three figures and a letter: 950, 7.1 k, 12 M. */
static void figure(int64_t number, char *text, size_t size)
{
    static const char *const units[] = {"", " k", " M", " G"};
    size_t unit = 0;
    int64_t tenths = number * 10;
    while (tenths >= 10000 && unit + 1 < sizeof units / sizeof *units) {
        tenths /= 1000;
        unit++;
    }
    if (unit > 0 && tenths < 100)
        snprintf(text, size, "%" PRId64 ".%" PRId64 "%s", tenths / 10, tenths % 10, units[unit]);
    else
        snprintf(text, size, "%" PRId64 "%s", tenths / 10, units[unit]);
}

char *pace_words(const struct pace *pace, char *words)
{
    char rate[24];
    int length = snprintf(words, PACE_WORDS_SIZE, "%d %%", pace->percent);
    if (pace->per_second < 0)
        return words;
    figure(pace->per_second, rate, sizeof rate);
    length += snprintf(words + length, PACE_WORDS_SIZE - (size_t)length, ", %s/s", rate);
    if (pace->seconds_left >= 7200)
        snprintf(words + length, PACE_WORDS_SIZE - (size_t)length, ", %" PRId64 " h left",
                 (pace->seconds_left + 1800) / 3600);
    else if (pace->seconds_left >= 120)
        snprintf(words + length, PACE_WORDS_SIZE - (size_t)length, _(", %" PRId64 " min left"),
                 (pace->seconds_left + 30) / 60);
    else if (pace->seconds_left >= 0)
        snprintf(words + length, PACE_WORDS_SIZE - (size_t)length, ", %" PRId64 " s left",
                 pace->seconds_left);
    return words;
}

void progress_draw(const struct daemon *daemon, const void *context, const char *what)
{
    static const void *last_context;
    static int64_t begun;
    uint64_t done = 0, total = 0;
    if (!daemon->options->progress || !nursery_progress(daemon->nursery, context, &done, &total))
        return;
    if (context != last_context || done == 0) {
        last_context = context;
        begun = clock_monotonic();
    }
    struct pace pace = pace_of(done, total, clock_monotonic() - begun);
    char bar[BAR + 1], words[PACE_WORDS_SIZE], line[160];
    int filled = pace.percent * BAR / 100;
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)filled);
    bar[BAR] = '\0';
    int length = snprintf(line, sizeof line, "\r%-10s [%s] %s\033[K", what, bar, pace_words(&pace, words));
    if (write(STDERR_FILENO, line, (size_t)length) < 0)
        return;
}

void progress_clear(const struct daemon *daemon)
{
    if (daemon->options->progress && write(STDERR_FILENO, "\r\033[K", 4) < 0)
        return;
}
