/*
 * What the validator says, in sentences for the person who wrote the document.
 *
 * Guarantees: every complaint of the validator is listed once, with its line and the element's path in plain
 * names; past XML_FAULT_LIMIT they are counted. The validator reports a broken facet twice (the facet, then
 * the type): the second is left out.
 */
#include <libxml/xmlerror.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/unicode.h"
#include "schemas/document.h"

enum { SENTENCE_LIMIT = 300 };

void complaints_add(struct complaints *complaints, size_t line, char *path, char *text)
{
    if (path == NULL || text == NULL) {
        complaints->failed = true;
        goto drop;
    }
    if (complaints->count == XML_FAULT_LIMIT) {
        complaints->unlisted++;
        goto drop;
    }
    if (complaints->count == complaints->capacity) {
        size_t capacity = complaints->capacity == 0 ? 8 : complaints->capacity * 2;
        struct xml_fault *more = realloc(complaints->faults, capacity * sizeof *more);
        if (more == NULL) {
            complaints->failed = true;
            goto drop;
        }
        complaints->faults = more;
        complaints->capacity = capacity;
    }
    complaints->faults[complaints->count++] = (struct xml_fault){.line = line, .path = path, .text = text};
    return;
drop:
    free(path);
    free(text);
}

void complaints_free(struct complaints *complaints)
{
    for (size_t i = 0; i < complaints->count; i++) {
        free(complaints->faults[i].path);
        free(complaints->faults[i].text);
    }
    free(complaints->faults);
    *complaints = (struct complaints){0};
}

/* The sentence is made of parts that may be absent: one that there was no memory for is counted instead. */
static char *copied(const char *bytes, size_t length)
{
    char *copy = strndup(bytes, length);
    if (copy == NULL)
        memory_failed();
    return copy;
}

static void note(const struct text *text)
{
    if (text->failed)
        memory_failed();
}

/* The message without "Element '{namespace}name': [facet 'x'] ", namespaces, quotes of types and the full
   stop. */
static char *plain(const char *message)
{
    const char *from = message;
    if (strncmp(from, "Element '", 9) == 0) {
        const char *colon = strstr(from, "': ");
        from = colon != NULL ? colon + 3 : from;
    }
    if (from[0] == '[') {
        const char *end = strstr(from, "] ");
        from = end != NULL ? end + 2 : from;
    }
    struct text text = TEXT_EMPTY;
    while (*from != '\0' && *from != '\n') {
        if (strncmp(from, "{urn:", 5) == 0 && strchr(from, '}') != NULL)
            from = strchr(from, '}') + 1;
        else
            text_add_bytes(&text, from++, 1);
    }
    note(&text);
    if (text.failed || text.bytes == NULL) {
        text_free(&text);
        return strdup(_("this is not as the schema says"));
    }
    if (text.length > 0 && text.bytes[text.length - 1] == '.')
        text.bytes[--text.length] = '\0';
    /* A value of many kilobytes stands in the message whole: cut before a character begins. */
    if (text.length > SENTENCE_LIMIT) {
        size_t end = SENTENCE_LIMIT;
        while (end > 0 && ((unsigned char)text.bytes[end] & 0xC0) == 0x80)
            end--;
        text.bytes[end] = '\0';
        text.length = end;
        text_add(&text, "...");
        note(&text);
    }
    return text.bytes;
}

/* What stands between the first `open` and the last `close` of the message; caller frees; NULL when neither. */
static char *between(const char *message, char open, char close)
{
    const char *from = strchr(message, open), *to = strrchr(message, close);
    return from == NULL || to == NULL || to <= from ? NULL : copied(from + 1, (size_t)(to - from - 1));
}

/* Names of a list as the validator writes it, without quotes and namespaces. */
static char *names(char *list)
{
    char *to = list;
    for (const char *from = list; list != NULL && *from != '\0';) {
        if (strncmp(from, "{urn:", 5) == 0 && strchr(from, '}') != NULL) {
            from = strchr(from, '}') + 1;
        } else if (*from == '\'' || (*from == ' ' && to == list)) {
            from++;
        } else {
            *to++ = *from++;
        }
    }
    if (list != NULL) {
        while (to > list && to[-1] == ' ')
            to--;
        *to = '\0';
    }
    return list;
}

/* Is every declaration of this member in the schema an optional one? */
static bool optional(const char *schema, const char *name)
{
    char declaration[160];
    snprintf(declaration, sizeof declaration, "<xs:element name=\"%.100s\"", name);
    bool any = false;
    for (const char *at = schema; (at = strstr(at, declaration)) != NULL; at++) {
        const char *end = strchr(at, '>'), *least = strstr(at, "minOccurs=\"0\"");
        any = true;
        if (least == NULL || least > end)
            return false;
    }
    return any;
}

