/*
 * What a docket waits for, in words, and whether anybody can do it.
 *
 * Guarantees: reads only; says plainly when nobody is eligible (no-eligible-peer, no-supervisor,
 * no-holder-of-role) instead of lowering a number. Never tells what a peer marked.
 */
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/hold.h"
#include "casebook/queue.h"
#include "review/disjoint.h"
#include "review/eligible.h"
#include "review/items.h"

struct question {
    const struct roster *roster;
    const struct settings *settings;
    const json_t *docket;
    instant now;
    struct text *words;
};

/* The same as on the desk; that one peer has to be new is said apart. */
static bool may(const struct question *question, const struct person *person, const char *stage,
                const char *hold_role)
{
    struct item_question of = {question->settings, question->roster, question->docket, stage,
                               hold_role,          question->now};
    return stage_eligible(&of, person, NULL, 0);
}

/* "a, b, c" of those who could; the number of them. */
static int name_people(const struct question *question, const char *stage, bool new_only)
{
    int found = 0;
    for (size_t i = 0; i < roster_count(question->roster); i++) {
        const struct person *person = roster_at(question->roster, i);
        if (!may(question, person, stage, NULL))
            continue;
        if (new_only &&
            peers_count(question->docket, json_whole(question->docket, "round", 1), person->id).knows_docket)
            continue;
        text_format(question->words, "%s%s", found++ == 0 ? "" : ", ", person->id);
    }
    if (found == 0)
        text_add(question->words, "nobody");
    return found;
}

static void why_peers(const struct question *question, const struct settings *settings)
{
    struct peers_of_round peers = peers_count(question->docket, json_whole(question->docket, "round", 1), "");
    int missing = settings->min_peers - peers.agreed - peers.disagreed;
    text_format(question->words,
                language_plural("waits for %d more peer review of round %lld (%d of %d are in",
                                "waits for %d more peer reviews of round %lld (%d of %d are in",
                                (unsigned long)missing),
                missing, (long long)json_whole(question->docket, "round", 1), peers.agreed + peers.disagreed,
                settings->min_peers);
    if (peers.undecided > 0)
        text_format(question->words, _("; %d could not say"), peers.undecided);
    text_add(question->words, _("). Eligible: "));
    int able = name_people(question, "peer", false);
    text_add(question->words, ".\n");
    if (able < missing)
        text_format(question->words,
                    _("no-eligible-peer: %d are needed and %d are left; put more peers on the roster.\n"),
                    missing, able);
    if (peers.has_new || able < missing)
        return;
    text_add(question->words, _("At least one of them has to be new to the docket: "));
    if (name_people(question, "peer", true) == 0)
        text_add(question->words, _(".\nno-eligible-peer: nobody new to the docket is left"));
    text_add(question->words, ".\n");
}

static void why_one(const struct question *question, const char *stage, const char *what, const char *code)
{
    text_format(question->words, _("waits for %s. Eligible: "), what);
    int able = name_people(question, stage, false);
    text_add(question->words, ".\n");
    if (able == 0)
        text_format(question->words, _("%s: nobody on the roster may do this now.\n"), code);
}

static bool why_hold(void *context, const char *key, json_t *hold, struct error *error)
{
    (void)key, (void)error;
    const struct question *question = context;
    if (json_object_get(hold, "closed") != NULL)
        return true;
    int able = 0;
    text_format(question->words,
                _("hold %lld (%s): %s. Waits for a signed release or refusal by the role %s: "),
                (long long)json_whole(hold, "number", 0), json_text(hold, "clause"),
                json_text(hold, "reason"), json_text(hold, "role"));
    for (size_t i = 0; i < roster_count(question->roster); i++) {
        const struct person *person = roster_at(question->roster, i);
        if (may(question, person, "hold", json_text(hold, "role")))
            text_format(question->words, "%s%s", able++ == 0 ? "" : ", ", person->id);
    }
    text_add(question->words, able == 0 ? "nobody.\n" : ".\n");
    if (able == 0)
        text_format(question->words, _("no-holder-of-role: nobody on the roster is %s.\n"),
                    json_text(hold, "role"));
    size_t index;
    json_t *step;
    json_array_foreach(json_object_get(hold, "escalations"), index, step)
    {
        char at[INSTANT_LOCAL_SIZE];
        text_format(question->words, _("Unanswered, it was brought before %s at %s.\n"),
                    json_text(step, "role"), instant_local_of(json_text(step, "at"), false, at));
    }
    return true;
}

