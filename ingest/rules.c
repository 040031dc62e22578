/*
 * The table of rules, in the order in which a receipt names them.
 *
 * Guarantees: pure; every broken rule is reported, once for each place where it is broken. What needs the
 * bytes of the packet (digests, pictures) is checked in check_worker.c, what needs the record in admit.c.
 */
#include "ingest/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "ingest/conditions.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"

#define SOURCES                                                                                              \
    "cctv-private, cctv-agency, body-worn, phone, social-media-export, victim-witness, arrest-capture, "     \
    "morgue-hospital, or other with its sourceText"
#define SUB_USES                                                                                             \
    "U1: committed, committing, about-to-commit; U2: missing, victim, witness; U5: no-id, not-forthcoming, " \
    "anothers-id, false-id"
#define REJECT "REJECT"
#define HOLD "HOLD"

const struct rule rules[] = {
    {"command-other", "R31", REJECT, KIND_EVERY, SCOPE_REQUEST, "command", command_other,
     "the manifest says it comes from the command \"%s\", but it lies in another command's folder",
     "drop the packet in the folder of the command that asks, or correct the command", NULL},

    {"use-missing", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "use", use_missing,
     "the authorised use is not stated", "state one of the uses U1 to U6 with its sub-use", NULL},
    {"use-not-authorised", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "use", use_unknown,
     "\"%s\" is none of the authorised uses",
     "state one of the uses U1 to U6; a use nobody foresaw is U0 and needs approval", NULL},
    {"sub-use-missing", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "subUse", sub_use_missing,
     "this use needs its sub-use", "state which case of the use it is. " SUB_USES, NULL},
    {"sub-use-not-of-this-use", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "subUse", sub_use_of_another,
     "\"%s\" is no case of the use stated",
     "state a sub-use of this use, or the use it belongs to. " SUB_USES, NULL},
    {"basis-missing", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "basis", basis_missing,
     "there is no written basis", "write in a sentence or two why this search is needed", NULL},
    {"use-unforeseen", "R2", HOLD, KIND_NEW, SCOPE_REQUEST, "use", use_unforeseen,
     "the use is one the policy does not foresee",
     "nothing for you to do: the Chief of Detectives or the Deputy Commissioner for Intelligence decides",
     "chief-of-detectives deputy-commissioner-intelligence"},

    {"basis-names-protected-trait", "R7", HOLD, KIND_NEW, SCOPE_REQUEST, "basis", basis_names_trait,
     "the basis holds a word that can name a protected trait",
     "nothing for you to do: a supervisor reads it first", "supervisor"},
    {"description-rests-on-trait", "R7", REJECT, KIND_NEW, SCOPE_REQUEST, "subjectDescription",
     description_without_characteristics,
     "the description names a protected trait without two other characteristics of the person",
     "list at least two other characteristics, or leave the trait out", NULL},

    {"event-context-missing", "R8", REJECT, KIND_NEW, SCOPE_REQUEST, "eventContext", event_missing,
     "it is not said whether the pictures come from a crowd or a rally",
     "state eventContext as none, crowd or rally", NULL},
    {"event-without-subject", "R8", REJECT, KIND_NEW, SCOPE_REQUEST, "eventContext", event_without_subject,
     "pictures of a crowd or rally need one marked person in each, and a use of U1, U2 or U6",
     "mark the one person with subjectBox in every picture; nobody else may be searched", NULL},
    {"event-held", "R8", HOLD, KIND_NEW, SCOPE_REQUEST, "eventContext", event_held,
     "the pictures come from a %s", "nothing for you to do: the legal bureau looks at it first", "legal"},

    {"political-activity-missing", "R9", REJECT, KIND_NEW, SCOPE_REQUEST, "politicalActivity",
     political_missing, "it is not said whether the request concerns political activity",
     "state politicalActivity as true or false", NULL},
    {"political-activity-elsewhere", "R9", REJECT, KIND_NEW, SCOPE_REQUEST, "politicalActivity",
     political_elsewhere, "requests about political activity come from the Intelligence Bureau only",
     "pass the matter to the Intelligence Bureau", NULL},

    {"number-missing", "R14", REJECT, KIND_NEW, SCOPE_REQUEST, "caseNumber", number_missing,
     "there is neither a case number nor a complaint number", "state caseNumber or complaintNumber", NULL},
    {"case-number-form", "R14", REJECT, KIND_NEW, SCOPE_REQUEST, "caseNumber", case_number_form,
     "\"%s\" is not written as this site writes case numbers", "correct caseNumber", NULL},
    {"complaint-number-form", "R14", REJECT, KIND_NEW, SCOPE_REQUEST, "complaintNumber",
     complaint_number_form, "\"%s\" is not written as this site writes complaint numbers",
     "correct complaintNumber", NULL},
    {"images-missing", "R15", REJECT, KIND_IMAGES, SCOPE_REQUEST, "images", images_missing,
     "no probe image is listed", "add at least one image to the packet and list it", NULL},

    {"discussion-missing", "R29", HOLD, KIND_NEW, SCOPE_REQUEST, "supervisorDiscussion", discussion_missing,
     "it is not said with which supervisor the request was discussed, and when",
     "send a correction that names this docket and gives supervisorDiscussion; or a supervisor releases it",
     "supervisor"},
    {"discussion-after-submission", "R29", HOLD, KIND_NEW, SCOPE_REQUEST, "supervisorDiscussion/at",
     discussion_after_submission, "the discussion with the supervisor is dated after the submission",
     "send a correction with the right time; or a supervisor releases it", "supervisor"},
    {"discussion-after-correction", "R29", REJECT, KIND_CORRECTION, SCOPE_REQUEST, "supervisorDiscussion/at",
     discussion_after_submission, "the discussion with the supervisor is dated after the correction itself",
     "state the time of the discussion that was held", NULL},
    {"prior-searches-missing", "R29", HOLD, KIND_NEW, SCOPE_REQUEST, "priorSearches", prior_searches_missing,
     "it is not said whether this person was searched for elsewhere before",
     "send a correction with priorSearches, an explicit none included; or a supervisor releases it",
     "supervisor"},

    {"priority-missing", NULL, REJECT, KIND_NEW, SCOPE_REQUEST, "priority", priority_missing,
     "the priority is not stated", "state priority as routine, expedite or imminent", NULL},
    {"priority-without-ground", NULL, REJECT, KIND_NEW, SCOPE_REQUEST, "priority", priority_without_ground,
     "priority %s needs its ground", "state priorityGround, or ask for routine", NULL},
    {"imminent-without-threat", NULL, REJECT, KIND_NEW, SCOPE_REQUEST, "priority", imminent_without_threat,
     "priority imminent is for imminent threats (U6) only",
     "ask for expedite with its ground, or for routine", NULL},

    {"docket-missing", NULL, REJECT, KIND_LATER, SCOPE_REQUEST, "docket", docket_missing,
     "it is not said which docket this is about", "state docket; its number stands on the first receipt",
     NULL},
    {"supplement-changes-request", "R20", REJECT, KIND_SUPPLEMENT, SCOPE_REQUEST, "use", changes_request,
     "a supplement brings images only; use and basis of the request stay as they were",
     "take use, subUse and basis out, or send a new request with relatesTo", NULL},
    {"correction-of-nothing", "R29", REJECT, KIND_CORRECTION, SCOPE_REQUEST, "supervisorDiscussion",
     corrects_nothing, "the correction supplies nothing",
     "give supervisorDiscussion, priorSearches or cmsRef; anything else needs a new request", NULL},
    {"reason-missing", NULL, REJECT, KIND_WITHDRAWAL, SCOPE_REQUEST, "reason", reason_missing,
     "the reason of the withdrawal is not stated", "state reason", NULL},
    {"corroboration-missing", "R4", REJECT, KIND_CORROBORATION, SCOPE_REQUEST, "corroboration",
     corroboration_missing, "the corroboration itself is not stated",
     "give corroboration with its outcome and the evidence it rests on", NULL},

    {"source-missing", "R16", REJECT, KIND_IMAGES, SCOPE_IMAGE, "source", source_missing,
     "it is not said where the image comes from", "state source as one of " SOURCES, NULL},
    {"source-not-allowed", "R16", REJECT, KIND_IMAGES, SCOPE_IMAGE, "source", source_unknown,
     "\"%s\" is no source a probe may come from: sketches, composites, lookalikes and generated images are "
     "never searched",
     "send a photograph or a video still of the unknown person; its source is one of " SOURCES, NULL},
    {"source-unexplained", "R16", REJECT, KIND_IMAGES, SCOPE_IMAGE, "sourceText", source_unexplained,
     "the source is \"other\" and not explained", "say in sourceText where the image comes from", NULL},
    {"unknown-person-not-attested", "R16", REJECT, KIND_IMAGES, SCOPE_IMAGE, "depictsUnknownPerson",
     not_attested, "nobody attests that the image shows the unknown person",
     "send only images that show the person themselves, and state depictsUnknownPerson as true", NULL},
    {"not-a-still", "R11", REJECT, KIND_IMAGES, SCOPE_IMAGE, "file", is_video,
     "\"%s\" is a video, an animation or an address; only still images are taken",
     "extract a still as JPEG or PNG and send that", NULL},
    {"body-worn-unexplained", "R10", REJECT, KIND_IMAGES, SCOPE_IMAGE, "bodyWorn", body_worn_unexplained,
     "an image of a body-worn camera needs its circumstances", "add bodyWorn with its four answers", NULL},
    {"body-worn-screening", "R10", REJECT, KIND_IMAGES, SCOPE_IMAGE, "bodyWorn", body_worn_screening,
     "body-worn cameras are not used to screen people for warrants", "withdraw this image", NULL},
    {"body-worn-conditions", "R10", HOLD, KIND_IMAGES, SCOPE_IMAGE, "bodyWorn", body_worn_not_met,
     "an image of a body-worn camera is taken as a matter of course only when the officer witnessed the "
     "crime, "
     "could not apprehend the person, and a still was extracted",
     "nothing for you to do: a supervisor decides", "supervisor"},
    {"edit-not-allowed", "R16", REJECT, KIND_IMAGES, SCOPE_EDIT, "operation", edit_unknown,
     "\"%s\" is no edit a probe may have had: nothing may be added, mirrored, replaced or re-posed",
     "send the original, or one that was only cropped, rotated, scaled, deinterlaced, averaged over frames, "
     "or changed in brightness or contrast",
     NULL},
    {"edit-chain-broken", "L1", REJECT, KIND_IMAGES, SCOPE_EDIT, "after", edit_chain_broken,
     "the digest after this edit is not the one the next edit began with, not that of the file, or that of "
     "the original",
     "list every edit in order, each with the digests before and after it; the original belongs in the "
     "packet too",
     NULL},
};

