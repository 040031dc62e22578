/*
 * leadspool backup: the site's record into a folder, while everything works on; and such a folder looked at.
 *
 * Guarantees: exit code 0 means that the new backup is whole and durable, with --verify that every byte of the newest (or
 * named) one is what was backed up and that the site signed it.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/language.h"
#include "command/backup_set.h"
#include "command/command.h"

enum { KEY_VERIFY = 256, KEY_KEEP, KEY_SET, KEY_AUTHORITY, KEEP = 14 };

static const struct option_spec options[] = {
    {KEY_VERIFY, "verify", NULL, "make none: hash every file of the newest one"},
    {KEY_SET, "set", "NAME", "with --verify: of that one"},
    {KEY_AUTHORITY, "authority", "FILE",
     "with --verify: the certificate of the site's authority (default: of the site, if one is named)"},
    {KEY_KEEP, "keep", "N", "remove older ones than the newest N (14)"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static bool make(struct invocation *invocation, const char *path, long keep, struct error *error)
{
    struct site site;
    struct backup_set set = {.facts = NULL};
    struct backup_made made = {0};
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = backup_make(&site, path, keep, &set, &made, error);
    if (done && invocation->json) {
        json_t *line = json_pack("{s:s,s:O,s:s,s:I,s:I,s:I,s:I}", "set", set.name, "sequence",
                                 json_object_get(set.facts, "sequence"), "manifest", set.digest, "files",
                                 (json_int_t)set.manifest.count, "copied", (json_int_t)made.copied, "bytes",
                                 (json_int_t)made.bytes, "removed", (json_int_t)made.removed);
        done = line != NULL && print_json(line, error);
        json_decref(line);
    } else if (done)
        printf(
            _("%s: up to event %lld at least; %zu files, of which %ju copied now (%ju MiB)\nmanifest %s\n"),
            set.name, (long long)json_whole(set.facts, "sequence", 0), set.manifest.count,
            (uintmax_t)made.copied, (uintmax_t)(made.bytes >> 20), set.digest);
    if (done && !invocation->json)
        printf(_("Not in it, to be kept elsewhere: keys/%s%s.\n"), site.settings->key,
               json_flag(set.facts, "encrypted")
                   ? _(" and the site's key, without which nothing in it can be read")
                   : "");
    if (done && made.damaged > 0)
        done =
            error_set(error, FAULT_ENVIRONMENT,
                      "%ju file(s) of the vault are not what their names say: leadspool audit verify names "
                      "them; keep the backups before this one",
                      (uintmax_t)made.damaged);
    backup_set_free(&set);
    invocation_close(&site);
    return done;
}

/* The authority's certificate of a site that was named; none otherwise, which is no fault. */
static const char *authority_of(const struct invocation *invocation, char *path, size_t size)
{
    struct site site;
    struct error ignored = ERROR_NONE;
    if (!invocation_open(invocation, &site, &ignored))
        return NULL;
    snprintf(path, size, "%s/keys/%s", site.path, site.settings->authority);
    invocation_close(&site);
    return access(path, R_OK) == 0 ? path : NULL;
}

static bool verify(const struct invocation *invocation, const char *path, const char *name,
                   const char *authority, struct error *error)
{
    char of_site[4200];
    struct backup_set set = {.facts = NULL};
    struct backup_checked checked = {0};
    int folder = backup_folder(path, error);
    if (folder < 0)
        return false;
    if (authority == NULL)
        authority = authority_of(invocation, of_site, sizeof of_site);
    bool done = backup_set_read(folder, name, &set, error) &&
                backup_set_check(folder, &set, invocation->json, &checked, error) &&
                backup_set_signed(folder, &set, authority, error);
    if (done && invocation->json) {
        json_t *line = json_pack("{s:s,s:O,s:s,s:I,s:I,s:b}", "set", set.name, "sequence",
                                 json_object_get(set.facts, "sequence"), "manifest", set.digest, "files",
                                 (json_int_t)checked.files, "bytes", (json_int_t)checked.bytes, "authority",
                                 authority != NULL);
        done = line != NULL && print_json(line, error);
        json_decref(line);
    } else if (done)
        printf(_("%s is whole: %ju files, %ju MiB, up to event %lld at least\n%s\n"), set.name,
               (uintmax_t)checked.files, (uintmax_t)(checked.bytes >> 20),
               (long long)json_whole(set.facts, "sequence", 0),
               authority != NULL
                   ? _("Signed by the site.")
                   : _("Signed under the certificate in the backup itself, which shows damage and no "
                       "forgery: --authority FILE."));
    backup_set_free(&set);
    close(folder);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    const char *name = NULL, *authority = NULL;
    bool verifies = false, keeps = false;
    long keep = KEEP;
    int key;
    while ((key = option_next(&command_backup, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else if (key == KEY_VERIFY)
            verifies = true;
        else if (key == KEY_SET)
            name = optarg;
        else if (key == KEY_AUTHORITY)
            authority = optarg;
        else if (key == KEY_KEEP) {
            keeps = true;
            if (!option_whole("keep", optarg, 1, 1000, &keep, error))
                return false;
        }
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (optind + 1 != argc)
        return error_set(error, FAULT_USAGE, "say one folder for the backups");
    if (verifies ? keeps : name != NULL || authority != NULL)
        return error_set(error, FAULT_USAGE,
                         "--keep is for making a backup, --set and --authority for --verify");
    return verifies ? verify(invocation, argv[optind], name, authority, error)
                    : make(invocation, argv[optind], keep, error);
}

const struct command command_backup = {
    .name = "backup",
    .arguments = "[--keep N] FOLDER | --verify [--set NAME] [--authority FILE] FOLDER",
    .purpose = "Back the record up while everything works on, or verify a backup",
    .options = options,
    .run = run,
};
