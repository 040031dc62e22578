/*
 * Gathering the facts of a document.
 *
 * Guarantees: each document is given the members it prints and no other, so a negative report cannot reveal a
 * candidate and no report a score or a rank: they never enter its facts. Does not draw.
 */
#include "report/facts.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/photo.h"

static void add_picture(json_t *pictures, const char *role, const char *digest, json_t *eyes)
{
    json_t *picture = json_pack("{ss,ss}", "role", role, "digest", digest);
    if (json_array_size(eyes) == 4)
        json_put(picture, "eyes", json_incref(eyes));
    json_array_append_new(pictures, picture);
}

/* {"person","at"} of a signed part. */
static json_t *signed_by(const json_t *part)
{
    json_t *who = json_object();
    json_put_text(who, "person", json_text_or_null(part, "by"));
    json_copy_members(who, part, "at", "round", NULL);
    return who;
}

/* All searches of the case, those without a result too: a line-up of what was found alone would mislead. */
static bool add_searches(struct transaction *transaction, const json_t *docket, bool results, json_t *facts,
                         struct error *error)
{
    json_t *list = json_array_at(facts, "searches"), *key;
    const char *in_force = json_text(docket, "list");
    bool named = json_object_get(docket, "named") != NULL;
    size_t index;
    json_array_foreach(json_object_get(docket, "searches"), index, key)
    {
        json_t *record = NULL, *search = json_object();
        if (!book_need(transaction, BOOK_SEARCHES, json_string_value(key), &record, error)) {
            json_decref(search);
            return false;
        }
        const json_t *card = json_object_get(record, "engine");
        json_t *engine = json_object();
        json_copy_members(search, record, "number", "at", "snapshot", "count", NULL);
        json_copy_members(engine, card, "maker", "version", "method", NULL);
        json_put_text(engine, "name", json_text(card, "id"));
        json_put(search, "engine", engine);
        if (results) {
            json_copy_members(search, record, "persons", "reason", NULL);
            json_put_whole(search, "length", json_whole(json_object_get(record, "parameters"), "length", 0));
            bool last = strcmp(json_string_value(key), in_force) == 0;
            json_put_text(search, "result", !last ? "superseded" : named ? "reviewed" : "none");
        }
        json_array_append_new(list, search);
        json_decref(record);
    }
    return true;
}

static void add_probe(const json_t *docket, json_t *facts, json_t *pictures)
{
    const json_t *probe = json_object_get(docket, "probe");
    const json_t *image = json_find(json_object_get(docket, "images"), "digest", json_text(probe, "image"));
    json_t *entry = json_object();
    json_put_text(entry, "label", "P01");
    json_copy_members(entry, image, "file", "source", "capturedAt", "recordingId", "width", "height", NULL);
    json_put_text(entry, "digest", json_text(probe, "image"));
    json_put_text(entry, "searchedDigest", json_text(probe, "searched"));
    json_copy_members(entry, probe, "by", "at", NULL);
    json_put(entry, "edits", docket_probe_edits(docket));
    json_put_text(entry, "picture", "P01");
    json_put_text(entry, "searchedPicture", "P01-searched");
    json_array_append_new(json_array_at(facts, "probes"), entry);
    add_picture(pictures, "P01", json_text(probe, "image"), NULL);
    add_picture(pictures, "P01-searched", json_text(probe, "searched"), json_object_get(probe, "eyes"));
}

/* What a report says of a seal (R17), from the photograph's record as it is now; refused when no report may show it. */
static bool put_seal(json_t *candidate, const json_t *photo, instant now, struct error *error)
{
    char checked[INSTANT_TEXT_SIZE];
    bool enrolled = photo_may_be_searched(photo);
    if (!photo_may_be_shown(photo))
        return error_set(error, FAULT_REFUSED, "photo %s is %s: no report shows it (R17)",
                         json_text(photo, "photo"), json_text(photo, "status"));
    return json_put_text(candidate, "sealStatus", enrolled ? "none" : "search") &&
           json_put_text(candidate, "sealCheckedAt", instant_text(now, checked));
}

bool facts_seal_is_fresh(const json_t *facts, instant now)
{
    const json_t *candidate = json_object_get(facts, "candidate");
    instant checked;
    return candidate == NULL || (instant_parse(json_text(candidate, "sealCheckedAt"), &checked, NULL) &&
                                 checked <= now && now - checked <= FACTS_SEAL_FRESH);
}

bool facts_check_seal(struct transaction *transaction, json_t *facts, instant now, struct error *error)
{
    json_t *photo = NULL, *candidate = json_object_get(facts, "candidate");
    bool done = book_need(transaction, BOOK_PHOTOS, json_text(candidate, "photo"), &photo, error) &&
                put_seal(candidate, photo, now, error);
    json_decref(photo);
    return done;
}

