/*
 * What the files about records requests share. Nothing outside report/foil*.c includes it.
 */
#ifndef LEADSPOOL_REPORT_FOIL_COMMON_H
#define LEADSPOOL_REPORT_FOIL_COMMON_H

#include "report/foil.h"
#include "report/foil_states.h"

/* Always false. */
bool foil_memory(struct error *error);

bool foil_put(struct transaction *transaction, const json_t *request, struct error *error);
/* NULL when the request has no such part. */
bool foil_part_get(struct transaction *transaction, const char *number, int64_t part, json_t **record,
                   struct error *error);
bool foil_part_put(struct transaction *transaction, const json_t *record, struct error *error);

enum foil_state foil_state_of(const json_t *request);
/* Who did what to a request, and what came of it. */
struct foil_act {
    const char *actor, *role, *action, *outcome, *clause, *object; /* as of struct event */
};
/* Write the event, note it in the history and store the request in its next state. */
bool foil_move(struct transaction *transaction, json_t *request, enum foil_state next,
               const struct foil_act *act, instant now, struct error *error);

/* What the maker has to do (report/foil_make.h): `what` is "search", "draw", "read" or "export". */
bool foil_want(struct transaction *transaction, const char *number, int64_t part, const char *what,
               struct error *error);
/* Key of the index for a wish or a piece of work, FOIL_KEY_SIZE bytes. */
#define FOIL_WANTED "foil/wanted/"
#define FOIL_KEY_SIZE 80
void foil_wish_key(const json_t *wish, char *key);
/* May it be made while the request is in that state? */
bool foil_in_time(enum foil_state state, const char *what);
bool foil_unwant(struct transaction *transaction, const char *number, int64_t part, struct error *error);

/* Take what was drawn and read of a part back: it is drawn on again, from its last boxes. */
bool foil_part_reset(struct transaction *transaction, json_t *request, json_t *part, const char *what,
                     struct error *error);
/* The same of all parts. */
bool foil_reset(struct transaction *transaction, json_t *request, const char *what, struct error *error);
/* Open rows of the request go no further. */
bool foil_cancel(struct transaction *transaction, const char *number, const char *reason, instant now,
                 struct error *error);

/* A letter into foil/out/<request>: `kind` of report/foil_pages.h without "foil-"; `facts` (taken over) are its own
   members. `what` is the row's. */
bool foil_letter(struct transaction *transaction, const struct settings *settings, json_t *request,
                 const char *kind, json_t *facts, instant now, struct error *error);
/* The letter with the answer, of the answer the request has. */
bool foil_letter_answer(struct transaction *transaction, const struct settings *settings, json_t *request,
                        instant now, struct error *error);

/* The site's list: [{"code","words"}]. New reference; NULL without memory. */
json_t *foil_exemptions(const struct setting_foil *foil);

/* Digest of what all parts together leave: lines "part redactions". DIGEST_TEXT_SIZE bytes. */
bool foil_digest(struct transaction *transaction, const json_t *request, char *digest, struct error *error);

#endif
