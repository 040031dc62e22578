/*
 * A casebook and a vault in a folder of their own, for unit tests. Everything goes when the test ends.
 */
#ifndef LEADSPOOL_TESTS_SUPPORT_CASEBOOK_H
#define LEADSPOOL_TESTS_SUPPORT_CASEBOOK_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/json.h"
#include "casebook/casebook.h"

struct bench {
    char directory[64];
    struct casebook *casebook;
};

#define assert_done(call)                                                                                    \
    do {                                                                                                     \
        struct error error_ = ERROR_NONE;                                                                    \
        struct error *error = &error_;                                                                       \
        if (!(call))                                                                                         \
            fail_msg("%s: %s", #call, error_.text);                                                          \
    } while (0)

#define assert_fault(call, expected)                                                                         \
    do {                                                                                                     \
        struct error error_ = ERROR_NONE;                                                                    \
        struct error *error = &error_;                                                                       \
        if (call)                                                                                            \
            fail_msg("%s succeeded", #call);                                                                 \
        if (error_.fault != (expected))                                                                      \
            fail_msg("%s: fault %d: %s", #call, (int)error_.fault, error_.text);                             \
    } while (0)

static inline char *bench_path(const struct bench *bench, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", bench->directory, name);
    return path;
}

static inline void bench_reopen(struct bench *bench)
{
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    assert_done(casebook_open(bench_path(bench, "casebook"), &bench->casebook, error));
}

static inline int bench_begin(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    strcpy(bench->directory, "/tmp/leadspool-test-XXXXXX");
    assert_non_null(mkdtemp(bench->directory));
    bench_reopen(bench);
    *state = bench;
    return 0;
}

static inline int bench_end(void **state)
{
    struct bench *bench = *state;
    casebook_close(bench->casebook, NULL);
    int root = open("/tmp", O_RDONLY | O_DIRECTORY);
    directory_remove_tree(root, strrchr(bench->directory, '/') + 1, NULL);
    close(root);
    free(bench);
    return 0;
}

static inline struct transaction *bench_batch(struct bench *bench)
{
    struct transaction *transaction = NULL;
    assert_done(transaction_begin(bench->casebook, NULL, &transaction, error));
    return transaction;
}

static inline struct transaction *bench_nested(struct bench *bench, struct transaction *parent)
{
    struct transaction *transaction = NULL;
    assert_done(transaction_begin(bench->casebook, parent, &transaction, error));
    return transaction;
}

static inline void bench_put(struct transaction *transaction, enum book book, const char *key, int64_t value)
{
    json_t *record = json_pack("{s:I}", "value", (json_int_t)value);
    assert_done(book_put(transaction, book, key, record, error));
    json_decref(record);
}

/* The record's "value", -1 when there is no such key. */
static inline int64_t bench_value(struct transaction *transaction, enum book book, const char *key)
{
    json_t *record = NULL;
    assert_done(book_get(transaction, book, key, &record, error));
    int64_t value = record == NULL ? -1 : json_whole(record, "value", -2);
    json_decref(record);
    return value;
}

#endif