static void why_images(const struct settings *settings, const json_t *docket, struct text *words)
{
    char at[INSTANT_LOCAL_SIZE];
    instant lapses;
    if (docket_lapses_at(docket, settings->lapse_days, &lapses))
        text_format(words, _("Without them it lapses at %s%s; that is no result.\n"),
                    instant_local(lapses, false, at),
                    strcmp(json_text(docket, "reminded"), json_text(docket, "since")) == 0
                        ? _(", of which its sender was reminded")
                        : "");
}

static bool why_queued(struct transaction *transaction, const struct question *question, struct error *error)
{
    json_t *entry = NULL;
    if (!queue_get(transaction, question->docket, &entry, error))
        return false;
    const char *lane = json_text(question->docket, "lane");
    text_format(question->words, _("waits for the %s."),
                strcmp(lane, "priority") == 0 ? _("next priority run") : _("overnight run"));
    if (json_whole(entry, "attempts", 0) > 0)
        text_format(question->words, _(" Attempt %lld failed: %s."),
                    (long long)json_whole(entry, "attempts", 0), json_text(entry, "reason"));
    text_add(question->words, "\n");
    json_decref(entry);
    return true;
}

static void why_approved(const json_t *docket, struct text *words)
{
    if (json_object_get(docket, "publishedReport") == NULL)
        text_add(words, _("waits for its report to be published.\n"));
    else if (!json_flag(docket, "attached"))
        text_add(words,
                 _("its report is published. Case management gets it once the confirmation of the basis "
                   "is acknowledged there (R18): an acknowledgement of the subject intake is missing.\n"));
    else
        text_add(words, _("waits for case management to acknowledge that the report is attached (R27): an "
                          "acknowledgement of the subject report is missing.\n"));
}

bool review_why(struct transaction *transaction, const struct settings *settings, const struct roster *roster,
                const json_t *docket, instant now, struct text *words, struct error *error)
{
    char since[INSTANT_LOCAL_SIZE];
    enum docket_state state;
    struct question question = {
        .roster = roster, .settings = settings, .docket = docket, .now = now, .words = words};
    if (!docket_state_of(docket, &state, error))
        return false;
    text_format(words, _("%s is %s since %s: "), json_text(docket, "docket"), docket_state_name(state),
                instant_local_of(json_text(docket, "since"), false, since));
    switch (state) {
    case DOCKET_HELD:
        text_add(words, _("held.\n"));
        return hold_walk(transaction, json_text(docket, "docket"), why_hold, &question, error);
    case DOCKET_INTAKE:
        why_one(&question, "intake", _("an investigator's intake decision"), "no-holder-of-role");
        break;
    case DOCKET_AWAITING_IMAGES:
        text_add(words, _("waits for further images from the requester (a supplement).\n"));
        why_images(settings, docket, words);
        break;
    case DOCKET_QUEUED:
        return why_queued(transaction, &question, error);
    case DOCKET_MATCHING:
        text_add(words, _("is being searched.\n"));
        break;
    case DOCKET_INVESTIGATION:
        why_one(&question, "investigation", _("the investigator's comparison"), "no-holder-of-role");
        break;
    case DOCKET_BACKGROUND:
        why_one(&question, "background", _("the background check"), "no-holder-of-role");
        break;
    case DOCKET_PEER:
        why_peers(&question, settings);
        break;
    case DOCKET_SUPERVISION:
        why_one(&question, "supervision", _("the final review of the investigator's supervisor"),
                "no-supervisor");
        break;
    case DOCKET_APPROVED:
        why_approved(docket, words);
        break;
    case DOCKET_CLOSED:
        text_add(words, _("nothing is waited for.\n"));
        break;
    default:
        text_add(words, _("waits for its documents to be published.\n"));
    }
    return true;
}
