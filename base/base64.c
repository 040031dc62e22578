/*
 * Base64 through OpenSSL, with the padding counted right. Pure.
 */
#include "base/base64.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

char *base64_write(const void *bytes, size_t length)
{
    char *text = length > INT_MAX / 2 ? NULL : malloc(4 * (length / 3 + 1) + 1);
    if (text != NULL)
        EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    return text;
}

bool base64_read(const char *text, unsigned char **bytes, size_t *length)
{
    size_t count = strlen(text);
    *bytes = count > INT_MAX ? NULL : malloc(count + 1);
    int decoded = *bytes == NULL ? -1 : EVP_DecodeBlock(*bytes, (const unsigned char *)text, (int)count);
    if (decoded < 0) {
        free(*bytes);
        *bytes = NULL;
        return false;
    }
    for (size_t i = count; i > 0 && text[i - 1] == '=' && decoded > 0; i--)
        decoded--; /* EVP_DecodeBlock counts the padding as zero bytes */
    *length = (size_t)decoded;
    return true;
}
