/*
 * What was found, in order of gravity.
 *
 * Guarantees: nothing found is left out of the lines; the one line for a pager has no bar in its texts, since a bar begins the
 * figures. Decides nothing about gravity: who looks does.
 */
#include "command/check_found.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "command/command.h"

static const char *const NAMES[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

bool found_add(struct finding *finding, json_t *one, struct error *error)
{
    enum verdict verdict =
        strcmp(json_text(one, "verdict"), NAMES[VERDICT_CRITICAL]) == 0 ? VERDICT_CRITICAL : VERDICT_WARNING;
    finding->count++;
    finding->criticals += verdict == VERDICT_CRITICAL;
    finding->warnings += verdict == VERDICT_WARNING;
    if (verdict > finding->worst)
        finding->worst = verdict;
    return json_array_append_new(finding->list, one) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking at the site");
}

bool found(struct finding *finding, enum verdict verdict, const char *page, const char *what, const char *who,
           const char *text, struct error *error)
{
    json_t *one = json_pack("{s:s,s:s,s:s,s:s,s:s}", "verdict", NAMES[verdict], "what", what, "who", who,
                            "text", text, "page", page);
    if (finding->pipe <= 0)
        return found_add(finding, one, error);
    bool done = (json_dumpfd(one, finding->pipe, JSON_COMPACT) == 0 && write(finding->pipe, "\n", 1) == 1) ||
                error_system(error, "saying what was found");
    json_decref(one);
    return done;
}

static bool print_one(const json_t *one, bool json, struct error *error)
{
    const char *who = json_text(one, "who");
    if (json)
        return print_json(one, error);
    printf("%s %s%s%s: %s [%s]\n", json_text(one, "verdict"), json_text(one, "what"),
           who[0] == '\0' ? "" : " ", who, json_text(one, "text"), json_text(one, "page"));
    return true;
}

/* The gravest first: whoever is woken reads the first line. */
bool found_print(const struct finding *finding, bool json, struct error *error)
{
    size_t i;
    const json_t *one;
    bool done = true;
    for (int verdict = VERDICT_CRITICAL; verdict >= VERDICT_WARNING; verdict--)
        json_array_foreach(finding->list, i, one)
        {
            if (strcmp(json_text(one, "verdict"), NAMES[verdict]) == 0)
                done = done && print_one(one, json, error);
        }
    return done;
}

/* On a pager's screen: up to so many, each behind the name of its page; the others as a number. */
enum { TOLD_MOST = 4 };

static void tell_briefly(const struct finding *finding, struct text *line)
{
    size_t i, told = 0;
    const json_t *one;
    for (int verdict = VERDICT_CRITICAL; verdict >= VERDICT_WARNING; verdict--)
        json_array_foreach(finding->list, i, one)
        {
            const char *who = json_text(one, "who"), *what = json_text(one, "what"),
                       *page = json_text(one, "page");
            bool same = strcmp(what, page) == 0;
            if (strcmp(json_text(one, "verdict"), NAMES[verdict]) != 0 || told++ >= TOLD_MOST)
                continue;
            text_format(line, "%s[%s] %s%s%s%s%s", told == 1 ? "" : "; ", page, same ? "" : what,
                        who[0] == '\0' || same ? "" : " ", who, same && who[0] == '\0' ? "" : ": ",
                        json_text(one, "text"));
        }
    if (told > TOLD_MOST)
        text_format(line, "; and %zu more", told - TOLD_MOST);
    /* A bar begins the figures, so no text may have one. */
    for (size_t at = 0; at < line->length; at++)
        if (line->bytes[at] == '|')
            line->bytes[at] = '/';
}

/* What a monitoring system draws: plain counts, none of a person or a case. */
void found_print_line(const struct finding *finding, const json_t *status, const struct error *failure)
{
    static const char *const COUNTED[] = {"states", "queue", "claims", "outbox"};
    static const char *const TITLES[] = {"dockets", "searches", "drops", "documents"};
    enum verdict verdict = failure->fault == FAULT_NONE ? finding->worst : VERDICT_UNKNOWN;
    struct text line = TEXT_EMPTY;
    if (verdict == VERDICT_UNKNOWN)
        text_format(&line, "[site] %s", failure->text);
    else
        tell_briefly(finding, &line);
    printf("LEADSPOOL %s - %s | critical=%zu warning=%zu", NAMES[verdict],
           line.bytes == NULL ? "nothing to be seen to" : line.bytes, finding->criticals, finding->warnings);
    text_free(&line);
    for (size_t i = 0; i < sizeof COUNTED / sizeof *COUNTED; i++) {
        const char *name;
        json_t *value;
        long long sum = 0;
        json_object_foreach(json_object_get(status, COUNTED[i]), name, value) sum +=
            json_integer_value(value);
        printf(" %s=%lld", TITLES[i], sum);
    }
    putchar('\n');
}
