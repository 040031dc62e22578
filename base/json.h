/*
 * JSON as the project stores and hashes it, over jansson.
 *
 * Canonical form: keys sorted by code unit, no white space, UTF-8 unescaped but for control characters,
 * quote and backslash; whole numbers only (no reals are ever stored). The bytes of json_canonical are what
 * is hashed. Readers ignore members they do not know.
 *
 * Getters borrow: the string returned lives as long as the object.
 */
#ifndef LEADSPOOL_BASE_JSON_H
#define LEADSPOOL_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"

/* The canonical bytes of a value, NUL-terminated; caller frees. NULL only when memory ran out. */
char *json_canonical(const json_t *value);

/* Parse one JSON text. FAULT_INPUT with line and column when it is none; duplicate keys are refused. */
bool json_read(const char *bytes, size_t length, json_t **value, struct error *error);

/* The member's text, or "" when it is absent or no string: for fields whose presence was checked. */
const char *json_text(const json_t *object, const char *key);
/* The member's text, or NULL. */
const char *json_text_or_null(const json_t *object, const char *key);
/* The member's whole number, or `otherwise` when it is absent or none. */
int64_t json_whole(const json_t *object, const char *key, int64_t otherwise);
/* Is the member true? False when it is absent. */
bool json_flag(const json_t *object, const char *key);

/* Set members; a NULL text sets nothing. jansson's failure to allocate is reported by json_put_* = false. */
bool json_put_text(json_t *object, const char *key, const char *value);
bool json_put_whole(json_t *object, const char *key, int64_t value);
bool json_put_flag(json_t *object, const char *key, bool value);
/* Sets a value and takes the reference over, also on failure. */
bool json_put(json_t *object, const char *key, json_t *value);

/* Copy these members (deep) where `from` has them; the list of names ends with NULL. */
void json_copy_members(json_t *to, const json_t *from, ...) __attribute__((sentinel));

/* The first object of the array (NULL is an empty one) whose member is that text; NULL when there is none,
   borrowed otherwise. Linear: for lists of a document's length. */
const json_t *json_find(const json_t *array, const char *key, const char *value);
/* Its index, -1 when there is none. */
long json_position(const json_t *array, const char *key, const char *value);

/* The object's member as an array or object, made empty if it is not there; borrowed. */
json_t *json_array_at(json_t *object, const char *key);
json_t *json_object_at(json_t *object, const char *key);

/* Digest of the canonical form; false only when memory ran out. */
bool json_digest(const json_t *value, struct digest *digest);

/* The keys of two objects, each once, sorted, borrowed from them. Caller frees the list; NULL when memory ran out. */
const char **json_keys_of_both(const json_t *one, const json_t *other, size_t *count);

#endif
