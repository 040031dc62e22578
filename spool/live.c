/*
 * What only a running daemon knows: its shares, what it is at, what it logged as an alarm.
 *
 * Guarantees: from memory alone, on the loop's thread: asks no share and no record.
 */
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "spool/account_directory.h"
#include "spool/roster_watch.h"
#include "spool/state.h"

static json_t *logged(void)
{
    struct log_alarm known[LOG_ALARMS_MOST];
    char at[INSTANT_TEXT_SIZE];
    json_t *list = json_array();
    size_t count = log_alarms(known);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:I}", "word", known[i].word, "text",
                                              known[i].text, "at", instant_text(known[i].at, at), "count",
                                              (json_int_t)known[i].count));
    return list;
}

json_t *daemon_live(const struct daemon *daemon)
{
    char since[INSTANT_TEXT_SIZE];
    json_t *live = json_pack(
        "{s{si,ss},so,so,so,so,so,so,s{sI},s{sI,sI,sI,sI}}", "daemon", "pid", (int)getpid(), "since",
        instant_text(daemon->started, since), "shares", shares_live(daemon->shares), "room",
        shares_room(daemon->shares), "waiting", claims_waiting(daemon->claims), "run",
        runs_live(daemon->runs), "enrolment", enrolment_live(daemon->enrolment), "compaction",
        compaction_live(daemon->compaction), "workers", "busy", (json_int_t)nursery_busy(daemon->nursery),
        "work", "claims", (json_int_t)claims_busy(daemon->claims), "deliveries",
        (json_int_t)publisher_busy(daemon->publisher), "runs", (json_int_t)runs_busy(daemon->runs),
        "enrolments", (json_int_t)enrolment_busy(daemon->enrolment));
    json_put(live, "logged", logged());
    json_put_text(live, "directory", account_directory_trouble(daemon->directory));
    json_put_flag(live, "rosterRefused", roster_watch_refused(daemon->roster_watch));
    return live;
}
