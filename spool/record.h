/*
 * The record of a site, opened with its keys: casebook and vault. And the copies on their way into it.
 */
#ifndef LEADSPOOL_SPOOL_RECORD_H
#define LEADSPOOL_SPOOL_RECORD_H

#include "casebook/casebook.h"
#include "casebook/vault.h"
#include "spool/site.h"

/* Is there a keyring? By its name alone: who may not open it can still ask. */
bool record_has_keys(const struct site *site);

/* Casebook and vault of a site that was unlocked (site_unlock) and locked. */
bool record_open(const struct site *site, struct casebook **casebook, struct vault **vault,
                 struct error *error);

/* Much will be written (casebook/log_files.h): before record_open by who stays, after it by who does a batch. */
void record_expect_much(const struct site *site);

/* A copy in var/incoming as a worker gets it: where there are keys its content, in a sealed file in memory. -1 on failure. */
int copy_open(const struct site *site, int folder, const char *name, struct error *error);

/* How much one `copy_write` reads at once, and so how often it says that it gets on. */
typedef void copy_alive(void);
/* What is read from `source` on, into the empty file `target`, encrypted where there are keys, at most `most` bytes. *size is -1 when
   `source` cannot be read, and more than `most` when there is more. False, FAULT_TEMPORARY, when its disk or its server fails: a bad
   place may be read at the next try, and until then the sender's file is the only one. */
bool copy_write(const struct keyring *keyring, int source, int target, int64_t most, copy_alive *alive,
                struct digest *digest, int64_t *size, struct error *error);

/* As book_get; a record that is damaged is none (*record NULL), where an audit that names it is enough. */
bool record_get_sound(struct transaction *transaction, enum book book, const char *key, json_t **record,
                      struct error *error);

#endif
