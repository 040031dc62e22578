/*
 * Lists of what is due by the retention schedule (R38): made from the record in slices, kept under the digest an order
 * names them by.
 *
 * Records (index): `retention/list/<digest>` {"asOf":day,"entries":[…] as of report/retention_rules.h,"at"}; the digest is
 * the SHA-256 of the canonical JSON of asOf and entries. `drop/<class>/<claim>` {"at","drop"?,"rows":[first,last],
 * "decision"?}: a drop that came to no docket (retention_note_drop).
 */
#ifndef LEADSPOOL_REPORT_RETENTION_LIST_H
#define LEADSPOOL_REPORT_RETENTION_LIST_H

#include "base/digest.h"
#include "casebook/casebook.h"
#include "report/retention_rules.h"

enum { RETENTION_LIST_MOST = 1000 /* entries of one list; what is beyond comes with the next */ };

struct retention_gathering;

/* As of that day; NULL only without memory. */
struct retention_gathering *retention_gather_begin(const char *as_of, struct error *error);
void retention_gather_end(struct retention_gathering *gathering);
/* Look at so many more records. *finished: everything was looked at. */
bool retention_gather(struct transaction *transaction, const struct settings *settings,
                      struct retention_gathering *gathering, int slice, bool *finished, struct error *error);
/* When finished: {"asOf","entries","beyond":n,"list":digest} (new reference); and, when `keep`, the record an order can
   name, for a month. `actor` is who asked. */
bool retention_gather_take(struct transaction *transaction, struct retention_gathering *gathering, bool keep,
                           const char *actor, instant now, json_t **list, struct error *error);

/* A list that was kept and is not older than a month (new reference); NULL: there is none. */
bool retention_list_get(struct transaction *transaction, const char *digest, instant now, json_t **list,
                        struct error *error);

/* "row-000000000012" <-> 12; 0 when it is none. */
int64_t retention_row_of(const char *id);

/* Note a drop that came to no docket, in the transaction that answered it: its class, the rows added since
   `first_row`. */
bool retention_note_drop(struct transaction *transaction, const json_t *claim, const char *class,
                         int64_t first_row, const char *decision, instant now, struct error *error);
/* The number of the last row of the outbox. */
bool retention_last_row(struct transaction *transaction, int64_t *row, struct error *error);

#endif
