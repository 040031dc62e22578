/*
 * Open work items, by stage and age, so that a desk is listed without walking all that was ever decided.
 *
 * Keys `open/<stage>/<opened>/<item id>` in the book of indexes; these functions alone write them. Every change counts
 * up the counter `desk`, by which pages made from the open items know that they are out of date.
 */
#ifndef LEADSPOOL_CASEBOOK_ITEM_INDEX_H
#define LEADSPOOL_CASEBOOK_ITEM_INDEX_H

#include "casebook/casebook.h"

/* `item` is the record, with "item", "stage" and "opened". Doing either twice changes nothing more. */
bool item_index_add(struct transaction *transaction, const json_t *item, struct error *error);
bool item_index_remove(struct transaction *transaction, const json_t *item, struct error *error);
/* Something else of an open item changed that a desk shows. */
bool item_index_touch(struct transaction *transaction, struct error *error);
/* How often any of it changed. */
bool item_index_changes(struct transaction *transaction, int64_t *changes, struct error *error);

/* Visit the records of open items of a stage (NULL = all stages, one after the other), oldest first within a stage;
   the key handed over is the index's, to go on after (`after`, NULL = from the start). A damaged item is passed
   over. */
bool item_index_walk(struct transaction *transaction, const char *stage, const char *after,
                     book_visitor *visitor, void *context, struct error *error);

#endif
