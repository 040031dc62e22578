/*
 * Pieces in lists, and their files.
 *
 * Guarantees: when pieces_prepare is true, every piece's files are durable in the vault under their names, or the piece
 * is marked as failed. Locks nothing: spool/committer.c says who has which piece.
 */
#include "spool/committer_pieces.h"

#include <stddef.h>

void list_add(struct list *list, struct piece *piece)
{
    piece->next = NULL;
    if (list->first == NULL)
        list->first = piece;
    else
        list->last->next = piece;
    list->last = piece;
}

struct piece *list_take(struct list *list)
{
    struct piece *piece = list->first;
    if (piece != NULL)
        list->first = piece->next;
    return piece;
}

void list_remove(struct list *list, struct piece *piece)
{
    struct piece *before = NULL;
    for (struct piece *at = list->first; at != piece; at = at->next)
        before = at;
    *(before == NULL ? &list->first : &before->next) = piece->next;
    if (list->last == piece)
        list->last = before;
}

void piece_fail(struct piece *piece, const struct error *error)
{
    piece->failed = true;
    piece->error = *error;
}

bool pieces_prepare(struct vault *vault, struct piece **pieces, size_t count, struct error *error)
{
    struct vault_batch *batch = NULL;
    bool done = true, any = false;
    for (size_t i = 0; i < count && done; i++) {
        if (pieces[i]->commit.prepare == NULL || pieces[i]->prepared)
            continue;
        struct error own = ERROR_NONE;
        if (batch == NULL && !vault_batch_begin(vault, &batch, &own))
            piece_fail(pieces[i], &own);
        else if (!pieces[i]->commit.prepare(pieces[i]->commit.context, batch, &own)) {
            piece_fail(pieces[i], &own);
            done = own.fault != FAULT_DURABILITY;
            *error = own;
        }
        any = true;
    }
    if (done && any && batch != NULL && !vault_batch_sync(batch, error)) {
        /* A sync that failed is final; a full disk fails this batch's pieces and nothing else. */
        done = error->fault != FAULT_DURABILITY;
        for (size_t i = 0; i < count; i++)
            if (pieces[i]->commit.prepare != NULL && !pieces[i]->prepared)
                piece_fail(pieces[i], error);
    }
    vault_batch_end(batch);
    for (size_t i = 0; i < count; i++)
        pieces[i]->prepared = true;
    return done;
}
