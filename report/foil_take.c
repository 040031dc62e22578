/*
 * Steps of records requests, taken in.
 *
 * Guarantees: all that forbids a step is listed and nothing of it is done; what is done is one event in the same
 * transaction as the letters and sheets that follow from it. Draws nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/outbox.h"
#include "report/foil_clock.h"
#include "report/foil_common.h"
#include "report/foil_pages.h"
#include "report/foil_rules.h"

struct taking {
    struct transaction *transaction;
    const struct settings *settings;
    const struct person *signer;
    const json_t *step;
    const char *kind, *outcome, *digest;
    json_t *request, *part;
    instant now;
    int64_t today;
    const char *words;
    struct error *error;
};

static bool is(const struct taking *taking, const char *kind)
{
    return strcmp(taking->kind, kind) == 0;
}

static bool add_person(json_t *request, const char *list, const char *person)
{
    size_t index;
    const json_t *id;
    json_t *people = json_array_at(request, list);
    json_array_foreach(people, index, id)
    {
        if (strcmp(json_string_value(id), person) == 0)
            return true;
    }
    return people != NULL && json_array_append_new(people, json_string(person)) == 0;
}

static bool put_day(json_t *clock, const char *member, int64_t day)
{
    char text[FOIL_DAY_SIZE];
    return json_put_text(clock, member, foil_day_text(day, text));
}

/* Who said it, and when it was taken in. New reference. */
static json_t *said(const struct taking *taking)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *said = json_pack("{ss,ss,ss}", "by", taking->signer->id, "at", instant_text(taking->now, at),
                             "digest", taking->digest);
    json_copy_members(said, taking->step, "outcome", "condition", "text", "denied", "remarks", "received",
                      "until", NULL);
    return said;
}

static bool move(struct taking *taking, enum foil_state next, const char *role, const char *action,
                 const char *outcome)
{
    const struct foil_act act = {.actor = taking->signer->id,
                                 .role = role,
                                 .action = action,
                                 .outcome = outcome[0] == '\0' ? NULL : outcome,
                                 .clause = is(taking, "privacy") ? "R45" : NULL,
                                 .object = taking->digest};
    return (add_person(taking->request, "people", taking->signer->id) || foil_memory(taking->error)) &&
           foil_move(taking->transaction, taking->request, next, &act, taking->now, taking->error);
}

/* --- a new request --- */

static bool add_request(struct taking *taking, enum foil_state next)
{
    char name[40], number[FOIL_NUMBER_SIZE], at[INSTANT_TEXT_SIZE], key[80];
    int year = civil_of(taking->now).year;
    int64_t count = 0, received = taking->today;
    const struct setting_foil *foil = &taking->settings->foil;
    snprintf(name, sizeof name, "foil-%d", year);
    if (!counter_next(taking->transaction, name, &count, taking->error))
        return false;
    snprintf(number, sizeof number, "FOIL-%04u-%06" PRId64, (unsigned)year % 10000, count % 1000000);
    foil_day_parse(json_text(taking->step, "received"), &received);
    json_t *request = json_pack("{ss,ss,sI,sI,sI,sI,sI,sI,sI,sI}", "request", number, "created",
                                instant_text(taking->now, at), "round", (json_int_t)1, "parts", (json_int_t)0,
                                "documents", (json_int_t)0, "pages", (json_int_t)0, "drawn", (json_int_t)0,
                                "read", (json_int_t)0, "boxes", (json_int_t)0, "uncovered", (json_int_t)0);
    json_t *clock = json_object_at(request, "clock"), *entry = json_pack("{ss}", "request", number);
    json_copy_members(request, taking->step, "foilId", "received", "requester", "scope", "aboutPerson", "by",
                      NULL);
    bool done =
        entry != NULL && clock != NULL && json_put_text(request, "asked", json_text(taking->step, "text")) &&
        put_day(clock, "acknowledgeBy", foil_business_days_after(foil, received, foil->acknowledge_days)) &&
        put_day(clock, "answerBy", foil_business_days_after(foil, taking->today, foil->answer_days));
    snprintf(key, sizeof key, "foil/id/%.40s", json_text(taking->step, "foilId"));
    taking->request = request;
    json_t *letter = json_object();
    json_copy_members(letter, clock, "answerBy", NULL);
    taking->words =
        _("It is acknowledged; its documents are looked for, and the sheets come below foil/sheets.");
    done = (done || foil_memory(taking->error)) &&
           book_put(taking->transaction, BOOK_INDEX, key, entry, taking->error) &&
           move(taking, next, "records", "foil-requested", "") &&
           foil_letter(taking->transaction, taking->settings, request, "acknowledgement", letter, taking->now,
                       taking->error) &&
           foil_put(taking->transaction, request, taking->error) &&
           foil_want(taking->transaction, number, 0, "search", taking->error);
    json_decref(entry);
    return done;
}

