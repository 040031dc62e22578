/*
 * One decision in the making: what `decide`, `release` and `refuse` share.
 */
#ifndef LEADSPOOL_COMMAND_JUDGEMENT_H
#define LEADSPOOL_COMMAND_JUDGEMENT_H

#include "command/command.h"

struct judgement {
    json_t *item;            /* command/work_item.h */
    json_t *decision;        /* spool/INTERNALS.md §4, "decision (parsed)" */
    const char *person;      /* --as */
    const char *key;         /* --key FILE */
    const char *certificate; /* --cert FILE */
    const char *others;      /* --others WORD: for every label not named; NULL = leave out */
    const char *probe;       /* --probe LABEL|DIGEST */
    char probe_asked[32];    /* the label, when it was asked for on the terminal */
    long wait;               /* --wait SECONDS; 0 = do not ask */
};

/* The options every decision takes: --as, --key, --cert, --reasons, --wait. */
#define JUDGEMENT_OPTIONS                                                                                    \
    {'a', "as", "PERSON", "your id in the roster (required)"},                                               \
        {'k', "key", "FILE", "your private key, PEM (required)"},                                            \
        {'c', "cert", "FILE", "your certificate, PEM (required)"}, {'r', "reasons", "TEXT", "your reasons"}, \
    {                                                                                                        \
        'w', "wait", "SECONDS", "wait for the answer: applied (exit 0) or refused (exit 77)"                 \
    }

/* The outcomes of a stage, "confirm, unsuitable, refuse"; "" for a stage there is not. */
const char *judgement_outcomes(const char *stage);
/* Is it one of the words, which stand with commas between? */
bool word_among(const char *word, const char *words);

/* Take one of them; *taken says whether it was one. */
bool judgement_take(struct judgement *judgement, int key, bool *taken, struct error *error);
void judgement_free(struct judgement *judgement);

/* Ask on the terminal for what is still missing; does nothing when there is none. */
bool judgement_prompt(struct judgement *judgement, struct error *error);

/* Fill in what follows from the item, check against the schema, sign, hand over to review/decisions below
   `site`, and wait if asked to. Prints the result. */
bool judgement_deliver(const struct invocation *invocation, const char *site, struct judgement *judgement,
                       struct error *error);

#endif
