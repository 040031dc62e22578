/*
 * Encryption at rest: files in chunks, the keyring, vault and casebook under keys, and their change, killed anywhere.
 */
#include "tests/support/casebook.h"

#include <sys/stat.h>

#include "base/encrypted_file.h"
#include "base/keyring.h"
#include "base/secret.h"
#include "base/site_key.h"
#include "casebook/audit.h"
#include "casebook/rekey.h"
#include "casebook/vault.h"

static struct keyring *keys_of(void)
{
    struct keyring *keyring = NULL;
    assert_done(keyring_make(0, &keyring, error));
    return keyring;
}

static int file_of(struct bench *bench, const char *name)
{
    int file = open(bench_path(bench, name), O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    return file;
}

static char *pattern(size_t length)
{
    char *bytes = malloc(length + 1);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    return bytes;
}

static struct digest encrypt(int file, const struct keyring *keyring, const char *bytes, size_t length,
                             size_t piece)
{
    struct encrypted_writer *writer = NULL;
    struct digest digest;
    uint64_t size = 0;
    assert_done(encrypted_begin(file, keyring, &writer, error));
    for (size_t at = 0; at < length; at += piece)
        assert_done(encrypted_add(writer, bytes + at, at + piece < length ? piece : length - at, error));
    assert_done(encrypted_end(writer, &digest, &size, error));
    assert_int_equal(size, length);
    return digest;
}

/* Everything from a place on, in pieces. */
static bool reads(int file, const struct keyring *keyring, const char *bytes, size_t length, size_t from,
                  struct error *error)
{
    struct encrypted_reader *reader = NULL;
    char block[5000];
    size_t got = 1;
    if (!encrypted_open(file, keyring, &reader, error))
        return false;
    assert_int_equal(encrypted_size(reader), length);
    bool done = true;
    while (done && got > 0) {
        done = encrypted_read(reader, from, block, sizeof block, &got, error);
        if (done && got > 0)
            assert_memory_equal(block, bytes + from, got);
        from += done ? got : 0;
    }
    encrypted_close(reader);
    assert_true(!done || from == length);
    return done;
}

static void test_sizes(void **state)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, 200000};
    struct keyring *keyring = keys_of();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *bytes = pattern(sizes[i]);
        int file = file_of(*state, "file");
        struct digest digest = encrypt(file, keyring, bytes, sizes[i], 40000),
                      wanted = digest_of(bytes, sizes[i]);
        assert_true(digest_equal(&digest, &wanted));
        assert_int_equal(lseek(file, 0, SEEK_END), encrypted_stored_size(sizes[i]));
        assert_done(reads(file, keyring, bytes, sizes[i], 0, error));
        assert_done(reads(file, keyring, bytes, sizes[i], sizes[i] / 2, error));
        int memory = -1;
        assert_done((memory = encrypted_in_memory(file, keyring, error)) >= 0);
        assert_done(digest_of_file(memory, &digest, NULL, error));
        assert_true(digest_equal(&digest, &wanted));
        assert_int_equal(write(memory, "x", 1), -1);
        close(memory);
        close(file);
        free(bytes);
    }
    keyring_free(keyring);
}

static void flip(int file, off_t at)
{
    char byte;
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte = (char)(byte ^ 1);
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
}

