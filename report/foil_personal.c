/*
 * Which texts of a document's facts tell of a person.
 *
 * Guarantees: a member of this list is found wherever it stands in the facts, in a list too. Does not read sentences.
 */
#include "report/foil_personal.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"

#define SHORTEST 2 /* a single letter is in every word */

static const struct personal_member {
    const char *name, *what;
    const char *below; /* only within this member; NULL anywhere */
} members[] = {
    {"name", "name", NULL},
    {"person", "name", NULL},
    {"by", "name", NULL},
    {"account", "name", NULL},
    {"actingFor", "name", NULL},
    {"releasedBy", "name", NULL},
    {"shield", "number", NULL},
    {"caseNumber", "number", NULL},
    {"complaintNumber", "number", NULL},
    {"cmsRef", "number", NULL},
    {"recordingId", "number", NULL},
    {"photo", "number", NULL},
    {"sourceCitation", "number", NULL},
    {"file", "number", NULL},
    /* Whoever holds a picture can tell it by these. */
    {"digest", "number", NULL},
    {"searchedDigest", "number", NULL},
    {"sha256", "number", NULL},
    {"before", "number", NULL},
    {"after", "number", NULL},
    {"basis", "text", "request"},
    {"subjectDescription", "text", NULL},
    {"characteristics", "text", NULL},
    {"eventContext", "text", NULL},
    {"priorityGround", "text", NULL},
    {"sourceText", "text", NULL},
    {"result", "text", "priorSearches"},
    {"limitations", "text", NULL},
    {"finding", "text", NULL},
    {"conflicts", "text", NULL},
    {"reason", "text", NULL},
    {"reasons", "text", NULL},
    {"directions", "text", NULL},
};

/* Within these no name is a person's. */
static const char *const others[] = {"engine", "measures", "quality", NULL};

static const struct personal_member *member_of(const char *name, const char *below)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].name, name) == 0 &&
            (members[i].below == NULL || strcmp(members[i].below, below) == 0))
            return &members[i];
    return NULL;
}

static bool listed(const char *const *names, const char *name)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static bool add(json_t *values, const char *what, const char *value)
{
    if (strlen(value) < SHORTEST || strcmp(value, "none") == 0 || json_find(values, "value", value) != NULL)
        return true;
    return json_array_append_new(values, json_pack("{ss,ss}", "what", what, "value", value)) == 0;
}

/* `what`: of the member the value stands in, NULL when that is none of the list; `below`: the name of that member. */
static bool walk(json_t *values, const json_t *value, const char *what, const char *below)
{
    size_t index;
    const char *key;
    json_t *member;
    if (json_is_string(value))
        return what == NULL || add(values, what, json_string_value(value));
    json_array_foreach((json_t *)(uintptr_t)value, index, member)
    {
        if (!walk(values, member, what, below))
            return false;
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        const struct personal_member *found = member_of(key, below);
        if (!listed(others, key) && !walk(values, member, found == NULL ? NULL : found->what, key))
            return false;
    }
    return true;
}

static int longest_first(const void *left, const void *right)
{
    const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
    size_t first = strlen(json_text(a, "value")), second = strlen(json_text(b, "value"));
    if (first != second)
        return first > second ? -1 : 1;
    return strcmp(json_text(a, "value"), json_text(b, "value"));
}

json_t *foil_personal(const json_t *facts)
{
    json_t *values = json_array(), *sorted = json_array();
    bool done = values != NULL && sorted != NULL && walk(values, facts, NULL, "");
    size_t count = json_array_size(values);
    json_t **list = calloc(count + 1, sizeof(json_t *));
    for (size_t i = 0; list != NULL && i < count; i++)
        list[i] = json_array_get(values, i);
    if (list != NULL)
        qsort(list, count, sizeof(json_t *), longest_first);
    done = done && list != NULL;
    for (size_t i = 0; done && i < count; i++)
        done = json_array_append(sorted, list[i]) == 0;
    free(list);
    json_decref(values);
    if (!done)
        json_decref(sorted);
    return done ? sorted : NULL;
}

const char *foil_suggested(const json_t *exemptions, const char *what)
{
    const char *part = strcmp(what, "text") == 0 ? "(e)" : "(b)";
    size_t index;
    const json_t *one;
    json_array_foreach((json_t *)(uintptr_t)exemptions, index, one)
    {
        if (strstr(json_text(one, "code"), part) != NULL)
            return json_text(one, "code");
    }
    return json_text(json_array_get(exemptions, 0), "code");
}

const char *foil_usual_reason(const char *what)
{
    static const struct {
        const char *what, *reason;
    } reasons[] = {
        {"face", N_("Picture of a person, whose publication would invade that person's privacy")},
        {"name", N_("Identifies a person, whose privacy publication would invade")},
        {"number", N_("Leads to the record of a person or a case")},
        {"text", N_("Particulars of an investigation")},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].what, what) == 0)
            return language_text(reasons[i].reason);
    return "";
}
