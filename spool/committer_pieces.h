/*
 * The pieces of the committer: in their lists, and their files on the way into the vault. Internal to spool/committer.c.
 */
#ifndef LEADSPOOL_SPOOL_COMMITTER_PIECES_H
#define LEADSPOOL_SPOOL_COMMITTER_PIECES_H

#include "spool/committer.h"

struct piece {
    struct commit commit;
    bool prepared;  /* beside another batch, or in one that was cut short before its turn */
    bool preparing; /* by the second thread; under the mutex */
    bool failed;
    struct error error;
    struct piece *next;
};

struct list {
    struct piece *first, *last;
};

void list_add(struct list *list, struct piece *piece);
/* The first; NULL: none. */
struct piece *list_take(struct list *list);
/* From wherever it is in the list. */
void list_remove(struct list *list, struct piece *piece);

void piece_fail(struct piece *piece, const struct error *error);

/* Files of all pieces into the vault, one sync; those prepared before are passed over. A piece that fails is marked. False when
   a sync failed, which is final. */
bool pieces_prepare(struct vault *vault, struct piece **pieces, size_t count, struct error *error);

#endif
