/*
 * When is a drop complete? Pure.
 *
 * Complete is: every file the manifest lists is there with the digest it states; or, where digests are not
 * stated or the manifest cannot be read, nothing changed for the quiet time. A single file that proves itself
 * whole (a signature over all its bytes, a document with its end tag, an archive that fits its list of contents) is
 * complete at once; an archive without its end is as a folder without its manifest. A size alone
 * proves nothing: some clients set it first; but a file shorter than stated is still on its way. A drop that
 * still grows is never given up; the sender of one that misses files, or the rest of one, and has been idle
 * too long gets an answer. On a share that holds more drops than can be listed such a one is answered as it is once
 * nothing changed for SETTLE_CROWDED_MS: others wait behind it.
 */
#ifndef LEADSPOOL_SPOOL_SETTLE_H
#define LEADSPOOL_SPOOL_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

enum { SETTLE_CROWDED_MS = 60 * 1000 };

/* What looking at the manifest of this very listing showed. */
enum settle_manifest {
    MANIFEST_ABSENT,     /* none there (yet) */
    MANIFEST_UNSEEN,     /* there, not looked at since the listing changed */
    MANIFEST_UNREADABLE, /* no manifest of ours, or half of one */
    MANIFEST_LISTS       /* readable: it lists files */
};

/* What comparing digests showed; for a single file, whether it proves itself whole. */
enum settle_digests { DIGESTS_UNSEEN, DIGESTS_MATCH, DIGESTS_DIFFER };

struct settle_drop {
    bool directory;
    enum settle_manifest manifest;
    bool all_present;    /* every listed file is there, none shorter than stated */
    bool digests_stated; /* every listed file has a digest stated */
    enum settle_digests digests;
    int64_t quiet_ms; /* since the listing was seen to change last */
    int64_t idle_ms;  /* since the drop changed last, whoever saw it; never less than quiet_ms */
    bool
        crowded; /* its share holds more drops than can be listed: who waits for files that do not come makes room */
};

enum settle_step {
    SETTLE_WAIT,      /* look again after *wait_ms */
    SETTLE_PEEK,      /* read the manifest */
    SETTLE_DIGEST,    /* compare the digests */
    SETTLE_CLAIM,     /* it is complete */
    SETTLE_INCOMPLETE /* idle too long: its sender is to be answered */
};

/* *wait_ms is set for SETTLE_WAIT; *long_wait tells that the drop waits for its sender (incomplete), not for
   quiet: draining does not wait for that. */
enum settle_step settle_next(const struct settle_drop *drop, int64_t quiet_limit_ms,
                             int64_t incomplete_limit_ms, int64_t *wait_ms, bool *long_wait);

#endif
