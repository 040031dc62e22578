/*
 * Asking the record: the daemon over its socket, or, when none runs, in this process.
 *
 * Guarantees: without a daemon only who may act itself gets an answer, under the owner lock, from the very
 * function the daemon uses; a question changes something only together with its answer. Never starts a
 * daemon.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "spool/control.h"
#include "spool/nursery.h"
#include "spool/record.h"
#include "spool/reruns.h"

/* A search made again takes as long as the gallery is large. */
enum { ANSWER_SECONDS = 60, SEARCH_SECONDS = 6 * 3600, ANSWER_LIMIT = 64 << 20 };

/* What this process opened to act itself; kept for further questions, closed by control_end. */
static struct {
    struct casebook *casebook;
    struct vault *vault;
    struct loop *loop; /* with the nursery, only where a search has to be made */
    struct nursery *nursery;
} own;

/* 1 = connected, 0 = no daemon, -1 = error. The path goes through a descriptor, because a site's may be
   longer than the 107 bytes a socket address holds. */
static int connect_daemon(const struct site *site, int seconds, int *connection, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = seconds};
    int run = openat(site->directory, "var/run", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (run < 0) {
        error_system(error, "opening var/run of the site");
        return -1;
    }
    *connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*connection < 0) {
        error_system(error, "making a socket");
        close(run);
        return -1;
    }
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/socket", run);
    setsockopt(*connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(*connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int connected = connect(*connection, (struct sockaddr *)&address, sizeof address);
    int number = errno;
    close(run);
    if (connected == 0)
        return 1;
    close(*connection);
    *connection = -1;
    if (number == ENOENT || number == ECONNREFUSED)
        return 0;
    errno = number;
    error_system(error, "asking the daemon over var/run/socket");
    return -1;
}

static bool send_all(int connection, const char *bytes, size_t length, struct error *error)
{
    while (length > 0) {
        ssize_t sent = send(connection, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            error_system(error, "asking the daemon");
            if (error != NULL)
                error->fault = FAULT_TEMPORARY;
            return false;
        }
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool receive_line(int connection, char **line, size_t *length, struct error *error)
{
    size_t capacity = 65536, used = 0;
    char *buffer = malloc(capacity);
    while (buffer != NULL) {
        ssize_t got = recv(connection, buffer + used, capacity - used, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            free(buffer);
            return error_set(error, FAULT_TEMPORARY, "%s",
                             got == 0 ? "the daemon ended before it answered; ask again"
                                      : "the daemon did not answer in time; ask again");
        }
        const char *end = memchr(buffer + used, '\n', (size_t)got);
        used += (size_t)got;
        if (end != NULL) {
            *line = buffer;
            *length = (size_t)(end - buffer);
            return true;
        }
        if (used >= ANSWER_LIMIT) {
            free(buffer);
            return error_set(error, FAULT_INTERNAL, "the answer of the daemon is longer than %d bytes",
                             ANSWER_LIMIT);
        }
        if (used == capacity) {
            char *larger = realloc(buffer, 2 * capacity);
            if (larger == NULL)
                free(buffer);
            buffer = larger;
            capacity *= 2;
        }
    }
    return error_set(error, FAULT_TEMPORARY, "out of memory while reading the daemon's answer");
}

static bool ask_daemon(int connection, const json_t *request, json_t **answer, struct error *error)
{
    char *question = json_dumps(request, JSON_COMPACT), *line = NULL;
    size_t length = 0;
    bool done = question != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while asking");
    done = done && send_all(connection, question, strlen(question), error) &&
           send_all(connection, "\n", 1, error) && receive_line(connection, &line, &length, error) &&
           (json_read(line, length, answer, error) || error_context(error, "the daemon's answer"));
    free(question);
    free(line);
    return done;
}

static bool searches(const json_t *request)
{
    return strcmp(json_text(request, "command"), "rerun") == 0;
}

static bool open_own(struct site *site, bool with_nursery, struct error *error)
{
    if (own.casebook != NULL)
        return true;
    /* Root reads the site's key as root, like the daemon; anybody else has to be the owner from the beginning. */
    if (geteuid() != 0 && !site_become_owner(site, error))
        return false;
    /* Before the casebook, of which no child may keep a descriptor. */
    if (with_nursery && (!loop_open(&own.loop, error) || !nursery_start(own.loop, site, &own.nursery, error)))
        return false;
    return site_unlock(site, error) && site_become_owner(site, error) && site_lock(site, error) &&
           record_open(site, &own.casebook, &own.vault, error);
}

struct searching {
    json_t *answer;
    struct error error;
};

static void searched_here(void *context, const struct job_outcome *outcome)
{
    struct searching *searching = context;
    if (!rerun_ended(searching->answer, outcome, &searching->error))
        loop_fail(own.loop, &searching->error);
    else
        loop_stop(own.loop);
}

static bool search_here(const struct site *site, json_t *answer, struct error *error)
{
    struct transaction *transaction = NULL;
    struct searching searching = {.answer = answer, .error = ERROR_NONE};
    if (rerun_wanted(answer)) {
        char digest[DIGEST_TEXT_SIZE];
        struct engine_source engine = {.settings = site->settings,
                                       .object = engine_of_site(site->settings, digest, error),
                                       .digest = digest};
        if (engine.object < 0 && error->fault != FAULT_NONE)
            return false;
        loop_restart(own.loop);
        int gallery = directory_make_path(site->directory, "var/gallery", 0700, error);
        bool done =
            gallery >= 0 &&
            rerun_start(own.nursery, &engine, own.vault, gallery, answer, searched_here, &searching, error) &&
            loop_run(own.loop, NULL, NULL, error);
        if (gallery >= 0)
            close(gallery);
        if (engine.object >= 0)
            close(engine.object);
        if (!done)
            return false;
    }
    if (!transaction_begin(own.casebook, NULL, &transaction, error))
        return false;
    if (rerun_finish(transaction, answer, clock_now(), error))
        return transaction_commit(transaction, error);
    transaction_abort(transaction);
    return false;
}

static bool answer_here(struct site *site, const json_t *request, json_t **answer, struct error *error)
{
    struct transaction *transaction = NULL;
    /* Who asks is who called, not whom root became to act. */
    struct control_peer peer = {.uid = getuid(), .gid = getgid(), .pid = getpid()};
    if (!open_own(site, searches(request), error) ||
        !transaction_begin(own.casebook, NULL, &transaction, error))
        return false;
    struct control_context context = {
        .site = site, .casebook = own.casebook, .vault = own.vault, .live = NULL, .now = clock_now()};
    if (control_answer(transaction, &context, &peer, request, answer, error) && json_flag(*answer, "ok"))
        return transaction_commit(transaction, error) &&
               (json_object_get(*answer, "rerun") == NULL || search_here(site, *answer, error));
    transaction_abort(transaction);
    return *answer != NULL;
}

bool control_ask(struct site *site, const json_t *request, json_t **answer, struct error *error)
{
    int connection = -1;
    *answer = NULL;
    int reached =
        own.casebook != NULL
            ? 0
            : connect_daemon(site, searches(request) ? SEARCH_SECONDS : ANSWER_SECONDS, &connection, error);
    if (reached < 0)
        return false;
    if (reached == 0)
        return answer_here(site, request, answer, error);
    bool done = ask_daemon(connection, request, answer, error);
    close(connection);
    return done;
}

void control_end(void)
{
    nursery_stop(own.nursery);
    loop_close(own.loop);
    own.nursery = NULL;
    own.loop = NULL;
    vault_close(own.vault);
    casebook_close(own.casebook, NULL);
    own.vault = NULL;
    own.casebook = NULL;
}