const size_t rule_count = sizeof rules / sizeof *rules;

unsigned request_kind(const json_t *request)
{
    static const struct {
        const char *name;
        unsigned kind;
    } kinds[] = {{"new", KIND_NEW},
                 {"supplement", KIND_SUPPLEMENT},
                 {"correction", KIND_CORRECTION},
                 {"withdrawal", KIND_WITHDRAWAL},
                 {"corroboration", KIND_CORROBORATION}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(json_text(request, "kind"), kinds[i].name) == 0)
            return kinds[i].kind;
    return 0;
}

/* The rule's text with the member's value in the place of %s. */
static char *words_of(const struct rule *rule, const json_t *object)
{
    const char *hole = strstr(rule->text, "%s");
    if (hole == NULL)
        return strdup(rule->text);
    return text_formatted("%.*s%.120s%s", (int)(hole - rule->text), rule->text,
                          json_text(object, rule->member), hole + 2);
}

static bool apply(const struct rule *rule, const struct rule_view *view, const char *base,
                  const json_t *lines, json_t *faults)
{
    if (!rule->broken(view))
        return true;
    const json_t *object = view->edit != NULL    ? view->edit
                           : view->image != NULL ? view->image
                                                 : view->request;
    char *path = text_formatted("%s/%s", base, rule->member);
    char *place = path == NULL ? NULL : manifest_place(lines, path);
    char *text = words_of(rule, object);
    bool done = place != NULL && text != NULL &&
                fault_add(faults, &(struct fault_words){.code = rule->code,
                                                        .outcome = rule->outcome,
                                                        .place = place,
                                                        .clause = rule->clause,
                                                        .text = text,
                                                        .remedy = rule->remedy,
                                                        .role = rule->role});
    free(path);
    free(place);
    free(text);
    return done;
}

