/*
 * From the decision's XML to its record.
 *
 * Guarantees: copies what the schema has let through, member by member, and judges nothing. White space in
 * prose is collapsed, as its type says, so that what is shown later is what was signed.
 */
#include "review/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* "120.5" to 12050: hundredths, without a detour over binary fractions. */
static int64_t hundredths(const char *text)
{
    if (text == NULL)
        return -1;
    char *rest = NULL;
    int64_t value = strtoll(text, &rest, 10) * 100;
    if (*rest != '.')
        return value;
    int64_t unit = 10;
    for (rest++; *rest >= '0' && *rest <= '9' && unit > 0; rest++, unit /= 10)
        value += (*rest - '0') * unit;
    return value;
}

static json_t *parse_eyes(const struct xml_node *node)
{
    static const char *const NAMES[] = {"leftX", "leftY", "rightX", "rightY"};
    json_t *eyes = json_array();
    for (size_t i = 0; i < 4; i++)
        json_array_append_new(eyes, json_integer(hundredths(xml_attribute(node, NAMES[i]))));
    return eyes;
}

static void copy_whole(json_t *to, const char *key, const struct xml_node *node, const char *attribute,
                       int64_t times)
{
    const char *value = xml_attribute(node, attribute);
    if (value != NULL)
        json_put_whole(to, key, strtoll(value, NULL, 10) * times);
}

/* The form has hundredths of a degree and per cent; the program turns by tenths and scales by thousandths. */
static json_t *parse_edit(const struct xml_node *node)
{
    json_t *edit = json_object();
    const char *operation = xml_attribute(node, "operation");
    json_put_text(edit, "operation", operation);
    copy_whole(edit, "x", node, "x", 1);
    copy_whole(edit, "y", node, "y", 1);
    copy_whole(edit, "width", node, "width", 1);
    copy_whole(edit, "height", node, "height", 1);
    const char *angle = xml_attribute(node, "angle");
    if (angle != NULL) {
        int64_t turn = strtoll(angle, NULL, 10);
        /* A finer angle than is applied would be a false record: it is kept as it is and refused later. */
        json_put_whole(edit, turn % 10 == 0 ? "degrees_tenths" : "angle", turn % 10 == 0 ? turn / 10 : turn);
    }
    bool scale = operation != NULL && strcmp(operation, "scale") == 0;
    copy_whole(edit, scale ? "per_mille" : "amount", node, "percent", scale ? 10 : 1);
    return edit;
}

static void parse_probe(const struct xml_node *probe, json_t *decision)
{
    if (probe == NULL)
        return;
    json_t *chosen = json_object_at(decision, "probe");
    json_put_text(chosen, "image", xml_child_text(probe, "image"));
    json_t *edits = json_array_at(chosen, "edits");
    const struct xml_node *edit = xml_child(xml_child(probe, "edits"), "edit");
    for (; edit != NULL; edit = xml_next(edit))
        json_array_append_new(edits, parse_edit(edit));
    const struct xml_node *eyes = xml_child(probe, "eyes");
    if (eyes != NULL)
        json_put(chosen, "eyes", parse_eyes(eyes));
}

static void parse_intake(const struct xml_node *node, json_t *decision)
{
    const struct xml_node *basis = xml_child(node, "basis");
    if (basis != NULL) {
        json_t *clauses = json_array_at(decision, "basis");
        for (const struct xml_node *at = xml_child(basis, "clause"); at != NULL; at = xml_next(at))
            json_array_append_new(clauses, json_string(xml_text(at)));
    }
    parse_probe(xml_child(node, "probe"), decision);
    json_put_text(decision, "whatWouldHelp", xml_child_text(node, "whatWouldHelp"));
}

/* The children of a list as objects of these attributes. */
static void parse_list(const struct xml_node *list, const char *element, const char *const *attributes,
                       json_t *decision, const char *key)
{
    if (list == NULL)
        return;
    json_t *records = json_array_at(decision, key);
    for (const struct xml_node *at = xml_child(list, element); at != NULL; at = xml_next(at)) {
        json_t *record = json_object();
        for (const char *const *name = attributes; *name != NULL; name++)
            json_put_text(record, *name, xml_attribute(at, *name));
        json_array_append_new(records, record);
    }
}

/* An attribute with a whole number as a member. */
static void take_whole(json_t *to, const struct xml_node *node, const char *attribute)
{
    const char *value = xml_attribute(node, attribute);
    if (value != NULL)
        json_put_whole(to, attribute, strtoll(value, NULL, 10));
}

static void parse_dispositions(const struct xml_node *list, json_t *decision)
{
    static const char *const DISPOSITION[] = {"label", "disposition", "at", NULL};
    parse_list(list, "disposition", DISPOSITION, decision, "dispositions");
    size_t i = 0;
    for (const struct xml_node *at = xml_child(list, "disposition"); at != NULL; at = xml_next(at))
        take_whole(json_array_get(json_object_get(decision, "dispositions"), i++), at, "position");
}

static void parse_displays(const struct xml_node *list, json_t *decision)
{
    static const char *const DISPLAY[] = {"label", "view", "at", NULL};
    static const char *const WHOLES[] = {"seconds", "brightness", "contrast"};
    parse_list(list, "display", DISPLAY, decision, "displays");
    size_t i = 0;
    for (const struct xml_node *at = xml_child(list, "display"); at != NULL; at = xml_next(at)) {
        json_t *display = json_array_get(json_object_get(decision, "displays"), i++);
        const char *invert = xml_attribute(at, "invert");
        for (size_t j = 0; j < sizeof WHOLES / sizeof *WHOLES; j++)
            take_whole(display, at, WHOLES[j]);
        if (invert != NULL)
            json_put_flag(display, "invert", strpbrk(invert, "t1") != NULL);
    }
}

