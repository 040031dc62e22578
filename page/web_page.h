/*
 * The frame of a page for a browser that is one file: its policy, its data, its style and script.
 *
 * The policy lets run what is in the file and nothing else: style and script by their digests, no network, no frame, no
 * other file; pictures only from within the page.
 */
#ifndef LEADSPOOL_PAGE_WEB_PAGE_H
#define LEADSPOOL_PAGE_WEB_PAGE_H

#include <jansson.h>

#include "base/text.h"

struct web_page {
    const char *title;
    const char *style;
    const char *script;       /* NULL: a page without any, whose policy allows none */
    const char *const *texts; /* NULL: none; fixed ones of script and body, in English, up to a NULL */
    const json_t *data;       /* NULL: none; else it stands in an element of the id "data", as JSON */
};

/* Doctype to <body>, policy and style included. */
void web_page_begin(struct text *html, const struct web_page *page);
/* The page's body, with its texts in the language in force. */
void web_page_body(struct text *html, const char *body);
/* Data and script, and the end of the document. False only when memory ran out. */
bool web_page_end(struct text *html, const struct web_page *page, struct error *error);

#endif
