/*
 * Putting a changed site.xml or roster.xml into place.
 *
 * Guarantees: what is written is valid, whole and durable, or the file stays as it was; a dry run writes nothing and judges
 * the same. A daemon that runs notices a roster by itself; site.xml is read at its next start, and that is said.
 */
#include "command/site_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/language.h"

enum { DOCUMENT_MOST = 4 << 20 };

bool site_file_read(const struct site *site, const char *name, char **bytes, struct error *error)
{
    size_t length = 0;
    return file_read(site->directory, name, DOCUMENT_MOST, bytes, &length, error);
}

/* What does not fit together in `after` and did in `before`. */
static bool check_roster(const struct site *site, const char *changed, struct error *error)
{
    struct roster *after = NULL;
    struct text old = TEXT_EMPTY, new = TEXT_EMPTY;
    if (!roster_read(changed, strlen(changed), &after, error))
        return false;
    int peers = site->settings->min_peers;
    instant now = clock_now();
    size_t before = site->roster == NULL ? SIZE_MAX : roster_check(site->roster, peers, now, &old);
    bool done = roster_check(after, peers, now, &new) <= before ||
                error_set(error, FAULT_REFUSED, "then the roster would not fit together:\n%s", new.bytes);
    text_free(&old);
    text_free(&new);
    roster_free(after);
    return done;
}

static bool check(const struct site *site, const char *name, const char *changed, struct error *error)
{
    struct settings *settings = NULL;
    if (strcmp(name, "roster.xml") == 0)
        return check_roster(site, changed, error);
    bool done = settings_read(name, changed, strlen(changed), &settings, error);
    settings_free(settings);
    return done;
}

/* One place differs, so the lines between the same beginning and the same end are the change. */
static void print_change(const char *before, const char *after)
{
    size_t head = 0, line = 0, tail = 0, old = strlen(before), new = strlen(after);
    for (; before[head] != '\0' && before[head] == after[head]; head++)
        if (before[head] == '\n')
            line = head + 1;
    while (tail < old - line && tail < new - line &&before[old - 1 - tail] == after[new - 1 - tail])
        tail++;
    while (tail > 0 && before[old - tail - 1] != '\n')
        tail--;
    const struct {
        const char *text;
        size_t end;
        char sign;
    } sides[] = {{before, old - tail, '-'}, {after, new - tail, '+'}};
    for (size_t i = 0; i < 2; i++)
        for (size_t at = line; at < sides[i].end;) {
            size_t length = strcspn(sides[i].text + at, "\n");
            printf("%c %.*s\n", sides[i].sign, (int)length, sides[i].text + at);
            at += length + 1;
        }
}

static bool write_document(const struct site *site, const char *name, const char *changed,
                           struct error *error)
{
    struct stat status;
    if (geteuid() != 0 && geteuid() != site->account)
        return error_set(error, FAULT_REFUSED, "only the service account and root change %s", name);
    if (fstatat(site->directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return error_system(error, "looking at %s", name);
    if (!file_write_durable(site->directory, name, changed, strlen(changed), status.st_mode & 07777, error))
        return false;
    return geteuid() != 0 ||
           fchownat(site->directory, name, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) == 0 ||
           error_system(error, "giving %s back to its owner", name);
}

bool site_file_change(const struct site *site, const char *name, const char *before, const char *changed,
                      bool dry, struct error *error)
{
    if (!check(site, name, changed, error))
        return error_context(error, "%s as it would be", name);
    printf("%s:\n", name);
    print_change(before, changed);
    if (dry) {
        printf(_("Nothing was written: a dry run.\n"));
        return true;
    }
    if (!write_document(site, name, changed, error))
        return false;
    printf(strcmp(name, "roster.xml") == 0
               ? _("In force at once, as an event; decisions from now on are judged by it.\n")
               : _("In force from the daemon's next start on.\n"));
    return true;
}
