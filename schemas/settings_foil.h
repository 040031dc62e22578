/*
 * The part of site.xml about the Freedom of Information Law. For settings_releases.c alone.
 */
#ifndef LEADSPOOL_SCHEMAS_SETTINGS_FOIL_H
#define LEADSPOOL_SCHEMAS_SETTINGS_FOIL_H

#include "schemas/settings.h"
#include "schemas/xml.h"

/* `list` may be NULL: all defaults. False only when memory ran out. */
bool settings_read_foil(struct settings *settings, const struct xml_node *list);

#endif
