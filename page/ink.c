/*
 * A drawing as a list.
 *
 * Guarantees: marks keep the order of drawing. Knows neither PDF nor documents.
 */
#include "page/ink.h"

#include <stdlib.h>

struct ink_mark *ink_add(struct ink *ink, enum ink_kind kind, size_t section, size_t page)
{
    if (ink->count == ink->room) {
        size_t room = ink->room == 0 ? 256 : 2 * ink->room;
        struct ink_mark *marks = realloc(ink->marks, room * sizeof *marks);
        if (marks == NULL) {
            ink->failed = true;
            return NULL;
        }
        ink->marks = marks;
        ink->room = room;
    }
    ink->marks[ink->count] = (struct ink_mark){.kind = kind, .section = section, .page = page};
    return &ink->marks[ink->count++];
}

void ink_add_pages(struct ink *ink, size_t pages)
{
    size_t *list = realloc(ink->pages, (ink->section_count + 1) * sizeof *list);
    if (list == NULL) {
        ink->failed = true;
        return;
    }
    ink->pages = list;
    ink->pages[ink->section_count++] = pages;
}

void ink_free(struct ink *ink)
{
    for (size_t i = 0; i < ink->count; i++)
        free(ink->marks[i].text);
    for (size_t i = 0; i < ink->picture_count; i++)
        free(ink->pictures[i].bytes);
    free(ink->marks);
    free(ink->pictures);
    free(ink->pages);
    *ink = INK_EMPTY;
}
