/*
 * `leadspool rerun DOCKET[/N]`: a search made again from its record.
 *
 * Guarantees: a look like any other (R32); while people of the docket still have to judge without knowing ranks and
 * scores, nobody is shown them, and its peers never are. Searches nothing: spool/reruns.c does.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "match/engine_book.h"
#include "match/rerun.h"
#include "spool/control_parts.h"

/* "FR-2026-000001/2" as it is; a docket alone means its list in force, else its last search. */
static bool search_key(const char *id, const json_t *docket, char *key, size_t size, struct error *error)
{
    const char *number = strchr(id, '/');
    const json_t *searches = json_object_get(docket, "searches");
    const char *last = json_string_value(json_array_get(searches, json_array_size(searches) - 1));
    const char *in_force = json_text_or_null(docket, "list");
    if (number != NULL && strncmp(id, json_text(docket, "docket"), strlen(json_text(docket, "docket"))) == 0)
        snprintf(key, size, "%s%s", json_text(docket, "docket"), number);
    else if (in_force != NULL || last != NULL)
        snprintf(key, size, "%s", in_force != NULL ? in_force : last);
    else
        return error_set(error, FAULT_ABSENT, "%s was not searched yet", json_text(docket, "docket"));
    return true;
}

/* Why ranks and scores stay inside, or NULL. */
static const char *withheld(const json_t *docket, const struct control_asker *asker)
{
    enum docket_state state;
    struct error unread = ERROR_NONE;
    if (asker->person != NULL && docket_person_has(docket, asker->person->id, "peer"))
        return _("a peer of this docket is never shown ranks and scores (R23)");
    if (!docket_state_of(docket, &state, &unread) || state < DOCKET_APPROVED)
        return _("people still have to judge this docket without ranks and scores (R22 R23); they are shown "
                 "when it is "
                 "approved or has ended");
    return NULL;
}

static bool put_facts(struct control_question *question, const json_t *record, struct error *error)
{
    char hex[DIGEST_TEXT_SIZE];
    struct digest digest;
    static const char *const members[] = {"search", "docket", "at", "snapshot"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_put_text(question->answer, members[i], json_text_or_null(record, members[i]));
    const json_t *engine = json_object_get(record, "engine");
    return json_digest(json_object_get(record, "list"), &digest) &&
           control_put(
               question, "engine",
               json_pack("{ss,ss}", "id", json_text(engine, "id"), "version", json_text(engine, "version")),
               error) &&
           control_put(question, "photos", json_integer(json_whole(record, "count", 0)), error) &&
           control_put(question, "persons", json_integer(json_whole(record, "persons", 0)), error) &&
           control_put(question, "listed",
                       json_integer((json_int_t)json_array_size(json_object_get(record, "list"))), error) &&
           control_put(question, "listDigest", json_string(digest_text(&digest, hex)), error);
}

static bool answer_with(struct control_question *question, const json_t *docket, const char *key,
                        struct error *error)
{
    json_t *record = NULL, *plan = NULL, *engine = NULL;
    const char *kept_back = withheld(docket, question->asker);
    if (!book_get(question->transaction, BOOK_SEARCHES, key, &record, error))
        return false;
    if (record == NULL)
        return error_set(error, FAULT_ABSENT, "there is no search %s; leadspool show %s lists them", key,
                         json_text(docket, "docket"));
    if (json_object_get(record, "disposed") != NULL) {
        json_decref(record);
        return error_set(error, FAULT_REFUSED,
                         "search %s was disposed of by event %lld: it cannot be done again", key,
                         (long long)json_whole(json_object_get(docket, "disposed"), "event", 0));
    }
    bool done = put_facts(question, record, error) &&
                engine_book_get(question->transaction, question->context->site->settings, &engine, error) &&
                rerun_prepare(question->transaction, record, json_object_get(engine, "card"), &plan, error) &&
                json_put_text(plan, "actor", question->asker->name) &&
                json_put_text(plan, "role", question->asker->service ? "service" : "person") &&
                (kept_back == NULL || control_put(question, "withheld", json_string(kept_back), error)) &&
                control_put(question, "rerun", json_incref(plan), error);
    json_decref(plan);
    json_decref(engine);
    json_decref(record);
    return done;
}

bool control_rerun(struct control_question *question, struct error *error)
{
    char key[80];
    json_t *docket = NULL;
    const char *id = json_text(question->arguments, "id");
    if (!control_find_docket(question, id, &docket, error))
        return false;
    bool done = control_look(question, docket, true, error) &&
                search_key(id, docket, key, sizeof key, error) && answer_with(question, docket, key, error);
    json_decref(docket);
    return done;
}
