/*
 * Issuing what an auditor asked for: from facts to a row of the outbox (R52 R53, L1).
 */
#ifndef LEADSPOOL_REPORT_EXTRACT_ISSUE_H
#define LEADSPOOL_REPORT_EXTRACT_ISSUE_H

#include <jansson.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

/* "audit/out/E-000001-figures-public" and NUL. */
#define EXTRACT_DIRECTORY_SIZE 64

struct extract {
    const char *name;    /* of the directory, after the number: "figures-public" */
    const char *file;    /* "figures": figures.pdf and figures.json */
    const char *job;     /* that renders the PDF from the facts */
    const char *action;  /* of the event */
    const char *outcome; /* of the event */
    const char *docket;  /* of the event; NULL */
    const char *object;  /* of the event: digest of the reason given; NULL */
    json_t *files;       /* further ones: [{"name","digest","sign"}], borrowed; NULL: none */
};

/* Write the row that publishes all of it, signed, into a directory of its own under audit/out, and the event. `facts`
   gets "extract" (the number), "issued" and who issues. `actor`: who asked. */
bool extract_issue(struct transaction *transaction, const struct settings *settings,
                   const struct extract *extract, json_t *facts, const char *actor, instant now,
                   char directory[EXTRACT_DIRECTORY_SIZE], struct error *error);

#endif
