/*
 * Checking the record against itself: the chain of events, and every object of the vault against its file.
 *
 * The check goes in slices, so that the daemon serves others in between: audit_begin, audit_step until it
 * says finished, audit_report, audit_end. Events and objects that arrive meanwhile are checked as far as the
 * slices reach them. A problem found is a line of the report, not an error; an error means the check itself
 * could not go on.
 *
 * A slice must not run between vault_batch_sync and the commit that refers to its objects: they would be
 * reported as files nobody refers to. The committer's order of work sees to that.
 */
#ifndef LEADSPOOL_CASEBOOK_AUDIT_H
#define LEADSPOOL_CASEBOOK_AUDIT_H

#include "base/text.h"
#include "casebook/casebook.h"
#include "casebook/vault.h"

struct audit;

bool audit_begin(const struct vault *vault, struct audit **audit, struct error *error);
/* The segments of the gallery as well, in this open folder (taken over). Before the first step. */
void audit_gallery(struct audit *audit, int directory);
/* Do about `budget` bytes' worth of reading (1 MiB is a few milliseconds), in any transaction. */
bool audit_step(struct audit *audit, struct transaction *transaction, size_t budget, bool *finished,
                struct error *error);
/* {"events":n,"head":{"sequence","hash"},"objects":n,"bytes":n,"disposed":n,"segments":n,"problems":[{"kind","subject",
   "text"}],"unlooked":[names of books too large to be looked at as a whole],"more":n}: borrowed, complete when finished. "more" counts problems beyond the 1000 kept. Kinds:
   book-damaged event-missing event-changed head-differs record-corrupt object-missing object-changed object-undisposed
   object-unreferenced file-unreadable disposal-unknown segment-missing segment-changed. */
const json_t *audit_report(const struct audit *audit);
void audit_end(struct audit *audit);

/* All at once, for a command that holds the casebook itself; *report is a new reference. */
bool audit_verify(struct transaction *transaction, const struct vault *vault, json_t **report,
                  struct error *error);
/* The same with the gallery in this open folder (taken over). */
bool audit_verify_all(struct transaction *transaction, const struct vault *vault, int gallery,
                      json_t **report, struct error *error);

/* Append the lines of the events from number `from` on, each with a newline, until `out` grew by `budget`
   bytes or more; *next is the number to go on with, 0 when that was the last. */
bool audit_export(struct transaction *transaction, int64_t from, size_t budget, struct text *out,
                  int64_t *next, struct error *error);

#endif
