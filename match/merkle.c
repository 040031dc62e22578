/*
 * Merkle roots, one leaf at a time.
 *
 * Guarantees: the root depends on leaves and order alone. Does not sort: the caller adds photos by ascending
 * id.
 */
#include "match/merkle.h"

#include <string.h>

struct digest merkle_leaf(const char photo[MERKLE_ID_SIZE], const uint8_t template_hash[DIGEST_SIZE])
{
    uint8_t bytes[1 + MERKLE_ID_SIZE + DIGEST_SIZE] = {0};
    memcpy(bytes + 1, photo, MERKLE_ID_SIZE);
    memcpy(bytes + 1 + MERKLE_ID_SIZE, template_hash, DIGEST_SIZE);
    return digest_of(bytes, sizeof bytes);
}

static struct digest node(const struct digest *left, const struct digest *right)
{
    uint8_t bytes[1 + 2 * DIGEST_SIZE] = {1};
    memcpy(bytes + 1, left->bytes, DIGEST_SIZE);
    memcpy(bytes + 1 + DIGEST_SIZE, right->bytes, DIGEST_SIZE);
    return digest_of(bytes, sizeof bytes);
}

void merkle_add(struct merkle *merkle, const struct digest *leaf)
{
    struct digest carry = *leaf;
    int level = 0;
    for (uint64_t bits = merkle->count; (bits & 1) != 0; bits >>= 1, level++)
        carry = node(&merkle->roots[level], &carry);
    merkle->roots[level] = carry;
    merkle->count++;
}

struct digest merkle_root(const struct merkle *merkle)
{
    struct digest root;
    bool any = false;
    for (int level = 0; level < 64; level++) {
        if (((merkle->count >> level) & 1) == 0)
            continue;
        root = any ? node(&merkle->roots[level], &root) : merkle->roots[level];
        any = true;
    }
    return any ? root : digest_of("", 0);
}
