/*
 * Tables for people: aligned columns, two blanks between them, no lines drawn.
 */
#ifndef LEADSPOOL_COMMAND_TABLE_H
#define LEADSPOOL_COMMAND_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

#define TABLE_COLUMNS_MOST 12

struct table {
    size_t columns;
    const char *heads[TABLE_COLUMNS_MOST]; /* borrowed; N_(…); one that begins with '>' aligns right */
    char **cells;                          /* row by row, owned */
    size_t count, capacity;                /* cells */
    bool failed;                           /* memory ran out: table_print reports it */
};

#define TABLE_OF(...)                                                                                        \
    {                                                                                                        \
        .columns = sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *), .heads = { __VA_ARGS__ }    \
    }

/* Add one cell (copied; NULL prints as "-"). A row is full after `columns` cells. */
void table_add(struct table *table, const char *text);
void table_add_whole(struct table *table, long long number);

/* Print heads and rows, and free the cells. No rows: prints `none` alone. */
bool table_print(struct table *table, FILE *file, const char *none, struct error *error);

/* Text that people of other houses wrote, made safe for a terminal: control characters become '?'. Into
   `shown`; cut with "…" when longer. Returns `shown`. */
const char *text_shown(const char *text, char *shown, size_t size);

/* Columns a terminal needs for UTF-8 text. */
size_t text_columns(const char *text);

#endif
