/*
 * Encrypted files: the chunks.
 *
 * Guarantees: two chunks of memory, however large the file; the header is written last, so that what a crash leaves cannot
 * be taken for a whole file. Makes nothing durable.
 */
#include "base/encrypted_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encrypted_header.h"
#include "base/files.h"
#include "base/secret.h"

enum { STORED_CHUNK_SIZE = ENCRYPTED_CHUNK_SIZE + CIPHER_TAG_SIZE };

/* The number of the chunk, and whether it is the last. */
static void nonce_of(uint64_t number, bool last, uint8_t nonce[CIPHER_NONCE_SIZE])
{
    memset(nonce, 0, CIPHER_NONCE_SIZE);
    nonce[0] = last ? 1 : 0;
    for (size_t i = 0; i < 8; i++)
        nonce[CIPHER_NONCE_SIZE - 1 - i] = (uint8_t)(number >> (8 * i));
}

static uint64_t chunks_of(uint64_t size)
{
    return size == 0 ? 1 : (size + ENCRYPTED_CHUNK_SIZE - 1) / ENCRYPTED_CHUNK_SIZE;
}

uint64_t encrypted_stored_size(uint64_t size)
{
    return ENCRYPTED_HEADER_SIZE + size + chunks_of(size) * CIPHER_TAG_SIZE;
}

/* --- writing --- */

struct encrypted_writer {
    int file;
    const struct master_key *master;
    struct cipher *cipher;
    struct hashing *hashing;
    struct encrypted_content content;
    uint64_t chunk;
    size_t held; /* bytes in `clear` */
    uint8_t clear[ENCRYPTED_CHUNK_SIZE], stored[STORED_CHUNK_SIZE];
};

void encrypted_abandon(struct encrypted_writer *writer)
{
    if (writer == NULL)
        return;
    cipher_close(writer->cipher);
    if (writer->hashing != NULL)
        digest_abandon(writer->hashing);
    secret_wipe(&writer->content, sizeof writer->content);
    free(writer);
}

