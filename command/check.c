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
#include <sys/timex.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "command/check_apart.h"
#include "command/check_found.h"
#include "command/check_places.h"
#include "command/check_trust.h"
#include "command/command.h"
#include "page/readback.h"
#include "spool/alarms.h"
#include "spool/encrypted_volumes.h"
#include "spool/record.h"
#include "spool/room.h"

/* For all folders of a site: a local one takes microseconds. */
enum { FOLDERS_MS = 5000 };

static const struct option_spec options[] = {
    {'d', "daemon", NULL, "no daemon running is critical too"},
    {'m', "monitor", NULL, "one line for a monitoring system, with figures"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static bool look(const json_t *answer, struct finding *finding, struct error *error)
{
    size_t i;
    const json_t *one;
    bool done = true;
    char until[MOMENT_SIZE], text[200];
    json_array_foreach(json_object_get(answer, "trust"), i, one)
    {
        if (!json_flag(one, "over"))
            continue;
        char *words = text_formatted("%s. %s. %s", json_text(one, "text"), json_text(one, "effect"),
                                     json_text(one, "remedy"));
        done = done && found(finding, VERDICT_CRITICAL, "trust", json_text(one, "what"),
                             json_text(one, "file"), words == NULL ? json_text(one, "effect") : words, error);
        free(words);
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
        snprintf(text, sizeof text, "%s %s", json_flag(one, "over") ? _("ran out") : _("runs out"),
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

static bool look_at_alarms(const json_t *status, struct finding *finding, bool daemon, struct error *error)
{
    size_t i;
    const json_t *alarm;
    bool done = true;
    if (daemon && !json_is_object(json_object_get(status, "live")))
        done = found(finding, VERDICT_CRITICAL, "daemon-down", "daemon-down", "",
                     language_text(alarm_find("daemon-down")->means), error);
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
    if (text == NULL) {
        check_apart_at(context, path);
        return true;
    }
    return found(context, VERDICT_WARNING, "shares", "folder", path, text, error);
}

/* What reads documents back is no part of the program: without it every report is held. */
static bool look_at_documents(struct finding *finding, struct error *error)
{
    struct error missing = ERROR_NONE;
    return readback_prepare(&missing) ||
           found(finding, VERDICT_CRITICAL, "documents", "documents", "", missing.text, error);
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
    return (record_has_keys(site) ||
            found(finding, VERDICT_WARNING, "in-clear", "record", "",
                  _("the casebook and the vault are not encrypted: leadspool key new "
                    "FILE, then leadspool key encrypt"),
                  error)) &&
           volumes_look(site, look_at_volume, finding, error);
}

/* Why the record cannot be asked: a key that is none of this site's stops every start, and is no matter of the asker's rights. */
static bool look_at_key(struct site *site, struct finding *finding, struct error *error)
{
    struct error closed = ERROR_NONE;
    return !record_has_keys(site) || site_unlock(site, &closed) || closed.fault != FAULT_ENVIRONMENT ||
           found(finding, VERDICT_CRITICAL, "key", "key", "", closed.text, error);
}

/* Signing times, training and nights are judged by it. A demonstration runs on machines of all kinds. */
static bool look_at_clock(const struct site *site, struct finding *finding, struct error *error)
{
    struct timex clock = {.modes = 0};
    int state = site->settings->demonstration ? TIME_OK : adjtimex(&clock);
    return state < 0 || (state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0) ||
           found(
               finding, VERDICT_WARNING, "clock-stepped", "clock", "",
               "no time service keeps this machine's clock right: timedatectl set-ntp true, then timedatectl",
               error);
}

/* Shares the daemon found down, which would only hold this up. */
static json_t *shares_down(const json_t *status)
{
    size_t i;
    const json_t *share;
    json_t *down = json_object();
    json_array_foreach(json_object_get(json_object_get(status, "live"), "shares"), i, share)
    {
        if (strcmp(json_text(share, "state"), "up") != 0)
            json_object_set_new(down, json_text(share, "share"), json_true());
    }
    return down;
}

struct folders {
    const struct site *site;
    json_t *down;
};

static bool look_at_folders(void *context, struct finding *finding, struct error *error)
{
    const struct folders *folders = context;
    return check_places(folders->site, folders->down, place_found, finding, error) &&
           (json_object_size(folders->down) > 0 || look_at_encryption(folders->site, finding, error));
}

static bool look_at_all(struct site *site, struct finding *finding, bool daemon, json_t **answer,
                        json_t **status, struct error *error)
{
    bool done = record_ask(site, "roster", NULL, answer, error) && look(*answer, finding, error) &&
                record_ask(site, "status", NULL, status, error) &&
                look_at_alarms(*status, finding, daemon, error) && look_at_documents(finding, error) &&
                check_trust(site, finding, error) && look_at_clock(site, finding, error);
    struct folders folders = {site, shares_down(*status)};
    done = done && check_apart(look_at_folders, &folders, FOLDERS_MS, finding, error);
    json_decref(folders.down);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    json_t *answer = NULL, *status = NULL;
    struct finding finding = {.worst = VERDICT_OK, .list = json_array()};
    struct error own = ERROR_NONE;
    bool daemon = false, monitor = false;
    int key;
    while ((key = option_next(&command_check, invocation, argc, argv, error)) > OPTION_END) {
        invocation->json = invocation->json || key == 'j';
        daemon = daemon || key == 'd';
        monitor = monitor || key == 'm';
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_none("check", argc, argv, error))
        return false;
    bool opened = invocation_open(invocation, &site, &own), done = opened;
    struct error volumes = ERROR_NONE;
    /* Before the record is asked: with these no daemon starts. */
    if (opened && !room_one_volume(site.directory, &volumes))
        done = found(&finding, VERDICT_CRITICAL, "volumes", "volumes", "", volumes.text, &own);
    else if (opened && !room_writable(site.directory, &volumes))
        done = found(&finding, VERDICT_CRITICAL, "sync-failed", "sync-failed", "", volumes.text, &own);
    else if (opened && !look_at_all(&site, &finding, daemon, &answer, &status, &own)) {
        struct error asked = own;
        size_t before = finding.count;
        own = ERROR_NONE;
        done = look_at_key(&site, &finding, &own) && finding.count > before;
        if (!done)
            own = asked;
    }
    if (monitor)
        found_print_line(&finding, status, &own);
    else if (!found_print(&finding, invocation->json, &own) || !done)
        printf("UNKNOWN site: %s [site]\n", own.text);
    else if (finding.count == 0 && !invocation->json)
        printf("OK: people, what they are trusted by, inspections, folders, and what the daemon is at\n");
    else if (!invocation->json)
        printf("What each means and what to do: " ALARM_PAGES "NAME.md, NAME is in brackets.\n");
    json_decref(answer);
    json_decref(status);
    json_decref(finding.list);
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
