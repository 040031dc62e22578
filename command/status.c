/*
 * leadspool status: the site in one screen.
 *
 * Guarantees: one question to the record, nothing of a person or a case in the answer. Does not judge what
 * it shows.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"

static const struct option_spec options[] = {
    {'j', "json", NULL, "one JSON object"},
    {0, NULL, NULL, NULL},
};

static void print_counts(const char *title, const json_t *counts, const char *nothing)
{
    const char *name;
    json_t *value;
    bool any = false;
    printf("%-10s", title);
    json_object_foreach((json_t *)(uintptr_t)counts, name, value)
    {
        if (!json_is_integer(value) || json_integer_value(value) == 0)
            continue;
        printf("%s%lld %s", any ? ", " : "", (long long)json_integer_value(value), name);
        any = true;
    }
    char when[MOMENT_SIZE];
    const char *oldest = json_text_or_null(counts, "oldest");
    if (oldest != NULL)
        printf(_(" (oldest since %s)"), moment_local(oldest, when));
    printf("%s\n", any ? "" : nothing);
}

enum { WAITING_MOST = 5, ALARMS_MOST = 6, SHARES_MOST = 8 };

/* First of all what somebody has to look at. */
static void print_alarms(const json_t *alarms)
{
    const json_t *alarm;
    size_t i, count = json_array_size(alarms);
    json_array_foreach(alarms, i, alarm)
    {
        if (i < ALARMS_MOST)
            printf("%-10s%s%s: %s\n", i == 0 ? "ALARMS" : "",
                   strcmp(json_text(alarm, "severity"), "critical") == 0 ? "critical " : "",
                   json_text(alarm, "code"), json_text(alarm, "text"));
    }
    if (count > ALARMS_MOST)
        printf(_("%-10s%zu more: leadspool check\n"), "", count - ALARMS_MOST);
    if (count > 0)
        printf("%-10swhat each means and what to do: " ALARM_PAGES "CODE.md\n", "");
}

static void print_share(const json_t *share)
{
    char looked[MOMENT_SIZE], since[MOMENT_SIZE];
    const char *system = json_text_or_null(share, "fileSystem"), *when = json_text_or_null(share, "looked");
    const char *because = json_text_or_null(share, "polledBecause");
    printf("%-10s%s: ", "share", json_text(share, "share"));
    if (strcmp(json_text(share, "state"), "up") != 0) {
        printf(_("down since %s: %s\n"), moment_local(json_text(share, "since"), since),
               json_text(share, "reason"));
        return;
    }
    printf(_("%s every %lld s"), json_text(share, "looks"),
           (long long)json_whole(share, "interval", 0) / 1000);
    if (system != NULL)
        printf(" (%s)", system);
    printf(_(", looked at %s, %lld waiting%s\n"), when == NULL ? _("not yet") : moment_local(when, looked),
           (long long)json_whole(share, "waiting", 0),
           json_flag(share, "more") ? _(" and more that cannot be listed") : "");
    if (because != NULL && system == NULL)
        printf("%-10s%s\n", "", because);
}

/* Watched, answering, and nothing lies there. */
static bool is_quiet(const json_t *share)
{
    return strcmp(json_text(share, "state"), "up") == 0 &&
           strcmp(json_text(share, "looks"), "watched") == 0 && json_whole(share, "waiting", 0) == 0;
}

/* A department has a hundred of them: those with nothing to say are counted. */
static void print_shares(const json_t *shares)
{
    const json_t *share;
    size_t i, quiet = 0, told = 0;
    json_array_foreach(shares, i, share)
    {
        if (is_quiet(share))
            quiet++;
        else if (told++ < SHARES_MOST)
            print_share(share);
    }
    if (told > SHARES_MOST)
        printf(_("%-10s%zu folders more: leadspool status -j\n"), "", told - SHARES_MOST);
    if (quiet > 0)
        printf(told == 0 ? language_plural("%-10s%zu folder watched, nothing waiting\n",
                                           "%-10s%zu folders watched, nothing waiting\n", quiet)
                         : language_plural("%-10s%zu other folder watched, nothing waiting\n",
                                           "%-10s%zu other folders watched, nothing waiting\n", quiet),
               told == 0 ? "shares" : "", quiet);
}

/* What only a running daemon knows. */
static void print_live(const json_t *live)
{
    char when[MOMENT_SIZE];
    const json_t *daemon = json_object_get(live, "daemon"), *shares = json_object_get(live, "shares"), *claim;
    const char *room = json_text_or_null(json_object_get(live, "room"), "text");
    size_t i;
    if (!json_is_object(live)) {
        printf("%-10s%s\n", "daemon", _("not running"));
        return;
    }
    printf(_("%-10spid %lld since %s\n"), "daemon", (long long)json_whole(daemon, "pid", 0),
           moment_local(json_text(daemon, "since"), when));
    print_shares(shares);
    if (json_text_or_null(json_object_get(live, "run"), "text") != NULL)
        printf("%-10s%s\n", "run", json_text(json_object_get(live, "run"), "text"));
    if (room != NULL)
        printf("%-10s%s\n", "disk", room);
    json_array_foreach(json_object_get(live, "waiting"), i, claim)
    {
        if (i < WAITING_MOST)
            printf(_("%-10sclaim %s of %s: %s\n"), "waits", json_text(claim, "claim"),
                   json_text(claim, "share"), json_text(claim, "reason"));
    }
    if (json_array_size(json_object_get(live, "waiting")) > WAITING_MOST)
        printf(_("%-10s%zu claims more\n"), "",
               json_array_size(json_object_get(live, "waiting")) - WAITING_MOST);
}

