/*
 * Letters of records requests: rows of the outbox, drawn from facts alone (report/foil_pages.h).
 *
 * Guarantees: what a letter says of the clock is what the record holds; letters of a request are numbered in the order in
 * which they were written. Draws nothing.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/outbox.h"
#include "report/foil_common.h"

json_t *foil_exemptions(const struct setting_foil *foil)
{
    json_t *list = json_array();
    for (size_t i = 0; i < foil->exemption_count; i++)
        json_array_append_new(list, json_pack("{ss,ss}", "code", foil->exemptions[i].code, "words",
                                              language_text(foil->exemptions[i].words)));
    return list;
}

static const char *words_of(const struct setting_foil *foil, const char *code)
{
    for (size_t i = 0; i < foil->exemption_count; i++)
        if (strcmp(foil->exemptions[i].code, code) == 0)
            return language_text(foil->exemptions[i].words);
    return code;
}

static bool add_common(json_t *facts, const struct settings *settings, const json_t *request, instant now)
{
    char at[INSTANT_TEXT_SIZE];
    return facts != NULL && json_put_text(facts, "docket", json_text(request, "request")) &&
           json_put_text(facts, "command", "") && json_put_text(facts, "issued", instant_text(now, at)) &&
           json_put_text(facts, "agency", settings->agency) && json_put_text(facts, "unit", settings->unit) &&
           json_put_text(facts, "contact", settings->contact) &&
           (!settings->demonstration || json_put_flag(facts, "demonstration", true)) &&
           json_put(facts, "request", json_object()) &&
           json_object_set(facts, "requester", json_object_get(request, "requester")) == 0 &&
           json_object_set(facts, "received", json_object_get(request, "received")) == 0 &&
           json_object_set(facts, "asked", json_object_get(request, "asked")) == 0;
}

bool foil_letter(struct transaction *transaction, const struct settings *settings, json_t *request,
                 const char *kind, json_t *facts, instant now, struct error *error)
{
    char document[48], what[48], directory[80], name[80];
    int64_t number = json_whole(request, "letters", 0) + 1;
    const char *of = json_text(request, "request");
    snprintf(document, sizeof document, "foil-%s", kind);
    snprintf(what, sizeof what, "letter-%s", kind);
    snprintf(directory, sizeof directory, "foil/out/%.32s", of);
    snprintf(name, sizeof name, "letter-%lld-%.40s.pdf", (long long)number, kind);
    json_t *row = NULL;
    if (add_common(facts, settings, request, now) && json_put_whole(request, "letters", number))
        row =
            json_pack("{ss,ss,sb,ss,ss,s{ss,s{ss,sO},s[],ss},s[]}", "kind", "foil", "what", what, "letter", 1,
                      "docket", of, "directory", directory, "render", "job", "render-document", "parameters",
                      "document", document, "facts", facts, "pictures", "name", name, "files");
    json_decref(facts);
    bool done = row != NULL ? outbox_add(transaction, row, now, NULL, error) : foil_memory(error);
    json_decref(row);
    return done;
}

static json_t *appeal_of(const struct setting_foil *foil)
{
    json_t *appeal = json_pack("{ss,si,si}", "officer", language_text(foil->officer), "days",
                               foil->appeal_days, "answerDays", foil->appeal_answer_days);
    const char *line = foil->address;
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        json_array_append_new(json_array_at(appeal, "address"), json_stringn(line, length));
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    return appeal;
}

/* Codes with how often each was used, or with the reason given. */
static json_t *exemptions_of(const struct setting_foil *foil, const json_t *answer, bool denial)
{
    json_t *list = json_array(), *count;
    const json_t *one;
    const char *code;
    size_t index;
    json_array_foreach(json_object_get(denial ? answer : NULL, "denied"), index, one)
    {
        code = json_text(one, "exemption");
        json_array_append_new(list, json_pack("{ss,ss,ss}", "code", code, "words", words_of(foil, code),
                                              "reason", json_text(one, "reason")));
    }
    json_object_foreach(json_object_get(denial ? NULL : answer, "counts"), code, count)
    {
        json_array_append_new(
            list, json_pack("{ss,ss,sO}", "code", code, "words", words_of(foil, code), "count", count));
    }
    return list;
}

bool foil_letter_answer(struct transaction *transaction, const struct settings *settings, json_t *request,
                        instant now, struct error *error)
{
    const json_t *answer = json_object_get(request, "answer");
    const char *outcome = json_text(answer, "outcome");
    bool denial = strcmp(outcome, "denial") == 0, grant = strcmp(outcome, "grant") == 0;
    json_t *facts = json_object();
    if (!denial)
        json_copy_members(facts, request, "documents", "pages", NULL);
    if (!grant) {
        json_put(facts, "exemptions", exemptions_of(&settings->foil, answer, denial));
        json_put(facts, "appeal", appeal_of(&settings->foil));
    }
    return foil_letter(transaction, settings, request, outcome, facts, now, error);
}
