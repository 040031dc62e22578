/*
 * How people of the roster stand to one another: who supervises whom, who is left to be asked, and what in
 * the roster does not fit together. Pure.
 */
#include <string.h>

#include "base/language.h"
#include "people/roster.h"

bool person_suspended(const struct person *person, instant at)
{
    return person->disabled || (person->suspended_since != 0 && at >= person->suspended_since);
}

bool person_acts(const struct person *person, instant at)
{
    return person->acting.for_person != NULL && person_has(person, ROLE_ACTING_SUPERVISOR) &&
           at >= person->acting.from && at < person->acting.until;
}

static bool no(const char **why, const char *text)
{
    if (why != NULL)
        *why = text;
    return false;
}

bool roster_supervises(const struct roster *roster, const struct person *person,
                       const struct person *investigator, instant at, const char **why)
{
    const struct person *supervisor = roster_by_id(roster, investigator->supervisor);
    if (supervisor == NULL)
        return no(why, _("the roster names no supervisor of the investigator"));
    if (person == investigator)
        return no(why, _("nobody is their own supervisor"));
    if (person == supervisor)
        return person_has(person, ROLE_SUPERVISOR) ||
               no(why, _("the investigator's supervisor does not hold the role supervisor"));
    if (person->acting.for_person == NULL || strcmp(person->acting.for_person, supervisor->id) != 0)
        return no(why, _("the signer is not that investigator's supervisor, nor acting for that one"));
    if (!person_acts(person, at))
        return no(why, _("the signer's term as acting supervisor did not run at that time"));
    if (person->rank < supervisor->rank)
        return no(why, _("the acting supervisor is of lower rank than the supervisor stood in for"));
    return true;
}

/* Does somebody stand in for that supervisor? */
static bool stood_in_for(const struct roster *roster, const char *supervisor, instant now)
{
    for (size_t i = 0; i < roster_count(roster); i++) {
        const struct person *person = roster_at(roster, i);
        if (person_acts(person, now) && strcmp(person->acting.for_person, supervisor) == 0 &&
            !person_suspended(person, now))
            return true;
    }
    return false;
}

static size_t check_supervisor(const struct roster *roster, const struct person *person, instant now,
                               struct text *problems)
{
    const struct person *supervisor = roster_by_id(roster, person->supervisor);
    size_t found = 0;
    if (person->supervisor == NULL) {
        if (!person_has(person, ROLE_INVESTIGATOR))
            return 0;
        text_format(
            problems,
            _("no-supervisor: investigator %s has no supervisor, so nobody can make the final review\n"),
            person->id);
        return 1;
    }
    if (supervisor == NULL) {
        text_format(problems, _("supervisor %s of %s is not on the roster\n"), person->supervisor,
                    person->id);
        return 1;
    }
    if (supervisor == person) {
        text_format(problems, _("%s is named as their own supervisor\n"), person->id);
        found++;
    }
    if (supervisor->rank < person->rank) {
        text_format(problems, _("%s (rank %d) cannot supervise %s (rank %d)\n"), supervisor->id,
                    supervisor->rank, person->id, person->rank);
        found++;
    }
    if (!person_has(supervisor, ROLE_SUPERVISOR)) {
        text_format(problems, _("%s supervises %s but does not hold the role supervisor\n"), supervisor->id,
                    person->id);
        found++;
    }
    if (person_suspended(supervisor, now) && !person_suspended(person, now) &&
        !stood_in_for(roster, supervisor->id, now)) {
        text_format(problems,
                    _("no-supervisor: %s, who supervises %s, is suspended and nobody acts in that place\n"),
                    supervisor->id, person->id);
        found++;
    }
    return found;
}

