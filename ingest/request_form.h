/*
 * request.html: the form with which a command makes a request packet, as one file that needs nothing else. Pure.
 *
 * The page holds the site's settings and the policy's choices as data, and style, script and body of
 * ingest/request_form/, which are compiled in (page/embed_page.awk). It reaches no network: what a person types
 * leaves the page only as the packet they save. The same settings give the same bytes.
 */
#ifndef LEADSPOOL_INGEST_REQUEST_FORM_H
#define LEADSPOOL_INGEST_REQUEST_FORM_H

#include "base/text.h"
#include "schemas/settings.h"

/* The files of ingest/request_form/, in the order of their names. The style is that of index.html too. */
extern const char request_form_style[];
extern const char request_form_script[];
extern const char *const request_form_texts[]; /* fixed ones of script and body; ends with NULL */
extern const char request_form_body[];

/* Append the page for one command. */
bool request_form(const struct settings *settings, const struct setting_command *command, struct text *html,
                  struct error *error);

#endif
