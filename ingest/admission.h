/*
 * What the files of admission share: one drop on its way into the casebook. Nothing outside ingest/ includes
 * it.
 */
#ifndef LEADSPOOL_INGEST_ADMISSION_H
#define LEADSPOOL_INGEST_ADMISSION_H

#include "ingest/admit.h"

struct admission {
    struct transaction *transaction;
    const struct settings *settings;
    const json_t *claim;
    const json_t *check;
    const json_t *request; /* NULL when it could not be read */
    json_t *faults;        /* owned: the check's and those found here */
    json_t *docket;        /* owned: the docket made or concerned; NULL */
    const char *command;   /* of the folder */
    const char *outcome;   /* set when it is decided */
    const char *next_step; /* words for the receipt when the usual ones do not fit; static */
    json_t *result;        /* owned */
    instant now;
};

bool admission_memory(struct error *error);

/* One more fault found in the record; text is taken over. */
bool admission_fault(struct admission *admission, const char *code, const char *outcome, const char *clause,
                     const char *place, const char *remedy, char *text, struct error *error);

/* A fault for everything that was not copied (links, folders, what is too large): the packet is not what its
   sender meant it to be. */
bool admission_specials(struct admission *admission, struct error *error);

/* Holds for what the record knows of the images: searched before under another docket, or of a recording asked
   about too often (R8). */
bool admission_precedents(struct admission *admission, struct error *error);

/* Faults for what a later packet states otherwise than its docket (admission->docket) does. */
bool admission_agrees(struct admission *admission, struct error *error);
/* Faults for images of a supplement without the marked person that its docket's event asks for (R8). */
bool admission_event_images(struct admission *admission, struct error *error);
/* A fault when the request relates to a docket its command does not have. */
bool admission_related(struct admission *admission, struct error *error);

/* A new request without a REJECT fault: docket, holds, state. */
bool admit_new(struct admission *admission, struct error *error);
/* Supplement, correction, withdrawal, corroboration: find the docket (admission->docket), and faults for what the
   record has against the packet. */
bool admit_later_look(struct admission *admission, struct error *error);
/* One without a REJECT fault: may still find that it changes nothing (then admission->outcome is "REJECT" and the
   faults say why). */
bool admit_later(struct admission *admission, struct error *error);

/* Open one hold row for each HOLD fault. */
bool admit_holds(struct admission *admission, struct error *error);
/* Append the images of the request that the docket does not have yet; *added counts them. */
bool admit_images(struct admission *admission, size_t *added, struct error *error);

/* The facts of a receipt for this admission (new reference). */
json_t *answer_facts(const struct admission *admission);
/* Add the outbox row of a receipt with these facts, which are taken over. `directory`, `name` and `facts` may
   be NULL: memory has then run out. `docket` (NULL: none) is the row's; *row (may be NULL) is its id. */
bool answer_receipt(struct admission *admission, const char *directory, const char *name, json_t *facts,
                    const char *docket, int64_t *row, struct error *error);
/* Add the outbox row of the receipt, in the docket's folder or among the refused; *row (may be NULL) is its
 * id. */
bool answer_add(struct admission *admission, int64_t *row, struct error *error);
/* The same for a drop that belongs to no docket: "receipt-1" in <folder>/<drop>-<12 of its digest>, of a
   document of that kind; request_id may be NULL. */
bool answer_add_in(struct admission *admission, const char *folder, const char *kind, const char *request_id,
                   struct error *error);
/* A hostile or contradictory drop: a note for the people of the site. */
bool answer_note_quarantine(struct admission *admission, struct error *error);
/* "refused/<drop>-<12 of its digest>" below out/<command>; `drop` is escaped (base/names.h), so it cannot
   leave the folder. Caller frees. */
char *answer_place(const char *command, const char *folder, const char *drop, const char *digest);
/* The event of a drop; `action` without its prefix is derived from the outcome. */
bool answer_event(const struct admission *admission, const char *action, struct error *error);

#endif