/* "/request/images/image[2]"; a single one has no number (xml_path). Caller frees. */
static char *numbered(const char *base, const char *name, size_t index, size_t count)
{
    return count > 1 ? text_formatted("%s/%s[%zu]", base, name, index + 1)
                     : text_formatted("%s/%s", base, name);
}

static bool apply_edits(const struct rule *rule, struct rule_view *view, const char *image,
                        const json_t *lines, json_t *faults)
{
    const json_t *edits = json_object_get(view->image, "edits");
    char *base = text_formatted("%s/edits", image);
    bool done = base != NULL;
    for (size_t i = 0; done && i < json_array_size(edits); i++) {
        char *place = numbered(base, "edit", i, json_array_size(edits));
        view->edit = json_array_get(edits, i);
        view->edit_number = i;
        done = place != NULL && apply(rule, view, place, lines, faults);
        free(place);
    }
    view->edit = NULL;
    free(base);
    return done;
}

bool rules_apply(const json_t *request, const json_t *lines, const json_t *policy, const char *command,
                 json_t *faults)
{
    const json_t *images = json_object_get(request, "images");
    unsigned kind = request_kind(request);
    bool done = true;
    for (size_t i = 0; done && i < rule_count; i++) {
        struct rule_view view = {.request = request, .policy = policy, .command = command};
        if ((rules[i].kinds & kind) == 0)
            continue;
        if (rules[i].scope == SCOPE_REQUEST)
            done = apply(&rules[i], &view, "/request", lines, faults);
        for (size_t n = 0; done && rules[i].scope != SCOPE_REQUEST && n < json_array_size(images); n++) {
            char *place = numbered("/request/images", "image", n, json_array_size(images));
            view.image = json_array_get(images, n);
            done = place != NULL &&
                   (rules[i].scope == SCOPE_IMAGE ? apply(&rules[i], &view, place, lines, faults)
                                                  : apply_edits(&rules[i], &view, place, lines, faults));
            free(place);
        }
    }
    return done;
}
