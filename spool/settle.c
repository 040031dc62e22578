/*
 * The settling rule.
 *
 * Guarantees: no I/O, no clock; the same view gives the same step.
 */
#include "spool/settle.h"

static enum settle_step when_quiet(int64_t quiet, int64_t limit, enum settle_step then, int64_t *wait)
{
    if (quiet >= limit)
        return then;
    *wait = limit - quiet;
    return SETTLE_WAIT;
}

/* What is missing may still come. */
static enum settle_step when_given_up(const struct settle_drop *drop, int64_t limit, int64_t *wait)
{
    if (drop->crowded && (drop->quiet_ms >= SETTLE_CROWDED_MS || limit > SETTLE_CROWDED_MS))
        return when_quiet(drop->quiet_ms, SETTLE_CROWDED_MS, SETTLE_CLAIM, wait);
    return when_quiet(drop->idle_ms, limit, SETTLE_INCOMPLETE, wait);
}

enum settle_step settle_next(const struct settle_drop *drop, int64_t quiet_limit_ms,
                             int64_t incomplete_limit_ms, int64_t *wait_ms, bool *long_wait)
{
    int64_t quiet = drop->quiet_ms;
    *long_wait = false;
    if (!drop->directory) {
        if (drop->manifest == MANIFEST_UNSEEN)
            return SETTLE_PEEK;
        if (drop->digests == DIGESTS_MATCH)
            return SETTLE_CLAIM;
        return when_quiet(quiet, quiet_limit_ms, SETTLE_CLAIM, wait_ms);
    }
    switch (drop->manifest) {
    case MANIFEST_UNSEEN:
        return SETTLE_PEEK;
    case MANIFEST_UNREADABLE:
        return when_quiet(quiet, quiet_limit_ms, SETTLE_CLAIM, wait_ms);
    case MANIFEST_ABSENT:
        *long_wait = true;
        return when_given_up(drop, incomplete_limit_ms, wait_ms);
    case MANIFEST_LISTS:
        break;
    }
    if (!drop->all_present) {
        *long_wait = true;
        return when_given_up(drop, incomplete_limit_ms, wait_ms);
    }
    if (drop->digests_stated && drop->digests == DIGESTS_UNSEEN)
        return SETTLE_DIGEST;
    if (drop->digests_stated && drop->digests == DIGESTS_MATCH)
        return SETTLE_CLAIM;
    return when_quiet(quiet, quiet_limit_ms, SETTLE_CLAIM, wait_ms);
}
