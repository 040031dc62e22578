/*
 * Whose claim may begin: the places among which the shares take turns.
 *
 * Guarantees: while several shares want more than there is, each has about the same number of claims under way, however
 * much lies on it; one that has next to nothing under way gets a place at once, beyond what the others fill. Begins
 * nothing.
 */
#include <stdio.h>
#include <string.h>

#include "spool/share.h"

enum {
    CLAIMS_MOST =
        128, /* under way at once: two batches of the committer, one answered while the other is copied */
    OWN = 4, /* of each share, whatever the others have */
    AT_ONCE =
        32 /* of one share, until it is counted again: what another has to say may be on its way meanwhile */
};

static void count_one(void *context, const char *path)
{
    struct share *share = share_find(context, path);
    if (share != NULL)
        share->under_way++;
}

void places_count(struct shares *shares)
{
    size_t active = claims_active(shares->daemon->claims), wanting = 0;
    for (size_t i = 0; i < shares->count; i++)
        shares->list[i].under_way = 0;
    claims_paths(shares->daemon->claims, count_one, shares);
    for (size_t i = 0; i < shares->count; i++) {
        struct share *share = &shares->list[i];
        wanting += share->refused || share->under_way > OWN ? 1 : 0;
        share->refused = false;
        share->taken = 0;
    }
    shares->active = active;
    shares->places = active < CLAIMS_MOST ? CLAIMS_MOST - active : 0;
    shares->part = wanting > 1 ? CLAIMS_MOST / wanting : CLAIMS_MOST;
}

bool places_left(const struct shares *shares, const struct share *share)
{
    return share->under_way < OWN ||
           (shares->places > 0 && share->under_way < shares->part && share->taken < AT_ONCE);
}

bool places_take(struct shares *shares, struct share *share)
{
    share->refused = !places_left(shares, share);
    if (share->refused)
        return false;
    share->under_way++;
    share->taken++;
    shares->active++;
    shares->places -= shares->places > 0 ? 1 : 0;
    return true;
}

bool places_own(const struct shares *shares, const struct share *share)
{
    return share->under_way <= OWN && shares->active > share->under_way + OWN;
}

bool shares_go_first(struct shares *shares, const char *directory)
{
    char path[300];
    size_t length = strncmp(directory, "out/", 4) == 0 ? strcspn(directory + 4, "/") : 0;
    snprintf(path, sizeof path, "in/%.*s", (int)length, directory + 4 * (length > 0));
    const struct share *share = length == 0 ? NULL : share_find(shares, path);
    return share != NULL && places_own(shares, share);
}
