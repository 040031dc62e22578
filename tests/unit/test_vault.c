/*
 * The vault: adopting, replacing, references, disposal, and what an audit finds when bytes change.
 */
#include "tests/support/casebook.h"

#include <dirent.h>
#include <sys/stat.h>

#include "casebook/audit.h"
#include "casebook/event.h"
#include "casebook/vault.h"

static struct vault *open_vault(struct bench *bench)
{
    struct vault *vault = NULL;
    assert_done(vault_open(bench_path(bench, "vault"), &vault, error));
    return vault;
}

static int incoming(struct bench *bench)
{
    mkdir(bench_path(bench, "incoming"), 0700);
    int directory = open(bench_path(bench, "incoming"), O_RDONLY | O_DIRECTORY);
    assert_true(directory >= 0);
    return directory;
}

static void write_file(int directory, const char *name, const char *bytes)
{
    assert_done(file_write_durable(directory, name, bytes, strlen(bytes), 0600, error));
}

static struct digest digest_of_text(const char *text)
{
    return digest_of(text, strlen(text));
}

static void object_path(struct bench *bench, const struct digest *digest, char *path)
{
    char text[DIGEST_TEXT_SIZE];
    digest_text(digest, text);
    snprintf(path, 256, "%s/vault/%.2s/%s", bench->directory, text, text);
}

static void test_adopt_few_and_many(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = open_vault(bench);
    int directory = incoming(bench);
    static const int sizes[] = {1, 4, 5, 100};
    for (size_t round = 0; round < 4; round++) {
        struct vault_batch *batch = NULL;
        char name[32], text[32];
        assert_done(vault_batch_begin(vault, &batch, error));
        for (int i = 0; i < sizes[round]; i++) {
            snprintf(name, sizeof name, "%d", i);
            snprintf(text, sizeof text, "round %zu file %d", round, i);
            write_file(directory, name, text);
            struct digest digest = digest_of_text(text);
            assert_done(vault_batch_adopt(batch, directory, name, &digest, strlen(text), error));
            /* Before the sync there is no such object. */
            assert_int_equal(vault_open_object(vault, &digest, NULL, NULL), -1);
        }
        assert_done(vault_batch_sync(batch, error));
        vault_batch_end(batch);
        for (int i = 0; i < sizes[round]; i++) {
            snprintf(name, sizeof name, "%d", i);
            snprintf(text, sizeof text, "round %zu file %d", round, i);
            struct digest digest = digest_of_text(text);
            char *bytes = NULL;
            size_t length = 0;
            assert_done(vault_read(vault, &digest, 100, &bytes, &length, error));
            assert_string_equal(bytes, text);
            free(bytes);
            assert_done(vault_verify(vault, &digest, strlen(text), error));
            assert_int_equal(faccessat(directory, name, F_OK, 0), -1); /* moved, not copied */
        }
    }
    close(directory);
    vault_close(vault);
}

static void test_wrong_copies_are_refused(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = open_vault(bench);
    int directory = incoming(bench);
    struct vault_batch *batch = NULL;
    struct digest digest = digest_of_text("abc");
    write_file(directory, "0", "abc");
    assert_int_equal(symlinkat("0", directory, "link"), 0);
    assert_int_equal(mkfifoat(directory, "fifo", 0600), 0);
    assert_done(vault_batch_begin(vault, &batch, error));
    assert_fault(vault_batch_adopt(batch, directory, "0", &digest, 4, error), FAULT_INTERNAL);
    assert_fault(vault_batch_adopt(batch, directory, "link", &digest, 3, error), FAULT_ENVIRONMENT);
    assert_fault(vault_batch_adopt(batch, directory, "fifo", &digest, 3, error), FAULT_ENVIRONMENT);
    assert_fault(vault_batch_adopt(batch, directory, "none", &digest, 3, error), FAULT_ABSENT);
    vault_batch_end(batch);
    close(directory);
    vault_close(vault);
}

static size_t temporaries(struct bench *bench)
{
    size_t found = 0;
    DIR *stream = opendir(bench_path(bench, "vault"));
    struct dirent *entry;
    while ((entry = readdir(stream)) != NULL)
        found += strncmp(entry->d_name, TEMPORARY_PREFIX, strlen(TEMPORARY_PREFIX)) == 0;
    closedir(stream);
    return found;
}

