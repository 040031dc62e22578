/*
 * Inside a porter: privileges down, then messages, hints and rescans.
 *
 * Guarantees: one answer to each message, in order; a snapshot is sent when a share's listing differs from
 * the one sent before, at latest one rescan after the change. Never parses what it carries.
 */
#include "spool/porter_child.h"
#include "spool/porter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/service.h"
#include "spool/watch.h"

enum { SHARES_MOST = 1024, BUSY_RESCAN_MS = 250, HINT_DELAY_MS = 10 };

struct watched {
    json_t *share;
    struct digest last; /* of the snapshot sent last */
    bool sent, busy;    /* busy: it has drops, so look again soon */
};

struct porter {
    int channel, site, watch;
    struct watched shares[SHARES_MOST];
    size_t share_count;
    int64_t rescan, next_scan;
};

static const struct {
    const char *op;
    porter_operation *run;
} operations[] = {
    {"peek", porter_peek},     {"digest", porter_digest},   {"claim", porter_claim},
    {"copy", porter_copy},     {"unclaim", porter_unclaim}, {"publish", porter_publish},
    {"remove", porter_remove},
};

int porter_open(int site, const char *path, struct error *error)
{
    int at = fcntl(site, F_DUPFD_CLOEXEC, 0);
    char component[256];
    while (at >= 0 && *path != '\0') {
        size_t length = strcspn(path, "/");
        if (length == 0 || length >= sizeof component || strncmp(path, "..", length > 2 ? length : 2) == 0) {
            close(at);
            error_set(error, FAULT_INTERNAL, "\"%s\" is no folder of the site", path);
            return -1;
        }
        memcpy(component, path, length);
        component[length] = '\0';
        path += length + (path[length] == '/' ? 1 : 0);
        int next = directory_open_at(at, component, false, 0, error);
        close(at);
        if (next < 0)
            return -1;
        at = next;
    }
    return at;
}

/* Root keeps just the two rights that other accounts' shares need; anybody else keeps nothing. */
static bool drop_privileges(uid_t account, gid_t group, struct error *error)
{
    if (geteuid() != 0)
        return true;
    static const cap_value_t kept[] = {CAP_DAC_OVERRIDE, CAP_FOWNER};
    cap_t capabilities = cap_init();
    bool done = capabilities != NULL && prctl(PR_SET_KEEPCAPS, 1) == 0 &&
                (account == 0 || (setgroups(0, NULL) == 0 && setresgid(group, group, group) == 0 &&
                                  setresuid(account, account, account) == 0)) &&
                cap_set_flag(capabilities, CAP_PERMITTED, 2, kept, CAP_SET) == 0 &&
                cap_set_flag(capabilities, CAP_EFFECTIVE, 2, kept, CAP_SET) == 0 &&
                cap_set_proc(capabilities) == 0;
    if (!done)
        error_system(error, "giving up a porter's privileges");
    if (capabilities != NULL)
        cap_free(capabilities);
    return done;
}

static void send_snapshot(struct porter *service, struct watched *watched)
{
    struct error error = ERROR_NONE;
    json_t *snapshot = NULL;
    if (!porter_scan(service->site, watched->share, &snapshot, &error)) {
        snapshot = json_pack("{ss,sO,ss}", "op", "snapshot", "share", json_object_get(watched->share, "path"),
                             "down", error.text);
        watched->busy = true;
    } else
        watched->busy = json_array_size(json_object_get(snapshot, "drops")) > 0;
    struct digest digest;
    if (snapshot != NULL && json_digest(snapshot, &digest) &&
        !(watched->sent && digest_equal(&digest, &watched->last)) &&
        channel_send(service->channel, snapshot, NULL, 0, NULL)) {
        watched->last = digest;
        watched->sent = true;
    }
    json_decref(snapshot);
}

