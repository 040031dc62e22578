/*
 * What the program would redact.
 *
 * Guarantees: every picture is covered from edge to edge; a personal text of the facts is covered wherever it stands as a
 * word of its own, also where a line or a page breaks it. A box over a text ends on a coarse grid where there is room, so
 * that its width says little of what is under it. Names and lines within texts somebody wrote are the clerk's to find.
 */
#include "report/foil_proposals.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "page/readable.h"
#include "report/foil_pages.h"
#include "report/foil_personal.h"

#define WIDTH_STEP 12.0 /* points */
#define NEXT_LINES 600  /* marks within which a broken text goes on */
#define LONG_VALUE 20   /* bytes from which a text needs no word's edges */

enum { PIECES_MOST = 512 };

/* A value on one line. */
struct piece {
    size_t mark, from, to; /* bytes of the mark's text */
};

struct search {
    const struct foil_part *part;
    const struct ink *ink;
    size_t section, first, last; /* marks of the section */
    json_t *boxes;               /* of the section */
    struct piece pieces[PIECES_MOST];
    size_t count;
    bool failed;
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n';
}

static bool in_word(char byte)
{
    return isalnum((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

/* --- where a text goes on --- */

static const struct ink_mark *text_mark(const struct search *search, size_t mark)
{
    const struct ink_mark *found = &search->ink->marks[mark];
    /* The line that numbers the page is no part of the document, and no box may reach it. */
    bool stamp = found->place.y * 100 > FOIL_BOX_LOWEST;
    return found->kind == INK_TEXT && !stamp ? found : NULL;
}

/* The next line of the same column; `last` when there is none. */
static size_t next_line(const struct search *search, size_t from)
{
    const struct ink_mark *now = &search->ink->marks[from];
    for (size_t i = from + 1; i < search->last && i < from + NEXT_LINES; i++) {
        const struct ink_mark *mark = text_mark(search, i);
        if (mark != NULL && mark->style == now->style && mark->place.x > now->place.x - 0.01 &&
            mark->place.x < now->place.x + 0.01)
            return i;
    }
    return search->last;
}

/* Does the value stand here, from this byte of this line on? Its pieces are then in `pieces`, at least one. */
static bool stands(struct search *search, size_t mark, size_t at, const char *value)
{
    const char *text = search->ink->marks[mark].text;
    bool whole = strlen(value) < LONG_VALUE; /* a short one only as a word of its own */
    size_t from = at, end = at;
    search->count = 0;
    if (whole && at > 0 && in_word(text[at - 1]) && in_word(*value))
        return false;
    for (;;) {
        while (is_blank(*value))
            value++;
        while (*value != '\0' && is_blank(text[at]))
            at++;
        if (*value == '\0')
            break;
        if (text[at] == '\0') {
            size_t next = next_line(search, mark);
            if (next == search->last || search->count + 1 >= PIECES_MOST)
                return false;
            if (end > from)
                search->pieces[search->count++] = (struct piece){mark, from, end};
            mark = next;
            text = search->ink->marks[mark].text;
            from = at = end = 0;
            continue;
        }
        if (text[at++] != *value++)
            return false;
        end = at;
    }
    search->pieces[search->count++] = (struct piece){mark, from, end};
    return !(whole && in_word(text[end]) && in_word(text[end - 1]));
}

/* --- boxes --- */

static int64_t hundredths(double points, bool up)
{
    int64_t whole = (int64_t)(points * 100);
    return up && (double)whole < points * 100 ? whole + 1 : whole;
}

static void add_box(struct search *search, size_t page, const struct rectangle *box, const char *what,
                    bool mandatory)
{
    const json_t *document = foil_part_document(search->part, search->section), *before;
    int64_t x = hundredths(box->x, false), y = hundredths(box->y, false);
    int64_t width = hundredths(box->x + box->width, true) - x;
    int64_t height = hundredths(box->y + box->height, true) - y;
    size_t index;
    /* A name within a text that goes anyway. */
    json_array_foreach(search->boxes, index, before)
    {
        if (json_whole(before, "page", 0) == (int64_t)page + 1 && json_whole(before, "x", 0) <= x + 2 &&
            json_whole(before, "y", 0) <= y + 2 &&
            json_whole(before, "x", 0) + json_whole(before, "width", 0) + 2 >= x + width &&
            json_whole(before, "y", 0) + json_whole(before, "height", 0) + 2 >= y + height)
            return;
    }
    json_t *entry =
        json_pack("{sI,sI,sI,sI,sI,sI,ss,ss,ss,ss}", "document", json_whole(document, "number", 0), "page",
                  (json_int_t)page + 1, "x", (json_int_t)x, "y", (json_int_t)y, "width", (json_int_t)width,
                  "height", (json_int_t)height, "exemption",
                  foil_suggested(json_object_get(search->part->facts, "exemptions"), what), "reason",
                  foil_usual_reason(what), "proposed", "program", "what", what);
    if (entry == NULL || (mandatory && !json_put_flag(entry, "mandatory", true)) ||
        json_array_append_new(search->boxes, entry) != 0)
        search->failed = true;
}

static double width_of(const struct search *search, const struct ink_mark *mark, size_t length)
{
    return document_text_width(search->part->rendering.document, mark->style, mark->text, length);
}

static struct rectangle cell_of(const struct search *search, const struct piece *piece)
{
    const struct ink_mark *mark = &search->ink->marks[piece->mark];
    double start = width_of(search, mark, piece->from), end = width_of(search, mark, piece->to);
    return letter_cell(mark->place.x + start, mark->place.y, end - start, type_of(mark->style).size);
}

/* How far a box that ends at `right` may reach: the next text beside it, or the margin. */
static double room_right(const struct search *search, const struct piece *piece, const struct rectangle *cell)
{
    const struct ink_mark *own = &search->ink->marks[piece->mark];
    double right = cell->x + cell->width, room = SHEET_WIDTH - MARGIN_RIGHT;
    size_t next = piece->to;
    while (is_blank(own->text[next]))
        next++;
    if (own->text[next] != '\0')
        room = own->place.x + width_of(search, own, next);
    for (size_t i = search->first; i < search->last; i++) {
        const struct ink_mark *mark = &search->ink->marks[i];
        double size = mark->kind == INK_TEXT ? type_of(mark->style).size : 0;
        if (mark->kind != INK_TEXT || mark->page != own->page || mark->place.x < right ||
            mark->place.y + size * LETTER_BOTTOM < cell->y ||
            mark->place.y - size * LETTER_TOP > cell->y + cell->height)
            continue;
        if (mark->place.x < room)
            room = mark->place.x;
    }
    return room < right ? right : room;
}

/* As wide as the grid says, where there is room. */
static void coarsen(const struct search *search, const struct piece *piece, struct rectangle *cell)
{
    int steps = (int)(cell->width / WIDTH_STEP) + 1;
    double wide = steps * WIDTH_STEP, room = room_right(search, piece, cell) - cell->x;
    cell->width = wide < room ? wide : room;
}

/* Pieces of whole lines one under another are one box. */
static void cover(struct search *search, const char *what)
{
    for (size_t i = 0; i < search->count;) {
        const struct ink_mark *mark = &search->ink->marks[search->pieces[i].mark];
        struct rectangle box = cell_of(search, &search->pieces[i]);
        coarsen(search, &search->pieces[i], &box);
        size_t end = i + 1;
        for (; end < search->count; end++) {
            const struct piece *piece = &search->pieces[end];
            const struct ink_mark *below = &search->ink->marks[piece->mark];
            struct rectangle next = cell_of(search, piece);
            coarsen(search, piece, &next);
            bool rest = text_mark(search, piece->mark)->text[piece->to] != '\0';
            if (below->page != mark->page || rest || next.x > box.x + 0.01 || next.x < box.x - 0.01 ||
                next.y > box.y + box.height + type_of(mark->style).leading)
                break;
            if (next.width > box.width)
                box.width = next.width;
            box.height = next.y + next.height - box.y;
        }
        add_box(search, mark->page, &box, what, false);
        i = end;
    }
}

static void find_value(struct search *search, const char *value, const char *what)
{
    while (is_blank(*value))
        value++;
    if (*value == '\0')
        return;
    for (size_t i = search->first; i < search->last && !search->failed; i++) {
        const struct ink_mark *mark = text_mark(search, i);
        for (const char *at = mark == NULL ? NULL : strchr(mark->text, *value); at != NULL;
             at = strchr(at + 1, *value))
            if (stands(search, i, (size_t)(at - mark->text), value))
                cover(search, what);
    }
}

/* Digests of pictures as the document holds them are in no facts: a line that is nothing but a SHA-256. */
static void find_digests(struct search *search)
{
    for (size_t i = search->first; i < search->last; i++) {
        const struct ink_mark *mark = text_mark(search, i);
        if (mark == NULL || strlen(mark->text) != DIGEST_TEXT_SIZE - 1 ||
            strspn(mark->text, "0123456789abcdef") != DIGEST_TEXT_SIZE - 1)
            continue;
        search->pieces[0] = (struct piece){i, 0, DIGEST_TEXT_SIZE - 1};
        search->count = 1;
        cover(search, "number");
    }
}

static bool find_all(struct search *search)
{
    const json_t *facts = json_object_get(foil_part_document(search->part, search->section), "facts"), *one;
    json_t *values = foil_personal(facts);
    size_t index;
    for (size_t i = search->first; i < search->last; i++) {
        const struct ink_mark *mark = &search->ink->marks[i];
        if (mark->kind == INK_PICTURE)
            add_box(search, mark->page, &mark->place, "face", foil_part_sealed(search->part, mark->picture));
    }
    json_array_foreach(values, index, one)
    {
        struct text readable = TEXT_EMPTY;
        document_readable(search->part->rendering.document, TYPE_SMALL, json_text(one, "value"), &readable);
        if (readable.bytes != NULL)
            find_value(search, readable.bytes, json_text(one, "what"));
        search->failed = search->failed || readable.failed;
        text_free(&readable);
    }
    find_digests(search);
    bool done = values != NULL && !search->failed;
    json_decref(values);
    return done;
}

static int by_place(const void *left, const void *right)
{
    static const char *const order[] = {"page", "y", "x"};
    const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        int64_t first = json_whole(a, order[i], 0), second = json_whole(b, order[i], 0);
        if (first != second)
            return first < second ? -1 : 1;
    }
    return 0;
}

/* In the order a reader comes by them. */
static bool append_sorted(json_t *boxes, json_t *found)
{
    size_t count = json_array_size(found);
    json_t **list = calloc(count + 1, sizeof(json_t *));
    bool done = list != NULL;
    for (size_t i = 0; done && i < count; i++)
        list[i] = json_array_get(found, i);
    if (done)
        qsort(list, count, sizeof(json_t *), by_place);
    for (size_t i = 0; done && i < count; i++)
        done = json_put_whole(list[i], "number", (int64_t)json_array_size(boxes) + 1) &&
               json_array_append(boxes, list[i]) == 0;
    free(list);
    return done;
}

json_t *foil_propose(const struct foil_part *part, const struct ink *ink, struct error *error)
{
    json_t *boxes = json_array();
    struct search *search = calloc(1, sizeof *search);
    bool done = boxes != NULL && search != NULL;
    size_t mark = 0;
    while (done && mark < ink->count) {
        search->part = part;
        search->ink = ink;
        search->section = ink->marks[mark].section;
        search->first = mark;
        while (mark < ink->count && ink->marks[mark].section == search->section)
            mark++;
        search->last = mark;
        if (search->section == 0)
            continue;
        search->boxes = json_array();
        done = search->boxes != NULL && find_all(search) && append_sorted(boxes, search->boxes);
        json_decref(search->boxes);
    }
    free(search);
    if (!done) {
        json_decref(boxes);
        error_set(error, FAULT_TEMPORARY, "out of memory while proposing redactions");
    }
    return done ? boxes : NULL;
}

enum worker_exit render_foil_proposals_worker(const struct worker_job *job, struct error *error)
{
    struct foil_part part;
    struct ink ink = INK_EMPTY;
    json_t *boxes = NULL, *documents = json_array(), *answer = NULL;
    bool done = foil_part_open(&part, job, error) && foil_part_note(&part, &ink, error) &&
                (boxes = foil_propose(&part, &ink, error)) != NULL;
    for (size_t section = 1; done && section < ink.section_count; section++)
        json_array_append_new(documents,
                              json_pack("{sI,sI}", "number",
                                        json_whole(foil_part_document(&part, section), "number", 0), "pages",
                                        (json_int_t)ink.pages[section]));
    if (done) {
        answer = json_pack("{sO,sO}", "documents", documents, "boxes", boxes);
        done = answer != NULL ? worker_answer_json(job, answer, error)
                              : error_set(error, FAULT_TEMPORARY, "out of memory while proposing redactions");
    }
    json_decref(answer);
    json_decref(documents);
    json_decref(boxes);
    ink_free(&ink);
    foil_part_close(&part);
    return done ? WORKER_DONE : worker_exit_of(error);
}
