/*
 * From a docket and what a volume holds to the facts of its pages.
 *
 * Guarantees: whoever was on a list and was not named is masked in the core volume: neither id, person nor photograph
 * enters its facts. What the clerk withholds is neither printed nor packed; the index says so, with the basis.
 */
#include "report/discovery_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "base/unicode.h"
#include "casebook/photo.h"
#include "report/discovery_material.h"

struct volume {
    const struct volume_setting *setting;
    struct transaction *transaction;
    bool extended;
    json_t *facts, *digests; /* of the inputs */
    struct error *error;
};

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while making a volume of discovery");
}

static const json_t *duty_of(const struct volume *volume)
{
    return json_object_get(volume->setting->docket, "discovery");
}

/* The basis on which the clerk withholds an item, or NULL. */
static const char *withheld(const struct volume *volume, int item)
{
    char number[8];
    snprintf(number, sizeof number, "%d", item);
    return json_text_or_null(json_object_get(duty_of(volume), "withheld"), number);
}

/* The place of an object among the inputs. */
static json_int_t input_of(struct volume *volume, const char *digest)
{
    size_t index;
    const json_t *one;
    json_array_foreach(volume->digests, index, one)
    {
        if (strcmp(json_string_value(one), digest) == 0)
            return (json_int_t)index;
    }
    json_array_append_new(volume->digests, json_string(digest));
    return (json_int_t)json_array_size(volume->digests) - 1;
}

static bool append(json_t *array, json_t *value, struct error *error)
{
    return (array != NULL && value != NULL && json_array_append_new(array, value) == 0) || memory(error);
}

/* --- lists --- */

static bool is_named(const struct volume *volume, const json_t *row)
{
    const char *named = json_text(json_object_get(volume->setting->docket, "named"), "photo");
    return named[0] != '\0' && strcmp(json_text(row, "photo"), named) == 0;
}

/* The photograph itself, once however many searches list it. */
static bool add_photo_file(struct volume *volume, const json_t *row, const json_t *photo)
{
    char name[64], title[200];
    const char *digest = json_text(photo, "digest");
    json_t *files = json_array_at(volume->facts, "files");
    if (json_find(files, "digest", digest) != NULL)
        return true;
    snprintf(name, sizeof name, "photo-%.39s.%s", json_text(row, "photo"),
             strcmp(json_text(photo, "format"), "png") == 0 ? "png" : "jpg");
    snprintf(title, sizeof title, _("Photograph %.39s of a list"), json_text(row, "photo"));
    return append(files,
                  json_pack("{si,ss,ss,ss,sI}", "item", (int)ITEM_LIST, "title", title, "name", name,
                            "digest", digest, "input", input_of(volume, digest)),
                  volume->error);
}

/* What only this edition's reader may know: measures of the photographs shown, none of those left out. */
static void mask_record(json_t *record, const json_t *rows)
{
    const json_t *measures = json_object_get(record, "measures"), *row;
    json_t *kept = json_object(), *all = json_object_get(measures, "rows");
    size_t index;
    json_array_foreach(rows, index, row)
    {
        const char *photo = json_text_or_null(row, "photo");
        if (photo != NULL && json_object_get(all, photo) != NULL)
            json_object_set(kept, photo, json_object_get(all, photo));
    }
    if (measures != NULL) {
        json_t *shown = json_copy((json_t *)(uintptr_t)measures);
        json_object_set(shown, "rows", kept);
        json_object_set_new(record, "measures", shown);
    }
    json_decref(kept);
    json_object_del(record, "dropped");
}

