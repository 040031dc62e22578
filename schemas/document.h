/*
 * What the files of this folder share about an open document; nothing outside includes it.
 */
#ifndef LEADSPOOL_SCHEMAS_DOCUMENT_H
#define LEADSPOOL_SCHEMAS_DOCUMENT_H

#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include "schemas/xml.h"

/* Collects the sentences of one reading. */
struct complaints {
    struct xml_fault *faults;
    size_t count, capacity, unlisted;
    const char *schema;   /* its text: tells which members are optional */
    bool failed;          /* memory ran out */
    const xmlNode *facet; /* the node whose last fault was about a facet: the parser complains of it twice */
};

/* Takes over `path` and `text`; NULL of either is remembered as a lack of memory. */
void complaints_add(struct complaints *complaints, size_t line, char *path, char *text);
void complaints_free(struct complaints *complaints);
/* libxml2's structured handler while validating; `context` is a struct complaints. */
void complaints_of_schema(void *context, xmlErrorPtr error);

/* Attach the collapsed text to every leaf and attribute, so that accessors can lend it. */
bool document_keep_texts(xmlDoc *document);
void document_drop_texts(xmlDoc *document);

#endif
