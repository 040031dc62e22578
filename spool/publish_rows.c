/*
 * Rows by directory, in lines.
 *
 * Guarantees: of one directory at most one row is under way, and always the one with the lowest number that is known;
 * taking, ending and adding cost no more with a hundred thousand rows waiting than with ten. Does no I/O.
 */
#include "spool/publish_rows.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/outbox.h"

struct rows_place {
    char *directory;
    struct rows_entry *first, *last; /* the first is ready or under way */
};

struct line {
    struct rows_entry *first, *last; /* ready */
    size_t count, under_way, parked;
};

struct rows {
    void *places; /* a tree of tsearch */
    struct line lines[2];
    struct rows_entry *taken;  /* under way, by next_ready */
    struct rows_entry *parked; /* set aside, the last first, by next_ready */
};

static int by_directory(const void *a, const void *b)
{
    return strcmp(((const struct rows_place *)a)->directory, ((const struct rows_place *)b)->directory);
}

struct rows *rows_make(void)
{
    return calloc(1, sizeof(struct rows));
}

static void entry_free(struct rows_entry *entry)
{
    json_decref(entry->row);
    free(entry);
}

static void place_free(void *node)
{
    struct rows_place *place = node;
    while (place->first != NULL) {
        struct rows_entry *entry = place->first;
        place->first = entry->next_of_place;
        entry_free(entry);
    }
    free(place->directory);
    free(place);
}

void rows_free(struct rows *rows)
{
    if (rows != NULL)
        tdestroy(rows->places, place_free);
    free(rows);
}

enum row_line rows_line(const json_t *row)
{
    return json_flag(row, OUTBOX_BRIEF) || !outbox_row_small(row) ? ROW_LARGE : ROW_SMALL;
}

static void make_ready(struct rows *rows, struct rows_entry *entry, bool at_the_front)
{
    struct line *line = &rows->lines[entry->line];
    entry->next_ready = NULL;
    if (at_the_front) {
        entry->next_ready = line->first;
        line->first = entry;
        line->last = line->last == NULL ? entry : line->last;
        return;
    }
    if (line->last == NULL)
        line->first = entry;
    else
        line->last->next_ready = entry;
    line->last = entry;
}

static struct rows_place *place_of(struct rows *rows, const char *directory)
{
    struct rows_place key = {.directory = (char *)directory},
                      **found = tfind(&key, &rows->places, by_directory);
    if (found != NULL)
        return *found;
    struct rows_place *made = calloc(1, sizeof *made);
    if (made != NULL && (made->directory = strdup(directory)) != NULL &&
        tsearch(made, &rows->places, by_directory) != NULL)
        return made;
    if (made != NULL)
        free(made->directory);
    free(made);
    return NULL;
}

bool rows_add(struct rows *rows, json_t *row, bool first)
{
    struct rows_place *place = place_of(rows, json_text(row, "directory"));
    struct rows_entry *entry = place == NULL ? NULL : calloc(1, sizeof *entry);
    if (entry == NULL)
        return false;
    *entry =
        (struct rows_entry){.id = outbox_id(row), .line = rows_line(row), .first = first, .place = place};
    if (entry->line == ROW_SMALL)
        entry->row = json_incref(row);
    rows->lines[entry->line].count++;
    if (place->last != NULL) {
        place->last->next_of_place = entry;
    } else {
        place->first = entry;
        make_ready(rows, entry, first);
    }
    place->last = entry;
    return true;
}

bool rows_first_waits(const struct rows *rows, enum row_line line)
{
    return rows->lines[line].first != NULL && rows->lines[line].first->first;
}

struct rows_entry *rows_take(struct rows *rows, enum row_line line_number)
{
    struct line *line = &rows->lines[line_number];
    struct rows_entry *entry = line->first;
    if (entry == NULL)
        return NULL;
    line->first = entry->next_ready;
    if (line->first == NULL)
        line->last = NULL;
    line->under_way++;
    entry->under_way = true;
    entry->next_ready = rows->taken;
    rows->taken = entry;
    return entry;
}

static void untake(struct rows *rows, struct rows_entry *entry)
{
    struct rows_entry **at = &rows->taken;
    while (*at != NULL && *at != entry)
        at = &(*at)->next_ready;
    if (*at != NULL)
        *at = entry->next_ready;
    entry->under_way = false;
    rows->lines[entry->line].under_way--;
}

void rows_end(struct rows *rows, struct rows_entry *entry)
{
    struct rows_place *place = entry->place;
    untake(rows, entry);
    rows->lines[entry->line].count--;
    place->first = entry->next_of_place;
    if (place->first != NULL)
        make_ready(rows, place->first, place->first->first);
    else {
        tdelete(place, &rows->places, by_directory);
        place_free(place);
    }
    entry_free(entry);
}

void rows_again(struct rows *rows, struct rows_entry *entry)
{
    untake(rows, entry);
    json_decref(entry->row);
    entry->row = NULL;
    entry->alone = true;
    make_ready(rows, entry, false);
}

void rows_return(struct rows *rows, struct rows_entry *entry)
{
    untake(rows, entry);
    make_ready(rows, entry, true);
}

void rows_park(struct rows *rows, struct rows_entry *entry)
{
    untake(rows, entry);
    json_decref(entry->row);
    entry->row = NULL;
    entry->alone = true;
    entry->next_ready = rows->parked;
    rows->parked = entry;
    rows->lines[entry->line].parked++;
}

void rows_unpark(struct rows *rows)
{
    struct rows_entry *oldest = NULL;
    while (rows->parked != NULL) {
        struct rows_entry *entry = rows->parked;
        rows->parked = entry->next_ready;
        entry->next_ready = oldest;
        oldest = entry;
    }
    while (oldest != NULL) {
        struct rows_entry *entry = oldest;
        oldest = entry->next_ready;
        rows->lines[entry->line].parked--;
        make_ready(rows, entry, false);
    }
}

const char *rows_directory(const struct rows_entry *entry)
{
    return entry->place->directory;
}

void rows_forget(struct rows *rows)
{
    struct rows_entry *taken = rows->taken;
    rows_unpark(rows);
    for (struct rows_entry *entry = taken; entry != NULL; entry = entry->next_ready) {
        /* Only those under way stay, each the first of its place. */
        struct rows_place *place = entry->place;
        while (entry->next_of_place != NULL) {
            struct rows_entry *behind = entry->next_of_place;
            entry->next_of_place = behind->next_of_place;
            rows->lines[behind->line].count--;
            entry_free(behind);
        }
        place->last = entry;
    }
    for (int number = 0; number < 2; number++) {
        struct line *line = &rows->lines[number];
        while (line->first != NULL) {
            struct rows_entry *entry = line->first;
            struct rows_place *place = entry->place;
            line->first = entry->next_ready;
            for (const struct rows_entry *one = entry; one != NULL; one = one->next_of_place)
                rows->lines[one->line].count--;
            tdelete(place, &rows->places, by_directory);
            place_free(place);
        }
        line->last = NULL;
    }
}

bool rows_known(const struct rows *rows, int64_t id)
{
    for (const struct rows_entry *entry = rows->taken; entry != NULL; entry = entry->next_ready)
        if (entry->id == id)
            return true;
    return false;
}

size_t rows_count(const struct rows *rows, enum row_line line)
{
    return rows->lines[line].count - rows->lines[line].parked;
}

size_t rows_under_way(const struct rows *rows, enum row_line line)
{
    return rows->lines[line].under_way;
}