static size_t check_acting(const struct roster *roster, const struct person *person, struct text *problems)
{
    size_t found = 0;
    if (person->acting.for_person == NULL) {
        if (!person_has(person, ROLE_ACTING_SUPERVISOR))
            return 0;
        text_format(problems, _("%s is an acting supervisor but acts for nobody\n"), person->id);
        return 1;
    }
    const struct person *of = roster_by_id(roster, person->acting.for_person);
    if (of == NULL || roster_by_id(roster, person->acting.by) == NULL) {
        text_format(problems, _("%s acts for %s, appointed by %s: both have to be on the roster\n"),
                    person->id, person->acting.for_person, person->acting.by);
        found++;
    }
    if (of != NULL && person->rank < of->rank) {
        text_format(problems, _("%s (rank %d) acts for %s but is of lower rank (%d is needed)\n"), person->id,
                    person->rank, of->id, of->rank);
        found++;
    }
    if (person->acting.until <= person->acting.from) {
        text_format(problems, _("the term of %s as acting supervisor ends before it begins\n"), person->id);
        found++;
    }
    if (!person_has(person, ROLE_ACTING_SUPERVISOR)) {
        text_format(problems, _("%s acts for %s but does not hold the role acting-supervisor\n"), person->id,
                    person->acting.for_person);
        found++;
    }
    return found;
}

/* Roles that signing nothing makes void. */
static bool machine_and_casework(const struct person *person)
{
    const unsigned casework = 1u << ROLE_INVESTIGATOR | 1u << ROLE_PEER | 1u << ROLE_SUPERVISOR |
                              1u << ROLE_ACTING_SUPERVISOR | 1u << ROLE_LEGAL;
    return (person_has(person, ROLE_VENDOR) || person_has(person, ROLE_ADMINISTRATOR)) &&
           (person->roles & casework) != 0;
}

/* Peers left for an investigator's casework once investigator and supervisor are taken out. */
static int peers_for(const struct roster *roster, const struct person *investigator, instant now)
{
    int peers = 0;
    for (size_t i = 0; i < roster_count(roster); i++) {
        const struct person *person = roster_at(roster, i);
        bool supervises =
            investigator->supervisor != NULL && strcmp(person->id, investigator->supervisor) == 0;
        if (person != investigator && !supervises && person_may_sign(person, SIGNING_PEER) &&
            person->trained_until > now && !person_suspended(person, now))
            peers++;
    }
    return peers;
}

size_t roster_check(const struct roster *roster, int min_peers, instant now, struct text *problems)
{
    size_t found = 0;
    unsigned held = 0;
    if (!roster_followed(roster))
        return 0; /* nobody was asked yet who holds which role */
    for (size_t i = 0; i < roster_count(roster); i++) {
        const struct person *person = roster_at(roster, i);
        if (!person_suspended(person, now))
            held |= person->roles;
        found += check_supervisor(roster, person, now, problems);
        found += check_acting(roster, person, problems);
        if (machine_and_casework(person)) {
            text_format(problems, _("%s is %s and has roles of casework too: those are void (R47 R48)\n"),
                        person->id, person_has(person, ROLE_VENDOR) ? "a vendor" : _("an administrator"));
            found++;
        }
        bool casework = person_may_sign(person, SIGNING_INTAKE) || person_may_sign(person, SIGNING_PEER) ||
                        person_may_sign(person, SIGNING_SUPERVISION);
        if (casework && person->trained_until <= now) {
            text_format(problems, _("the training of %s has run out or is not on record (R30)\n"),
                        person->id);
            found++;
        }
        if (!person_has(person, ROLE_INVESTIGATOR) || person_suspended(person, now))
            continue;
        int peers = peers_for(roster, person, now);
        if (peers < min_peers) {
            text_format(problems,
                        _("no-eligible-peer: %d peers are left for casework of %s, the site requires %d\n"),
                        peers, person->id, min_peers);
            found++;
        }
    }
    static const enum role NEEDED[] = {ROLE_INVESTIGATOR, ROLE_SUPERVISOR, ROLE_LEGAL, ROLE_GALLERY_KEEPER};
    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++)
        if ((held & (1u << NEEDED[i])) == 0) {
            text_format(problems, _("no-holder-of-role: nobody is %s\n"), role_name(NEEDED[i]));
            found++;
        }
    return found;
}
