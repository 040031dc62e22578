/*
 * Completeness of decisions, stage by stage (R19, R22, R23, R25).
 *
 * Guarantees: each thing missing has its own sentence; nothing is filled in for the signer.
 */
#include "review/complete.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "page/wording.h"
#include "photo/edit.h"
#include "photo/eye_points.h"
#include "review/observation.h"

static bool has_reasons(const json_t *decision, const char *clause, struct refusal *refusal)
{
    return json_text(decision, "reasons")[0] != '\0' ||
           refusal_set(refusal, "reasons-missing", clause,
                       "the outcome \"%s\" needs reasons: write them into <reasons>",
                       json_text(decision, "outcome"));
}

static bool eyes_fit(const json_t *array, int width, int height, struct refusal *refusal)
{
    struct eye_points eyes;
    struct error why = ERROR_NONE;
    return (eye_points_read(array, &eyes, &why) && eye_points_check(&eyes, width, height, &why)) ||
           refusal_set(refusal, "eyes-unusable", "R19", "the eye points do not fit the picture: %s",
                       why.text);
}

static bool complete_probe(const json_t *decision, const json_t *docket, struct refusal *refusal)
{
    const json_t *probe = json_object_get(decision, "probe");
    if (probe == NULL)
        return refusal_set(refusal, "probe-missing", "R19",
                           "a confirmation chooses the probe: name one of the submitted images");
    const json_t *image = json_find(json_object_get(docket, "images"), "digest", json_text(probe, "image"));
    if (image == NULL)
        return refusal_set(refusal, "probe-not-submitted", "R19",
                           "the probe %.12s... is not one of the images submitted with this request",
                           json_text(probe, "image"));
    const json_t *edits = json_object_get(probe, "edits");
    struct error why = ERROR_NONE;
    int width = (int)json_whole(image, "width", 0), height = (int)json_whole(image, "height", 0);
    /* Refused now they can be mended; a search that cannot make its picture is stuck for good. */
    if (edits != NULL && !photo_edits_size(edits, &width, &height, &why))
        return refusal_set(refusal, "edit-not-allowed", "R19", "the probe's edits are not allowed: %s",
                           why.text);
    const json_t *eyes = json_object_get(probe, "eyes");
    if (!json_is_array(eyes) && json_array_size(edits) == 0)
        eyes = json_object_get(image, "eyes");
    if (!json_is_array(eyes))
        return refusal_set(refusal, "eyes-missing", "R19",
                           "mark both eyes: neither the request nor the decision gives their places in the "
                           "picture that is searched");
    return eyes_fit(eyes, width, height, refusal);
}

static bool complete_confirmation(const json_t *decision, const json_t *docket, struct refusal *refusal)
{
    if (json_array_size(json_object_get(decision, "basis")) == 0)
        return refusal_set(refusal, "basis-missing", "R18",
                           "a confirmation lists the clauses of the basis that were checked (<basis>)");
    return complete_probe(decision, docket, refusal);
}

/* Every label of the item exactly once, none besides. */
static bool each_label_once(const json_t *entries, const json_t *item, const char *what, const char *clause,
                            struct refusal *refusal)
{
    const json_t *labels = json_object_get(item, "labels");
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const char *label = json_text(json_array_get(entries, i), "label");
        if (json_object_get(labels, label) == NULL)
            return refusal_set(refusal, "label-unknown", clause, "there is no picture %s in this item",
                               label);
        if (json_position(entries, "label", label) < (long)i)
            return refusal_set(refusal, "label-twice", clause, "picture %s has two %ss", label, what);
    }
    if (json_array_size(entries) == json_object_size(labels))
        return true;
    const char *label;
    const json_t *photo;
    json_object_foreach((json_t *)(uintptr_t)labels, label, photo)
    {
        if (json_find(entries, "label", label) == NULL)
            return refusal_set(refusal, "label-missing", clause,
                               "picture %s has no %s: every picture of the item needs one", label, what);
    }
    return true;
}

static const char *disposition_of(const json_t *decision, const char *label)
{
    return json_text(json_find(json_object_get(decision, "dispositions"), "label", label), "disposition");
}

/* The possible-match report prints these: refused now they can be mended, refused by the renderer they are
   stuck behind an approval (R3). */