static void test_own_bytes_and_temporaries(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = open_vault(bench);
    struct vault_batch *batch = NULL;
    struct digest digest, again;
    assert_done(vault_put_bytes(vault, "report", 6, &digest, error));
    assert_done(vault_put_bytes(vault, "report", 6, &again, error));
    assert_true(digest_equal(&digest, &again));
    assert_int_equal(temporaries(bench), 0);
    /* A batch given up removes its temporaries; one a crash left is removed at the next start. */
    assert_done(vault_batch_begin(vault, &batch, error));
    assert_done(vault_batch_add(batch, "never", 5, &again, error));
    assert_int_equal(temporaries(bench), 1);
    vault_batch_end(batch);
    assert_int_equal(temporaries(bench), 0);
    int root = open(bench_path(bench, "vault"), O_RDONLY | O_DIRECTORY);
    char name[TEMPORARY_NAME_SIZE];
    int left = file_temporary(root, 0600, name, NULL);
    close(left);
    close(root);
    vault_close(vault);
    vault = open_vault(bench);
    assert_int_equal(temporaries(bench), 0);
    assert_done(vault_verify(vault, &digest, 6, error));
    vault_close(vault);
}

static void test_storing_again_heals(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = open_vault(bench);
    struct digest digest;
    char path[256];
    assert_done(vault_put_bytes(vault, "evidence", 8, &digest, error));
    object_path(bench, &digest, path);
    /* What a failed sync may leave: the name is there, the bytes are not. */
    assert_int_equal(truncate(path, 0), 0);
    assert_fault(vault_verify(vault, &digest, 8, error), FAULT_ENVIRONMENT);
    assert_done(vault_put_bytes(vault, "evidence", 8, &digest, error));
    assert_done(vault_verify(vault, &digest, 8, error));
    vault_close(vault);
}

static void problems_are(struct transaction *batch, struct vault *vault, const char *kinds)
{
    json_t *report = NULL, *problem;
    size_t index;
    char found[1024] = "";
    assert_done(audit_verify(batch, vault, &report, error));
    json_array_foreach(json_object_get(report, "problems"), index, problem)
    {
        strcat(found, json_text(problem, "kind"));
        strcat(found, " ");
    }
    json_decref(report);
    assert_string_equal(found, kinds);
}

