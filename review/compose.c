/*
 * Decisions as XML.
 *
 * Guarantees: well-formed whatever the texts contain, elements and attributes of schemas/decision.xsd only,
 * members absent from the JSON absent from the XML. Does not: complete or judge.
 */
#include "review/compose.h"

#include <string.h>

#include "base/json.h"

static void element(struct text *xml, const char *indent, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_format(xml, "%s<%s>", indent, name);
    text_add_xml(xml, value);
    text_format(xml, "</%s>\n", name);
}

static void element_whole(struct text *xml, const char *indent, const json_t *from, const char *name)
{
    const json_t *value = json_object_get(from, name);
    if (json_is_integer(value))
        text_format(xml, "%s<%s>%lld</%s>\n", indent, name, (long long)json_integer_value(value), name);
}

static void attribute(struct text *xml, const json_t *from, const char *key)
{
    const char *value = json_text_or_null(from, key);
    if (value == NULL)
        return;
    text_format(xml, " %s=\"", key);
    text_add_xml(xml, value);
    text_add(xml, "\"");
}

static void attribute_whole(struct text *xml, const json_t *from, const char *key, const char *name,
                            int64_t times, int64_t divided)
{
    const json_t *value = json_object_get(from, key);
    if (json_is_integer(value))
        text_format(xml, " %s=\"%lld\"", name, (long long)(json_integer_value(value) * times / divided));
}

static void compose_edits(struct text *xml, const json_t *edits)
{
    if (edits == NULL)
        return;
    text_add(xml, "      <edits>\n");
    size_t i;
    const json_t *edit;
    json_array_foreach(edits, i, edit)
    {
        text_add(xml, "        <edit");
        attribute(xml, edit, "operation");
        attribute_whole(xml, edit, "x", "x", 1, 1);
        attribute_whole(xml, edit, "y", "y", 1, 1);
        attribute_whole(xml, edit, "width", "width", 1, 1);
        attribute_whole(xml, edit, "height", "height", 1, 1);
        attribute_whole(xml, edit, "angle", "angle", 1, 1);
        attribute_whole(xml, edit, "degrees_tenths", "angle", 10, 1);
        attribute_whole(xml, edit, "amount", "percent", 1, 1);
        attribute_whole(xml, edit, "per_mille", "percent", 1, 10);
        text_add(xml, "/>\n");
    }
    text_add(xml, "      </edits>\n");
}

static void compose_eyes(struct text *xml, const json_t *eyes)
{
    static const char *const NAMES[] = {"leftX", "leftY", "rightX", "rightY"};
    if (eyes == NULL)
        return;
    text_add(xml, "      <eyes");
    for (size_t i = 0; i < 4; i++) {
        long long value = (long long)json_integer_value(json_array_get(eyes, i));
        text_format(xml, " %s=\"%lld.%02lld\"", NAMES[i], value / 100, value % 100);
    }
    text_add(xml, "/>\n");
}

static void compose_probe(struct text *xml, const json_t *probe)
{
    if (probe == NULL)
        return;
    text_add(xml, "    <probe>\n");
    element(xml, "      ", "image", json_text_or_null(probe, "image"));
    compose_edits(xml, json_object_get(probe, "edits"));
    compose_eyes(xml, json_object_get(probe, "eyes"));
    text_add(xml, "    </probe>\n");
}

static void compose_displays(struct text *xml, const json_t *displays)
{
    size_t i;
    const json_t *display;
    if (displays == NULL)
        return;
    text_add(xml, "    <displays>\n");
    json_array_foreach(displays, i, display)
    {
        text_add(xml, "      <display");
        attribute(xml, display, "label");
        attribute(xml, display, "view");
        attribute(xml, display, "at");
        attribute_whole(xml, display, "seconds", "seconds", 1, 1);
        attribute_whole(xml, display, "brightness", "brightness", 1, 1);
        attribute_whole(xml, display, "contrast", "contrast", 1, 1);
        if (json_object_get(display, "invert") != NULL)
            text_format(xml, " invert=\"%s\"", json_flag(display, "invert") ? "true" : "false");
        text_add(xml, "/>\n");
    }
    text_add(xml, "    </displays>\n");
}