static bool worded(const char *text, const char *what, struct refusal *refusal)
{
    const char *word = wording_forbidden(text);
    return word == NULL ||
           refusal_set(refusal, "wording-forbidden", "R3",
                       "the %s say \"%s\": a match is a lead; say what you see instead", what, word);
}

/* Words about the probe alone that were changed after the lock prove the opposite of what they are for. */
static bool observation_sound(const json_t *decision, struct refusal *refusal)
{
    const json_t *observation = json_object_get(decision, "observation");
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    return observation == NULL ||
           (observation_digest(observation, json_text(decision, "item"), &digest) &&
            strcmp(digest_text(&digest, text), json_text(observation, "sha256")) == 0) ||
           refusal_set(refusal, "observation-altered", "R22",
                       "what is written about the probe alone does not agree with its lock %.12s...: it was "
                       "changed after the lock; put what came later into an addition",
                       json_text(observation, "sha256"));
}

static bool each_component_once(const json_t *features, const char *of, struct refusal *refusal)
{
    for (size_t i = 0; i < json_array_size(features); i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(json_text(json_array_get(features, i), "component"),
                       json_text(json_array_get(features, j), "component")) == 0)
                return refusal_set(refusal, "feature-twice", "R22", "the component %s%s has two findings",
                                   json_text(json_array_get(features, i), "component"), of);
    return true;
}

/* The grids of the candidates not named: each one's once, of a candidate of the list. */
static bool grids_sound(const json_t *decision, const json_t *item, struct refusal *refusal)
{
    const json_t *grids = json_object_get(decision, "grids"), *grid;
    const char *named = json_text(decision, "named");
    size_t i;
    json_array_foreach(grids, i, grid)
    {
        const char *label = json_text(grid, "label");
        char of[96];
        snprintf(of, sizeof of, _(" of %s"), label);
        if (json_object_get(json_object_get(item, "labels"), label) == NULL)
            return refusal_set(refusal, "label-unknown", "R22", "there is no picture %s in this item", label);
        if (strcmp(label, named) == 0 || json_position(grids, "label", label) < (long)i)
            return refusal_set(refusal, "label-twice", "R22", "picture %s has two grids", label);
        if (!each_component_once(json_object_get(grid, "features"), of, refusal))
            return false;
    }
    return true;
}

static bool complete_candidate(const json_t *decision, const json_t *item, struct refusal *refusal)
{
    const char *named = json_text(decision, "named");
    if (named[0] == '\0')
        return refusal_set(refusal, "candidate-missing", "R22",
                           "the outcome \"candidate\" names one (<named>)");
    if (json_object_get(json_object_get(item, "labels"), named) == NULL)
        return refusal_set(refusal, "candidate-not-in-list", "R22",
                           "there is no picture %s in this item: only a candidate of the list can be named",
                           named);
    if (!each_label_once(json_object_get(decision, "dispositions"), item, "disposition", "R22", refusal))
        return false;
    if (strcmp(disposition_of(decision, named), "possible") != 0)
        return refusal_set(refusal, "candidate-not-possible", "R22",
                           "%s is named, but its disposition is \"%s\", not \"possible\"", named,
                           disposition_of(decision, named));
    const json_t *features = json_object_get(decision, "features");
    if (json_array_size(features) == 0)
        return refusal_set(refusal, "comparison-missing", "R22",
                           "a named candidate needs the visual comparison: at least one row of features");
    if (!each_component_once(features, "", refusal))
        return false;
    if (!json_is_integer(json_object_get(decision, "rating")))
        return refusal_set(refusal, "rating-missing", "R22", "a named candidate needs a rating from -3 to 3");
    if (json_whole(decision, "rating", 0) < 1)
        return refusal_set(refusal, "rating-contradicts", "R22",
                           "a rating of %lld does not support naming %s: name nobody, or rate again",
                           (long long)json_whole(decision, "rating", 0), named);
    if (json_text(decision, "limitations")[0] == '\0')
        return refusal_set(refusal, "limitations-missing", "R22",
                           "say what limits the comparison (<limitations>); \"none seen\" is an answer");
    return worded(json_text(decision, "limitations"), "limitations", refusal) &&
           has_reasons(decision, "R22", refusal);
}

