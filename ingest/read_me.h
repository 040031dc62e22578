/*
 * READ-ME.txt beside the request form: how a command sends a request, what manifest.xml may hold, and where the answers
 * are. What a receipt refers to must lie where its reader is. Pure.
 */
#ifndef LEADSPOOL_INGEST_READ_ME_H
#define LEADSPOOL_INGEST_READ_ME_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "schemas/settings.h"

/* Added to an empty text, at most 72 columns wide but for the example; holds nothing about any docket. */
bool read_me(const struct settings *settings, const struct setting_command *command, struct text *plain,
             struct error *error);

#endif
