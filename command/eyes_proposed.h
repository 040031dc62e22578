/*
 * Eye points leadspool would propose for a submitted picture, as the item's worksheet shows them.
 */
#ifndef LEADSPOOL_COMMAND_EYES_PROPOSED_H
#define LEADSPOOL_COMMAND_EYES_PROPOSED_H

#include <jansson.h>

/* {"eyes":[4],"confidence":n} of the picture under that label (new reference), from worksheet.html beside
   item.xml; NULL when there is none, whatever the reason: it is an offer, and nothing depends on it. */
json_t *eyes_proposed(const json_t *item, const char *label);

/* As --eyes takes them, "101.50,120.00,180.25,121.00". */
void eyes_proposed_words(const json_t *proposed, char *words, size_t size);

#endif
