/*
 * What the record says of backups: the last one, and that it was restored from one.
 *
 * Records (runs): `backup` {"at","set","sequence","manifest":digest,"files","bytes"}; `restored` {"at","set","manifest",
 * "sequence":last event of the backup} from a restore until somebody told what happened after the backup.
 */
#ifndef LEADSPOOL_SPOOL_BACKUP_BOOK_H
#define LEADSPOOL_SPOOL_BACKUP_BOOK_H

#include <jansson.h>

#include "base/clock.h"
#include "casebook/casebook.h"

#define BACKUP_LAST "backup"
#define BACKUP_RESTORED "restored"

/* Note a backup that is whole and durable, with an event. `record` is as above without "at". */
bool backup_note(struct transaction *transaction, const char *actor, const json_t *record, instant now,
                 struct error *error);

/* Note that this record was restored from a backup, with an event: nothing is searched until backup_restored_end. */
bool backup_restored_note(struct transaction *transaction, const json_t *record, instant now,
                          struct error *error);
/* What happened after the backup was told (`list`, the digest of it), or that nothing did (NULL, and the `reason`, which is kept as
   `restore-told` {"at","by","list"|"reason"}). */
bool backup_restored_end(struct transaction *transaction, const char *actor, const char *list,
                         const char *reason, instant now, struct error *error);
/* In a sentence for `why` and status, ending with a line feed; nothing when searches do not wait for that. */
struct text;
bool backup_restored_why(struct transaction *transaction, struct text *words, struct error *error);

#endif