/* --- boxes --- */

static bool count_up(json_t *request, const char *member, int64_t by)
{
    return json_put_whole(request, member, json_whole(request, member, 0) + by);
}

static bool redact(struct taking *taking, enum foil_state next)
{
    const json_t *boxes = json_object_get(taking->step, "boxes");
    json_t *left = foil_uncovered(json_object_get(taking->part, "proposals"), boxes),
           *redactions = said(taking);
    int64_t uncovered = (int64_t)json_array_size(left), part = json_whole(taking->part, "part", 0);
    json_copy_members(redactions, taking->step, "boxes", "lifted", NULL);
    json_object_del(taking->part, "sheet");
    json_object_del(taking->part, "previous");
    bool done = left != NULL && json_put_whole(redactions, "uncovered", uncovered) &&
                json_put(taking->part, "redactions", json_incref(redactions)) &&
                count_up(taking->request, "drawn", 1) && count_up(taking->request, "uncovered", uncovered) &&
                count_up(taking->request, "boxes", (int64_t)json_array_size(boxes)) &&
                add_person(taking->request, "proposers", taking->signer->id);
    json_decref(left);
    json_decref(redactions);
    taking->words = _("The sheet for the second reader comes below foil/sheets.");
    return (done || foil_memory(taking->error)) &&
           foil_part_put(taking->transaction, taking->part, taking->error) &&
           foil_want(taking->transaction, json_text(taking->request, "request"), part, "read",
                     taking->error) &&
           move(taking, next, "records", "foil-redacted", "");
}

static bool agree(struct taking *taking, enum foil_state next)
{
    char digest[DIGEST_TEXT_SIZE];
    bool last = next != FOIL_READING;
    bool done = (json_put(taking->part, "reading", said(taking)) && count_up(taking->request, "read", 1) &&
                 add_person(taking->request, "readers", taking->signer->id)) ||
                foil_memory(taking->error);
    done = done && foil_part_put(taking->transaction, taking->part, taking->error) &&
           (!last || (foil_digest(taking->transaction, taking->request, digest, taking->error) &&
                      (json_put_text(taking->request, "redactions", digest) || foil_memory(taking->error))));
    taking->words = next == FOIL_PRIVACY
                        ? _("The privacy officer is next, since something that identifies is to leave.")
                    : next == FOIL_SIGN_OFF ? _("Records signs off next.")
                                            : _("The other parts wait for their second reader.");
    return done && move(taking, next, "second-reader", "foil-read", taking->outcome);
}

static bool return_part(struct taking *taking, enum foil_state next)
{
    taking->words = _("The sheet comes again, with the boxes as they were.");
    return (json_put(taking->part, "returned", said(taking)) || foil_memory(taking->error)) &&
           foil_part_reset(taking->transaction, taking->request, taking->part, "draw", taking->error) &&
           move(taking, next, "second-reader", "foil-read", taking->outcome);
}

/* Privacy and sign-off: said of the whole request. */
static bool judge_all(struct taking *taking, enum foil_state next, const char *member, const char *role,
                      const char *action)
{
    bool back = next == FOIL_REDACTION;
    taking->words = back                    ? _("The sheets come again, with the boxes as they were.")
                    : next == FOIL_SIGN_OFF ? _("Records signs off next.")
                                            : _("Records answers next.");
    return (!back || foil_reset(taking->transaction, taking->request, "draw", taking->error)) &&
           (json_put(taking->request, back ? "returned" : member, said(taking)) ||
            foil_memory(taking->error)) &&
           move(taking, next, role, action, taking->outcome);
}

