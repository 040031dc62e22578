/*
 * leadspool engine: which engine compares, whether one may, and letting searches go on after one failed.
 *
 * Guarantees: `check` needs neither site nor daemon, and nothing of an engine runs in this process. Does not change which
 * engine a site uses: site.xml says that, read when the daemon starts.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/engine_check.h"
#include "command/form.h"
#include "match/engine.h"

enum { KEY_PHOTOS = 256 };

static const struct option_spec options[] = {
    {KEY_PHOTOS, "photos", "FOLDER", "check: with the pictures of a folder instead of drawn ones"},
    {'r', "reason", "TEXT", "clear: why searches may go on"},
    {'j', "json", NULL, "JSON lines"},
    {0, NULL, NULL, NULL},
};

static void print_card(const json_t *card, const char *state)
{
    printf(_("%s  version %s, by %s: %s\n"), json_text(card, "id"), json_text(card, "version"),
           json_text(card, "maker"), state);
    printf(_("  method   %s\n  weights  %s\n  scores   %s\n  errors   %s\n"), json_text(card, "method"),
           json_text(card, "weights"), json_text(card, "score_scale"), json_text(card, "error_rates"));
    if (json_text_or_null(card, "digest") != NULL)
        printf(_("  object   SHA-256 %s\n"), json_text(card, "digest"));
}

static bool print_embedded(bool json, struct error *error)
{
    json_t *card = match_engine_card(&match_engine_embedded);
    bool done = card != NULL || error_set(error, FAULT_TEMPORARY, "out of memory");
    if (done && json) {
        json_t *line = json_pack("{ss,sO}", "state", "built-in", "card", card);
        done = line != NULL && print_json(line, error);
        json_decref(line);
    } else if (done)
        print_card(card, _("built in"));
    json_decref(card);
    return done;
}

static void print_site(const json_t *engine, const json_t *quarantine)
{
    char when[MOMENT_SIZE];
    const json_t *card = json_object_get(engine, "card");
    const char *reason = json_text_or_null(engine, "reason");
    if (json_is_object(card))
        print_card(card, _("in use at this site"));
    if (reason != NULL)
        printf(_("Searches wait: %s\n"), reason);
    if (json_is_object(quarantine))
        printf(_("Quarantined since %s: %s\nleadspool engine clear -r REASON lets searches go on.\n"),
               moment_local(json_text(quarantine, "at"), when), json_text(quarantine, "reason"));
    if (json_whole(engine, "left", 0) > 0)
        printf(_("Photographs still to be enrolled for it: %lld\n"),
               (long long)json_whole(engine, "left", 0));
}

static bool list(struct invocation *invocation, struct error *error)
{
    struct site site;
    json_t *answer = NULL;
    char path[4096];
    struct error no_site = ERROR_NONE;
    /* Without a site there is only the engine built in. */
    if (!site_find(invocation->site, path, sizeof path, &no_site))
        return print_embedded(invocation->json, error);
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = record_ask(&site, "engine", NULL, &answer, error);
    if (done && invocation->json)
        done = print_json(answer, error);
    else if (done)
        print_site(json_object_get(answer, "engine"), json_object_get(answer, "quarantine"));
    json_decref(answer);
    invocation_close(&site);
    return done;
}

static bool clear(struct invocation *invocation, const char *reason, struct error *error)
{
    struct site site;
    json_t *answer = NULL, *arguments = json_object();
    if (reason == NULL) {
        json_decref(arguments);
        return error_set(error, FAULT_USAGE, "say why searches may go on: -r REASON");
    }
    if (!form_text(arguments, "reason", reason, error) || !invocation_open(invocation, &site, error)) {
        json_decref(arguments);
        return false;
    }
    bool done = record_ask(&site, "engine-clear", arguments, &answer, error);
    if (done && invocation->json)
        done = print_json(answer, error);
    else if (done)
        printf("%s\n", json_flag(answer, "cleared") ? _("searches go on") : _("nothing is quarantined"));
    json_decref(answer);
    invocation_close(&site);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    const char *photos = NULL, *reason = NULL;
    int key;
    while ((key = option_next(&command_engine, invocation, argc, argv, error)) > OPTION_END) {
        photos = key == KEY_PHOTOS ? optarg : photos;
        reason = key == 'r' ? optarg : reason;
        invocation->json = invocation->json || key == 'j';
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    const char *what = optind < argc ? argv[optind++] : "";
    if (strcmp(what, "check") == 0) {
        const char *path = optind < argc ? argv[optind++] : NULL;
        if (path == NULL)
            return error_set(error, FAULT_USAGE, "say which engine: leadspool engine check PATH");
        return operands_none(_("engine check"), argc, argv, error) &&
               engine_check(path, photos, invocation->json, error);
    }
    if (!operands_none("engine", argc, argv, error))
        return false;
    if (strcmp(what, "list") == 0)
        return list(invocation, error);
    if (strcmp(what, "clear") == 0)
        return clear(invocation, reason, error);
    return error_set(error, FAULT_USAGE, "say list, check PATH or clear");
}

const struct command command_engine = {
    .name = "engine",
    .arguments = "list | check [--photos FOLDER] PATH | clear -r REASON",
    .purpose = "Show or check a comparison engine",
    .options = options,
    .run = run,
};
