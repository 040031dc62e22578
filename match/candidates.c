/*
 * Keeping the best persons.
 *
 * Guarantees: at most one photo of each person; sorted after every offer.
 * Does not know about seals: what must not be listed is never offered.
 */
#include "match/candidates.h"

#include <stdbool.h>
#include <string.h>

static bool before(int64_t score, const char *photo, const struct candidate *other)
{
    return score > other->score || (score == other->score && strcmp(photo, other->record->photo) < 0);
}

void candidates_offer(struct candidates *candidates, int64_t score, const struct segment_record *record)
{
    struct candidate *list = candidates->list;
    bool full = candidates->count == candidates->length;
    if (full && !before(score, record->photo, &list[candidates->count - 1]))
        return;
    size_t place = candidates->count; /* that becomes free: the person's own, a new one, or the last */
    for (size_t i = 0; i < candidates->count && place == candidates->count; i++)
        if (strcmp(list[i].record->person, record->person) == 0)
            place = i;
    if (place < candidates->count) {
        if (!before(score, record->photo, &list[place]))
            return;
    } else if (full) {
        place = candidates->count - 1;
    } else {
        candidates->count++;
    }
    for (; place > 0 && before(score, record->photo, &list[place - 1]); place--)
        list[place] = list[place - 1];
    list[place] = (struct candidate){.score = score, .record = record};
}
