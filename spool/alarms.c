/*
 * Which alarms the state of a site gives reason for.
 *
 * Guarantees: pure: looks at the answer to `status` alone; every code has its row in the table and its page in docs/alarms
 * (a test holds them together). Holds no biographical data, since the answer holds none.
 */
#include "spool/alarms.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/language.h"

enum {
    BACKUP_AGE_MS = 48 * 3600 * 1000,
    UNSAVED_MOST = 1000 /* events */,
    LOGGED_FOR_MS = 24 * 3600 * 1000,
    TEXT_MOST = 500
};

const struct alarm alarms[] = {
    {"backup-old", ALARM_WARNING, N_("the record is not backed up")},
    {"chain-broken", ALARM_CRITICAL, N_("the log was changed")},
    {"clock-stepped", ALARM_WARNING, N_("the clock of the machine jumped")},
    {"compaction-failed", ALARM_CRITICAL, N_("a file of the gallery is damaged")},
    {"daemon-down", ALARM_CRITICAL, N_("no daemon runs")},
    {"directory", ALARM_CRITICAL, N_("accounts and groups cannot be asked; what people sign waits")},
    {"disk-full", ALARM_CRITICAL, N_("a volume is short of room; nothing is taken in")},
    {"documents", ALARM_CRITICAL, N_("documents cannot be read back, so that none leaves")},
    {"drop-set-aside", ALARM_CRITICAL, N_("a drop could not be recorded")},
    {"engine", ALARM_WARNING, N_("nothing is searched")},
    {"foil-overdue", ALARM_WARNING, N_("a request of the public is past its day")},
    {"hold-escalated", ALARM_WARNING, N_("a hold was not answered in the site's time")},
    {"in-clear", ALARM_WARNING, N_("what is kept can be read from a disk")},
    {"key", ALARM_CRITICAL, N_("the site's key does not open its record")},
    {"record-corrupt", ALARM_CRITICAL, N_("part of the record cannot be read")},
    {"roster", ALARM_WARNING, N_("the roster does not fit together")},
    {"row-stuck", ALARM_CRITICAL, N_("a document cannot be made or published")},
    {"runs-out", ALARM_WARNING, N_("training, a certificate or a list runs out")},
    {"search-differs", ALARM_CRITICAL, N_("a search made again gave another list")},
    {"search-stuck", ALARM_CRITICAL, N_("a search failed three times")},
    {"settings", ALARM_WARNING, N_("a file of the site was changed since the last start")},
    {"share-crowded", ALARM_WARNING, N_("a folder holds more drops than can be listed")},
    {"share-down", ALARM_CRITICAL, N_("a folder of the site does not answer")},
    {"share-polled", ALARM_WARNING, N_("a folder is looked at by timer alone")},
    {"shares", ALARM_WARNING, N_("a folder's owner or rights are not as they should be")},
    {"site", ALARM_CRITICAL, N_("the site cannot be asked")},
    {"staff", ALARM_CRITICAL, N_("too few people hold a role")},
    {"sync-failed", ALARM_CRITICAL, N_("the disk did not keep what it was given")},
    {"tours", ALARM_WARNING, N_("a tour was not inspected")},
    {"trust", ALARM_CRITICAL, N_("a certificate or the revocation list of the site holds no more")},
    {"volumes", ALARM_CRITICAL, N_("the folders of var/ lie on different volumes")},
    {"waits", ALARM_WARNING, N_("a drop cannot go on now")},
};

const size_t alarm_count = sizeof alarms / sizeof alarms[0];

const struct alarm *alarm_find(const char *code)
{
    for (size_t i = 0; i < alarm_count; i++)
        if (strcmp(alarms[i].code, code) == 0)
            return &alarms[i];
    return NULL;
}

const char *alarm_severity_name(enum alarm_severity severity)
{
    return severity == ALARM_CRITICAL ? "critical" : "warning";
}

