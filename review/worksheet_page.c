/*
 * Writing the worksheet's page.
 *
 * Guarantees: what page/web_page.h says of a page's frame; nothing but the facts, the words for their codes and
 * the pictures they name. Does not lay anything out: the page's script does, from the data.
 */
#include "review/worksheet_page.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/language.h"
#include "page/parts.h"
#include "page/web_page.h"
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
                                              language_text(worksheet_components[i].words)));
    return list;
}

bool worksheet_page(const struct worker_job *job, const struct worksheet *worksheet, const json_t *facts,
                    struct text *html, struct error *error)
{
    json_t *data = json_object(), *pictures = NULL;
    char *title = text_formatted("%s %s", language_text(worksheet->kind), json_text(facts, "docket"));
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
    const struct web_page page = {.title = title == NULL ? language_text(worksheet->kind) : title,
                                  .style = worksheet_page_style,
                                  .script = worksheet_page_script,
                                  .texts = worksheet_page_texts,
                                  .data = data};
    web_page_begin(html, &page);
    text_add(html, "<noscript>");
    text_add_xml(
        html,
        _("This worksheet needs scripts, which are part of this file and reach no network. Without them "
          "use worksheet.pdf."));
    text_add(html, "</noscript>\n");
    done = web_page_end(html, &page, error);
done:
    free(title);
    json_decref(pictures);
    json_decref(data);
    return done;
}
