/*
 * Walking a document: children, texts, attributes, places in plain names.
 *
 * Guarantees: strings lent live as long as the document; a NULL node gives NULL, so look-ups can be chained.
 * Only elements of the document's own namespace are seen.
 */
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "schemas/document.h"
#include "schemas/xml.h"

static const xmlNode *of(const struct xml_node *node)
{
    return (const xmlNode *)(const void *)node;
}

static const struct xml_node *as_node(const xmlNode *node)
{
    return (const struct xml_node *)(const void *)node;
}

static bool named(const xmlNode *node, const char *name)
{
    if (node->type != XML_ELEMENT_NODE)
        return false;
    const xmlNode *root = xmlDocGetRootElement(node->doc);
    bool ours = (node->ns == NULL && root->ns == NULL) ||
                (node->ns != NULL && root->ns != NULL && xmlStrEqual(node->ns->href, root->ns->href));
    return ours && (name == NULL || strcmp((const char *)node->name, name) == 0);
}

static const struct xml_node *from(const xmlNode *node, const char *name)
{
    while (node != NULL && !named(node, name))
        node = node->next;
    return as_node(node);
}

const struct xml_node *xml_root(const struct xml_document *document)
{
    return document == NULL ? NULL : as_node(xmlDocGetRootElement((const xmlDoc *)(const void *)document));
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    return node == NULL ? NULL : from(of(node)->children, name);
}

const struct xml_node *xml_next(const struct xml_node *node)
{
    return node == NULL ? NULL : from(of(node)->next, xml_name(node));
}

const struct xml_node *xml_first(const struct xml_node *node)
{
    return node == NULL ? NULL : from(of(node)->children, NULL);
}

const struct xml_node *xml_following(const struct xml_node *node)
{
    return node == NULL ? NULL : from(of(node)->next, NULL);
}

const char *xml_name(const struct xml_node *node)
{
    return node == NULL ? NULL : (const char *)of(node)->name;
}

const char *xml_text(const struct xml_node *node)
{
    return node == NULL ? NULL : of(node)->_private != NULL ? of(node)->_private : "";
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
    const xmlAttr *attribute = node == NULL ? NULL : of(node)->properties;
    while (attribute != NULL && (attribute->ns != NULL || strcmp((const char *)attribute->name, name) != 0))
        attribute = attribute->next;
    return attribute == NULL ? NULL : attribute->_private;
}

const char *xml_attribute_at(const struct xml_node *node, size_t index, const char **value)
{
    const xmlAttr *attribute = node == NULL ? NULL : of(node)->properties;
    for (; attribute != NULL; attribute = attribute->next)
        if (attribute->ns == NULL && index-- == 0) {
            *value = attribute->_private == NULL ? "" : attribute->_private;
            return (const char *)attribute->name;
        }
    return NULL;
}

const char *xml_child_text(const struct xml_node *node, const char *name)
{
    return xml_text(xml_child(node, name));
}

size_t xml_line(const struct xml_node *node)
{
    long line = node == NULL ? 0 : xmlGetLineNo(of(node));
    return line > 0 ? (size_t)line : 0;
}

/* Which of the like-named siblings this is, from 1; 0 when it is the only one. */
static size_t place_among_siblings(const xmlNode *node)
{
    size_t before = 0, all = 0;
    for (const xmlNode *other = node->parent->children; other != NULL; other = other->next) {
        if (other->type != XML_ELEMENT_NODE || !xmlStrEqual(other->name, node->name))
            continue;
        all++;
        if (other == node)
            before = all;
    }
    return all > 1 ? before : 0;
}

char *xml_path(const struct xml_node *node)
{
    char *path = strdup("");
    for (const xmlNode *at = of(node); path != NULL && at != NULL && at->type == XML_ELEMENT_NODE;
         at = at->parent) {
        size_t number = place_among_siblings(at);
        char *longer = number > 0 ? text_formatted("/%s[%zu]%s", (const char *)at->name, number, path)
                                  : text_formatted("/%s%s", (const char *)at->name, path);
        free(path);
        path = longer;
    }
    return path;
}

static char *collapsed(xmlNode *node)
{
    xmlChar *content = xmlNodeGetContent(node);
    if (content == NULL)
        return NULL;
    char *result = malloc(strlen((const char *)content) + 1);
    size_t length = 0;
    bool blank = true;
    for (const xmlChar *at = content; result != NULL && *at != '\0'; at++) {
        bool space = *at == ' ' || *at == '\t' || *at == '\n' || *at == '\r';
        if (!space)
            result[length++] = (char)*at;
        else if (!blank)
            result[length++] = ' ';
        blank = space;
    }
    if (result != NULL)
        result[length - (length > 0 && blank)] = '\0';
    xmlFree(content);
    return result;
}

/* The next node in document order below `root`; depth is bounded by the guard, the walk needs no stack. */
static xmlNode *in_order(xmlNode *node, const xmlNode *root)
{
    if (node->type == XML_ELEMENT_NODE && node->children != NULL)
        return node->children;
    while (node != root && node->next == NULL)
        node = node->parent;
    return node == root ? NULL : node->next;
}

bool document_keep_texts(xmlDoc *document)
{
    xmlNode *root = xmlDocGetRootElement(document);
    for (xmlNode *node = root; node != NULL; node = in_order(node, root)) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (xmlFirstElementChild(node) == NULL && (node->_private = collapsed(node)) == NULL)
            return false;
        for (xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
            if ((attribute->_private = collapsed((xmlNode *)attribute)) == NULL)
                return false;
    }
    return true;
}

void document_drop_texts(xmlDoc *document)
{
    xmlNode *root = xmlDocGetRootElement(document);
    for (xmlNode *node = root; node != NULL; node = in_order(node, root)) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        free(node->_private);
        node->_private = NULL;
        for (xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next) {
            free(attribute->_private);
            attribute->_private = NULL;
        }
    }
}

void xml_document_free(struct xml_document *document)
{
    xmlDoc *tree = (xmlDoc *)(void *)document;
    if (tree == NULL)
        return;
    document_drop_texts(tree);
    xmlFreeDoc(tree);
}
