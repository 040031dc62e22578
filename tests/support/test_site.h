/*
 * A site of its own for a unit test: made by `leadspool init --demo`, opened, with casebook and vault.
 */
#ifndef LEADSPOOL_TESTS_SUPPORT_TEST_SITE_H
#define LEADSPOOL_TESTS_SUPPORT_TEST_SITE_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "casebook/vault.h"
#include "command/command.h"

struct test_site {
    char path[64];
    struct site site;
    struct casebook *casebook;
    struct vault *vault;
};

/* Run a command as `main` would, in this process; its error is in `error`. */
static inline bool test_command(const struct command *command, const char *site, struct error *error,
                                int count, const char *const *words)
{
    char *argv[64], storage[64][600];
    struct invocation invocation = {.site = site};
    assert(count < 62);
    snprintf(storage[0], sizeof storage[0], "%s", command->name);
    for (int i = 0; i < count; i++)
        snprintf(storage[i + 1], sizeof storage[i + 1], "%s", words[i]);
    for (int i = 0; i <= count; i++)
        argv[i] = storage[i];
    argv[count + 1] = NULL;
    *error = ERROR_NONE;
    extern int optind;
    optind = 0;
    return command->run(&invocation, count + 1, argv, error);
}

#define TEST_COMMAND(command, site, error, ...)                                                              \
    test_command(command, site, error, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),        \
                 (const char *const[]){__VA_ARGS__})

static inline void test_site_make(struct test_site *test)
{
    struct error error = ERROR_NONE;
    *test = (struct test_site){.path = "/tmp/leadspool-test-XXXXXX"};
    if (mkdtemp(test->path) == NULL || !TEST_COMMAND(&command_init, NULL, &error, "--demo", test->path)) {
        fprintf(stderr, "making a test site: %s\n", error.text);
        abort();
    }
}

static inline void test_site_open(struct test_site *test)
{
    struct error error = ERROR_NONE;
    char path[100];
    bool done = site_open(test->path, &test->site, &error) && site_lock(&test->site, &error);
    snprintf(path, sizeof path, "%s/var/casebook", test->path);
    done = done && casebook_open(path, &test->casebook, &error);
    snprintf(path, sizeof path, "%s/var/vault", test->path);
    done = done && vault_open(path, &test->vault, &error);
    if (!done) {
        fprintf(stderr, "opening a test site: %s\n", error.text);
        abort();
    }
}

static inline void test_site_close(struct test_site *test)
{
    vault_close(test->vault);
    casebook_close(test->casebook, NULL);
    site_close(&test->site);
    test->vault = NULL;
    test->casebook = NULL;
}

static inline void test_site_remove(struct test_site *test)
{
    int parent = directory_open("/tmp", NULL);
    directory_remove_tree(parent, test->path + strlen("/tmp/"), NULL);
}

#endif
