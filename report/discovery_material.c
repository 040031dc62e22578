/*
 * Gathering what discovery hands over.
 *
 * Guarantees: every image, search, decision and published document of the docket is there, those of earlier rounds and
 * those that dissent too; a sealed photograph is named as withheld and its bytes are not. Chooses nothing: the clerk
 * withholds by item, with a basis.
 */
#include "report/discovery_material.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/unicode.h"
#include "casebook/photo.h"

static const char *const titles[ITEM_LAST + 1] = {
    [ITEM_SOFTWARE] = N_("software, maker and version"),
    [ITEM_SOURCE_CODE] = N_("source code"),
    [ITEM_MEASUREMENTS] = N_("measurements and weights"),
    [ITEM_ERROR_RATES] = N_("error rates"),
    [ITEM_NIST] = N_("results of NIST evaluations"),
    [ITEM_PROBE] = N_("original probe"),
    [ITEM_EDITS] = N_("edited probes and their edits"),
    [ITEM_CANDIDATE] = N_("candidate photo, rank and score"),
    [ITEM_SCALE] = N_("score scale"),
    [ITEM_LIST] = N_("the whole ranked list"),
    [ITEM_GALLERY] = N_("gallery and search parameters"),
    [ITEM_NOTES] = N_("analysts' reports and notes"),
    [ITEM_ANALYST] = N_("analysts' names and training"),
};

const char *discovery_item_title(int item)
{
    return item >= 1 && item <= ITEM_LAST ? language_text(titles[item]) : "";
}

struct gathering {
    struct transaction *transaction;
    const json_t *docket;
    json_t *material;
    struct error *error;
};

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while gathering discovery");
}

/* One more, unless it is there; `extra` (taken over) has further members. */
static bool add(struct gathering *gathering, const char *kind, const char *id, int item, const char *title,
                const char *name, const char *digest, json_t *extra)
{
    char key[200];
    snprintf(key, sizeof key, "%s/%s", kind, id);
    if (json_find(gathering->material, "key", key) != NULL) {
        json_decref(extra);
        return true;
    }
    json_t *one = json_pack("{ss,si,ss,ss,ss*}", "key", key, "item", item, "title", title, "name", name,
                            "digest", digest);
    bool done = one != NULL && (extra == NULL || json_object_update(one, extra) == 0) &&
                json_array_append(gathering->material, one) == 0;
    json_decref(one);
    json_decref(extra);
    return done || memory(gathering->error);
}

static const char *extension(const json_t *image)
{
    return strcmp(json_text(image, "format"), "png") == 0 ? "png" : "jpg";
}

static bool add_images(struct gathering *gathering)
{
    size_t index;
    const json_t *image;
    char title[400], name[64];
    json_array_foreach(json_object_get(gathering->docket, "images"), index, image)
    {
        const char *digest = json_text(image, "digest");
        bool probe = strcmp(json_text(json_object_get(gathering->docket, "probe"), "image"), digest) == 0;
        snprintf(title, sizeof title, _("Image %zu as received%s: %.*s"), index + 1,
                 probe ? _(", the probe") : "", unicode_fits(json_text(image, "file"), 200),
                 json_text(image, "file"));
        snprintf(name, sizeof name, "image-%zu.%s", index + 1, extension(image));
        json_t *extra = json_pack("{sb}", "picture", 1);
        json_copy_members(extra, image, "source", "capturedAt", "recordingId", "edits", "width", "height",
                          NULL);
        if (!add(gathering, "image", digest, ITEM_PROBE, title, name, digest, extra))
            return false;
    }
    return true;
}

static bool add_searches(struct gathering *gathering)
{
    size_t index;
    const json_t *key;
    char title[300], name[64];
    json_array_foreach(json_object_get(gathering->docket, "searches"), index, key)
    {
        json_t *record = NULL;
        if (!book_need(gathering->transaction, BOOK_SEARCHES, json_string_value(key), &record,
                       gathering->error))
            return false;
        const char *searched = json_text(json_array_get(json_object_get(record, "probes"), 0), "digest");
        bool original = json_find(json_object_get(gathering->docket, "images"), "digest", searched) != NULL;
        snprintf(title, sizeof title, _("Image searched with in search %zu, after its edits"), index + 1);
        snprintf(name, sizeof name, "searched-%zu.png", index + 1);
        bool done = searched[0] == '\0' || original ||
                    add(gathering, "searched", searched, ITEM_EDITS, title, name, searched,
                        json_pack("{sb}", "picture", 1));
        snprintf(title, sizeof title, _("Record of search %zu"), index + 1);
        snprintf(name, sizeof name, "search-%zu.json", index + 1);
        done = done && add(gathering, "search", json_string_value(key), ITEM_LIST, title, name, NULL,
                           json_pack("{sO,sI}", "record", record, "photos",
                                     (json_int_t)json_array_size(json_object_get(record, "list"))));
        json_decref(record);
        if (!done)
            return false;
    }
    return true;
}

