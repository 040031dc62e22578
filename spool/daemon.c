/*
 * The daemon: makes its parts in an order that keeps privileges and memory apart, runs the loop, ends.
 *
 * Guarantees: children are forked before the casebook is opened and before any thread exists; the owner lock
 * is held from before the first look at the record until after the last; a failed sync ends the process with
 * FAULT_DURABILITY and without another write. SIGTERM and SIGINT end it after the batch under way: what was
 * not committed is found again at start-up.
 */
#include "spool/daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/account_directory.h"
#include "spool/clock_watch.h"
#include "spool/encrypted_volumes.h"
#include "spool/engines.h"
#include "spool/in_force.h"
#include "spool/lapse.h"
#include "spool/metrics.h"
#include "spool/mounts.h"
#include "spool/porter.h"
#include "spool/record.h"
#include "spool/room.h"
#include "spool/roster_watch.h"
#include "spool/service_manager.h"
#include "spool/signer.h"
#include "spool/slurm.h"
#include "spool/state.h"
#include "spool/views.h"

enum { FILES_MOST = 65536, IDLE_LOOK_MS = 100, IDLE_ROUNDS = 3 };

static const char *const font_files[2] = {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                                          "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"};

static void wake_all(void *context)
{
    struct daemon *daemon = context;
    publisher_wake(daemon->publisher);
    enrolment_wake(daemon->enrolment);
    compaction_wake(daemon->compaction);
    runs_wake(daemon->runs);
    volumes_wake(daemon->volumes);
    foil_maker_wake(daemon->foil);
    stage_pages_wake(daemon->stage_pages, false);
    shares_wake(daemon->shares);
}

void daemon_wake(struct daemon *daemon)
{
    /* By way of a timer: whoever wakes may be in the middle of a list that waking changes. */
    loop_after(daemon->loop, 0, wake_all, daemon, NULL);
}

/* --- signals --- */

struct signals {
    struct daemon *daemon;
    int file;
};

static void signalled(void *context)
{
    struct signals *signals = context;
    struct signalfd_siginfo information;
    if (read(signals->file, &information, sizeof information) == sizeof information) {
        log_line(LOG_LEVEL_NOTICE, "stopping", "on signal %u", information.ssi_signo);
        service_manager_stopping(NULL);
        loop_stop(signals->daemon->loop);
    }
}

static bool watch_signals(struct signals *signals, struct error *error)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signals->file = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals->file < 0)
        return error_system(error, "watching for signals");
    return loop_watch(signals->daemon->loop, signals->file, signalled, signals, error);
}

/* --- idleness, for draining --- */

struct idleness {
    struct daemon *daemon;
    int rounds;
};

static bool busy(const struct daemon *daemon)
{
    bool porters = false;
    for (size_t i = 0; i < daemon->mount_count; i++)
        porters = porters || (!daemon->mounts[i].hung && service_busy(daemon->mounts[i].porter) > 0);
    return porters || !shares_idle(daemon->shares) || claims_busy(daemon->claims) > 0 ||
           publisher_busy(daemon->publisher) > 0 || engines_busy(daemon->engines) > 0 ||
           runs_busy(daemon->runs) > 0 || stage_pages_busy(daemon->stage_pages) > 0 ||
           enrolment_busy(daemon->enrolment) > 0 || volumes_busy(daemon->volumes) > 0 ||
           foil_maker_busy(daemon->foil) > 0 || audits_busy(daemon->audits) > 0 ||
           disposals_busy(daemon->disposals) > 0 || account_directory_busy(daemon->directory) ||
           compaction_busy(daemon->compaction) > 0 || nursery_busy(daemon->nursery) > 0 ||
           committer_pending(daemon->committer) > 0 || server_busy(daemon->server) > 0;
}

/* Idle is: nothing under way at several looks in a row, with everything woken in between. */
static void look_for_idleness(void *context)
{
    struct idleness *idleness = context;
    idleness->rounds = busy(idleness->daemon) ? 0 : idleness->rounds + 1;
    if (idleness->rounds >= IDLE_ROUNDS) {
        loop_stop(idleness->daemon->loop);
        return;
    }
    if (idleness->rounds == 1)
        daemon_wake(idleness->daemon);
    loop_after(idleness->daemon->loop, IDLE_LOOK_MS, look_for_idleness, idleness, NULL);
}

