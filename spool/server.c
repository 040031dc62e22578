/*
 * The control socket: commands ask, the committer answers.
 *
 * Guarantees: who asks is what the kernel says (SO_PEERCRED), never what the request says; a client that
 * sends nothing, too much or rubbish costs one connection; no question is answered on the loop's thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/control.h"
#include "spool/reruns.h"
#include "spool/server.h"
#include "spool/state.h"

enum { CLIENTS_MOST = 64, PATIENCE_MS = 10000 };

struct client {
    struct daemon *daemon;
    int socket;
    struct control_peer peer;
    char *bytes;
    size_t length;
    json_t *request, *answer, *live;
    bool answering;
    struct client *next;
};

struct server {
    struct daemon *daemon;
    int socket;
    struct client *first;
    size_t count;
};

static void late(void *context);

static void hang_up(struct client *client)
{
    struct server *server = client->daemon->server;
    for (struct client **at = &server->first; *at != NULL; at = &(*at)->next)
        if (*at == client) {
            *at = client->next;
            server->count--;
            break;
        }
    loop_cancel(client->daemon->loop, late, client);
    loop_unwatch(client->daemon->loop, client->socket);
    close(client->socket);
    free(client->bytes);
    json_decref(client->request);
    json_decref(client->answer);
    json_decref(client->live);
    free(client);
}

static void late(void *context)
{
    struct client *client = context;
    if (!client->answering)
        hang_up(client);
}

static void answer(struct client *client)
{
    char *text = json_canonical(client->answer);
    if (text != NULL) {
        /* A client that does not read loses its answer, not our time: the socket's buffer is the limit of
           patience. */
        struct timeval patience = {.tv_sec = 2};
        int flags = fcntl(client->socket, F_GETFL);
        fcntl(client->socket, F_SETFL, flags & ~O_NONBLOCK);
        setsockopt(client->socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        struct iovec parts[2] = {{.iov_base = text, .iov_len = strlen(text)},
                                 {.iov_base = "\n", .iov_len = 1}};
        struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
        size_t left = parts[0].iov_len + 1;
        while (left > 0) {
            ssize_t sent = sendmsg(client->socket, &header, MSG_NOSIGNAL);
            if (sent < 0)
                break;
            left -= (size_t)sent;
            for (size_t i = 0; i < 2; i++) {
                size_t used = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
                parts[i].iov_base = (char *)parts[i].iov_base + used;
                parts[i].iov_len -= used;
                sent -= (ssize_t)used;
            }
        }
    }
    free(text);
    hang_up(client);
}

static void refuse(struct client *client, int code, const char *text)
{
    json_decref(client->answer);
    client->answer = json_pack("{si,sb,si,ss}", "schema", 1, "ok", 0, "exit", code, "error", text);
    answer(client);
}

static bool work(struct transaction *transaction, void *context, struct error *error)
{
    struct client *client = context;
    struct control_context control = {.site = client->daemon->site,
                                      .casebook = client->daemon->casebook,
                                      .vault = client->daemon->vault,
                                      .live = client->live,
                                      .now = clock_now()};
    /* A refusal writes nothing: its nested transaction is undone, its answer is given all the same. */
    return control_answer(transaction, &control, &client->peer, client->request, &client->answer, error) &&
           (json_flag(client->answer, "ok") ||
            error_set(error, FAULT_REFUSED, "%s", json_text(client->answer, "error")));
}

static bool finish_rerun(struct transaction *transaction, void *context, struct error *error)
{
    struct client *client = context;
    return rerun_finish(transaction, client->answer, clock_now(), error);
}

static void rerun_recorded(void *context, const struct error *error)
{
    struct client *client = context;
    if (error != NULL)
        refuse(client, error_exit_code(error->fault), error->text);
    else
        answer(client);
}

/* What a rerun found, or found before any search, is an event before it is an answer. */
static void record_rerun(struct client *client)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.work = finish_rerun, .done = rerun_recorded, .context = client};
    if (!committer_hand(client->daemon->committer, &commit, &error))
        rerun_recorded(client, &error);
}

static void searched_again(void *context, const struct job_outcome *outcome)
{
    struct client *client = context;
    struct error error = ERROR_NONE;
    if (rerun_ended(client->answer, outcome, &error))
        record_rerun(client);
    else
        refuse(client, error_exit_code(error.fault), error.text);
}

