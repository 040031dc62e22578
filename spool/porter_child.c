/*
 * Inside a porter: privileges down, then messages, hints and rescans.
 *
 * Guarantees: one answer to each message, in order but for those that go first, which are served between the files of a
 * long message too, and for claims: those of messages that wait together are answered after one sync of their share. Its heart beats as long as the file systems answer. Never
 * parses what it carries.
 */
#include "spool/porter_child.h"
#include "spool/porter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/porter_watch.h"
#include "spool/service.h"
#include "spool/site.h"

enum {
    BEAT_MS = 1000,     /* a porter that waits for nothing shows so often that it is alive */
    TOGETHER_MOST = 32, /* messages served one after the other before claims among them are answered */
    LOOK_MS = 5,        /* of messages between looks at shares that hold little */
    WAITING_MOST = 192  /* messages taken over from the channel, to see whether one of them goes first */
};

struct waiting_message {
    json_t *message;
    int file;
};

/* A message that is answered when its folder was synced. */
struct unsynced {
    json_t *message, *answer;
};

struct porter {
    int channel, site;
    bool between; /* one that goes first is served in the middle of another */
    struct watching *watching;
    struct unsynced unsynced[TOGETHER_MOST];
    size_t unsynced_count;
    struct waiting_message waiting[WAITING_MOST]; /* in order of arrival */
    size_t waiting_count;
};

static const struct {
    const char *op;
    porter_operation *run;
} operations[] = {
    {"peek", porter_peek},       {"digest", porter_digest},   {"claim", porter_claim},
    {"copy", porter_copy},       {"hash", porter_hash},       {"unclaim", porter_unclaim},
    {"publish", porter_publish}, {"remove", porter_remove},   {"issue", porter_issue},
    {"access", porter_access},   {"encrypt", porter_encrypt}, {"compare", porter_compare},
};

/* A porter has one thread and one life. */
static struct porter self;
static struct porter_heartbeat *heartbeat;

static const struct keyring *keyring;

const struct keyring *porter_keyring(void)
{
    return keyring;
}

void porter_alive(void)
{
    if (heartbeat != NULL)
        atomic_fetch_add(&heartbeat->beats, 1);
}

int porter_open(int site, const char *path, struct error *error)
{
    int at = directory_open_below(site, path);
    char component[256];
    if (at >= 0)
        return at;
    at = fcntl(site, F_DUPFD_CLOEXEC, 0);
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

/* The record is sure of what lies on its own volume alone. A share elsewhere that cannot sync is down: what is wanted
   there is written anew when it answers again. */
static void excuse_share(int site, const json_t *message, struct error *error)
{
    struct stat record, share;
    char folder[512];
    const char *path = json_text_or_null(message, "path");
    if (path == NULL)
        path = json_text_or_null(message, "directory");
    if (path == NULL)
        path = json_text_or_null(json_array_get(json_object_get(message, "files"), 0), "directory");
    if (error->fault != FAULT_DURABILITY || path == NULL || fstatat(site, "var", &record, 0) != 0)
        return;
    /* The folder may be one that was being made: then the one above it says where it lies. */
    snprintf(folder, sizeof folder, "%s", path);
    while (fstatat(site, folder, &share, 0) != 0 && strrchr(folder, '/') != NULL)
        *strrchr(folder, '/') = '\0';
    if (fstatat(site, folder, &share, 0) != 0 || share.st_dev != record.st_dev)
        error->fault = FAULT_TEMPORARY;
}

static void serve_message(struct porter *service, const json_t *message, int file)
{
    struct error error = ERROR_NONE;
    const char *op = json_text(message, "op");
    json_t *answer = json_object();
    int sent = -1;
    bool done = false;
    if (strcmp(op, "watch") == 0) {
        if (!watching_start(service->watching, message, &error))
            log_line(LOG_LEVEL_ALARM, "porter", "%s", error.text);
        json_decref(answer);
        return;
    }
    porter_operation *run = NULL;
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(operations[i].op, op) == 0)
            run = operations[i].run;
    done = run != NULL ? run(service->site, message, file, answer, &sent, &error)
                       : error_set(&error, FAULT_INTERNAL, "a porter cannot \"%s\"", op);
    if (done && json_flag(answer, "sync")) {
        json_object_del(answer, "sync");
        service->unsynced[service->unsynced_count++] =
            (struct unsynced){json_incref((json_t *)(uintptr_t)message), answer};
        return;
    }
    excuse_share(service->site, message, &error);
    service_answer(service->channel, message, answer, sent, done, &error);
}

static bool sync_folder(int site, const char *path, struct error *error)
{
    int folder = porter_open(site, path, error);
    bool done = folder >= 0 && directory_sync(folder, error);
    if (folder >= 0)
        close(folder);
    return done;
}

