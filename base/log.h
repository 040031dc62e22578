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

#endif
