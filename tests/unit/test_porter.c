/*
 * The porter against senders who change things under its hands.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/channel.h"
#include "base/encrypted_file.h"
#include "base/files.h"
#include "base/json.h"
#include "base/keyring.h"
#include "spool/porter.h"
#include "spool/porter_child.h"

struct place {
    char path[64];
    int site, share, incoming;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    strcpy(place->path, "/tmp/test-porter-XXXXXX");
    assert_non_null(mkdtemp(place->path));
    place->site = open(place->path, O_RDONLY | O_DIRECTORY);
    place->share = directory_open_at(place->site, "in", true, 0700, NULL);
    place->incoming = directory_open_at(place->site, "incoming", true, 0700, NULL);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    const char *name = strrchr(place->path, '/') + 1;
    int parent = open("/tmp", O_RDONLY | O_DIRECTORY);
    close(place->site);
    close(place->share);
    close(place->incoming);
    assert_true(directory_remove_tree(parent, name, NULL));
    assert_int_equal(faccessat(parent, name, F_OK, 0), -1);
    close(parent);
    free(place);
    return 0;
}

static void put(int directory, const char *name, size_t size)
{
    int file = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    char *bytes = calloc(1, size + 1);
    assert_true(file_write_all(file, bytes, size, NULL));
    free(bytes);
    close(file);
}

static int put_directory(int parent, const char *name)
{
    int directory = directory_open_at(parent, name, true, 0700, NULL);
    assert_true(directory >= 0);
    return directory;
}

static json_t *run(porter_operation *operation, const struct place *place, const char *options)
{
    json_t *answer = json_object(), *message = json_loads(options, 0, NULL);
    int sent = -1;
    struct error error = ERROR_NONE;
    assert_non_null(message);
    json_put_text(message, "path", "in");
    json_put_text(message, "drop", "packet");
    json_put_text(message, "claim", "000000000001");
    json_object_set_new(message, "limits",
                        json_pack("{si,si,si}", "file", 64 << 20, "total", 64 << 20, "files", 3));
    assert_true(operation(place->site, message, place->incoming, answer, &sent, &error));
    json_decref(message);
    return answer;
}

static const char *what_of(const json_t *answer, const char *name)
{
    return json_text(json_find(json_object_get(answer, "specials"), "name", name), "what");
}

struct writer {
    int file;
    atomic_bool stop;
};

static void *go_on_writing(void *context)
{
    struct writer *writer = context;
    while (!atomic_load(&writer->stop) && write(writer->file, "x", 1) == 1)
        ;
    return NULL;
}

static void test_a_file_that_goes_on_growing(void **state)
{
    struct place *place = *state;
    struct writer writer;
    pthread_t thread;
    int packet = put_directory(place->share, ".claim-000000000001");
    put(packet, "manifest.xml", 10);
    put(packet, "grows.jpg", 16 << 20);
    writer.file = openat(packet, "grows.jpg", O_WRONLY | O_APPEND);
    atomic_init(&writer.stop, false);
    assert_int_equal(pthread_create(&thread, NULL, go_on_writing, &writer), 0);
    json_t *first = run(porter_copy, place, "{}"), *last = run(porter_copy, place, "{\"final\":true}");
    /* On a busy machine the writer may not have its turn while a copy is made. */
    for (int i = 0; i < 200 && json_object_get(first, "changing") == NULL; i++) {
        json_decref(first);
        first = run(porter_copy, place, "{}");
    }
    for (int i = 0; i < 200 && json_array_size(json_object_get(last, "specials")) == 0; i++) {
        json_decref(last);
        last = run(porter_copy, place, "{\"final\":true}");
    }
    atomic_store(&writer.stop, true);
    pthread_join(thread, NULL);
    assert_string_equal(json_text(first, "changing"), "grows.jpg");
    assert_null(json_object_get(last, "changing"));
    assert_string_equal(what_of(last, "grows.jpg"), "changing");
    assert_int_equal(json_array_size(json_object_get(last, "files")), 1);
    json_t *rest = run(porter_copy, place, "{}");
    assert_int_equal(json_array_size(json_object_get(rest, "files")), 2);
    json_decref(first);
    json_decref(last);
    json_decref(rest);
    close(writer.file);
    close(packet);
}

