/*
 * Sums over sets of photos.
 *
 * Guarantees: the digest depends on the set alone, in whatever order it was added up or divided. Does not
 * notice a photo added twice and removed once; a gallery never holds one twice.
 */
#include "match/snapshot.h"

#include <string.h>

enum { ROUNDS = SNAPSHOT_LANES * 2 / DIGEST_SIZE };

static void expand(const char photo[SNAPSHOT_ID_SIZE], const uint8_t template_hash[DIGEST_SIZE],
                   struct snapshot *numbers)
{
    uint8_t bytes[1 + SNAPSHOT_ID_SIZE + DIGEST_SIZE] = {0};
    memcpy(bytes + 1, photo, SNAPSHOT_ID_SIZE);
    memcpy(bytes + 1 + SNAPSHOT_ID_SIZE, template_hash, DIGEST_SIZE);
    for (int i = 0; i < ROUNDS; i++) {
        bytes[0] = (uint8_t)i;
        struct digest digest = digest_of(bytes, sizeof bytes);
        memcpy((uint8_t *)numbers->lanes + i * DIGEST_SIZE, digest.bytes, DIGEST_SIZE);
    }
}

void snapshot_join(struct snapshot *snapshot, const struct snapshot *other)
{
    for (int i = 0; i < SNAPSHOT_LANES; i++)
        snapshot->lanes[i] = (uint16_t)(snapshot->lanes[i] + other->lanes[i]);
}

void snapshot_add(struct snapshot *snapshot, const char photo[SNAPSHOT_ID_SIZE],
                  const uint8_t template_hash[DIGEST_SIZE])
{
    struct snapshot numbers;
    expand(photo, template_hash, &numbers);
    snapshot_join(snapshot, &numbers);
}

void snapshot_remove(struct snapshot *snapshot, const char photo[SNAPSHOT_ID_SIZE],
                     const uint8_t template_hash[DIGEST_SIZE])
{
    struct snapshot numbers;
    expand(photo, template_hash, &numbers);
    for (int i = 0; i < SNAPSHOT_LANES; i++)
        snapshot->lanes[i] = (uint16_t)(snapshot->lanes[i] - numbers.lanes[i]);
}

struct digest snapshot_digest(const struct snapshot *snapshot)
{
    return digest_of(snapshot->lanes, sizeof snapshot->lanes);
}
