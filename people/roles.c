/*
 * Roles and what each may sign: one table, pure.
 *
 * The administrator signs nothing of casework and a vendor nothing at all (R47 R48), even when the roster gives
 * them another role besides; what is not in the table is refused. Holds name their own role (the rule that made them), so they are no column here.
 */
#include <stdio.h>
#include <string.h>

#include "people/roster.h"

static const char *const NAMES[ROLE_COUNT] = {
    [ROLE_INVESTIGATOR] = "investigator",
    [ROLE_PEER] = "peer",
    [ROLE_SUPERVISOR] = "supervisor",
    [ROLE_ACTING_SUPERVISOR] = "acting-supervisor",
    [ROLE_CHIEF_OF_DETECTIVES] = "chief-of-detectives",
    [ROLE_DEPUTY_COMMISSIONER_INTELLIGENCE] = "deputy-commissioner-intelligence",
    [ROLE_LEGAL] = "legal",
    [ROLE_PRIVACY_OFFICER] = "privacy-officer",
    [ROLE_CITY_PRIVACY_OFFICER] = "city-privacy-officer",
    [ROLE_RECORDS] = "records",
    [ROLE_GALLERY_KEEPER] = "gallery-keeper",
    [ROLE_DISCOVERY_CLERK] = "discovery-clerk",
    [ROLE_INTEGRITY] = "integrity",
    [ROLE_INTERNAL_AFFAIRS] = "internal-affairs",
    [ROLE_ADMINISTRATOR] = "administrator",
    [ROLE_VENDOR] = "vendor",
    [ROLE_REQUESTER] = "requester",
};

#define MAY(signing) (1u << (signing))

static const unsigned MAY_SIGN[ROLE_COUNT] = {
    [ROLE_INVESTIGATOR] = MAY(SIGNING_INTAKE) | MAY(SIGNING_INVESTIGATION) | MAY(SIGNING_BACKGROUND),
    [ROLE_PEER] = MAY(SIGNING_PEER),
    [ROLE_SUPERVISOR] = MAY(SIGNING_SUPERVISION),
    [ROLE_ACTING_SUPERVISOR] = MAY(SIGNING_SUPERVISION),
    [ROLE_PRIVACY_OFFICER] = MAY(SIGNING_DISCLOSURE),
    [ROLE_CITY_PRIVACY_OFFICER] = MAY(SIGNING_DISCLOSURE),
    [ROLE_RECORDS] = MAY(SIGNING_FOIL),
    [ROLE_GALLERY_KEEPER] = MAY(SIGNING_GALLERY),
    [ROLE_DISCOVERY_CLERK] = MAY(SIGNING_DISCOVERY),
    [ROLE_INTEGRITY] = MAY(SIGNING_AUDIT),
    [ROLE_INTERNAL_AFFAIRS] = MAY(SIGNING_AUDIT),
};

const char *role_name(enum role role)
{
    return NAMES[role];
}

bool role_parse(const char *name, enum role *role)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (strcmp(NAMES[i], name) == 0) {
            *role = (enum role)i;
            return true;
        }
    return false;
}

bool person_has(const struct person *person, enum role role)
{
    return (person->roles & (1u << role)) != 0;
}

bool role_may_sign(enum role role, enum signing signing)
{
    return (MAY_SIGN[role] & MAY(signing)) != 0;
}

/* Whoever looks after the machine decides nothing with it, whatever other roles the roster gives (R47 R48). */
static bool kept_out(const struct person *person, enum signing signing)
{
    return person_has(person, ROLE_VENDOR) ||
           (person_has(person, ROLE_ADMINISTRATOR) && signing <= SIGNING_SUPERVISION);
}

bool person_may_sign(const struct person *person, enum signing signing)
{
    if (kept_out(person, signing))
        return false;
    for (int i = 0; i < ROLE_COUNT; i++)
        if (person_has(person, (enum role)i) && role_may_sign((enum role)i, signing))
            return true;
    return false;
}

static bool releases(const struct person *person, const char *role)
{
    enum role named;
    if (!role_parse(role, &named) || named == ROLE_VENDOR || named == ROLE_REQUESTER ||
        named == ROLE_ADMINISTRATOR)
        return false;
    /* A hold for a supervisor is released by whoever signs as one. */
    if (named == ROLE_SUPERVISOR && person_has(person, ROLE_ACTING_SUPERVISOR))
        return true;
    return person_has(person, named);
}

bool person_may_release(const struct person *person, const char *roles)
{
    char role[64];
    if (person_has(person, ROLE_VENDOR) || person_has(person, ROLE_ADMINISTRATOR))
        return false;
    for (const char *at = roles; *at != '\0';) {
        size_t length = strcspn(at, " ");
        snprintf(role, sizeof role, "%.*s", (int)length, at);
        if (releases(person, role))
            return true;
        at += length + strspn(at + length, " ");
    }
    return false;
}
