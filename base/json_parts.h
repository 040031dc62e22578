/*
 * The short ways of reading and writing JSON, for json.c alone.
 *
 * Each does what jansson does for the JSON the project writes itself, and nothing else: what they do not know they leave
 * to it, so that it alone decides what is refused and with which words.
 */
#ifndef LEADSPOOL_BASE_JSON_PARTS_H
#define LEADSPOOL_BASE_JSON_PARTS_H

#include <jansson.h>
#include <stddef.h>

/* The value, or NULL: not JSON of the plain kind (as json_read.c has it), or no memory. */
json_t *json_read_plain(const char *bytes, size_t length);

/* Its canonical bytes, NUL-terminated, caller frees; NULL as above. */
char *json_write_plain(const json_t *value);

#endif
