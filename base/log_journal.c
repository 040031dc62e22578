/*
 * Log lines in the form the journal of systemd keeps fields of: priority, word, docket, and an id for each word, under
 * which `journalctl -x` finds what the manual says of it.
 *
 * Guarantees: one datagram a line, from a socket opened for it: no descriptor is kept that a child could mistake for its own.
 * The library of systemd keeps one, which is why it is not used here. Never waits and never fails visibly.
 * Speaks the journal's native protocol: "FIELD=value" lines to its socket (systemd, "Native Journal Protocol").
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/log.h"

static pid_t speaker; /* whose lines go to the journal; 0 = nobody's */

void log_to_journal(void)
{
    /* Set by systemd when standard error is the journal's; elsewhere a log line belongs on standard error. */
    speaker = getenv("JOURNAL_STREAM") != NULL ? getpid() : 0;
}

void log_word_id(const char *word, char *id)
{
    char named[LOG_WORD + 16], digest[DIGEST_TEXT_SIZE];
    snprintf(named, sizeof named, "leadspool-log:%s", word);
    struct digest hashed = digest_of(named, strlen(named));
    digest_text(&hashed, digest);
    memcpy(id, digest, 32);
    id[32] = '\0';
}

/* The first docket's number in the text, such as FR-2026-000001: letters, four digits, six digits. */
static size_t find_docket(const char *text, const char **docket)
{
    for (const char *at = strchr(text, '-'); at != NULL; at = strchr(at + 1, '-')) {
        const char *begin = at;
        while (begin > text && begin[-1] >= 'A' && begin[-1] <= 'Z')
            begin--;
        size_t letters = (size_t)(at - begin), year = strspn(at + 1, "0123456789");
        if (letters < 2 || letters > 4 || year != 4 || at[5] != '-' || strspn(at + 6, "0123456789") != 6)
            continue;
        *docket = begin;
        return letters + 12;
    }
    return 0;
}

bool log_journal(enum log_level level, const char *word, const char *text)
{
    char id[33], entry[4096];
    const char *docket = NULL;
    if (speaker == 0 || speaker != getpid())
        return false;
    log_word_id(word, id);
    int used = snprintf(
        entry, sizeof entry,
        "MESSAGE=%s: %s\nPRIORITY=%d\nSYSLOG_IDENTIFIER=leadspool\nMESSAGE_ID=%s\nLEADSPOOL_WORD=%s\n", word,
        text, (int)level, id, word);
    size_t length = find_docket(text, &docket);
    if (length > 0)
        used += snprintf(entry + used, sizeof entry - (size_t)used, "LEADSPOOL_DOCKET=%.*s\n", (int)length,
                         docket);
    struct sockaddr_un journal = {.sun_family = AF_UNIX, .sun_path = "/run/systemd/journal/socket"};
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ssize_t sent = file < 0 ? -1
                            : sendto(file, entry, (size_t)used, MSG_NOSIGNAL, (struct sockaddr *)&journal,
                                     sizeof journal);
    if (file >= 0)
        close(file);
    return sent == used;
}
