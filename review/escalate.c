/*
 * Escalating holds.
 *
 * Guarantees: a step is taken once, in order, whatever restarts there are; its event, its notice and the note in
 * the hold are one transaction. Releases nothing and gives nobody a right: who may decide stays the hold's role.
 */
#include "review/escalate.h"

#include <stdio.h>
#include <string.h>

#include "base/clauses.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "casebook/hold.h"
#include "casebook/outbox.h"

struct escalating {
    struct transaction *transaction;
    const struct settings *settings;
    instant now;
    json_t *holds; /* with something due, found in the walk */
};

const struct setting_escalation *escalation_step(const struct settings *settings, const char *clause,
                                                 size_t number)
{
    bool own = false;
    for (size_t i = 0; i < settings->escalation_count; i++)
        own = own || strcmp(settings->escalations[i].clause, clause) == 0;
    for (size_t i = 0; i < settings->escalation_count; i++) {
        const struct setting_escalation *step = &settings->escalations[i];
        if (strcmp(step->clause, own ? clause : "") == 0 && number-- == 0)
            return step;
    }
    return NULL;
}

static const struct setting_escalation *step_due(const struct settings *settings, const json_t *hold,
                                                 instant now)
{
    instant opened;
    const struct setting_escalation *step = escalation_step(
        settings, json_text(hold, "clause"), json_array_size(json_object_get(hold, "escalations")));
    if (step == NULL || json_object_get(hold, "closed") != NULL ||
        !instant_parse(json_text(hold, "opened"), &opened, NULL))
        return NULL;
    return now >= opened + (instant)step->hours * 3600 * 1000 ? step : NULL;
}

static void write_notice(struct text *text, const struct settings *settings, const json_t *hold,
                         const struct setting_escalation *step, const char *to, instant now)
{
    char opened[INSTANT_LOCAL_SIZE], at[INSTANT_LOCAL_SIZE];
    const char *role = json_text(hold, "role"), *clause = json_text(hold, "clause");
    if (settings->demonstration)
        text_add(text, _("DEMONSTRATION - NOT A REAL CASE\n\n"));
    text_format(text, _("UNANSWERED HOLD, brought before: %s\n\n"), to);
    text_format(text, _("Docket     %s, hold %lld\n"), json_text(hold, "docket"),
                (long long)json_whole(hold, "number", 0));
    text_format(text, _("Held since %s, more than %d hours\n"),
                instant_local_of(json_text(hold, "opened"), false, opened), step->hours);
    text_format(text, _("Brought    %s\n"), instant_local(now, false, at));
    text_format(text, _("Rule       %s: %s\n"), clause, clause_words(clause));
    text_format(text, _("Why        %s\n"), json_text(hold, "reason"));
    text_format(text, _("Decides    %s\n\n"), role);
    text_format(text,
                _("No hold is released by time. Only the role that decides can release or refuse\n"
                  "it, signed: see reason.txt beside this file. %s\n"),
                strcmp(to, role) == 0 ? _("Please do so, or say who can.")
                                      : _("Please see to it that somebody of that role does."));
}

static bool take_step(struct escalating *escalating, json_t *hold, const struct setting_escalation *step,
                      struct error *error)
{
    char at[INSTANT_TEXT_SIZE], directory[200], name[64];
    const char *docket = json_text(hold, "docket"), *clause = json_text(hold, "clause");
    const char *to = step->role[0] != '\0' ? step->role : json_text(hold, "role");
    struct text text = TEXT_EMPTY;
    json_t *steps = json_array_at(hold, "escalations");
    write_notice(&text, escalating->settings, hold, step, to, escalating->now);
    if (!text_done(&text, error))
        return false;
    json_array_append_new(steps, json_pack("{si,ss,ss}", "hours", step->hours, "role", to, "at",
                                           instant_text(escalating->now, at)));
    snprintf(directory, sizeof directory, "hold/%s-%lld", docket, (long long)json_whole(hold, "number", 0));
    snprintf(name, sizeof name, "escalation-%zu.txt", json_array_size(steps));
    json_t *row =
        json_pack("{ss,ss,ss,ss,s[{ss,ss,sb}]}", "kind", "notice", "what", "escalation", "docket", docket,
                  "directory", directory, "files", "name", name, "text", text.bytes, "sign", 1);
    struct event event = {.action = "hold-escalated", .docket = docket, .clause = clause, .outcome = to};
    bool done = row != NULL && hold_put(escalating->transaction, hold, error) &&
                outbox_add(escalating->transaction, row, escalating->now, NULL, error) &&
                event_append(escalating->transaction, escalating->now, &event, NULL, error);
    json_decref(row);
    text_free(&text);
    return done;
}

static bool find_hold(void *context, const char *key, json_t *hold, struct error *error)
{
    (void)key;
    const struct escalating *escalating = context;
    return step_due(escalating->settings, hold, escalating->now) == NULL ||
           json_array_append(escalating->holds, hold) == 0 ||
           error_set(error, FAULT_TEMPORARY, "out of memory while looking for unanswered holds");
}

static bool find_docket(void *context, const char *key, json_t *docket, struct error *error)
{
    (void)docket;
    const struct escalating *escalating = context;
    return hold_walk(escalating->transaction, key, find_hold, context, error);
}

bool review_escalate(struct transaction *transaction, const struct settings *settings, instant now,
                     size_t *taken, struct error *error)
{
    struct escalating escalating = {
        .transaction = transaction, .settings = settings, .now = now, .holds = json_array()};
    const struct setting_escalation *step;
    json_t *hold;
    size_t index;
    bool done = docket_walk_state(transaction, DOCKET_HELD, find_docket, &escalating, error);
    *taken = 0;
    json_array_foreach(escalating.holds, index, hold)
    {
        while (done && (step = step_due(settings, hold, now)) != NULL) {
            done = take_step(&escalating, hold, step, error);
            ++*taken;
        }
    }
    json_decref(escalating.holds);
    return done;
}
