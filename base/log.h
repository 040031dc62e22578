/*
 * The log: one line per happening on standard error, for the journal and for an administrator.
 *
 *   <6>leadspool: WORD: text                            to the journal, which understands the level
 *   leadspool: WORD: text                               on a terminal
 *   2026-11-22 09:05:37 EST leadspool: WORD: text       into a file
 *
 * WORD is a fixed word with a manual page (docs/man/leadspool-log.5). Never contains biographical data or text that a person wrote.
 */
#ifndef LEADSPOOL_BASE_LOG_H
#define LEADSPOOL_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

enum log_level {
    LOG_LEVEL_ALARM = 2,
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_NOTICE = 5,
    LOG_LEVEL_STEP = 7
};

/* Lines above this level are dropped (LOG_LEVEL_NOTICE unless set). */
void log_set_level(enum log_level most);

void log_line(enum log_level level, const char *word, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What this process logged as an alarm, for whoever asks how it is (base/log_alarms.c). */
enum { LOG_ALARMS_MOST = 16, LOG_ALARM_TEXT = 256, LOG_WORD = 32 };
struct log_alarm {
    char word[LOG_WORD];
    char text[LOG_ALARM_TEXT]; /* of the last one, cut to fit */
    instant at;                /* of the last one */
    size_t count;
};
void log_alarm_remember(const char *word, const char *text);
/* Copies them to `list` (LOG_ALARMS_MOST entries); how many. */
size_t log_alarms(struct log_alarm *list);

/* From now on lines of this process, and of no child of it, go to the journal of systemd with fields of their own
   (base/log_journal.c), where there is one; lines it does not take go to standard error. */
void log_to_journal(void);
/* False: write it elsewhere. */
bool log_journal(enum log_level level, const char *word, const char *text);
/* The journal's id of a word: 32 hexadecimal digits, the start of the SHA-256 of "leadspool-log:" and the word, so
   that the id of a word never changes. `id` has 33 bytes. */
void log_word_id(const char *word, char *id);

#endif
