/*
 * Names that people's computers make of a name.
 *
 * Guarantees: no I/O; letters beyond ASCII are compared as they are.
 */
#include "spool/likeness.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/names.h"

bool likeness_of_names(const char *name, const char *other)
{
    const char *ending = strrchr(name, '.');
    size_t stem = ending == NULL || ending == name ? strlen(name) : (size_t)(ending - name);
    if (strcmp(name, other) == 0 || strncasecmp(name, other, stem) != 0)
        return false;
    return other[stem] == '\0' || strchr(". (-_", other[stem]) != NULL;
}

const char *likeness_find(const json_t *files, const json_t *listed, const char *name)
{
    size_t index;
    const json_t *file;
    json_array_foreach(files, index, file)
    {
        const char *other = json_text(file, "name");
        if (json_object_get(file, "size") != NULL && likeness_of_names(name, other) &&
            json_find(listed, "name", other) == NULL)
            return other;
    }
    return NULL;
}

const char *likeness_folder(const json_t *files)
{
    size_t index;
    const json_t *file;
    json_array_foreach(files, index, file)
    {
        const char *name = json_text(file, "name");
        if (json_object_get(file, "size") == NULL && !name_left_by_desktop(name, true))
            return name;
    }
    return NULL;
}
