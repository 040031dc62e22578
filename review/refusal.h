/*
 * Why a decision was refused: one answer, with its clause. For the files of review/ among themselves.
 */
#ifndef LEADSPOOL_REVIEW_REFUSAL_H
#define LEADSPOOL_REVIEW_REFUSAL_H

#include <stdbool.h>

struct refusal {
    const char *code;   /* "item-stale"; NULL while there is none */
    const char *clause; /* "R13" */
    bool security;      /* somebody did what they may not: an incident is filed (R37 R51) */
    char text[2000];    /* what is wrong and what to do, UTF-8 */
};

/* Set it; always false, so that `return refusal_set(…)` reads well. */
bool refusal_set(struct refusal *refusal, const char *code, const char *clause, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same of the security kind. */
bool refusal_security(struct refusal *refusal, const char *code, const char *clause, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
