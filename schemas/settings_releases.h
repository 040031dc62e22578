/*
 * The part of site.xml that says to whom something may leave: offices and agreements. For settings.c alone.
 */
#ifndef LEADSPOOL_SCHEMAS_SETTINGS_RELEASES_H
#define LEADSPOOL_SCHEMAS_SETTINGS_RELEASES_H

#include "schemas/settings.h"
#include "schemas/xml.h"

/* False only when memory ran out. */
bool settings_read_releases(struct settings *settings, const struct xml_node *root);

#endif