static void compose_intake(struct text *xml, const json_t *decision)
{
    const json_t *basis = json_object_get(decision, "basis");
    text_add(xml, "  <intake>\n");
    if (json_array_size(basis) > 0) {
        text_add(xml, "    <basis>\n");
        for (size_t i = 0; i < json_array_size(basis); i++)
            element(xml, "      ", "clause", json_string_value(json_array_get(basis, i)));
        text_add(xml, "    </basis>\n");
    }
    compose_probe(xml, json_object_get(decision, "probe"));
    element(xml, "    ", "whatWouldHelp", json_text_or_null(decision, "whatWouldHelp"));
    compose_displays(xml, json_object_get(decision, "displays"));
    text_add(xml, "  </intake>\n");
}

static void compose_list(struct text *xml, const char *indent, const json_t *records, const char *name,
                         const char *const *attributes)
{
    size_t i;
    const json_t *record;
    json_array_foreach(records, i, record)
    {
        text_format(xml, "%s<%s", indent, name);
        for (const char *const *key = attributes; *key != NULL; key++)
            attribute(xml, record, *key);
        text_add(xml, "/>\n");
    }
}

static void compose_observation(struct text *xml, const json_t *observation)
{
    static const char *const PART[] = {"component", "visibility", "note", NULL};
    size_t i;
    const json_t *addition;
    if (observation == NULL)
        return;
    text_add(xml, "    <observation");
    attribute(xml, observation, "lockedAt");
    attribute(xml, observation, "sha256");
    text_add(xml, ">\n");
    element(xml, "      ", "conditions", json_text_or_null(observation, "conditions"));
    compose_list(xml, "      ", json_object_get(observation, "parts"), "part", PART);
    json_array_foreach(json_object_get(observation, "additions"), i, addition)
    {
        text_add(xml, "      <addition");
        attribute(xml, addition, "at");
        text_add(xml, ">");
        text_add_xml(xml, json_text(addition, "text"));
        text_add(xml, "</addition>\n");
    }
    text_add(xml, "    </observation>\n");
}

static void compose_dispositions(struct text *xml, const json_t *dispositions)
{
    size_t i;
    const json_t *one;
    text_add(xml, "    <dispositions>\n");
    json_array_foreach(dispositions, i, one)
    {
        text_add(xml, "      <disposition");
        attribute(xml, one, "label");
        attribute(xml, one, "disposition");
        attribute(xml, one, "at");
        attribute_whole(xml, one, "position", "position", 1, 1);
        text_add(xml, "/>\n");
    }
    text_add(xml, "    </dispositions>\n");
}

static const char *const FEATURE[] = {"component", "finding", "note", NULL};

static void compose_grids(struct text *xml, const json_t *grids)
{
    size_t i;
    const json_t *grid;
    if (json_array_size(grids) == 0)
        return;
    text_add(xml, "    <grids>\n");
    json_array_foreach(grids, i, grid)
    {
        text_add(xml, "      <grid");
        attribute(xml, grid, "label");
        attribute(xml, grid, "dissimilaritiesAt");
        text_add(xml, ">\n");
        compose_list(xml, "        ", json_object_get(grid, "features"), "feature", FEATURE);
        text_add(xml, "      </grid>\n");
    }
    text_add(xml, "    </grids>\n");
}

static void compose_investigation(struct text *xml, const json_t *decision)
{
    const json_t *dispositions = json_object_get(decision, "dispositions");
    const json_t *features = json_object_get(decision, "features");
    text_add(xml, "  <investigation>\n");
    compose_observation(xml, json_object_get(decision, "observation"));
    element(xml, "    ", "named", json_text_or_null(decision, "named"));
    if (json_array_size(dispositions) > 0)
        compose_dispositions(xml, dispositions);
    if (json_array_size(features) > 0) {
        text_add(xml, "    <features");
        attribute(xml, decision, "dissimilaritiesAt");
        text_add(xml, ">\n");
        compose_list(xml, "      ", features, "feature", FEATURE);
        text_add(xml, "    </features>\n");
    }
    compose_grids(xml, json_object_get(decision, "grids"));
    compose_displays(xml, json_object_get(decision, "displays"));
    element_whole(xml, "    ", decision, "rating");
    element(xml, "    ", "limitations", json_text_or_null(decision, "limitations"));
    compose_probe(xml, json_object_get(decision, "probe"));
    text_add(xml, "  </investigation>\n");
}

