/*
 * Objects that are different each time they are made: encrypted packages, whose keys are drawn anew.
 *
 * Whatever else a crash leaves in the vault that no record refers to is made again, with the same bytes under the same name, and
 * is referred to then. These would lie there for good, and no disposal would find them. So a transaction of its own says
 * first which come.
 */
#ifndef LEADSPOOL_CASEBOOK_VAULT_EXPECTED_H
#define LEADSPOOL_CASEBOOK_VAULT_EXPECTED_H

#include "casebook/vault.h"

/* Before the batch that adds it. */
bool vault_expect(struct transaction *transaction, const struct digest *digest, struct error *error);
/* In the transaction that refers to it. */
bool vault_arrived(struct transaction *transaction, const struct digest *digest, struct error *error);
/* At a start, when none is on its way: files of those that never arrived go. */
bool vault_forget_expected(struct transaction *transaction, struct vault *vault, struct error *error);

#endif
