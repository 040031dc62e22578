/*
 * The alarms this process logged, remembered for `status`.
 *
 * Guarantees: one entry a word, with how often and when last; a fixed amount of memory; any thread may log. What is
 * forgotten when the process ends still stands in the journal. Holds the words of the log only: no biographical data.
 */
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct log_alarm remembered[LOG_ALARMS_MOST];
static size_t count;

/* A text that had to be cut ends with a whole letter. */
static void trim(char *text)
{
    size_t length = strlen(text);
    if (length < LOG_ALARM_TEXT - 1)
        return;
    while (length > 0 && ((unsigned char)text[length - 1] & 0xc0) == 0x80)
        length--;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xc0)
        length--;
    text[length] = '\0';
}

void log_alarm_remember(const char *word, const char *text)
{
    size_t i = 0;
    pthread_mutex_lock(&guard);
    while (i < count && strcmp(remembered[i].word, word) != 0)
        i++;
    if (i == LOG_ALARMS_MOST) {
        /* More kinds of trouble than this at once: the oldest makes room. */
        for (size_t other = i = 0; other < count; other++)
            if (remembered[other].at < remembered[i].at)
                i = other;
        remembered[i].count = 0;
    } else if (i == count) {
        remembered[count++].count = 0;
    }
    struct log_alarm *alarm = &remembered[i];
    strncpy(alarm->word, word, sizeof alarm->word - 1);
    strncpy(alarm->text, text, sizeof alarm->text - 1);
    trim(alarm->text);
    alarm->at = clock_now();
    alarm->count++;
    pthread_mutex_unlock(&guard);
}

size_t log_alarms(struct log_alarm *list)
{
    pthread_mutex_lock(&guard);
    memcpy(list, remembered, count * sizeof *list);
    size_t copied = count;
    pthread_mutex_unlock(&guard);
    return copied;
}