/* "a, b, c" without the members that need not be there: the validator lists those too. Takes `list` over. */
static char *only_needed(const char *schema, char *list)
{
    struct text text = TEXT_EMPTY;
    char *rest = list, *name;
    while (list != NULL && (name = strtok_r(rest, ", ", &rest)) != NULL)
        if (!optional(schema, name))
            text_format(&text, "%s%s", text.length > 0 ? ", " : "", name);
    free(list);
    note(&text);
    return text.bytes;
}

/* The forms the project's types ask for, told by a piece of their pattern. */
static const struct {
    const char *piece;
    const char *words;
} forms[] = {
    {"T([01][0-9]|2[0-3])", N_("a time in UTC such as 2026-11-22T12:30:00Z, with the Z")},
    {"[0-9a-f]{8}-[0-9a-f]{4}", N_("a UUID in lower case, such as 6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01")},
    {"[0-9a-f]{64}", N_("a SHA-256 in 64 lower-case hexadecimal digits")},
    {"[A-Z]{2,4}-[0-9]{4}-[0-9]{6}", N_("a docket number such as FR-2026-000001")},
    {"[0-9]{4}-[0-9]{2}-[0-9]{2}'", N_("a date such as 2026-11-22")},
    {"[^./\\\\][^/\\\\]*", N_("the name of one file, without a folder and without a leading dot")},
    {"[a-z0-9][a-z0-9-]{0,62}", N_("lower-case letters, digits and hyphens, 63 at most")},
    {"([01][0-9]|2[0-3]):[0-5][0-9]'", N_("a time of day such as 22:00")},
    {"[A-Z][0-9]{1,3}", N_("a label such as C01")},
    {"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", N_("letters, digits, dots, hyphens and underscores, 63 at most")},
};

static const struct {
    const char *type;
    const char *words;
} types[] = {
    {"xs:boolean", N_("true or false")},
    {"xs:dateTime", N_("a time in UTC such as 2026-11-22T12:30:00Z, with the Z")},
    {"xs:date", N_("a date such as 2026-11-22")},
    {"xs:decimal", N_("a number")},
    {"xs:positiveInteger", N_("a whole number from 1")},
    {"xs:unsigned", N_("a whole number that is not negative")},
    {"xs:integer", N_("a whole number")},
    {"xs:short", N_("a whole number")},
    {"fileSize'", N_("a whole number of bytes")},
    {"pixel'", N_("a number of pixels, with two decimals at most")},
};

/* The value in ['…'] of a message about keys. */
static char *first_quoted(const char *message)
{
    const char *from = strstr(message, "['");
    return from == NULL ? NULL : copied(from + 2, strcspn(from + 2, "'"));
}

/* The last word in quotes of a message: the limit, the attribute. */
static char *last_quoted(const char *message)
{
    const char *close = strrchr(message, '\''), *open = close;
    while (open != NULL && open > message && open[-1] != '\'')
        open--;
    return close == NULL ? NULL : copied(open, (size_t)(close - open));
}

enum { VALUE_MOST = 100 }; /* bytes of it that are repeated */

static char *about_value(const char *value, const char *words)
{
    return value[0] == '\0' ? text_formatted(_("this is empty; it must be %s"), language_text(words))
                            : text_formatted(_("\"%.*s\" is not %s"), unicode_fits(value, VALUE_MOST), value,
                                             language_text(words));
}

static char *about_pattern(const char *message, const char *value)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strstr(message, forms[i].piece) != NULL)
            return about_value(value, forms[i].words);
    return plain(message);
}

static char *about_type(const char *message, const char *value)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strstr(message, types[i].type) != NULL)
            return about_value(value, types[i].words);
    if (strstr(message, "utcTime") != NULL)
        return about_value(value, types[1].words);
    return plain(message);
}

static char *about_content(const char *message, const char *schema)
{
    char *expected = names(between(message, '(', ')'));
    /* "Missing child element(s). Expected is …" holds a bracket of its own. */
    const char *list = strstr(message, "Expected is");
    if (list != NULL) {
        free(expected);
        expected = names(between(list, '(', ')'));
    }
    char *result;
    if (strstr(message, "Missing child") != NULL) {
        expected = only_needed(schema, expected);
        result = text_formatted(_("an element is missing here: %s"),
                                expected != NULL ? expected : _("see the schema"));
    } else if (strstr(message, "not expected") != NULL) {
        result = text_formatted(_("this element does not belong here, or stands here a second time%s%s"),
                                expected != NULL ? "; expected: " : "", expected != NULL ? expected : "");
    } else {
        result = plain(message);
    }
    free(expected);
    return result;
}

