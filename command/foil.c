/*
 * leadspool foil: the steps of a records request, each signed and handed over (R40).
 *
 * Guarantees: what is signed is valid by the schema. What is said of the whole request (privacy, sign-off, answer) names
 * the redactions that the record shows for it now. Whose step it is, and whether it is due, the record answers.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/foil_step.h"
#include "command/form.h"

enum {
    KEY_RECEIVED = 256,
    KEY_NAME,
    KEY_CONTACT,
    KEY_ADDRESS,
    KEY_DOCKET,
    KEY_CASE,
    KEY_COMMAND,
    KEY_FROM,
    KEY_TO,
    KEY_PERSON,
    KEY_TEXT,
    KEY_OUTCOME,
    KEY_CONDITION,
    KEY_UNTIL,
    KEY_EXEMPTION
};

static const struct option_spec options[] = {
    {KEY_RECEIVED, "received", "DATE", "request, appeal: the day it came"},
    {KEY_NAME, "name", "TEXT", "request: who asks"},
    {KEY_CONTACT, "contact", "TEXT", "request: how to reach them"},
    {KEY_ADDRESS, "address", "LINE", "request: a line of their address; may be repeated"},
    {KEY_DOCKET, "docket", "DOCKET", "request: records of this docket; may be repeated"},
    {KEY_CASE, "case", "NUMBER", "request: records of this case or complaint"},
    {KEY_COMMAND, "command", "COMMAND", "request: records of what this command sent, with --from and --to"},
    {KEY_FROM, "from", "DATE", "request: first day"},
    {KEY_TO, "to", "DATE", "request: last day"},
    {KEY_PERSON, "about-person", NULL, "request: it asks for records about a named person"},
    {KEY_TEXT, "text", "TEXT", "what is asked, or the reason"},
    {KEY_OUTCOME, "outcome", "WORD",
     "approve, return, refuse; grant, partial, denial; granted, partly, denied"},
    {KEY_CONDITION, "condition", "CODE", "privacy: which of the seven conditions allows it (D2 to D5)"},
    {KEY_UNTIL, "until", "DATE", "extension: the date certain"},
    {KEY_EXEMPTION, "exemption", "CODE", "answer: the exemption a denial rests on; --text is its reason"},
    {'a', "as", "PERSON", "who signs, as the roster names them"},
    {'k', "key", "FILE", "their key, PEM, or the URI of a token's"},
    {'c', "cert", "FILE", "their certificate, PEM"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static const struct {
    int key;
    const char *member, *list; /* one text, or one of a list */
} members[] = {
    {KEY_RECEIVED, "received", NULL}, {KEY_NAME, "name", NULL},           {KEY_CONTACT, "contact", NULL},
    {KEY_ADDRESS, NULL, "address"},   {KEY_DOCKET, NULL, "dockets"},      {KEY_CASE, "caseNumber", NULL},
    {KEY_COMMAND, "command", NULL},   {KEY_FROM, "from", NULL},           {KEY_TO, "to", NULL},
    {KEY_TEXT, "text", NULL},         {KEY_OUTCOME, "outcome", NULL},     {KEY_CONDITION, "condition", NULL},
    {KEY_UNTIL, "until", NULL},       {KEY_EXEMPTION, "exemption", NULL},
};

static bool take(struct foil_step *step, int key, struct error *error)
{
    if (key == 'a')
        step->person = optarg;
    else if (key == 'k')
        step->key = optarg;
    else if (key == 'c')
        step->certificate = optarg;
    else if (key == KEY_PERSON)
        return form_put(step->members, "aboutPerson", json_true(), error);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (members[i].key == key && members[i].list != NULL)
            return form_append(step->members, members[i].list, json_string(optarg), error);
        if (members[i].key == key)
            return form_text(step->members, members[i].member, optarg, error);
    }
    return true;
}

/* What the record shows for it now: the digest of all redactions. */
static bool add_redactions(const struct invocation *invocation, struct foil_step *step, struct error *error)
{
    struct site site;
    json_t *answer = NULL;
    const char *request = json_text(step->members, "request");
    char reason[80];
    snprintf(reason, sizeof reason, _("signing %.32s as %.32s"), step->kind, step->person);
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done =
        record_ask(&site, "show", json_pack("{ss,ss}", "id", request, "reason", reason), &answer, error);
    const char *digest = json_text_or_null(json_object_get(answer, "foil"), "redactions");
    if (done && digest == NULL)
        done = error_set(error, FAULT_REFUSED, "%s has no redactions that were read: leadspool why %s",
                         request, request);
    done = done && form_text(step->members, "redactions", digest, error);
    json_decref(answer);
    invocation_close(&site);
    return done;
}

static const char *const kinds[] = {"request", "privacy",       "sign-off",   "extension", "answer",
                                    "appeal",  "appeal-answer", "withdrawal", NULL};

static bool is_kind(const char *word)
{
    for (size_t i = 0; kinds[i] != NULL; i++)
        if (strcmp(kinds[i], word) == 0)
            return true;
    return false;
}

static bool send(const struct invocation *invocation, struct foil_step *step, const char *operand,
                 struct error *error)
{
    json_t *said = step->members;
    const char *outcome = json_text(said, "outcome");
    bool asks = strcmp(step->kind, "request") == 0, answers = strcmp(step->kind, "answer") == 0;
    if (strcmp(step->kind, "sheet") == 0)
        return foil_step_send_file(invocation, step, operand, error);
    if (!asks && !form_text(said, "request", operand, error))
        return false;
    if (answers && strcmp(outcome, "denial") == 0) {
        /* The reason belongs to the exemption. */
        if (!form_text(said, "denied", json_text(said, "text"), error))
            return false;
        json_object_del(said, "text");
    } else if ((strcmp(step->kind, "privacy") == 0 || strcmp(step->kind, "sign-off") == 0 || answers) &&
               !add_redactions(invocation, step, error))
        return false;
    return foil_step_send(invocation, step, error);
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct foil_step step = {.members = json_object()};
    bool done = false;
    int key;
    while ((key = option_next(&command_foil, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else if (!take(&step, key, error))
            goto done;
    }
    if (key != OPTION_END) {
        done = key == OPTION_HELP;
        goto done;
    }
    step.kind = argc > optind ? argv[optind] : "";
    bool sheet = strcmp(step.kind, "sheet") == 0, asks = strcmp(step.kind, "request") == 0;
    if ((!sheet && !is_kind(step.kind)) || argc - optind != (asks ? 1 : 2))
        error_set(
            error, FAULT_USAGE,
            "say foil request; foil sheet and the file a sheet saved; or foil privacy, sign-off, extension, "
            "answer, appeal, appeal-answer or withdrawal and one request");
    else if (step.person == NULL || step.key == NULL || step.certificate == NULL)
        error_set(error, FAULT_USAGE, "say who signs: --as PERSON --key FILE --cert FILE");
    else
        done = send(invocation, &step, asks ? NULL : argv[optind + 1], error);
done:
    json_decref(step.members);
    return done;
}

const struct command command_foil = {
    .name = "foil",
    .arguments = "request | sheet FILE | STEP REQUEST … --as PERSON --key FILE --cert FILE",
    .purpose = "Sign a step of a records request and hand it over",
    .options = options,
    .run = run,
};
