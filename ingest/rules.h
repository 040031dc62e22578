/*
 * The rules of the use policy that a machine can check on a request, as a table: one row each with clause,
 * condition, outcome, and what the sender is told. Pure.
 */
#ifndef LEADSPOOL_INGEST_RULES_H
#define LEADSPOOL_INGEST_RULES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

/* Kinds of request, as bits: which ones a rule is about. */
enum { KIND_NEW = 1, KIND_SUPPLEMENT = 2, KIND_CORRECTION = 4, KIND_WITHDRAWAL = 8, KIND_CORROBORATION = 16 };
enum { KIND_EVERY = 31, KIND_IMAGES = KIND_NEW | KIND_SUPPLEMENT, KIND_LATER = KIND_EVERY & ~KIND_NEW };

enum rule_scope { SCOPE_REQUEST, SCOPE_IMAGE, SCOPE_EDIT };

/* What a condition looks at. */
struct rule_view {
    const json_t *request;
    const json_t *image;               /* NULL in SCOPE_REQUEST */
    const json_t *edit;                /* NULL but in SCOPE_EDIT */
    size_t image_number, edit_number;  /* from 0 */
    const json_t *policy;              /* settings_policy() */
    const json_t *traits, *artificial; /* the policy's lists of words, made ready (ingest/words.h) */
    const char *command;               /* of the folder the packet was dropped in */
    instant received; /* when it was found there; 0: not known, and nothing is held against it */
};

/* What the rules know beside the request; members as in the view. */
struct rule_setting {
    const json_t *policy;
    const char *command;
    instant received;
};

struct rule {
    const char *code;
    const char *clause;  /* NULL where no clause stands behind it */
    const char *outcome; /* "REJECT" or "HOLD" */
    unsigned kinds;
    enum rule_scope scope;
    const char *member; /* below the scope's element: the place of the fault, and its value for %s in text */
    bool (*broken)(const struct rule_view *view);
    const char *text;
    const char *remedy;
    const char *role; /* HOLD: who can release; several separated by a blank */
};

extern const struct rule rules[];
extern const size_t rule_count;

/* Apply every rule of the request's kind and append all faults. `lines` as of manifest_read. False only when
   memory ran out. */
bool rules_apply(const json_t *request, const json_t *lines, const struct rule_setting *setting,
                 json_t *faults);

/* The bit of a request's kind; 0 for none. */
unsigned request_kind(const json_t *request);

#endif
