/*
 * Counting the failed allocations of libraries, and the reserve.
 *
 * Guarantees: costs nothing while there is memory; the reserve's pages are not touched before. It is given out from front
 * to back, and is whole again once all of it was freed. Does not help our own code: that says FAULT_TEMPORARY itself.
 */
#include "base/memory.h"

#include <jansson.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { RESERVE = 4 << 20, STEP = 16 };

static _Alignas(16) unsigned char reserve[RESERVE];
static size_t reserve_used, reserve_lent; /* bytes; pieces not yet freed */
static pthread_mutex_t reserving = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local size_t failures;

size_t memory_failures(void)
{
    return failures;
}

void memory_failed(void)
{
    failures++;
}

static bool is_reserved(const void *piece)
{
    return (uintptr_t)piece - (uintptr_t)reserve < RESERVE;
}

/* Its size stands before each piece. */
static void *lend(size_t size)
{
    void *piece = NULL;
    failures++;
    pthread_mutex_lock(&reserving);
    if (size < RESERVE && RESERVE - reserve_used >= size + (size_t)2 * STEP) {
        unsigned char *start = reserve + reserve_used;
        memcpy(start, &size, sizeof size);
        piece = start + STEP;
        reserve_used += STEP + (size + STEP - 1) / STEP * STEP;
        reserve_lent++;
    }
    pthread_mutex_unlock(&reserving);
    return piece;
}

void *memory_or_reserve(size_t size)
{
    void *made = malloc(size);
    return made != NULL ? made : lend(size);
}

void memory_or_reserve_free(void *old)
{
    if (!is_reserved(old)) {
        free(old);
        return;
    }
    pthread_mutex_lock(&reserving);
    if (--reserve_lent == 0)
        reserve_used = 0;
    pthread_mutex_unlock(&reserving);
}

void *memory_or_reserve_resized(void *old, size_t size)
{
    size_t before;
    void *made = is_reserved(old) ? NULL : realloc(old, size);
    if (made != NULL || (made = lend(size)) == NULL)
        return made;
    if (is_reserved(old))
        memcpy(&before, (unsigned char *)old - STEP, sizeof before);
    else
        before = old == NULL ? 0 : malloc_usable_size(old);
    if (before > 0)
        memcpy(made, old, before < size ? before : size);
    memory_or_reserve_free(old);
    return made;
}

char *memory_or_reserve_copy(const char *text)
{
    size_t length = strlen(text) + 1;
    char *made = memory_or_reserve(length);
    return made == NULL ? NULL : memcpy(made, text, length);
}

static void *crypto_memory(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return size == 0 ? NULL : memory_or_reserve(size);
}

static void crypto_free(void *old, const char *file, int line)
{
    (void)file, (void)line;
    memory_or_reserve_free(old);
}

static void *crypto_resized(void *old, size_t size, const char *file, int line)
{
    if (size > 0)
        return memory_or_reserve_resized(old, size);
    crypto_free(old, file, line);
    return NULL;
}

/* Before main: OpenSSL takes no other functions once it has allocated. */
__attribute__((constructor)) static void serve_libraries(void)
{
    json_set_alloc_funcs(memory_or_reserve, memory_or_reserve_free);
    CRYPTO_set_mem_functions(crypto_memory, crypto_resized, crypto_free);
}

char *memory_from_reserve(char *text)
{
    if (!is_reserved(text))
        return text;
    char *own = strdup(text);
    memory_or_reserve_free(text);
    return own;
}
