/*
 * Looks that a file server logged (R32): each is an event, and noted in the docket.
 *
 * Guarantees: the same look (who, when, which file) is recorded once, however often it is handed over; what lies in no folder of
 * a docket of that command is counted and left out. Does not know lines of logs: the command that asks reads them.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "people/roster.h"
#include "schemas/settings.h"
#include "spool/control_parts.h"

enum { LOOKS_MOST = 1024 };

/* "precinct-014/FR-2026-000001/receipt-1.xml" apart; false when it is no file in a folder of a docket. */
static bool parts_of(const char *path, char *command, size_t command_size, char *docket, size_t docket_size,
                     const char **file)
{
    size_t first = strcspn(path, "/");
    if (path[first] == '\0' || first == 0 || first >= command_size)
        return false;
    size_t second = strcspn(path + first + 1, "/");
    if (path[first + 1 + second] == '\0' || second == 0 || second >= docket_size)
        return false;
    snprintf(command, command_size, "%.*s", (int)first, path);
    snprintf(docket, docket_size, "%.*s", (int)second, path + first + 1);
    *file = path + first + 1 + second + 1;
    return **file != '\0' && strlen(*file) < 256;
}

static bool is_known(const json_t *docket, const json_t *look)
{
    size_t i;
    json_t *before;
    json_array_foreach(json_object_get(docket, "looks"), i, before)
    {
        if (json_equal(before, look))
            return true;
    }
    return false;
}

/* In the order of their times: retention counts from the last (report/retention_rules.c). */
static bool keep(json_t *docket, json_t *look)
{
    json_t *looks = json_array_at(docket, "looks");
    size_t place = json_array_size(looks);
    while (place > 0 && strcmp(json_text(json_array_get(looks, place - 1), "at"), json_text(look, "at")) > 0)
        place--;
    return json_array_insert(looks, place, look) == 0;
}

static bool note(struct control_question *question, json_t *docket, json_t *look, struct error *error)
{
    char *text = json_dumps(look, JSON_COMPACT | JSON_SORT_KEYS), hex[DIGEST_TEXT_SIZE];
    if (text == NULL || !keep(docket, look)) {
        free(text);
        return error_set(error, FAULT_TEMPORARY, "out of memory while noting looks");
    }
    struct digest digest = digest_of(text, strlen(text));
    free(text);
    struct event event = {.actor = json_text(look, "by"),
                          .role = "share",
                          .action = "looked",
                          .docket = json_text(docket, "docket"),
                          .object = digest_text(&digest, hex),
                          .clause = "R32",
                          .outcome = "over-smb"};
    return docket_put(question->transaction, docket, error) &&
           event_append(question->transaction, question->context->now, &event, NULL, error);
}

/* *counted: where the answer counts it. */
static bool take(struct control_question *question, const json_t *one, const char **counted,
                 struct error *error)
{
    char command[256], number[64];
    const char *file = NULL, *account = json_text(one, "account");
    json_t *docket = NULL;
    instant at = 0;
    *counted = "others";
    if (!parts_of(json_text(one, "path"), command, sizeof command, number, sizeof number, &file) ||
        *account == '\0' || strlen(account) > 128 || !instant_parse(json_text(one, "at"), &at, NULL))
        return true;
    struct error own = ERROR_NONE;
    if (!docket_get(question->transaction, number, &docket, &own)) {
        if (own.fault != FAULT_ABSENT)
            *error = own;
        return own.fault == FAULT_ABSENT;
    }
    bool done = true;
    if (strcmp(json_text(docket, "command"), command) == 0 && json_object_get(docket, "disposed") == NULL) {
        const struct person *person = roster_by_account(question->context->site->roster, account);
        json_t *look = json_pack("{s:s,s:s,s:s,s:s}", "at", json_text(one, "at"), "by",
                                 person != NULL ? person->id : account, "file", file, "over", "smb");
        if (look != NULL && is_known(docket, look)) {
            *counted = "known";
        } else {
            *counted = "recorded";
            done = look != NULL ? note(question, docket, look, error)
                                : error_set(error, FAULT_INPUT, "a look is not UTF-8 text");
        }
        json_decref(look);
    }
    json_decref(docket);
    return done;
}

bool control_audit_looks(struct control_question *question, struct error *error)
{
    static const char *const counts[] = {"recorded", "known", "others"};
    const json_t *looks = json_object_get(question->arguments, "looks");
    const char *counted = NULL;
    size_t i;
    json_t *one;
    if (!json_is_array(looks) || json_array_size(looks) > LOOKS_MOST)
        return error_set(error, FAULT_USAGE, "looks is an array of at most %d", LOOKS_MOST);
    for (i = 0; i < sizeof counts / sizeof *counts; i++)
        json_put_whole(question->answer, counts[i], 0);
    json_array_foreach(looks, i, one)
    {
        if (!take(question, one, &counted, error))
            return false;
        json_put_whole(question->answer, counted, json_whole(question->answer, counted, 0) + 1);
    }
    return true;
}
