/*
 * Base64 (RFC 4648, with padding, without line ends): how bytes stand in a JSON text.
 */
#ifndef LEADSPOOL_BASE_BASE64_H
#define LEADSPOOL_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* NUL-terminated, caller frees; NULL when memory ran out. */
char *base64_write(const void *bytes, size_t length);
/* *bytes is the caller's to free. False when `text` is no base64 or memory ran out. */
bool base64_read(const char *text, unsigned char **bytes, size_t *length);

#endif
