/*
 * Filling the request form with a site's settings.
 *
 * Guarantees: what the page checks with – patterns, caps, words, the clause and outcome of every rule – is what
 * the site checks with. Pure; holds nothing about any docket.
 */
#include "ingest/request_form.h"

#include "base/json.h"
#include "base/language.h"
#include "ingest/request_form_choices.h"
#include "ingest/rules.h"
#include "page/web_page.h"

static bool put_site(json_t *data, const struct settings *settings, const struct setting_command *command)
{
    return json_put_text(data, "site", settings->name) && json_put_text(data, "agency", settings->agency) &&
           json_put_text(data, "unit", settings->unit) && json_put_text(data, "contact", settings->contact) &&
           json_put_text(data, "command", command->name) &&
           json_put_flag(data, "intelligence", command->intelligence) &&
           json_put_flag(data, "demonstration", settings->demonstration);
}

static bool put_limits(json_t *data, const struct settings *settings)
{
    json_t *limits = json_object_at(data, "limits");
    return limits != NULL && json_put_whole(limits, "files", settings->packet_files) &&
           json_put_whole(limits, "fileBytes", settings->packet_file_bytes) &&
           json_put_whole(limits, "totalBytes", settings->packet_total_bytes);
}

/* An earlier prefix stays valid for the dockets that have it, so the pattern is the schema's. */
static bool put_patterns(json_t *data, const struct settings *settings)
{
    json_t *patterns = json_object_at(data, "patterns");
    struct text example = TEXT_EMPTY;
    text_format(&example, "%s-2026-000001", settings->docket_prefix);
    bool done = patterns != NULL && !example.failed &&
                json_put_text(patterns, "case", settings->case_pattern) &&
                json_put_text(patterns, "complaint", settings->complaint_pattern) &&
                json_put_text(patterns, "docket", "[A-Z]{2,4}-[0-9]{4}-[0-9]{6}") &&
                json_put_text(data, "docketExample", example.bytes);
    text_free(&example);
    return done;
}

static bool put_words(json_t *data, const struct settings *settings)
{
    json_t *words = json_array_at(data, "words");
    bool done = words != NULL;
    for (size_t i = 0; done && i < settings->trait_word_count; i++)
        done = json_array_append_new(words, json_string(settings->trait_words[i])) == 0;
    return done;
}

static bool put_rules(json_t *data)
{
    json_t *all = json_object_at(data, "rules");
    bool done = all != NULL;
    for (size_t i = 0; done && i < rule_count; i++) {
        json_t *rule = json_object_at(all, rules[i].code);
        done = rule != NULL && json_put_text(rule, "clause", rules[i].clause) &&
               json_put_text(rule, "outcome", rules[i].outcome) &&
               json_put_text(rule, "text", language_text(rules[i].text)) &&
               json_put_text(rule, "remedy", language_text(rules[i].remedy));
    }
    return done;
}

bool request_form(const struct settings *settings, const struct setting_command *command, struct text *html,
                  struct error *error)
{
    json_t *data = json_object();
    bool done = data != NULL && put_site(data, settings, command) && put_limits(data, settings) &&
                put_patterns(data, settings) && put_words(data, settings) && put_rules(data) &&
                request_form_choices(data);
    if (!done)
        error_set(error, FAULT_TEMPORARY, "out of memory for request.html");
    else {
        const struct web_page page = {.title = _("Request for a facial identification search"),
                                      .style = request_form_style,
                                      .script = request_form_script,
                                      .texts = request_form_texts,
                                      .data = data};
        web_page_begin(html, &page);
        web_page_body(html, request_form_body);
        done = web_page_end(html, &page, error);
    }
    json_decref(data);
    return done;
}
