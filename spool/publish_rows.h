/*
 * The open rows of the outbox as the publisher knows them, and whose turn it is. Pure.
 *
 * Rows of one directory go in the order of their numbers, one at a time; among the directories those go first
 * that became ready first, in two lines: rows that are only signed and published (receipts), which somebody waits
 * for, and rows that have to be rendered. A row's JSON is kept only while its turn is near.
 */
#ifndef LEADSPOOL_SPOOL_PUBLISH_ROWS_H
#define LEADSPOOL_SPOOL_PUBLISH_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum row_line { ROW_SMALL, ROW_LARGE };

struct rows;

struct rows_entry {
    int64_t id;
    enum row_line line;
    json_t *row; /* as in the casebook when it was read, owned; NULL: read it first */
    bool alone;  /* not with others: something went wrong when it was */
    bool first;  /* before those that are not */
    bool under_way;
    /* the order */
    struct rows_place *place;
    struct rows_entry *next_of_place, *next_ready;
};

/* NULL when memory ran out. */
struct rows *rows_make(void);
void rows_free(struct rows *rows);

/* Which line a row belongs to. */
enum row_line rows_line(const json_t *row);

/* A row not known yet (borrowed; its JSON is kept when it is small). Rows come in the order of their numbers.
   False when memory ran out. */
bool rows_add(struct rows *rows, json_t *row, bool first);
/* Is the next of a line one that goes first? */
bool rows_first_waits(const struct rows *rows, enum row_line line);
/* The next of that line whose turn it is: it is under way now. NULL when there is none. */
struct rows_entry *rows_take(struct rows *rows, enum row_line line);
/* It came to its end: the next of its directory may go. */
void rows_end(struct rows *rows, struct rows_entry *entry);
/* It has to be taken again: from what the casebook then says, and alone. */
void rows_again(struct rows *rows, struct rows_entry *entry);
/* Give one that was taken back untouched: it is first in its line again. */
void rows_return(struct rows *rows, struct rows_entry *entry);

/* One that was taken waits for something outside: set aside, its JSON forgotten, until all that were are ready again.
   It goes alone then. */
void rows_park(struct rows *rows, struct rows_entry *entry);
void rows_unpark(struct rows *rows);

/* The directory of one; borrowed. */
const char *rows_directory(const struct rows_entry *entry);

/* Forget all that are not under way, to read them anew. */
void rows_forget(struct rows *rows);
/* Is a row of that number known? */
bool rows_known(const struct rows *rows, int64_t id);
/* Known and not set aside; and under way. */
size_t rows_count(const struct rows *rows, enum row_line line);
size_t rows_under_way(const struct rows *rows, enum row_line line);

#endif
