/*
 * The part of site.xml that says how long what is kept: the retention schedule (R38). For settings.c alone.
 */
#ifndef LEADSPOOL_SCHEMAS_SETTINGS_RETENTION_H
#define LEADSPOOL_SCHEMAS_SETTINGS_RETENTION_H

#include "schemas/settings.h"
#include "schemas/xml.h"

/* False only when memory ran out. */
bool settings_read_retention(struct settings *settings, const struct xml_node *root);

/* Does each row count from something its class has? FAULT_INPUT says which does not. */
bool settings_check_retention(const struct settings *settings, const char *name, const struct xml_node *root,
                              struct error *error);

#endif
