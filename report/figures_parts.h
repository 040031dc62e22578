/*
 * Between the files that count figures and write them down; nobody else includes this.
 */
#ifndef LEADSPOOL_REPORT_FIGURES_PARTS_H
#define LEADSPOOL_REPORT_FIGURES_PARTS_H

#include "casebook/docket.h"
#include "report/figures.h"

enum figures_table {
    FIGURES_MONTH,
    FIGURES_USE,
    FIGURES_COMMAND,
    FIGURES_PRIORITY,
    FIGURES_OUTCOME,
    FIGURES_HOLD,
    FIGURES_PEER,
    FIGURES_EDIT,
    FIGURES_INCIDENT,
    FIGURES_ADDENDUM,
    FIGURES_TOUR,
    FIGURES_OVERDUE,
    FIGURES_FOIL,
    FIGURES_LEGAL_HOLD,
    FIGURES_DISPOSED,
    FIGURES_TABLES
};

struct series {
    int64_t *minutes; /* owned; in the order of arrival */
    size_t count, room;
};

struct figures {
    instant from, until;
    int64_t requests, searches, recalled, edited; /* edited: dockets */
    json_t *tables[FIGURES_TABLES];               /* name -> count */
    json_t *outcomes;                             /* use -> {outcome -> count} */
    json_t *edits, *standing;                     /* as they go into the full edition */
    struct series stages[DOCKET_STATE_COUNT];
};

#endif
