/*
 * A file that is encrypted in chunks, so that it can be written while it comes and read from anywhere.
 *
 * AES-256-GCM under a data key of its own, which stands in the file's header, wrapped by a master key of the keyring together with the
 * digest and the size of what is in it. docs/formats/vault.md has the bytes. A chunk's nonce is its number and whether it is the last, which is safe
 * because a data key belongs to one file and each of its chunks is written once; so a chunk cannot be changed, moved, left
 * out or taken from another file unnoticed, nor the end cut off. Two places for the wrapped key let it be wrapped anew
 * where it lies: a crash leaves one or the other whole.
 */
#ifndef LEADSPOOL_BASE_ENCRYPTED_FILE_H
#define LEADSPOOL_BASE_ENCRYPTED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/keyring.h"

enum { ENCRYPTED_HEADER_SIZE = 1024, ENCRYPTED_CHUNK_SIZE = 65536 };

/* Writing: `file` is empty and stays the caller's. Nothing can be read before encrypted_end. */
struct encrypted_writer;
bool encrypted_begin(int file, const struct keyring *keyring, struct encrypted_writer **writer,
                     struct error *error);
bool encrypted_add(struct encrypted_writer *writer, const void *bytes, size_t length, struct error *error);
/* Ends and frees, whether it could or not. The digest is that of what was added, and so the size. */
bool encrypted_end(struct encrypted_writer *writer, struct digest *digest, uint64_t *size,
                   struct error *error);
/* Frees; what is in the file by then is nothing. NULL is allowed. */
void encrypted_abandon(struct encrypted_writer *writer);

/* Reading: `file` stays the caller's and open. FAULT_ENVIRONMENT when it is not encrypted, its header was changed, or its
   key is not in the keyring; each says which. One thread at a time. */
struct encrypted_reader;
bool encrypted_open(int file, const struct keyring *keyring, struct encrypted_reader **reader,
                    struct error *error);
void encrypted_close(struct encrypted_reader *reader);
/* Of what is in it, as the header has them. */
const struct digest *encrypted_digest(const struct encrypted_reader *reader);
uint64_t encrypted_size(const struct encrypted_reader *reader);
/* Up to `length` bytes from `offset` on, within one chunk; *got is 0 at the end. FAULT_ENVIRONMENT naming the chunk when
   that was changed or is not all there. */
bool encrypted_read(struct encrypted_reader *reader, uint64_t offset, void *bytes, size_t length, size_t *got,
                    struct error *error);
/* All of it into `target`, from where that stands. */
bool encrypted_copy(struct encrypted_reader *reader, int target, struct error *error);

/* What is in it, by the header alone; faults as of encrypted_open. */
bool encrypted_look(int file, const struct keyring *keyring, struct digest *digest, uint64_t *size,
                    struct error *error);
/* The content as a sealed file in memory, close-on-exec; -1 on failure. */
int encrypted_in_memory(int file, const struct keyring *keyring, struct error *error);

/* Is that an encrypted file at all? By its first bytes alone. */
bool encrypted_is(int file);
/* How many bytes such a file has. */
uint64_t encrypted_stored_size(uint64_t size);

/* Wrap the data key with the newest master key as well, if it is not (*changed). The file is open for writing; it is
   readable with either key from then on. Durable after a sync. */
bool encrypted_rewrap(int file, const struct keyring *keyring, bool *changed, struct error *error);
/* Wipe what an older master key opens; only after encrypted_rewrap is durable. */
bool encrypted_forget(int file, const struct keyring *keyring, struct error *error);
/* Wipe the data key: what is in the file is gone, wherever its other bytes still are. */
bool encrypted_destroy(int file, struct error *error);

#endif
