/*
 * A work item as the person who decides it has it: item.xml on a share.
 */
#ifndef LEADSPOOL_COMMAND_WORK_ITEM_H
#define LEADSPOOL_COMMAND_WORK_ITEM_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

/* Read an item named by `operand`: an item id (FR-2026-000001-peer-2-1), a directory, or an item.xml,
   relative to here or to the site. *item (new reference) is
   {"docket","stage","round","slot","digest","hold"?,"directory", "pictures":[{"label","sha256"}]}. FAULT_ABSENT when it
   is not there (any more). */
bool work_item_read(const char *site, const char *operand, json_t **item, struct error *error);

/* The item of one hold; number 0 = the only one open, FAULT_USAGE naming them when there are several. */
bool work_item_read_hold(const char *site, const char *docket, long number, json_t **item,
                         struct error *error);

/* The digest of the picture under a label, or `text` itself when it is a digest; NULL when neither. */
const char *work_item_picture(const json_t *item, const char *text);

/* By its label: is it a picture the sender submitted; is it one this item asks a word about? */
bool work_item_submitted(const char *label);
bool work_item_judged(const char *label);

#endif
