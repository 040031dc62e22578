/*
 * The one hardened reader of XML: every document from outside goes through here (a manifest from a share,
 * a decision, site.xml), and nothing else of the project includes libxml2.
 *
 * Hardened: no network, no entity is ever expanded, any document type declaration is refused, at most
 * XML_SIZE_LIMIT bytes, bounded attributes and depth before libxml2 sees a byte. The schemas are part of
 * the program, so a sandboxed worker needs no path.
 *
 * All faults are listed, not the first one only: for each the line, the element's path in plain names
 * (/request/images/image[2]/source) and what is wrong.
 *
 * Accessors borrow: nodes and their strings live as long as the document. One thread at a time per document.
 */
#ifndef LEADSPOOL_SCHEMAS_XML_H
#define LEADSPOOL_SCHEMAS_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* 256 KB: a manifest of 500 images, or an enrolment of about 350 photographs. */
#define XML_SIZE_LIMIT ((size_t)256 * 1024)
/* Of the documents of the gallery keeper, which list thousands of photographs, and of redactions. */
#define XML_LARGE_LIMIT ((size_t)8 * 1024 * 1024)
#define XML_FAULT_LIMIT 200 /* more faults than this are counted, not listed */

/* The kinds of document; each is the name of its schema and of its root element. */
enum schema {
    SCHEMA_REQUEST,
    SCHEMA_DECISION,
    SCHEMA_ITEM,
    SCHEMA_RECEIPT,
    SCHEMA_ENROLMENT,
    SCHEMA_ORDER,
    SCHEMA_ACKNOWLEDGEMENT,
    SCHEMA_DISCOVERY,
    SCHEMA_DISCLOSURE,
    SCHEMA_FOIL,
    SCHEMA_AUDIT,
    SCHEMA_RETENTION,
    SCHEMA_INSPECTION,
    SCHEMA_TOURS,
    SCHEMA_SITE,
    SCHEMA_ROSTER,
    SCHEMA_COUNT
};

enum xml_outcome {
    XML_VALID,
    XML_INVALID,   /* well-formed, but not what the schema says; the document can be walked */
    XML_MALFORMED, /* no XML document; nothing to walk */
    XML_HOSTILE    /* a document type declaration, or beyond the limits: looked at no further */
};

struct xml_fault {
    size_t line; /* from 1; 0 = the document as a whole */
    char *path;  /* "/request/use", or "" */
    char *text;  /* one sentence without its full stop */
};

struct xml_document; /* opaque */
struct xml_node;     /* opaque */

struct xml_reading {
    enum xml_outcome outcome;
    struct xml_document *document; /* NULL unless VALID or INVALID */
    struct xml_fault *faults;      /* in the order of their lines */
    size_t fault_count;
    size_t faults_unlisted;
};

/* Read and validate. False only for our own trouble (memory, a schema that does not compile); whatever is
   wrong with the bytes is in `reading`, to be freed with xml_reading_free in every case. */
bool xml_read(enum schema schema, const char *bytes, size_t length, struct xml_reading *reading,
              struct error *error);
void xml_reading_free(struct xml_reading *reading);

/* The same for documents of the site's own (site.xml, a decision already wrapped): anything but VALID is an
   error that lists the first faults as "NAME: line 3 /site/zone: …", FAULT_INPUT. Free with
   xml_document_free. */
bool xml_read_valid(enum schema schema, const char *name, const char *bytes, size_t length,
                    struct xml_document **document, struct error *error);
void xml_document_free(struct xml_document *document);

const struct xml_node *xml_root(const struct xml_document *document);
/* First child element of that name in the document's own namespace; NULL when there is none or node is NULL. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
/* Next sibling element of the same name. */
const struct xml_node *xml_next(const struct xml_node *node);
/* First child element and next sibling element whatever their names, for walking choices. */
const struct xml_node *xml_first(const struct xml_node *node);
const struct xml_node *xml_following(const struct xml_node *node);
const char *xml_name(const struct xml_node *node);
/* Text with white space at both ends removed and runs of it made one blank (xs:token); NULL for a NULL node. */
const char *xml_text(const struct xml_node *node);
/* The attribute's value, or NULL. */
const char *xml_attribute(const struct xml_node *node, const char *name);
/* The name of the attribute at `index` from 0, its value in *value; NULL when there are no more. */
const char *xml_attribute_at(const struct xml_node *node, size_t index, const char **value);
/* xml_text(xml_child(node, name)). */
const char *xml_child_text(const struct xml_node *node, const char *name);
size_t xml_line(const struct xml_node *node);
/* "/request/images/image[2]/source"; caller frees; NULL when memory ran out. */
char *xml_path(const struct xml_node *node);

/* Compile every schema now, so that workers forked later share them. */
bool schemas_prepare(struct error *error);

/* "request", "decision", …: the schema's root element. */
const char *schema_name(enum schema schema);
/* The text of the schema as it is compiled in, for `leadspool` to print and tests to compare. */
const char *schema_text(enum schema schema);

/* Does the whole of `value` match a regular expression of XML Schema (site settings)? An expression that does
   not compile is an error. */
bool pattern_matches(const char *pattern, const char *value, bool *matches, struct error *error);

#endif