/* Each folder once, for all its messages. */
static void sync_and_answer(struct porter *service)
{
    for (size_t i = 0; i < service->unsynced_count; i++) {
        struct unsynced *first = &service->unsynced[i];
        struct error error = ERROR_NONE;
        if (first->message == NULL)
            continue;
        json_t *path = json_incref(json_object_get(first->message, "path"));
        bool done = sync_folder(service->site, json_string_value(path), &error);
        excuse_share(service->site, first->message, &error);
        porter_alive();
        for (size_t k = i; k < service->unsynced_count; k++) {
            struct unsynced *one = &service->unsynced[k];
            if (one->message == NULL || !json_equal(json_object_get(one->message, "path"), path))
                continue;
            service_answer(service->channel, one->message, one->answer, -1, done, &error);
            json_decref(one->message);
            one->message = NULL;
        }
        json_decref(path);
    }
    service->unsynced_count = 0;
}

static void take_over(struct porter *service)
{
    struct pollfd more = {.fd = service->channel, .events = POLLIN};
    while (service->waiting_count < WAITING_MOST && poll(&more, 1, 0) > 0) {
        struct waiting_message *taken = &service->waiting[service->waiting_count];
        *taken = (struct waiting_message){.file = -1};
        taken->message = service_next(service->channel, &taken->file);
        if (taken->message != NULL)
            service->waiting_count++;
        else if (taken->file >= 0)
            close(taken->file);
    }
}

/* The first that goes first, or the first. */
static struct waiting_message next_message(struct porter *service, bool *first)
{
    size_t at = 0;
    while (at < service->waiting_count && !json_flag(service->waiting[at].message, "first"))
        at++;
    *first = at < service->waiting_count;
    at = *first ? at : 0;
    struct waiting_message next = service->waiting[at];
    service->waiting_count--;
    memmove(&service->waiting[at], &service->waiting[at + 1],
            (service->waiting_count - at) * sizeof service->waiting[0]);
    return next;
}

static bool first_waits(const struct porter *service)
{
    for (size_t i = 0; i < service->waiting_count; i++)
        if (json_flag(service->waiting[i].message, "first"))
            return true;
    return false;
}

void porter_between(void)
{
    porter_alive();
    if (self.between)
        return;
    self.between = true;
    for (take_over(&self); self.unsynced_count < TOGETHER_MOST && first_waits(&self); take_over(&self)) {
        bool first = false;
        struct waiting_message next = next_message(&self, &first);
        serve_message(&self, next.message, next.file);
        if (next.file >= 0)
            close(next.file);
        json_decref(next.message);
        sync_and_answer(&self);
    }
    self.between = false;
}

/* What waits at this moment, up to a number: hints and looks have their turn too. One that goes first is not kept
   waiting for the sync of others. */
static void serve_messages(struct porter *service)
{
    bool first = false;
    int64_t looked = clock_monotonic();
    take_over(service);
    for (int served = 0; served < TOGETHER_MOST && service->waiting_count > 0 && !first; served++) {
        struct waiting_message next = next_message(service, &first);
        serve_message(service, next.message, next.file);
        if (next.file >= 0)
            close(next.file);
        json_decref(next.message);
        porter_alive();
        if (clock_monotonic() >= looked + LOOK_MS) {
            if (watching_file(service->watching) >= 0)
                watching_hints(service->watching);
            watching_look_small(service->watching);
            looked = clock_monotonic();
        }
        take_over(service);
    }
    sync_and_answer(service);
}

/* Here, since a file system that hangs must not hang the daemon. A folder that cannot be made shows as down. */
static void make_folders(int site, const struct porter_place *place)
{
    size_t index;
    json_t *folder;
    json_array_foreach(place->folders, index, folder)
    {
        struct error error = ERROR_NONE;
        if (!site_make_place(site, json_text(folder, "path"), (mode_t)json_whole(folder, "mode", 0750),
                             place->account, place->group, &error))
            log_line(LOG_LEVEL_WARNING, "porter", "%s", error.text);
    }
}

void porter_serve(int channel, int directory, const void *argument)
{
    const struct porter_place *place = argument;
    struct error error = ERROR_NONE;
    if (!drop_privileges(place->account, place->group, &error) || !service_end_with_daemon()) {
        log_line(LOG_LEVEL_ALARM, "porter", "%s", error.text);
        _exit(1);
    }
    umask(0);
    heartbeat = place->heartbeat;
    keyring = place->keyring;
    make_folders(directory, place);
    self = (struct porter){.channel = channel, .site = directory};
    self.watching = watching_open(channel, directory, heartbeat);
    if (self.watching == NULL)
        _exit(1);
    for (;;) {
        porter_alive();
        int patience = watching_patience(self.watching), hints = watching_file(self.watching);
        struct pollfd wait[2] = {{.fd = channel, .events = POLLIN}, {.fd = hints, .events = POLLIN}};
        if (patience < 0 || patience > BEAT_MS)
            patience = BEAT_MS;
        if (self.waiting_count > 0)
            patience = 0;
        if (poll(wait, hints >= 0 ? 2 : 1, patience) < 0 && errno != EINTR)
            _exit(1);
        if (wait[0].revents != 0 || self.waiting_count > 0)
            serve_messages(&self);
        if (hints >= 0 && wait[1].revents != 0)
            watching_hints(self.watching);
        watching_look(self.watching);
    }
}
