/*
 * The options of `leadspool submit`.
 *
 * One table says which option sets which member of the request; only what has a shape of its own is code.
 * Options about an image apply to the last --image before them. Does not judge vocabularies: what a site
 * refuses must be possible to send.
 */
#include "command/submit_form.h"

#include <getopt.h>
#include <string.h>

#include "base/json.h"
#include "command/form.h"

enum {
    KEY_KIND = 256,
    KEY_DOCKET,
    KEY_RELATES,
    KEY_ID,
    KEY_CASE,
    KEY_COMPLAINT,
    KEY_AT,
    KEY_REQUESTER,
    KEY_SHIELD,
    KEY_ACCOUNT,
    KEY_DISCUSSED_WITH,
    KEY_DISCUSSED_AT,
    KEY_CMS,
    KEY_USE,
    KEY_SUB_USE,
    KEY_BASIS,
    KEY_DESCRIPTION,
    KEY_CHARACTERISTIC,
    KEY_PRIORITY,
    KEY_GROUND,
    KEY_EVENT,
    KEY_POLITICAL,
    KEY_PRIOR,
    KEY_REASON,
    KEY_OUTCOME,
    KEY_EVIDENCE,
    KEY_OUTCOME_BY,
    KEY_OUTCOME_AT,
    KEY_IMAGE,
    KEY_SOURCE,
    KEY_SOURCE_TEXT,
    KEY_CAPTURED,
    KEY_RECORDING,
    KEY_UNKNOWN,
    KEY_BODY_WORN,
    KEY_BOX,
    KEY_EYES,
    KEY_FROM,
    KEY_MANIFEST,
    KEY_NAME,
    KEY_NO_DIGESTS,
    KEY_ZIP
};

const struct option_spec submit_options[] = {
    {'c', "command", "COMMAND", "the command whose folder it goes to (required)"},
    {KEY_KIND, "kind", "KIND", "new (default), supplement, correction, withdrawal, corroboration"},
    {KEY_DOCKET, "docket", "DOCKET", "the docket a supplement, correction, withdrawal … is about"},
    {KEY_RELATES, "relates-to", "DOCKET", "an earlier docket of the same case"},
    {KEY_ID, "request-id", "UUID", "the sender's id of the request (default: a new one)"},
    {KEY_CASE, "case", "NUMBER", "case number"},
    {KEY_COMPLAINT, "complaint", "NUMBER", "complaint number"},
    {KEY_AT, "submitted-at", "TIME", "UTC (default: now)"},
    {KEY_REQUESTER, "requester", "NAME", "the investigator who asks"},
    {KEY_SHIELD, "shield", "NUMBER", "the requester's shield"},
    {KEY_ACCOUNT, "account", "ACCOUNT", "the requester's account"},
    {KEY_DISCUSSED_WITH, "discussed-with", "PERSON", "the supervisor with whom it was discussed"},
    {KEY_DISCUSSED_AT, "discussed-at", "TIME", "when, UTC"},
    {KEY_CMS, "cms-ref", "TEXT", "reference in case management"},
    {KEY_USE, "use", "USE", "the authorised use, U1 to U6"},
    {KEY_SUB_USE, "sub-use", "WORD", "its sub-code, such as committed or missing"},
    {KEY_BASIS, "basis", "TEXT", "the written basis"},
    {KEY_DESCRIPTION, "description", "TEXT", "description of the subject"},
    {KEY_CHARACTERISTIC, "characteristic", "TEXT", "one more characteristic; may be repeated"},
    {KEY_PRIORITY, "priority", "WORD", "routine, expedite or imminent"},
    {KEY_GROUND, "ground", "TEXT", "the ground of the priority"},
    {KEY_EVENT, "event", "WORD", "none, crowd or rally"},
    {KEY_POLITICAL, "political", "yes|no", "whether it is about political activity"},
    {KEY_PRIOR, "prior", "none|UNIT,DATE,RESULT", "earlier searches; may be repeated"},
    {KEY_REASON, "reason", "TEXT", "reason of a withdrawal or correction"},
    {KEY_OUTCOME, "outcome", "WORD", "corroboration: corroborated, not-corroborated, not-pursued"},
    {KEY_EVIDENCE, "evidence", "TEXT", "corroboration: the evidence"},
    {KEY_OUTCOME_BY, "outcome-by", "PERSON", "corroboration: who reports it"},
    {KEY_OUTCOME_AT, "outcome-at", "TIME", "corroboration: when"},
    {'i', "image", "FILE", "add an image; the options below speak of the last one"},
    {KEY_SOURCE, "source", "WORD", "cctv-private, cctv-agency, body-worn, phone, …"},
    {KEY_SOURCE_TEXT, "source-text", "TEXT", "the source in words (with other)"},
    {KEY_CAPTURED, "captured-at", "TIME", "when it was taken, UTC"},
    {KEY_RECORDING, "recording", "TEXT", "id of the recording it comes from"},
    {KEY_UNKNOWN, "unknown-person", "yes|no", "attests that it shows the unknown person"},
    {KEY_BODY_WORN, "body-worn", "WORDS", "of witnessed,unable,still,warrant those that hold, with commas"},
    {KEY_BOX, "box", "X,Y,W,H", "the subject among several people"},
    {KEY_EYES, "eyes", "LX,LY,RX,RY", "eye centres in pixels, left in the picture first"},
    {KEY_FROM, "from", "FILE", "start from a JSON request (- = standard input)"},
    {KEY_MANIFEST, "manifest", "FILE", "send this manifest.xml as it is, with the images given"},
    {KEY_NAME, "name", "NAME", "name of the drop (default: the request id)"},
    {KEY_NO_DIGESTS, "no-digests", NULL, "leave sizes and digests of the images out"},
    {KEY_ZIP, "zip", NULL, "drop one .zip file instead of a folder"},
    {0, NULL, NULL, NULL},
};

