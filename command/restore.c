/*
 * leadspool restore: a site of a backup, on any machine; the rehearsal of it; and what a restored site is told.
 *
 * Guarantees: nothing is restored over what is there. A restored site takes drops in and answers them, and searches nothing
 * before it was told what was sealed and destroyed after the backup (R17 R38), or that nothing was.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "command/backup_set.h"
#include "command/command.h"
#include "command/restore_site.h"

enum {
    KEY_TO = 256,
    KEY_REHEARSE,
    KEY_SET,
    KEY_AUTHORITY,
    KEY_ACCOUNT,
    KEY_KEY,
    KEY_SINCE,
    KEY_NOTHING,
    KEY_REASON,
    KEYS_END,
    ROWS_TOGETHER = 100,
    LIST_MOST = 1 << 30
};

static const struct option_spec options[] = {
    {KEY_TO, "to", "FOLDER", "the new site: a folder that is not there, or empty"},
    {KEY_REHEARSE, "rehearse", NULL,
     "restore to a folder for a moment, verify, say how long it took, remove it"},
    {KEY_SET, "set", "NAME", "that backup (default: the newest)"},
    {KEY_AUTHORITY, "authority", "FILE", "the certificate of the site's authority, kept elsewhere"},
    {KEY_ACCOUNT, "account", "NAME", "with --to, by root: the service account of the new site"},
    {KEY_KEY, "key", "FILE", "the site's key, of an encrypted record (default: as the site finds it)"},
    {KEY_SINCE, "since", "FILE",
     "of a restored site: what was sealed and destroyed after the backup, as of "
     "leadspool retention since N, or - for standard input"},
    {KEY_NOTHING, "nothing-since", NULL, "of a restored site: nothing was; with --reason"},
    {KEY_REASON, "reason", "TEXT", "how that is known; recorded"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

struct wishes {
    const char *texts[KEYS_END - KEY_TO];
    bool json;
};

static const char *wish(const struct wishes *wishes, int key)
{
    return wishes->texts[key - KEY_TO];
}

/* --- a site of a backup --- */

static bool print_restored(const struct wishes *wishes, const struct backup_set *set,
                           const struct restored *restored, const char *target, int64_t took,
                           struct error *error)
{
    if (wishes->json) {
        json_t *line =
            json_pack("{s:s,s:s*,s:I,s:I,s:I,s:s,s:I}", "set", set->name, "site", target, "events",
                      (json_int_t)restored->events, "objects", (json_int_t)restored->objects, "extra",
                      (json_int_t)restored->extra, "head", restored->head, "milliseconds", (json_int_t)took);
        bool done = line != NULL && print_json(line, error);
        json_decref(line);
        return done;
    }
    printf(_("%s: %lld events and %lld objects, the chain and every digest verified, in %lld.%01lld s\nhead "
             "%s\n"),
           set->name, (long long)restored->events, (long long)restored->objects, (long long)(took / 1000),
           (long long)(took % 1000 / 100), restored->head);
    if (wish(wishes, KEY_AUTHORITY) == NULL)
        printf(_("Signed under the certificate in the backup itself, which shows damage and no forgery: "
                 "--authority FILE.\n"));
    if (target != NULL)
        printf(_("\n%s is a site now. Before it is started:\n"
                 "  put the site's private key into its folder keys/%s\n"
                 "  leadspool -s %s restore --since FILE   what was sealed and destroyed after event %lld\n"
                 "  leadspool -s %s site rebuild           what lay on the shares, again\n"
                 "Until it was told what was sealed it searches nothing.\n"),
               target,
               json_flag(set->facts, "encrypted") ? _(", and the key of its record where site.xml says") : "",
               target, (long long)restored->events, target);
    return true;
}

static bool restore(const struct wishes *wishes, const char *path, const char *target, bool rehearsal,
                    struct error *error)
{
    struct backup_set set = {.facts = NULL};
    struct restored restored = {0};
    int64_t begun = clock_monotonic();
    int folder = backup_folder(path, error);
    if (folder < 0)
        return false;
    bool done =
        backup_set_read(folder, wish(wishes, KEY_SET), &set, error) &&
        backup_set_signed(folder, &set, wish(wishes, KEY_AUTHORITY), error) &&
        restore_site(folder, &set, target, wish(wishes, KEY_ACCOUNT), wish(wishes, KEY_KEY), &restored,
                     error) &&
        print_restored(wishes, &set, &restored, rehearsal ? NULL : target, clock_monotonic() - begun, error);
    backup_set_free(&set);
    close(folder);
    return done;
}

/* Beside the backups, where there is room for as much again, in a folder nobody else can enter. */
static bool rehearse(const struct wishes *wishes, const char *path, struct error *error)
{
    char target[4200];
    snprintf(target, sizeof target, "%s/.rehearsal-XXXXXX", path);
    if (mkdtemp(target) == NULL)
        return error_system(error, "making a folder in %s", path);
    bool done = restore(wishes, path, target, true, error);
    int folder = backup_folder(path, done ? error : NULL);
    bool removed =
        folder >= 0 && directory_remove_tree(folder, strrchr(target, '/') + 1, done ? error : NULL);
    if (folder >= 0)
        close(folder);
    return done && removed;
}

