/*
 * What a docket holds that discovery hands over: every file once, named by a key, with the number of the index's item
 * it belongs to.
 */
#ifndef LEADSPOOL_REPORT_DISCOVERY_MATERIAL_H
#define LEADSPOOL_REPORT_DISCOVERY_MATERIAL_H

#include <jansson.h>
#include <stdbool.h>

#include "casebook/casebook.h"

/* The thirteen kinds of item the index goes through (domain: State v. Arteaga); the numbers are the index's. */
enum discovery_item {
    ITEM_SOFTWARE = 1,
    ITEM_SOURCE_CODE,
    ITEM_MEASUREMENTS,
    ITEM_ERROR_RATES,
    ITEM_NIST,
    ITEM_PROBE,
    ITEM_EDITS,
    ITEM_CANDIDATE,
    ITEM_SCALE,
    ITEM_LIST,
    ITEM_GALLERY,
    ITEM_NOTES,
    ITEM_ANALYST,
    ITEM_LAST = ITEM_ANALYST
};
/* "source code"; static. */
const char *discovery_item_title(int item);

/* In the order of the volume, each {"key","item":n,"title","name","digest"?,"search"?:key,"decision"?:{as received},
   "picture"?:true,"caption"?,"withheld"?:basis}. A photograph that may not be shown is withheld, its file not named. New
   reference. */
bool discovery_material(struct transaction *transaction, const json_t *docket, json_t **material,
                        struct error *error);

/* Pure: those no volume has produced yet, in order, as long as their files and lists need no more than `inputs_most`
   inputs; at least one. New reference. */
json_t *discovery_new(const json_t *material, const json_t *produced, size_t inputs_most);

#endif