static void parse_observation(const struct xml_node *node, json_t *decision)
{
    static const char *const PART[] = {"component", "visibility", "note", NULL};
    if (node == NULL)
        return;
    json_t *observation = json_object_at(decision, "observation");
    json_put_text(observation, "lockedAt", xml_attribute(node, "lockedAt"));
    json_put_text(observation, "sha256", xml_attribute(node, "sha256"));
    json_put_text(observation, "conditions", xml_child_text(node, "conditions"));
    if (xml_child(node, "part") != NULL)
        parse_list(node, "part", PART, observation, "parts");
    for (const struct xml_node *at = xml_child(node, "addition"); at != NULL; at = xml_next(at)) {
        json_t *addition = json_object();
        json_put_text(addition, "at", xml_attribute(at, "at"));
        json_put_text(addition, "text", xml_text(at));
        json_array_append_new(json_array_at(observation, "additions"), addition);
    }
}

static const char *const FEATURE[] = {"component", "finding", "note", NULL};

static void parse_grids(const struct xml_node *list, json_t *decision)
{
    for (const struct xml_node *at = xml_child(list, "grid"); at != NULL; at = xml_next(at)) {
        json_t *grid = json_object();
        json_put_text(grid, "label", xml_attribute(at, "label"));
        json_put_text(grid, "dissimilaritiesAt", xml_attribute(at, "dissimilaritiesAt"));
        parse_list(at, "feature", FEATURE, grid, "features");
        json_array_append_new(json_array_at(decision, "grids"), grid);
    }
}

static void parse_investigation(const struct xml_node *node, json_t *decision)
{
    const struct xml_node *features = xml_child(node, "features");
    parse_observation(xml_child(node, "observation"), decision);
    json_put_text(decision, "named", xml_child_text(node, "named"));
    parse_dispositions(xml_child(node, "dispositions"), decision);
    parse_list(features, "feature", FEATURE, decision, "features");
    if (features != NULL)
        json_put_text(decision, "dissimilaritiesAt", xml_attribute(features, "dissimilaritiesAt"));
    parse_grids(xml_child(node, "grids"), decision);
    const char *rating = xml_child_text(node, "rating");
    if (rating != NULL)
        json_put_whole(decision, "rating", strtoll(rating, NULL, 10));
    json_put_text(decision, "limitations", xml_child_text(node, "limitations"));
    parse_probe(xml_child(node, "probe"), decision);
}

static void parse_background(const struct xml_node *node, json_t *decision)
{
    const struct xml_node *items = xml_child(node, "items"), *conflicts = xml_child(node, "conflicts");
    for (const struct xml_node *at = xml_child(items, "item"); at != NULL; at = xml_next(at)) {
        json_t *item = json_object();
        json_put_text(item, "what", xml_child_text(at, "what"));
        json_put_text(item, "finding", xml_child_text(at, "finding"));
        json_array_append_new(json_array_at(decision, "items"), item);
    }
    if (conflicts == NULL)
        return;
    json_t *texts = json_array_at(decision, "conflicts");
    for (const struct xml_node *at = xml_child(conflicts, "conflict"); at != NULL; at = xml_next(at))
        json_array_append_new(texts, json_string(xml_text(at)));
}

bool decision_parse(const struct xml_document *document, json_t **result, struct error *error)
{
    static const char *const TEXTS[] = {"docket", "stage",   "item",    "signer",
                                        "at",     "outcome", "reasons", "amends"};
    static const char *const WHOLES[] = {"round", "slot", "hold"};
    static const char *const MARK[] = {"label", "mark", "reason", NULL};
    static const char *const BODIES[] = {"intake", "investigation", "background", "peer", "supervision"};
    const struct xml_node *root = xml_root(document);
    json_t *decision = json_object();
    *result = decision;
    if (decision == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for a decision");
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        json_put_text(decision, TEXTS[i], xml_child_text(root, TEXTS[i]));
    for (size_t i = 0; i < sizeof WHOLES / sizeof *WHOLES; i++) {
        const char *value = xml_child_text(root, WHOLES[i]);
        if (value != NULL)
            json_put_whole(decision, WHOLES[i], strtoll(value, NULL, 10));
    }
    if (xml_child(root, "intake") != NULL)
        parse_intake(xml_child(root, "intake"), decision);
    if (xml_child(root, "investigation") != NULL)
        parse_investigation(xml_child(root, "investigation"), decision);
    if (xml_child(root, "background") != NULL)
        parse_background(xml_child(root, "background"), decision);
    parse_list(xml_child(root, "peer"), "mark", MARK, decision, "marks");
    for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++)
        parse_displays(xml_child(xml_child(root, BODIES[i]), "displays"), decision);
    const struct xml_node *reading = xml_child(xml_child(root, "supervision"), "reading");
    if (reading != NULL) {
        json_t *read = json_object_at(decision, "reading");
        json_put_text(read, "at", xml_attribute(reading, "at"));
        json_put_text(read, "text", xml_text(reading));
    }
    return true;
}

bool inspection_parse(const struct xml_document *document, json_t **result, struct error *error)
{
    static const char *const MEMBERS[][2] = {{"date", "date"},       {"tour", "tour"},
                                             {"signer", "signer"},   {"at", "at"},
                                             {"finding", "outcome"}, {"remarks", "reasons"}};
    const struct xml_node *root = xml_root(document);
    json_t *inspection = json_object();
    *result = inspection;
    if (inspection == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for an inspection");
    json_put_text(inspection, "stage", "tour");
    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
        json_put_text(inspection, MEMBERS[i][1], xml_child_text(root, MEMBERS[i][0]));
    return true;
}
