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
#include "base/language.h"
#include "base/text.h"
#include "casebook/chain_break.h"
#include "casebook/outbox.h"
#include "match/run_queue.h"
#include "report/foil.h"
#include "review/items.h"
#include "schemas/settings.h"
#include "spool/control_parts.h"

static void say_row(struct text *words, const json_t *row)
{
    const char *state = json_text(row, "state"), *reason = json_text_or_null(row, "reason");
    const char *what = strcmp(state, "render") == 0    ? _("waits to be rendered")
                       : strcmp(state, "sign") == 0    ? _("waits for the site's signature")
                       : strcmp(state, "publish") == 0 ? _("waits to be published")
                       : strcmp(state, "stuck") == 0
                           ? _("is stuck after its attempts: leadspool retry frees it")
                           : _("is delivered");
    text_format(words, _("Outbox row %s (%s to %s) %s"), json_text(row, "row"), json_text(row, "kind"),
                json_text(row, "directory"), what);
    if (json_whole(row, "attempts", 0) > 0)
        text_format(words, _("; attempts so far: %" PRId64), json_whole(row, "attempts", 0));
    text_format(words, "%s%s.\n", reason != NULL ? _("; the reason: ") : "", reason != NULL ? reason : "");
}

struct saying {
    struct text *words;
    const char *docket;
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

static bool first_segment(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key, (void)value, (void)error;
    *(bool *)context = true;
    return false;
}

static bool say_gallery(struct control_question *question, struct text *words, struct error *error)
{
    bool any = false;
    if (!book_walk(question->transaction, BOOK_SEGMENTS, "segment-", NULL, first_segment, &any, NULL, error))
        return false;
    if (!any)
        text_add(words,
                 _("The gallery is empty: nothing is searched until photos are enrolled (gallery/in).\n"));
    return true;
}

/* What the machine does next about a docket in the queue, or being searched. */
static bool say_queue(struct control_question *question, const json_t *docket, struct text *words,
                      struct error *error)
{
    const struct control_context *context = question->context;
    const char *state = json_text(docket, "state");
    bool queued = strcmp(state, "QUEUED") == 0, matching = strcmp(state, "MATCHING") == 0;
    if (!queued && !matching)
        return true;
    if (queued &&
        !run_queue_why(question->transaction, context->site->settings, docket, context->now, words, error))
        return false;
    const char *run = json_text_or_null(json_object_get(context->live, "run"), "text");
    if (run != NULL)
        text_format(words, _("A run is under way: %s.\n"), run);
    if (context->live == NULL)
        text_add(words, _("No daemon is running: nothing moves until leadspool run or drain.\n"));
    return !queued || (control_engine_why(question, words, error) && say_gallery(question, words, error));
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
    const char *what = strcmp(state, "claiming") == 0
                           ? _("is being taken from the share and checked")
                           : _("is in the record; what is left is tidying the share");
    text_format(words, _("Claim %s (drop %s of %s, arrived %s) %s"), json_text(claim, "claim"),
                json_text(claim, "drop"), json_text(claim, "path"),
                instant_local_of(json_text(claim, "arrived"), false, arrived), what);
    if (json_whole(claim, "attempts", 0) > 0)
        text_format(words, _("; attempts so far: %" PRId64), json_whole(claim, "attempts", 0));
    if (docket != NULL)
        text_format(words, _("; its docket is %s"), docket);
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

static bool why_foil(struct control_question *question, struct text *words, struct error *error)
{
    struct saying saying = {.words = words, .docket = json_text(question->arguments, "id")};
    return control_foil_why(question, words, error) &&
           outbox_walk(question->transaction, 0, say_open_row, &saying, error);
}

bool control_why(struct control_question *question, struct error *error)
{
    struct text words = TEXT_EMPTY;
    const char *id = json_text(question->arguments, "id");
    bool number = strlen(id) == 12 && strspn(id, "0123456789") == 12;
    bool done = foil_number_is(id) ? why_foil(question, &words, error)
                : number           ? why_number(question, id, &words, error)
                                   : why_docket(question, id, &words, error);
    done = done && chain_break_why(question->transaction, &words, error);
    done = done && text_done(&words, error) && control_put(question, "id", json_string(id), error) &&
           control_put(question, "text", json_string(words.bytes), error);
    text_free(&words);
    return done;
}
