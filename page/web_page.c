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
#include "base/language.h"

static void add_digest(struct text *html, const char *directive, const char *content)
{
    struct digest digest = digest_of(content, strlen(content));
    unsigned char words[64];
    EVP_EncodeBlock(words, digest.bytes, DIGEST_SIZE);
    text_format(html, "; %s 'sha256-%s'", directive, words);
}

void web_page_begin(struct text *html, const struct web_page *page)
{
    text_format(html, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n", language_tag());
    text_add(html, "<meta charset=\"utf-8\">\n"
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
static bool add_data(struct text *html, const char *id, const json_t *data)
{
    char *canonical = json_canonical(data);
    if (canonical == NULL)
        return false;
    text_format(html, "<script type=\"application/json\" id=\"%s\">", id);
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

/* What the script looks up (page/texts.js); nothing in English. */
static bool add_texts(struct text *html, const char *const *texts)
{
    json_t *said = json_object();
    bool done = said != NULL;
    for (; done && texts != NULL && *texts != NULL; texts++) {
        const char *text = language_text(*texts);
        done = text == *texts || json_put_text(said, *texts, text);
    }
    done = done && (json_object_size(said) == 0 || add_data(html, "texts", said));
    json_decref(said);
    return done;
}

/* Text between tags, but for the white space at its ends. As page/embed_page.awk divides it: line by line. */
static void add_between(struct text *html, const char *text, size_t length)
{
    size_t before = strspn(text, " \t\n"), end = length;
    if (before >= length) {
        text_add_bytes(html, text, length);
        return;
    }
    while (end > before && strchr(" \t\n", text[end - 1]) != NULL)
        end--;
    char *key = strndup(text + before, end - before);
    const char *said = key == NULL ? NULL : language_text(key);
    text_add_bytes(html, text, before);
    if (key == NULL || said == key)
        text_add_bytes(html, text + before, end - before);
    else
        text_add_xml(html, said);
    text_add_bytes(html, text + end, length - end);
    free(key);
}

/* A tag, whose attributes for people are texts too. */
static void add_tag(struct text *html, const char *tag, size_t length)
{
    static const char *const shown[] = {"aria-label=\"", "placeholder=\"", "title=\"", "alt=\""};
    const char *end = tag + length;
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        const char *at = memmem(tag, (size_t)(end - tag), shown[i], strlen(shown[i]));
        const char *value = at == NULL ? NULL : at + strlen(shown[i]);
        const char *close = value == NULL ? NULL : memchr(value, '"', (size_t)(end - value));
        if (close == NULL)
            continue;
        text_add_bytes(html, tag, (size_t)(value - tag));
        add_between(html, value, (size_t)(close - value));
        tag = close;
    }
    text_add_bytes(html, tag, (size_t)(end - tag));
}

void web_page_body(struct text *html, const char *body)
{
    while (*body != '\0') {
        size_t length = strcspn(body, "<\n");
        add_between(html, body, length);
        body += length;
        if (*body == '<') {
            length = strcspn(body, ">");
            add_tag(html, body, length);
            body += length;
        } else if (*body == '\n') {
            text_add(html, "\n");
            body++;
        }
        if (*body == '>') {
            text_add(html, ">");
            body++;
        }
    }
}

bool web_page_end(struct text *html, const struct web_page *page, struct error *error)
{
    if ((page->data != NULL && !add_data(html, "data", page->data)) || !add_texts(html, page->texts))
        return error_set(error, FAULT_TEMPORARY, "out of memory for a web page's data");
    if (page->script != NULL) {
        text_add(html, "<script>");
        text_add(html, page->script);
        text_add(html, "</script>\n");
    }
    text_add(html, "</body>\n</html>\n");
    return text_done(html, error);
}