/* Options that set one text: of the request, of a member of it, or of the last image. */
static const struct {
    int key;
    const char *group; /* NULL = the request itself; "image" = the last image */
    const char *member;
} texts[] = {
    {'c', NULL, "command"},
    {KEY_KIND, NULL, "kind"},
    {KEY_DOCKET, NULL, "docket"},
    {KEY_RELATES, NULL, "relatesTo"},
    {KEY_ID, NULL, "requestId"},
    {KEY_CASE, NULL, "caseNumber"},
    {KEY_COMPLAINT, NULL, "complaintNumber"},
    {KEY_AT, NULL, "submittedAt"},
    {KEY_REQUESTER, "requester", "name"},
    {KEY_SHIELD, "requester", "shield"},
    {KEY_ACCOUNT, "requester", "account"},
    {KEY_DISCUSSED_WITH, "supervisorDiscussion", "person"},
    {KEY_DISCUSSED_AT, "supervisorDiscussion", "at"},
    {KEY_CMS, NULL, "cmsRef"},
    {KEY_USE, NULL, "use"},
    {KEY_SUB_USE, NULL, "subUse"},
    {KEY_BASIS, NULL, "basis"},
    {KEY_DESCRIPTION, NULL, "subjectDescription"},
    {KEY_PRIORITY, NULL, "priority"},
    {KEY_GROUND, NULL, "priorityGround"},
    {KEY_EVENT, NULL, "eventContext"},
    {KEY_REASON, NULL, "reason"},
    {KEY_OUTCOME, "corroboration", "outcome"},
    {KEY_EVIDENCE, "corroboration", "evidence"},
    {KEY_OUTCOME_BY, "corroboration", "person"},
    {KEY_OUTCOME_AT, "corroboration", "at"},
    {KEY_SOURCE, "image", "source"},
    {KEY_SOURCE_TEXT, "image", "sourceText"},
    {KEY_CAPTURED, "image", "capturedAt"},
    {KEY_RECORDING, "image", "recordingId"},
};

static bool last_image(const struct submission *submission, json_t **image, struct error *error)
{
    json_t *images = json_object_get(submission->request, "images");
    *image = json_array_get(images, json_array_size(images) - 1);
    return *image != NULL ||
           error_set(error, FAULT_USAGE, "say --image FILE before the options that describe it");
}

static bool take_image(struct submission *submission, const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    if (submission->file_count == SUBMIT_IMAGES_MOST)
        return error_set(error, FAULT_USAGE, "a packet holds at most %d images", SUBMIT_IMAGES_MOST);
    for (size_t i = 0; i < submission->file_count; i++)
        if (strcmp(submission->files[i].name, name) == 0)
            return error_set(error, FAULT_USAGE, "two images are called %s; rename one", name);
    submission->files[submission->file_count++] = (struct packet_file){.path = path, .name = name};
    json_t *image = json_object();
    return form_append(submission->request, "images", image, error) && form_text(image, "file", name, error);
}

