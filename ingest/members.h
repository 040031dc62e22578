/*
 * Small pieces of XML as JSON members, for the documents of ingest/ (manifest, enrolment).
 */
#ifndef LEADSPOOL_INGEST_MEMBERS_H
#define LEADSPOOL_INGEST_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "schemas/xml.h"

/* Set object[name] from the child of that name; a child that is not there sets nothing. Values the schema
   refuses set nothing either (the schema's fault says so). False only when memory ran out. */
bool member_text(json_t *object, const struct xml_node *parent, const char *name);
/* The name of a file in the packet, escaped as our records hold names (base/names.h): comparable with theirs.
 */
bool member_file(json_t *object, const struct xml_node *parent, const char *name);
bool member_flag(json_t *object, const struct xml_node *parent, const char *name);
bool member_whole(json_t *object, const struct xml_node *parent, const char *name);
/* Eye points as [left_x,left_y,right_x,right_y] in hundredths of a pixel. */
bool member_eyes(json_t *object, const struct xml_node *parent, const char *name);

/* "170.5" -> 17050; -1 when it is no number from 0 with at most two decimals. */
int64_t hundredths(const char *text);

/* The bytes of an open document; one beyond `limit` is cut just past it, so that the guard refuses it as
   what it is instead of the reading failing. Caller frees. */
bool document_bytes(int input, const char *what, size_t limit, char **bytes, size_t *length,
                    struct error *error);

/* The schema's complaints as faults (REJECT), or the one of a document that is none (outcome given). `what`
   names the document in the remedy. */
bool reading_faults(const struct xml_reading *reading, const char *what, const char *where, json_t *faults);

#endif
