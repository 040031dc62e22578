/*
 * Faults as JSON, and what several of them come to.
 *
 * Guarantees: pure; the list keeps the order in which faults were found.
 */
#include "ingest/fault.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"

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

/* A person may do without what is missing; what is there and breaks the schema is refused, whoever else would have to
   look at it. */
static bool says_it_better(const struct fault_words *words)
{
    static const char missing[] = "-missing";
    size_t length = strlen(words->code), tail = sizeof missing - 1;
    if (strcmp(words->code, FAULT_CODE_SCHEMA) == 0)
        return false;
    return strcmp(words->outcome, "HOLD") != 0 ||
           (length > tail && strcmp(words->code + length - tail, missing) == 0);
}

/* Would one more say nothing new? Not when it is the first that refuses. */
static bool enough(const json_t *faults, const char *outcome)
{
    if (json_array_size(faults) < FAULTS_MOST)
        return false;
    return strcmp(outcome, "HOLD") == 0 || json_find(faults, "outcome", outcome) != NULL;
}

bool fault_add(json_t *faults, const struct fault_words *words)
{
    if (enough(faults, words->outcome))
        return true;
    if (words->place != NULL && says_it_better(words))
        schema_gives_way(faults, words->place);
    json_t *fault = json_object();
    bool done = fault != NULL && json_put_text(fault, "code", words->code) &&
                json_put_text(fault, "outcome", words->outcome) &&
                json_put_text(fault, "place", words->place) &&
                json_put_text(fault, "clause", words->clause) && json_put_text(fault, "text", words->text) &&
                json_put_text(fault, "remedy", language_text(words->remedy)) &&
                json_put_text(fault, "role", words->role) && json_put_text(fault, "image", words->image) &&
                json_put_text(fault, "dockets", words->dockets);
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

/* The number after "line ", or beyond every line. */
static unsigned long line_of(const json_t *fault)
{
    const char *place = json_text(fault, "place");
    return strncmp(place, "line ", 5) == 0 ? strtoul(place + 5, NULL, 10) : ULONG_MAX;
}

/* Insertion: stable, and a packet has few faults. */
json_t *fault_sorted(const json_t *faults)
{
    json_t *sorted = json_array();
    for (size_t i = 0; sorted != NULL && i < json_array_size(faults); i++) {
        json_t *fault = json_array_get(faults, i);
        size_t at = json_array_size(sorted);
        while (at > 0 && line_of(json_array_get(sorted, at - 1)) > line_of(fault))
            at--;
        if (json_array_insert(sorted, at, fault) != 0) {
            json_decref(sorted);
            return NULL;
        }
    }
    return sorted;
}

bool fault_has(const json_t *faults, const char *code)
{
    return json_find(faults, "code", code) != NULL;
}
