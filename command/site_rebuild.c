/*
 * Rebuilding the shares.
 *
 * Guarantees: nothing that lies there is touched; whatever is ordered is in the record before this ends, so that asking again
 * orders nothing twice. Publishes nothing itself: the porters do, with the rights they have.
 */
#include "command/site_rebuild.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "spool/rebuild.h"
#include "spool/record.h"

enum { BATCH = 500 };

/* What is missing is said first, since giving it to its groups is the administrator's. */
struct places {
    const struct site *site;
    bool dry;
    size_t missing;
};

static bool say_missing(void *context, const char *path, mode_t mode, struct error *error)
{
    struct places *places = context;
    (void)mode, (void)error;
    if (faccessat(places->site->directory, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    if (places->missing++ == 0)
        printf("%s\n", places->dry ? _("Folders that would be made:") : _("Folders made:"));
    printf("    %s\n", path);
    return true;
}

static bool make_places(struct site *site, bool dry, struct error *error)
{
    struct places places = {.site = site, .dry = dry};
    if (!site_places(site->settings, say_missing, &places, error))
        return false;
    if (places.missing > 0)
        printf(_("They belong to the service account alone: give them to their groups again "
                 "(deploy/README.md).\n\n"));
    return dry || site_make_places(site->directory, site->settings, site->account, site->group, error);
}

static void print_found(const struct rebuild *found)
{
    const char *folder;
    const json_t *line;
    printf("%-44s%10s%10s\n", "", "files", "missing");
    json_object_foreach((json_t *)found->folders, folder, line)
        printf("%-44s%10lld%10lld\n", folder, (long long)json_whole(line, "files", 0),
               (long long)json_whole(line, "missing", 0));
    printf("%-44s%10zu%10zu\n\n", _("in all"), found->files, found->missing);
    if (found->taken > 0)
        printf(_("Left out, since case management acknowledged them and has them: %zu attached reports.\n"),
               found->taken);
    if (found->gone > 0)
        printf(_("Files whose bytes are not in the vault any more: %zu; leadspool audit verify says why.\n"),
               found->gone);
    if (found->waiting > 0)
        printf(_("Ordered before, and waiting for a start of the daemon: %zu.\n"), found->waiting);
}

static bool look(struct casebook *casebook, const struct vault *vault, const struct site *site,
                 char *const *below, struct rebuild *found, struct error *error)
{
    struct transaction *transaction = NULL;
    if (!transaction_begin(casebook, NULL, &transaction, error))
        return false;
    bool done = rebuild_look(transaction, vault, site->directory, below, found, error);
    transaction_abort(transaction);
    return done;
}

static bool order(struct casebook *casebook, const struct rebuild *found, size_t from, const char *actor,
                  struct error *error)
{
    struct transaction *transaction = NULL;
    if (!transaction_begin(casebook, NULL, &transaction, error))
        return false;
    if (rebuild_order(transaction, found, from, BATCH, actor, clock_now(), error))
        return transaction_commit(transaction, error);
    transaction_abort(transaction);
    return false;
}

static bool rebuild(struct site *site, char *const *below, const char *actor, bool dry, struct error *error)
{
    struct casebook *casebook = NULL;
    struct vault *vault = NULL;
    struct rebuild found = {0};
    bool done =
        record_open(site, &casebook, &vault, error) && look(casebook, vault, site, below, &found, error);
    size_t count = json_array_size(found.rows);
    if (done)
        print_found(&found);
    for (size_t from = 0; done && !dry && from < count; from += BATCH)
        done = order(casebook, &found, from, actor, error);
    vault_close(vault);
    done = casebook_close(casebook, done ? error : NULL) && done;
    if (done && count == 0 && found.waiting == 0)
        printf("%s\n", found.missing == 0 ? _("Everything the record says is there lies there.")
                                          : _("Nothing can be put out again."));
    else if (done)
        printf(
            _("%s: %zu, byte for byte and signed as they were,\n"
              "by the daemon's next start or by leadspool drain. Pages of commands and stages are drawn anew "
              "then.\n"),
            dry ? _("Documents that would be put out again") : _("Documents to be put out again"),
            count + found.waiting);
    rebuild_free(&found);
    return done;
}

bool site_rebuild(struct site *site, char *const *below, bool dry, struct error *error)
{
    const struct passwd *caller = getpwuid(getuid());
    char actor[64];
    snprintf(actor, sizeof actor, "%s", caller == NULL ? "root" : caller->pw_name);
    if (!site_unlock(site, error) || !site_lock(site, error))
        return false;
    /* Folders before the owner is taken on: only root can give them away. */
    bool done = make_places(site, dry, error) && site_become_owner(site, error) &&
                rebuild(site, below, actor, dry, error);
    if (done && dry)
        printf(_("Nothing was done: a dry run.\n"));
    return done;
}
