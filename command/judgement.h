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
    char *written;           /* a decision's XML as a worksheet wrote it, signed as it is; owned, or NULL */
    size_t written_length;
    json_t *said; /* what it says; NULL without it */
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

/* --from FILE ("-" is standard input): XML, as a worksheet writes it, is kept to be signed as it is; a JSON
   decision fills in what the options leave out. */
bool judgement_read(struct judgement *judgement, const char *path, struct error *error);
/* The id of the item the XML is about, such as "FR-2026-000001-peer-1-2". */
void judgement_item_id(const struct judgement *judgement, char *id, size_t size);
/* The XML is about this very item, signed by the one it says, and no option asks for something else. */
bool judgement_written_agrees(struct judgement *judgement, struct error *error);

/* The item of a signed decision, by the digest of that file, as work_item_read gives one: to amend it. */
bool judgement_amended_item(const struct invocation *invocation, const char *digest, json_t **item,
                            struct error *error);

/* Ask on the terminal for what is still missing; does nothing when there is none. */
bool judgement_prompt(struct judgement *judgement, struct error *error);

/* Fill in what follows from the item, check against the schema, sign, hand over to review/decisions below
   `site`, and wait if asked to. Prints the result. */
bool judgement_deliver(const struct invocation *invocation, const char *site, struct judgement *judgement,
                       struct error *error);

#endif
