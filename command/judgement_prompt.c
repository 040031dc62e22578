/*
 * Asking on the terminal for what a decision still lacks.
 *
 * Questions go to standard error, so that standard output stays the result. An empty answer leaves a member
 * out: whether it may be missing is judged by the schema and the record. Without a terminal nothing is asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/language.h"
#include "command/eyes_proposed.h"
#include "command/form.h"
#include "command/judgement.h"
#include "command/work_item.h"

static const char *const components[] = {"skin",         "outline",     "composition",  "hairline",
                                         "forehead",     "eyebrows",    "eyes",         "cheeks",
                                         "nose",         "ears",        "mouth",        "chin-and-jawline",
                                         "neck",         "facial-hair", "facial-lines", "scars",
                                         "facial-marks", "alterations", "other"};

/* The answer without its newline; NULL at the end of input. Static: one question at a time. */
static const char *ask(const char *question)
{
    static char *line;
    static size_t size;
    fprintf(stderr, "%s: ", question);
    fflush(stderr);
    ssize_t length = getline(&line, &size, stdin);
    if (length < 0)
        return NULL;
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        line[--length] = '\0';
    return line;
}

static bool ask_text(json_t *decision, const char *member, const char *question, struct error *error)
{
    if (json_object_get(decision, member) != NULL)
        return true;
    const char *answer = ask(question);
    return answer == NULL || *answer == '\0' || form_text(decision, member, answer, error);
}

/* One of the words, asked for until it is one of them; NULL when the answer is empty. */
static const char *ask_word(const char *what, const char *words)
{
    char question[200];
    snprintf(question, sizeof question, "%s (%s)", what, words);
    for (;;) {
        const char *answer = ask(question);
        if (answer == NULL || *answer == '\0')
            return NULL;
        if (word_among(answer, words))
            return answer;
        fprintf(stderr, _("    \"%s\" is none of them\n"), answer);
    }
}

/* One word for each label not judged yet. */
static bool ask_labels(struct judgement *judgement, const char *list, const char *word, const char *choices,
                       struct error *error)
{
    json_t *picture, *entry;
    size_t i, e;
    json_array_foreach(json_object_get(judgement->item, "pictures"), i, picture)
    {
        const char *label = json_text(picture, "label");
        bool said = !work_item_judged(label) || judgement->others != NULL;
        json_array_foreach(json_object_get(judgement->decision, list), e, entry) said =
            said || strcmp(json_text(entry, "label"), label) == 0;
        if (said)
            continue;
        const char *answer = ask_word(label, choices);
        if (answer != NULL && !form_append(judgement->decision, list,
                                           json_pack("{s:s, s:s}", "label", label, word, answer), error))
            return false;
    }
    return true;
}

/* Dissimilarities are asked for first in every row: looking for likeness first biases the eye. */
static bool ask_features(json_t *decision, struct error *error)
{
    if (json_object_get(decision, "features") != NULL)
        return true;
    for (size_t i = 0; i < sizeof components / sizeof *components; i++) {
        const char *answer = ask_word(components[i], _("dissimilar, explainable, similar, not-comparable"));
        if (answer != NULL &&
            !form_append(decision, "features",
                         json_pack("{s:s, s:s}", "component", components[i], "finding", answer), error))
            return false;
    }
    return true;
}

/* Offers what leadspool found in the picture, where its sender marked nothing and it is searched as it is:
   edits move the eyes. */
static bool ask_eyes(struct judgement *judgement, const char *label, struct error *error)
{
    json_t *probe = json_object_get(judgement->decision, "probe"), *eyes = NULL;
    json_t *proposed =
        json_array_size(json_object_get(probe, "edits")) > 0 ? NULL : eyes_proposed(judgement->item, label);
    char words[80], question[480];
    snprintf(question, sizeof question, "%s",
             _("Eye centres, LX,LY,RX,RY in pixels (empty: those submitted)"));
    if (proposed != NULL) {
        eyes_proposed_words(proposed, words, sizeof words);
        snprintf(question, sizeof question,
                 _("Eye centres, LX,LY,RX,RY in pixels; found, with confidence %lld of 100: %s\n"
                   "Look at them in the worksheet; empty: take these"),
                 (long long)json_whole(proposed, "confidence", 0), words);
    }
    const char *answer = ask(question);
    if (answer != NULL && *answer == '\0' && proposed != NULL)
        answer = words;
    bool done = answer == NULL || *answer == '\0' ||
                (form_eyes("eyes", answer, &eyes, error) &&
                 form_put(json_object_at(judgement->decision, "probe"), "eyes", eyes, error));
    json_decref(proposed);
    return done;
}

