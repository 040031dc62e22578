/*
 * leadspool check: is the site fit to work? For people and for a monitoring system.
 *
 * Guarantees: one line a finding, with the page that says what to do; the worst one decides the exit code. Looks at
 * people, at what they are trusted by, at folders, volumes and keys, at the libraries that read documents back, and at every
 * alarm the record or the daemon gives reason for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "command/check_places.h"
#include "command/command.h"
#include "page/readback.h"
#include "spool/alarms.h"
#include "spool/encrypted_volumes.h"
#include "spool/record.h"
#include "spool/room.h"

/* What monitoring systems expect: OK, WARNING, CRITICAL, UNKNOWN. */
enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_CRITICAL, VERDICT_UNKNOWN };

static const char *const NAMES[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

static const struct option_spec options[] = {
    {'d', "daemon", NULL, "no daemon running is critical too"},
    {'m', "monitor", NULL, "one line for a monitoring system, with figures"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

struct finding {
    enum verdict worst;
    size_t count, criticals, warnings;
    bool json;
    bool daemon;  /* one has to run */
    bool monitor; /* findings go into `line` */
    struct text line;
};

/* `page` is the alarm whose page says what to do (docs/alarms/). */
static bool found(struct finding *finding, enum verdict verdict, const char *page, const char *what,
                  const char *who, const char *text, struct error *error)
{
    finding->count++;
    finding->criticals += verdict == VERDICT_CRITICAL;
    finding->warnings += verdict == VERDICT_WARNING;
    if (verdict > finding->worst)
        finding->worst = verdict;
    if (finding->monitor) {
        /* A bar begins the figures, so no text may have one. */
        size_t from = finding->line.length;
        text_format(&finding->line, "%s%s%s%s: %s", from == 0 ? "" : "; ", what, who[0] == '\0' ? "" : " ",
                    who, text);
        for (size_t i = from; i < finding->line.length; i++)
            if (finding->line.bytes[i] == '|')
                finding->line.bytes[i] = '/';
        return true;
    }
    if (!finding->json) {
        printf("%s %s%s%s: %s [%s]\n", NAMES[verdict], what, who[0] == '\0' ? "" : " ", who, text, page);
        return true;
    }
    json_t *line = json_pack("{s:s,s:s,s:s,s:s,s:s}", "verdict", NAMES[verdict], "what", what, "who", who,
                             "text", text, "page", page);
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
            done = done &&
                   found(finding, VERDICT_CRITICAL, "trust", json_text(one, "what"), json_text(one, "file"),
                         json_text_or_null(one, "text") != NULL ? json_text(one, "text")
                                                                : json_text(one, "effect"),
                         error);
    }
    json_array_foreach(json_object_get(answer, "problems"), i, one)
    {
        /* Too few people stop casework; the rest is for the administrator to mend. */
        bool stops = strncmp(json_string_value(one), "no-", 3) == 0;
        done = done && found(finding, stops ? VERDICT_CRITICAL : VERDICT_WARNING, stops ? "staff" : "roster",
                             "roster", "", json_string_value(one), error);
    }
    json_array_foreach(json_object_get(answer, "expiring"), i, one)
    {
        bool training = strcmp(json_text(one, "what"), "training") == 0;
        if (json_flag(one, "over") && (training || strchr(json_text(one, "who"), '/') != NULL))
            continue; /* said above */
        snprintf(text, sizeof text, "%s %s", json_flag(one, "over") ? "ran out" : "runs out",
                 moment_local(json_text(one, "until"), until));
        done = done && found(finding, VERDICT_WARNING, "runs-out", json_text(one, "what"),
                             json_text(one, "who"), text, error);
    }
    return done;
}

/* Of these `roster` gave each person and file above. */
static bool is_told(const char *code)
{
    static const char *const TOLD[] = {"trust", "staff", "runs-out"};
    for (size_t i = 0; i < sizeof TOLD / sizeof *TOLD; i++)
        if (strcmp(code, TOLD[i]) == 0)
            return true;
    return false;
}

static bool look_at_alarms(const json_t *status, struct finding *finding, struct error *error)
{
    size_t i;
    const json_t *alarm;
    bool done = true;
    if (finding->daemon && !json_is_object(json_object_get(status, "live")))
        done = found(finding, VERDICT_CRITICAL, "daemon-down", "daemon-down", "",
                     alarm_find("daemon-down")->means, error);
    json_array_foreach(json_object_get(status, "alarms"), i, alarm)
    {
        const char *code = json_text(alarm, "code");
        bool critical = strcmp(json_text(alarm, "severity"), "critical") == 0;
        /* The roster's own findings came one by one, but for a file that is not in force. */
        bool told = is_told(code) ||
                    (strcmp(code, "roster") == 0 && strstr(json_text(alarm, "text"), "roster.xml") == NULL);
        done = done && (told || found(finding, critical ? VERDICT_CRITICAL : VERDICT_WARNING, code, code, "",
                                      json_text(alarm, "text"), error));
    }
    return done;
}

static bool place_found(void *context, const char *path, const char *text, struct error *error)
{
    return found(context, VERDICT_WARNING, "shares", "folder", path, text, error);
}

/* What reads documents back is no part of the program: without it every report is held. */
static bool look_at_documents(struct finding *finding, struct error *error)
{
    struct error missing = ERROR_NONE;
    return readback_prepare(&missing) ||
           found(finding, VERDICT_CRITICAL, "documents", "documents", "", missing.text, error);
}

/* What a monitoring system draws: plain counts, none of a person or a case. */
static void print_monitor(const struct finding *finding, const json_t *status, const struct error *failure)
{
    static const char *const COUNTED[] = {"states", "queue", "claims", "outbox"};
    static const char *const TITLES[] = {"dockets", "searches", "drops", "documents"};
    enum verdict verdict = failure->fault == FAULT_NONE ? finding->worst : VERDICT_UNKNOWN;
    printf("LEADSPOOL %s - %s | critical=%zu warning=%zu", NAMES[verdict],
           verdict == VERDICT_UNKNOWN  ? failure->text
           : finding->line.length == 0 ? "nothing to be seen to"
                                       : finding->line.bytes,
           finding->criticals, finding->warnings);
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

static bool look_at_volume(void *context, enum volume_state state, const char *what, const char *text,
                           struct error *error)
{
    (void)state;
    return found(context, VERDICT_WARNING, "in-clear", "volume", what, text, error);
}

/* A demonstration has nothing to hide. Elsewhere what cannot be seen is said too (R34). */
static bool look_at_encryption(const struct site *site, struct finding *finding, struct error *error)
{
    if (site->settings->demonstration && !site->settings->encryption_required)
        return true;
    return (record_has_keys(site) || found(finding, VERDICT_WARNING, "in-clear", "record", "",
                                           "the casebook and the vault are not encrypted: leadspool key new "
                                           "FILE, then leadspool key encrypt",
                                           error)) &&
           volumes_look(site, look_at_volume, finding, error);
}

static bool look_at_all(struct site *site, struct finding *finding, json_t **answer, json_t **status,
                        struct error *error)
{
    return record_ask(site, "roster", NULL, answer, error) && look(*answer, finding, error) &&
           record_ask(site, "status", NULL, status, error) && look_at_alarms(*status, finding, error) &&
           look_at_documents(finding, error) && check_places(site, place_found, finding, error) &&
           look_at_encryption(site, finding, error);
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    json_t *answer = NULL, *status = NULL;
    struct finding finding = {.worst = VERDICT_OK};
    struct error own = ERROR_NONE;
    int key;
    while ((key = option_next(&command_check, invocation, argc, argv, error)) > OPTION_END) {
        invocation->json = invocation->json || key == 'j';
        finding.daemon = finding.daemon || key == 'd';
        finding.monitor = finding.monitor || key == 'm';
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_none("check", argc, argv, error))
        return false;
    finding.json = invocation->json && !finding.monitor;
    bool opened = invocation_open(invocation, &site, &own), done = opened;
    struct error volumes = ERROR_NONE;
    /* Before the record is asked: with this no daemon starts. */
    if (opened && !room_one_volume(site.directory, &volumes))
        done = found(&finding, VERDICT_CRITICAL, "volumes", "volumes", "", volumes.text, &own);
    else if (opened)
        done = look_at_all(&site, &finding, &answer, &status, &own);
    if (finding.monitor)
        print_monitor(&finding, status, &own);
    else if (!done)
        printf("UNKNOWN site: %s [site]\n", own.text);
    else if (finding.count == 0 && !finding.json)
        printf("OK: people, what they are trusted by, inspections, folders, and what the daemon is at\n");
    else if (!finding.json)
        printf("What each means and what to do: docs/alarms/, the page in brackets.\n");
    json_decref(answer);
    json_decref(status);
    text_free(&finding.line);
    if (opened)
        invocation_close(&site);
    fflush(stdout);
    exit(done ? (int)finding.worst : (int)VERDICT_UNKNOWN);
}

const struct command command_check = {
    .name = "check",
    .arguments = "[-d] [-m | -j]",
    .purpose = "Is the site fit to work? Exit code 0 yes, 1 warning, 2 critical, 3 unknown",
    .options = options,
    .run = run,
};
