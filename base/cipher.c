/*
 * AES-256-GCM.
 *
 * Guarantees: the key schedule is made once for a key; nothing that failed its tag is ever handed out.
 */
#include "base/cipher.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "base/secret.h"

struct cipher {
    EVP_CIPHER_CTX *seal, *unseal; /* of one key */
};

struct cipher *cipher_open(const uint8_t key[CIPHER_KEY_SIZE], struct error *error)
{
    struct cipher *cipher = calloc(1, sizeof *cipher);
    bool done = cipher != NULL && (cipher->seal = EVP_CIPHER_CTX_new()) != NULL &&
                (cipher->unseal = EVP_CIPHER_CTX_new()) != NULL &&
                EVP_EncryptInit_ex(cipher->seal, EVP_aes_256_gcm(), NULL, key, NULL) == 1 &&
                EVP_DecryptInit_ex(cipher->unseal, EVP_aes_256_gcm(), NULL, key, NULL) == 1;
    if (done)
        return cipher;
    cipher_close(cipher);
    error_set(error, FAULT_TEMPORARY, "out of memory while making a key ready");
    return NULL;
}

void cipher_close(struct cipher *cipher)
{
    if (cipher == NULL)
        return;
    EVP_CIPHER_CTX_free(cipher->seal); /* wipes its key */
    EVP_CIPHER_CTX_free(cipher->unseal);
    free(cipher);
}

bool cipher_seal(struct cipher *cipher, const uint8_t nonce[CIPHER_NONCE_SIZE], const void *bound,
                 size_t bound_length, const void *from, size_t length, uint8_t *to, struct error *error)
{
    int out = 0, rest = 0;
    bool done =
        length <= INT_MAX && bound_length <= INT_MAX &&
        EVP_EncryptInit_ex(cipher->seal, NULL, NULL, NULL, nonce) == 1 &&
        (bound_length == 0 || EVP_EncryptUpdate(cipher->seal, NULL, &out, bound, (int)bound_length) == 1) &&
        (length == 0 || EVP_EncryptUpdate(cipher->seal, to, &out, from, (int)length) == 1) &&
        EVP_EncryptFinal_ex(cipher->seal, to + length, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher->seal, EVP_CTRL_GCM_GET_TAG, CIPHER_TAG_SIZE, to + length) == 1;
    return done || error_set(error, FAULT_TEMPORARY, "encrypting %zu bytes failed", length);
}

bool cipher_unseal(struct cipher *cipher, const uint8_t nonce[CIPHER_NONCE_SIZE], const void *bound,
                   size_t bound_length, const uint8_t *from, size_t length, void *to, struct error *error)
{
    uint8_t tag[CIPHER_TAG_SIZE], none[1];
    int out = 0, rest = 0;
    if (length < CIPHER_TAG_SIZE || length > INT_MAX || bound_length > INT_MAX)
        return error_set(error, FAULT_REFUSED, "%zu bytes are nothing that was encrypted", length);
    length -= CIPHER_TAG_SIZE;
    for (size_t i = 0; i < CIPHER_TAG_SIZE; i++)
        tag[i] = from[length + i];
    bool done =
        EVP_DecryptInit_ex(cipher->unseal, NULL, NULL, NULL, nonce) == 1 &&
        (bound_length == 0 || EVP_DecryptUpdate(cipher->unseal, NULL, &out, bound, (int)bound_length) == 1) &&
        (length == 0 || EVP_DecryptUpdate(cipher->unseal, to, &out, from, (int)length) == 1) &&
        EVP_CIPHER_CTX_ctrl(cipher->unseal, EVP_CTRL_GCM_SET_TAG, CIPHER_TAG_SIZE, tag) == 1 &&
        EVP_DecryptFinal_ex(cipher->unseal, none, &rest) == 1;
    if (done)
        return true;
    secret_wipe(to, length);
    return error_set(error, FAULT_REFUSED, "the bytes were changed, or are of another key");
}

bool random_bytes(void *bytes, size_t length, struct error *error)
{
    return RAND_bytes(bytes, (int)length) == 1 ||
           error_set(error, FAULT_TEMPORARY, "the system gives no random bytes: try again");
}
