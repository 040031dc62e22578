/*
 * Writing the worksheet's page.
 *
 * Guarantees: no text of a person ends the element it stands in; script and style are allowed by their digest
 * alone. Does not lay anything out: the page's script does, from the data.
 */
#include "review/worksheet_page.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/clock.h"
#include "base/digest.h"
#include "page/parts.h"
#include "review/page_pictures.h"

/* Every time the facts hold, in words of the site's zone: a page cannot know that zone. */
static void collect_times(json_t *times, const json_t *facts)
{
    const char *key, *text = json_string_value(facts);
    json_t *value;
    size_t i;
    instant at;
    char words[INSTANT_LOCAL_SIZE];
    if (text != NULL && instant_parse(text, &at, NULL))
        json_put_text(times, text, instant_local(at, false, words));
    json_array_foreach(facts, i, value) collect_times(times, value);
    json_object_foreach((json_t *)(uintptr_t)facts, key, value) collect_times(times, value);
}

/* {"S01": rows of page/parts.h}. */
static json_t *measures_of(const json_t *images)
{
    json_t *measures = json_object();
    for (size_t i = 0; i < json_array_size(images); i++) {
        const json_t *image = json_array_get(images, i);
        json_put(measures, json_text(image, "label"), parts_measure_rows(image));
    }
    return measures;
}

/* Words for codes, so that page and PDF say the same. */
static json_t *words_of(const json_t *facts)
{
    json_t *words = json_object(), *sources = json_object_at(words, "sources");
    const json_t *request = json_object_get(facts, "request"), *images = json_object_get(facts, "images");
    static const char *const shown[] = {"probe", "candidate"};
    if (request != NULL) {
        json_put_text(words, "use", parts_use(json_text(request, "use")));
        json_put_text(words, "priority", parts_priority(json_text(request, "priority")));
    }
    for (size_t i = 0; i < json_array_size(images); i++) {
        const char *source = json_text(json_array_get(images, i), "source");
        json_put_text(sources, source, parts_source(source));
    }
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        const char *source = json_text(json_object_get(facts, shown[i]), "source");
        json_put_text(sources, source, parts_source(source));
    }
    return words;
}

static json_t *components(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < COMPONENTS; i++)
        json_array_append_new(list, json_pack("{s:s,s:s}", "code", worksheet_components[i].code, "words",
                                              worksheet_components[i].words));
    return list;
}

/* JSON inside an element: the one character that could end it is written as an escape. */
static void add_data(struct text *page, const char *canonical)
{
    for (const char *at = canonical; *at != '\0';) {
        size_t length = strcspn(at, "<");
        text_add_bytes(page, at, length);
        at += length;
        if (*at == '<') {
            text_add(page, "\\u003c");
            at++;
        }
    }
}

static void add_policy(struct text *page)
{
    struct digest script = digest_of(worksheet_page_script, strlen(worksheet_page_script));
    struct digest style = digest_of(worksheet_page_style, strlen(worksheet_page_style));
    unsigned char script_words[64], style_words[64];
    EVP_EncodeBlock(script_words, script.bytes, DIGEST_SIZE);
    EVP_EncodeBlock(style_words, style.bytes, DIGEST_SIZE);
    text_format(page,
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src "
                "'sha256-%s'; style-src 'sha256-%s'; img-src data: blob:; base-uri 'none'; form-action "
                "'none'\">\n",
                script_words, style_words);
}

bool worksheet_page(const struct worker_job *job, const struct worksheet *worksheet, const json_t *facts,
                    struct text *page, struct error *error)
{
    json_t *data = json_object(), *pictures = NULL;
    char *canonical = NULL;
    bool done = page_pictures(job, facts, &pictures, error);
    if (!done)
        goto done;
    json_put_text(data, "stage", worksheet->stage);
    json_put(data, "facts", json_deep_copy(facts));
    json_put(data, "components", components());
    json_put(data, "measures", measures_of(json_object_get(facts, "images")));
    json_put(data, "words", words_of(facts));
    collect_times(json_object_at(data, "times"), facts);
    json_object_set(data, "pictures", pictures);
    canonical = json_canonical(data);
    if (canonical == NULL) {
        done = error_set(error, FAULT_TEMPORARY, "out of memory for a worksheet's page");
        goto done;
    }
    text_add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add_policy(page);
    text_add(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    text_add_xml(page, worksheet->kind);
    text_add(page, " ");
    text_add_xml(page, json_text(facts, "docket"));
    text_add(page, "</title>\n<style>");
    text_add(page, worksheet_page_style);
    text_add(page,
             "</style>\n</head>\n<body>\n<noscript>This worksheet needs scripts, which are part of this "
             "file and reach no network. Without them use worksheet.pdf.</noscript>\n"
             "<script type=\"application/json\" id=\"data\">");
    add_data(page, canonical);
    text_add(page, "</script>\n<script>");
    text_add(page, worksheet_page_script);
    text_add(page, "</script>\n</body>\n</html>\n");
    done = text_done(page, error);
done:
    free(canonical);
    json_decref(pictures);
    json_decref(data);
    return done;
}
