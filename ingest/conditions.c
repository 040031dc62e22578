/*
 * What breaks a rule.
 *
 * Guarantees: pure; a condition about a member that is missing leaves it to the rule about the missing
 * member.
 */
#include "ingest/conditions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "ingest/conditions_parts.h"
#include "ingest/words.h"
#include "schemas/xml.h"

/* A name of fewer letters stands in too many others. */
enum { NAME_LEAST = 3, BASIS_LEAST = 10, OLDEST_DAYS = 180 };
static const instant DAY = (instant)24 * 3600 * 1000;

static bool listed(const json_t *words, const char *text)
{
    size_t index;
    const json_t *word;
    json_array_foreach(words, index, word)
    {
        if (strcmp(json_string_value(word), text) == 0)
            return true;
    }
    return false;
}

bool command_other(const struct rule_view *view)
{
    return has(view->request, "command") && !is(view->request, "command", view->command);
}

bool number_missing(const struct rule_view *view)
{
    return !has(view->request, "caseNumber") && !has(view->request, "complaintNumber");
}

/* A pattern the site wrote that cannot be used was refused at start; here it lets everything through. */
static bool unlike(const json_t *request, const char *member, const char *pattern)
{
    bool matches = true;
    return has(request, member) && pattern[0] != '\0' &&
           pattern_matches(pattern, json_text(request, member), &matches, NULL) && !matches;
}

bool case_number_form(const struct rule_view *view)
{
    return unlike(view->request, "caseNumber", json_text(view->policy, "case"));
}

bool complaint_number_form(const struct rule_view *view)
{
    return unlike(view->request, "complaintNumber", json_text(view->policy, "complaint"));
}

bool images_missing(const struct rule_view *view)
{
    return json_array_size(json_object_get(view->request, "images")) == 0;
}

/* The authorised uses and their sub-codes (R1); a use without any has an empty list. */
static const struct {
    const char *use;
    const char *sub_uses[5];
} uses[] = {
    {"U0", {NULL}},
    {"U1", {"committed", "committing", "about-to-commit", NULL}},
    {"U2", {"missing", "victim", "witness", NULL}},
    {"U3", {NULL}},
    {"U4", {NULL}},
    {"U5", {"no-id", "not-forthcoming", "anothers-id", "false-id", NULL}},
    {"U6", {NULL}},
};

static const char *const *sub_uses_of(const char *use)
{
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (strcmp(uses[i].use, use) == 0)
            return uses[i].sub_uses;
    return NULL;
}

bool use_missing(const struct rule_view *view)
{
    return !has(view->request, "use");
}

bool use_unknown(const struct rule_view *view)
{
    return has(view->request, "use") && sub_uses_of(json_text(view->request, "use")) == NULL;
}

bool use_unforeseen(const struct rule_view *view)
{
    return is(view->request, "use", "U0");
}

bool sub_use_missing(const struct rule_view *view)
{
    const char *const *words = sub_uses_of(json_text(view->request, "use"));
    return words != NULL && words[0] != NULL && !has(view->request, "subUse");
}

bool sub_use_of_another(const struct rule_view *view)
{
    const char *const *words = sub_uses_of(json_text(view->request, "use"));
    return words != NULL && has(view->request, "subUse") && !among(json_text(view->request, "subUse"), words);
}

bool basis_missing(const struct rule_view *view)
{
    return !has(view->request, "basis");
}

bool discussion_missing(const struct rule_view *view)
{
    const json_t *discussion = json_object_get(view->request, "supervisorDiscussion");
    return !has(discussion, "person") || !has(discussion, "at");
}

bool discussion_after_submission(const struct rule_view *view)
{
    return after(json_object_get(view->request, "supervisorDiscussion"), "at", view->request, "submittedAt");
}

/* Nobody discusses with themselves, by whatever of their names. */
bool discussion_with_requester(const struct rule_view *view)
{
    static const char *const names[] = {"name", "account", "shield"};
    const char *person = json_text(json_object_get(view->request, "supervisorDiscussion"), "person");
    const json_t *requester = json_object_get(view->request, "requester");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (words_length(json_text(requester, names[i])) >= NAME_LEAST &&
            words_same(person, json_text(requester, names[i])))
            return true;
    return false;
}

/* Clocks of precincts are wrong by hours and zones mistaken; by more than a day it is no clock. */
bool submitted_in_future(const struct rule_view *view)
{
    instant submitted;
    return view->received != 0 && instant_parse(json_text(view->request, "submittedAt"), &submitted, NULL) &&
           submitted > view->received + DAY;
}

bool submitted_long_ago(const struct rule_view *view)
{
    instant submitted;
    return view->received != 0 && instant_parse(json_text(view->request, "submittedAt"), &submitted, NULL) &&
           submitted < view->received - OLDEST_DAYS * DAY;
}

