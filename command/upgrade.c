/*
 * leadspool upgrade: bring the record of an older version up to the form this one writes.
 *
 * Guarantees: with --dry-run nothing is changed; each step is one transaction with its event, so that an interrupted upgrade goes on
 * when it is asked for again. Needs the site for itself: no daemon runs.
 */
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/format.h"
#include "command/command.h"
#include "spool/record.h"

static const struct option_spec options[] = {
    {'n', "dry-run", NULL, "say what would be done, and do nothing"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static bool tell(bool json, bool dry, const struct format_step *step, struct error *error)
{
    if (!json) {
        printf(_("form %d to %d%s: %s\n"), step->from, step->from + 1, dry ? _(" (would be)") : "",
               step->what);
        return true;
    }
    json_t *line = json_pack("{s:i,s:i,s:b,s:s}", "from", step->from, "to", step->from + 1, "dryRun", dry,
                             "what", step->what);
    bool done = line != NULL && print_json(line, error);
    json_decref(line);
    return done;
}

static bool take_step(struct casebook *casebook, int64_t from, struct error *error)
{
    const struct passwd *caller = getpwuid(getuid());
    struct transaction *transaction = NULL;
    if (!transaction_begin(casebook, NULL, &transaction, error))
        return false;
    if (format_upgrade(transaction, from, caller == NULL ? "root" : caller->pw_name, error))
        return transaction_commit(transaction, error);
    transaction_abort(transaction);
    return false;
}

static bool current(struct casebook *casebook, int64_t *format, struct error *error)
{
    struct transaction *transaction = NULL;
    if (!transaction_begin(casebook, NULL, &transaction, error))
        return false;
    bool done = format_get(transaction, format, error);
    transaction_abort(transaction);
    return done;
}

static bool upgrade(struct site *site, bool json, bool dry, struct error *error)
{
    struct casebook *casebook = NULL;
    struct vault *vault = NULL;
    int64_t format = 0;
    bool done = site_unlock(site, error) && site_become_owner(site, error) && site_lock(site, error) &&
                record_open(site, &casebook, &vault, error) && current(casebook, &format, error);
    if (done && format == CASEBOOK_FORMAT && !json)
        printf(_("The record is of form %d, which this program writes: nothing to do.\n"), CASEBOOK_FORMAT);
    for (const struct format_step *step; done && (step = format_step(format)) != NULL; format++)
        done = (dry || take_step(casebook, format, error)) && tell(json, dry, step, error);
    vault_close(vault);
    casebook_close(casebook, NULL);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    bool dry = false;
    int key;
    while ((key = option_next(&command_upgrade, invocation, argc, argv, error)) > OPTION_END) {
        invocation->json |= key == 'j';
        dry |= key == 'n';
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_none("upgrade", argc, argv, error) || !invocation_open(invocation, &site, error))
        return false;
    bool done = upgrade(&site, invocation->json, dry, error);
    invocation_close(&site);
    return done;
}

const struct command command_upgrade = {
    .name = "upgrade",
    .arguments = "[--dry-run] [-j]",
    .purpose = "Bring the record of an older version up to date",
    .options = options,
    .run = run,
};