static bool add_candidate(struct transaction *transaction, const json_t *docket, instant now, json_t *facts,
                          json_t *pictures, struct error *error)
{
    json_t *photo = NULL;
    const char *id = json_text(json_object_get(docket, "named"), "photo");
    if (!book_need(transaction, BOOK_PHOTOS, id, &photo, error))
        return false;
    json_t *candidate = json_object();
    json_copy_members(candidate, photo, "photo", "capturedAt", "source", "sourceCitation", "digest", NULL);
    json_put_text(candidate, "picture", "candidate");
    if (!put_seal(candidate, photo, now, error)) {
        json_decref(candidate);
        json_decref(photo);
        return false;
    }
    json_put(facts, "candidate", candidate);
    add_picture(pictures, "candidate", json_text(photo, "digest"), json_object_get(photo, "eyes"));
    json_decref(photo);
    return true;
}

/* What was signed first and amended later: the report rests on the later one and says that there was another. */
static void add_amended(json_t *facts, const char *part_name, const json_t *part)
{
    json_t *before;
    size_t i;
    json_array_foreach(json_object_get(part, "amended"), i, before)
    {
        const json_t *next = json_array_get(json_object_get(part, "amended"), i + 1);
        json_t *row = signed_by(before);
        json_put_text(row, "part", part_name);
        json_put_text(row, "amendedAt", json_text(next == NULL ? part : next, "at"));
        json_copy_members(row, before, "limitations", "conflicts", "verdict", NULL);
        json_array_append_new(json_array_at(facts, "amended"), row);
    }
}

static void add_reviewers(const json_t *docket, json_t *facts)
{
    const json_t *comparison = json_object_get(docket, "comparison"),
                 *supervision = json_object_get(docket, "supervision");
    json_t *background = signed_by(json_object_get(docket, "background"));
    json_t *peers = json_array_at(facts, "peers"), *peer;
    size_t index;
    json_put(facts, "investigator", signed_by(comparison));
    json_put(facts, "supervisor", signed_by(supervision));
    json_copy_members(background, json_object_get(docket, "background"), "by", "items", "conflicts", NULL);
    json_put(facts, "background", background);
    json_array_foreach(json_object_get(docket, "peers"), index, peer)
    {
        json_array_append_new(peers, signed_by(peer));
        add_amended(facts, _("peer review"), peer);
    }
    add_amended(facts, _("visual comparison"), comparison);
    add_amended(facts, _("background check"), json_object_get(docket, "background"));
    json_put_text(facts, "limitations", json_text(comparison, "limitations"));
    json_t *intake = json_object();
    json_copy_members(intake, json_object_get(docket, "intake"), "by", "at", "basis", NULL);
    json_put(facts, "intake", intake);
}

static bool possible_match(struct transaction *transaction, const json_t *docket, instant now, json_t *facts,
                           json_t *pictures, struct error *error)
{
    add_probe(docket, facts, pictures);
    add_reviewers(docket, facts);
    json_copy_members(facts, docket, "round", "images", NULL);
    return add_candidate(transaction, docket, now, facts, pictures, error) &&
           add_searches(transaction, docket, true, facts, error);
}

static bool negative(struct transaction *transaction, const json_t *docket, const char *reason, json_t *facts,
                     struct error *error)
{
    bool supervisor = strcmp(reason, "not-approved") == 0;
    json_put_text(facts, "reason", reason);
    json_copy_members(facts, docket, "images", NULL);
    json_put(facts, supervisor ? "supervisor" : "investigator",
             signed_by(json_object_get(docket, supervisor ? "supervision" : "comparison")));
    return add_searches(transaction, docket, false, facts, error);
}

static void quality(const json_t *docket, int lapse_days, json_t *facts, json_t *pictures)
{
    const json_t *intake = json_object_get(docket, "intake");
    json_t *images = json_array_at(facts, "images"), *image;
    size_t index;
    instant lapses;
    char answer_by[INSTANT_TEXT_SIZE];
    json_copy_members(facts, intake, "by", "at", "whatWouldHelp", NULL);
    if (docket_lapses_at(docket, lapse_days, &lapses))
        json_put_text(facts, "answerBy", instant_text(lapses, answer_by));
    json_put_text(facts, "reason", json_text(intake, "reasons"));
    json_array_foreach(json_object_get(docket, "images"), index, image)
    {
        char role[32];
        snprintf(role, sizeof role, "P%02zu", index + 1);
        json_t *entry = json_object();
        /* Measured values go along as they are: numbers for a person to weigh, never a verdict. */
        json_copy_members(entry, image, "file", "digest", "width", "height", "quality", NULL);
        json_put_text(entry, "picture", role);
        json_array_append_new(images, entry);
        add_picture(pictures, role, json_text(image, "digest"), NULL);
    }
}

struct holds {
    json_t *list;
};