static void test_every_change_is_named(void **state)
{
    enum { SIZE = 200000, STORED = 65536 + 16 };
    static const struct {
        off_t at;
        const char *says;
    } changes[] = {
        {0, "not encrypted"},
        {9, "not encrypted"},
        {13, "not in var/keyring"},
        {21, "header was changed"},
        {40, "header was changed"},
        {110, "header was changed"},
        {1024, "chunk 0 was"},
        {1024 + STORED + 5, "chunk 1 was"},
        {1024 + 3 * STORED + 1, "chunk 3 was"},
    };
    struct keyring *keyring = keys_of(), *other = keys_of();
    char *bytes = pattern(SIZE);
    int file = file_of(*state, "file");
    encrypt(file, keyring, bytes, SIZE, SIZE);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct error error = ERROR_NONE;
        flip(file, changes[i].at);
        assert_false(reads(file, keyring, bytes, SIZE, 0, &error));
        if (strstr(error.text, changes[i].says) == NULL)
            fail_msg("byte %ld: %s", (long)changes[i].at, error.text);
        flip(file, changes[i].at);
    }
    assert_done(reads(file, keyring, bytes, SIZE, 0, error));
    struct error error = ERROR_NONE;
    assert_false(reads(file, other, bytes, SIZE, 0, &error));
    assert_non_null(strstr(error.text, "not in var/keyring"));
    /* The last chunk in the place of another, and the end cut off at a chunk's border. */
    assert_int_equal(ftruncate(file, 1024 + 3 * STORED), 0);
    assert_false(reads(file, keyring, bytes, SIZE, 0, &error));
    assert_non_null(strstr(error.text, "cut off in chunk 3 of 4"));
    char chunk[STORED];
    assert_int_equal(pread(file, chunk, STORED, 1024), STORED);
    assert_int_equal(pwrite(file, chunk, STORED, 1024 + STORED), STORED);
    assert_false(reads(file, keyring, bytes, SIZE, 0, &error));
    assert_non_null(strstr(error.text, "chunk 1 was changed"));
    close(file);
    free(bytes);
    keyring_free(keyring);
    keyring_free(other);
}

static void test_wrapped_anew(void **state)
{
    struct keyring *keyring = keys_of();
    char *bytes = pattern(70000);
    bool changed = false;
    int file = file_of(*state, "file");
    encrypt(file, keyring, bytes, 70000, 70000);
    struct keyring *old = keys_of();
    *old = *keyring;
    assert_done(keyring_renew(keyring, 1, error));
    assert_fault(encrypted_forget(file, keyring, error), FAULT_INTERNAL);
    assert_done(encrypted_rewrap(file, keyring, &changed, error));
    assert_true(changed);
    assert_done(reads(file, old, bytes, 70000, 0, error)); /* a crash here loses nothing */
    assert_done(encrypted_rewrap(file, keyring, &changed, error));
    assert_false(changed);
    assert_done(encrypted_forget(file, keyring, error));
    assert_fault(reads(file, old, bytes, 70000, 0, error), FAULT_ENVIRONMENT);
    keyring_forget_old(keyring);
    assert_int_equal(keyring->count, 1);
    assert_done(reads(file, keyring, bytes, 70000, 0, error));
    assert_done(encrypted_destroy(file, error));
    assert_fault(reads(file, keyring, bytes, 70000, 0, error), FAULT_ENVIRONMENT);
    close(file);
    free(bytes);
    keyring_free(keyring);
    keyring_free(old);
}

static struct site_key *key_of(struct bench *bench, const char *name, const char *text)
{
    struct site_key *key = NULL;
    char path[256];
    snprintf(path, sizeof path, "%s", bench_path(bench, name));
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    assert_done(site_key_read(path, geteuid(), &key, error));
    return key;
}

static void test_keyring(void **state)
{
    struct bench *bench = *state;
    int directory = directory_open(bench->directory, NULL);
    struct keyring *keyring = keys_of(), *read = NULL;
    struct site_key *made = NULL, *phrase = key_of(bench, "phrase", "seven reluctant otters\n"),
                    *other = key_of(bench, "other", "seven reluctant otter\n");
    assert_done(site_key_make(bench_path(bench, "made"), &made, error));
    assert_true(site_key_direct(made));
    assert_fault(site_key_make(bench_path(bench, "made"), NULL, error), FAULT_ENVIRONMENT);
    keyring->work = KEY_WORK_ROTATE;
    assert_false(keyring_there(directory));
    const struct site_key *both[] = {made, phrase}, *wrong[] = {phrase, other};
    for (int i = 0; i < 2; i++) {
        assert_done(keyring_write(directory, both[i], keyring, error));
        assert_true(keyring_there(directory));
        assert_done(keyring_read(directory, both[i], &read, error));
        assert_memory_equal(read, keyring, sizeof *read);
        keyring_free(read);
        struct error error = ERROR_NONE;
        assert_false(keyring_read(directory, wrong[i], &read, &error));
        assert_int_equal(error.fault, FAULT_ENVIRONMENT);
        assert_non_null(strstr(error.text, "is not this site's key"));
        assert_null(strstr(error.text, "otter"));
    }
    struct error error = ERROR_NONE;
    int file = openat(directory, "keyring", O_RDWR);
    char text[4096] = "";
    assert_true(pread(file, text, sizeof text - 1, 0) > 0);
    flip(file, strstr(text, "\"keys\":") - text + 20);
    close(file);
    assert_false(keyring_read(directory, phrase, &read, &error));
    assert_non_null(strstr(error.text, "damaged"));
    chmod(bench_path(bench, "phrase"), 0640);
    struct site_key *open_to_all = NULL;
    assert_false(site_key_read(bench_path(bench, "phrase"), geteuid(), &open_to_all, &error));
    assert_non_null(strstr(error.text, "others may read"));
    site_key_free(made);
    site_key_free(phrase);
    site_key_free(other);
    keyring_free(keyring);
    close(directory);
}

