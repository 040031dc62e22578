/*
 * Completing a decision, to be signed and handed over.
 *
 * Guarantees: what is signed is valid by the schema and names the digest of the item read. Does not know who may decide what: the record answers that, in words.
 */
#include "command/judgement.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "command/form.h"
#include "command/signed_drop.h"
#include "command/work_item.h"
#include "review/compose.h"
#include "schemas/xml.h"

const char *judgement_outcomes(const char *stage)
{
    static const char *const words[][2] = {
        {"intake", "confirm, unsuitable, refuse"},      {"investigation", "candidate, none, search-again"},
        {"background", "proceed, return, none"},        {"peer", "complete"},
        {"supervision", "approve, continue, negative"}, {"hold", "release, refuse"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], stage) == 0)
            return words[i][1];
    return "";
}

bool word_among(const char *word, const char *words)
{
    size_t length = strlen(word);
    for (const char *at = words; length > 0 && *at != '\0'; at += strspn(at, ", ")) {
        size_t here = strcspn(at, ", ");
        if (here == length && strncmp(at, word, length) == 0)
            return true;
        at += here;
    }
    return false;
}

bool judgement_take(struct judgement *judgement, int key, bool *taken, struct error *error)
{
    *taken = true;
    switch (key) {
    case 'a':
        judgement->person = optarg;
        return true;
    case 'k':
        judgement->key = optarg;
        return true;
    case 'c':
        judgement->certificate = optarg;
        return true;
    case 'r':
        return form_text(judgement->decision, "reasons", optarg, error);
    case 'w':
        return option_whole("wait", optarg, 0, 86400, &judgement->wait, error);
    default:
        *taken = false;
        return true;
    }
}

void judgement_free(struct judgement *judgement)
{
    json_decref(judgement->item);
    json_decref(judgement->decision);
    json_decref(judgement->said);
    free(judgement->written);
    *judgement = (struct judgement){0};
}

/* --others: one word for every label of the item that was not named. */
static bool add_others(struct judgement *judgement, struct error *error)
{
    bool peer = strcmp(json_text(judgement->item, "stage"), "peer") == 0;
    const char *list = peer ? "marks" : "dispositions", *word = peer ? "mark" : "disposition";
    json_t *picture, *entry;
    size_t i, e;
    json_array_foreach(json_object_get(judgement->item, "pictures"), i, picture)
    {
        const char *label = json_text(picture, "label");
        bool said = !work_item_judged(label);
        json_array_foreach(json_object_get(judgement->decision, list), e, entry) said =
            said || strcmp(json_text(entry, "label"), label) == 0;
        if (!said && !form_append(judgement->decision, list,
                                  json_pack("{s:s, s:s}", "label", label, word, judgement->others), error))
            return false;
    }
    return true;
}

/* The probe by label or digest; with eyes or edits alone, or nothing at all, the only submitted picture. */
static bool add_probe(struct judgement *judgement, struct error *error)
{
    json_t *probe = json_object_get(judgement->decision, "probe"), *picture;
    const char *digest = NULL, *only = NULL;
    struct text labels = TEXT_EMPTY;
    size_t i, count = 0;
    if (probe != NULL && json_text_or_null(probe, "image") != NULL && judgement->probe == NULL)
        return true;
    json_array_foreach(json_object_get(judgement->item, "pictures"), i, picture)
    {
        if (!work_item_submitted(json_text(picture, "label")))
            continue;
        text_format(&labels, "%s%s", count++ == 0 ? "" : ", ", json_text(picture, "label"));
        only = json_text(picture, "sha256");
    }
    bool done = text_done(&labels, error);
    if (done && judgement->probe != NULL) {
        digest = work_item_picture(judgement->item, judgement->probe);
        if (digest == NULL)
            done = error_set(error, FAULT_USAGE, "no submitted picture is called \"%s\": there is %s",
                             judgement->probe, count == 0 ? "none" : labels.bytes);
    } else if (done && count == 1) {
        digest = only;
    } else if (done) {
        done = error_set(error, FAULT_USAGE, "%zu pictures were submitted: say --probe with one of %s", count,
                         count == 0 ? "their digests" : labels.bytes);
    }
    text_free(&labels);
    return done && form_text(json_object_at(judgement->decision, "probe"), "image", digest, error);
}

