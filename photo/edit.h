/*
 * The recorded edits a searched probe may be made by (R19, L1): crop, rotate, brightness, contrast, scale.
 *
 * Nothing here can add, mirror, replace or re-pose facial content; anything outside the list is refused. The
 * same picture and parameters give the same pixels, bit for bit, on every machine.
 *
 * JSON: an array of at most EDITS_MOST objects, applied in order, whole numbers only:
 *   {"operation":"crop","x":0..,"y":0..,"width":16..,"height":16..}   pixels of the picture at that point
 *   {"operation":"rotate","degrees_tenths":-1800..1800}     clockwise; the canvas grows, new corners are grey
 *   {"operation":"brightness","amount":-100..100}           adds amount per cent of the full range
 *   {"operation":"contrast","amount":-100..100}             multiplies the distance from mid grey by
 *                                                           (100 + amount) / 100
 *   {"operation":"scale","per_mille":100..4000}
 * Members not listed are refused too: an edit that carries what nobody applied would be a false record.
 */
#ifndef LEADSPOOL_PHOTO_EDIT_H
#define LEADSPOOL_PHOTO_EDIT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "photo/image.h"

#define EDITS_MOST 16

/* Checks the array's shape and ranges without a picture, for a decision that has only just arrived. */
bool photo_edits_check(const json_t *edits, struct error *error);

/* photo_edits_check, and the size of what they make of a picture of *width x *height, put in their place. FAULT_INPUT
   names the edit the picture does not allow: what passed fails later for lack of memory only. */
bool photo_edits_size(const json_t *edits, int *width, int *height, struct error *error);

/* Applies them to a copy. FAULT_INPUT names the edit by its number, from 1, and what is wrong with it. */
bool photo_edit(const struct image *original, const json_t *edits, struct image *edited, struct error *error);

#endif