/* --- the record --- */

static struct vault *vault_with(struct bench *bench, const struct keyring *keyring)
{
    struct vault *vault = NULL;
    assert_done(vault_open(bench_path(bench, "vault"), &vault, error));
    if (keyring != NULL)
        vault_use_keys(vault, keyring);
    return vault;
}

static const char PICTURE[] = "the known bytes of a known picture, long enough to be looked for";

/* Is that text in any file below the folder? */
static bool found_below(struct bench *bench, const char *text)
{
    char command[512];
    snprintf(command, sizeof command, "grep -rqaF '%s' '%s'", text, bench->directory);
    return system(command) == 0; /* NOLINT: a test's own words */
}

static void test_vault_under_keys(void **state)
{
    struct bench *bench = *state;
    struct keyring *keyring = keys_of();
    struct vault *vault = vault_with(bench, keyring);
    struct digest digest, other;
    char text[DIGEST_TEXT_SIZE], *bytes = NULL;
    size_t length = 0;
    assert_done(vault_put_bytes(vault, PICTURE, sizeof PICTURE, &digest, error));
    assert_done(vault_put_bytes(vault, "another", 7, &other, error));
    assert_done(vault_verify(vault, &digest, sizeof PICTURE, error));
    assert_done(vault_read(vault, &digest, 100, &bytes, &length, error));
    assert_memory_equal(bytes, PICTURE, sizeof PICTURE);
    free(bytes);
    assert_false(found_below(bench, "known picture"));
    assert_fault(vault_verify(vault, &digest, 3, error), FAULT_ENVIRONMENT);
    /* Its name does not tell who has the picture that the site has it. */
    digest_text(&digest, text);
    char path[300];
    snprintf(path, sizeof path, "%s/vault/%.2s/%s", bench->directory, text, text);
    assert_int_equal(access(path, F_OK), -1);
    /* A copy in clear, and one under another digest, do not get in. */
    int incoming = directory_open(bench->directory, NULL);
    struct vault_batch *batch = NULL;
    assert_done(file_write_durable(incoming, "0", PICTURE, sizeof PICTURE, 0600, error));
    assert_done(vault_batch_begin(vault, &batch, error));
    assert_fault(vault_batch_adopt(batch, incoming, "0", &digest, sizeof PICTURE, error), FAULT_ENVIRONMENT);
    int file = file_of(bench, "0");
    encrypt(file, keyring, PICTURE, sizeof PICTURE, 10);
    close(file);
    assert_fault(vault_batch_adopt(batch, incoming, "0", &other, sizeof PICTURE, error), FAULT_INTERNAL);
    assert_done(vault_batch_adopt(batch, incoming, "0", &digest, sizeof PICTURE, error));
    assert_done(vault_batch_sync(batch, error));
    vault_batch_end(batch);
    assert_done(vault_verify(vault, &digest, sizeof PICTURE, error));
    close(incoming);
    assert_done(vault_erase(vault, &digest, error));
    assert_done(vault_erase(vault, &digest, error));
    assert_false(vault_has_file(vault, &digest));
    vault_close(vault);
    keyring_free(keyring);
}