/* A search again is made with the same probe unless another is said. */
static bool chooses_probe(const struct judgement *judgement)
{
    const char *outcome = json_text(judgement->decision, "outcome");
    return strcmp(outcome, "confirm") == 0 ||
           (strcmp(outcome, "search-again") == 0 &&
            (judgement->probe != NULL || json_object_get(judgement->decision, "probe") != NULL));
}

static bool complete(struct judgement *judgement, instant now, struct error *error)
{
    char when[INSTANT_TEXT_SIZE];
    json_t *decision = judgement->decision;
    const json_t *item = judgement->item, *hold = json_object_get(item, "hold");
    const char *stage = json_text(item, "stage");
    bool done = form_text(decision, "docket", json_text(item, "docket"), error) &&
                form_text(decision, "stage", stage, error) &&
                form_put(decision, "round", json_integer(json_whole(item, "round", 0)), error) &&
                form_put(decision, "slot", json_integer(json_whole(item, "slot", 0)), error) &&
                form_text(decision, "item", json_text(item, "digest"), error) &&
                form_text(decision, "signer", judgement->person, error) &&
                form_text(decision, "at", instant_text(now, when), error);
    if (done && json_is_integer(hold))
        done = form_put(decision, "hold", json_integer(json_integer_value(hold)), error);
    if (done && judgement->others != NULL)
        done = add_others(judgement, error);
    if (done && chooses_probe(judgement))
        done = add_probe(judgement, error);
    return done;
}

static bool check(const struct judgement *judgement, struct error *error)
{
    if (judgement->person == NULL || judgement->key == NULL || judgement->certificate == NULL)
        return error_set(error, FAULT_USAGE, "say who signs: --as PERSON --key FILE --cert FILE");
    const char *stage = json_text(judgement->item, "stage"), *words = judgement_outcomes(stage);
    const char *outcome = json_text_or_null(judgement->decision, "outcome");
    if (outcome == NULL)
        return error_set(error, FAULT_USAGE, "say --outcome with one of: %s", words);
    return word_among(outcome, words) ||
           error_set(error, FAULT_USAGE, "%s has no outcome \"%s\": say one of: %s", stage, outcome, words);
}

/* The XML to be signed. */
static bool write_xml(struct judgement *judgement, instant now, struct text *xml, struct error *error)
{
    if (judgement->written == NULL)
        return check(judgement, error) && complete(judgement, now, error) &&
               decision_compose(judgement->decision, xml, error);
    text_add_bytes(xml, judgement->written, judgement->written_length);
    return judgement_written_agrees(judgement, error) && check(judgement, error) && text_done(xml, error);
}

bool judgement_deliver(const struct invocation *invocation, const char *site, struct judgement *judgement,
                       struct error *error)
{
    struct text xml = TEXT_EMPTY;
    struct xml_document *document = NULL;
    char stem[200];
    instant now = clock_now();
    json_t *about = json_object();
    const char *docket = json_text(judgement->item, "docket"), *stage = json_text(judgement->item, "stage");
    bool done = write_xml(judgement, now, &xml, error) &&
                xml_read_valid(SCHEMA_DECISION, "your decision", xml.bytes, xml.length, &document, error) &&
                form_text(about, "docket", docket, error) && form_text(about, "stage", stage, error);
    snprintf(stem, sizeof stem, "%s-%s", docket, stage);
    struct signed_drop drop = {.key = judgement->key,
                               .certificate = judgement->certificate,
                               .wait = judgement->wait,
                               .stem = stem,
                               .about = about};
    done = done && signed_drop_deliver(invocation, site, &drop, &xml, now, error);
    json_decref(about);
    xml_document_free(document);
    text_free(&xml);
    return done;
}
