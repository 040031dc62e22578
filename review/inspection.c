/*
 * The inspection of a tour by a supervisor (R50): heard like a decision, about no docket.
 *
 * Guarantees: it was made while that tour ran, by somebody who supervises on that day, and counts once a person and
 * tour; one that comes after the time for filing is refused, so that a tour once missing stays missing. Does not judge
 * what was found.
 */
#include <string.h>

#include "base/json.h"
#include "review/hearing.h"
#include "review/tours.h"

bool hearing_is_inspection(const struct hearing *hearing)
{
    return strcmp(json_text(hearing->decision, "stage"), "tour") == 0;
}

static bool check_role(struct hearing *hearing)
{
    const struct person *person = hearing->person;
    hearing->role = "supervisor";
    if (person_has(person, ROLE_SUPERVISOR))
        return true;
    if (!person_has(person, ROLE_ACTING_SUPERVISOR))
        return refusal_security(&hearing->refusal, "role-missing", "R50",
                                "a tour is inspected by a supervisor; %s is none", person->id);
    return (person_acts(person, hearing->signed_at) && person_acts(person, hearing->arrived)) ||
           refusal_security(&hearing->refusal, "acting-over", "R50",
                            "the term of %s as acting supervisor did not run at that time", person->id);
}

static bool check_tour(struct hearing *hearing, struct tour *tour, instant *inspected)
{
    const json_t *decision = hearing->decision;
    const char *date = json_text(decision, "date"), *name = json_text(decision, "tour");
    struct refusal *refusal = &hearing->refusal;
    const struct settings *settings = hearing->settings;
    char start[INSTANT_LOCAL_SIZE], end[INSTANT_LOCAL_SIZE], at[INSTANT_LOCAL_SIZE];
    if (!tour_of(settings, date, name, tour))
        return refusal_set(refusal, "tour-unknown", "R50", "site.xml has no tour \"%s\" on %s", name, date);
    instant_local(tour->start, false, start);
    instant_local(tour->end, false, end);
    if (!instant_parse(json_text(decision, "at"), inspected, NULL))
        return refusal_set(refusal, "decision-no-time", "R50",
                           "the inspection does not say when it was made");
    instant_local(*inspected, true, at);
    if (*inspected < tour->start || *inspected >= tour->end)
        return refusal_set(refusal, "tour-other-time", "R50",
                           "the %s tour of %s ran from %s to %s; an inspection at %s is not one of it", name,
                           date, start, end, at);
    int64_t tolerance = settings->clock_tolerance_milliseconds;
    if (*inspected > hearing->signed_at + tolerance || hearing->signed_at > hearing->arrived + tolerance)
        return refusal_set(refusal, "signed-too-late", "R31",
                           "inspected at %s, which is after it was signed or arrived here: set the clock and "
                           "sign again",
                           at);
    if (hearing->arrived >= tour->end + settings->tour_filing_milliseconds)
        return refusal_set(refusal, "tour-filed-late", "R50",
                           "the tour ended at %s and its inspection came %lld hours or more later; it stays "
                           "missing, and the reason belongs in a report to the unit's commander",
                           end, (long long)(settings->tour_filing_milliseconds / 3600000));
    return strcmp(json_text(decision, "outcome"), "deficient") != 0 ||
           json_text(decision, "reasons")[0] != '\0' ||
           refusal_set(refusal, "inspection-incomplete", "R50",
                       "what was deficient is missing: say it in <remarks>");
}

static bool check_once(struct hearing *hearing, const struct tour *tour, char key[TOUR_KEY_SIZE],
                       struct error *error)
{
    json_t *before = NULL;
    tour_key(tour->date, tour->name, hearing->person->id, key);
    if (!book_get(hearing->transaction, BOOK_INDEX, key, &before, error))
        return false;
    bool twice = before != NULL;
    json_decref(before);
    return !twice ||
           refusal_set(&hearing->refusal, "tour-twice", "R50", "%s has already inspected the %s tour of %s",
                       hearing->person->id, tour->name, tour->date);
}

bool hearing_inspect(struct hearing *hearing, struct error *error)
{
    struct tour tour;
    instant inspected = 0;
    char key[TOUR_KEY_SIZE], at[INSTANT_TEXT_SIZE];
    if (!hearing_person(hearing) || !check_role(hearing) || !check_tour(hearing, &tour, &inspected) ||
        !check_once(hearing, &tour, key, error))
        return false;
    json_t *kept = json_object();
    json_put_text(kept, "at", instant_text(inspected, at));
    json_put_text(kept, "finding", json_text(hearing->decision, "outcome"));
    json_put_text(kept, "decision", hearing->signed_digest);
    bool done = book_put(hearing->transaction, BOOK_INDEX, key, kept, error);
    json_decref(kept);
    hearing->transition.clause = "R50";
    return done;
}
