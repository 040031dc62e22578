/*
 * A fault: one thing wrong with a drop, as the receipt says it (spool/INTERNALS.md §3).
 */
#ifndef LEADSPOOL_INGEST_FAULT_H
#define LEADSPOOL_INGEST_FAULT_H

#include <jansson.h>
#include <stdbool.h>

/* Members may be NULL where the record has them optional. */
struct fault_words {
    const char *code;            /* "use-not-authorised" */
    const char *outcome;         /* REJECT, HOLD or QUARANTINE */
    const char *place;           /* "line 12 /request/use", or a file's name */
    const char *clause;          /* "R1", or NULL where no clause of the policy is behind it */
    const char *text;            /* what is wrong */
    const char *remedy;          /* what to do; a text of a table (N_) is looked up by fault_add */
    const char *role;            /* who can release it: HOLD only; several separated by a blank */
    const char *image, *dockets; /* as in casebook/hold.h */
};

/* Append one. A complaint of the schema about the same place gives way, for a rule says it better; but not to a HOLD,
   unless it is that something is missing ("…-missing"). Beyond FAULTS_MOST only the first of a worse outcome is
   added. False only when memory ran out. */
bool fault_add(json_t *faults, const struct fault_words *words);

/* So many are told: no sender reads on, and a document made of faults must cost little. */
enum { FAULTS_MOST = 500 };

/* The code of faults the schema finds. */
#define FAULT_CODE_SCHEMA "not-as-the-schema-says"

/* The worst outcome among the faults: "QUARANTINE", "REJECT", "HOLD", or "ACCEPT" when there are none. */
const char *fault_outcome(const json_t *faults);

/* In the order of the document's lines; what has no line (a file) comes last. A new array, NULL when memory
   ran out. */
json_t *fault_sorted(const json_t *faults);

/* Does any fault have this code? */
bool fault_has(const json_t *faults, const char *code);

#endif