static bool add_hold(void *context, const char *key, json_t *hold, struct error *error)
{
    (void)key;
    (void)error;
    json_t *row = json_object();
    json_copy_members(row, hold, "clause", "reason", "role", "by", "outcome", NULL);
    json_put_text(row, "at", json_text_or_null(hold, "closed"));
    json_array_append_new(((struct holds *)context)->list, row);
    return true;
}

static bool refusal(struct transaction *transaction, const json_t *docket, json_t *facts, struct error *error)
{
    const json_t *refusal = json_object_get(docket, "refusal");
    char prefix[64];
    struct holds holds = {json_array_at(facts, "holds")};
    json_copy_members(facts, refusal, "by", "at", "clause", NULL);
    json_put_text(facts, "reason", json_text(refusal, "reasons"));
    json_put_text(
        facts, "nextStep",
        _("If the matter still calls for a search, send a new request that meets the rule named above. "
          "It may refer to this one (relatesTo)."));
    snprintf(prefix, sizeof prefix, "%s/", json_text(docket, "docket"));
    return book_walk(transaction, BOOK_HOLDS, prefix, NULL, add_hold, &holds, NULL, error);
}

static void continuation(const json_t *docket, json_t *facts)
{
    const json_t *supervision = json_object_get(docket, "supervision");
    json_int_t next = json_whole(docket, "round", 2);
    json_t *reviews = json_array_at(facts, "reviews"), *peer;
    size_t index;
    json_put_whole(facts, "round", next - 1);
    json_put_whole(facts, "next", next);
    json_put(facts, "supervisor", signed_by(supervision));
    json_put_text(facts, "directions", json_text(supervision, "reasons"));
    json_put(facts, "investigator", json_pack("{ss}", "person", json_text(docket, "investigator")));
    json_array_foreach(json_object_get(docket, "peers"), index, peer)
    {
        if (json_whole(peer, "round", 1) != next - 1)
            continue;
        json_t *row = json_object();
        json_copy_members(row, peer, "slot", "at", "verdict", NULL);
        json_put_text(row, "reason", json_text_or_null(peer, "reasons"));
        json_array_append_new(reviews, row);
    }
}

/* Of the last report of the docket: an earlier one was recalled when its own photograph was sealed. */
static void recall(const json_t *docket, instant now, json_t *facts)
{
    /* A closed request stays closed. */
    bool closed = strcmp(json_text(docket, "state"), "CLOSED") == 0;
    const char *const steps[] = {
        _("Take the report out of use: return or destroy every copy, printed or stored."),
        _("Tell whoever acts on it that it is no lead any more, and tell the assigned prosecutor."),
        closed
            ? _("Ask the unit named above if evidence already rests on it. This request is closed and stays "
                "so: "
                "if another search is wanted, send a new request that refers to this one (relatesTo).")
            : _("Ask the unit named above if evidence already rests on it. The request stays with the unit; "
                "what "
                "follows comes to this folder.")};
    char name[32], at[INSTANT_TEXT_SIZE];
    json_t *list = json_array_at(facts, "steps");
    snprintf(name, sizeof name, "report-%lld", (long long)json_whole(docket, "reports", 1));
    json_put_text(facts, "recalls", name);
    json_put_text(facts, "at", instant_text(now, at));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        json_array_append_new(list, json_string(steps[i]));
}

bool facts_gather(struct transaction *transaction, const struct settings *settings, const json_t *docket,
                  const char *document, const char *reason, int number, instant now, json_t **facts,
                  json_t **pictures, struct error *error)
{
    char issued[INSTANT_TEXT_SIZE];
    *facts = json_object();
    *pictures = json_array();
    json_copy_members(*facts, docket, "docket", "command", "received", "request", NULL);
    json_put_text(*facts, "issued", instant_text(now, issued));
    json_put_whole(*facts, "number", number);
    json_put_text(*facts, "agency", settings->agency);
    json_put_text(*facts, "unit", settings->unit);
    json_put_text(*facts, "contact", settings->contact);
    json_put_flag(*facts, "demonstration", settings->demonstration);
    if (strcmp(document, "possible-match") == 0)
        return possible_match(transaction, docket, now, *facts, *pictures, error);
    if (strcmp(document, "negative") == 0)
        return negative(transaction, docket, reason, *facts, error);
    if (strcmp(document, "refusal") == 0)
        return refusal(transaction, docket, *facts, error);
    if (strcmp(document, "quality-notice") == 0)
        quality(docket, settings->lapse_days, *facts, *pictures);
    else if (strcmp(document, "continue") == 0)
        continuation(docket, *facts);
    else if (strcmp(document, "recall") == 0)
        recall(docket, now, *facts);
    else {
        json_put_text(*facts, "at", json_text(docket, "since"));
        json_put_text(*facts, "reason", reason);
        return add_searches(transaction, docket, false, *facts, error);
    }
    return true;
}