/* One row as this edition shows it; a photograph that may not be shown is masked in either. */
static bool add_row(struct volume *volume, const json_t *row, json_t *rows, json_t *candidates)
{
    json_t *photo = NULL, *shown = json_object();
    if (!book_get(volume->transaction, BOOK_PHOTOS, json_text(row, "photo"), &photo, volume->error)) {
        json_decref(shown);
        return false;
    }
    bool may = photo != NULL && photo_may_be_shown(photo), named = is_named(volume, row);
    json_copy_members(shown, row, "rank", "score", NULL);
    if (may && (named || volume->extended)) {
        json_copy_members(shown, row, "photo", "person", NULL);
        /* With these, its file and the record's measures anybody computes the score again. */
        json_copy_members(shown, photo, "digest", "eyes", NULL);
    }
    json_put_text(shown, "who",
                  named              ? _("the candidate named")
                  : volume->extended ? _("not named")
                                     : "masked");
    if (!may)
        json_put_text(shown, "who", _("sealed or withdrawn since"));
    bool done = append(rows, json_incref(shown), volume->error);
    if (done && may && volume->extended) {
        json_t *candidate = json_deep_copy(shown);
        json_copy_members(candidate, photo, "source", "sourceCitation", "capturedAt", "digest", NULL);
        json_put_whole(candidate, "input", input_of(volume, json_text(photo, "digest")));
        done = append(candidates, candidate, volume->error) && add_photo_file(volume, row, photo);
    }
    json_decref(shown);
    json_decref(photo);
    return done;
}

/* The record of a search as this edition packs it: its list as shown, all else as it is. */
static bool add_search(struct volume *volume, const json_t *one)
{
    const json_t *record = json_object_get(one, "record");
    json_t *search = json_object(), *rows = json_array(), *copy = json_copy((json_t *)(uintptr_t)record),
           *row;
    json_t *candidates = json_array();
    size_t index;
    bool done = search != NULL && rows != NULL && copy != NULL && candidates != NULL;
    json_copy_members(search, record, "number", "at", "engine", "parameters", "snapshot", "count", "persons",
                      "suppressed", "stages", "threshold", "compared", "reason", "probes", NULL);
    json_array_foreach(json_object_get(record, "list"), index, row) done =
        done && add_row(volume, row, rows, candidates);
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    done = done && json_digest(record, &digest) &&
           json_put_text(search, "recordDigest", digest_text(&digest, text));
    json_object_set_new(copy, "list", json_incref(rows));
    mask_record(copy, rows);
    if (done && withheld(volume, ITEM_LIST) == NULL) {
        json_put(search, "list", json_incref(rows));
        if (volume->extended)
            json_put(search, "candidates", json_incref(candidates));
        json_t *file = json_pack("{si,ss,ss,sO}", "item", (int)ITEM_LIST, "title", json_text(one, "title"),
                                 "name", json_text(one, "name"), "json", copy);
        if (!volume->extended)
            json_put_text(file, "note", _("persons who were not named are masked"));
        done = append(json_array_at(volume->facts, "files"), file, volume->error);
    }
    done = done && append(json_array_at(volume->facts, "searches"), json_incref(search), volume->error);
    json_decref(search);
    json_decref(rows);
    json_decref(copy);
    json_decref(candidates);
    return done || volume->error->fault != FAULT_NONE || memory(volume->error);
}

/* --- files --- */

static bool absent(struct volume *volume, const json_t *one, const char *basis)
{
    return append(json_array_at(volume->facts, "absent"),
                  json_pack("{ss,ss}", "title", json_text(one, "title"), "basis", basis), volume->error);
}

static bool add_file(struct volume *volume, const json_t *one)
{
    int item = (int)json_whole(one, "item", 0);
    const char *basis = withheld(volume, item), *digest = json_text(one, "digest");
    if (basis == NULL)
        basis = json_text_or_null(one, "withheld");
    if (basis != NULL)
        return absent(volume, one, basis);
    json_t *file = json_pack("{si,ss,ss,ss,sI}", "item", item, "title", json_text(one, "title"), "name",
                             json_text(one, "name"), "digest", digest, "input", input_of(volume, digest));
    json_copy_members(file, one, "picture", "source", "sourceCitation", "capturedAt", "recordingId", "edits",
                      "photo", NULL);
    if (!append(json_array_at(volume->facts, "files"), file, volume->error))
        return false;
    const json_t *decision = json_object_get(one, "decision");
    if (decision == NULL)
        return true;
    json_t *printed = json_deep_copy(json_object_get(decision, "decision"));
    json_copy_members(printed, decision, "received", "by", NULL);
    return append(json_array_at(volume->facts, "decisions"), printed, volume->error);
}

