/*
 * What of the vault belongs to what: the uses a docket, or a drop that came to none, has of objects, so that disposal
 * gives up exactly these (R38).
 *
 * An owner is a docket's number or `drop-<claim>`. Index `kept/<owner>/<kind>/<digest>` holds {"count"} uses, written in
 * the transaction that counts the use (casebook/vault.h).
 */
#ifndef LEADSPOOL_CASEBOOK_KEPT_H
#define LEADSPOOL_CASEBOOK_KEPT_H

#include "base/clock.h"
#include "casebook/vault.h"

/* `drop-<claim>`, into KEPT_OWNER_SIZE bytes; returns `owner`. */
#define KEPT_OWNER_SIZE 48
const char *kept_owner_of_drop(const char *claim, char *owner);

/* vault_reference, and note whose use it is; an owner that is NULL or "" is not noted. */
bool kept_reference(struct transaction *transaction, const char *owner, const struct digest *digest,
                    uint64_t size, const char *kind, struct error *error);
/* Note a use that was counted already. */
bool kept_note(struct transaction *transaction, const char *owner, const struct digest *digest,
               const char *kind, struct error *error);

/* Give up all uses the owner has of that kind of that object. Those of objects nobody uses any more are appended to
   `unused` (an array of digests). What the owner does not have is no error. */
bool kept_give_up(struct transaction *transaction, const char *owner, const char *kind, const char *digest,
                  json_t *unused, struct error *error);
/* The same for everything the owner has. */
bool kept_give_up_all(struct transaction *transaction, const char *owner, json_t *unused,
                      struct error *error);

/* One event disposes of all these objects (digests; sorted here): `event` gets the digest of their list as its object
   and is appended, each object is disposed of by it, and index `disposed/<event>` keeps the list, so that verification
   finds each. *sequence may be NULL. */
struct event;
bool kept_dispose(struct transaction *transaction, json_t *unused, struct event *event, instant now,
                  int64_t *sequence, struct error *error);
/* Did that event dispose of that object, as one of a list? `object` is the event's. */
bool kept_disposed_by(struct transaction *transaction, int64_t event, const char *object, const char *digest);

#endif
