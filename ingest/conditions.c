/*
 * What breaks a rule.
 *
 * Guarantees: pure; a condition about a member that is missing leaves it to the rule about the missing
 * member.
 */
#include "ingest/conditions.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/json.h"
#include "ingest/words.h"
#include "schemas/xml.h"

static bool has(const json_t *object, const char *member)
{
    return json_object_get(object, member) != NULL;
}

static bool is(const json_t *object, const char *member, const char *value)
{
    return strcmp(json_text(object, member), value) == 0;
}

/* Is the text one of the words, which end with NULL? */
static bool among(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

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
    instant discussed, submitted;
    const json_t *discussion = json_object_get(view->request, "supervisorDiscussion");
    return instant_parse(json_text(discussion, "at"), &discussed, NULL) &&
           instant_parse(json_text(view->request, "submittedAt"), &submitted, NULL) && discussed > submitted;
}

bool basis_names_trait(const struct rule_view *view)
{
    return words_held(json_text(view->request, "basis"), json_object_get(view->policy, "words"));
}

bool description_without_characteristics(const struct rule_view *view)
{
    return words_held(json_text(view->request, "subjectDescription"),
                      json_object_get(view->policy, "words")) &&
           json_array_size(json_object_get(view->request, "characteristics")) < 2;
}

bool event_missing(const struct rule_view *view)
{
    return !has(view->request, "eventContext");
}

static bool at_event(const struct rule_view *view)
{
    return is(view->request, "eventContext", "crowd") || is(view->request, "eventContext", "rally");
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
    return at_event(view) && !subject_marked(view);
}

bool event_held(const struct rule_view *view)
{
    return at_event(view) && subject_marked(view);
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

bool docket_missing(const struct rule_view *view)
{
    return !has(view->request, "docket");
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

bool source_missing(const struct rule_view *view)
{
    return !has(view->image, "source");
}

bool source_unknown(const struct rule_view *view)
{
    static const char *const sources[] = {
        "cctv-private",   "cctv-agency",    "body-worn",       "phone", "social-media-export",
        "victim-witness", "arrest-capture", "morgue-hospital", "other", NULL};
    return has(view->image, "source") && !among(json_text(view->image, "source"), sources);
}

bool source_unexplained(const struct rule_view *view)
{
    return is(view->image, "source", "other") && !has(view->image, "sourceText");
}

bool not_attested(const struct rule_view *view)
{
    return !json_flag(view->image, "depictsUnknownPerson");
}

bool is_video(const struct rule_view *view)
{
    static const char *const endings[] = {".mp4",  ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg",
                                          ".mpeg", ".ts",  ".wmv", ".3gp", ".gif",  ".m3u8"};
    const char *file = json_text(view->image, "file");
    size_t length = strlen(file);
    if (strstr(file, "://") != NULL)
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (length > strlen(endings[i]) && strcasecmp(file + length - strlen(endings[i]), endings[i]) == 0)
            return true;
    return false;
}

bool body_worn_unexplained(const struct rule_view *view)
{
    return is(view->image, "source", "body-worn") && !has(view->image, "bodyWorn");
}

bool body_worn_screening(const struct rule_view *view)
{
    return json_flag(json_object_get(view->image, "bodyWorn"), "warrantScreening");
}

bool body_worn_not_met(const struct rule_view *view)
{
    const json_t *worn = json_object_get(view->image, "bodyWorn");
    return is(view->image, "source", "body-worn") && worn != NULL && !json_flag(worn, "warrantScreening") &&
           !(json_flag(worn, "witnessed") && json_flag(worn, "unableToApprehend") &&
             json_flag(worn, "stillExtracted"));
}

bool edit_unknown(const struct rule_view *view)
{
    static const char *const operations[] = {"crop",  "rotate",      "brightness",    "contrast",
                                             "scale", "deinterlace", "frame-average", NULL};
    return !among(json_text(view->edit, "operation"), operations);
}

/* Each edit begins with what the one before it made; the last one made the file itself, which is not the original. */
bool edit_chain_broken(const struct rule_view *view)
{
    const json_t *edits = json_object_get(view->image, "edits");
    const json_t *next = json_array_get(edits, view->edit_number + 1);
    const char *after = json_text(view->edit, "after");
    if (next != NULL)
        return !is(next, "before", after);
    const char *original = json_text(json_array_get(edits, 0), "before");
    return strcmp(original, after) == 0 || (has(view->image, "sha256") && !is(view->image, "sha256", after));
}
