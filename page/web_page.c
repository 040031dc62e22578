/*
 * Writing the frame of a page that is one file.
 *
 * Guarantees: no text of the data or the title ends the element it stands in; style and script are allowed by
 * their digests alone. The same page gives the same bytes. Pure.
 */
#include "page/web_page.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/digest.h"
#include "base/json.h"

static void add_digest(struct text *html, const char *directive, const char *content)
{
    struct digest digest = digest_of(content, strlen(content));
    unsigned char words[64];
    EVP_EncodeBlock(words, digest.bytes, DIGEST_SIZE);
    text_format(html, "; %s 'sha256-%s'", directive, words);
}

void web_page_begin(struct text *html, const struct web_page *page)
{
    text_add(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'");
    add_digest(html, "style-src", page->style);
    if (page->script != NULL) {
        add_digest(html, "script-src", page->script);
        text_add(html, "; img-src data: blob:");
    }
    text_add(html, "; base-uri 'none'; form-action 'none'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    text_add_xml(html, page->title);
    text_add(html, "</title>\n<style>");
    text_add(html, page->style);
    text_add(html, "</style>\n</head>\n<body>\n");
}

/* JSON inside an element: the one character that could end it is written as an escape. */
static bool add_data(struct text *html, const json_t *data)
{
    char *canonical = json_canonical(data);
    if (canonical == NULL)
        return false;
    text_add(html, "<script type=\"application/json\" id=\"data\">");
    for (const char *at = canonical; *at != '\0';) {
        size_t length = strcspn(at, "<");
        text_add_bytes(html, at, length);
        at += length;
        if (*at == '<') {
            text_add(html, "\\u003c");
            at++;
        }
    }
    text_add(html, "</script>\n");
    free(canonical);
    return true;
}

bool web_page_end(struct text *html, const struct web_page *page, struct error *error)
{
    if (page->data != NULL && !add_data(html, page->data))
        return error_set(error, FAULT_TEMPORARY, "out of memory for a web page's data");
    if (page->script != NULL) {
        text_add(html, "<script>");
        text_add(html, page->script);
        text_add(html, "</script>\n");
    }
    text_add(html, "</body>\n</html>\n");
    return text_done(html, error);
}
