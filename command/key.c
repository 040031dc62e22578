/*
 * leadspool key: the keys of the record: made, looked at, changed (R34).
 *
 * Guarantees: says what it would do with --dry-run; what was interrupted is finished by asking for the same again. Prints no
 * key, ever.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "spool/record_keys.h"

enum { KEY_DRY = 256 };

static const struct option_spec options[] = {
    {KEY_DRY, "dry-run", NULL, "only say what encrypt or rotate would do"},
    {'j', "json", NULL, "one JSON object"},
    {0, NULL, NULL, NULL},
};

struct asked {
    const struct invocation *invocation;
    const char *file; /* operand, or NULL */
    bool dry;
};

/* Only where somebody watches. */
static void tell(void *context, const char *what, unsigned done, unsigned total)
{
    (void)context;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%-10s %3u %%%s", what, 100 * done / total, done == total ? "\n" : "");
}

static bool report(const struct asked *asked, const char *word, const struct record_keys_report *counts,
                   struct error *error)
{
    const struct rekey_counts *vault = &counts->vault;
    if (asked->invocation->json) {
        json_t *line =
            json_pack("{s:s,s:b,s:b,s:I,s:I,s:I,s:I}", "done", word, "dryRun", asked->dry, "nothing",
                      counts->nothing, "files", (json_int_t)vault->files, "bytes", (json_int_t)vault->bytes,
                      "changed", (json_int_t)vault->changed, "unreadable", (json_int_t)vault->unreadable);
        bool done = line != NULL && print_json(line, error);
        json_decref(line);
        return done;
    }
    if (counts->nothing) {
        printf(_("the record is encrypted already\n"));
        return true;
    }
    printf(_("%s%ju of %ju files of the vault (%ju MiB), and the casebook\n"),
           asked->dry ? _("would be ") : "", (uintmax_t)vault->changed, (uintmax_t)vault->files,
           (uintmax_t)(vault->bytes >> 20));
    if (vault->unreadable > 0)
        printf(_("%ju files are not what their names say and were left as they are: leadspool audit verify "
                 "names them\n"),
               (uintmax_t)vault->unreadable);
    return true;
}

static bool encrypt(struct site *site, const struct asked *asked, struct error *error)
{
    struct record_keys_report counts;
    if (!record_keys_encrypt(site, asked->dry, tell, NULL, &counts, error) ||
        !report(asked, "encrypt", &counts, error))
        return false;
    if (!asked->dry && !counts.nothing && !asked->invocation->json)
        printf(
            _("\nWhat lay here in clear is removed, but a disk may keep its blocks, and so do backups made "
              "before: "
              "discard free\nblocks (fstrim), or move the site to a new volume; destroy the old backups.\n"
              "Keep the site's key in a second place. Without it nothing here can be read again.\n"));
    return true;
}

static bool rotate(struct site *site, const struct asked *asked, struct error *error)
{
    struct record_keys_report counts;
    return record_keys_rotate(site, asked->dry, tell, NULL, &counts, error) &&
           report(asked, "rotate", &counts, error);
}

static bool change(struct site *site, const struct asked *asked, struct error *error)
{
    struct site_key *key = NULL;
    if (asked->file == NULL)
        return error_set(error, FAULT_USAGE, "say the file of the new key: leadspool key change FILE");
    bool done = access(asked->file, F_OK) == 0 ? site_key_read(asked->file, site->account, &key, error)
                                               : site_key_make(asked->file, &key, error);
    done = done && record_keys_change(site, key, error);
    site_key_free(key);
    if (done && !asked->invocation->json)
        printf(
            _("the record opens with the key in %s now; name it in site.xml or as the credential before the "
              "next "
              "start\n"),
            asked->file);
    return done;
}

static bool list(struct site *site, const struct asked *asked, struct error *error)
{
    static const char *const works[] = {"", "encrypt", "rotate"};
    struct keyring *keyring = NULL;
    char id[KEY_ID_TEXT_SIZE], at[INSTANT_TEXT_SIZE], moment[MOMENT_SIZE];
    if (!record_keys_read(site, &keyring, error))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < keyring->count; i++) {
        const struct master_key *master = &keyring->masters[i];
        key_id_text(master->id, id);
        instant_text(master->made, at);
        if (asked->invocation->json) {
            json_t *line =
                json_pack("{s:s,s:s,s:b}", "key", id, "made", at, "newest", i + 1 == keyring->count);
            done = line != NULL && print_json(line, error);
            json_decref(line);
        } else
            printf(_("%s  made %s%s\n"), id, moment_local(at, moment),
                   i + 1 == keyring->count ? "" : "  (old)");
    }
    if (done && keyring->work != KEY_WORK_NONE)
        done = error_set(error, FAULT_TEMPORARY, "a change of keys is not finished: leadspool key %s",
                         works[keyring->work]);
    keyring_free(keyring);
    return done;
}

/* The key opens the keyring: that is all a daemon needs to start. */
static bool check(struct site *site, const struct asked *asked, struct error *error)
{
    if (!site_unlock(site, error))
        return false;
    if (!asked->invocation->json)
        printf(site->keyring == NULL ? _("the record is in clear\n") : _("the key opens the record\n"));
    return true;
}

static const struct {
    const char *word;
    bool (*run)(struct site *site, const struct asked *asked, struct error *error);
    bool file;
} words[] = {{"list", list, false},
             {"check", check, false},
             {"encrypt", encrypt, false},
             {"rotate", rotate, false},
             {"change", change, true}};

/* Of no site: a key is made before there is one. */
static bool make(const struct asked *asked, struct error *error)
{
    if (asked->file == NULL)
        return error_set(error, FAULT_USAGE, "say the file: leadspool key new FILE");
    if (!site_key_make(asked->file, NULL, error))
        return false;
    if (!asked->invocation->json)
        printf(
            _("made %s, mode 0400. Keep a second copy where the site's disks are not: without it the record "
              "is lost.\n"),
            asked->file);
    return true;
}

static bool on_site(const struct asked *asked, const char *word, struct error *error)
{
    struct site site;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, word) != 0)
            continue;
        if (asked->file != NULL && !words[i].file)
            return error_set(error, FAULT_USAGE, "key %s takes no file", word);
        if (!invocation_open(asked->invocation, &site, error))
            return false;
        bool done = words[i].run(&site, asked, error);
        invocation_close(&site);
        return done;
    }
    return error_set(error, FAULT_USAGE,
                     "there is no \"key %s\": new, list, check, encrypt, rotate or change", word);
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct asked asked = {.invocation = invocation};
    int key;
    while ((key = option_next(&command_key, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else
            asked.dry = true;
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (optind >= argc || argc - optind > 2)
        return error_set(error, FAULT_USAGE, "say one of new, list, check, encrypt, rotate, change");
    asked.file = optind + 1 < argc ? argv[optind + 1] : NULL;
    return strcmp(argv[optind], "new") == 0 ? make(&asked, error) : on_site(&asked, argv[optind], error);
}

const struct command command_key = {
    .name = "key",
    .arguments = "new FILE | list | check | encrypt [--dry-run] | rotate [--dry-run] | change FILE",
    .purpose = "Make and change the keys of an encrypted record",
    .options = options,
    .run = run,
};
