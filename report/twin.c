/*
 * Facts to XML.
 *
 * Guarantees: well-formed whatever a person wrote (text_add_xml); a member whose name is no XML name becomes
 * <member name="…">. Facts a document may not know
 * or that are incomplete are refused as in rendering.
 */
#include "report/twin.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "report/documents.h"

#define DEPTH_LIMIT 12

static bool is_role(const char *key)
{
    size_t length = strlen(key);
    return length >= 6 && strcmp(key + length - 6, "icture") == 0;
}

static bool is_name(const char *key)
{
    for (const char *at = key; *at != '\0'; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
        bool digit = *at >= '0' && *at <= '9';
        if (!letter && (at == key || (!digit && *at != '-' && *at != '_')))
            return false;
    }
    return key[0] != '\0' && strncasecmp(key, "xml", 3) != 0;
}

static const char *singular(const char *array)
{
    static const char *const names[][2] = {
        {"probes", "probe"},      {"searches", "search"},   {"peers", "peer"},
        {"edits", "edit"},        {"images", "image"},      {"measures", "measure"},
        {"holds", "hold"},        {"reviews", "review"},    {"priorSearches", "search"},
        {"amended", "judgement"}, {"conflicts", "conflict"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], array) == 0)
            return names[i][1];
    return "item";
}

static void indent(struct text *out, int depth)
{
    for (int i = 0; i < depth; i++)
        text_add(out, "  ");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_value(struct text *out, const char *key, const json_t *value, int depth);

static void add_members(struct text *out, const json_t *object, int depth)
{
    size_t count = json_object_size(object);
    const char **keys = calloc(count == 0 ? 1 : count, sizeof *keys);
    if (keys == NULL) {
        out->failed = true;
        return;
    }
    const char *key;
    json_t *value;
    size_t used = 0;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        keys[used++] = key;
    }
    qsort(keys, used, sizeof *keys, by_name);
    for (size_t i = 0; i < used; i++)
        if (!is_role(keys[i]))
            add_value(out, keys[i], json_object_get(object, keys[i]), depth);
    free(keys);
}

/* The value as the element `key`. */
static void add_value(struct text *out, const char *key, const json_t *value, int depth)
{
    if (json_is_null(value) || value == NULL || depth > DEPTH_LIMIT)
        return;
    const char *element = is_name(key) ? key : "member";
    indent(out, depth);
    text_format(out, "<%s", element);
    if (element != key) {
        text_add(out, " name=\"");
        text_add_xml(out, key);
        text_add(out, "\"");
    }
    text_add(out, ">");
    if (json_is_string(value)) {
        text_add_xml(out, json_string_value(value));
    } else if (json_is_integer(value)) {
        text_format(out, "%lld", (long long)json_integer_value(value));
    } else if (json_is_boolean(value)) {
        text_add(out, json_is_true(value) ? "true" : "false");
    } else {
        text_add(out, "\n");
        if (json_is_object(value))
            add_members(out, value, depth + 1);
        for (size_t i = 0; i < json_array_size(value); i++)
            add_value(out, singular(key), json_array_get(value, i), depth + 1);
        indent(out, depth);
    }
    text_format(out, "</%s>\n", element);
}

static void add_notices(struct text *out, const struct outgoing_document *kind)
{
    text_add(out, "  <notices>\n");
    for (size_t i = 0; i < kind->required_count; i++) {
        const struct notice_text notice = notice_text(kind->required[i]);
        text_format(out, "    <notice key=\"%s\">\n      <title>", notice.key);
        text_add_xml(out, notice.title);
        text_add(out, "</title>\n      <text>");
        text_add_xml(out, notice.text);
        text_add(out, "</text>\n    </notice>\n");
    }
    text_add(out, "  </notices>\n");
}

bool twin_write(struct text *out, const char *name, const json_t *facts, struct error *error)
{
    const struct outgoing_document *kind = outgoing_document(name);
    if (kind == NULL)
        return error_set(error, FAULT_INTERNAL, "there is no document \"%s\" to write as XML", name);
    if (!outgoing_check(kind, facts, error))
        return error_context(error, "XML twin of %s", name);
    text_format(out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s xmlns=\"urn:leadspool:report:1\" docket=\"",
                kind->root);
    text_add_xml(out, json_text(facts, "docket"));
    text_add(out, "\">\n");
    add_notices(out, kind);
    for (const char *const *member = kind->members; *member != NULL; member++)
        if (strcmp(*member, "docket") != 0)
            add_value(out, *member, json_object_get(facts, *member), 1);
    text_format(out, "</%s>\n", kind->root);
    return text_done(out, error);
}
