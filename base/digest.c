/*
 * SHA-256 through OpenSSL's EVP interface.
 *
 * Guarantees: files are read with pread, so a shared descriptor's offset is neither used nor moved.
 */
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <unistd.h>

bool digest_begin(struct hashing **hashing, struct error *error)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return error_set(error, FAULT_TEMPORARY, "starting a SHA-256 digest: out of memory");
    }
    *hashing = (struct hashing *)context;
    return true;
}

void digest_update(struct hashing *hashing, const void *bytes, size_t length)
{
    EVP_DigestUpdate((EVP_MD_CTX *)hashing, bytes, length);
}

struct digest digest_end(struct hashing *hashing)
{
    struct digest digest = {{0}};
    EVP_DigestFinal_ex((EVP_MD_CTX *)hashing, digest.bytes, NULL);
    digest_abandon(hashing);
    return digest;
}

void digest_abandon(struct hashing *hashing)
{
    EVP_MD_CTX_free((EVP_MD_CTX *)hashing);
}

struct digest digest_of(const void *bytes, size_t length)
{
    struct digest digest;
    SHA256(bytes, length, digest.bytes);
    return digest;
}

bool digest_of_file(int file, struct digest *digest, uint64_t *size, struct error *error)
{
    struct hashing *hashing = NULL;
    if (!digest_begin(&hashing, error))
        return false;
    char block[65536];
    off_t offset = 0;
    for (;;) {
        ssize_t got = pread(file, block, sizeof block, offset);
        if (got < 0) {
            digest_abandon(hashing);
            return error_system(error, "reading a file to digest it");
        }
        if (got == 0)
            break;
        digest_update(hashing, block, (size_t)got);
        offset += got;
    }
    *digest = digest_end(hashing);
    if (size != NULL)
        *size = (uint64_t)offset;
    return true;
}

char *digest_text(const struct digest *digest, char *text)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        text[2 * i] = hex[digest->bytes[i] >> 4];
        text[2 * i + 1] = hex[digest->bytes[i] & 15];
    }
    text[2 * DIGEST_SIZE] = '\0';
    return text;
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool digest_parse(const char *text, struct digest *digest)
{
    if (strlen(text) != (size_t)2 * DIGEST_SIZE)
        return false;
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        int high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
    return memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}
