/*
 * New rows of the outbox, kept in memory until the publisher asks for them.
 *
 * It reads every row a moment after it was added, and parsing a row costs many times what copying it does.
 *
 * Guarantees: what is handed out is what the book holds: a row that is put again, delivered or cancelled is forgotten
 * here, what a transaction adds goes with it when it is undone, and a row that is not known here is simply read. At most
 * a few hundred are kept.
 */
#include <stdlib.h>

#include "base/json.h"
#include "casebook/internal.h"
#include "casebook/outbox.h"

enum { KEPT_MOST = 512 };

struct new_row {
    int64_t id;
    json_t *row;
    struct new_row *next;
};

static void free_one(struct new_row *one)
{
    json_decref(one->row);
    free(one);
}

/* All that the publisher looks at before the row's turn comes, and then it reads the row itself. */
static json_t *brief(const json_t *row)
{
    json_t *made = json_object();
    static const char *const members[] = {"row", "kind", "directory", "state"};
    bool done = made != NULL && json_put_flag(made, OUTBOX_BRIEF, true);
    for (size_t i = 0; done && i < sizeof members / sizeof *members; i++)
        done = json_put_text(made, members[i], json_text(row, members[i]));
    if (done)
        return made;
    json_decref(made);
    return NULL;
}

void new_rows_add(struct transaction *transaction, const json_t *row)
{
    struct new_rows *rows = &transaction->rows;
    struct new_row *made = calloc(1, sizeof *made);
    if (made == NULL)
        return;
    *made = (struct new_row){.id = outbox_id(row),
                             .row = outbox_row_small(row) ? json_deep_copy(row) : brief(row)};
    if (made->row == NULL) {
        free(made);
        return;
    }
    if (rows->last == NULL)
        rows->first = made;
    else
        rows->last->next = made;
    rows->last = made;
    rows->count++;
}

void new_rows_merge(struct new_rows *to, struct new_rows *from)
{
    if (from->first == NULL)
        return;
    if (to->last == NULL)
        to->first = from->first;
    else
        to->last->next = from->first;
    to->last = from->last;
    to->count += from->count;
    *from = (struct new_rows){0};
}

static json_t *take(struct new_rows *rows, int64_t id)
{
    struct new_row *before = NULL, *one = rows->first;
    /* In the order of their numbers. */
    for (; one != NULL && one->id < id; one = one->next)
        before = one;
    if (one == NULL || one->id != id)
        return NULL;
    json_t *row = json_incref(one->row);
    *(before == NULL ? &rows->first : &before->next) = one->next;
    if (rows->last == one)
        rows->last = before;
    rows->count--;
    free_one(one);
    return row;
}

void new_rows_shorten(struct new_rows *rows)
{
    while (rows->count > KEPT_MOST)
        json_decref(take(rows, rows->first->id));
}

json_t *new_rows_take(struct transaction *transaction, int64_t id)
{
    json_t *row = take(&transaction->casebook->rows, id);
    for (; transaction != NULL && row == NULL; transaction = transaction->parent)
        row = take(&transaction->rows, id);
    return row;
}

void new_rows_free(struct new_rows *rows)
{
    while (rows->first != NULL) {
        struct new_row *one = rows->first;
        rows->first = one->next;
        free_one(one);
    }
    *rows = (struct new_rows){0};
}
