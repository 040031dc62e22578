/*
 * Tables that break over pages.
 *
 * Guarantees: the head is repeated on every page a table reaches; a row longer than the room left goes on
 * line by line on the next page, so no cell is ever cut; columns keep their places from page to page.
 */
#include "base/language.h"
#include "page/fit.h"
#include "page/flow.h"

#include <stdint.h>

#define HEAD_GREY 0.93
#define ROW_RULE 0.80

static bool has_head(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].title != NULL)
            return true;
    return false;
}

static size_t most_lines(const struct setting *cells, size_t count, double *leading)
{
    size_t lines = 1;
    *leading = type_of(TYPE_SMALL).leading;
    for (size_t i = 0; i < count; i++) {
        if (cells[i].wrapped.count > lines)
            lines = cells[i].wrapped.count;
        if (cells[i].type.leading > *leading)
            *leading = cells[i].type.leading;
    }
    return lines;
}

static void rules(struct document *document, double top, double height)
{
    const struct table *table = document->table;
    struct canvas *canvas = document->canvas;
    double right = MARGIN_LEFT + TEXT_WIDTH;
    canvas_rule(canvas, document->sheet, MARGIN_LEFT, top + height, right, top + height, 0.5, ROW_RULE);
    if (!table->grid)
        return;
    double x = MARGIN_LEFT;
    for (size_t i = 0; i <= table->count; i++) {
        canvas_rule(canvas, document->sheet, x, top, x, top + height, 0.5, ROW_RULE);
        if (i < table->count)
            x += document->widths[i];
    }
}

/* Draw lines [from, from + now) of every cell; `height` of the row's part. */
static void draw_cells(struct document *document, const struct setting *cells, size_t from, size_t now,
                       double height)
{
    double x = MARGIN_LEFT;
    for (size_t i = 0; i < document->table->count; i++) {
        if (from < cells[i].wrapped.count)
            flow_draw(document, &cells[i], from, now, x + CELL_PAD_X, document->y + CELL_PAD_Y);
        x += document->widths[i];
    }
    rules(document, document->y, height);
    document->y += height;
    document->fresh = false;
}

/* Set the head; returns its height, 0 when the table has none. */
static double set_head(struct document *document, struct setting *cells)
{
    const struct table *table = document->table;
    if (!has_head(table))
        return 0;
    for (size_t i = 0; i < table->count; i++)
        cells[i] = flow_set(document, TYPE_LABEL, language_text(table->columns[i].title),
                            document->widths[i] - 2 * CELL_PAD_X);
    double leading = 0;
    size_t lines = most_lines(cells, table->count, &leading);
    return (double)lines * leading + 2 * CELL_PAD_Y;
}

/* Draw the head, or the rule a table without one begins with. */
static void draw_head(struct document *document)
{
    struct setting cells[COLUMNS_LIMIT] = {0};
    double height = set_head(document, cells);
    if (height > 0) {
        struct colour paper = {HEAD_GREY, HEAD_GREY, HEAD_GREY};
        canvas_fill(document->canvas, document->sheet, MARGIN_LEFT, document->y, TEXT_WIDTH, height, paper);
        draw_cells(document, cells, 0, SIZE_MAX / 2, height);
    } else {
        canvas_rule(document->canvas, document->sheet, MARGIN_LEFT, document->y, MARGIN_LEFT + TEXT_WIDTH,
                    document->y, 0.5, ROW_RULE);
    }
    for (size_t i = 0; i < document->table->count; i++)
        flow_unset(&cells[i]);
}

/* Begin the table on a page that takes its head together with `row` of the first row: a head alone at the
   foot of a page says nothing. */
static void start(struct document *document, double row)
{
    struct setting cells[COLUMNS_LIMIT] = {0};
    double head = set_head(document, cells);
    for (size_t i = 0; i < document->table->count; i++)
        flow_unset(&cells[i]);
    flow_claim(document, head + row);
    draw_head(document);
    document->table_started = true;
}

void document_table_begin(struct document *document, const struct table *table)
{
    double shares[COLUMNS_LIMIT];
    if (table->count == 0 || table->count > COLUMNS_LIMIT || document->table != NULL) {
        canvas_fail(document->canvas, FAULT_INTERNAL,
                    "a table with no or too many columns, or inside another");
        return;
    }
    for (size_t i = 0; i < table->count; i++)
        shares[i] = table->columns[i].share;
    fit_columns(shares, table->count, TEXT_WIDTH, document->widths);
    document->table = table;
    document->table_started = false;
}

static void next_sheet(struct document *document)
{
    flow_new_sheet(document);
    draw_head(document);
}

void document_table_row(struct document *document, const char *const *texts)
{
    const struct table *table = document->table;
    if (table == NULL)
        return;
    struct setting cells[COLUMNS_LIMIT] = {0};
    for (size_t i = 0; i < table->count; i++)
        cells[i] =
            flow_set(document, table->columns[i].style, texts[i], document->widths[i] - 2 * CELL_PAD_X);
    double leading = 0;
    size_t lines = most_lines(cells, table->count, &leading);
    double pad = 2 * CELL_PAD_Y;
    bool short_row = (double)lines * leading + pad <= table->row_minimum;
    double least = fit_start(lines, leading, pad, BODY_HEIGHT);
    if (!document->table_started)
        start(document, least < table->row_minimum ? table->row_minimum : least);
    if (short_row && flow_left(document) < table->row_minimum)
        next_sheet(document);
    double fresh = BODY_HEIGHT;
    size_t done = 0;
    while (done < lines && !canvas_failed(document->canvas)) {
        size_t now = fit_rows(lines - done, leading, pad, flow_left(document), fresh);
        if (now == 0) {
            next_sheet(document);
            fresh = flow_left(document);
            continue;
        }
        double height = (double)now * leading + pad;
        if (done + now == lines && height < table->row_minimum && flow_left(document) >= table->row_minimum)
            height = table->row_minimum;
        draw_cells(document, cells, done, now, height);
        done += now;
        if (done < lines) {
            next_sheet(document);
            fresh = flow_left(document);
        }
    }
    for (size_t i = 0; i < table->count; i++)
        flow_unset(&cells[i]);
}

void document_table_end(struct document *document)
{
    if (document->table != NULL && !document->table_started)
        start(document, 0);
    document->table = NULL;
    document_space(document, BLOCK_SPACE);
}

void document_pairs(struct document *document, const struct pair *pairs, size_t count)
{
    static const struct column columns[] = {{NULL, 27, TYPE_LABEL}, {NULL, 73, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 2};
    document_table_begin(document, &table);
    for (size_t i = 0; i < count; i++)
        if (pairs[i].value != NULL && pairs[i].value[0] != '\0')
            document_table_row(document, (const char *const[]){pairs[i].key, pairs[i].value});
    document_table_end(document);
}
