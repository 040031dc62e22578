/*
 * Faults as JSON, and what several of them come to.
 *
 * Guarantees: pure; the list keeps the order in which faults were found.
 */
#include "ingest/fault.h"

#include <string.h>

#include "base/json.h"

/* "line 12 /request/use" without the line. */
static const char *path_of(const char *place)
{
    const char *path = strchr(place, '/');
    return path != NULL ? path : place;
}

static void schema_gives_way(json_t *faults, const char *place)
{
    for (size_t i = json_array_size(faults); i-- > 0;) {
        const json_t *fault = json_array_get(faults, i);
        if (strcmp(json_text(fault, "code"), FAULT_CODE_SCHEMA) == 0 &&
            strcmp(path_of(json_text(fault, "place")), path_of(place)) == 0)
            json_array_remove(faults, i);
    }
}

bool fault_add(json_t *faults, const struct fault_words *words)
{
    if (words->place != NULL && strcmp(words->code, FAULT_CODE_SCHEMA) != 0)
        schema_gives_way(faults, words->place);
    json_t *fault = json_object();
    bool done = fault != NULL && json_put_text(fault, "code", words->code) &&
                json_put_text(fault, "outcome", words->outcome) &&
                json_put_text(fault, "place", words->place) &&
                json_put_text(fault, "clause", words->clause) && json_put_text(fault, "text", words->text) &&
                json_put_text(fault, "remedy", words->remedy) && json_put_text(fault, "role", words->role);
    if (!done) {
        json_decref(fault);
        return false;
    }
    return json_array_append_new(faults, fault) == 0;
}

const char *fault_outcome(const json_t *faults)
{
    static const char *const order[] = {"ACCEPT", "HOLD", "REJECT", "QUARANTINE"};
    size_t worst = 0, index;
    const json_t *fault;
    json_array_foreach(faults, index, fault)
    {
        for (size_t i = worst + 1; i < sizeof order / sizeof *order; i++)
            if (strcmp(json_text(fault, "outcome"), order[i]) == 0)
                worst = i;
    }
    return order[worst];
}

bool fault_has(const json_t *faults, const char *code)
{
    size_t index;
    const json_t *fault;
    json_array_foreach(faults, index, fault)
    {
        if (strcmp(json_text(fault, "code"), code) == 0)
            return true;
    }
    return false;
}
