/*
 * The one page grid and the one type scale of every document of the project.
 *
 * Lengths are PostScript points (1/72 inch), x to the right from the left edge, y *down* from the top edge
 * of a US Letter sheet. The canvas turns y round for libharu; nothing else knows that PDF counts from below.
 */
#ifndef LEADSPOOL_PAGE_GRID_H
#define LEADSPOOL_PAGE_GRID_H

#define SHEET_WIDTH 612.0
#define SHEET_HEIGHT 792.0

#define MARGIN_LEFT 54.0
#define MARGIN_RIGHT 54.0
#define TEXT_WIDTH (SHEET_WIDTH - MARGIN_LEFT - MARGIN_RIGHT)

#define HEAD_BASELINE 42.0 /* running head */
#define HEAD_RULE 50.0
#define HEAD_LEFT 320.0 /* width at most of what it says at the left; the rest is for kind and page number */
#define HEAD_GAP 12.0   /* between the two */
#define HEAD_REFERENCE 140.0 /* what the left has at least: the reference alone */
#define BODY_TOP 66.0        /* first line of the text area */
#define BODY_BOTTOM 728.0
#define BODY_HEIGHT (BODY_BOTTOM - BODY_TOP)
#define FOOT_RULE 740.0
#define FOOT_BASELINE 752.0 /* first line of the running foot */
#define FOOT_LINES 3

#define GUTTER 14.0     /* between columns of figures */
#define CELL_PAD_X 5.0  /* inside a table's cell */
#define CELL_PAD_Y 3.5  /* above and below its text */
#define BLOCK_SPACE 9.0 /* after a paragraph, a table, a figure */

/* The type scale. Styles, not sizes, are asked for. */
enum type_style {
    TYPE_TITLE,
    TYPE_HEADING,
    TYPE_SUBHEADING,
    TYPE_BODY,
    TYPE_STRONG, /* body, bold */
    TYPE_SMALL,  /* tables, captions, key-value lists */
    TYPE_SMALL_STRONG,
    TYPE_LABEL,  /* keys and heads of tables, grey */
    TYPE_RUNNING /* running head and foot */
};

struct type {
    double size;    /* points */
    double leading; /* from baseline to baseline */
    int bold;       /* 0 regular, 1 bold: index of the face */
    double grey;    /* 0 black to 1 white */
};

/* The row of the scale; `style` outside the scale gives TYPE_BODY. */
struct type type_of(enum type_style style);

#endif
