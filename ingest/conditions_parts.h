/*
 * Small words the files of conditions are written with. Nothing else includes it.
 */
#ifndef LEADSPOOL_INGEST_CONDITIONS_PARTS_H
#define LEADSPOOL_INGEST_CONDITIONS_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

static inline bool has(const json_t *object, const char *member)
{
    return json_object_get(object, member) != NULL;
}

static inline bool is(const json_t *object, const char *member, const char *value)
{
    return strcmp(json_text(object, member), value) == 0;
}

/* Is the text one of the words, which end with NULL? */
static inline bool among(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

/* Is the one member a time after the other's? False when either is none. */
static inline bool after(const json_t *object, const char *member, const json_t *other,
                         const char *other_member)
{
    instant one, two;
    return instant_parse(json_text(object, member), &one, NULL) &&
           instant_parse(json_text(other, other_member), &two, NULL) && one > two;
}

/* Pictures of a crowd or a rally, by what the request says. */
static inline bool at_event(const json_t *request)
{
    return is(request, "eventContext", "crowd") || is(request, "eventContext", "rally");
}

#endif