static void compose_background(struct text *xml, const json_t *decision)
{
    const json_t *items = json_object_get(decision, "items");
    const json_t *conflicts = json_object_get(decision, "conflicts");
    text_add(xml, "  <background>\n");
    if (json_array_size(items) > 0) {
        text_add(xml, "    <items>\n");
        for (size_t i = 0; i < json_array_size(items); i++) {
            const json_t *item = json_array_get(items, i);
            text_add(xml, "      <item>\n");
            element(xml, "        ", "what", json_text_or_null(item, "what"));
            element(xml, "        ", "finding", json_text_or_null(item, "finding"));
            text_add(xml, "      </item>\n");
        }
        text_add(xml, "    </items>\n");
    }
    if (conflicts != NULL) {
        text_add(xml, "    <conflicts>\n");
        for (size_t i = 0; i < json_array_size(conflicts); i++)
            element(xml, "      ", "conflict", json_string_value(json_array_get(conflicts, i)));
        text_add(xml, "    </conflicts>\n");
    }
    compose_displays(xml, json_object_get(decision, "displays"));
    text_add(xml, "  </background>\n");
}

static void compose_peer(struct text *xml, const json_t *decision)
{
    static const char *const MARK[] = {"label", "mark", "reason", NULL};
    const json_t *marks = json_object_get(decision, "marks");
    if (json_array_size(marks) == 0)
        return; /* the schema's own complaint about it would be about the wrong thing */
    text_add(xml, "  <peer>\n");
    compose_list(xml, "    ", marks, "mark", MARK);
    compose_displays(xml, json_object_get(decision, "displays"));
    text_add(xml, "  </peer>\n");
}

static void compose_supervision(struct text *xml, const json_t *decision)
{
    const json_t *reading = json_object_get(decision, "reading"),
                 *displays = json_object_get(decision, "displays");
    if (reading == NULL && displays == NULL)
        return;
    text_add(xml, "  <supervision>\n");
    if (reading != NULL) {
        text_add(xml, "    <reading");
        attribute(xml, reading, "at");
        text_add(xml, ">");
        text_add_xml(xml, json_text(reading, "text"));
        text_add(xml, "</reading>\n");
    }
    compose_displays(xml, displays);
    text_add(xml, "  </supervision>\n");
}

bool decision_compose(const json_t *decision, struct text *xml, struct error *error)
{
    static const char *const FIRST[] = {"docket", "stage"};
    static const char *const THEN[] = {"item", "signer", "at", "amends", "outcome", "reasons"};
    const char *stage = json_text(decision, "stage");
    text_add(xml,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<decision xmlns=\"urn:leadspool:decision:1\">\n");
    for (size_t i = 0; i < sizeof FIRST / sizeof *FIRST; i++)
        element(xml, "  ", FIRST[i], json_text_or_null(decision, FIRST[i]));
    element_whole(xml, "  ", decision, "round");
    element_whole(xml, "  ", decision, "slot");
    for (size_t i = 0; i < sizeof THEN / sizeof *THEN; i++)
        element(xml, "  ", THEN[i], json_text_or_null(decision, THEN[i]));
    if (strcmp(stage, "intake") == 0)
        compose_intake(xml, decision);
    else if (strcmp(stage, "investigation") == 0)
        compose_investigation(xml, decision);
    else if (strcmp(stage, "background") == 0)
        compose_background(xml, decision);
    else if (strcmp(stage, "peer") == 0)
        compose_peer(xml, decision);
    else if (strcmp(stage, "supervision") == 0)
        compose_supervision(xml, decision);
    else if (strcmp(stage, "hold") != 0)
        return error_set(error, FAULT_INPUT, "there is no stage \"%s\"", stage);
    element_whole(xml, "  ", decision, "hold");
    text_add(xml, "</decision>\n");
    return text_done(xml, error);
}