/* The manifest is copied whatever else there is, so that the answer can be about the request. */
static void test_too_many_files(void **state)
{
    struct place *place = *state;
    int packet = put_directory(place->share, ".claim-000000000001");
    static const char *const names[] = {"a", "b", "c", "d", "manifest.xml", "z"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        put(packet, names[i], 1);
    json_t *answer = run(porter_copy, place, "{}");
    const json_t *files = json_object_get(answer, "files");
    assert_int_equal(json_array_size(files), 3);
    assert_string_equal(json_text(json_array_get(files, 0), "name"), "manifest.xml");
    assert_non_null(json_find(json_object_get(answer, "specials"), "what", "too-many"));
    json_decref(answer);
    close(packet);
}

static void test_a_folder_where_files_go(void **state)
{
    struct place *place = *state;
    int packet = put_directory(place->share, ".claim-000000000001");
    put(packet, "decision.p7m", 1);
    json_t *answer = run(porter_copy, place, "{\"single\":true}");
    assert_int_equal(json_array_size(json_object_get(answer, "files")), 0);
    assert_string_equal(what_of(answer, "packet"), "directory");
    json_decref(answer);
    close(packet);
}

/* A sender who makes our names: what he put there is not answered in the place of the drop. */
static void test_a_planted_claim(void **state)
{
    struct place *place = *state;
    put(place->share, "packet", 5);
    put(place->share, ".claim-000000000001", 7);
    json_t *answer = run(porter_claim, place, "{\"fresh\":true}");
    struct stat status;
    assert_string_equal(json_text(answer, "state"), "claimed");
    assert_int_equal(fstatat(place->share, ".claim-000000000001", &status, 0), 0);
    assert_int_equal(status.st_size, 5);
    assert_int_equal(fstatat(place->share, "hidden-claim-000000000001-1", &status, 0), 0);
    assert_int_equal(status.st_size, 7);
    json_decref(answer);
}

/* What changed since it settled is left to settle anew. */
static void test_a_claim_of_what_changed(void **state)
{
    struct place *place = *state;
    char options[200];
    int packet = put_directory(place->share, "packet");
    put(packet, "manifest.xml", 10);
    json_t *seen = porter_look(place->share, "packet", 5, true);
    snprintf(options, sizeof options, "{\"fresh\":true,\"print\":\"%s\"}", json_text(seen, "print"));
    put(packet, "late.jpg", 1);
    json_t *answer = run(porter_claim, place, options);
    assert_string_equal(json_text(answer, "state"), "changed");
    assert_int_equal(faccessat(place->share, "packet", F_OK, 0), 0);
    json_decref(answer);
    json_decref(seen);
    seen = porter_look(place->share, "packet", 5, true);
    snprintf(options, sizeof options, "{\"fresh\":true,\"print\":\"%s\"}", json_text(seen, "print"));
    answer = run(porter_claim, place, options);
    assert_string_equal(json_text(answer, "state"), "claimed");
    json_decref(answer);
    json_decref(seen);
    close(packet);
}

/* A claim that a killed daemon left is found again, and one taken back is gone. */
static void test_a_claim_found_again(void **state)
{
    struct place *place = *state;
    put(place->share, ".claim-000000000001", 7);
    json_t *answer = run(porter_claim, place, "{}");
    assert_string_equal(json_text(answer, "state"), "claimed");
    json_decref(answer);
    assert_true(file_remove(place->share, ".claim-000000000001", NULL));
    answer = run(porter_claim, place, "{}");
    assert_string_equal(json_text(answer, "state"), "absent");
    json_decref(answer);
}

static void test_a_deep_tree_goes(void **state)
{
    struct place *place = *state;
    int at = put_directory(place->share, ".claim-000000000001");
    put(at, "moved-1", 1);
    for (int i = 0; i < 3000; i++) {
        int next = put_directory(at, "d");
        if (i % 100 == 0)
            put(next, "moved-2", 1);
        close(at);
        at = next;
    }
    close(at);
    json_decref(run(porter_unclaim, place, "{}"));
    assert_int_equal(faccessat(place->share, ".claim-000000000001", F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

/* As an account that may do what its rights say: root's do not end. */
static int as_nobody(void (*act)(const struct place *), const struct place *place)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
            _exit(77);
        act(place);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void unclaim_closed(const struct place *place)
{
    json_t *answer = run(porter_unclaim, place, "{}");
    if (strcmp(json_text(answer, "left"), ".left-000000000001") != 0)
        _exit(2);
}

static void copy_closed(const struct place *place)
{
    json_t *answer = run(porter_copy, place, "{}");
    if (strcmp(what_of(answer, "packet"), "unreadable") != 0)
        _exit(2);
}

/* What the service account may not remove is set aside by name, once it is answered. */
static void test_folders_closed_to_us(void **state)
{
    struct place *place = *state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(place->path, 0755), 0);
    assert_int_equal(fchmod(place->share, 0777), 0);
    int packet = put_directory(place->share, ".claim-000000000001");
    int closed = put_directory(packet, "closed");
    put(closed, "inside", 1);
    assert_int_equal(as_nobody(copy_closed, place), 0);
    assert_int_equal(fchmod(packet, 0777), 0);
    assert_int_equal(as_nobody(unclaim_closed, place), 0);
    assert_int_equal(faccessat(place->share, ".left-000000000001/closed/inside", F_OK, 0), 0);
    assert_int_equal(faccessat(place->share, ".claim-000000000001", F_OK, 0), -1);
    close(closed);
    close(packet);
}

/* Before a drop is claimed it is copied where it lies, under its own name, and stays there. */
static void test_a_copy_before_the_claim(void **state)
{
    struct place *place = *state;
    int packet = put_directory(place->share, "packet");
    put(packet, "manifest.xml", 10);
    put(packet, "still.jpg", 100);
    put_directory(place->share, ".claim-000000000001"); /* of another drop */
    json_t *answer = json_object(),
           *limits = json_pack("{si,si,si}", "file", 1000, "total", 1000, "files", 3);
    json_t *message = json_pack("{ss,ss,so}", "path", "in", "drop", "packet", "limits", limits);
    int sent = -1;
    struct stat status;
    assert_true(porter_copy(place->site, message, place->incoming, answer, &sent, NULL));
    assert_int_equal(json_array_size(json_object_get(answer, "files")), 2);
    assert_int_equal(json_array_size(json_object_get(answer, "specials")), 0);
    assert_string_equal(json_text(answer, "form"), "directory");
    assert_int_equal(fstatat(place->incoming, "1", &status, 0), 0);
    assert_int_equal(status.st_size, 100);
    assert_int_equal(faccessat(place->share, "packet/still.jpg", F_OK, 0), 0);
    json_decref(answer);
    json_decref(message);
    close(packet);
}

/* Claims that wait together are answered after one sync: each once, in their order, each renamed by then. */
static void test_claims_that_wait_together(void **state)
{
    enum { CLAIMS = 40 }; /* more than go together */
    struct place *place = *state;
    static struct porter_heartbeat heartbeat;
    const struct porter_place own = {.account = getuid(), .group = getgid(), .heartbeat = &heartbeat};
    int ends[2];
    char name[32];
    assert_true(channel_pair(ends, NULL));
    for (int i = 0; i < CLAIMS; i++) {
        snprintf(name, sizeof name, "packet-%d", i);
        put(place->share, name, 1);
        json_t *message = json_pack("{ss,ss,ss,ss++,si}", "op", "claim", "path", i == 7 ? "nowhere" : "in",
                                    "drop", name, "claim", "1", name + strlen("packet"), "", "id", i);
        assert_non_null(message);
        assert_true(channel_send(ends[0], message, NULL, 0, NULL));
        json_decref(message);
    }
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        porter_serve(ends[1], place->site, &own);
        _exit(1);
    }
    close(ends[1]);
    int next = 0, refused = 0;
    for (int answers = 0; answers < CLAIMS; answers++) {
        json_t *answer = NULL;
        size_t count = 0;
        bool ended = false;
        assert_true(channel_receive(ends[0], &answer, NULL, 0, &count, &ended, NULL));
        assert_false(ended);
        int number = (int)json_whole(answer, "id", -1);
        if (!json_flag(answer, "ok")) { /* at once: there is nothing to sync */
            assert_int_equal(number, 7);
            refused++;
        } else {
            next += next == 7 ? 1 : 0;
            assert_int_equal(number, next++);
            assert_string_equal(json_text(answer, "state"), "claimed");
            assert_null(json_object_get(answer, "sync"));
            snprintf(name, sizeof name, ".claim-1-%d", number);
            assert_int_equal(faccessat(place->share, name, F_OK, 0), 0);
        }
        json_decref(answer);
    }
    assert_int_equal(refused, 1);
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* What a porter with these keys answers to one order to publish `file`. */
static json_t *published(const struct place *place, const struct keyring *keyring, int file,
                         const struct digest *digest, bool encrypted)
{
    int ends[2];
    char hex[DIGEST_TEXT_SIZE];
    json_t *answer = NULL,
           *message = json_pack("{ss,ss,ss,ss,sb,si}", "op", "publish", "directory", "out", "name", "package",
                                "digest", digest_text(digest, hex), "encrypted", encrypted, "mode", 0640);
    static struct porter_heartbeat heartbeat;
    const struct porter_place own = {
        .account = getuid(), .group = getgid(), .heartbeat = &heartbeat, .keyring = keyring};
    size_t count = 0;
    bool ended = false;
    assert_true(channel_pair(ends, NULL));
    assert_true(channel_send(ends[0], message, &file, 1, NULL));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        porter_serve(ends[1], place->site, &own);
        _exit(1);
    }
    close(ends[1]);
    assert_true(channel_receive(ends[0], &answer, NULL, 0, &count, &ended, NULL));
    close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    json_decref(message);
    return answer;
}

static int entries(int site, const char *name)
{
    int directory = openat(site, name, O_RDONLY | O_DIRECTORY), count = 0;
    DIR *stream = fdopendir(directory);
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;)
        count += entry->d_name[0] != '.' || entry->d_name[1] != '\0' ? 1 : 0;
    closedir(stream);
    return count - 1; /* without ".." */
}

/* The file of the vault itself is handed over, encrypted or not; what is not what the record names never appears. */
static void test_only_what_the_record_names(void **state)
{
    enum { SIZE = 3 * ENCRYPTED_CHUNK_SIZE + 17 };
    struct place *place = *state;
    struct keyring *keyring = NULL;
    char *bytes = malloc(SIZE);
    memset(bytes, 'x', SIZE);
    assert_true(keyring_make(0, &keyring, NULL));
    for (int encrypted = 0; encrypted < 2; encrypted++) {
        int file = memory_file_empty("stored", NULL);
        struct digest digest = digest_of(bytes, SIZE), other = digest_of("other", 5), found;
        struct encrypted_writer *writer = NULL;
        if (encrypted) {
            assert_true(encrypted_begin(file, keyring, &writer, NULL));
            assert_true(encrypted_add(writer, bytes, SIZE, NULL));
            assert_true(encrypted_end(writer, &found, NULL, NULL));
        } else
            assert_true(file_write_all(file, bytes, SIZE, NULL));
        const struct keyring *keys = encrypted ? keyring : NULL;

        json_t *answer = published(place, keys, file, &other, encrypted);
        assert_false(json_flag(answer, "ok"));
        json_decref(answer);
        assert_int_equal(entries(place->site, "out"), 0);

        answer = published(place, keys, file, &digest, encrypted);
        assert_true(json_flag(answer, "ok") && json_flag(answer, "changed"));
        json_decref(answer);
        int copy = openat(place->site, "out/package", O_RDONLY);
        assert_true(digest_of_file(copy, &found, NULL, NULL) && digest_equal(&found, &digest));
        close(copy);
        answer = published(place, keys, file, &digest, encrypted);
        assert_true(json_flag(answer, "ok") && !json_flag(answer, "changed"));
        json_decref(answer);
        assert_int_equal(entries(place->site, "out"), 1);

        assert_int_equal(unlinkat(place->site, "out/package", 0), 0);
        assert_int_equal(pwrite(file, "y", 1, SIZE / 2 + 2000), 1);
        answer = published(place, keys, file, &digest, encrypted);
        assert_false(json_flag(answer, "ok"));
        assert_non_null(strstr(json_text(answer, "error"), "changed"));
        json_decref(answer);
        assert_int_equal(entries(place->site, "out"), 0);
        close(file);
    }
    keyring_free(keyring);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_file_that_goes_on_growing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_many_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_where_files_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_planted_claim, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_claim_of_what_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_claim_found_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_deep_tree_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folders_closed_to_us, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_copy_before_the_claim, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_claims_that_wait_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_what_the_record_names, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
