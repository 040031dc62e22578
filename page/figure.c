/*
 * Pictures side by side.
 *
 * Guarantees: whole, in proportion, one frame size for all of a row; texts and pictures of a row stay on one
 * page.
 */
#include "page/fit.h"
#include "page/flow.h"

#define FIGURES_LIMIT 6
#define CELL_PAPER_PAD 8.0
#define SMALLEST_PICTURE 48.0

static const struct colour frame_paper = {0.955, 0.955, 0.955};
static const struct colour notice_paper = {0.973, 0.949, 0.925};
static const struct colour notice_bar = {0.55, 0.13, 0.10};

struct cell {
    struct setting title, caption;
};

int document_take_jpeg(struct document *document, const void *bytes, size_t length, struct error *error)
{
    return canvas_take_jpeg(document->canvas, bytes, length, error);
}

int document_take_pixels(struct document *document, const void *rgb, unsigned int width, unsigned int height,
                         struct error *error)
{
    return canvas_take_pixels(document->canvas, rgb, width, height, error);
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void draw_notice(struct document *document, const struct cell *cell, double x, double y, double width,
                        double height)
{
    canvas_fill(document->canvas, document->sheet, x, y, width, height, notice_paper);
    canvas_fill(document->canvas, document->sheet, x, y, 3, height, notice_bar);
    double inside = x + 3 + CELL_PAPER_PAD;
    flow_draw(document, &cell->title, 0, cell->title.wrapped.count, inside, y + 6);
    flow_draw(document, &cell->caption, 0, cell->caption.wrapped.count, inside,
              y + 8 + flow_height(&cell->title));
}

static void draw_picture(struct document *document, int picture, double x, double y, struct extent frame)
{
    unsigned int wide = 0;
    unsigned int high = 0;
    canvas_picture_size(document->canvas, picture, &wide, &high);
    struct extent size = fit_picture(wide, high, frame);
    canvas_fill(document->canvas, document->sheet, x, y, frame.width, frame.height, frame_paper);
    canvas_picture(document->canvas, document->sheet, picture, x + (frame.width - size.width) / 2,
                   y + (frame.height - size.height) / 2, size.width, size.height);
}

/* The frame every picture of the row fits in, no higher than its tallest picture needs. */
static struct extent common_frame(struct document *document, const struct figure *figures, size_t count,
                                  struct extent frame)
{
    double tallest = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned int wide = 0;
        unsigned int high = 0;
        canvas_picture_size(document->canvas, figures[i].picture, &wide, &high);
        tallest = larger(tallest, fit_picture(wide, high, frame).height);
    }
    return (struct extent){frame.width, tallest};
}

void document_figures(struct document *document, const struct figure *figures, size_t count, double height)
{
    document_figures_in(document, figures, count, count, height);
}

void document_figures_in(struct document *document, const struct figure *figures, size_t count, size_t places,
                         double height)
{
    if (count == 0)
        return;
    if (count > FIGURES_LIMIT || places < count) {
        canvas_fail(document->canvas, FAULT_INTERNAL, "more pictures in one row than fit");
        return;
    }
    double width = (TEXT_WIDTH - GUTTER * (double)(places - 1)) / (double)places;
    struct cell cells[FIGURES_LIMIT] = {0};
    double titles = 0;
    double captions = 0;
    double notices = 0;
    for (size_t i = 0; i < count; i++) {
        bool notice = figures[i].picture < 0;
        double inner = notice ? width - 3 - 2 * CELL_PAPER_PAD : width;
        cells[i].title = flow_set(document, TYPE_SMALL_STRONG, figures[i].title, inner);
        cells[i].caption = flow_set(document, TYPE_SMALL, figures[i].caption, inner);
        if (notice) {
            notices = larger(notices, flow_height(&cells[i].title) + flow_height(&cells[i].caption) + 16);
        } else {
            titles = larger(titles, flow_height(&cells[i].title));
            captions = larger(captions, flow_height(&cells[i].caption));
        }
    }
    double texts = titles + captions + 7;
    double room = BODY_HEIGHT - texts;
    if (height > room)
        height = room < SMALLEST_PICTURE ? SMALLEST_PICTURE : room;
    struct extent frame = common_frame(document, figures, count, (struct extent){width, height});
    double row = larger(texts + frame.height, titles + notices);
    flow_claim(document, row);
    if (row > BODY_HEIGHT)
        canvas_fail(document->canvas, FAULT_INPUT, "the texts beside a picture are longer than a page");
    double x = MARGIN_LEFT;
    double top = document->y + titles + 2;
    for (size_t i = 0; i < count && !canvas_failed(document->canvas); i++) {
        if (figures[i].picture < 0) {
            draw_notice(document, &cells[i], x, top, width, larger(notices, frame.height));
        } else {
            flow_draw(document, &cells[i].title, 0, cells[i].title.wrapped.count, x,
                      top - 2 - flow_height(&cells[i].title));
            draw_picture(document, figures[i].picture, x, top, frame);
            flow_draw(document, &cells[i].caption, 0, cells[i].caption.wrapped.count, x,
                      top + frame.height + 3);
        }
        x += width + GUTTER;
    }
    document->y += row;
    document->fresh = false;
    document_space(document, BLOCK_SPACE);
    for (size_t i = 0; i < count; i++) {
        flow_unset(&cells[i].title);
        flow_unset(&cells[i].caption);
    }
}