/* Gravest first: criticals before the first warning. */
__attribute__((format(printf, 3, 4))) static void raise_alarm(json_t *list, const char *code,
                                                              const char *format, ...)
{
    const struct alarm *alarm = alarm_find(code);
    char text[TEXT_MOST];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t at = 0;
    if (alarm->severity == ALARM_CRITICAL)
        while (at < json_array_size(list) &&
               strcmp(json_text(json_array_get(list, at), "severity"), "critical") == 0)
            at++;
    else
        at = json_array_size(list);
    json_array_insert_new(list, at,
                          json_pack("{s:s,s:s,s:s}", "code", code, "severity",
                                    alarm_severity_name(alarm->severity), "text", text));
}

static void judge_shares(json_t *list, const json_t *live)
{
    const json_t *share;
    size_t i;
    json_array_foreach(json_object_get(live, "shares"), i, share)
    {
        const char *name = json_text(share, "share"), *polled = json_text_or_null(share, "polledBecause");
        if (strcmp(json_text(share, "state"), "up") != 0)
            raise_alarm(list, "share-down", "%s: %s", name, json_text(share, "reason"));
        if (json_flag(share, "more"))
            raise_alarm(list, "share-crowded", _("%s: more drops than can be listed"), name);
        /* Polling is as it should be on a network file system. */
        if (polled != NULL && json_text_or_null(share, "fileSystem") == NULL)
            raise_alarm(list, "share-polled", "%s: %s", name, polled);
    }
}

static void judge_work(json_t *list, const json_t *status, const json_t *live)
{
    const char *room = json_text_or_null(json_object_get(live, "room"), "text");
    long long rows = (long long)json_whole(json_object_get(status, "outbox"), "stuck", 0),
              searches = (long long)json_whole(json_object_get(status, "queue"), "stuck", 0);
    size_t waiting = json_array_size(json_object_get(live, "waiting")),
           holds = json_array_size(json_object_get(status, "escalated"));
    const json_t *first = json_array_get(json_object_get(live, "waiting"), 0);
    const char *engine = json_text_or_null(status, "searchesWait"),
               *first_row = json_text_or_null(json_object_get(status, "outbox"), "firstStuck"),
               *first_search = json_text_or_null(json_object_get(status, "queue"), "firstStuck");
    if (room != NULL)
        raise_alarm(list, "disk-full", "%s", room);
    if (rows > 0)
        raise_alarm(list, "row-stuck",
                    language_plural("%lld document%s%s", "%lld documents%s%s", (unsigned long)rows), rows,
                    first_row == NULL ? "" : _("; the first, in "), first_row == NULL ? "" : first_row);
    if (searches > 0)
        raise_alarm(list, "search-stuck",
                    language_plural("%lld docket%s%s", "%lld dockets%s%s", (unsigned long)searches), searches,
                    first_search == NULL ? "" : _("; the first, "), first_search == NULL ? "" : first_search);
    if (waiting > 0)
        raise_alarm(
            list, "waits",
            language_plural("%zu drop, the first in %s: %s", "%zu drops, the first in %s: %s", waiting),
            waiting, json_text(first, "share"), json_text(first, "reason"));
    if (holds > 0)
        raise_alarm(list, "hold-escalated", language_plural("%zu hold", "%zu holds", holds), holds);
    if (engine != NULL)
        raise_alarm(list, "engine", "%.*s", (int)strcspn(engine, "\n"), engine);
}

