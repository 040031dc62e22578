/*
 * The rules about records requests.
 *
 * Guarantees: default deny; two people look at every box, and a third signs what leaves; what identifies leaves with the
 * privacy officer's signature alone; a sealed picture never does. All that forbids a step is named. Does no I/O.
 */
#include "report/foil_rules.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "report/disclosure_rules.h"
#include "report/foil_clock.h"

enum { TEXT = 300 };

struct judging {
    const struct foil_case *facts;
    const char *kind, *outcome;
    json_t *faults;
    bool memory;
};

static void refuse(struct judging *judging, const char *code, const char *clause, const char *member,
                   const char *text, const char *remedy)
{
    char place[80];
    snprintf(place, sizeof place, member[0] == '.' ? "foil.xml%s" : "foil.xml /foil/%s", member);
    judging->memory = release_fault(judging->faults, code, clause, place, text, remedy) && judging->memory;
}

static bool is(const struct judging *judging, const char *kind)
{
    return strcmp(judging->kind, kind) == 0;
}

/* --- who --- */

static bool stands(const struct person *person, instant now)
{
    return person != NULL && !person_suspended(person, now) && person->trained_until > now &&
           !person_has(person, ROLE_VENDOR) && !person_has(person, ROLE_ADMINISTRATOR);
}

/* Did the person take a step that names them so? `list` is of ids. */
static bool among(const json_t *list, const char *person)
{
    size_t index;
    const json_t *id;
    json_array_foreach(list, index, id)
    {
        if (strcmp(json_string_value(id), person) == 0)
            return true;
    }
    return false;
}

static enum role role_needed(const struct judging *judging)
{
    if (is(judging, "privacy"))
        return strcmp(json_text(judging->facts->step, "condition"), "D4") == 0 ? ROLE_CITY_PRIVACY_OFFICER
                                                                               : ROLE_PRIVACY_OFFICER;
    return is(judging, "appeal-answer") ? ROLE_LEGAL : ROLE_RECORDS;
}

static void judge_signer(struct judging *judging)
{
    const struct person *signer = judging->facts->signer;
    enum role role = role_needed(judging);
    char text[TEXT], remedy[240];
    if (!stands(signer, judging->facts->now) || !person_has(signer, role)) {
        snprintf(
            text, sizeof text,
            _("whoever signed it may not take this step: not on the roster, suspended, without training, "
              "or not "
              "of the role %s"),
            role_name(role));
        snprintf(remedy, sizeof remedy, _("have it signed by somebody of the role %s"), role_name(role));
        refuse(judging, "signer-may-not-release", is(judging, "privacy") ? "R45" : "R35", ".p7s", text,
               remedy);
    } else if (strcmp(signer->id, json_text(judging->facts->step, "by")) != 0)
        refuse(judging, "released-by-another", "R31", "by",
               _("it says that somebody else takes the step than signed it"), _("name the signer"));
}

/* Somebody else of records who did not draw, and did not read. */
static bool another_could_sign(const struct judging *judging)
{
    const struct foil_case *facts = judging->facts;
    for (size_t i = 0; i < roster_count(facts->roster); i++) {
        const struct person *person = roster_at(facts->roster, i);
        if (stands(person, facts->now) && person_has(person, ROLE_RECORDS) &&
            !among(json_object_get(facts->request, "proposers"), person->id) &&
            !among(json_object_get(facts->request, "readers"), person->id))
            return true;
    }
    return false;
}

static void judge_separation(struct judging *judging)
{
    const struct foil_case *facts = judging->facts;
    const json_t *proposers = json_object_get(facts->request, "proposers"),
                 *readers = json_object_get(facts->request, "readers");
    const char *signer = json_text(facts->step, "by");
    bool drew = among(proposers, signer), read = among(readers, signer);
    if (is(judging, "reading") &&
        strcmp(json_text(json_object_get(facts->part, "redactions"), "by"), signer) == 0)
        refuse(judging, "second-reader-drew", "R40", "by",
               _("whoever drew the boxes cannot be their second reader"),
               _("have somebody else of records read them"));
    if (is(judging, "sign-off") && drew)
        refuse(judging, "signer-drew", "R40", "by", _("whoever drew boxes does not sign them off"),
               _("have somebody else of records sign off"));
    if (is(judging, "sign-off") && !drew && read && another_could_sign(judging))
        refuse(judging, "signer-read", "R40", "by",
               _("the second reader signs off only where the roster has nobody else of records who could"),
               _("have somebody of records sign off who neither drew nor read"));
    if (is(judging, "privacy") && (drew || read))
        refuse(judging, "privacy-officer-drew", "R45", "by",
               _("whoever drew or read the boxes does not approve what they leave open"),
               _("have another privacy officer approve it"));
    if (is(judging, "appeal-answer") && among(json_object_get(facts->request, "people"), signer))
        refuse(judging, "appeal-officer-took-part", "R40", "by",
               _("whoever took part in the answer does not answer the appeal"),
               _("have somebody else of legal answer it"));
}