/* --- what a reader needs besides --- */

static bool add_people(struct volume *volume)
{
    const char *id;
    json_t *roles;
    char until[INSTANT_TEXT_SIZE];
    json_t *people = json_array_at(volume->facts, "people");
    if (withheld(volume, ITEM_ANALYST) != NULL)
        return true;
    json_object_foreach(json_object_get(volume->setting->docket, "people"), id, roles)
    {
        const struct person *person = roster_by_id(volume->setting->roster, id);
        struct text words = TEXT_EMPTY;
        size_t index;
        const json_t *role;
        json_array_foreach(roles, index, role)
            text_format(&words, "%s%s", index == 0 ? "" : ", ", json_string_value(role));
        json_t *one =
            json_pack("{ss,ss,ss}", "person", id, "name", person == NULL ? "not on the roster" : person->name,
                      "roles", words.bytes == NULL ? "" : words.bytes);
        text_free(&words);
        if (person != NULL && person->trained_until != 0)
            json_put_text(one, "trainedUntil", instant_text(person->trained_until, until));
        if (!append(people, one, volume->error))
            return false;
    }
    return true;
}

static int by_time(const void *a, const void *b)
{
    const json_t *const *x = a, *const *y = b;
    return strcmp(json_text(*x, "at"), json_text(*y, "at"));
}

static void note(json_t *list, const char *at, const char *who, const char *what)
{
    if (at[0] != '\0')
        json_array_append_new(list, json_pack("{ss,ss,ss}", "at", at, "who", who, "what", what));
}

/* Everything that happened, in order: states, searches, decisions, documents, looks, releases. */
static bool add_chronology(struct volume *volume)
{
    const json_t *docket = volume->setting->docket, *one;
    json_t *list = json_array(), *sorted = json_array_at(volume->facts, "chronology");
    size_t index, count;
    char what[400];
    json_array_foreach(json_object_get(docket, "history"), index, one)
    {
        snprintf(what, sizeof what, _("%s%s%s (event %lld)"), json_text(one, "from"),
                 json_text(one, "from")[0] == '\0' ? "received, " : " to ", json_text(one, "to"),
                 (long long)json_whole(one, "event", 0));
        note(list, json_text(one, "at"), json_text(one, "actor"), what);
    }
    json_array_foreach(volume->setting->material, index, one)
    {
        const json_t *record = json_object_get(one, "record"), *decision = json_object_get(one, "decision");
        if (record != NULL) {
            snprintf(what, sizeof what, _("search %lld of %lld photographs"),
                     (long long)json_whole(record, "number", 0), (long long)json_whole(record, "count", 0));
            note(list, json_text(record, "at"), "leadspool", what);
        }
        if (decision != NULL) {
            const json_t *parsed = json_object_get(decision, "decision");
            snprintf(what, sizeof what, _("decision: %s, round %lld: %s"), json_text(parsed, "stage"),
                     (long long)json_whole(parsed, "round", 0), json_text(parsed, "outcome"));
            note(list, json_text(decision, "received"), json_text(decision, "by"), what);
        }
    }
    json_array_foreach(json_object_get(docket, "documents"), index, one)
    {
        snprintf(what, sizeof what, _("issued %.*s"), unicode_fits(json_text(one, "name"), 300),
                 json_text(one, "name"));
        note(list, json_text(one, "at"), "leadspool", what);
    }
    json_array_foreach(json_object_get(docket, "releases"), index, one)
    {
        snprintf(what, sizeof what, _("released: %.*s"), unicode_fits(json_text(one, "what"), 300),
                 json_text(one, "what"));
        note(list, json_text(one, "at"), json_text(one, "by"), what);
    }
    count = json_array_size(list);
    const json_t **all = calloc(count + 1, sizeof *all);
    if (all == NULL || sorted == NULL) {
        free(all);
        json_decref(list);
        return memory(volume->error);
    }
    json_array_foreach(list, index, one) all[index] = one;
    qsort(all, count, sizeof *all, by_time);
    for (size_t i = 0; i < count; i++)
        json_array_append(sorted, (json_t *)(uintptr_t)all[i]);
    free(all);
    json_decref(list);
    return true;
}

