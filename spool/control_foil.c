/*
 * Records requests in the answers of `list`, `show`, `why` and `status`.
 *
 * Guarantees: they are for the service account and for those who take their steps (records, privacy officers, legal);
 * showing one is a look, an event, and with a reason stands in its record (R32). Tells digests, names of files and words;
 * the content of documents is on the sheets alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "report/foil.h"
#include "report/foil_clock.h"
#include "report/foil_states.h"
#include "spool/control_parts.h"

#define DAY_MILLISECONDS (24LL * 60 * 60 * 1000)

static bool takes_steps(const struct control_asker *asker)
{
    static const enum role roles[] = {ROLE_RECORDS, ROLE_PRIVACY_OFFICER, ROLE_CITY_PRIVACY_OFFICER,
                                      ROLE_LEGAL};
    for (size_t i = 0; asker->person != NULL && i < sizeof roles / sizeof *roles; i++)
        if (person_has(asker->person, roles[i]))
            return true;
    return false;
}

static bool admitted(const struct control_question *question, struct error *error)
{
    return question->asker->service || takes_steps(question->asker) ||
           error_set(error, FAULT_REFUSED,
                     "%s may not look at records requests: records, privacy officers and legal do (R31 R32)",
                     question->asker->name);
}

/* --- list --- */

/* As the rows of dockets are (report/overdue.h). */
static bool add_overdue(const json_t *row, json_t *rows, instant now)
{
    char since[INSTANT_TEXT_SIZE];
    int64_t due = 0;
    foil_day_parse(json_text(row, "due"), &due);
    instant_text(due * DAY_MILLISECONDS, since);
    return json_array_append_new(
               rows, json_pack("{sO,ss,ss,ss,ss,sI}", "docket", json_object_get(row, "request"), "overdue",
                               json_text(row, "duty"), "since", since, "command", "", "state",
                               json_text(row, "state"), "days", (json_int_t)(foil_day_of(now) - due))) == 0;
}

bool control_foil_list(struct control_question *question, json_t *rows, struct error *error)
{
    return admitted(question, error) && foil_list(question->transaction, question->context->now,
                                                  json_flag(question->arguments, "overdue"), rows, error);
}

bool control_foil_overdue(struct control_question *question, json_t *rows, struct error *error)
{
    json_t *late = json_array();
    const json_t *row;
    size_t index;
    if (!question->asker->service && !takes_steps(question->asker)) {
        json_decref(late);
        return true;
    }
    bool done = foil_list(question->transaction, question->context->now, true, late, error);
    json_array_foreach(late, index, row) done = done && (add_overdue(row, rows, question->context->now) ||
                                                         error_set(error, FAULT_TEMPORARY, "out of memory"));
    json_decref(late);
    return done;
}

bool control_status_foil(struct control_question *question, struct error *error)
{
    json_t *rows = json_array();
    const json_t *row;
    size_t index, overdue = 0;
    bool done = foil_list(question->transaction, question->context->now, false, rows, error);
    json_array_foreach(rows, index, row) overdue += json_flag(row, "overdue") ? 1 : 0;
    done = done && control_put(question, "foil",
                               json_pack("{sI,sI}", "open", (json_int_t)json_array_size(rows), "overdue",
                                         (json_int_t)overdue),
                               error);
    json_decref(rows);
    return done;
}

/* --- a look --- */

