/*
 * Which block devices count as encrypted: by what a made /sys says of them.
 */
#include "tests/support/casebook.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "spool/encrypted_volumes.h"

/* A folder, or a file with one line, or a link, below the made /sys; "NAME=LINE" and "NAME>TARGET". */
static void make(struct bench *bench, const char *what)
{
    char path[400], *at;
    snprintf(path, sizeof path, "%s/sys/%s", bench->directory, what);
    char *line = strchr(path, '='), *target = strchr(path, '>');
    char *end = line != NULL ? line : target;
    if (end != NULL)
        *end = '\0';
    for (at = path + strlen(bench->directory) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
    if (end == NULL)
        mkdir(path, 0700);
    else if (target != NULL)
        assert_int_equal(symlink(target + 1, path), 0);
    else {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file, "%s\n", line + 1);
        fclose(file);
    }
}

static void test_devices(void **state)
{
    struct bench *bench = *state;
    static const char *const entries[] = {
        "devices/sda/sda1/partition=1",
        "devices/sdb/size=9",
        "devices/dm-0/dm/uuid=CRYPT-LUKS2-0123-site",
        "devices/dm-0/slaves/sda1>../../sda/sda1",
        "devices/dm-1/dm/uuid=LVM-abc",
        "devices/dm-1/slaves/dm-0>../../dm-0",
        "devices/dm-2/dm/uuid=LVM-def",
        "devices/dm-2/slaves/dm-0>../../dm-0",
        "devices/dm-2/slaves/sdb>../../sdb",
        "devices/dm-3/dm/uuid=part1-CRYPT-x",
        "devices/dm-3/slaves/dm-0>../../dm-0",
        "devices/loop/slaves/loop>../../loop",
        "devices/md0/md0p1/partition=1",
        "devices/md0/slaves/dm-0>../../dm-0",
        "dev/block/8:0>../../devices/sda",
        "dev/block/8:1>../../devices/sda/sda1",
        "dev/block/8:16>../../devices/sdb",
        "dev/block/254:0>../../devices/dm-0",
        "dev/block/254:1>../../devices/dm-1",
        "dev/block/254:2>../../devices/dm-2",
        "dev/block/254:3>../../devices/dm-3",
        "dev/block/7:0>../../devices/loop",
        "dev/block/259:1>../../devices/md0/md0p1",
    };
    static const struct {
        const char *what;
        unsigned major, minor;
        enum volume_state state;
    } cases[] = {
        {"a disk", 8, 0, VOLUME_CLEAR},
        {"its partition", 8, 1, VOLUME_CLEAR},
        {"LUKS", 254, 0, VOLUME_ENCRYPTED},
        {"a logical volume on LUKS", 254, 1, VOLUME_ENCRYPTED},
        {"one that lies on a bare disk too", 254, 2, VOLUME_CLEAR},
        {"a partition mapped on LUKS, by what it lies on", 254, 3, VOLUME_ENCRYPTED},
        {"a partition of an array on LUKS", 259, 1, VOLUME_ENCRYPTED},
        {"one that lies on itself", 7, 0, VOLUME_CLEAR},
        {"no such device", 8, 99, VOLUME_UNKNOWN},
        {"no device at all: btrfs, an overlay", 0, 42, VOLUME_UNKNOWN},
    };
    char sys[300];
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        make(bench, entries[i]);
    snprintf(sys, sizeof sys, "%s/sys", bench->directory);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum volume_state found = volume_of_device(sys, makedev(cases[i].major, cases[i].minor));
        if (found != cases[i].state)
            fail_msg("%s: %d", cases[i].what, (int)found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_devices, bench_begin, bench_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
