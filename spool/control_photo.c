/*
 * `leadspool list --photo`: which dockets hold documents that show a gallery photograph.
 *
 * Guarantees: reads the record alone; tells of a document as long as the vault keeps it, whatever became of the docket or
 * the photograph since. For those who act on it: a seal destroys the photograph, not what was made of it (R17, R38).
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "spool/control_parts.h"

bool control_photo_admitted(const struct control_question *question, struct error *error)
{
    static const enum role roles[] = {ROLE_RECORDS, ROLE_LEGAL, ROLE_PRIVACY_OFFICER,
                                      ROLE_CITY_PRIVACY_OFFICER, ROLE_INTEGRITY};
    const struct control_asker *asker = question->asker;
    for (size_t i = 0; asker->person != NULL && i < sizeof roles / sizeof *roles; i++)
        if (person_has(asker->person, roles[i]))
            return true;
    return asker->service || error_set(error, FAULT_REFUSED,
                                       "%s may not ask which dockets show a photograph: records, legal, "
                                       "privacy officers and integrity do (R31 "
                                       "R32)",
                                       asker->name);
}

struct showing {
    const char *photo;
    json_t *shown; /* names of the documents */
};

static bool add_item(void *context, const char *key, json_t *item, struct error *error)
{
    struct showing *showing = context;
    const char *label;
    json_t *photo;
    char name[80];
    (void)key;
    snprintf(name, sizeof name, "worksheet %.30s %lld-%lld", json_text(item, "stage"),
             (long long)json_whole(item, "round", 1), (long long)json_whole(item, "slot", 1));
    json_object_foreach(json_object_get(item, "labels"), label, photo)
    {
        if (strcmp(json_string_value(photo), showing->photo) == 0)
            return json_array_append_new(showing->shown, json_string(name)) == 0 ||
                   error_set(error, FAULT_TEMPORARY, "out of memory while looking for a photograph");
    }
    return true;
}

bool control_photo_shown(const struct control_question *question, const json_t *docket, const char *photo,
                         json_t **shown, struct error *error)
{
    struct showing showing = {photo, json_array()};
    char prefix[100];
    bool named = strcmp(json_text(json_object_get(docket, "named"), "photo"), photo) == 0;
    bool kept = json_object_get(docket, "disposed") == NULL;
    *shown = showing.shown;
    snprintf(prefix, sizeof prefix, "%s-", json_text(docket, "docket"));
    if (kept && json_object_get(docket, "worksheetsDisposed") == NULL &&
        !book_walk(question->transaction, BOOK_ITEMS, prefix, NULL, add_item, &showing, NULL, error))
        return false;
    if (kept && named && json_object_get(docket, "publishedReport") != NULL)
        json_array_append_new(*shown, json_string("report"));
    if (kept && json_array_size(*shown) > 0 &&
        json_array_size(json_object_get(json_object_get(docket, "discovery"), "volumes")) > 0)
        json_array_append_new(*shown, json_string("discovery"));
    return true;
}