static bool look(struct control_question *question, json_t *request, bool shown, struct error *error)
{
    const char *reason = json_text_or_null(question->arguments, "reason");
    const struct control_asker *asker = question->asker;
    bool own = takes_steps(asker);
    char hex[DIGEST_TEXT_SIZE] = "", at[INSTANT_TEXT_SIZE];
    if (reason != NULL && reason[strspn(reason, " \t")] == '\0')
        reason = NULL;
    if (!own && reason == NULL && shown)
        return error_set(error, FAULT_REFUSED,
                         "%s is not yours to work on: say --reason TEXT; the look is recorded (R32)",
                         json_text(request, "request"));
    if (reason != NULL) {
        struct digest digest = digest_of(reason, strlen(reason));
        digest_text(&digest, hex);
        if (json_array_append_new(json_array_at(request, "looks"),
                                  json_pack("{ss,ss,ss}", "at", instant_text(question->context->now, at),
                                            "by", asker->name, "reason", reason)) != 0)
            return error_set(error, FAULT_INPUT, "the reason is not UTF-8 text");
        if (!book_put(question->transaction, BOOK_FOIL, json_text(request, "request"), request, error))
            return false;
    }
    const struct event event = {.actor = asker->name,
                                .role = asker->service ? "service" : "person",
                                .action = "looked",
                                .docket = json_text(request, "request"),
                                .object = hex,
                                .clause = "R32",
                                .outcome = reason != NULL ? "with-reason"
                                           : own          ? "assigned"
                                                          : "waiting-only"};
    return event_append(question->transaction, question->context->now, &event, NULL, error);
}

/* --- show --- */

static bool add_part(void *context, const char *key, json_t *part, struct error *error)
{
    json_t *row = json_object();
    const json_t *redactions = json_object_get(part, "redactions");
    (void)key;
    json_copy_members(row, part, "part", "sheet", "sheets", NULL);
    json_put_whole(row, "documents", (int64_t)json_array_size(json_object_get(part, "documents")));
    json_put_whole(row, "proposed", (int64_t)json_array_size(json_object_get(part, "proposals")));
    if (redactions != NULL) {
        json_put_whole(row, "boxes", (int64_t)json_array_size(json_object_get(redactions, "boxes")));
        json_put_text(row, "drawnBy", json_text(redactions, "by"));
        json_put_text(row, "redactions", json_text(redactions, "digest"));
        json_copy_members(row, redactions, "uncovered", NULL);
    }
    json_put_text(row, "readBy", json_text_or_null(json_object_get(part, "reading"), "by"));
    json_copy_members(row, part, "returned", NULL);
    return json_array_append_new(context, row) == 0 || error_set(error, FAULT_TEMPORARY, "out of memory");
}

static bool add_outbox(struct control_question *question, const char *number, struct error *error)
{
    static const char *const members[] = {"row", "kind", "what", "directory", "state", "reason", "created"};
    json_t *ids = json_array(), *rows = json_array();
    const json_t *id;
    size_t index;
    bool done = control_put(question, "outbox", rows, error) &&
                outbox_rows_of(question->transaction, number, "foil", ids, error);
    json_array_foreach(ids, index, id)
    {
        json_t *row = NULL, *shown = json_object();
        done = done && outbox_get(question->transaction, json_integer_value(id), &row, error);
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            json_put_text(shown, members[i], json_text_or_null(row, members[i]));
        if (done && strcmp(json_text(row, "state"), "delivered") != 0)
            json_array_append(rows, shown);
        json_decref(shown);
        json_decref(row);
    }
    json_decref(ids);
    return done;
}

bool control_foil_show(struct control_question *question, struct error *error)
{
    const char *number = json_text(question->arguments, "id");
    char prefix[80];
    json_t *request = NULL, *parts = json_array();
    if (!control_put(question, "parts", parts, error) || !admitted(question, error) ||
        !foil_get(question->transaction, number, &request, error))
        return false;
    snprintf(prefix, sizeof prefix, "%.40s/", number);
    bool done = look(question, request, true, error) &&
                book_walk(question->transaction, BOOK_FOIL, prefix, NULL, add_part, parts, NULL, error) &&
                add_outbox(question, number, error);
    if (done && !question->asker->service)
        json_object_del(request, "looks");
    done = done && control_put(question, "foil", json_incref(request), error);
    json_decref(request);
    return done;
}

/* --- why --- */

