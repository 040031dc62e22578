/*
 * What changed between two rosters.
 *
 * Guarantees: no name, shield or account stands in a snapshot, only a digest of it: the record keeps no biography for this.
 */
#include "people/roster_changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"

static void put_digest(json_t *entry, const char *key, const char *first, const char *second)
{
    char *text = text_formatted("%s\n%s", first == NULL ? "" : first, second == NULL ? "" : second);
    char words[DIGEST_TEXT_SIZE] = "";
    if (text != NULL) {
        struct digest digest = digest_of(text, strlen(text));
        json_put_text(entry, key, digest_text(&digest, words));
    }
    free(text);
}

static void put_roles(json_t *entry, const struct person *person)
{
    struct text words = TEXT_EMPTY;
    for (int role = 0; role < ROLE_COUNT; role++)
        if (person_has(person, (enum role)role))
            text_format(&words, "%s%s", words.length == 0 ? "" : " ", role_name((enum role)role));
    json_put_text(entry, "roles", words.bytes == NULL ? "" : words.bytes);
    text_free(&words);
}

static void put_acting(json_t *entry, const struct acting *acting)
{
    if (acting->for_person == NULL)
        return;
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
    char *text = text_formatted("%s %s %s %s", acting->for_person, instant_text(acting->from, from),
                                instant_text(acting->until, until), acting->by);
    json_put_text(entry, "acting", text);
    free(text);
}

json_t *roster_snapshot(const struct roster *roster)
{
    json_t *snapshot = json_object();
    char at[INSTANT_TEXT_SIZE];
    for (size_t i = 0; i < roster_count(roster); i++) {
        const struct person *person = roster_at(roster, i);
        json_t *entry = json_object_at(snapshot, person->id);
        put_roles(entry, person);
        json_put_whole(entry, "rank", person->rank);
        json_put_text(entry, "supervisor", person->supervisor);
        put_acting(entry, &person->acting);
        if (person->trained_until != 0)
            json_put_text(entry, "training", instant_text(person->trained_until, at));
        if (person->suspended_since != 0)
            json_put_text(entry, "suspension", instant_text(person->suspended_since, at));
        if (person->disabled)
            json_put_flag(entry, "disabled", true);
        json_put_text(entry, "certificate", person->certificate);
        put_digest(entry, "account", person->account, NULL);
        put_digest(entry, "name", person->name, person->shield);
    }
    return snapshot;
}

static bool note_members(const char *id, const json_t *before, const json_t *after, roster_note *note,
                         void *context, struct error *error)
{
    static const char *const members[] = {"roles",      "rank",     "supervisor",  "acting",  "training",
                                          "suspension", "disabled", "certificate", "account", "name"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const json_t *was = json_object_get(before, members[i]), *is = json_object_get(after, members[i]);
        if ((was == NULL) != (is == NULL) || (was != NULL && !json_equal(was, is)))
            if (!note(context, id, members[i], error))
                return false;
    }
    return true;
}

bool roster_changes(const json_t *before, const json_t *after, roster_note *note, void *context,
                    struct error *error)
{
    size_t count = 0;
    const char **ids = json_keys_of_both(before, after, &count);
    bool done = ids != NULL || error_set(error, FAULT_TEMPORARY, "out of memory for changes of the roster");
    for (size_t i = 0; done && i < count; i++) {
        const json_t *was = json_object_get(before, ids[i]), *is = json_object_get(after, ids[i]);
        if (was == NULL || is == NULL)
            done = note(context, ids[i], was == NULL ? "added" : "removed", error);
        else
            done = note_members(ids[i], was, is, note, context, error);
    }
    free(ids);
    return done;
}