/* --- what was before them --- */

static void judge_sheet(struct judging *judging)
{
    const struct foil_case *facts = judging->facts;
    bool draws = is(judging, "redactions"), reads = is(judging, "reading");
    if (!draws && !reads)
        return;
    if (facts->part == NULL) {
        refuse(judging, "part-unknown", "R40", "part", _("the request has no such part"),
               _("take the number from the sheet"));
        return;
    }
    const char *sheet = json_text(facts->part, "sheet");
    if (sheet[0] == '\0' || strcmp(sheet, json_text(facts->step, "sheet")) != 0)
        refuse(judging, "sheet-stale", "R13", "sheet", _("another sheet has taken this one's place"),
               _("work on the newest sheet in foil/sheets"));
    if (reads && strcmp(json_text(json_object_get(facts->part, "redactions"), "digest"),
                        json_text(facts->step, "redactions")) != 0)
        refuse(judging, "redactions-stale", "R13", "redactions",
               _("these are not the redactions that wait for a reader"),
               _("read the newest sheet in foil/sheets"));
    if (draws && facts->boxes != NULL)
        refuse(judging, "box-faulty", "R40", "boxes", facts->boxes, _("correct the box on the sheet"));
    if (draws && facts->sealed > 0)
        refuse(judging, "sealed-uncovered", "R17", "boxes",
               _("a sealed picture is not covered by a box; nothing lifts that"), _("cover it"));
}

static void judge_digest(struct judging *judging)
{
    bool gives = is(judging, "answer") && strcmp(judging->outcome, "denial") != 0;
    if (!is(judging, "privacy") && !is(judging, "sign-off") && !gives)
        return;
    const char *now = json_text(judging->facts->request, "redactions");
    if (now[0] == '\0' || strcmp(now, json_text(judging->facts->step, "redactions")) != 0)
        refuse(judging, "redactions-stale", "R13", "redactions",
               _("it names other redactions than those that were read"),
               _("leadspool show prints the digest of those"));
}

/* --- what it says --- */

static void judge_condition(struct judging *judging)
{
    const char *condition = json_text(judging->facts->step, "condition");
    if (!is(judging, "privacy") || strcmp(judging->outcome, "approve") != 0)
        return;
    if (strcmp(condition, "D2") != 0 && strcmp(condition, "D3") != 0 && strcmp(condition, "D4") != 0 &&
        strcmp(condition, "D5") != 0)
        refuse(judging, "condition-does-not-fit", "R45", "condition",
               _("that condition is none under which something identifying leaves to the public"),
               _("D2, D3 or D5 with the privacy officer, D4 with the city's; a subject's own wish (D1) is a "
                 "disclosure"));
}

static void judge_days(struct judging *judging)
{
    const json_t *step = judging->facts->step, *clock = json_object_get(judging->facts->request, "clock");
    int64_t received, until, answer_by = 0;
    const char *text = json_text_or_null(step, "received");
    if (text != NULL && (!foil_day_parse(text, &received) || received > judging->facts->today))
        refuse(judging, "date-in-the-future", "R40", "received", _("that day has not come yet"),
               _("correct the date"));
    if (!is(judging, "extension"))
        return;
    foil_day_parse(json_text(clock, "answerBy"), &answer_by);
    if (!foil_day_parse(json_text(step, "until"), &until) || until <= judging->facts->today ||
        until <= answer_by)
        refuse(judging, "extension-no-later", "R40", "until",
               _("an extension is to a day that has not come, later than the day the answer is due already"),
               _("name a later day"));
}

static bool exemption_known(const struct setting_foil *foil, const char *code)
{
    for (size_t i = 0; i < foil->exemption_count; i++)
        if (strcmp(foil->exemptions[i].code, code) == 0)
            return true;
    return false;
}

static void judge_denied(struct judging *judging)
{
    const json_t *denied = json_object_get(judging->facts->step, "denied"), *one;
    size_t index;
    if (!is(judging, "answer") || strcmp(judging->outcome, "denial") != 0)
        return;
    if (json_array_size(denied) == 0)
        refuse(judging, "reason-missing", "R40", "denied",
               _("a denial names each exemption with its particular reason, and none is named"),
               _("name it"));
    json_array_foreach(denied, index, one)
    {
        if (!exemption_known(judging->facts->foil, json_text(one, "exemption")))
            refuse(judging, "exemption-unknown", "R40", "denied", _("site.xml lists no such exemption"),
                   _("name an exemption of the site's list"));
    }
}

