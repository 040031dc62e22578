/*
 * Small changes to site.xml and roster.xml that leave comments, order and spacing as their keepers wrote them.
 *
 * Pure: text in, text out. Whoever changes a document this way has it read and validated before it is written.
 */
#ifndef LEADSPOOL_COMMAND_XML_EDIT_H
#define LEADSPOOL_COMMAND_XML_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* Where something stands in a document: [begin, end). */
struct xml_span {
    size_t begin, end;
};

/* The first `markup` from `from` on that is in no comment; its offset, or `length` when there is none. */
size_t xml_find(const char *document, size_t length, size_t from, const char *markup);

/* The element `name` with that id attribute (id NULL: the first of that name), its tags included. False when there is
   none. Elements of one name do not nest in the documents this is for. */
bool xml_element(const char *document, const char *name, const char *id, struct xml_span *span);

/* `document` with `addition` before the end tag of the element in `span`. Caller frees `changed`. */
bool xml_add(const char *document, const struct xml_span *span, const char *addition, struct text *changed,
             struct error *error);

/* `document` with the text of the child `name` within `span` set to `value` (escaped), or that child added as its last. */
bool xml_set(const char *document, const struct xml_span *span, const char *name, const char *value,
             struct text *changed, struct error *error);

/* `document` with that attribute of the element's start tag set to `value` (escaped), added when it has none. */
bool xml_set_attribute(const char *document, const struct xml_span *span, const char *name, const char *value,
                       struct text *changed, struct error *error);

#endif