/* --- parts --- */

static bool open_folders(struct daemon *daemon, struct error *error)
{
    daemon->incoming = daemon->gallery = daemon->keys = daemon->fonts[0] = daemon->fonts[1] = -1;
    daemon->incoming = directory_make_path(daemon->site->directory, "var/incoming", 0700, error);
    daemon->gallery = directory_make_path(daemon->site->directory, "var/gallery", 0700, error);
    daemon->keys = directory_open_at(daemon->site->directory, "keys", false, 0, error);
    if (daemon->incoming < 0 || daemon->gallery < 0 || daemon->keys < 0 ||
        !room_one_volume(daemon->site->directory, error))
        return false;
    for (int i = 0; i < 2; i++) {
        daemon->fonts[i] = open(font_files[i], O_RDONLY | O_CLOEXEC);
        if (daemon->fonts[i] < 0) {
            error_system(error, "opening the font %s (package fonts-dejavu-core)", font_files[i]);
            error->fault = FAULT_ENVIRONMENT;
            return false;
        }
    }
    return true;
}

static bool start_children(struct daemon *daemon, struct error *error)
{
    static struct signer_place signer;
    signer =
        (struct signer_place){daemon->site, daemon->site->settings->key, daemon->site->settings->certificate};
    if (!signer_check(daemon->keys, &signer, error) ||
        !nursery_start(daemon->loop, daemon->site, &daemon->nursery, error) ||
        !service_start(daemon->loop, "signer", signer_serve, daemon->keys, &signer, NULL, NULL,
                       &daemon->signer, error) ||
        !account_directory_open(daemon, error))
        return false;
    /* Neither workers nor the signer ever have the keys of the record: they are read when those exist. */
    if (!site_unlock(daemon->site, error) ||
        (daemon->site->settings->encryption_required && !volumes_required(daemon->site, error)))
        return false;
    for (size_t i = 0; i < daemon->mount_count; i++) {
        daemon->mounts[i].place.keyring = daemon->site->keyring;
        if (!service_start(daemon->loop, "porter", porter_serve, daemon->site->directory,
                           &daemon->mounts[i].place, shares_news, daemon, &daemon->mounts[i].porter, error))
            return false;
    }
    return !daemon->site->settings->executor_slurm ||
           service_start(daemon->loop, "slurm", slurm_serve, daemon->site->directory, daemon->site, NULL,
                         NULL, &daemon->slurm, error);
}

static bool open_record(struct daemon *daemon, struct error *error)
{
    bool stays = !daemon->options->drain;
    if (stays)
        record_expect_much(daemon->site);
    bool done = record_open(daemon->site, &daemon->casebook, &daemon->vault, error);
    if (!stays)
        record_expect_much(daemon->site);
    return done && committer_start(daemon->casebook, daemon->vault, daemon->loop, &daemon->committer, error);
}

static bool answers_drops(void *context)
{
    const struct daemon *daemon = context;
    return claims_active(daemon->claims) > 0;
}

static bool open_parts(struct daemon *daemon, struct error *error)
{
    nursery_yield(daemon->nursery, answers_drops, daemon);
    bool done = claims_open(daemon, error) && publisher_open(daemon, error) && engines_open(daemon, error) &&
                runs_open(daemon, error) && stage_pages_open(daemon, error) &&
                enrolment_open(daemon, error) && volumes_open(daemon, error) &&
                foil_maker_open(daemon, error) && audits_open(daemon, error) &&
                disposals_open(daemon, error) && compaction_open(daemon, error) && recover(daemon, error) &&
                lapse_open(daemon, error) && shares_open(daemon, error) && mounts_watch(daemon, error) &&
                clock_watch_open(daemon, &daemon->clock_watch, error) &&
                in_force_watch_open(daemon, &daemon->in_force_watch, error) &&
                views_open(daemon, &daemon->views, error) && roster_watch_open(daemon, error) &&
                metrics_open(daemon, &daemon->metrics, error) && server_open(daemon, error);
    if (done)
        engines_start(daemon->engines);
    return done;
}