/* --- the index --- */

static bool chosen_has(const struct volume *volume, int item)
{
    size_t index;
    const json_t *one;
    json_array_foreach(volume->setting->chosen, index, one)
    {
        if (json_whole(one, "item", 0) == item && json_text_or_null(one, "withheld") == NULL)
            return true;
    }
    return false;
}

static bool earlier_has(const struct volume *volume, int item)
{
    size_t index;
    const json_t *one, *produced = json_object_get(duty_of(volume), "produced");
    json_array_foreach(volume->setting->material, index, one)
    {
        if (json_whole(one, "item", 0) == item && json_object_get(produced, json_text(one, "key")) != NULL)
            return true;
    }
    return false;
}

/* Whether it is here, and in words where. */
static const char *state_of(const struct volume *volume, int item, const char **where)
{
    const struct setting_office *office =
        settings_office(volume->setting->settings, json_text(duty_of(volume), "office"));
    bool searched = chosen_has(volume, ITEM_LIST) || earlier_has(volume, ITEM_LIST);
    bool here = chosen_has(volume, item), earlier = earlier_has(volume, item);
    if (volume->extended && item != ITEM_LIST) {
        *where = _("the core volume says");
        return _("not here");
    }
    switch (item) {
    case ITEM_SOURCE_CODE:
        *where =
            _("not part of this record; the engine's card names the version whose source may be asked for");
        return _("not held");
    case ITEM_NIST:
        *where = _("this record holds none");
        return _("not held");
    case ITEM_SOFTWARE:
    case ITEM_MEASUREMENTS:
    case ITEM_ERROR_RATES:
    case ITEM_SCALE:
    case ITEM_GALLERY:
        *where = searched ? _("engine card and parameters of each search") : _("no search was made");
        return searched ? "provided" : _("not held");
    case ITEM_ANALYST:
        *where = _("people of this docket");
        return "provided";
    case ITEM_LIST:
        *where = !searched          ? _("no search was made")
                 : volume->extended ? "whole"
                 : office != NULL && office->sealed[0] != '\0'
                     ? _("every rank and score; persons not named are masked here, whole in the extended "
                         "volume, which is sealed apart")
                     : _("every rank and score; persons not named are masked: they are not part of the case");
        return searched ? "provided" : _("not held");
    case ITEM_CANDIDATE:
        if (!here && !earlier && json_object_get(volume->setting->docket, "named") != NULL) {
            *where = _("the photograph is sealed or withdrawn; rank and score stand in the list");
            return "withheld";
        }
        break;
    default:
        break;
    }
    *where = here ? _("files of this volume") : earlier ? _("an earlier volume") : _("there is none");
    return here || earlier ? "provided" : _("not held");
}

static bool add_items(struct volume *volume)
{
    json_t *items = json_array_at(volume->facts, "items");
    /* What the extended volume is for, and nothing else. */
    for (int item = 1; item <= ITEM_LAST; item++) {
        const char *where = "", *basis = withheld(volume, item);
        const char *state = basis != NULL ? "withheld" : state_of(volume, item, &where);
        if (!append(items,
                    json_pack("{si,ss,ss,ss}", "number", item, "title", discovery_item_title(item), "state",
                              state, "where", basis != NULL ? basis : where),
                    volume->error))
            return false;
    }
    return true;
}

