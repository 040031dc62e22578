/*
 * leadspool init: make a site.
 *
 * Guarantees: never touches a directory that holds anything; site.xml is written last but for the first
 * event, so that what an interrupted init left is no site and no daemon starts on it. Root may make a site
 * for another account. Asks nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "casebook/event.h"
#include "command/command.h"
#include "command/init_parts.h"
#include "spool/record.h"
#include "spool/record_keys.h"

enum {
    KEY_DEMO = 256,
    KEY_COMMANDS,
    KEY_AGENCY,
    KEY_UNIT,
    KEY_CONTACT,
    KEY_ZONE,
    KEY_NAME,
    KEY_ACCOUNT,
    KEY_ENCRYPT
};

static const struct option_spec options[] = {
    {KEY_DEMO, "demo", NULL, "a demonstration: invented people with keys, two commands"},
    {KEY_COMMANDS, "commands", "A,B", "the commands that send requests"},
    {KEY_NAME, "name", "TEXT", "name of the site"},
    {KEY_AGENCY, "agency", "TEXT", "the agency, as printed on reports"},
    {KEY_UNIT, "unit", "TEXT", "the unit, as printed on reports"},
    {KEY_CONTACT, "contact", "TEXT", "how to reach the unit"},
    {KEY_ZONE, "zone", "ZONE", "IANA time zone (default: this machine's)"},
    {KEY_ACCOUNT, "account", "NAME", "service account that will own the record (root only)"},
    {KEY_ENCRYPT, "encrypt", "FILE",
     "encrypt the record; the site's key is in FILE, made if it is not there"},
    {'j', "json", NULL, "one JSON object"},
    {0, NULL, NULL, NULL},
};

/* The machine's zone, from where /etc/localtime points. */
static const char *machine_zone(void)
{
    static char target[300];
    ssize_t length = readlink("/etc/localtime", target, sizeof target - 1);
    if (length <= 0)
        return "Etc/UTC";
    target[length] = '\0';
    const char *zone = strstr(target, "/zoneinfo/");
    return zone == NULL ? "Etc/UTC" : zone + strlen("/zoneinfo/");
}

static bool take_account(struct plan *plan, const char *name, struct error *error)
{
    const struct passwd *entry = getpwnam(name);
    if (entry == NULL)
        return error_set(error, FAULT_USAGE, "there is no account %s", name);
    if (geteuid() != 0 && entry->pw_uid != geteuid())
        return error_set(error, FAULT_USAGE, "only root makes a site for another account");
    plan->account = entry->pw_uid;
    plan->group = entry->pw_gid;
    return true;
}

/* By its absolute path, which is what site.xml says. */
static bool take_key(struct plan *plan, const char *file, struct error *error)
{
    static char path[PATH_MAX];
    if (access(file, F_OK) != 0 && !site_key_make(file, NULL, error))
        return false;
    plan->key = realpath(file, path);
    return plan->key != NULL || error_system(error, "looking for the key %s", file);
}

static bool take(struct plan *plan, int key, struct error *error)
{
    const char **texts[] = {
        [KEY_COMMANDS - KEY_DEMO] = &plan->commands, [KEY_AGENCY - KEY_DEMO] = &plan->agency,
        [KEY_UNIT - KEY_DEMO] = &plan->unit,         [KEY_CONTACT - KEY_DEMO] = &plan->contact,
        [KEY_ZONE - KEY_DEMO] = &plan->zone,         [KEY_NAME - KEY_DEMO] = &plan->name};
    if (key == KEY_ACCOUNT)
        return take_account(plan, optarg, error);
    if (key == KEY_ENCRYPT)
        return take_key(plan, optarg, error);
    if (key == KEY_DEMO)
        plan->demonstration = true;
    else
        *texts[key - KEY_DEMO] = optarg;
    return true;
}

static void fill_in(struct plan *plan)
{
    bool demo = plan->demonstration;
    const char *defaults[][2] = {
        {"site", "demo"},
        {"Agency (edit site.xml)", "Department of Invented Cases"},
        {"Facial Identification Unit", "Facial Identification Unit (demonstration)"},
        {"(edit site.xml)", "demonstration only, nobody to reach"},
        {"command-1", "precinct-014,precinct-075"},
    };
    const char **members[] = {&plan->name, &plan->agency, &plan->unit, &plan->contact, &plan->commands};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (*members[i] == NULL)
            *members[i] = defaults[i][demo ? 1 : 0];
    if (plan->zone == NULL)
        plan->zone = demo ? "America/New_York" : machine_zone();
}

/* An open, empty directory at `path`, made when missing; -1 when it holds anything. */
static int open_empty(const char *path, struct error *error)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        error_system(error, "making %s", path);
        return -1;
    }
    DIR *listing = opendir(path);
    bool empty = listing != NULL;
    for (struct dirent *entry; empty && (entry = readdir(listing)) != NULL;)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (listing == NULL)
        error_system(error, "looking into %s", path);
    else
        closedir(listing);
    if (empty)
        return directory_open(path, error);
    if (listing != NULL)
        error_set(error, FAULT_INPUT, "%s is not empty; a site is made in a new or empty directory", path);
    return -1;
}