/* False: what was written last was not durable, which nobody would hear of otherwise. */
static bool close_all(struct daemon *daemon, struct error *error)
{
    bool sound = true;
    /* First of all: until it has ended a question of the server's or of the metrics may be under way. */
    committer_stop(daemon->committer);
    server_close(daemon->server);
    metrics_close(daemon->metrics);
    nursery_stop(daemon->nursery);
    service_stop(daemon->signer);
    account_directory_close(daemon->directory);
    service_stop(daemon->slurm);
    mounts_close(daemon);
    shares_close(daemon->shares);
    claims_close(daemon->claims);
    publisher_close(daemon->publisher);
    runs_close(daemon->runs);
    engines_close(daemon->engines);
    stage_pages_close(daemon->stage_pages);
    roster_watch_close(daemon->roster_watch);
    enrolment_close(daemon->enrolment);
    volumes_close(daemon->volumes);
    foil_maker_close(daemon->foil);
    audits_close(daemon->audits);
    disposals_close(daemon->disposals);
    compaction_close(daemon->compaction);
    clock_watch_close(daemon->clock_watch);
    in_force_watch_close(daemon->in_force_watch);
    views_close(daemon->views);
    vault_close(daemon->vault);
    sound = casebook_close(daemon->casebook, error) || error->fault != FAULT_DURABILITY;
    const int files[] = {daemon->incoming, daemon->gallery, daemon->keys, daemon->fonts[0], daemon->fonts[1]};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (files[i] >= 0)
            close(files[i]);
    loop_close(daemon->loop);
    return sound;
}

static void raise_limits(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FILES_MOST) {
        limit.rlim_cur = limit.rlim_max < FILES_MOST ? limit.rlim_max : FILES_MOST;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void sync_failed(const struct error *error)
{
    log_line(LOG_LEVEL_ALARM, "sync-failed", "%s", error->text);
    service_manager_stopping("a sync failed: look at the disk (leadspool-log(5), sync-failed)");
}

bool daemon_run(struct site *site, const struct daemon_options *options, struct error *error)
{
    struct daemon daemon = {.site = site, .options = options, .started = clock_now()};
    struct signals signals = {.daemon = &daemon, .file = -1};
    struct idleness idleness = {.daemon = &daemon};
    struct error last = ERROR_NONE;
    struct service_manager manager;
    bool done = false;
    log_set_level(options->verbose ? LOG_LEVEL_STEP : options->drain ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE);
    raise_limits();
    if (!zone_use(site->settings->zone, error) || !site_lock(site, error) || !loop_open(&daemon.loop, error))
        return false;
    if (!mounts_find(&daemon, error) || !mounts_make_places(&daemon, error) ||
        !open_folders(&daemon, error) || !start_children(&daemon, error) || !site_become_owner(site, error) ||
        !watch_signals(&signals, error) || !open_record(&daemon, error) || !open_parts(&daemon, error))
        goto done;
    log_to_journal();
    log_line(LOG_LEVEL_NOTICE, "started", "%s, process %ld", site->path, (long)getpid());
    daemon_wake(&daemon);
    audits_wake(daemon.audits);
    disposals_wake(daemon.disposals);
    if (!options->drain && !service_manager_ready(&manager, daemon.loop, site->path, error))
        goto done;
    if (options->drain && !loop_after(daemon.loop, IDLE_LOOK_MS, look_for_idleness, &idleness, error))
        goto done;
    done = loop_run(daemon.loop, NULL, NULL, error);
    const struct error *failure = committer_failure(daemon.committer);
    if (failure == NULL && !done && error->fault == FAULT_DURABILITY)
        failure = error;
    if (failure != NULL) {
        sync_failed(failure);
        *error = *failure;
        done = false;
    } else {
        claims_rest(daemon.claims);
    }
done:
    if (!close_all(&daemon, &last) && done) {
        sync_failed(&last);
        *error = last;
        done = false;
    }
    if (signals.file >= 0)
        close(signals.file);
    return done;
}