/* --- what happened after the backup --- */

static bool print_left(const struct wishes *wishes, const json_t *answer, size_t *count, struct error *error)
{
    const json_t *row;
    size_t i;
    json_array_foreach(json_object_get(answer, "left"), i, row)
    {
        (*count)++;
        if (wishes->json) {
            if (!print_json(row, error))
                return false;
        } else
            printf(_("not done: event %lld, %s %s: %s\n"), (long long)json_whole(row, "event", 0),
                   json_text(row, "action"), json_text(row, "docket"), json_text(row, "left"));
    }
    return true;
}

static bool tell(struct site *site, const struct wishes *wishes, json_t *arguments, size_t *left,
                 struct error *error)
{
    json_t *answer = NULL;
    bool done =
        record_ask(site, "restored", arguments, &answer, error) && print_left(wishes, answer, left, error);
    json_decref(answer);
    return done;
}

static bool tell_rows(struct site *site, const struct wishes *wishes, char *lines, size_t *left,
                      struct error *error)
{
    json_t *rows = json_array();
    size_t number = 0;
    bool done = true;
    for (char *line = lines, *end; done && *line != '\0'; line = end) {
        json_t *row = NULL;
        end = line + strcspn(line, "\n");
        number++;
        if (end > line && !(json_read(line, (size_t)(end - line), &row, error) &&
                            json_whole(row, "event", 0) > 0 && *json_text(row, "action") != '\0'))
            done = error_set(error, FAULT_INPUT, "line %zu is none of leadspool retention since", number);
        if (done && row != NULL)
            json_array_append(rows, row);
        json_decref(row);
        end += *end == '\n';
        if (done && json_array_size(rows) > 0 && (json_array_size(rows) == ROWS_TOGETHER || *end == '\0')) {
            done = tell(site, wishes, json_pack("{s:O}", "rows", rows), left, error);
            json_decref(rows);
            rows = json_array();
        }
    }
    json_decref(rows);
    return done;
}

static bool since(struct site *site, const struct wishes *wishes, const char *path, struct error *error)
{
    char *lines = NULL, digest[DIGEST_TEXT_SIZE];
    size_t length = 0, left = 0;
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? open("/dev/stdin", O_RDONLY | O_CLOEXEC) : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_system(error, "opening %s", path);
    bool done = file_read_open(file, LIST_MOST, &lines, &length, error);
    close(file);
    if (done) {
        struct digest of = digest_of(lines, length);
        digest_text(&of, digest);
        done = tell_rows(site, wishes, lines, &left, error) &&
               tell(site, wishes, json_pack("{s:s,s:b}", "list", digest, "end", 1), &left, error);
    }
    free(lines);
    if (done && left > 0)
        return error_set(error, FAULT_INPUT,
                         "%zu thing(s) could not be done again: have them ordered anew. Searches begin",
                         left);
    if (done && !wishes->json)
        printf(_("Done again; searches begin.\n"));
    return done;
}

static bool of_site(struct invocation *invocation, const struct wishes *wishes, struct error *error)
{
    struct site site;
    size_t left = 0;
    const char *list = wish(wishes, KEY_SINCE), *reason = wish(wishes, KEY_REASON);
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = list != NULL ? since(&site, wishes, list, error)
                             : tell(&site, wishes,
                                    json_pack("{s:s,s:b}", "reason", reason == NULL ? "" : reason, "end", 1),
                                    &left, error);
    invocation_close(&site);
    return done;
}

static bool choose(struct invocation *invocation, const struct wishes *wishes, int operands, char **argv,
                   struct error *error)
{
    const char *target = wish(wishes, KEY_TO);
    bool rehearsal = wish(wishes, KEY_REHEARSE) != NULL;
    bool telling = wish(wishes, KEY_SINCE) != NULL || wish(wishes, KEY_NOTHING) != NULL;
    if ((target != NULL) + rehearsal + telling != 1 || operands != (telling ? 0 : 1) ||
        (wish(wishes, KEY_SINCE) != NULL && wish(wishes, KEY_NOTHING) != NULL))
        return error_set(error, FAULT_USAGE,
                         "say a folder of backups with --to or --rehearse, or of a restored site --since or "
                         "--nothing-since");
    if (telling)
        return of_site(invocation, wishes, error);
    return rehearsal ? rehearse(wishes, argv[0], error) : restore(wishes, argv[0], target, false, error);
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct wishes wishes = {.json = false};
    int key;
    while ((key = option_next(&command_restore, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else
            wishes.texts[key - KEY_TO] = optarg == NULL ? "" : optarg;
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    wishes.json = invocation->json;
    return choose(invocation, &wishes, argc - optind, argv + optind, error);
}

const struct command command_restore = {
    .name = "restore",
    .arguments =
        "--to FOLDER | --rehearse [--set NAME] [--authority FILE] [--account NAME] [--key FILE] BACKUPS\n"
        "       or: restore --since FILE | --nothing-since --reason TEXT",
    .purpose = "Make a site of a backup, rehearse that, or tell a restored one what happened since",
    .options = options,
    .run = run,
};
