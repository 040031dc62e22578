/*
 * Parts of people in a docket, and the count of a round's peers.
 *
 * Guarantees: pure, from the docket's own record; parts of all rounds count, so that nobody slips into a
 * second part by waiting for the next one. Does not know the roster.
 */
#include "review/disjoint.h"

#include <string.h>

#include "base/json.h"

enum part part_of_role(const char *role)
{
    if (strcmp(role, "investigator") == 0)
        return PART_INVESTIGATOR;
    if (strcmp(role, "peer") == 0)
        return PART_PEER;
    if (strcmp(role, "supervisor") == 0)
        return PART_SUPERVISOR;
    return strcmp(role, "requester") == 0 ? PART_REQUESTER : PART_HOLDER;
}

bool part_may_join(unsigned held, enum part part)
{
    if (part == PART_HOLDER)
        return (held & PART_REQUESTER) == 0;
    return (held & ~(unsigned)PART_HOLDER & ~(unsigned)part) == 0 &&
           (part != PART_REQUESTER || (held & PART_HOLDER) == 0);
}

static bool reviewed(const json_t *peers, const char *person, int64_t before)
{
    size_t i;
    const json_t *peer;
    json_array_foreach(peers, i, peer)
    {
        if (json_whole(peer, "round", 0) < before && strcmp(json_text(peer, "by"), person) == 0)
            return true;
    }
    return false;
}

struct peers_of_round peers_count(const json_t *docket, int64_t round, const char *person)
{
    struct peers_of_round count = {0};
    const json_t *peers = json_object_get(docket, "peers");
    size_t i;
    const json_t *peer;
    json_array_foreach(peers, i, peer)
    {
        if (json_whole(peer, "round", 0) != round)
            continue;
        const char *verdict = json_text(peer, "verdict"), *by = json_text(peer, "by");
        bool agreed = strcmp(verdict, "agree") == 0, disagreed = strcmp(verdict, "disagree") == 0;
        count.agreed += agreed;
        count.disagreed += disagreed;
        count.undecided += !agreed && !disagreed;
        if ((agreed || disagreed) && !reviewed(peers, by, round))
            count.has_new = true;
        if (strcmp(by, person) == 0)
            count.has_reviewed = true;
    }
    count.knows_docket = reviewed(peers, person, round);
    return count;
}

void count_verdict(enum verdict verdict, struct circumstances *now)
{
    now->agreed += verdict == VERDICT_AGREE;
    now->disagreed += verdict == VERDICT_DISAGREE;
    now->undecided += verdict == VERDICT_CANNOT_SAY;
}
