/*
 * Parsers of option values.
 *
 * Guarantees: eye points become whole hundredths exactly as written, without a detour through floating
 * point. Judges nothing beyond the form of a value.
 */
#include "command/form.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"

enum { FORM_FILE_LIMIT = 1 << 20 };

bool form_put(json_t *object, const char *key, json_t *value, struct error *error)
{
    return json_put(object, key, value) || error_set(error, FAULT_TEMPORARY, "out of memory");
}

bool form_text(json_t *object, const char *key, const char *value, struct error *error)
{
    json_t *text = json_string(value);
    if (text == NULL)
        return error_set(error, FAULT_USAGE, "the value for \"%s\" is not UTF-8 text", key);
    return form_put(object, key, text, error);
}

bool form_append(json_t *object, const char *key, json_t *value, struct error *error)
{
    json_t *array = json_array_at(object, key);
    if (value == NULL || array == NULL || json_array_append_new(array, value) != 0)
        return error_set(error, FAULT_USAGE, "the value for \"%s\" is not UTF-8 text", key);
    return true;
}

/* Digits, then at most two decimals; moves *at past it. -1 when there is no such number. */
static long hundredths(const char **at)
{
    const char *p = *at;
    long whole = 0;
    int digits = 0;
    for (; isdigit((unsigned char)*p) && digits < 6; p++, digits++)
        whole = 10 * whole + (*p - '0');
    if (digits == 0)
        return -1;
    whole *= 100;
    if (*p == '.') {
        p++;
        for (long weight = 10; weight > 0 && isdigit((unsigned char)*p); weight /= 10, p++)
            whole += weight * (*p - '0');
    }
    *at = p;
    return whole;
}

bool form_eyes(const char *option, const char *value, json_t **eyes, struct error *error)
{
    const char *at = value;
    json_t *array = json_array();
    for (int i = 0; i < 4; i++) {
        long number = hundredths(&at);
        if (number < 0 || *at != (i < 3 ? ',' : '\0') ||
            json_array_append_new(array, json_integer(number)) != 0) {
            json_decref(array);
            return error_set(error, FAULT_USAGE,
                             "--%s wants LEFT-X,LEFT-Y,RIGHT-X,RIGHT-Y in pixels with at most two decimals, "
                             "not \"%s\"",
                             option, value);
        }
        at++;
    }
    *eyes = array;
    return true;
}

bool form_numbers(const char *option, const char *value, long *numbers, size_t count, struct error *error)
{
    const char *at = value;
    for (size_t i = 0; i < count; i++) {
        char *end = NULL;
        errno = 0;
        numbers[i] = strtol(at, &end, 10);
        if (errno != 0 || end == at || *end != (i + 1 < count ? ',' : '\0'))
            return error_set(error, FAULT_USAGE,
                             "--%s wants %zu whole numbers with commas between, not \"%s\"", option, count,
                             value);
        at = end + 1;
    }
    return true;
}

bool form_yes(const char *option, const char *value, bool *yes, struct error *error)
{
    *yes = strcmp(value, "yes") == 0;
    return *yes || strcmp(value, "no") == 0 ||
           error_set(error, FAULT_USAGE, "--%s wants yes or no, not \"%s\"", option, value);
}

/* A pipe has no offsets, so standard input is read straight on. */
static bool read_input(char **bytes, size_t *length, struct error *error)
{
    char *buffer = malloc(FORM_FILE_LIMIT + 1);
    size_t used = 0;
    ssize_t got = 1;
    if (buffer == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while reading standard input");
    while (got > 0 && used < FORM_FILE_LIMIT) {
        got = read(STDIN_FILENO, buffer + used, FORM_FILE_LIMIT - used);
        if (got > 0)
            used += (size_t)got;
    }
    if (got < 0) {
        free(buffer);
        return error_system(error, "reading standard input");
    }
    buffer[used] = '\0';
    *bytes = buffer;
    *length = used;
    return true;
}

bool form_bytes(const char *path, char **bytes, size_t *length, struct error *error)
{
    if (strcmp(path, "-") == 0)
        return read_input(bytes, length, error);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_system(error, "opening %s", path);
    bool done =
        file_read_open(file, FORM_FILE_LIMIT, bytes, length, error) || error_context(error, "%s", path);
    close(file);
    return done;
}

bool form_file(const char *path, json_t **object, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    *object = NULL;
    if (!form_bytes(path, &bytes, &length, error))
        return false;
    bool done = json_read(bytes, length, object, error) || error_context(error, "%s", path);
    free(bytes);
    if (done && !json_is_object(*object)) {
        json_decref(*object);
        *object = NULL;
        done = error_set(error, FAULT_INPUT, "%s holds no JSON object", path);
    }
    return done;
}