static void print_escalated(const json_t *holds)
{
    char opened[MOMENT_SIZE];
    const json_t *hold;
    size_t i;
    json_array_foreach(holds, i, hold)
    {
        if (i < WAITING_MOST)
            printf(_("%-10s%s hold %lld (%s) unanswered since %s, brought before %s\n"), "hold",
                   json_text(hold, "docket"), (long long)json_whole(hold, "hold", 0),
                   json_text(hold, "clause"), moment_local(json_text(hold, "opened"), opened),
                   json_text(hold, "before"));
    }
    if (json_array_size(holds) > WAITING_MOST)
        printf(_("%-10s%zu holds more\n"), "", json_array_size(holds) - WAITING_MOST);
}

static void print_foil(const json_t *foil)
{
    if (json_whole(foil, "open", 0) > 0)
        printf(_("%-10s%lld under way, %lld past their day\n"), "foil",
               (long long)json_whole(foil, "open", 0), (long long)json_whole(foil, "overdue", 0));
}

static void print_tours(const json_t *tours)
{
    if (json_whole(tours, "missing", 0) > 0)
        printf(_("%-10s%lld not inspected in the last %lld days, the latest the %s of %s\n"), "tours",
               (long long)json_whole(tours, "missing", 0), (long long)json_whole(tours, "days", 0),
               json_text(tours, "tour"), json_text(tours, "date"));
}

/* People's training, certificates and terms, and what the site is trusted by. */
static void print_expiring(const json_t *expiring)
{
    char first[MOMENT_SIZE];
    long long soon = (long long)json_whole(expiring, "soon", 0),
              over = (long long)json_whole(expiring, "over", 0),
              days = (long long)json_whole(expiring, "days", 0);
    if (soon + over == 0)
        return;
    printf("%-10s", "people");
    if (over > 0)
        printf(_("%lld ran out%s"), over, soon > 0 ? ", " : "");
    if (soon > 0)
        printf(_("%lld run out within %lld days, the first %.10s"), soon, days,
               moment_local(json_text(expiring, "first"), first));
    printf(_(" (leadspool roster --expiring %lld)\n"), days);
}

static void print_backup(const json_t *backup)
{
    char moment[MOMENT_SIZE];
    if (backup == NULL)
        printf(_("%-10snever made\n"), "backup");
    else
        printf(_("%-10s%s of %s, event %lld\n"), "backup", json_text(backup, "set"),
               moment_local(json_text(backup, "at"), moment), (long long)json_whole(backup, "sequence", 0));
}

static void print_people(const json_t *answer)
{
    const json_t *head = json_object_get(answer, "head");
    printf("%-10s%s\n", "site", json_text(answer, "site"));
    print_alarms(json_object_get(answer, "alarms"));
    print_live(json_object_get(answer, "live"));
    print_counts("dockets", json_object_get(answer, "states"), _("none open"));
    print_escalated(json_object_get(answer, "escalated"));
    print_expiring(json_object_get(answer, "expiring"));
    print_tours(json_object_get(answer, "tours"));
    print_foil(json_object_get(answer, "foil"));
    print_counts("queue", json_object_get(answer, "queue"), "empty");
    print_counts("drops", json_object_get(answer, "claims"), _("none being taken"));
    print_counts("outbox", json_object_get(answer, "outbox"), "empty");
    const json_t *round = json_object_get(json_object_get(answer, "live"), "enrolment");
    printf(_("%-10s%lld templates"), "gallery",
           (long long)json_whole(json_object_get(answer, "gallery"), "templates", 0));
    if (json_is_object(round))
        printf(_(", enrolling: %lld of %lld photographs"), (long long)json_whole(round, "done", 0),
               (long long)json_whole(round, "total", 0));
    putchar('\n');
    if (json_text_or_null(answer, "searchesWait") != NULL)
        printf("%-10s%s", "engine", json_text(answer, "searchesWait"));
    print_backup(json_object_get(answer, "backup"));
    printf(_("%-10s%lld filed\n"), "incidents", (long long)json_whole(answer, "incidents", 0));
    printf(_("%-10s%lld, head %.12s…\n"), "events", (long long)json_whole(head, "sequence", 0),
           json_text(head, "hash"));
    if (json_whole(json_object_get(answer, "outbox"), "stuck", 0) > 0 ||
        json_whole(json_object_get(answer, "queue"), "stuck", 0) > 0)
        printf(_("\nStuck work waits for an administrator: leadspool retry --all frees it.\n"));
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    json_t *answer = NULL;
    int key;
    while ((key = option_next(&command_status, invocation, argc, argv, error)) > OPTION_END)
        invocation->json = true;
    if (key != OPTION_END)
        return key == OPTION_HELP;
    if (!operands_none("status", argc, argv, error) || !invocation_open(invocation, &site, error))
        return false;
    bool done = record_ask(&site, "status", NULL, &answer, error);
    if (done && invocation->json)
        done = print_json(answer, error);
    else if (done)
        print_people(answer);
    json_decref(answer);
    invocation_close(&site);
    return done;
}

const struct command command_status = {
    .name = "status",
    .arguments = "[-j]",
    .purpose = "Show the site in one screen",
    .options = options,
    .run = run,
};