static void scan_all(struct porter *service)
{
    bool busy = false;
    int64_t begun = clock_monotonic();
    for (size_t i = 0; i < service->share_count; i++) {
        send_snapshot(service, &service->shares[i]);
        busy = busy || service->shares[i].busy;
    }
    int64_t pause = busy && service->rescan > BUSY_RESCAN_MS ? BUSY_RESCAN_MS : service->rescan;
    /* A look at thousands of drops must not take up the time in which they are carried. */
    int64_t took = clock_monotonic() - begun;
    service->next_scan = clock_monotonic() + (took * 8 > pause ? took * 8 : pause);
}

static bool start_watching(struct porter *service, const json_t *message, struct error *error)
{
    size_t index;
    json_t *share;
    json_array_foreach(json_object_get(message, "shares"), index, share)
    {
        if (service->share_count == SHARES_MOST)
            return error_set(error, FAULT_ENVIRONMENT, "more than %d shares on one mount", SHARES_MOST);
        service->shares[service->share_count++].share = json_incref(share);
        char path[64];
        struct error own = ERROR_NONE;
        int directory = porter_open(service->site, json_text(share, "path"), &own);
        snprintf(path, sizeof path, "/proc/self/fd/%d", directory);
        if (directory < 0 || service->watch < 0 || !watch_add(service->watch, path, &own))
            log_line(LOG_LEVEL_WARNING, "share-polled", "%s: %s", json_text(share, "path"), own.text);
        if (directory >= 0)
            close(directory);
    }
    service->rescan = json_whole(message, "rescan", 5000);
    service->next_scan = 0;
    return true;
}

static void serve_message(struct porter *service, const json_t *message, int file)
{
    struct error error = ERROR_NONE;
    const char *op = json_text(message, "op");
    json_t *answer = json_object();
    int sent = -1;
    bool done = false;
    if (strcmp(op, "watch") == 0) {
        if (!start_watching(service, message, &error))
            log_line(LOG_LEVEL_ERROR, "porter", "%s", error.text);
        json_decref(answer);
        return;
    }
    porter_operation *run = NULL;
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(operations[i].op, op) == 0)
            run = operations[i].run;
    done = run != NULL ? run(service->site, message, file, answer, &sent, &error)
                       : error_set(&error, FAULT_INTERNAL, "a porter cannot \"%s\"", op);
    service_answer(service->channel, message, answer, sent, done, &error);
}

void porter_serve(int channel, int directory, const void *argument)
{
    const struct porter_place *place = argument;
    static struct porter service;
    struct error error = ERROR_NONE;
    if (!drop_privileges(place->account, place->group, &error) || !service_end_with_daemon()) {
        log_line(LOG_LEVEL_ALARM, "porter", "%s", error.text);
        _exit(1);
    }
    umask(0);
    service = (struct porter){.channel = channel, .site = directory, .rescan = 5000, .next_scan = INT64_MAX};
    service.watch = watch_open(&error);
    for (;;) {
        int64_t left = service.next_scan == INT64_MAX ? -1 : service.next_scan - clock_monotonic();
        struct pollfd wait[2] = {{.fd = channel, .events = POLLIN}, {.fd = service.watch, .events = POLLIN}};
        int wait_ms = left < 0 && service.next_scan != INT64_MAX ? 0 : (int)left;
        if (poll(wait, service.watch >= 0 ? 2 : 1, wait_ms) < 0 && errno != EINTR)
            _exit(1);
        if (wait[0].revents != 0) {
            int file = -1;
            json_t *message = service_next(channel, &file);
            if (message != NULL)
                serve_message(&service, message, file);
            if (file >= 0)
                close(file);
            json_decref(message);
        }
        if (service.watch >= 0 && wait[1].revents != 0 && watch_drain(service.watch) &&
            service.next_scan > clock_monotonic() + HINT_DELAY_MS)
            service.next_scan = clock_monotonic() + HINT_DELAY_MS;
        if (service.share_count > 0 && clock_monotonic() >= service.next_scan)
            scan_all(&service);
    }
}