/* --- the answer --- */

static bool extend(struct taking *taking, enum foil_state next)
{
    json_t *letter = json_object(), *clock = json_object_at(taking->request, "clock");
    bool late = foil_overdue(taking->request, taking->today);
    bool done = (json_put_text(letter, "until", json_text(taking->step, "until")) &&
                 json_put_text(letter, "reason", json_text(taking->step, "text")) &&
                 json_put_text(clock, "answerBy", json_text(taking->step, "until")) &&
                 json_array_append_new(json_array_at(taking->request, "extensions"), said(taking)) == 0) ||
                foil_memory(taking->error);
    taking->words = _("The letter that says so comes to foil/out.");
    if (!done)
        json_decref(letter);
    return done &&
           foil_letter(taking->transaction, taking->settings, taking->request, "extension", letter,
                       taking->now, taking->error) &&
           move(taking, next, "records", "foil-extended", late ? "late" : "in-time");
}

static bool answer(struct taking *taking, enum foil_state next)
{
    const char *number = json_text(taking->request, "request");
    int64_t parts = json_whole(taking->request, "parts", 0);
    bool denial = strcmp(taking->outcome, "denial") == 0;
    bool done = json_put(taking->request, "answer", said(taking)) || foil_memory(taking->error);
    taking->words = _("The answer is drawn, read back, and published below foil/out.");
    for (int64_t i = 1; done && !denial && i <= parts; i++)
        done = foil_want(taking->transaction, number, i, "export", taking->error);
    done =
        done && (!denial || (foil_cancel(taking->transaction, number, "denied", taking->now, taking->error) &&
                             foil_letter_answer(taking->transaction, taking->settings, taking->request,
                                                taking->now, taking->error)));
    return done && move(taking, next, "records", "foil-answered", taking->outcome);
}

static bool appeal(struct taking *taking, enum foil_state next)
{
    const struct setting_foil *foil = &taking->settings->foil;
    json_t *clock = json_object_at(taking->request, "clock"), *letter = json_object();
    int64_t received = taking->today;
    foil_day_parse(json_text(taking->step, "received"), &received);
    bool done = (put_day(clock, "appealAnswerBy",
                         foil_business_days_after(foil, received, foil->appeal_answer_days)) &&
                 json_array_append_new(json_array_at(taking->request, "appeals"), said(taking)) == 0 &&
                 json_put_text(letter, "appealed", json_text(taking->step, "received")) &&
                 json_put_text(letter, "answerBy", json_text(clock, "appealAnswerBy"))) ||
                foil_memory(taking->error);
    taking->words = _("The appeal is in the record; legal answers it.");
    if (!done)
        json_decref(letter);
    return done &&
           foil_cancel(taking->transaction, json_text(taking->request, "request"), "appealed", taking->now,
                       taking->error) &&
           foil_letter(taking->transaction, taking->settings, taking->request, "appeal-received", letter,
                       taking->now, taking->error) &&
           move(taking, next, "records", "foil-appealed", "");
}

/* It is answered anew, by the day on which the appeal was to be answered. */
static bool begin_again(struct taking *taking)
{
    json_t *request = taking->request, *clock = json_object_at(request, "clock");
    bool none = json_whole(request, "parts", 0) == 0, searched = json_flag(request, "searched");
    if (none) /* it is looked for from the start */
        json_object_del(request, "cursor");
    if (json_object_get(request, "answer") != NULL &&
        json_array_append(json_array_at(request, "answers"), json_object_get(request, "answer")) != 0)
        return foil_memory(taking->error);
    json_object_del(request, "answer");
    bool done = (count_up(request, "round", 1) &&
                 json_put_text(clock, "answerBy", json_text(clock, "appealAnswerBy"))) ||
                foil_memory(taking->error);
    /* An appeal against silence may have come before everything was found. */
    return done && foil_reset(taking->transaction, request, "search", taking->error) &&
           ((searched && !none) ||
            foil_want(taking->transaction, json_text(request, "request"), 0, "search", taking->error));
}

