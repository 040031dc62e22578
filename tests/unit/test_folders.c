/*
 * Opening and making folders by a path: what is there, what is missing, and that no link and no way up is followed.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"

static char folder[] = "/tmp/folders-XXXXXX";
static int top;

static int begin(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL || (top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        return -1;
    return mkdirat(top, "in", 0755) != 0 || mkdirat(top, "in/command", 0755) != 0 ||
           mkdirat(top, "in/..hidden", 0755) != 0 || symlinkat("in", top, "link") != 0 ||
           symlinkat("/tmp", top, "in/out") != 0;
}

static int end(void **state)
{
    (void)state;
    bool gone = true;
    static const char *const names[] = {"in", "out", "link"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        gone = directory_remove_tree(top, names[i], NULL) && gone;
    close(top);
    return gone && rmdir(folder) == 0 ? 0 : -1;
}

static bool opens(const char *path)
{
    int found = directory_open_below(top, path);
    if (found >= 0)
        close(found);
    return found >= 0;
}

static void test_opened(void **state)
{
    (void)state;
    assert_true(opens("in"));
    assert_true(opens("in/command"));
    static const char *const refused[] = {"",     "absent",       "in/absent", "..",          "in/..",
                                          "link", "link/command", "in/out",    "in/..hidden", "/tmp"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(opens(refused[i]));
}

static void same(const char *path, mode_t mode, int (*make)(int, const char *, mode_t, struct error *))
{
    struct error error = ERROR_NONE;
    struct stat by_path, by_file;
    int made = make(top, path, mode, &error);
    assert_true(made >= 0);
    assert_int_equal(fstat(made, &by_file), 0);
    assert_int_equal(fstatat(top, path, &by_path, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(by_file.st_ino, by_path.st_ino);
    close(made);
}

static void test_made(void **state)
{
    (void)state;
    struct stat status;
    mode_t mask = umask(077);
    static int (*const ways[])(int, const char *, mode_t, struct error *) = {directory_make_path,
                                                                             directory_make_path_unsynced};
    for (int i = 0; i < 2; i++) {
        same("out/command/FR-1", 0750, ways[i]); /* all is missing */
        same("out/command/FR-1", 0700, ways[i]); /* all is there, and stays as it is */
        same("out/command/FR-2", 0750, ways[i]); /* the last is missing */
        same("in/..hidden/a", 0750, ways[i]);    /* no way up, though it begins like one */
        static const char *const made[] = {"out", "out/command", "out/command/FR-1", "out/command/FR-2"};
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(fstatat(top, made[k], &status, 0), 0);
            assert_int_equal(status.st_mode & 07777, 0750);
        }
        static const char *const refused[] = {"../beside", "out/../../beside", "link/made", "in/out/made"};
        for (size_t k = 0; k < 4; k++) {
            struct error error = ERROR_NONE;
            assert_int_equal(ways[i](top, refused[k], 0750, &error), -1);
            assert_int_not_equal(error.fault, FAULT_NONE);
        }
        assert_int_not_equal(faccessat(top, "in/made", F_OK, 0), 0);
        assert_true(directory_remove_tree(top, "out", NULL));
    }
    umask(mask);
}

struct seen {
    int files, folders, links, most;
};

static bool see(void *context, const char *name, unsigned char type)
{
    struct seen *seen = context;
    assert_int_not_equal(name[strspn(name, ".")], '\0'); /* neither "." nor ".." */
    seen->files += type == DT_REG ? 1 : 0;
    seen->folders += type == DT_DIR ? 1 : 0;
    seen->links += type == DT_LNK ? 1 : 0;
    return --seen->most > 0;
}

/* More names than are read at once; from the first on, however often. */
static void test_each(void **state)
{
    (void)state;
    enum { FILES = 3000 };
    char name[32];
    struct error error = ERROR_NONE;
    int many = directory_open_at(top, "many", true, 0700, &error);
    assert_int_equal(mkdirat(many, "..folder", 0700), 0);
    assert_int_equal(symlinkat("absent", many, ".link"), 0);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "a-name-of-some-length-%d", i);
        close(openat(many, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    }
    for (int i = 0; i < 2; i++) {
        struct seen seen = {.most = FILES * 2};
        assert_true(directory_each(many, see, &seen, &error));
        assert_int_equal(seen.files, FILES);
        assert_int_equal(seen.folders, 1);
        assert_int_equal(seen.links, 1);
    }
    struct seen few = {.most = 5};
    assert_true(directory_each(many, see, &few, &error));
    assert_int_equal(few.files + few.folders + few.links, 5);
    close(many);
    assert_true(directory_remove_tree(top, "many", &error));
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_false(directory_each(file, see, &few, &error));
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opened),
        cmocka_unit_test(test_made),
        cmocka_unit_test(test_each),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
