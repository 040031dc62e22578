/*
 * Disposals (R38), one entry a transaction.
 *
 * Guarantees: what was ordered stands in the record until its certificate is issued; a crash in between goes on with
 * the entry no transaction recorded. Files of the vault are erased in a batch of the committer's own, in which nothing
 * is received. One that fails three times is left, with an alarm, until the next start.
 */
#include <stdlib.h>

#include "base/log.h"
#include "casebook/vault.h"
#include "spool/flow_retention.h"
#include "spool/state.h"

enum { ATTEMPTS_MOST = 3 };

struct disposals {
    struct daemon *daemon;
    bool busy, again, stuck;
    bool more, erase;
    int attempts;
};

static void go_on(struct disposals *disposals);

static bool step(struct transaction *transaction, void *context, struct error *error)
{
    struct disposals *disposals = context;
    return flow_retention_step(transaction, disposals->daemon->site, clock_now(), &disposals->more,
                               &disposals->erase, error);
}

static bool erase(struct transaction *transaction, void *context, struct error *error)
{
    struct disposals *disposals = context;
    size_t erased = 1;
    disposals->more = true;
    while (erased > 0)
        if (!vault_erase_disposed(transaction, disposals->daemon->vault, &erased, error))
            return false;
    return flow_retention_erased(transaction, error);
}

static void done(void *context, const struct error *error)
{
    struct disposals *disposals = context;
    disposals->busy = false;
    if (error != NULL && !loop_stopping(disposals->daemon->loop)) {
        disposals->stuck = ++disposals->attempts >= ATTEMPTS_MOST;
        log_line(disposals->stuck ? LOG_LEVEL_ALARM : LOG_LEVEL_WARNING,
                 disposals->stuck ? "disposal-stuck" : "disposal-waits", "%s", error->text);
    } else if (error == NULL) {
        disposals->attempts = 0;
        if (disposals->more)
            daemon_wake(disposals->daemon); /* files to be removed, a certificate to be published */
    }
    if (disposals->more || disposals->erase || disposals->again || (error != NULL && !disposals->stuck))
        go_on(disposals);
}

static void go_on(struct disposals *disposals)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.work = disposals->erase ? erase : step,
                            .done = done,
                            .context = disposals,
                            .alone = disposals->erase};
    disposals->again = false;
    if (disposals->busy || disposals->stuck || loop_stopping(disposals->daemon->loop))
        return;
    disposals->more = disposals->erase = false;
    disposals->busy = committer_hand(disposals->daemon->committer, &commit, &error);
}

bool disposals_open(struct daemon *daemon, struct error *error)
{
    daemon->disposals = calloc(1, sizeof *daemon->disposals);
    if (daemon->disposals == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting");
    daemon->disposals->daemon = daemon;
    return true;
}

void disposals_close(struct disposals *disposals)
{
    free(disposals);
}

void disposals_wake(struct disposals *disposals)
{
    disposals->again = disposals->busy;
    go_on(disposals);
}

size_t disposals_busy(const struct disposals *disposals)
{
    return disposals->busy ? 1 : 0;
}
