/*
 * The retention schedule of site.xml (R38).
 *
 * Guarantees: no period and no class of its own: what no row names is kept for good. Does not compute what is due
 * (report/retention_rules.h).
 */
#include "schemas/settings_retention.h"

#include <stdlib.h>
#include <string.h>

static const char *keep(struct settings *settings, const char *text)
{
    json_t *string = json_string(text == NULL ? "" : text);
    if (string == NULL || json_array_append_new(settings->texts, string) != 0)
        return NULL;
    return json_string_value(string);
}

bool settings_read_retention(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *list = xml_child(root, "retention");
    size_t count = 0;
    for (const struct xml_node *node = xml_child(list, "row"); node != NULL; node = xml_next(node))
        count++;
    settings->retention = calloc(count + 1, sizeof *settings->retention);
    if (settings->retention == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "row"); node != NULL; node = xml_next(node)) {
        struct setting_retention *row = &settings->retention[settings->retention_count++];
        const char *period = xml_attribute(node, "period");
        char *end = NULL;
        row->period = period == NULL ? 0 : (int)strtol(period + 1, &end, 10);
        row->unit = end == NULL ? 'Y' : *end;
        row->class = keep(settings, xml_attribute(node, "class"));
        row->from = keep(settings, xml_attribute(node, "from"));
        row->citation = keep(settings, xml_attribute(node, "citation"));
        row->action = keep(settings, xml_attribute(node, "action"));
        if (row->class == NULL || row->from == NULL || row->citation == NULL || row->action == NULL)
            return false;
    }
    return true;
}

/* What there is to count from: a drop that came to nothing is never closed, and only what leaves is delivered. */
static bool counts_from(const struct setting_retention *row)
{
    bool of_docket = strncmp(row->class, "docket-", 7) == 0 || strcmp(row->class, "worksheet") == 0;
    if (strcmp(row->class, "release") == 0)
        return strcmp(row->from, "delivered") == 0;
    if (strcmp(row->class, "look") == 0)
        return strcmp(row->from, "looked") == 0;
    return strcmp(row->from, "received") == 0 || (of_docket && strcmp(row->from, "closed") == 0);
}

bool settings_check_retention(const struct settings *settings, const char *name, const struct xml_node *root,
                              struct error *error)
{
    const struct xml_node *node = xml_child(xml_child(root, "retention"), "row");
    for (size_t i = 0; i < settings->retention_count; i++, node = xml_next(node)) {
        const struct setting_retention *row = &settings->retention[i];
        if (!counts_from(row))
            return error_set(
                error, FAULT_INPUT,
                "%s: line %zu /site/retention: \"%s\" cannot count from \"%s\": releases count from "
                "delivered, looks from looked, drops from received, dockets from received or "
                "closed",
                name, xml_line(node), row->class, row->from);
    }
    return true;
}

const struct setting_retention *settings_retention(const struct settings *settings, const char *class)
{
    for (size_t i = 0; i < settings->retention_count; i++)
        if (strcmp(settings->retention[i].class, class) == 0)
            return &settings->retention[i];
    return NULL;
}
