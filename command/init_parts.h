/*
 * Between the files of `leadspool init`.
 */
#ifndef LEADSPOOL_COMMAND_INIT_PARTS_H
#define LEADSPOOL_COMMAND_INIT_PARTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"
#include "people/authority.h"

/* What was asked for. */
struct plan {
    const char *name, *agency, *unit, *contact, *zone;
    const char *commands; /* separated by commas */
    bool demonstration;
    const char *key; /* the file of the site's key, absolute; NULL = the record stays in clear */
    uid_t account;   /* the service account */
    gid_t group;
    instant now;
};

/* Somebody of the demonstration's roster. */
struct demo_person {
    const char *id, *name, *shield;
    int rank;
    const char *roles;      /* separated by blanks */
    const char *supervisor; /* id or NULL */
    char certificate[DIGEST_TEXT_SIZE];
};
extern struct demo_person demo_people[];
extern const size_t demo_people_count;

/* site.xml and roster.xml, with comments for the administrator who will edit them. */
bool init_site_xml(const struct plan *plan, struct text *xml, struct error *error);
bool init_roster_xml(const struct plan *plan, struct text *xml, struct error *error);

/* The site's authority, revocation list and own certificate into the open folder keys/; a public copy of the
   authority's certificate as ca.pem into `site`. */
bool init_keys(const struct plan *plan, int site, int keys, struct credential *authority,
               struct error *error);
/* Key and certificate of every demo person below demo/people/; fills in their fingerprints. */
bool init_demo_people(const struct plan *plan, int site, const struct credential *authority,
                      struct error *error);

#endif