/* The person a report names; others stay masked. */
static bool add_candidate(struct gathering *gathering)
{
    const json_t *named = json_object_get(gathering->docket, "named");
    const char *id = json_text(named, "photo");
    json_t *photo = NULL;
    char name[64];
    if (id[0] == '\0')
        return true;
    if (!book_get(gathering->transaction, BOOK_PHOTOS, id, &photo, gathering->error))
        return false;
    bool done;
    if (photo == NULL || !photo_may_be_shown(photo)) {
        const char *citation = json_text(json_object_get(photo, "seal"), "citation");
        done =
            add(gathering, "sealed-candidate", id, ITEM_CANDIDATE, _("Photograph of the candidate"), "", NULL,
                json_pack("{ss++}", "withheld", "sealed or withdrawn: ", citation,
                          citation[0] == '\0' ? "no longer in the gallery" : ""));
    } else {
        snprintf(name, sizeof name, "candidate.%s", extension(photo));
        json_t *extra = json_pack("{sb,ss}", "picture", 1, "photo", id);
        json_copy_members(extra, photo, "source", "sourceCitation", "capturedAt", NULL);
        done = add(gathering, "candidate", json_text(photo, "digest"), ITEM_CANDIDATE,
                   _("Photograph of the candidate named"), name, json_text(photo, "digest"), extra);
    }
    json_decref(photo);
    return done;
}

static bool add_decision(struct gathering *gathering, const char *digest)
{
    json_t *record = NULL;
    char title[300], name[100];
    if (!book_get(gathering->transaction, BOOK_DECISIONS, digest, &record, gathering->error))
        return false;
    const json_t *decision = json_object_get(record, "decision");
    bool done = true;
    if (decision != NULL && strcmp(json_text(record, "outcome"), "applied") == 0) {
        json_int_t round = json_whole(decision, "round", 0);
        int slot = (int)json_whole(decision, "slot", 0);
        const char *stage = json_text(decision, "stage");
        snprintf(title, sizeof title, _("Signed decision: %s, round %lld, by %s"), stage, (long long)round,
                 json_text(record, "by"));
        snprintf(name, sizeof name, "decision-%s-%lld-%d-%.8s.p7m", stage, (long long)round, slot, digest);
        done = add(gathering, "decision", digest, ITEM_NOTES, title, name, digest,
                   json_pack("{sO}", "decision", record));
    }
    json_decref(record);
    return done;
}

static bool visit_decision(void *context, const char *key, json_t *value, struct error *error)
{
    struct gathering *gathering = context;
    (void)value;
    (void)error;
    const char *digest = strrchr(key, '/');
    return digest == NULL || add_decision(gathering, digest + 1);
}

static bool add_decisions(struct gathering *gathering)
{
    static const char *const parts[] = {"intake", "comparison", "background", "supervision", "refusal"};
    char prefix[64];
    size_t index;
    const json_t *peer;
    snprintf(prefix, sizeof prefix, "decision/%s/", json_text(gathering->docket, "docket"));
    if (!book_walk(gathering->transaction, BOOK_INDEX, prefix, NULL, visit_decision, gathering, NULL,
                   gathering->error))
        return false;
    /* Of a docket older than the index. */
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *digest = json_text(json_object_get(gathering->docket, parts[i]), "decision");
        if (digest[0] != '\0' && !add_decision(gathering, digest))
            return false;
    }
    json_array_foreach(json_object_get(gathering->docket, "peers"), index, peer)
    {
        const char *digest = json_text(peer, "decision");
        if (digest[0] != '\0' && !add_decision(gathering, digest))
            return false;
    }
    return true;
}

static bool add_documents(struct gathering *gathering)
{
    size_t index;
    const json_t *document;
    char title[300];
    json_array_foreach(json_object_get(gathering->docket, "documents"), index, document)
    {
        snprintf(title, sizeof title, _("Document issued: %s"), json_text(document, "name"));
        if (!add(gathering, "document", json_text(document, "digest"), ITEM_NOTES, title,
                 json_text(document, "name"), json_text(document, "digest"), NULL))
            return false;
    }
    return true;
}

bool discovery_material(struct transaction *transaction, const json_t *docket, json_t **material,
                        struct error *error)
{
    struct gathering gathering = {
        .transaction = transaction, .docket = docket, .material = json_array(), .error = error};
    bool done = gathering.material != NULL || memory(error);
    done = done && add_images(&gathering) && add_searches(&gathering) && add_candidate(&gathering) &&
           add_decisions(&gathering) && add_documents(&gathering);
    if (!done) {
        json_decref(gathering.material);
        gathering.material = NULL;
    }
    *material = gathering.material;
    return done || error_context(error, "gathering discovery of %s", json_text(docket, "docket"));
}

/* How many inputs of a job it may take: its file, or the photographs of its list. */
static size_t inputs_of(const json_t *one)
{
    return (json_object_get(one, "digest") != NULL ? 1 : 0) + (size_t)json_whole(one, "photos", 0);
}

json_t *discovery_new(const json_t *material, const json_t *produced, size_t inputs_most)
{
    json_t *chosen = json_array(), *one;
    size_t index, inputs = 0;
    json_array_foreach(material, index, one)
    {
        if (json_object_get(produced, json_text(one, "key")) != NULL)
            continue;
        inputs += inputs_of(one);
        if (inputs > inputs_most && json_array_size(chosen) > 0)
            break;
        json_array_append(chosen, one);
    }
    return chosen;
}