static bool answer_appeal(struct taking *taking, enum foil_state next)
{
    json_t *clock = json_object_at(taking->request, "clock"), *letter = json_object();
    json_t *appeals = json_array_at(taking->request, "appeals");
    json_t *last = json_array_get(appeals, json_array_size(appeals) - 1);
    bool done = (json_put(last, "answer", said(taking)) &&
                 json_put_text(letter, "appealed", json_text(last, "received")) &&
                 json_put_text(letter, "outcome", taking->outcome) &&
                 json_put_text(letter, "reason", json_text(taking->step, "text"))) ||
                foil_memory(taking->error);
    if (!done)
        json_decref(letter);
    taking->words = next == FOIL_CLOSED
                        ? _("The letter that says so comes to foil/out; the request is closed.")
                        : _("The letter that says so comes to foil/out, and the sheets come again.");
    done = done &&
           foil_letter(taking->transaction, taking->settings, taking->request, "appeal-answer", letter,
                       taking->now, taking->error) &&
           (next == FOIL_CLOSED || begin_again(taking));
    json_object_del(clock, "appealAnswerBy");
    json_object_del(clock, "appealBy");
    return done && move(taking, next, "legal", "foil-appeal-answered", taking->outcome);
}

static bool withdraw(struct taking *taking, enum foil_state next)
{
    char today[FOIL_DAY_SIZE];
    json_t *letter = json_pack("{ss}", "withdrawn", foil_day_text(taking->today, today));
    taking->words = _("The letter that says so comes to foil/out.");
    return (json_put(taking->request, "withdrawn", said(taking)) || foil_memory(taking->error)) &&
           foil_cancel(taking->transaction, json_text(taking->request, "request"), "withdrawn", taking->now,
                       taking->error) &&
           foil_letter(taking->transaction, taking->settings, taking->request, "withdrawn", letter,
                       taking->now, taking->error) &&
           move(taking, next, "records", "foil-withdrawn", "");
}

static bool carry_out(struct taking *taking, enum foil_state next)
{
    if (is(taking, "request"))
        return add_request(taking, next);
    if (is(taking, "redactions"))
        return redact(taking, next);
    if (is(taking, "reading"))
        return (strcmp(taking->outcome, "agree") == 0 ? agree : return_part)(taking, next);
    if (is(taking, "privacy"))
        return judge_all(taking, next, "privacy", "privacy-officer", "foil-privacy");
    if (is(taking, "sign-off"))
        return judge_all(taking, next, "signOff", "records", "foil-signed-off");
    if (is(taking, "extension"))
        return extend(taking, next);
    if (is(taking, "answer"))
        return answer(taking, next);
    if (is(taking, "appeal"))
        return appeal(taking, next);
    return (is(taking, "appeal-answer") ? answer_appeal : withdraw)(taking, next);
}

/* --- what the rules ask --- */

static bool scope_unknown(const struct taking *taking, bool *unknown)
{
    const json_t *scope = json_object_get(taking->step, "scope"), *docket;
    const char *command = json_text_or_null(scope, "command");
    int64_t from, to;
    size_t index;
    *unknown = command != NULL && (settings_command(taking->settings, command) == NULL ||
                                   !foil_day_parse(json_text(scope, "from"), &from) ||
                                   !foil_day_parse(json_text(scope, "to"), &to) || to < from);
    json_array_foreach(json_object_get(scope, "dockets"), index, docket)
    {
        json_t *known = NULL;
        if (!book_get(taking->transaction, BOOK_DOCKETS, json_string_value(docket), &known, taking->error))
            return false;
        *unknown = *unknown || known == NULL;
        json_decref(known);
    }
    return true;
}

