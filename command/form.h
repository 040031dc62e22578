/*
 * Small parsers of option values that several forms share. All are FAULT_USAGE naming the option.
 */
#ifndef LEADSPOOL_COMMAND_FORM_H
#define LEADSPOOL_COMMAND_FORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* "412,300.5,488,301" (pixels, at most two decimals, left eye of the picture first) as an array of four whole
   numbers in hundredths of a pixel; new reference in *eyes. */
bool form_eyes(const char *option, const char *value, json_t **eyes, struct error *error);
/* `count` whole numbers separated by commas. */
bool form_numbers(const char *option, const char *value, long *numbers, size_t count, struct error *error);
/* "yes" or "no". */
bool form_yes(const char *option, const char *value, bool *yes, struct error *error);
/* A whole file, NUL-terminated; "-" is standard input. The caller frees. */
bool form_bytes(const char *path, char **bytes, size_t *length, struct error *error);
/* A JSON object from a file; "-" is standard input. New reference. */
bool form_file(const char *path, json_t **object, struct error *error);
/* Set a member from a form, reporting memory. `value` is taken over. */
bool form_put(json_t *object, const char *key, json_t *value, struct error *error);
bool form_text(json_t *object, const char *key, const char *value, struct error *error);
/* Append to the member array of that name, making it first. `value` is taken over. */
bool form_append(json_t *object, const char *key, json_t *value, struct error *error);

#endif
