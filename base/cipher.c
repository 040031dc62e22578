/*
 * AES-256-GCM.
 *
 * Guarantees: the key schedule is made once for a key; nothing that failed its tag is ever handed out.
 */
#include "base/cipher.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

struct cipher {
    uint8_t key[CIPHER_KEY_SIZE];
    EVP_CIPHER_CTX *seal, *unseal; /* NULL until it is used so */
};

/* Looked up once: OpenSSL would search its providers each time. */
static pthread_once_t looked_up = PTHREAD_ONCE_INIT;
static EVP_CIPHER *method;

static void look_up(void)
{
    method = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

struct cipher *cipher_open(const uint8_t key[CIPHER_KEY_SIZE], struct error *error)
{
    struct cipher *cipher = calloc(1, sizeof *cipher);
    pthread_once(&looked_up, look_up);
    if (cipher == NULL || method == NULL) {
        free(cipher);
        error_set(error, FAULT_TEMPORARY, "out of memory while making a key ready");
        return NULL;
    }
    memcpy(cipher->key, key, sizeof cipher->key);
    return cipher;
}

/* For one direction; false when memory ran out. */
static bool ready(EVP_CIPHER_CTX **context, const struct cipher *cipher, int sealing)
{
    if (*context != NULL)
        return true;
    *context = EVP_CIPHER_CTX_new();
    return *context != NULL && EVP_CipherInit_ex(*context, method, NULL, cipher->key, NULL, sealing) == 1;
}

void cipher_close(struct cipher *cipher)
{
    if (cipher == NULL)
        return;
    secret_wipe(cipher->key, sizeof cipher->key);
    EVP_CIPHER_CTX_free(cipher->seal); /* wipes its key */
    EVP_CIPHER_CTX_free(cipher->unseal);
    free(cipher);
}

bool cipher_seal(struct cipher *cipher, const uint8_t nonce[CIPHER_NONCE_SIZE], const void *bound,
                 size_t bound_length, const void *from, size_t length, uint8_t *to, struct error *error)
{
    int out = 0, rest = 0;
    bool done =
        length <= INT_MAX && bound_length <= INT_MAX && ready(&cipher->seal, cipher, 1) &&
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
        ready(&cipher->unseal, cipher, 0) &&
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
