/*
 * leadspool check: is the site fit to work? For people and for a monitoring system.
 *
 * Guarantees: one line a finding, the worst one decides the exit code. Looks at people, at what they are trusted by,
 * at the inspections of tours, at the volumes, and at the libraries that read documents back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "command/command.h"
#include "page/readback.h"
#include "spool/room.h"

/* What monitoring systems expect: OK, WARNING, CRITICAL, UNKNOWN. */
enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_CRITICAL, VERDICT_UNKNOWN };

static const char *const NAMES[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

static const struct option_spec options[] = {
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

struct finding {
    enum verdict worst;
    size_t count;
    bool json;
};

static bool found(struct finding *finding, enum verdict verdict, const char *what, const char *who,
                  const char *text, struct error *error)
{
    finding->count++;
    if (verdict > finding->worst)
        finding->worst = verdict;
    if (!finding->json) {
        printf("%s %s%s%s: %s\n", NAMES[verdict], what, who[0] == '\0' ? "" : " ", who, text);
        return true;
    }
    json_t *line =
        json_pack("{s:s,s:s,s:s,s:s}", "verdict", NAMES[verdict], "what", what, "who", who, "text", text);
    bool done = print_json(line, error);
    json_decref(line);
    return done;
}

static bool look(const json_t *answer, struct finding *finding, struct error *error)
{
    size_t i;
    const json_t *one;
    bool done = true;
    char until[MOMENT_SIZE], text[200];
    json_array_foreach(json_object_get(answer, "trust"), i, one)
    {
        if (json_flag(one, "over"))
            done = done && found(finding, VERDICT_CRITICAL, json_text(one, "what"), json_text(one, "file"),
                                 json_text_or_null(one, "text") != NULL ? json_text(one, "text")
                                                                        : json_text(one, "effect"),
                                 error);
    }
    json_array_foreach(json_object_get(answer, "problems"), i, one)
    {
        /* Too few people stop casework; the rest is for the administrator to mend. */
        bool stops = strncmp(json_string_value(one), "no-", 3) == 0;
        done = done && found(finding, stops ? VERDICT_CRITICAL : VERDICT_WARNING, "roster", "",
                             json_string_value(one), error);
    }
    json_array_foreach(json_object_get(answer, "expiring"), i, one)
    {
        bool training = strcmp(json_text(one, "what"), "training") == 0;
        if (json_flag(one, "over") && (training || strchr(json_text(one, "who"), '/') != NULL))
            continue; /* said above */
        snprintf(text, sizeof text, "%s %s", json_flag(one, "over") ? "ran out" : "runs out",
                 moment_local(json_text(one, "until"), until));
        done = done &&
               found(finding, VERDICT_WARNING, json_text(one, "what"), json_text(one, "who"), text, error);
    }
    return done;
}

static bool look_at_tours(const json_t *status, struct finding *finding, struct error *error)
{
    const json_t *tours = json_object_get(status, "tours");
    char text[200];
    long long missing = (long long)json_whole(tours, "missing", 0);
    snprintf(text, sizeof text, "%lld not inspected in the last %lld days (R50), the latest the %s of %s",
             missing, (long long)json_whole(tours, "days", 0), json_text(tours, "tour"),
             json_text(tours, "date"));
    return missing == 0 || found(finding, VERDICT_WARNING, "tours", "", text, error);
}

/* Nothing is searched until somebody has looked. */
static bool look_at_searches(const json_t *status, struct finding *finding, struct error *error)
{
    const char *wait = json_text_or_null(status, "searchesWait");
    char text[ERROR_TEXT_SIZE];
    snprintf(text, sizeof text, "%.*s", wait == NULL ? 0 : (int)strcspn(wait, "\n"),
             wait == NULL ? "" : wait);
    return wait == NULL || found(finding, VERDICT_WARNING, "engine", "", text, error);
}

/* What reads documents back is no part of the program: without it every report is held. */
static bool look_at_documents(struct finding *finding, struct error *error)
{
    struct error missing = ERROR_NONE;
    return readback_prepare(&missing) ||
           found(finding, VERDICT_CRITICAL, "documents", "", missing.text, error);
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    json_t *answer = NULL, *status = NULL;
    bool done = true;
    struct finding finding = {.worst = VERDICT_OK};
    struct error own = ERROR_NONE;
    int key;
    while ((key = option_next(&command_check, invocation, argc, argv, error)) > OPTION_END)
        invocation->json = true;
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_none("check", argc, argv, error))
        return false;
    finding.json = invocation->json;
    if (!invocation_open(invocation, &site, &own)) {
        printf("UNKNOWN site: %s\n", own.text);
        exit(VERDICT_UNKNOWN);
    }
    /* Before the record is asked: with this no daemon starts. */
    if (!room_one_volume(site.directory, &own)) {
        found(&finding, VERDICT_CRITICAL, "volumes", "", own.text, error);
        goto end;
    }
    done = record_ask(&site, "roster", NULL, &answer, &own) && look(answer, &finding, &own) &&
           record_ask(&site, "status", NULL, &status, &own) && look_at_tours(status, &finding, &own) &&
           look_at_searches(status, &finding, &own) && look_at_documents(&finding, &own);
    if (!done)
        printf("UNKNOWN site: %s\n", own.text);
    else if (finding.count == 0 && !finding.json)
        printf("OK: people, what they are trusted by, and inspections\n");
end:
    json_decref(answer);
    json_decref(status);
    invocation_close(&site);
    fflush(stdout);
    exit(done ? (int)finding.worst : (int)VERDICT_UNKNOWN);
}

const struct command command_check = {
    .name = "check",
    .arguments = "[-j]",
    .purpose = "Is the site fit to work? Exit code 0 yes, 1 warning, 2 critical, 3 unknown",
    .options = options,
    .run = run,
};