static bool take_prior(json_t *request, char *value, struct error *error)
{
    if (strcmp(value, "none") == 0)
        return form_text(request, "priorSearches", "none", error);
    char *date = strchr(value, ','), *result = date == NULL ? NULL : strchr(date + 1, ',');
    if (result == NULL)
        return error_set(error, FAULT_USAGE, "--prior wants none or UNIT,DATE,RESULT, not \"%s\"", value);
    *date++ = '\0';
    *result++ = '\0';
    if (!json_is_array(json_object_get(request, "priorSearches")))
        json_object_del(request, "priorSearches");
    json_t *search = json_object();
    return form_append(request, "priorSearches", search, error) && form_text(search, "unit", value, error) &&
           form_text(search, "date", date, error) && form_text(search, "result", result, error);
}

static bool take_body_worn(json_t *image, const char *value, struct error *error)
{
    static const char *const words[][2] = {{"witnessed", "witnessed"},
                                           {"unable", "unableToApprehend"},
                                           {"still", "stillExtracted"},
                                           {"warrant", "warrantScreening"}};
    json_t *worn = json_object();
    if (!form_put(image, "bodyWorn", worn, error))
        return false;
    for (size_t w = 0; w < 4; w++)
        if (!form_put(worn, words[w][1], json_false(), error))
            return false;
    for (const char *at = value; *at != '\0';) {
        size_t length = strcspn(at, ","), w = 0;
        while (w < 4 && (strlen(words[w][0]) != length || strncmp(words[w][0], at, length) != 0))
            w++;
        if (w == 4)
            return error_set(error, FAULT_USAGE, "--body-worn wants words of witnessed,unable,still,warrant");
        if (!form_put(worn, words[w][1], json_true(), error))
            return false;
        at += length + (at[length] == ',' ? 1 : 0);
    }
    return true;
}

static bool take_box(json_t *image, const char *value, struct error *error)
{
    static const char *const names[] = {"x", "y", "width", "height"};
    long numbers[4];
    if (!form_numbers("box", value, numbers, 4, error))
        return false;
    json_t *box = json_object();
    bool done = form_put(image, "subjectBox", box, error);
    for (size_t i = 0; i < 4 && done; i++)
        done = form_put(box, names[i], json_integer(numbers[i]), error);
    return done;
}

static bool take_shaped(struct submission *submission, int key, struct error *error)
{
    json_t *request = submission->request, *image = NULL, *value = NULL;
    bool yes = false;
    switch (key) {
    case KEY_CHARACTERISTIC:
        return form_append(request, "characteristics", json_string(optarg), error);
    case KEY_POLITICAL:
        return form_yes("political", optarg, &yes, error) &&
               form_put(request, "politicalActivity", json_boolean(yes), error);
    case KEY_PRIOR:
        return take_prior(request, optarg, error);
    case 'i':
        return take_image(submission, optarg, error);
    case KEY_UNKNOWN:
        return last_image(submission, &image, error) && form_yes("unknown-person", optarg, &yes, error) &&
               form_put(image, "depictsUnknownPerson", json_boolean(yes), error);
    case KEY_BODY_WORN:
        return last_image(submission, &image, error) && take_body_worn(image, optarg, error);
    case KEY_BOX:
        return last_image(submission, &image, error) && take_box(image, optarg, error);
    case KEY_EYES:
        return last_image(submission, &image, error) && form_eyes("eyes", optarg, &value, error) &&
               form_put(image, "eyes", value, error);
    case KEY_FROM:
        if (!form_file(optarg, &value, error))
            return false;
        json_object_update_missing(request, value);
        json_decref(value);
        return true;
    case KEY_MANIFEST:
        submission->manifest = optarg;
        return true;
    case KEY_NAME:
        submission->name = optarg;
        return true;
    case KEY_NO_DIGESTS:
        submission->unlisted = true;
        return true;
    case KEY_ZIP:
        submission->zip = true;
        return true;
    default:
        return error_set(error, FAULT_INTERNAL, "an option of submit without code");
    }
}

bool submission_take(struct submission *submission, int key, struct error *error)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].key != key)
            continue;
        json_t *object = submission->request;
        if (texts[i].group != NULL && strcmp(texts[i].group, "image") == 0) {
            if (!last_image(submission, &object, error))
                return false;
        } else if (texts[i].group != NULL)
            object = json_object_at(object, texts[i].group);
        return form_text(object, texts[i].member, optarg, error);
    }
    return take_shaped(submission, key, error);
}