static void flip(const char *path, off_t at)
{
    int file = open(path, O_RDWR);
    char byte = 0;
    assert_true(file >= 0 || chmod(path, 0600) == 0);
    if (file < 0)
        file = open(path, O_RDWR);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 1;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

static void test_audit_of_objects(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = open_vault(bench);
    struct transaction *batch = bench_batch(bench);
    struct digest image, stray;
    static char large[700000];
    char path[256];
    assert_done(vault_put_bytes(vault, large, sizeof large, &image, error));
    assert_done(vault_reference(batch, &image, sizeof large, "image", error));
    problems_are(batch, vault, "");
    object_path(bench, &image, path);
    flip(path, sizeof large - 1);
    problems_are(batch, vault, "object-changed ");
    flip(path, sizeof large - 1);
    assert_int_equal(truncate(path, sizeof large - 1), 0);
    problems_are(batch, vault, "object-changed ");
    assert_int_equal(unlink(path), 0);
    problems_are(batch, vault, "object-missing ");
    assert_done(vault_put_bytes(vault, large, sizeof large, &image, error));
    assert_done(vault_put_bytes(vault, "stray", 5, &stray, error));
    problems_are(batch, vault, "object-unreferenced ");
    assert_done(vault_reference(batch, &stray, 5, "document", error));
    problems_are(batch, vault, "");
    transaction_abort(batch);
    vault_close(vault);
}

/* What the gallery gives up stays as long as a request uses it; what nobody uses is disposed of and its file goes,
   unless the same bytes came again. */
static void test_given_up_and_erased(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = open_vault(bench);
    struct transaction *batch = bench_batch(bench);
    struct digest photo, other;
    char text[DIGEST_TEXT_SIZE];
    int64_t left = 9, sequence = 0;
    size_t erased = 9;
    assert_done(vault_put_bytes(vault, "photo", 5, &photo, error));
    assert_done(vault_put_bytes(vault, "other", 5, &other, error));
    assert_done(vault_reference(batch, &photo, 5, VAULT_GALLERY_FILE, error));
    assert_done(vault_reference(batch, &photo, 5, "packet-file", error));
    assert_done(vault_reference(batch, &photo, 5, VAULT_GALLERY_FILE, error));
    assert_done(vault_reference(batch, &other, 5, VAULT_GALLERY_FILE, error));
    assert_done(vault_give_up(batch, &photo, VAULT_GALLERY_FILE, &left, error));
    assert_int_equal(left, 1);
    assert_fault(vault_dispose(batch, &photo, 1, error), FAULT_REFUSED);
    assert_done(vault_give_up(batch, &photo, VAULT_GALLERY_FILE, &left, error));
    assert_int_equal(left, 1);
    assert_done(vault_give_up(batch, &photo, "packet-file", &left, error));
    assert_done(vault_give_up(batch, &other, VAULT_GALLERY_FILE, &left, error));
    assert_int_equal(left, 0);
    struct event event = {.action = "photo-destroyed", .object = digest_text(&photo, text)};
    assert_done(event_append(batch, 0, &event, &sequence, error));
    assert_done(vault_dispose(batch, &photo, sequence, error));
    event.object = digest_text(&other, text);
    assert_done(event_append(batch, 0, &event, &sequence, error));
    assert_done(vault_dispose(batch, &other, sequence, error));
    assert_done(vault_reference(batch, &other, 5, "packet-file", error));
    assert_done(vault_erase_disposed(batch, vault, &erased, error));
    assert_int_equal(erased, 1);
    problems_are(batch, vault, "");
    assert_true(vault_open_object(vault, &photo, NULL, NULL) < 0);
    assert_done(vault_verify(vault, &other, 5, error));
    assert_done(vault_erase_disposed(batch, vault, &erased, error));
    assert_int_equal(erased, 0);
    transaction_abort(batch);
    vault_close(vault);
}

static void test_references_and_disposal(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = open_vault(bench);
    struct transaction *batch = bench_batch(bench);
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    int64_t left = 0, sequence = 0;
    assert_done(vault_put_bytes(vault, "photo", 5, &digest, error));
    assert_done(vault_reference(batch, &digest, 5, "image", error));
    assert_done(vault_reference(batch, &digest, 5, "photo", error));
    assert_fault(vault_dispose(batch, &digest, 1, error), FAULT_REFUSED);
    assert_done(vault_unreference(batch, &digest, &left, error));
    assert_int_equal(left, 1);
    assert_done(vault_unreference(batch, &digest, &left, error));
    assert_int_equal(left, 0);
    assert_fault(vault_unreference(batch, &digest, &left, error), FAULT_INTERNAL);
    problems_are(batch, vault, ""); /* unused is not missing */
    struct event event = {.action = "object-disposed", .object = digest_text(&digest, text)};
    assert_done(event_append(batch, 0, &event, &sequence, error));
    assert_done(vault_dispose(batch, &digest, sequence, error));
    problems_are(batch, vault, "object-undisposed ");
    assert_done(vault_erase(vault, &digest, error));
    assert_done(vault_erase(vault, &digest, error));
    problems_are(batch, vault, "");
    assert_done(vault_dispose(batch, &digest, sequence + 7, error));
    problems_are(batch, vault, "disposal-unknown ");
    /* Received again, it is an object like any other. */
    assert_done(vault_put_bytes(vault, "photo", 5, &digest, error));
    assert_done(vault_reference(batch, &digest, 5, "image", error));
    problems_are(batch, vault, "");
    transaction_abort(batch);
    vault_close(vault);
}

static void test_audit_in_small_slices_says_the_same(void **state)
{
    struct bench *bench = *state;
    struct vault *vault = open_vault(bench);
    struct transaction *batch = bench_batch(bench);
    struct audit *audit = NULL;
    struct digest digest;
    char bytes[4096] = "";
    for (int i = 0; i < 30; i++) {
        snprintf(bytes, sizeof bytes, "object %d", i);
        assert_done(vault_put_bytes(vault, bytes, sizeof bytes, &digest, error));
        assert_done(vault_reference(batch, &digest, sizeof bytes, "image", error));
        struct event event = {.action = "looked"};
        assert_done(event_append(batch, i, &event, NULL, error));
    }
    char path[256];
    object_path(bench, &digest, path);
    flip(path, 100);
    assert_done(transaction_commit(batch, error));
    json_t *whole = NULL;
    batch = bench_batch(bench);
    assert_done(audit_verify(batch, vault, &whole, error));
    transaction_abort(batch);
    bool finished = false;
    int slices = 0;
    assert_done(audit_begin(vault, &audit, error));
    while (!finished) {
        batch = bench_batch(bench);
        assert_done(audit_step(audit, batch, 1, &finished, error));
        transaction_abort(batch);
        slices++;
    }
    assert_true(slices > 90);
    assert_true(json_equal(whole, audit_report(audit)));
    assert_int_equal(json_whole(whole, "objects", 0), 30);
    assert_int_equal(json_whole(whole, "bytes", 0), 30 * 4096);
    assert_int_equal(json_array_size(json_object_get(whole, "problems")), 1);
    audit_end(audit);
    json_decref(whole);
    vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_adopt_few_and_many, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_wrong_copies_are_refused, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_own_bytes_and_temporaries, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_storing_again_heals, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_audit_of_objects, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_references_and_disposal, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_given_up_and_erased, bench_begin, bench_end),
        cmocka_unit_test_setup_teardown(test_audit_in_small_slices_says_the_same, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