/* --- an edition --- */

/* What a search of this volume was made with: the extended edition holds it too, so that its lists can be computed
   again from it alone. */
static bool is_probe(const struct volume *volume, const json_t *one)
{
    size_t index;
    const json_t *search;
    json_array_foreach(volume->setting->chosen, index, search)
    {
        const json_t *record = json_object_get(search, "record");
        if (record != NULL &&
            strcmp(json_text(json_array_get(json_object_get(record, "probes"), 0), "digest"),
                   json_text(one, "digest")) == 0)
            return true;
    }
    return false;
}

static bool fill(struct volume *volume)
{
    size_t index;
    const json_t *one;
    json_array_foreach(volume->setting->chosen, index, one)
    {
        bool search = json_object_get(one, "record") != NULL;
        if (!(search ? add_search(volume, one)
                     : (volume->extended && !is_probe(volume, one)) || add_file(volume, one)))
            return false;
    }
    return add_items(volume) && (volume->extended || (add_people(volume) && add_chronology(volume)));
}

static void head(struct volume *volume)
{
    const struct settings *settings = volume->setting->settings;
    const json_t *docket = volume->setting->docket, *duty = duty_of(volume);
    const struct setting_office *office = settings_office(settings, json_text(duty, "office"));
    char issued[INSTANT_TEXT_SIZE];
    json_t *facts = volume->facts;
    json_copy_members(facts, docket, "docket", "command", "received", "state", "request", NULL);
    json_copy_members(facts, duty, "filed", "due", "caseReference", NULL);
    json_put_whole(facts, "volume", volume->setting->number);
    json_put_text(facts, "edition", volume->extended ? "extended" : "core");
    json_put_text(facts, "issued", instant_text(volume->setting->now, issued));
    json_put_text(facts, "agency", settings->agency);
    json_put_text(facts, "unit", settings->unit);
    json_put_text(facts, "contact", settings->contact);
    json_put_text(facts, "office", office == NULL ? "" : office->title);
    json_put_flag(facts, "demonstration", settings->demonstration);
}

bool discovery_edition(struct transaction *transaction, const struct volume_setting *setting, bool extended,
                       json_t **edition, struct error *error)
{
    struct volume volume = {.setting = setting,
                            .transaction = transaction,
                            .extended = extended,
                            .facts = json_object(),
                            .digests = json_array(),
                            .error = error};
    const json_t *duty = duty_of(&volume);
    const struct setting_office *office = settings_office(setting->settings, json_text(duty, "office"));
    const char *kind = extended ? "extended" : "core", *number = json_text(setting->docket, "docket");
    *edition = NULL;
    if (office == NULL)
        error_set(error, FAULT_INPUT, "site.xml has no office %s any more", json_text(duty, "office"));
    bool done = volume.facts != NULL && volume.digests != NULL && office != NULL;
    if (done) {
        head(&volume);
        done = fill(&volume);
    }
    bool empty = extended && done &&
                 (office->sealed[0] == '\0' || json_object_get(volume.facts, "searches") == NULL ||
                  withheld(&volume, ITEM_LIST) != NULL);
    if (done && !empty) {
        json_int_t first = json_whole(json_object_get(duty, "pages"), kind, 0) + 1;
        char prefix[48];
        snprintf(prefix, sizeof prefix, "%s-%s", number, extended ? "X" : "D");
        json_put_text(volume.facts, "prefix", prefix);
        json_put_whole(volume.facts, "first", first);
        *edition =
            json_pack("{ss,ss,ss+,ss,sI,sO,sO}", "edition", kind, "certificate",
                      extended ? office->sealed : office->certificate, "name", kind, ".tar.cms", "prefix",
                      prefix, "first", first, "facts", volume.facts, "digests", volume.digests);
        done = *edition != NULL || memory(error);
    }
    json_decref(volume.facts);
    json_decref(volume.digests);
    return done;
}
