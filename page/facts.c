/*
 * What a document must and may not be told.
 *
 * Guarantees: banned members are found at any depth of objects and arrays. Does not know which document wants
 * what: the tables of report/ and review/ do.
 */
#include "page/facts.h"

#include <stdint.h>
#include <string.h>

bool facts_hold_all(const json_t *facts, const char *const *names, const char *document, struct error *error)
{
    for (; *names != NULL; names++)
        if (json_object_get(facts, *names) == NULL)
            return error_set(error, FAULT_INPUT,
                             "%s: the facts have no member \"%s\"; a document that lacks it would mislead",
                             document, *names);
    return true;
}

bool facts_hold_none(const json_t *facts, const char *const *names, const char *document, struct error *error)
{
    for (size_t i = 0; i < json_array_size(facts); i++)
        if (!facts_hold_none(json_array_get(facts, i), names, document, error))
            return false;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)facts, key, value)
    {
        for (const char *const *name = names; *name != NULL; name++)
            if (strcmp(key, *name) == 0)
                return error_set(error, FAULT_INTERNAL,
                                 "%s: the facts hold \"%s\", which its reader may not see", document, key);
        if (strcmp(key, "request") != 0 && !facts_hold_none(value, names, document, error))
            return false;
    }
    return true;
}
