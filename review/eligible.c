/*
 * Who may take an item now.
 *
 * Guarantees: pure; the same questions as of a decision, in the same order, asked before anybody does the work. Never
 * tells what a peer marked. Does not: let anybody in; review/entitle.c judges what is signed.
 */
#include "review/eligible.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "review/disjoint.h"

static const struct {
    const char *stage;
    enum signing signing;
    enum part part;
    const char *role;
} STAGES[] = {
    {"intake", SIGNING_INTAKE, PART_INVESTIGATOR, "investigator"},
    {"investigation", SIGNING_INVESTIGATION, PART_INVESTIGATOR, "investigator"},
    {"background", SIGNING_BACKGROUND, PART_INVESTIGATOR, "investigator"},
    {"peer", SIGNING_PEER, PART_PEER, "peer"},
    {"supervision", SIGNING_SUPERVISION, PART_SUPERVISOR, "supervisor"},
};

static int stage_index(const char *stage)
{
    for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES; i++)
        if (strcmp(STAGES[i].stage, stage) == 0)
            return (int)i;
    return -1;
}

bool stage_signing(const char *stage, enum signing *signing)
{
    int at = stage_index(stage);
    if (at >= 0)
        *signing = STAGES[at].signing;
    return at >= 0;
}

__attribute__((format(printf, 3, 4))) static bool no(char *why, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (why != NULL)
        vsnprintf(why, size, format, arguments);
    va_end(arguments);
    return false;
}

bool item_concerns(const struct item_question *question, const struct person *person)
{
    int at = stage_index(question->stage);
    return at < 0 ? question->hold_role != NULL && person_may_release(person, question->hold_role)
                  : person_may_sign(person, STAGES[at].signing);
}

static bool holds_role(const struct item_question *question, const struct person *person, char *why,
                       size_t size)
{
    int at = stage_index(question->stage);
    const char *role = at >= 0 ? STAGES[at].role : question->hold_role == NULL ? "" : question->hold_role;
    if (person_has(person, ROLE_VENDOR))
        return no(why, size, _("works for a vendor"));
    if (person_has(person, ROLE_ADMINISTRATOR))
        return no(why, size, _("administers the site"));
    if (person_suspended(person, question->now))
        return no(why, size, _("is suspended"));
    if (!item_concerns(question, person))
        return no(why, size, _("does not hold the role %s"), role);
    if (at < 0 && strcmp(role, "supervisor") == 0 && !person_has(person, ROLE_SUPERVISOR) &&
        !person_acts(person, question->now))
        return no(why, size, _("acts as supervisor at other times"));
    if (person->certificate == NULL && question->settings->identity != IDENTITY_OWNER)
        return no(why, size, _("has no certificate on the roster"));
    return true;
}

static bool trained(const struct item_question *question, const struct person *person, char *why, size_t size)
{
    char until[INSTANT_LOCAL_SIZE];
    if (person->trained_until > question->now)
        return true;
    return person->trained_until == 0
               ? no(why, size, _("has no training on record"))
               : no(why, size, _("was trained until %s"), instant_local(person->trained_until, false, until));
}

static bool unbound(const struct item_question *question, const struct person *person, char *why, size_t size)
{
    const json_t *docket = question->docket;
    const char *requester =
        json_text(json_object_get(json_object_get(docket, "request"), "requester"), "account");
    if (strcmp(person->account, requester) == 0)
        return no(why, size, _("made the request"));
    if (json_object_get(json_object_get(docket, "recused"), person->id) != NULL)
        return no(why, size, _("is recused from this docket"));
    int at = stage_index(question->stage);
    unsigned held = 0;
    const json_t *roles = json_object_get(json_object_get(docket, "people"), person->id);
    for (size_t i = 0; i < json_array_size(roles); i++)
        held |= part_of_role(json_string_value(json_array_get(roles, i)));
    return part_may_join(held, at < 0 ? PART_HOLDER : STAGES[at].part) ||
           no(why, size, _("took part as %s"), json_string_value(json_array_get(roles, 0)));
}

static bool supervises(const struct item_question *question, const struct person *person, char *why,
                       size_t size)
{
    const char *id = json_text(question->docket, "investigator"), *words = "";
    const struct person *investigator = roster_by_id(question->roster, id);
    if (investigator == NULL)
        return no(why, size, _("the investigator %s is not on the roster any more"), id);
    return roster_supervises(question->roster, person, investigator, question->now, &words) ||
           no(why, size, "%s", words);
}

bool stage_eligible(const struct item_question *question, const struct person *person, char *why, size_t size)
{
    if (!holds_role(question, person, why, size) || !trained(question, person, why, size) ||
        !unbound(question, person, why, size))
        return false;
    if (strcmp(question->stage, "supervision") == 0)
        return supervises(question, person, why, size);
    return strcmp(question->stage, "peer") != 0 ||
           !peers_count(question->docket, json_whole(question->docket, "round", 1), person->id)
                .has_reviewed ||
           no(why, size, _("has reviewed this round already"));
}

bool item_eligible(const struct item_question *question, const struct person *person, char *why, size_t size)
{
    if (!stage_eligible(question, person, why, size))
        return false;
    if (strcmp(question->stage, "peer") != 0)
        return true;
    struct peers_of_round peers =
        peers_count(question->docket, json_whole(question->docket, "round", 1), person->id);
    return !peers.knows_docket || peers.has_new ||
           peers.agreed + peers.disagreed + 1 < question->settings->min_peers ||
           no(why, size, _("knows the docket, and this last review of the round is kept for somebody new"));
}
