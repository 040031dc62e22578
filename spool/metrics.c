/*
 * The metrics file.
 *
 * Guarantees: a reader sees a whole file or the one before; never holds up work: the record is asked like by any command,
 * and a file that cannot be written is tried again at the next interval. Says nothing of a person or a case.
 */
#include "spool/metrics.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/alarms.h"
#include "spool/control.h"

#define METRICS_FOLDER "var/run"
#define METRICS_FILE "metrics.prom"

static void family(struct text *text, const char *name, const char *help)
{
    text_format(text, "# HELP leadspool_%s %s\n# TYPE leadspool_%s gauge\n", name, help, name);
}

static void value(struct text *text, const char *name, const char *help, int64_t number)
{
    family(text, name, help);
    text_format(text, "leadspool_%s %lld\n", name, (long long)number);
}

/* A label's value as the format has it. Names of folders are a sender's in part. */
static void add_label(struct text *text, const char *label)
{
    for (; *label != '\0'; label++)
        if (*label == '\n')
            text_add(text, "\\n");
        else
            text_format(text, "%s%c", *label == '\\' || *label == '"' ? "\\" : "", *label);
}

static void labelled(struct text *text, const char *name, const char *label, const char *of, int64_t number)
{
    text_format(text, "leadspool_%s{%s=\"", name, label);
    add_label(text, of);
    text_format(text, "\"} %lld\n", (long long)number);
}

static void counts(struct text *text, const char *name, const char *help, const char *label,
                   const json_t *all)
{
    const char *of;
    json_t *number;
    family(text, name, help);
    json_object_foreach((json_t *)(uintptr_t)all, of, number)
    {
        if (json_is_integer(number))
            labelled(text, name, label, of, json_integer_value(number));
    }
}

static void shares(struct text *text, const json_t *list)
{
    const json_t *share;
    size_t i;
    family(text, "share_up", "1 while a folder of the site answers");
    json_array_foreach(list, i, share) labelled(text, "share_up", "share", json_text(share, "share"),
                                                strcmp(json_text(share, "state"), "up") == 0);
    family(text, "share_waiting", "drops that lie in a folder");
    json_array_foreach(list, i, share)
        labelled(text, "share_waiting", "share", json_text(share, "share"), json_whole(share, "waiting", 0));
}

static void raised(struct text *text, const json_t *list)
{
    const json_t *alarm;
    size_t i;
    family(text, "alarm", "1 while there is reason for an alarm; docs/alarms has a page for each code");
    for (size_t a = 0; a < alarm_count; a++) {
        bool is_raised = false;
        json_array_foreach(list, i, alarm) is_raised =
            is_raised || strcmp(json_text(alarm, "code"), alarms[a].code) == 0;
        text_format(text, "leadspool_alarm{code=\"%s\",severity=\"%s\"} %d\n", alarms[a].code,
                    alarm_severity_name(alarms[a].severity), (int)is_raised);
    }
}

void metrics_text(const json_t *status, struct text *text)
{
    const json_t *live = json_object_get(status, "live"), *work = json_object_get(live, "work");
    instant at = 0;
    instant_parse(json_text(status, "at"), &at, NULL);
    value(text, "time_seconds", "when these figures were taken", at / 1000);
    if (instant_parse(json_text(json_object_get(live, "daemon"), "since"), &at, NULL))
        value(text, "start_time_seconds", "when the daemon started", at / 1000);
    counts(text, "dockets", "open dockets by state", "state", json_object_get(status, "states"));
    counts(text, "searches", "dockets that wait for a search, by lane", "lane",
           json_object_get(status, "queue"));
    counts(text, "drops", "drops that are being taken, by state", "state", json_object_get(status, "claims"));
    counts(text, "documents", "documents on their way, by state", "state", json_object_get(status, "outbox"));
    counts(text, "work", "what is under way in the daemon, by kind", "kind", work);
    value(text, "gallery_templates", "templates in the gallery",
          json_whole(json_object_get(status, "gallery"), "templates", 0));
    value(text, "events", "events of the log", json_whole(json_object_get(status, "head"), "sequence", 0));
    value(text, "incidents", "incidents filed", json_whole(status, "incidents", 0));
    shares(text, json_object_get(live, "shares"));
    raised(text, json_object_get(status, "alarms"));
}

/* --- the file --- */

struct metrics {
    struct daemon *daemon;
    int folder;
    json_t *live, *answer;
    bool asking;
};

static bool ask(struct transaction *transaction, void *context, struct error *error)
{
    struct metrics *metrics = context;
    const struct control_peer self = {.uid = geteuid(), .gid = getegid(), .pid = getpid()};
    struct control_context control = {.site = metrics->daemon->site,
                                      .casebook = metrics->daemon->casebook,
                                      .vault = metrics->daemon->vault,
                                      .live = metrics->live,
                                      .now = clock_now()};
    json_t *request = json_pack("{s:i,s:s,s:{}}", "schema", 1, "command", "status", "arguments");
    bool done = control_answer(transaction, &control, &self, request, &metrics->answer, error);
    json_decref(request);
    return done;
}

/* Not synced: after a crash these figures are of no use to anybody. */
static bool write_file(struct metrics *metrics, const struct text *text, struct error *error)
{
    char name[TEMPORARY_NAME_SIZE];
    int file = file_temporary_for(metrics->folder, METRICS_FILE, 0644, name, error);
    bool done = file >= 0 && file_write_all(file, text->bytes, text->length, error);
    if (file >= 0)
        close(file);
    return done && file_rename(metrics->folder, name, metrics->folder, METRICS_FILE, true, error);
}

static void look(void *context);

static void answered(void *context, const struct error *error)
{
    struct metrics *metrics = context;
    struct error own = ERROR_NONE;
    struct text text = TEXT_EMPTY;
    metrics->asking = false;
    if (error == NULL && json_flag(metrics->answer, "ok")) {
        metrics_text(metrics->answer, &text);
        if (!text_done(&text, &own) || !write_file(metrics, &text, &own))
            log_line(LOG_LEVEL_WARNING, "metrics", "the file could not be written: %s", own.text);
    }
    text_free(&text);
    json_decref(metrics->live);
    json_decref(metrics->answer);
    metrics->live = metrics->answer = NULL;
}

static void look(void *context)
{
    struct metrics *metrics = context;
    struct commit commit = {.work = ask, .done = answered, .context = metrics, .alone = true};
    if (!metrics->asking) {
        metrics->live = daemon_live(metrics->daemon);
        metrics->asking = committer_hand(metrics->daemon->committer, &commit, NULL);
        if (!metrics->asking) {
            json_decref(metrics->live);
            metrics->live = NULL;
        }
    }
    loop_after(metrics->daemon->loop, metrics->daemon->site->settings->metrics_milliseconds, look, metrics,
               NULL);
}

bool metrics_open(struct daemon *daemon, struct metrics **metrics, struct error *error)
{
    if (daemon->site->settings->metrics_milliseconds == 0)
        return true;
    *metrics = calloc(1, sizeof **metrics);
    if (*metrics == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for the metrics");
    (*metrics)->daemon = daemon;
    (*metrics)->folder = directory_open_at(daemon->site->directory, METRICS_FOLDER, false, 0, error);
    return (*metrics)->folder >= 0 && loop_after(daemon->loop, 0, look, *metrics, error);
}

void metrics_close(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    loop_cancel(metrics->daemon->loop, look, metrics);
    if (metrics->folder >= 0) {
        file_remove(metrics->folder, METRICS_FILE, NULL);
        close(metrics->folder);
    }
    json_decref(metrics->live);
    json_decref(metrics->answer);
    free(metrics);
}