static bool say_failed(void *context, const char *key, json_t *value, struct error *error)
{
    struct text *words = context;
    const char *reason = json_text_or_null(value, "failed");
    (void)key;
    (void)error;
    if (reason != NULL)
        text_format(words, _("Part %lld could not be drawn (%s): leadspool retry asks again.\n"),
                    (long long)json_whole(value, "part", 0), reason);
    return true;
}

static void say_duty(const json_t *request, int64_t today, struct text *words)
{
    int64_t day;
    char text[FOIL_DAY_SIZE];
    enum foil_duty duty = foil_duty(request, &day);
    static const char *const what[] = {"", N_("The acknowledgement"), N_("The answer"),
                                       N_("The answer to the appeal")};
    if (duty == FOIL_DUTY_NONE)
        return;
    text_format(words, _("%s is due on %s"), language_text(what[duty]), foil_day_text(day, text));
    text_add(words, day < today ? _(": that day has passed.\n") : ".\n");
}

/* How far the daemon is with what it makes of each part: large requests take it minutes. */
static bool say_progress(struct control_question *question, const char *number, const char *what,
                         int64_t parts, struct text *words, struct error *error)
{
    json_t *ids = json_array();
    const json_t *id;
    size_t index;
    int64_t published = 0;
    bool done = ids != NULL ? outbox_rows_of(question->transaction, number, "foil", ids, error)
                            : error_set(error, FAULT_TEMPORARY, "out of memory for the rows of a request");
    json_array_foreach(ids, index, id)
    {
        json_t *row = NULL;
        done = done && outbox_get(question->transaction, json_integer_value(id), &row, error);
        published +=
            strcmp(json_text(row, "what"), what) == 0 && strcmp(json_text(row, "state"), "delivered") == 0;
        json_decref(row);
    }
    /* Sheets and exports made before a part changed are among the rows. */
    text_format(words, _("%s published: %" PRId64 " of %" PRId64 ".\n"),
                what[0] == 's' ? _("Sheets") : _("Exports"), published < parts ? published : parts, parts);
    json_decref(ids);
    return done;
}

bool control_foil_why(struct control_question *question, struct text *words, struct error *error)
{
    const char *number = json_text(question->arguments, "id");
    char prefix[80];
    json_t *request = NULL;
    enum foil_state state = FOIL_CLOSED;
    if (!admitted(question, error) || !foil_get(question->transaction, number, &request, error))
        return false;
    foil_state_parse(json_text(request, "state"), &state);
    int64_t parts = json_whole(request, "parts", 0), documents = json_whole(request, "documents", 0);
    text_format(words, _("%s is in %s: it waits for %s.\n"), number, foil_state_name(state),
                foil_state_waits(state));
    if (state > FOIL_SEARCHING && documents == 0)
        text_add(words, _("No document was found: it can only be denied, extended or withdrawn.\n"));
    if (state == FOIL_REDACTION && parts > 1)
        text_format(words, _("Of %" PRId64 " parts %" PRId64 " are drawn.\n"), parts,
                    json_whole(request, "drawn", 0));
    if (state == FOIL_READING && parts > 1)
        text_format(words, _("Of %" PRId64 " parts %" PRId64 " are read.\n"), parts,
                    json_whole(request, "read", 0));
    if (state == FOIL_SEARCHING && documents > 0)
        text_format(words, _("Found so far: %" PRId64 " documents, in %" PRId64 " parts.\n"), documents,
                    parts);
    bool made =
        (state != FOIL_REDACTION && state != FOIL_ANSWERING) || parts < 1 ||
        say_progress(question, number, state == FOIL_REDACTION ? "sheet" : "export", parts, words, error);
    say_duty(request, foil_day_of(question->context->now), words);
    snprintf(prefix, sizeof prefix, "foil/wanted/%.40s/", number);
    bool done = made && look(question, request, false, error) &&
                book_walk(question->transaction, BOOK_INDEX, prefix, NULL, say_failed, words, NULL, error) &&
                control_put(question, "state", json_string(json_text(request, "state")), error);
    json_decref(request);
    return done;
}