bool encrypted_begin(int file, const struct keyring *keyring, struct encrypted_writer **writer,
                     struct error *error)
{
    struct encrypted_writer *made = malloc(sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while encrypting a file");
    made->file = file;
    made->master = keyring_newest(keyring);
    made->cipher = NULL;
    made->hashing = NULL;
    made->content.size = made->chunk = 0;
    made->held = 0;
    bool done = random_bytes(made->content.key, sizeof made->content.key, error) &&
                (made->cipher = cipher_open(made->content.key, error)) != NULL &&
                digest_begin(&made->hashing, error) &&
                (lseek(file, ENCRYPTED_HEADER_SIZE, SEEK_SET) == ENCRYPTED_HEADER_SIZE ||
                 error_system(error, "making room for the header of an encrypted file"));
    if (done)
        *writer = made;
    else
        encrypted_abandon(made);
    return done;
}

static bool write_chunk(struct encrypted_writer *writer, bool last, struct error *error)
{
    uint8_t nonce[CIPHER_NONCE_SIZE];
    nonce_of(writer->chunk, last, nonce);
    if (!cipher_seal(writer->cipher, nonce, NULL, 0, writer->clear, writer->held, writer->stored, error) ||
        !file_write_all(writer->file, writer->stored, writer->held + CIPHER_TAG_SIZE, error))
        return false;
    writer->chunk++;
    writer->held = 0;
    return true;
}

bool encrypted_add(struct encrypted_writer *writer, const void *bytes, size_t length, struct error *error)
{
    const uint8_t *from = bytes;
    digest_update(writer->hashing, bytes, length);
    writer->content.size += length;
    while (length > 0) {
        /* A full one is written when more comes: only then is it not the last. */
        if (writer->held == ENCRYPTED_CHUNK_SIZE && !write_chunk(writer, false, error))
            return false;
        size_t room = ENCRYPTED_CHUNK_SIZE - writer->held, taken = length < room ? length : room;
        memcpy(writer->clear + writer->held, from, taken);
        writer->held += taken;
        from += taken;
        length -= taken;
    }
    return true;
}

bool encrypted_end(struct encrypted_writer *writer, struct digest *digest, uint64_t *size,
                   struct error *error)
{
    uint8_t place[HEADER_PLACE_SIZE];
    static const uint8_t zeros[HEADER_PLACE_SIZE];
    writer->content.digest = digest_end(writer->hashing);
    writer->hashing = NULL;
    bool done = write_chunk(writer, true, error) &&
                header_wrap(&writer->content, writer->master, place, error) &&
                header_write(writer->file, 1, zeros, error) && header_write(writer->file, 0, place, error);
    *digest = writer->content.digest;
    if (size != NULL)
        *size = writer->content.size;
    encrypted_abandon(writer);
    return done;
}

/* --- reading --- */

struct encrypted_reader {
    int file;
    struct cipher *cipher;
    struct encrypted_content content;
    uint64_t chunk; /* in `clear`; UINT64_MAX = none */
    uint8_t clear[ENCRYPTED_CHUNK_SIZE], stored[STORED_CHUNK_SIZE];
};

bool encrypted_open(int file, const struct keyring *keyring, struct encrypted_reader **reader,
                    struct error *error)
{
    struct encrypted_reader *made = malloc(sizeof *made);
    if (made == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening an encrypted file");
    made->file = file;
    made->cipher = NULL;
    made->chunk = UINT64_MAX;
    bool done = header_read(file, keyring, &made->content, NULL, error) &&
                (made->cipher = cipher_open(made->content.key, error)) != NULL;
    secret_wipe(made->content.key, sizeof made->content.key);
    if (done)
        *reader = made;
    else
        encrypted_close(made);
    return done;
}

void encrypted_close(struct encrypted_reader *reader)
{
    if (reader == NULL)
        return;
    cipher_close(reader->cipher);
    free(reader);
}

const struct digest *encrypted_digest(const struct encrypted_reader *reader)
{
    return &reader->content.digest;
}

uint64_t encrypted_size(const struct encrypted_reader *reader)
{
    return reader->content.size;
}

static bool fetch(struct encrypted_reader *reader, uint64_t number, struct error *error)
{
    uint64_t before = number * ENCRYPTED_CHUNK_SIZE, left = reader->content.size - before;
    size_t length = left < ENCRYPTED_CHUNK_SIZE ? (size_t)left : ENCRYPTED_CHUNK_SIZE, read = 0;
    uint8_t nonce[CIPHER_NONCE_SIZE];
    off_t at = (off_t)(ENCRYPTED_HEADER_SIZE + number * STORED_CHUNK_SIZE);
    ssize_t got;
    while (read < length + CIPHER_TAG_SIZE &&
           (got = pread(reader->file, reader->stored + read, length + CIPHER_TAG_SIZE - read,
                        at + (off_t)read)) != 0) {
        if (got < 0)
            return error_system(error, "reading chunk %ju", (uintmax_t)number);
        read += (size_t)got;
    }
    reader->chunk = UINT64_MAX;
    if (read < length + CIPHER_TAG_SIZE)
        return error_set(error, FAULT_ENVIRONMENT, "it was cut off in chunk %ju of %ju", (uintmax_t)number,
                         (uintmax_t)chunks_of(reader->content.size));
    nonce_of(number, number + 1 == chunks_of(reader->content.size), nonce);
    if (!cipher_unseal(reader->cipher, nonce, NULL, 0, reader->stored, read, reader->clear, NULL))
        return error_set(error, FAULT_ENVIRONMENT, "its chunk %ju was changed", (uintmax_t)number);
    reader->chunk = number;
    return true;
}

bool encrypted_read(struct encrypted_reader *reader, uint64_t offset, void *bytes, size_t length, size_t *got,
                    struct error *error)
{
    uint64_t number = offset / ENCRYPTED_CHUNK_SIZE, left = reader->content.size - offset;
    *got = 0;
    /* Of an empty file too the one chunk is looked at: otherwise its key could be any. */
    if (offset > reader->content.size || (left == 0 && reader->content.size > 0))
        return true;
    if (reader->chunk != number && !fetch(reader, number, error))
        return false;
    size_t within = (size_t)(offset % ENCRYPTED_CHUNK_SIZE), room = ENCRYPTED_CHUNK_SIZE - within;
    *got = left < room ? (size_t)left : room;
    if (*got > length)
        *got = length;
    memcpy(bytes, reader->clear + within, *got);
    return true;
}

bool encrypted_copy(struct encrypted_reader *reader, int target, struct error *error)
{
    uint64_t count = chunks_of(reader->content.size);
    for (uint64_t number = 0; number < count; number++) {
        uint64_t left = reader->content.size - number * ENCRYPTED_CHUNK_SIZE;
        if (!fetch(reader, number, error) ||
            !file_write_all(target, reader->clear,
                            left < ENCRYPTED_CHUNK_SIZE ? (size_t)left : ENCRYPTED_CHUNK_SIZE, error))
            return false;
    }
    return true;
}

int encrypted_in_memory(int file, const struct keyring *keyring, struct error *error)
{
    struct encrypted_reader *reader = NULL;
    int memory = -1;
    bool done = encrypted_open(file, keyring, &reader, error) &&
                (memory = memory_file_empty("content", error)) >= 0 &&
                encrypted_copy(reader, memory, error) && memory_file_seal(memory, error) &&
                lseek(memory, 0, SEEK_SET) == 0;
    encrypted_close(reader);
    if (!done && memory >= 0)
        close(memory);
    return done ? memory : -1;
}