static bool names_trait(const struct rule_view *view, const char *text)
{
    return words_held(text, view->traits);
}

bool basis_too_short(const struct rule_view *view)
{
    return has(view->request, "basis") && words_length(json_text(view->request, "basis")) < BASIS_LEAST;
}

bool basis_names_trait(const struct rule_view *view)
{
    return names_trait(view, json_text(view->request, "basis"));
}

bool ground_names_trait(const struct rule_view *view)
{
    return names_trait(view, json_text(view->request, "priorityGround"));
}

static bool said_again(const char *text, const char *earlier)
{
    char *one = words_plain(text), *two = words_plain(earlier);
    bool again = one == NULL || two == NULL || strcmp(one, two) == 0;
    free(one);
    free(two);
    return again;
}

/* Two characteristics beside the trait: one that names a trait is none of them, and one said twice counts once. */
bool description_without_characteristics(const struct rule_view *view)
{
    const json_t *list = json_object_get(view->request, "characteristics");
    bool trait = names_trait(view, json_text(view->request, "subjectDescription"));
    size_t others = 0;
    for (size_t i = 0; i < json_array_size(list) && (!trait || others < 2); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        bool again = false;
        if (names_trait(view, text)) {
            trait = true;
            continue;
        }
        for (size_t j = 0; !again && j < i; j++)
            again = said_again(text, json_string_value(json_array_get(list, j)));
        others += !again && words_length(text) > 0;
    }
    return trait && others < 2;
}

bool event_missing(const struct rule_view *view)
{
    return !has(view->request, "eventContext");
}

/* One marked person in every picture, under a use that is about one person or a threat. */
static bool subject_marked(const struct rule_view *view)
{
    static const char *const may[] = {"U1", "U2", "U6", NULL};
    const json_t *images = json_object_get(view->request, "images"), *image;
    size_t index;
    json_array_foreach(images, index, image)
    {
        if (!has(image, "subjectBox"))
            return false;
    }
    return among(json_text(view->request, "use"), may);
}

bool event_without_subject(const struct rule_view *view)
{
    return at_event(view->request) && !subject_marked(view);
}

bool event_held(const struct rule_view *view)
{
    return at_event(view->request) && subject_marked(view);
}

bool political_missing(const struct rule_view *view)
{
    return !has(view->request, "politicalActivity");
}

bool political_elsewhere(const struct rule_view *view)
{
    return json_flag(view->request, "politicalActivity") &&
           !listed(json_object_get(view->policy, "intelligence"), view->command);
}

bool priority_missing(const struct rule_view *view)
{
    return !has(view->request, "priority");
}

bool priority_without_ground(const struct rule_view *view)
{
    return (is(view->request, "priority", "expedite") || is(view->request, "priority", "imminent")) &&
           !has(view->request, "priorityGround");
}

bool imminent_without_threat(const struct rule_view *view)
{
    return is(view->request, "priority", "imminent") && !is(view->request, "use", "U6");
}

bool prior_searches_missing(const struct rule_view *view)
{
    return !has(view->request, "priorSearches");
}

/* Dates are days of anybody's zone: one day later may be the same instant. */
bool prior_search_to_come(const struct rule_view *view)
{
    const json_t *list = json_object_get(view->request, "priorSearches"), *search;
    size_t index;
    instant day, submitted;
    if (!instant_parse(json_text(view->request, "submittedAt"), &submitted, NULL))
        return false;
    json_array_foreach(list, index, search)
    {
        char at[INSTANT_TEXT_SIZE];
        snprintf(at, sizeof at, "%.10sT00:00:00Z", json_text(search, "date"));
        if (instant_parse(at, &day, NULL) && day > submitted + DAY)
            return true;
    }
    return false;
}

bool docket_missing(const struct rule_view *view)
{
    return !has(view->request, "docket");
}

bool docket_of_new(const struct rule_view *view)
{
    return has(view->request, "docket");
}

bool images_not_taken(const struct rule_view *view)
{
    return !images_missing(view);
}

bool changes_request(const struct rule_view *view)
{
    return has(view->request, "use") || has(view->request, "subUse") || has(view->request, "basis");
}

bool corrects_nothing(const struct rule_view *view)
{
    return !has(view->request, "supervisorDiscussion") && !has(view->request, "priorSearches") &&
           !has(view->request, "cmsRef");
}

bool reason_missing(const struct rule_view *view)
{
    return !has(view->request, "reason");
}

bool corroboration_missing(const struct rule_view *view)
{
    const json_t *corroboration = json_object_get(view->request, "corroboration");
    return !has(corroboration, "outcome") || !has(corroboration, "evidence");
}

bool corroboration_to_come(const struct rule_view *view)
{
    return after(json_object_get(view->request, "corroboration"), "at", view->request, "submittedAt");
}