static bool ask_probe(struct judgement *judgement, bool needed, struct error *error)
{
    char labels[400] = "";
    const char *only = "";
    json_t *picture;
    size_t i, count = 0;
    json_array_foreach(json_object_get(judgement->item, "pictures"), i, picture)
    {
        const char *label = json_text(picture, "label");
        size_t used = strlen(labels);
        if (work_item_submitted(label) && used + strlen(label) + 3 < sizeof labels)
            snprintf(labels + used, sizeof labels - used, "%s%s", count++ == 0 ? "" : ", ", label);
        only = work_item_submitted(label) ? label : only;
    }
    if (judgement->probe == NULL && (count > 1 || !needed)) {
        const char *answer = ask_word(needed ? _("Picture to search with")
                                             : _("Picture to search with, empty for the same as before"),
                                      labels);
        if (answer == NULL)
            return true;
        snprintf(judgement->probe_asked, sizeof judgement->probe_asked, "%s", answer);
        judgement->probe = judgement->probe_asked;
    }
    if (json_object_get(json_object_get(judgement->decision, "probe"), "eyes") != NULL)
        return true;
    return ask_eyes(judgement, judgement->probe != NULL ? judgement->probe : only, error);
}

static bool ask_investigation(struct judgement *judgement, struct error *error)
{
    json_t *decision = judgement->decision;
    if (strcmp(json_text(decision, "outcome"), "search-again") == 0)
        return ask_probe(judgement, false, error);
    if (!ask_labels(judgement, "dispositions", "disposition", _("excluded, possible, inconclusive"), error))
        return false;
    if (strcmp(json_text(decision, "outcome"), "candidate") != 0)
        return true;
    if (!ask_text(decision, "named", _("The candidate named (label)"), error) ||
        !ask_features(decision, error))
        return false;
    if (json_object_get(decision, "rating") == NULL) {
        long rating = 0;
        const char *answer = ask(_("Rating, -3 to 3"));
        if (answer != NULL && *answer != '\0' &&
            (!option_whole("rating", answer, -3, 3, &rating, error) ||
             !form_put(decision, "rating", json_integer(rating), error)))
            return false;
    }
    return ask_text(decision, "limitations", _("Limitations"), error);
}

static bool ask_intake(struct judgement *judgement, struct error *error)
{
    json_t *decision = judgement->decision;
    const char *outcome = json_text(decision, "outcome");
    if (strcmp(outcome, "unsuitable") == 0)
        return ask_text(decision, "whatWouldHelp", _("What would help"), error);
    if (strcmp(outcome, "confirm") != 0)
        return true;
    if (json_object_get(decision, "basis") == NULL) {
        const char *answer = ask(_("Clauses confirmed, with blanks between (R1 R14)"));
        for (const char *at = answer; at != NULL && *at != '\0';) {
            size_t length = strcspn(at, " ,");
            if (length > 0 && !form_append(decision, "basis", json_stringn(at, length), error))
                return false;
            at += length + (at[length] != '\0' ? 1 : 0);
        }
    }
    return ask_probe(judgement, true, error);
}

/* An empty first answer states that there are none. */
static bool ask_conflicts(json_t *decision, struct error *error)
{
    if (json_object_get(decision, "conflicts") != NULL)
        return true;
    if (json_array_at(decision, "conflicts") == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory");
    for (;;) {
        const char *answer = ask(_("What speaks against the candidate (empty: nothing more)"));
        if (answer == NULL || *answer == '\0')
            return true;
        if (!form_append(decision, "conflicts", json_string(answer), error))
            return false;
    }
}

static bool ask_background(json_t *decision, struct error *error)
{
    char what[256];
    for (;;) {
        const char *answer = ask(_("Checked (empty: no more)"));
        if (answer == NULL || *answer == '\0')
            return ask_conflicts(decision, error);
        snprintf(what, sizeof what, "%s", answer);
        answer = ask(_("Finding"));
        if (answer == NULL ||
            !form_append(decision, "items", json_pack("{s:s, s:s}", "what", what, "finding", answer), error))
            return answer == NULL;
    }
}

/* Which outcomes are refused without reasons; of these, background's only when something speaks against. */
static bool wants_reasons(const char *outcome)
{
    return !word_among(outcome, _("confirm, proceed, approve"));
}

bool judgement_prompt(struct judgement *judgement, struct error *error)
{
    json_t *decision = judgement->decision;
    const char *stage = json_text(judgement->item, "stage");
    /* Who says the outcome on the command line says everything there: a script with a terminal behind it must
       never stop at a question. */
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO) || json_object_get(decision, "outcome") != NULL)
        return true;
    const char *outcome = ask_word(_("Outcome"), judgement_outcomes(stage));
    if (outcome == NULL)
        return error_set(error, FAULT_USAGE, "nothing was decided");
    if (!form_text(decision, "outcome", outcome, error))
        return false;
    bool done = true;
    if (strcmp(stage, "intake") == 0)
        done = ask_intake(judgement, error);
    else if (strcmp(stage, "investigation") == 0)
        done = ask_investigation(judgement, error);
    else if (strcmp(stage, "background") == 0 && json_object_get(decision, "items") == NULL)
        done = ask_background(decision, error);
    else if (strcmp(stage, "peer") == 0)
        done = ask_labels(judgement, "marks", "mark", _("possible, not, cannot-say"), error);
    if (done && (wants_reasons(json_text(decision, "outcome")) ||
                 json_array_size(json_object_get(decision, "conflicts")) > 0))
        done = ask_text(decision, "reasons", _("Reasons"), error);
    return done;
}
