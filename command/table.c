/*
 * Aligned columns.
 *
 * Guarantees: widths count what a terminal shows (wide characters two, combining ones none); no cell can
 * carry a control character to the terminal, because manifests are written by strangers. Never folds or cuts
 * a cell: a pipe reads the same table as a person.
 */
#include "command/table.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/language.h"
#include "base/unicode.h"

static bool is_control(uint32_t point)
{
    /* C0, DEL, C1, and the marks that turn the direction of a line round. */
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x202A && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069);
}

const char *text_shown(const char *text, char *shown, size_t size)
{
    size_t used = 0, length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t bytes = unicode_decode((const unsigned char *)text + at, length - at, &point);
        bool bad = bytes == 0 || is_control(point);
        size_t step = bytes == 0 ? 1 : bytes, put = bad ? 1 : bytes;
        if (used + put + sizeof "…" > size) {
            memcpy(shown + used, "…", sizeof "…");
            return shown;
        }
        if (bad)
            shown[used] = '?';
        else
            memcpy(shown + used, text + at, bytes);
        used += put;
        at += step;
    }
    shown[used] = '\0';
    return shown;
}

size_t text_columns(const char *text)
{
    size_t columns = 0, length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t bytes = unicode_decode((const unsigned char *)text + at, length - at, &point);
        at += bytes == 0 ? 1 : bytes;
        int width = bytes == 0 ? 1 : wcwidth((wchar_t)point);
        columns += width < 0 ? 1 : (size_t)width;
    }
    return columns;
}

void table_add(struct table *table, const char *text)
{
    if (table->failed)
        return;
    if (table->count == table->capacity) {
        size_t capacity = table->capacity == 0 ? 64 : 2 * table->capacity;
        char **larger = realloc(table->cells, capacity * sizeof *larger);
        if (larger == NULL) {
            table->failed = true;
            return;
        }
        table->cells = larger;
        table->capacity = capacity;
    }
    const char *cell = text == NULL || *text == '\0' ? "-" : text;
    size_t size = strlen(cell) + sizeof "…" + 1;
    char *shown = malloc(size);
    if (shown == NULL) {
        table->failed = true;
        return;
    }
    text_shown(cell, shown, size);
    table->cells[table->count++] = shown;
}

void table_add_whole(struct table *table, long long number)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", number);
    table_add(table, text);
}

static void print_cell(FILE *file, const char *text, size_t width, bool right, bool last)
{
    size_t columns = text_columns(text), pad = width > columns ? width - columns : 0;
    if (right)
        fprintf(file, "%*s%s%s", (int)pad, "", text, last ? "\n" : "  ");
    else if (last)
        fprintf(file, "%s\n", text);
    else
        fprintf(file, "%s%*s", text, (int)pad + 2, "");
}

static const char *head_text(const struct table *table, size_t column)
{
    const char *head = language_text(table->heads[column]);
    return head + (head[0] == '>' ? 1 : 0);
}

bool table_print(struct table *table, FILE *file, const char *none, struct error *error)
{
    size_t widths[TABLE_COLUMNS_MOST] = {0};
    bool failed = table->failed;
    if (!failed && table->count == 0 && none != NULL)
        fprintf(file, "%s\n", none);
    else if (!failed) {
        for (size_t i = 0; i < table->columns; i++)
            widths[i] = text_columns(head_text(table, i));
        for (size_t i = 0; i < table->count; i++) {
            size_t columns = text_columns(table->cells[i]);
            if (columns > widths[i % table->columns])
                widths[i % table->columns] = columns;
        }
        for (size_t i = 0; i < table->columns; i++)
            print_cell(file, head_text(table, i), widths[i], table->heads[i][0] == '>',
                       i + 1 == table->columns);
        for (size_t i = 0; i < table->count; i++) {
            size_t column = i % table->columns;
            print_cell(file, table->cells[i], widths[column], table->heads[column][0] == '>',
                       column + 1 == table->columns);
        }
    }
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    table->cells = NULL;
    table->count = table->capacity = 0;
    return !failed || error_set(error, FAULT_TEMPORARY, "out of memory while laying out a table");
}
