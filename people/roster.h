/*
 * The roster: who works here, under which account and certificate, in which roles, for whom, trained until
 * when. roster.xml (schemas/roster.xsd) is the source; this is its form in memory, never changed after
 * loading.
 */
#ifndef LEADSPOOL_PEOPLE_ROSTER_H
#define LEADSPOOL_PEOPLE_ROSTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

enum role {
    ROLE_INVESTIGATOR,
    ROLE_PEER,
    ROLE_SUPERVISOR,
    ROLE_ACTING_SUPERVISOR,
    ROLE_CHIEF_OF_DETECTIVES,
    ROLE_DEPUTY_COMMISSIONER_INTELLIGENCE,
    ROLE_LEGAL,
    ROLE_PRIVACY_OFFICER,
    ROLE_CITY_PRIVACY_OFFICER,
    ROLE_RECORDS,
    ROLE_GALLERY_KEEPER,
    ROLE_DISCOVERY_CLERK,
    ROLE_INTEGRITY,
    ROLE_INTERNAL_AFFAIRS,
    ROLE_ADMINISTRATOR,
    ROLE_VENDOR,
    ROLE_REQUESTER, /* sends requests; signs nothing here */
    ROLE_COUNT
};

/* What a signature can be for. */
enum signing {
    SIGNING_INTAKE,
    SIGNING_INVESTIGATION,
    SIGNING_BACKGROUND,
    SIGNING_PEER,
    SIGNING_SUPERVISION,
    SIGNING_GALLERY,
    SIGNING_DISCLOSURE,
    SIGNING_FOIL,
    SIGNING_DISCOVERY,
    SIGNING_AUDIT,
    SIGNING_COUNT
};

/* One term as acting supervisor for somebody. */
struct acting {
    const char *for_person; /* id of the supervisor who is stood in for */
    instant from, until;    /* from inclusive, until exclusive */
    const char *by;         /* id of who appointed */
};

struct person {
    const char *id, *name, *account;
    const char *shield;      /* "" when the roster has none */
    int rank;                /* higher outranks lower */
    uint32_t roles;          /* bit 1 << enum role */
    const char *supervisor;  /* id, or NULL */
    const char *certificate; /* fingerprint, 64 digits, or NULL */
    instant trained_until;   /* exclusive; 0 = no training on record */
    instant suspended_since; /* inclusive; 0 = not suspended */
    struct acting acting;    /* for_person NULL = acts for nobody */
    bool disabled; /* the directory knows the account no more, or not yet; false where it is not asked */
    int64_t uid;   /* as the directory says; -1 = not known */
};

struct roster;

/* Read and validate roster.xml. FAULT_INPUT with line, element and rule when it is not valid. */
bool roster_read(const char *bytes, size_t length, struct roster **roster, struct error *error);
void roster_free(struct roster *roster);

size_t roster_count(const struct roster *roster);
const struct person *roster_at(const struct roster *roster, size_t index);
/* What has to be asked of the system's directory before anybody of this roster has power:
   {"accounts":[names],"groups":[names],"deadline":milliseconds}; new reference. NULL: the roster asks nothing of it.
   Until roster_follow was told the answer everybody is disabled and holds none of the roles that follow groups. */
json_t *roster_question(const struct roster *roster);
bool roster_asks(const struct roster *roster);
/* Put the directory's answer into a roster that is in force nowhere yet:
   {"accounts":{name:{"uid","gid","expired":bool}},"groups":{name:{"gid","members":[names]}}}; who is missing is disabled. */
bool roster_followed(const struct roster *roster); /* or asks nothing */
void roster_follow(struct roster *roster, const json_t *answer);

/* NULL when there is none. */
const struct person *roster_by_id(const struct roster *roster, const char *id);
const struct person *roster_by_account(const struct roster *roster, const char *account);
const struct person *roster_by_uid(const struct roster *roster, int64_t uid);
const struct person *roster_by_certificate(const struct roster *roster, const char *fingerprint);

const char *role_name(enum role role); /* "chief-of-detectives" */
bool role_parse(const char *name, enum role *role);
bool person_has(const struct person *person, enum role role);

/* Pure: may a person of that role sign that? (R31 R47: the administrator signs no casework, a vendor
   nothing.) */
bool role_may_sign(enum role role, enum signing signing);
/* Through any of the person's roles. */
bool person_may_sign(const struct person *person, enum signing signing);
/* May the person decide on a hold whose record names these roles, any one of them sufficing ("legal", or
   "chief-of-detectives deputy-commissioner-intelligence")? A hold for a supervisor is open to an acting one;
   whether that term runs is person_acts. */
bool person_may_release(const struct person *person, const char *roles);
/* Is the person suspended at that instant, or disabled: can neither ask nor sign (R31)? */
bool person_suspended(const struct person *person, instant at);
/* Does the person act for somebody at that instant? */
bool person_acts(const struct person *person, instant at);

/* Pure: may `person` sign the final review of that investigator's casework at that instant (R24)? True for
   the supervisor the roster names, or somebody acting for that one on that day with a rank no lower. When
   false,
   `*why` (may be NULL) is a sentence that needs no freeing. */
bool roster_supervises(const struct roster *roster, const struct person *person,
                       const struct person *investigator, instant at, const char **why);

/* Pure: list what does not fit together, one sentence a line, into `problems` (nothing added = consistent): a
   supervisor who does not exist or ranks lower, an acting term turned round, fewer eligible peers than
   `min_peers` for an investigator, a role that rules need and nobody holds, training that has run out at
   `now`. Returns the number of problems. Numbers are never lowered to fit. */
size_t roster_check(const struct roster *roster, int min_peers, instant now, struct text *problems);

#endif
