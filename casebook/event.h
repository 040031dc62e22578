/*
 * Events: the hash-chained log of what happened, one canonical JSON line each.
 *
 * An event is appended in the transaction of its cause. Its `hash` is the SHA-256 of its own line without
 * the member `hash`; `previous` is the hash of the event before, of the first one 64 zeros. So anybody who
 * has the lines and the hash of the last one can tell that none was changed, left out or put in
 * (docs/formats/events.md, docs/verify-events). An event holds no name and no text a person wrote: disposal
 * of data leaves the log verifiable. Source: the design (States); the audits of R52 and R53 read it.
 */
#ifndef LEADSPOOL_CASEBOOK_EVENT_H
#define LEADSPOOL_CASEBOOK_EVENT_H

#include "base/clock.h"
#include "base/digest.h"
#include "casebook/casebook.h"

/* The most bytes a field keeps; what is longer is cut. */
#define EVENT_FIELD_LIMIT 200

/* All are single words: bytes other than printable ASCII, and space " \ %, are written as %XX, so that any
   account or drop name fits and no prose slips in. NULL or "" leaves an optional member out. */
struct event {
    const char *actor;   /* person id, account, or "leadspool" when NULL */
    const char *role;    /* the role acted in; "system" when NULL */
    const char *action;  /* INTERNALS §4 lists the words; required */
    const char *docket;  /* optional */
    const char *object;  /* optional; digest (hexadecimal) of what was acted on */
    const char *clause;  /* optional; "R7" */
    const char *outcome; /* "done" when NULL */
};

/* *sequence (may be NULL) is its number, from 1. */
bool event_append(struct transaction *transaction, instant at, const struct event *event, int64_t *sequence,
                  struct error *error);

/* Number and hash of the last event; 0 and 64 zeros when there is none. `hash` has DIGEST_TEXT_SIZE bytes. */
bool event_head(struct transaction *transaction, int64_t *sequence, char *hash, struct error *error);

/* The line of one event, NUL-terminated, without a newline; caller frees. FAULT_ABSENT when there is none. */
bool event_line(struct transaction *transaction, int64_t sequence, char **line, struct error *error);

/* Visit the lines from number `from` (1 = first) on, at most `limit` of them (0 = all). `line` ends with NUL
   and has no newline. The visitor returns false to stop, setting `error` only when it failed. */
typedef bool event_visitor(void *context, int64_t sequence, const char *line, size_t length,
                           struct error *error);
bool event_walk(struct transaction *transaction, int64_t from, size_t limit, event_visitor *visitor,
                void *context, struct error *error);

/* Pure: is this line event `sequence`, following on the hash `previous`? On success `hash` (DIGEST_TEXT_SIZE
   bytes) is its own hash; on failure (FAULT_INPUT) the text says what is wrong: no canonical JSON, wrong
   number, broken link, changed content. */
bool event_line_verify(const char *line, size_t length, int64_t sequence, const char *previous, char *hash,
                       struct error *error);

/* What `previous` of the first event is: 64 zeros. */
extern const char event_no_hash[DIGEST_TEXT_SIZE];

#endif
