/*
 * One item in the making, for items.c, pictures.c and facts.c among themselves.
 */
#ifndef LEADSPOOL_REVIEW_ITEM_H
#define LEADSPOOL_REVIEW_ITEM_H

#include <jansson.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "casebook/casebook.h"
#include "schemas/settings.h"

struct item {
    struct transaction *transaction;
    const struct settings *settings;
    const json_t *docket;
    const char *stage;
    int64_t round, slot;
    instant opened;
    const json_t *hold; /* stage hold only */
    json_t *record;     /* the item's record, growing */
    json_t *pictures;   /* [{"role":"P01","digest","eyes"?}]: what the page shows, in the order of the item */
    json_t *photos;     /* {"C01": photo record} of those that are gallery photos */
    bool few_foils;     /* the list was too short for the foils the site asks for */
};

/* Which pictures the item shows under which labels: fills pictures, photos, record.labels and record.seed. */
bool item_pictures(struct item *item, struct error *error);

/* What the worksheet says (shape: review/worksheet.h). New reference. Nothing a person at that stage may not
   know. */
bool item_facts(const struct item *item, json_t **facts, struct error *error);

#endif