static void search_again(struct client *client)
{
    struct error error = ERROR_NONE;
    const struct daemon *daemon = client->daemon;
    const struct engine_source engine = engines_source(daemon->engines);
    if (!rerun_wanted(client->answer))
        record_rerun(client);
    else if (!rerun_start(daemon->nursery, &engine, daemon->vault, daemon->gallery, client->answer,
                          searched_again, client, &error))
        refuse(client, error_exit_code(error.fault), error.text);
}

static void worked(void *context, const struct error *error)
{
    struct client *client = context;
    if (json_flag(client->answer, "wake")) {
        publisher_reread(client->daemon->publisher);
        daemon_wake(client->daemon);
    }
    if (error != NULL && client->answer == NULL)
        refuse(client, error_exit_code(error->fault), error->text);
    else if (json_object_get(client->answer, "rerun") != NULL)
        search_again(client);
    else
        answer(client);
}

static void ask(struct client *client)
{
    struct error error = ERROR_NONE;
    if (!json_read(client->bytes, client->length, &client->request, &error)) {
        refuse(client, 65, error.text);
        return;
    }
    client->answering = true;
    client->live = daemon_live(client->daemon);
    struct commit commit = {.work = work, .done = worked, .context = client, .alone = true};
    if (!committer_hand(client->daemon->committer, &commit, &error))
        refuse(client, 75, error.text);
}

static void readable(void *context)
{
    struct client *client = context;
    if (client->answering) {
        /* Only the end of the connection can be read now; the answer will find that out. */
        loop_unwatch(client->daemon->loop, client->socket);
        return;
    }
    ssize_t got = read(client->socket, client->bytes + client->length, CONTROL_REQUEST_MOST - client->length);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        hang_up(client);
        return;
    }
    client->length += (size_t)got;
    if (memchr(client->bytes, '\n', client->length) != NULL) {
        loop_unwatch(client->daemon->loop, client->socket);
        ask(client);
    } else if (client->length == CONTROL_REQUEST_MOST)
        refuse(client, 65, "the request is too long");
}

static void accept_one(void *context)
{
    struct server *server = context;
    struct error error = ERROR_NONE;
    int socket = accept4(server->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0)
        return;
    struct client *client = server->count < CLIENTS_MOST ? calloc(1, sizeof *client) : NULL;
    struct ucred who;
    socklen_t size = sizeof who;
    if (client == NULL || (client->bytes = malloc(CONTROL_REQUEST_MOST)) == NULL ||
        getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) {
        close(socket);
        if (client != NULL)
            free(client->bytes);
        free(client);
        return;
    }
    client->daemon = server->daemon;
    client->socket = socket;
    client->peer = (struct control_peer){.uid = who.uid, .gid = who.gid, .pid = who.pid};
    client->next = server->first;
    server->first = client;
    server->count++;
    if (!loop_watch(server->daemon->loop, socket, readable, client, &error) ||
        !loop_after(server->daemon->loop, PATIENCE_MS, late, client, &error))
        hang_up(client);
}

size_t server_busy(const struct server *server)
{
    return server->count;
}

bool server_open(struct daemon *daemon, struct error *error)
{
    struct server *server = calloc(1, sizeof *server);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    daemon->server = server;
    if (server == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the control socket");
    server->daemon = daemon;
    /* By way of the descriptor: a socket's path is short, a site's may be long. */
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/" CONTROL_SOCKET,
             daemon->site->directory);
    unlinkat(daemon->site->directory, CONTROL_SOCKET, 0);
    server->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->socket < 0 || bind(server->socket, (struct sockaddr *)&address, sizeof address) != 0 ||
        fchmodat(daemon->site->directory, CONTROL_SOCKET, 0666, 0) != 0 || listen(server->socket, 32) != 0)
        return error_system(error, "opening the control socket %s", CONTROL_SOCKET);
    return loop_watch(daemon->loop, server->socket, accept_one, server, error);
}

void server_close(struct server *server)
{
    if (server == NULL)
        return;
    while (server->first != NULL)
        hang_up(server->first);
    if (server->socket >= 0) {
        loop_unwatch(server->daemon->loop, server->socket);
        close(server->socket);
        unlinkat(server->daemon->site->directory, CONTROL_SOCKET, 0);
    }
    free(server);
}