/* Those of sealed pictures. New reference. */
static json_t *mandatory_of(const json_t *proposals)
{
    size_t index;
    const json_t *box;
    json_t *list = json_array();
    json_array_foreach((json_t *)(uintptr_t)proposals, index, box)
    {
        if (json_flag(box, "mandatory"))
            json_array_append(list, (json_t *)(uintptr_t)box);
    }
    return list;
}

static bool look_at_boxes(const struct taking *taking, struct foil_case *facts, struct error *wrong)
{
    const json_t *boxes = json_object_get(taking->step, "boxes"),
                 *proposals = json_object_get(taking->part, "proposals");
    json_t *exemptions = foil_exemptions(&taking->settings->foil), *mandatory = mandatory_of(proposals);
    json_t *left = foil_uncovered(proposals, boxes), *sealed = foil_uncovered(mandatory, boxes);
    bool done = exemptions != NULL && left != NULL && sealed != NULL;
    if (done && !foil_boxes_check(boxes, json_object_get(taking->part, "documents"), exemptions, wrong))
        facts->boxes = wrong->text;
    facts->identifying = json_array_size(left);
    facts->sealed = json_array_size(sealed);
    json_decref(exemptions);
    json_decref(mandatory);
    json_decref(left);
    json_decref(sealed);
    return done || foil_memory(taking->error);
}

static bool load(struct taking *taking, bool *taken)
{
    const char *number = json_text_or_null(taking->step, "request");
    json_t *known = NULL;
    char key[80];
    snprintf(key, sizeof key, "foil/id/%.40s", json_text(taking->step, "foilId"));
    if (!book_get(taking->transaction, BOOK_INDEX, key, &known, taking->error))
        return false;
    *taken = known != NULL;
    json_decref(known);
    return number == NULL ||
           (book_get(taking->transaction, BOOK_FOIL, number, &taking->request, taking->error) &&
            (taking->request == NULL || json_object_get(taking->step, "part") == NULL ||
             foil_part_get(taking->transaction, number, json_whole(taking->step, "part", 0), &taking->part,
                           taking->error)));
}

/* A step's id is known from now on; that of a request is noted with it. */
static bool note_id(const struct taking *taking)
{
    char key[80];
    json_t *entry = json_pack("{ss}", "request", json_text(taking->request, "request"));
    snprintf(key, sizeof key, "foil/id/%.40s", json_text(taking->step, "foilId"));
    bool done = entry != NULL ? book_put(taking->transaction, BOOK_INDEX, key, entry, taking->error)
                              : foil_memory(taking->error);
    json_decref(entry);
    return done;
}

bool foil_take(struct transaction *transaction, const struct settings *settings, const struct roster *roster,
               const struct person *signer, const json_t *step, const char *digest, instant now,
               json_t *faults, const char **words, char *number, struct error *error)
{
    struct taking taking = {.transaction = transaction,
                            .settings = settings,
                            .signer = signer,
                            .step = step,
                            .kind = json_text(step, "kind"),
                            .outcome = json_text(step, "outcome"),
                            .digest = digest,
                            .now = now,
                            .today = foil_day_of(now),
                            .words = "",
                            .error = error};
    struct foil_case facts = {.step = step,
                              .signer = signer,
                              .roster = roster,
                              .foil = &settings->foil,
                              .now = now,
                              .today = taking.today};
    struct foil_transition next = {.allowed = false};
    struct error wrong = ERROR_NONE;
    number[0] = '\0';
    bool done = load(&taking, &facts.taken_before) && scope_unknown(&taking, &facts.scope_unknown);
    facts.request = taking.request;
    facts.part = taking.part;
    if (done && is(&taking, "redactions") && taking.part != NULL)
        done = look_at_boxes(&taking, &facts, &wrong);
    done = done && (foil_judge(&facts, faults, &next) || foil_memory(error));
    if (done && json_array_size(faults) == 0)
        done = carry_out(&taking, next.next) && note_id(&taking);
    snprintf(number, FOIL_NUMBER_SIZE, "%.23s", json_text(taking.request, "request"));
    *words = taking.words;
    json_decref(taking.request);
    json_decref(taking.part);
    return done;
}
