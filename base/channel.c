/*
 * Messages with descriptors over SOCK_SEQPACKET.
 *
 * Guarantees: descriptors of a message that is refused are closed; a message is delivered whole or not at
 * all. Does not queue: the loop of each side reads until nothing waits.
 */
#include "base/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"

enum { PACKET_MOST = 60000, TEXT_MOST = 64 << 20, BUFFER = 4 << 20, PATIENCE_MS = 60000 };

/* First byte of a packet: where the text is. */
enum { TEXT_INSIDE = 'I', TEXT_IN_FILE = 'F' };

bool channel_pair(int ends[2], struct error *error)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return error_system(error, "making a channel");
    int buffer = BUFFER;
    for (int i = 0; i < 2; i++)
        if (setsockopt(ends[i], SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer) != 0)
            setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    return true;
}

bool channel_nonblocking(int channel, struct error *error)
{
    int flags = fcntl(channel, F_GETFL);
    if (flags < 0 || fcntl(channel, F_SETFL, flags | O_NONBLOCK) != 0)
        return error_system(error, "setting up a channel");
    return true;
}

static bool send_packet(int channel, struct msghdr *header, struct error *error)
{
    for (;;) {
        if (sendmsg(channel, header, MSG_NOSIGNAL) >= 0)
            return true;
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return error_system(error, "sending a message to a child process");
        struct pollfd wait = {.fd = channel, .events = POLLOUT};
        if (poll(&wait, 1, PATIENCE_MS) == 0)
            return error_set(error, FAULT_TEMPORARY, "a child process does not take messages");
    }
}

bool channel_send(int channel, const json_t *message, const int *files, size_t count, struct error *error)
{
    int sent[CHANNEL_FILES_MOST + 1];
    size_t sent_count = 0;
    int large = -1;
    bool done = false;
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * (CHANNEL_FILES_MOST + 1))];
    } control;

    char *text = json_canonical(message);
    if (text == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while writing a message");
    if (count > CHANNEL_FILES_MOST) {
        error_set(error, FAULT_INTERNAL, "a message with %zu files; at most %d can be sent", count,
                  CHANNEL_FILES_MOST);
        goto done;
    }
    size_t length = strlen(text);
    char kind = TEXT_INSIDE;
    struct iovec parts[2] = {{.iov_base = &kind, .iov_len = 1}, {.iov_base = text, .iov_len = length}};
    if (length > PACKET_MOST) {
        large = memory_file("message", text, length, error);
        if (large < 0)
            goto done;
        kind = TEXT_IN_FILE;
        parts[1].iov_len = 0;
        sent[sent_count++] = large;
    }
    if (count > 0)
        memcpy(sent + sent_count, files, count * sizeof files[0]);
    sent_count += count;
    struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
    if (sent_count > 0) {
        memset(&control, 0, sizeof control);
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * sent_count);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * sent_count);
        memcpy(CMSG_DATA(rights), sent, sizeof(int) * sent_count);
    }
    done = send_packet(channel, &header, error);
done:
    if (large >= 0)
        close(large);
    free(text);
    return done;
}

static size_t take_rights(struct msghdr *header, int *received, size_t most)
{
    size_t count = 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part != NULL; part = CMSG_NXTHDR(header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        size_t here = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < here; i++) {
            int file;
            memcpy(&file, CMSG_DATA(part) + i * sizeof(int), sizeof file);
            if (count < most)
                received[count++] = file;
            else
                close(file);
        }
    }
    return count;
}

static _Thread_local char packet[PACKET_MOST + 2];
static _Thread_local size_t packet_used;

void channel_wipe(void)
{
    explicit_bzero(packet, packet_used);
    packet_used = 0;
}

bool channel_receive(int channel, json_t **message, int *files, size_t most, size_t *count, bool *ended,
                     struct error *error)
{
    int received[CHANNEL_FILES_MOST + 1];
    size_t received_count = 0, first = 0;
    char *text = NULL;
    size_t length = 0;
    bool done = false;
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * (CHANNEL_FILES_MOST + 1))];
    } control;
    struct iovec part = {.iov_base = packet, .iov_len = sizeof packet - 1};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};

    *message = NULL;
    *count = 0;
    *ended = false;
    ssize_t got;
    do
        got = recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return true;
    if (got < 0 && errno != ECONNRESET)
        return error_system(error, "receiving a message");
    if (got <= 0) {
        *ended = true;
        return true;
    }
    packet_used = (size_t)got > packet_used ? (size_t)got : packet_used;
    received_count = take_rights(&header, received, CHANNEL_FILES_MOST + 1);
    if (packet[0] == TEXT_IN_FILE) {
        if (received_count == 0 || !file_read_open(received[0], TEXT_MOST, &text, &length, error)) {
            error_context(error, "receiving a large message");
            goto done;
        }
        first = 1;
    }
    if (received_count - first > most) {
        error_set(error, FAULT_INPUT, "a message came with %zu files where %zu are allowed",
                  received_count - first, most);
        goto done;
    }
    done =
        json_read(text == NULL ? packet + 1 : text, text == NULL ? (size_t)got - 1 : length, message, error);
done:
    for (size_t i = 0; i < received_count; i++) {
        if (done && i >= first)
            files[(*count)++] = received[i];
        else
            close(received[i]);
    }
    free(text);
    return done;
}