static char *sentence(const xmlError *error, const char *value, const char *schema)
{
    const char *message = error->message;
    char *result = NULL, *list = NULL;
    switch (error->code) {
    case XML_SCHEMAV_CVC_ENUMERATION_VALID:
        list =
            names(between(strstr(message, "set {") != NULL ? strstr(message, "set {") : message, '{', '}'));
        result = text_formatted(_("\"%.*s\" is none of the words allowed here: %s"),
                                unicode_fits(value, VALUE_MOST), value, list == NULL ? "" : list);
        break;
    case XML_SCHEMAV_CVC_PATTERN_VALID:
        result = about_pattern(message, value);
        break;
    case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1:
        result = about_type(message, value);
        break;
    case XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID:
        list = last_quoted(message);
        result = text_formatted(_("%s is more than %s, the most allowed"), value, list == NULL ? "" : list);
        break;
    case XML_SCHEMAV_CVC_MININCLUSIVE_VALID:
        list = last_quoted(message);
        result = text_formatted(_("%s is less than %s, the least allowed"), value, list == NULL ? "" : list);
        break;
    case XML_SCHEMAV_CVC_MAXLENGTH_VALID:
        list = last_quoted(message);
        result = text_formatted(_("this text is too long: at most %s characters are taken"),
                                list == NULL ? _("so many") : list);
        break;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
        list = last_quoted(message);
        result = text_formatted(_("the attribute %s is missing"), list == NULL ? "" : list);
        break;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
    case XML_SCHEMAV_CVC_TYPE_3_1_1:
        result = strdup(_("this attribute does not belong here"));
        break;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:
        result = strdup(_("text stands between the elements: it belongs into one of them"));
        break;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1:
        result = strdup(_("nothing may stand in this element"));
        break;
    case XML_SCHEMAV_CVC_TYPE_3_1_2:
        result = strdup(_("only text belongs here, and an element stands in it"));
        break;
    case XML_SCHEMAV_CVC_ELT_3_1:
    case XML_SCHEMAV_CVC_ELT_4_2:
    case XML_SCHEMAV_CVC_ELT_4_3:
        result = strdup(_("xsi:type and xsi:nil are not taken: what this holds is said by the schema alone"));
        break;
    case XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID:
        list = last_quoted(message);
        result = text_formatted(_("%.*s has more than %s decimals"), unicode_fits(value, VALUE_MOST), value,
                                list == NULL ? "" : list);
        break;
    case XML_SCHEMAV_CVC_IDC:
        list = first_quoted(message);
        if (strstr(message, "No match") != NULL)
            result = text_formatted(_("\"%s\" is named here but is nobody of this document"),
                                    list == NULL ? "" : list);
        else
            result =
                text_formatted(_("\"%s\" stands in this document a second time"), list == NULL ? "" : list);
        break;
    case XML_SCHEMAV_CVC_MINLENGTH_VALID:
        result = strdup(_("this is empty"));
        break;
    case XML_SCHEMAV_ELEMENT_CONTENT:
        result = about_content(message, schema);
        break;
    case XML_SCHEMAV_CVC_ELT_1:
        result = strdup(
            _("the document is of another kind: the root element and its namespace (xmlns) are not those "
              "of the schema"));
        break;
    default:
        result = plain(message);
    }
    free(list);
    return result;
}

/* The attribute a message is about ("Element 'x', attribute 'y': …"); caller frees; NULL when none. */
static char *attribute_of(const char *message)
{
    const char *name = strstr(message, ", attribute '");
    if (strncmp(message, "Element '", 9) != 0 || name == NULL ||
        name > message + strcspn(message, ":\n") + 200)
        return NULL;
    name += 13;
    if (*name == '{' && strchr(name, '}') != NULL) /* of xml: and xsi: */
        name = strchr(name, '}') + 1;
    return copied(name, strcspn(name, "'"));
}

static bool about_facet(const xmlError *error)
{
    return strstr(error->message, ": [facet '") != NULL;
}

void complaints_of_schema(void *context, xmlErrorPtr error)
{
    struct complaints *complaints = context;
    const xmlNode *node = error->node;
    bool facet = about_facet(error);
    bool repeats = !facet && error->code == XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1 && node != NULL &&
                   complaints->facet == node;
    complaints->facet = facet ? node : NULL;
    if (repeats || error->message == NULL)
        return;
    if (complaints->count == XML_FAULT_LIMIT) { /* its path would be found among thousands, and dropped */
        complaints->unlisted++;
        return;
    }
    const xmlNode *element = node != NULL && node->type == XML_ATTRIBUTE_NODE ? node->parent : node;
    char *attribute = attribute_of(error->message);
    xmlChar *value = NULL;
    if (attribute != NULL && element != NULL)
        value = xmlGetNoNsProp(element, (const xmlChar *)attribute);
    else if (element != NULL && xmlFirstElementChild((xmlNode *)(uintptr_t)element) == NULL)
        value = xmlNodeGetContent(element);
    char *path = xml_path((const struct xml_node *)(const void *)element);
    if (attribute != NULL && path != NULL) {
        char *longer = text_formatted("%s/@%s", path, attribute);
        free(path);
        path = longer;
    }
    long line = element == NULL ? error->line : xmlGetLineNo(element);
    complaints_add(complaints, line > 0 ? (size_t)line : 0, path,
                   sentence(error, value == NULL ? "" : (const char *)value, complaints->schema));
    free(attribute);
    xmlFree(value);
}