static void kinds_are(struct bench *bench, struct vault *vault, const char *kinds)
{
    struct transaction *batch = bench_batch(bench);
    json_t *report = NULL, *problem;
    char found[400] = "";
    size_t i;
    assert_done(audit_verify(batch, vault, &report, error));
    json_array_foreach(json_object_get(report, "problems"), i, problem)
    {
        strcat(found, json_text(problem, "kind"));
        strcat(found, " ");
    }
    assert_string_equal(found, kinds);
    json_decref(report);
    transaction_abort(batch);
}

static char *path_of(struct bench *bench, const struct keyring *keyring, const struct digest *digest)
{
    static char path[2][300];
    static int turn;
    char text[DIGEST_TEXT_SIZE];
    struct digest name = keyring_name(keyring, digest);
    digest_text(&name, text);
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/vault/%.2s/%s", bench->directory, text, text);
    return path[turn];
}

static void test_audit_reads_through_the_keys(void **state)
{
    struct bench *bench = *state;
    struct keyring *keyring = keys_of();
    struct vault *vault = vault_with(bench, keyring);
    struct digest digests[3];
    char *large = pattern(150000);
    struct transaction *batch = bench_batch(bench);
    for (size_t i = 0; i < 3; i++) {
        assert_done(vault_put_bytes(vault, large, 149990 + i, &digests[i], error));
        assert_done(vault_reference(batch, &digests[i], 149990 + i, "image", error));
    }
    assert_done(transaction_commit(batch, error));
    kinds_are(bench, vault, "");
    int file = open(path_of(bench, keyring, &digests[0]), O_RDWR);
    flip(file, 90000);
    kinds_are(bench, vault, "object-changed ");
    assert_int_equal(ftruncate(file, 100000), 0);
    kinds_are(bench, vault, "object-changed ");
    close(file);
    assert_done(vault_put_bytes(vault, large, 149990, &digests[0], error));
    kinds_are(bench, vault, "");
    /* Two files exchanged: each is whole, and neither is what its name says. */
    char *one = path_of(bench, keyring, &digests[1]), *two = path_of(bench, keyring, &digests[2]), aside[300];
    snprintf(aside, sizeof aside, "%s/aside", bench->directory);
    assert_int_equal(rename(one, aside) + rename(two, one) + rename(aside, two), 0);
    kinds_are(bench, vault, "object-changed object-changed file-unreadable file-unreadable ");
    struct error error = ERROR_NONE;
    assert_int_equal(vault_open_object(vault, &digests[1], NULL, &error), -1);
    assert_non_null(strstr(error.text, "exchanged"));
    free(large);
    vault_close(vault);
    keyring_free(keyring);
}

static void put_name(struct bench *bench, const char *key, const char *name)
{
    struct transaction *batch = bench_batch(bench);
    json_t *value = json_pack("{ss}", "name", name);
    assert_done(book_put(batch, BOOK_DOCKETS, key, value, error));
    assert_done(transaction_commit(batch, error));
    json_decref(value);
}

static bool has_name(struct bench *bench, const char *key, const char *name)
{
    struct transaction *batch = bench_batch(bench);
    json_t *value = NULL;
    assert_done(book_get(batch, BOOK_DOCKETS, key, &value, error));
    bool same = value != NULL && strcmp(json_text(value, "name"), name) == 0;
    json_decref(value);
    transaction_abort(batch);
    return same;
}

static void reopen_with(struct bench *bench, const char *password)
{
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    assert_done(casebook_open_encrypted(bench_path(bench, "casebook"), password, &bench->casebook, error));
}