static void judge_people(json_t *list, const json_t *status)
{
    const json_t *people = json_object_get(status, "people"), *expiring = json_object_get(status, "expiring"),
                 *tours = json_object_get(status, "tours");
    long long over = (long long)json_whole(expiring, "over", 0),
              soon = (long long)json_whole(expiring, "soon", 0),
              missing = (long long)json_whole(tours, "missing", 0),
              mend = (long long)json_whole(people, "mend", 0);
    size_t i;
    const json_t *one;
    json_array_foreach(json_object_get(people, "trust"), i, one)
        raise_alarm(list, "trust", "%s", json_string_value(one));
    json_array_foreach(json_object_get(people, "missing"), i, one)
        raise_alarm(list, "staff", "%s", json_string_value(one));
    const char *directory = json_text_or_null(json_object_get(status, "live"), "directory");
    if (directory != NULL)
        raise_alarm(list, "directory", "%s", directory);
    if (json_flag(json_object_get(status, "live"), "rosterRefused"))
        raise_alarm(list, "roster", _("roster.xml is not valid: the one before is in force"));
    if (mend > 0)
        raise_alarm(list, "roster",
                    language_plural("%lld thing to mend", "%lld things to mend", (unsigned long)mend), mend);
    if (over + soon > 0)
        raise_alarm(list, "runs-out", _("%lld ran out, %lld within %lld days"), over, soon,
                    (long long)json_whole(expiring, "days", 0));
    long long overdue = (long long)json_whole(json_object_get(status, "foil"), "overdue", 0);
    if (overdue > 0)
        raise_alarm(list, "foil-overdue",
                    language_plural("%lld past its day", "%lld past their day", (unsigned long)overdue),
                    overdue);
    if (missing > 0)
        raise_alarm(list, "tours", _("%lld not inspected, the latest the %s of %s"), missing,
                    json_text(tours, "tour"), json_text(tours, "date"));
}

static void judge_files(json_t *list, const json_t *status)
{
    size_t i;
    const json_t *path;
    json_array_foreach(json_object_get(status, "changed"), i, path)
        raise_alarm(list, "settings", _("%s was changed since the last start, which has it in the log"),
                    json_string_value(path));
}

static void judge_backup(json_t *list, const json_t *status, instant now)
{
    const json_t *last = json_object_get(status, "backup"), *verified = json_object_get(status, "verified");
    long long events = (long long)json_whole(json_object_get(status, "head"), "sequence", 0);
    const json_t *broken = json_object_get(status, "broken");
    instant at = 0;
    if (broken != NULL)
        raise_alarm(list, "chain-broken", "%s%s", json_text(json_object_get(broken, "first"), "text"),
                    json_object_get(broken, "acknowledged") == NULL
                        ? _("; no document is published until an integrity officer acknowledges it")
                        : "; acknowledged");
    if (verified != NULL)
        raise_alarm(list, "record-corrupt",
                    language_plural("audit verify of %.16s found %lld problem: %s %s: %s",
                                    "audit verify of %.16s found %lld problems; the first, %s %s: %s",
                                    (unsigned long)json_whole(verified, "problems", 0)),
                    json_text(verified, "at"), (long long)json_whole(verified, "problems", 0),
                    json_text(json_object_get(verified, "first"), "kind"),
                    json_text(json_object_get(verified, "first"), "subject"),
                    json_text(json_object_get(verified, "first"), "text"));
    if (last == NULL && events > UNSAVED_MOST)
        raise_alarm(list, "backup-old", _("none was ever made, of %lld events"), events);
    else if (last != NULL && instant_parse(json_text(last, "at"), &at, NULL) && now - at > BACKUP_AGE_MS)
        raise_alarm(list, "backup-old", _("the last one is of %s"), json_text(last, "at"));
}

/* Words of the log that are no codes of their own stand in the journal alone. */
static void judge_logged(json_t *list, const json_t *live, instant now)
{
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(live, "logged"), i, one)
    {
        const char *word = json_text(one, "word");
        instant at = 0;
        bool shown = strcmp(word, "share-down") == 0 || strcmp(word, "staff") == 0 ||
                     strcmp(word, "disk-full") == 0 || strcmp(word, "row-stuck") == 0 ||
                     strcmp(word, "search-stuck") == 0;
        if (!shown && alarm_find(word) != NULL && instant_parse(json_text(one, "at"), &at, NULL) &&
            now - at < LOGGED_FOR_MS)
            raise_alarm(list, word, _("%s (%lld times)"), json_text(one, "text"),
                        (long long)json_whole(one, "count", 1));
    }
}

json_t *alarms_of(const json_t *status, instant now)
{
    json_t *list = json_array();
    const json_t *live = json_object_get(status, "live");
    if (list == NULL)
        return NULL;
    judge_shares(list, live);
    judge_work(list, status, live);
    judge_people(list, status);
    judge_files(list, status);
    judge_backup(list, status, now);
    judge_logged(list, live, now);
    return list;
}