static bool complete_background(const json_t *decision, struct refusal *refusal)
{
    if (json_array_size(json_object_get(decision, "items")) == 0)
        return refusal_set(
            refusal, "background-missing", "R22",
            "a named candidate needs the background check: at least one item with its finding");
    if (!json_is_array(json_object_get(decision, "conflicts")))
        return refusal_set(
            refusal, "conflicts-missing", "R22",
            "say which facts speak against the candidate (<conflicts>, empty when there are none)");
    size_t i;
    const json_t *conflict;
    json_array_foreach(json_object_get(decision, "conflicts"), i, conflict)
    {
        if (!worded(json_string_value(conflict), "conflicts", refusal))
            return false;
    }
    if (json_array_size(json_object_get(decision, "conflicts")) > 0)
        return has_reasons(decision, "R22", refusal);
    return true;
}

bool decision_complete(enum action action, const json_t *decision, const json_t *item, const json_t *docket,
                       struct refusal *refusal)
{
    switch (action) {
    case ACTION_INTAKE_CONFIRM:
        return complete_confirmation(decision, docket, refusal);
    case ACTION_INTAKE_UNSUITABLE:
        return has_reasons(decision, "R20", refusal);
    case ACTION_INTAKE_REFUSE:
        return has_reasons(decision, "R18", refusal);
    case ACTION_AMEND_COMPARISON:
    case ACTION_INVESTIGATION_CANDIDATE:
        return observation_sound(decision, refusal) && complete_candidate(decision, item, refusal) &&
               grids_sound(decision, item, refusal);
    case ACTION_INVESTIGATION_NONE:
        return observation_sound(decision, refusal) && grids_sound(decision, item, refusal) &&
               each_label_once(json_object_get(decision, "dispositions"), item, "disposition", "R22",
                               refusal) &&
               has_reasons(decision, "R26", refusal);
    case ACTION_INVESTIGATION_SEARCH_AGAIN:
        return observation_sound(decision, refusal) && has_reasons(decision, "R21", refusal) &&
               grids_sound(decision, item, refusal) &&
               (json_object_get(decision, "probe") == NULL || complete_probe(decision, docket, refusal));
    case ACTION_AMEND_NAMING: /* why is all there is to say */
        return has_reasons(decision, "R22", refusal);
    case ACTION_AMEND_BACKGROUND:
        return complete_background(decision, refusal) && has_reasons(decision, "R22", refusal);
    case ACTION_BACKGROUND_PROCEED:
        return complete_background(decision, refusal);
    case ACTION_BACKGROUND_RETURN:
        return has_reasons(decision, "R22", refusal);
    case ACTION_BACKGROUND_NONE:
        return has_reasons(decision, "R26", refusal);
    case ACTION_AMEND_PEER:
    case ACTION_PEER_COMPLETE:
        return each_label_once(json_object_get(decision, "marks"), item, "mark", "R23", refusal) &&
               has_reasons(decision, "R25", refusal);
    case ACTION_SUPERVISION_CONTINUE:
        return has_reasons(decision, "R25", refusal);
    case ACTION_SUPERVISION_NEGATIVE:
        return has_reasons(decision, "R26", refusal);
    case ACTION_HOLD_REFUSE:
    case ACTION_HOLD_RELEASE:
        return has_reasons(decision, "R13", refusal);
    default:
        return true;
    }
}

enum verdict peer_verdict(const json_t *marks, const json_t *labels, const char *named_photo)
{
    const char *of_named = "";
    size_t i;
    const json_t *entry;
    json_array_foreach(marks, i, entry)
    {
        const char *mark = json_text(entry, "mark");
        const char *photo = json_text(labels, json_text(entry, "label"));
        if (strcmp(photo, named_photo) == 0)
            of_named = mark;
        else if (strcmp(mark, "possible") == 0)
            return VERDICT_DISAGREE;
    }
    if (strcmp(of_named, "possible") == 0)
        return VERDICT_AGREE;
    return strcmp(of_named, "cannot-say") == 0 ? VERDICT_CANNOT_SAY : VERDICT_DISAGREE;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const NAMES[] = {"agree", "disagree", "cannot-say"};
    return NAMES[verdict];
}
