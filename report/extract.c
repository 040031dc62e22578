/*
 * Focused audits: the choice of events, and their facts.
 *
 * Guarantees: an event is chosen by what it says alone, so that whoever has the whole log can choose the same ones.
 * Reads no record.
 */
#include "report/extract.h"

#include <string.h>

#include "base/json.h"

static bool names(const char *outcome, const char *person)
{
    size_t length = strlen(person);
    return strncmp(outcome, person, length) == 0 && (outcome[length] == '\0' || outcome[length] == ':');
}

bool extract_wants(const struct extract_query *query, const json_t *event)
{
    instant at;
    if (!instant_parse(json_text(event, "at"), &at, NULL) || at < query->from || at >= query->until)
        return false;
    if (query->docket != NULL && strcmp(json_text(event, "docket"), query->docket) != 0)
        return false;
    return query->person == NULL || strcmp(json_text(event, "actor"), query->person) == 0 ||
           names(json_text(event, "outcome"), query->person);
}

json_t *extract_facts(void)
{
    return json_pack("{s:i,s:[],s:{}}", "events", 0, "lines", "actions");
}

bool extract_add(json_t *facts, const json_t *event, struct error *error)
{
    static const char *const shown[] = {"at", "actor", "role", "action", "docket", "clause", "outcome"};
    json_t *lines = json_object_get(facts, "lines"), *actions = json_object_get(facts, "actions");
    const char *action = json_text(event, "action");
    bool done = json_put_whole(facts, "events", json_whole(facts, "events", 0) + 1) &&
                json_put_whole(actions, action, json_whole(actions, action, 0) + 1);
    if (done && json_array_size(lines) < EXTRACT_LINES_SHOWN) {
        json_t *line = json_object();
        done = line != NULL && json_put_whole(line, "sequence", json_whole(event, "sequence", 0));
        for (size_t i = 0; done && i < sizeof shown / sizeof *shown; i++)
            done = json_put_text(line, shown[i], json_text_or_null(event, shown[i]));
        done = done && json_array_append(lines, line) == 0;
        json_decref(line);
    }
    return done || error_set(error, FAULT_TEMPORARY, "out of memory while making an extract");
}