static void test_casebook_under_a_password(void **state)
{
    struct bench *bench = *state;
    struct casebook *other = NULL;
    char key[32];
    int var = directory_open(bench->directory, NULL);
    for (int i = 0; i < 1200; i++) {
        snprintf(key, sizeof key, "FR-2026-%06d", i);
        put_name(bench, i % 100 == 0 ? key : "FR-2026-999999", "Ottoline Quillfeather");
    }
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    assert_true(found_below(bench, "Quillfeather"));
    assert_fault(casebook_open_encrypted(bench_path(bench, "casebook"), "first", &other, error),
                 FAULT_ENVIRONMENT);
    assert_done(casebook_rekey(var, bench->directory, "", "first", NULL, NULL, error));
    assert_done(casebook_forget_old(var, error));
    reopen_with(bench, "first");
    assert_true(has_name(bench, "FR-2026-000300", "Ottoline Quillfeather"));
    put_name(bench, "FR-2026-000301", "Ottoline Quillfeather");
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    assert_false(found_below(bench, "Quillfeather"));
    assert_false(found_below(bench, "FR-2026-000300"));
    /* A wrong key says so, and does nothing to what is there. */
    static const char *const wrong[] = {"", "second"};
    static const char *const says[] = {"no keys", "another key"};
    for (int i = 0; i < 2; i++) {
        struct error error = ERROR_NONE;
        assert_false(casebook_open_encrypted(bench_path(bench, "casebook"), wrong[i], &other, &error));
        assert_int_equal(error.fault, FAULT_ENVIRONMENT);
        assert_non_null(strstr(error.text, says[i]));
    }
    reopen_with(bench, "first");
    assert_true(has_name(bench, "FR-2026-000301", "Ottoline Quillfeather"));
    casebook_close(bench->casebook, NULL);
    bench->casebook = NULL;
    /* Between the two renames of the next change. */
    assert_done(casebook_rekey(var, bench->directory, "first", "second", NULL, NULL, error));
    assert_done(file_rename(var, "casebook", var, "casebook.next", false, error));
    assert_done(casebook_rekey(var, bench->directory, "first", "second", NULL, NULL, error));
    assert_done(casebook_rekey(var, bench->directory, "first", "second", NULL, NULL, error));
    assert_done(casebook_forget_old(var, error));
    reopen_with(bench, "second");
    assert_true(has_name(bench, "FR-2026-000301", "Ottoline Quillfeather"));
    close(var);
}

static void test_vault_gets_keys_and_others(void **state)
{
    struct bench *bench = *state;
    enum { OBJECTS = 300 };
    struct vault *vault = vault_with(bench, NULL);
    struct digest digests[OBJECTS];
    struct rekey_counts counts;
    char text[100];
    for (int i = 0; i < OBJECTS; i++) {
        snprintf(text, sizeof text, "%s %d", PICTURE, i);
        assert_done(vault_put_bytes(vault, text, strlen(text), &digests[i], error));
    }
    /* One that somebody made look like an encrypted file. */
    char lookalike[2048] = "LSVAULT1";
    struct digest look;
    memcpy(lookalike + 8, "\0\1\0\0", 4);
    assert_done(vault_put_bytes(vault, lookalike, sizeof lookalike, &look, error));
    assert_done(vault_encrypt_all(vault, true, NULL, NULL, &counts, error));
    assert_int_equal(counts.changed, OBJECTS + 1);
    struct keyring *keyring = keys_of();
    vault_use_keys(vault, keyring);
    assert_done(vault_encrypt_all(vault, false, NULL, NULL, &counts, error));
    assert_int_equal(counts.changed, OBJECTS + 1);
    assert_int_equal(counts.unreadable, 0);
    assert_false(found_below(bench, "known picture"));
    assert_done(vault_verify(vault, &look, sizeof lookalike, error));
    assert_done(vault_encrypt_all(vault, false, NULL, NULL, &counts, error));
    assert_int_equal(counts.changed, 0);
    assert_done(keyring_renew(keyring, 1, error));
    assert_done(vault_rewrap_all(vault, false, NULL, NULL, &counts, error));
    assert_int_equal(counts.changed, OBJECTS + 1);
    keyring_forget_old(keyring);
    assert_done(vault_rewrap_all(vault, false, NULL, NULL, &counts, error));
    assert_int_equal(counts.changed, 0);
    assert_int_equal(counts.unreadable, 0);
    for (int i = 0; i < OBJECTS; i++) {
        int length = snprintf(text, sizeof text, "%s %d", PICTURE, i);
        assert_done(vault_verify(vault, &digests[i], (uint64_t)length, error));
    }
    vault_close(vault);
    keyring_free(keyring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sizes, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_every_change_is_named, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_wrapped_anew, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_keyring, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_vault_under_keys, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_audit_reads_through_the_keys, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_casebook_under_a_password, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_vault_gets_keys_and_others, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
