/*
 * Inside encrypted files only: the header, in which the data key stands wrapped, in two places.
 */
#ifndef LEADSPOOL_BASE_ENCRYPTED_HEADER_H
#define LEADSPOOL_BASE_ENCRYPTED_HEADER_H

#include "base/encrypted_file.h"

enum { HEADER_PLACES = 2, HEADER_PLACE_SIZE = ENCRYPTED_HEADER_SIZE / HEADER_PLACES };

/* What is wrapped. */
struct encrypted_content {
    uint8_t key[CIPHER_KEY_SIZE];
    struct digest digest;
    uint64_t size;
};

/* One place, filled. */
bool header_wrap(const struct encrypted_content *content, const struct master_key *master,
                 uint8_t place[HEADER_PLACE_SIZE], struct error *error);
/* The content, from whichever place opens; the newest master key's first. *at (may be NULL): which place, and whether its key is the
   newest. */
struct header_place {
    unsigned number;
    bool newest;
};
bool header_read(int file, const struct keyring *keyring, struct encrypted_content *content,
                 struct header_place *at, struct error *error);
/* pwrite(2) until done. */
bool header_write(int file, unsigned number, const uint8_t place[HEADER_PLACE_SIZE], struct error *error);

#endif