/* --- is it due? --- */

static const struct {
    const char *kind, *outcome;
    enum foil_action action;
} actions[] = {
    {"redactions", "", FOIL_REDACT},
    {"reading", "agree", FOIL_AGREE},
    {"reading", "return", FOIL_RETURN},
    {"privacy", "approve", FOIL_APPROVE},
    {"privacy", "refuse", FOIL_REFUSE},
    {"sign-off", "approve", FOIL_SIGN},
    {"sign-off", "return", FOIL_SEND_BACK},
    {"extension", "", FOIL_EXTEND},
    {"answer", "grant", FOIL_GRANT},
    {"answer", "partial", FOIL_PART},
    {"answer", "denial", FOIL_DENY},
    {"appeal", "", FOIL_APPEAL},
    {"appeal-answer", "granted", FOIL_APPEAL_WON},
    {"appeal-answer", "partly", FOIL_APPEAL_WON},
    {"appeal-answer", "denied", FOIL_APPEAL_LOST},
    {"withdrawal", "", FOIL_WITHDRAW},
};

static struct foil_circumstances circumstances_of(const struct judging *judging)
{
    const struct foil_case *facts = judging->facts;
    const json_t *request = facts->request;
    int64_t parts = json_whole(request, "parts", 0), until = 0, came = facts->today;
    bool draws = is(judging, "redactions"), reads = is(judging, "reading");
    foil_day_parse(json_text(json_object_get(request, "clock"), "appealBy"), &until);
    foil_day_parse(json_text(facts->step, "received"), &came);
    return (struct foil_circumstances){
        .parts_left = (draws && json_whole(request, "drawn", 0) + 1 < parts) ||
                      (reads && json_whole(request, "read", 0) + 1 < parts),
        /* That records of a person exist says something of that person already. */
        .identifying = json_whole(request, "uncovered", 0) > 0 || json_flag(request, "aboutPerson"),
        .redacted = json_whole(request, "boxes", 0) > 0,
        .overdue = foil_overdue(request, facts->today),
        .appealable = came <= until};
}

static void judge_due(struct judging *judging, struct foil_transition *transition)
{
    const struct foil_case *facts = judging->facts;
    char text[TEXT];
    enum foil_state state = FOIL_CLOSED;
    const struct foil_circumstances now = circumstances_of(judging);
    foil_state_parse(json_text(facts->request, "state"), &state);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (is(judging, actions[i].kind) && strcmp(actions[i].outcome, judging->outcome) == 0)
            *transition = foil_after(state, actions[i].action, &now);
    bool again = is(judging, "redactions")
                     ? json_object_get(facts->part, "redactions") != NULL
                     : is(judging, "reading") && json_object_get(facts->part, "reading") != NULL;
    if (transition->allowed && !again)
        return;
    snprintf(text, sizeof text, _("it is not due: the request waits for %s%s%s"),
             again ? _("its other parts") : foil_state_waits(state), transition->why != NULL ? "; " : "",
             transition->why != NULL ? transition->why : "");
    refuse(judging, "not-due", "R13", "kind", text, _("leadspool why tells what the request waits for"));
}

bool foil_judge(const struct foil_case *facts, json_t *faults, struct foil_transition *transition)
{
    struct judging judging = {.facts = facts,
                              .kind = json_text(facts->step, "kind"),
                              .outcome = json_text(facts->step, "outcome"),
                              .faults = faults,
                              .memory = true};
    *transition = (struct foil_transition){.allowed = false};
    if (facts->taken_before)
        refuse(&judging, "taken-before", "R40", "foilId", _("this step was taken before"),
               _("a further one has an id of its own"));
    judge_signer(&judging);
    judge_days(&judging);
    if (is(&judging, "request")) {
        if (facts->scope_unknown)
            refuse(&judging, "scope-unknown", "R40", "scope",
                   _("there is no such docket or command, or the days are turned round"), _("correct it"));
        *transition = (struct foil_transition){.allowed = true, .next = FOIL_SEARCHING};
        return judging.memory;
    }
    if (facts->request == NULL) {
        refuse(&judging, "request-unknown", "R40", "request", _("there is no such request"),
               _("correct its number"));
        return judging.memory;
    }
    judge_due(&judging, transition);
    judge_separation(&judging);
    judge_sheet(&judging);
    judge_digest(&judging);
    judge_condition(&judging);
    judge_denied(&judging);
    return judging.memory;
}
