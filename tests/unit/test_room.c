/*
 * The floor of bytes and inodes, and which file systems count as shared over a network, as tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "spool/file_systems.h"
#include "spool/room.h"

static void test_volumes(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct volume volume;
        uint64_t more;
        bool is_short, of_files;
    } rows[] = {
        {"room", {1000, 50, true}, 0, false, false},
        {"just enough", {100, 10, true}, 0, false, false},
        {"a byte too few", {99, 50, true}, 0, true, false},
        {"not for what comes in", {149, 50, true}, 50, true, false},
        {"just for what comes in", {150, 50, true}, 50, false, false},
        {"too few inodes", {1000, 9, true}, 0, true, true},
        {"inodes as they are needed", {1000, 0, false}, 0, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct room room = {.folder = NULL};
        bool is_short = volume_short(&rows[i].volume, 100, 10, rows[i].more, &room);
        if (is_short != rows[i].is_short || room.of_files != rows[i].of_files)
            fail_msg("%s", rows[i].what);
    }
}

static void test_words(void **state)
{
    (void)state;
    char words[300];
    room_words(&(struct room){.folder = "var/vault", .free = 3 << 20, .needed = 40 << 20}, words,
               sizeof words);
    assert_non_null(strstr(words, "var/vault has 3 MiB free and needs 40"));
    room_words(&(struct room){.folder = "var/vault", .of_files = true, .free = 3, .needed = 9}, words,
               sizeof words);
    assert_non_null(strstr(words, "3 inodes free and needs 9"));
}

static void test_file_systems(void **state)
{
    (void)state;
    static const struct {
        uint64_t type;
        const char *name;
    } rows[] = {{0x6969, "NFS"},    {0xFF534D42, "SMB"}, {0xFE534D42, "SMB"}, {0x65735546, "FUSE"},
                {0x01021997, "9P"}, {0xEF53, NULL},      {0x01021994, NULL},  {0x58465342, NULL},
                {0x9123683E, NULL}, {0x794C7630, NULL},  {0x2FC12FC1, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *name = file_system_network(rows[i].type);
        if ((name == NULL) != (rows[i].name == NULL) || (name != NULL && strcmp(name, rows[i].name) != 0))
            fail_msg("%llx: %s", (unsigned long long)rows[i].type, name == NULL ? "local" : name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_volumes),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_file_systems),
    };
    return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
