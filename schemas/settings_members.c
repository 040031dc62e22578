/*
 * site.xml as a flat list of its members.
 *
 * Guarantees: every attribute and every text of the document is in the list, also such as only a later version reads: what is
 * not in it cannot have changed the settings. An entry of a list keeps its name when others come or go.
 */
#include "schemas/settings_members.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "schemas/xml.h"

/* What an entry of a list is known by: one of these, else its first attribute, else its text. */
static const char *identity_of(const struct xml_node *node)
{
    static const char *const names[] = {"name", "class", "code", "path", "agency", "date"};
    const char *value = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((value = xml_attribute(node, names[i])) != NULL)
            return value;
    return xml_attribute_at(node, 0, &value) != NULL ? value : xml_text(node);
}

static bool put(json_t *members, const char *name, const char *value)
{
    char *own = strdup(name);
    bool done = own != NULL;
    /* Two steps of an escalation after the same hours. */
    for (int again = 2; done && json_object_get(members, own) != NULL; again++) {
        free(own);
        own = text_formatted("%s#%d", name, again);
        done = own != NULL;
    }
    done = done && json_object_set_new(members, own, json_string(value)) == 0;
    free(own);
    return done;
}

static bool add_own(json_t *members, const struct xml_node *node, const char *path)
{
    const char *value, *name;
    bool done = true;
    size_t i;
    for (i = 0; done && (name = xml_attribute_at(node, i, &value)) != NULL; i++) {
        char *member = text_formatted("%s@%s", path, name);
        done = member != NULL && put(members, member, value);
        free(member);
    }
    bool holds = xml_first(node) == NULL && (i == 0 || *xml_text(node) != '\0');
    return done && (!holds || put(members, path, xml_text(node)));
}

/* Three levels are all the schema has: the settings, entries of their lists, lines of an address. */
static bool add(json_t *members, const struct xml_node *node, const char *above)
{
    char *path = *above == '\0' ? text_formatted("%s", xml_name(node))
                                : text_formatted("%s/%s[%s]", above, xml_name(node), identity_of(node));
    bool done = path != NULL && add_own(members, node, path);
    for (const struct xml_node *child = xml_first(node); done && child != NULL; child = xml_following(child))
        done = add(members, child, path);
    free(path);
    return done;
}

bool settings_members(const char *bytes, size_t length, json_t **members, struct error *error)
{
    struct xml_document *document = NULL;
    *members = NULL;
    if (!xml_read_valid(SCHEMA_SITE, "site.xml", bytes, length, &document, error))
        return false;
    json_t *made = json_object();
    bool done = made != NULL;
    for (const struct xml_node *node = xml_first(xml_root(document)); done && node != NULL;
         node = xml_following(node))
        done = add(made, node, "");
    xml_document_free(document);
    if (!done) {
        json_decref(made);
        return error_set(error, FAULT_TEMPORARY, "out of memory for the members of site.xml");
    }
    *members = made;
    return true;
}

bool settings_changes(const json_t *before, const json_t *after, settings_note *note, void *context,
                      struct error *error)
{
    size_t count = 0;
    const char **names = json_keys_of_both(before, after, &count);
    bool done = names != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for changes of site.xml");
    for (size_t i = 0; done && i < count; i++) {
        const char *was = json_text_or_null(before, names[i]), *is = json_text_or_null(after, names[i]);
        if (was == NULL || is == NULL || strcmp(was, is) != 0)
            done = note(context, names[i], was, is, error);
    }
    free(names);
    return done;
}
