/*
 * `leadspool why ID`: in words, what something waits for.
 *
 * Guarantees: says it for dockets (by any id of theirs), claims and outbox rows; never answers with a state
 * alone. The sentences about people are review's; here is what the machine itself waits for.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "casebook/outbox.h"
#include "casebook/queue.h"
#include "match/plan.h"
#include "review/items.h"
#include "schemas/settings.h"
#include "spool/control_parts.h"

static void say_row(struct text *words, const json_t *row)
{
    const char *state = json_text(row, "state"), *reason = json_text_or_null(row, "reason");
    const char *what = strcmp(state, "render") == 0    ? "waits to be rendered"
                       : strcmp(state, "sign") == 0    ? "waits for the site's signature"
                       : strcmp(state, "publish") == 0 ? "waits to be published"
                       : strcmp(state, "stuck") == 0 ? "is stuck after its attempts: leadspool retry frees it"
                                                     : "is delivered";
    text_format(words, "Outbox row %s (%s to %s) %s", json_text(row, "row"), json_text(row, "kind"),
                json_text(row, "directory"), what);
    if (json_whole(row, "attempts", 0) > 0)
        text_format(words, "; attempts so far: %" PRId64, json_whole(row, "attempts", 0));
    text_format(words, "%s%s.\n", reason != NULL ? "; the reason: " : "", reason != NULL ? reason : "");
}

struct saying {
    struct text *words;
    const char *docket;
    int64_t ahead;
    bool found;
};

static bool say_open_row(void *context, const char *key, json_t *value, struct error *error)
{
    struct saying *saying = context;
    (void)key;
    (void)error;
    if (strcmp(json_text(value, "docket"), saying->docket) == 0)
        say_row(saying->words, value);
    return true;
}

static bool count_ahead(void *context, const char *key, json_t *value, struct error *error)
{
    struct saying *saying = context;
    (void)key;
    (void)error;
    saying->found = strcmp(json_text(value, "docket"), saying->docket) == 0;
    saying->ahead += saying->found ? 0 : 1;
    return !saying->found;
}

static bool say_queue(struct control_question *question, const json_t *docket, struct text *words,
                      struct error *error)
{
    json_t *entry = NULL;
    const struct settings *settings = question->context->site->settings;
    struct saying saying = {.words = words, .docket = json_text(docket, "docket")};
    if (!queue_get(question->transaction, docket, &entry, error))
        return false;
    if (entry == NULL)
        return true;
    bool done = queue_walk(question->transaction, QUEUE_ANY, count_ahead, &saying, error);
    bool priority = strcmp(json_text(entry, "lane"), "priority") == 0;
    bool stuck = json_whole(entry, "attempts", 0) >= PLAN_ATTEMPTS_MOST;
    text_format(words, "It is queued for a search in the %s lane, %" PRId64 " ahead of it; ",
                json_text(entry, "lane"), saying.ahead);
    if (stuck)
        text_format(words,
                    "but it is stuck: the search failed %" PRId64 " times. leadspool retry %s counts anew.\n",
                    json_whole(entry, "attempts", 0), saying.docket);
    else if (priority)
        text_add(words, "priority runs start at once.\n");
    else
        text_format(words, "routine runs start between %02d:%02d and %02d:%02d (%s).\n",
                    settings->overnight_start / 60, settings->overnight_start % 60,
                    settings->overnight_end / 60, settings->overnight_end % 60, settings->zone);
    if (question->context->live == NULL)
        text_add(words, "No daemon is running: nothing moves until leadspool run or drain.\n");
    json_decref(entry);
    return done;
}

static bool why_docket(struct control_question *question, const char *id, struct text *words,
                       struct error *error)
{
    const struct site *site = question->context->site;
    json_t *docket = NULL;
    if (!control_find_docket(question, id, &docket, error))
        return false;
    struct saying saying = {.words = words, .docket = json_text(docket, "docket")};
    bool done = control_look(question, docket, false, error);
    done = done && review_why(question->transaction, site->settings, site->roster, docket,
                              question->context->now, words, error);
    if (done && words->length > 0 && words->bytes[words->length - 1] != '\n')
        text_add(words, "\n");
    done = done && say_queue(question, docket, words, error) &&
           outbox_walk(question->transaction, 0, say_open_row, &saying, error) &&
           control_put(question, "docket", json_string(saying.docket), error) &&
           control_put(question, "state", json_string(json_text(docket, "state")), error);
    json_decref(docket);
    return done;
}

static void say_claim(struct text *words, const json_t *claim)
{
    const char *state = json_text(claim, "state"), *docket = json_text_or_null(claim, "docket");
    char arrived[INSTANT_LOCAL_SIZE];
    const char *what = strcmp(state, "claiming") == 0 ? "is being taken from the share and checked"
                                                      : "is in the record; what is left is tidying the share";
    text_format(words, "Claim %s (drop %s of %s, arrived %s) %s", json_text(claim, "claim"),
                json_text(claim, "drop"), json_text(claim, "path"),
                instant_local_of(json_text(claim, "arrived"), false, arrived), what);
    if (json_whole(claim, "attempts", 0) > 0)
        text_format(words, "; attempts so far: %" PRId64, json_whole(claim, "attempts", 0));
    if (docket != NULL)
        text_format(words, "; its docket is %s", docket);
    text_add(words, ".\n");
}

/* Twelve digits name a claim, an outbox row, or one of each. */
static bool why_number(struct control_question *question, const char *id, struct text *words,
                       struct error *error)
{
    struct error absent = ERROR_NONE;
    json_t *claim = NULL, *row = NULL;
    if (!question->asker->service)
        return error_set(error, FAULT_REFUSED, "claims and outbox rows are for the service account (R32)");
    if (!book_get(question->transaction, BOOK_CLAIMS, id, &claim, error))
        return false;
    if (claim != NULL)
        say_claim(words, claim);
    if (outbox_get(question->transaction, strtoll(id, NULL, 10), &row, &absent))
        say_row(words, row);
    bool found = claim != NULL || row != NULL;
    json_decref(claim);
    json_decref(row);
    if (!found && absent.fault != FAULT_ABSENT && error != NULL) {
        *error = absent;
        return false;
    }
    return found ||
           error_set(error, FAULT_ABSENT,
                     "no claim and no outbox row has the number %s; a claim's is gone once its drop is done",
                     id);
}

bool control_why(struct control_question *question, struct error *error)
{
    struct text words = TEXT_EMPTY;
    const char *id = json_text(question->arguments, "id");
    bool number = strlen(id) == 12 && strspn(id, "0123456789") == 12;
    bool done = number ? why_number(question, id, &words, error) : why_docket(question, id, &words, error);
    done = done && text_done(&words, error) && control_put(question, "id", json_string(id), error) &&
           control_put(question, "text", json_string(words.bytes), error);
    text_free(&words);
    return done;
}
