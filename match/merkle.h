/*
 * The snapshot of a gallery: one hash that names exactly which photos with which templates were searched.
 *
 * A Merkle tree as in RFC 9162 over the photos sorted by id: leaf = SHA-256(0x00, photo id padded with NUL to
 * 40 bytes, SHA-256 of the template), node = SHA-256(0x01, left, right), a tree of n leaves is split at the
 * largest power of two below n. The root of nothing is SHA-256 of nothing. That one photo was or was not part
 * of a search can later be shown without naming the others.
 */
#ifndef LEADSPOOL_MATCH_MERKLE_H
#define LEADSPOOL_MATCH_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

#define MERKLE_ID_SIZE 40

struct digest merkle_leaf(const char photo[MERKLE_ID_SIZE], const uint8_t template_hash[DIGEST_SIZE]);

/* Adds leaves one by one in order and keeps only the roots of complete subtrees. */
struct merkle {
    struct digest roots[64];
    uint64_t count;
};

void merkle_add(struct merkle *merkle, const struct digest *leaf);
struct digest merkle_root(const struct merkle *merkle);

#endif
