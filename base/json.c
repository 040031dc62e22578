/*
 * Canonical JSON and small getters over jansson.
 *
 * Guarantees: equal values give equal bytes; nesting is bounded by jansson's own limit.
 */
#include "base/json.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

char *json_canonical(const json_t *value)
{
    return memory_from_reserve(json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY));
}

bool json_read(const char *bytes, size_t length, json_t **value, struct error *error)
{
    json_error_t where;
    size_t failures = memory_failures();
    *value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &where);
    if (memory_failures() != failures) {
        json_decref(*value); /* jansson may have left a part out */
        *value = NULL;
        return error_set(error, FAULT_TEMPORARY, "out of memory while reading JSON");
    }
    if (*value == NULL)
        return error_set(error, FAULT_INPUT, "JSON line %d column %d: %s", where.line, where.column,
                         where.text);
    return true;
}

const char *json_text(const json_t *object, const char *key)
{
    const char *value = json_text_or_null(object, key);
    return value == NULL ? "" : value;
}

const char *json_text_or_null(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

int64_t json_whole(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool json_flag(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

bool json_put_text(json_t *object, const char *key, const char *value)
{
    return value == NULL || json_object_set_new(object, key, json_string(value)) == 0;
}

bool json_put_whole(json_t *object, const char *key, int64_t value)
{
    return json_object_set_new(object, key, json_integer(value)) == 0;
}

bool json_put_flag(json_t *object, const char *key, bool value)
{
    return json_object_set_new(object, key, json_boolean(value)) == 0;
}

bool json_put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

void json_copy_members(json_t *to, const json_t *from, ...)
{
    va_list names;
    va_start(names, from);
    for (const char *name; (name = va_arg(names, const char *)) != NULL;) {
        json_t *value = json_object_get(from, name);
        if (value != NULL)
            json_object_set_new(to, name, json_deep_copy(value));
    }
    va_end(names);
}

long json_position(const json_t *array, const char *key, const char *value)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *text = json_text_or_null(json_array_get(array, i), key);
        if (text != NULL && strcmp(text, value) == 0)
            return (long)i;
    }
    return -1;
}

const json_t *json_find(const json_t *array, const char *key, const char *value)
{
    long position = json_position(array, key, value);
    return position < 0 ? NULL : json_array_get(array, (size_t)position);
}

static json_t *member(json_t *object, const char *key, bool array)
{
    json_t *value = json_object_get(object, key);
    if (array ? json_is_array(value) : json_is_object(value))
        return value;
    json_object_set_new(object, key, array ? json_array() : json_object());
    return json_object_get(object, key);
}

json_t *json_array_at(json_t *object, const char *key)
{
    return member(object, key, true);
}

json_t *json_object_at(json_t *object, const char *key)
{
    return member(object, key, false);
}

bool json_digest(const json_t *value, struct digest *digest)
{
    char *bytes = json_canonical(value);
    if (bytes == NULL)
        return false;
    *digest = digest_of(bytes, strlen(bytes));
    free(bytes);
    return true;
}

static int by_key(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

const char **json_keys_of_both(const json_t *one, const json_t *other, size_t *count)
{
    const char **keys = calloc(json_object_size(one) + json_object_size(other) + 1, sizeof *keys);
    const char *key;
    json_t *value;
    *count = 0;
    if (keys == NULL)
        return NULL;
    json_object_foreach((json_t *)(uintptr_t)one, key, value) keys[(*count)++] = key;
    json_object_foreach((json_t *)(uintptr_t)other, key, value)
    {
        if (json_object_get(one, key) == NULL)
            keys[(*count)++] = key;
    }
    qsort(keys, *count, sizeof *keys, by_key);
    return keys;
}
