/*
 * The facts of a volume of discovery, one edition each, for the worker that draws and packs it (report/volume_worker.h).
 *
 * core      everything but persons who were not named: of a list rank and score, the photograph "masked"
 * extended  the whole lists with their photographs, for whoever keeps sealed volumes
 */
#ifndef LEADSPOOL_REPORT_DISCOVERY_FACTS_H
#define LEADSPOOL_REPORT_DISCOVERY_FACTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "schemas/settings.h"

struct volume_setting {
    const struct settings *settings;
    const struct roster *roster;
    const json_t *docket;
    const json_t *material; /* all of the docket */
    const json_t *chosen;   /* what this volume holds */
    int number;
    instant now;
};

/* {"edition","certificate","name","prefix","first","facts","digests"}, as discovery_next gives it; NULL (and true) when
   this edition would be empty. New reference. */
bool discovery_edition(struct transaction *transaction, const struct volume_setting *setting, bool extended,
                       json_t **edition, struct error *error);

#endif