static bool give_keys(const struct site *site, const struct plan *plan, struct error *error)
{
    struct site_key *key = NULL;
    if (plan->key == NULL)
        return true;
    bool done = site_key_read(plan->key, plan->account, &key, error) && record_keys_make(site, key, error);
    site_key_free(key);
    return done;
}

/* Where the event log begins. */
static bool first_event(const char *path, const struct plan *plan, struct error *error)
{
    struct site site;
    struct casebook *casebook = NULL;
    struct vault *vault = NULL;
    struct transaction *transaction = NULL;
    char absolute[4096];
    const struct passwd *maker = getpwuid(getuid());
    struct event event = {.actor = maker == NULL ? "root" : maker->pw_name,
                          .role = "administrator",
                          .action = "site-made",
                          .outcome = plan->demonstration ? "demonstration" : "done"};
    if (!site_find(path, absolute, sizeof absolute, error) || !site_open(absolute, &site, error))
        return false;
    bool done = give_keys(&site, plan, error) && site_unlock(&site, error) &&
                site_become_owner(&site, error) && site_lock(&site, error) &&
                record_open(&site, &casebook, &vault, error) &&
                transaction_begin(casebook, NULL, &transaction, error);
    if (done && event_append(transaction, plan->now, &event, NULL, error))
        done = transaction_commit(transaction, error);
    else {
        if (done)
            transaction_abort(transaction);
        done = false;
    }
    vault_close(vault);
    casebook_close(casebook, NULL);
    site_close(&site);
    return done;
}

static bool write_all(const struct plan *plan, int site, const struct text *site_xml, struct error *error)
{
    struct settings *settings = NULL;
    struct credential authority = CREDENTIAL_EMPTY;
    struct text roster_xml = TEXT_EMPTY;
    int keys = -1;
    directory_scatter(site);
    bool done = settings_read("site.xml", site_xml->bytes, site_xml->length, &settings, error) &&
                site_make_places(site, settings, plan->account, plan->group, error) &&
                (keys = directory_open_at(site, "keys", false, 0, error)) >= 0 &&
                init_keys(plan, site, keys, &authority, error) &&
                (!plan->demonstration || init_demo_people(plan, site, &authority, error)) &&
                init_roster_xml(plan, &roster_xml, error) &&
                file_write_durable(site, "roster.xml", roster_xml.bytes, roster_xml.length, 0644, error) &&
                file_write_durable(site, "site.xml", site_xml->bytes, site_xml->length, 0644, error);
    if (keys >= 0)
        close(keys);
    text_free(&roster_xml);
    credential_free(&authority);
    settings_free(settings);
    return done;
}

static bool report(const struct invocation *invocation, const struct plan *plan, const char *path,
                   struct error *error)
{
    if (invocation->json) {
        json_t *line = json_pack("{s:s, s:b, s:s}", "site", path, "demonstration", plan->demonstration,
                                 "commands", plan->commands);
        bool done = line != NULL && print_json(line, error);
        json_decref(line);
        return done;
    }
    printf("made the site %s (time zone %s, commands %s)\n", path, plan->zone, plan->commands);
    printf("  site.xml, roster.xml   settings and people: both explain themselves\n"
           "  keys/                  the site's own authority, revocation list, key and certificate\n"
           "  ca.pem                 for those who verify what the site signs\n");
    if (plan->key != NULL)
        printf("  %s   the site's key: keep a second copy where the site's disks are not\n", plan->key);
    if (plan->demonstration)
        printf("  demo/people/           keys and certificates of %zu invented people\n\n"
               "This is a DEMONSTRATION: its keys are unencrypted and every document says so. No casework "
               "here.\n",
               demo_people_count);
    else
        printf("\nNext: edit site.xml and roster.xml; put your department's authority and revocation list "
               "into keys/.\n");
    printf("Then: leadspool -s %s run\n", path);
    return true;
}

static bool make(const struct invocation *invocation, struct plan *plan, const char *path,
                 struct error *error)
{
    struct text site_xml = TEXT_EMPTY;
    fill_in(plan);
    if (!zone_use(plan->zone, error) || !init_site_xml(plan, &site_xml, error))
        return false;
    int site = open_empty(path, error);
    bool done = site >= 0;
    if (done && !(write_all(plan, site, &site_xml, error) && first_event(path, plan, error)))
        done = error_context(error, "the site is not complete; remove %s and try again", path);
    if (site >= 0)
        close(site);
    text_free(&site_xml);
    return done && report(invocation, plan, path, error);
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct plan plan = {.account = geteuid(), .group = getegid(), .now = clock_now()};
    int key;
    while ((key = option_next(&command_init, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else if (!take(&plan, key, error))
            return false;
    }
    if (key != OPTION_END)
        return key == OPTION_HELP;
    const char *path = optind + 1 == argc ? argv[optind] : optind == argc ? invocation->site : NULL;
    if (path == NULL)
        return error_set(error, FAULT_USAGE, "say one directory to make the site in");
    return make(invocation, &plan, path, error);
}

const struct command command_init = {
    .name = "init",
    .arguments = "[--demo] [--commands A,B] [--agency TEXT] [--zone ZONE] DIR",
    .purpose = "Make a site",
    .options = options,
    .run = run,
};
