/*
 * Gallery segments and snapshots: what is written comes back, and no flipped bit goes unnoticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "match/merkle.h"
#include "match/segment_parts.h"

/* An engine of 100-byte templates that compares nothing: segments depend on its card alone. */
#define HASH_SIZE 8
static void first_bytes(const uint8_t *template_bytes, uint8_t *hash)
{
    memcpy(hash, template_bytes + 1, HASH_SIZE);
}

static const struct match_engine tiny = {.id = "tiny",
                                         .version = "7",
                                         .template_size = 100,
                                         .distance_count = 1,
                                         .hash_size = HASH_SIZE,
                                         .hash = first_bytes};

#define PHOTOS 5
static uint8_t templates[PHOTOS][100];
static struct segment_entry entries[PHOTOS];
static char names[PHOTOS][2][16];

/* The same photos in another order each time. */
static void entries_fill(int turn)
{
    for (int i = 0; i < PHOTOS; i++) {
        int photo = (i + turn) % PHOTOS;
        snprintf(names[photo][0], sizeof names[photo][0], "P-%d", photo);
        snprintf(names[photo][1], sizeof names[photo][1], "person-%d", photo / 2);
        for (int k = 0; k < 100; k++)
            templates[photo][k] = (uint8_t)(photo * 31 + k * k);
        entries[i] = (struct segment_entry){names[photo][0], names[photo][1], templates[photo], 0};
    }
}

static uint8_t *made(size_t *length)
{
    uint8_t *bytes = NULL;
    struct error error = ERROR_NONE;
    if (!segment_make(&tiny, entries, PHOTOS, &bytes, length, &error))
        fail_msg("%s", error.text);
    return bytes;
}

/* Opened and verified; false with the error when either fails. */
static bool sound(const uint8_t *bytes, size_t length, struct error *error)
{
    struct segment segment;
    int file = memory_file("segment", bytes, length, NULL);
    bool done = segment_open(file, &tiny, &segment, error);
    close(file);
    if (done) {
        done = segment_verify(&segment, error);
        segment_close(&segment);
    }
    return done;
}

static void test_comes_back(void **state)
{
    (void)state;
    size_t length, again;
    entries_fill(0);
    uint8_t *bytes = made(&length);
    entries_fill(3);
    uint8_t *other = made(&again);
    assert_int_equal(length, again);
    assert_memory_equal(bytes, other, length); /* whatever the order */
    struct segment segment;
    int file = memory_file("segment", bytes, length, NULL);
    assert_true(segment_open(file, &tiny, &segment, NULL));
    close(file);
    assert_int_equal(segment.header->count, PHOTOS);
    for (int i = 0; i < PHOTOS; i++) {
        const struct segment_record *record = segment_at(&segment, (uint64_t)i);
        assert_string_equal(record->photo, names[i][0]);
        assert_string_equal(record->person, names[i][1]);
        assert_memory_equal(segment_template(&segment, (uint64_t)i), templates[i], 100);
        assert_true(segment_record_sound(&segment, (uint64_t)i));
        assert_int_equal(segment_find(&segment, names[i][0]), i);
    }
    segment_close(&segment);
    free(bytes);
    free(other);
}

static void test_every_flipped_bit_is_found(void **state)
{
    (void)state;
    size_t length;
    entries_fill(0);
    uint8_t *bytes = made(&length);
    struct error error = ERROR_NONE;
    assert_true(sound(bytes, length, &error));
    for (size_t i = 0; i < length; i++) {
        bytes[i] ^= (uint8_t)(1U << i % 8);
        if (sound(bytes, length, &error))
            fail_msg("a flipped bit in byte %zu was not noticed", i);
        assert_int_equal(error.fault, FAULT_ENVIRONMENT);
        bytes[i] ^= (uint8_t)(1U << i % 8);
    }
    assert_false(sound(bytes, length - 1, &error));
    assert_false(sound(bytes, 100, &error));
    assert_false(sound(bytes, 0, &error));
    free(bytes);
}

/* The quick sum of a record covers all that a comparison uses. */
static void test_quick_sum(void **state)
{
    (void)state;
    size_t length;
    entries_fill(0);
    uint8_t *bytes = made(&length);
    struct segment_layout layout;
    assert_true(segment_layout(PHOTOS, 100, HASH_SIZE, &layout));
    for (size_t i = 0; i < 120 + 100; i++) {
        size_t at = i < 120 ? layout.records + i : layout.templates + i - 120;
        bytes[at] ^= 0x10;
        struct segment segment;
        int file = memory_file("segment", bytes, length, NULL);
        assert_true(segment_open(file, &tiny, &segment, NULL));
        close(file);
        assert_false(segment_record_sound(&segment, 0));
        assert_true(segment_record_sound(&segment, 1));
        assert_true(segment_hashes_sound(&segment, 0));
        segment_close(&segment);
        bytes[at] ^= 0x10;
    }
    free(bytes);
}

/* The sum as it is defined, a lane at a time: files outlive the processor that wrote them. */
static uint64_t sum_defined(const uint8_t *bytes, size_t length)
{
    uint64_t sum = 1, lane_sum, lane_sums;
    for (size_t lane = 0; lane < 8; lane++) {
        lane_sum = lane_sums = 0;
        for (size_t at = 0; at < length; at += 64) {
            uint64_t word = 0;
            size_t from = at + 8 * lane;
            if (from < length)
                memcpy(&word, bytes + from, length - from < 8 ? length - from : 8);
            lane_sum += word;
            lane_sums += lane_sum;
        }
        sum = (sum << 7 | sum >> 57) + lane_sum;
        sum ^= lane_sums << 32 | lane_sums >> 32;
    }
    return sum;
}

static void test_quick_sum_of_any_length(void **state)
{
    (void)state;
    uint8_t bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + 11);
    for (size_t length = 0; length <= sizeof bytes; length++)
        assert_int_equal(segment_hash_check(bytes + sizeof bytes - length, length),
                         sum_defined(bytes + sizeof bytes - length, length));
}

static void test_refusals(void **state)
{
    (void)state;
    uint8_t *bytes = NULL;
    size_t length;
    struct error error = ERROR_NONE;
    entries_fill(0);
    entries[4].photo = entries[2].photo;
    assert_false(segment_make(&tiny, entries, PHOTOS, &bytes, &length, &error));
    assert_non_null(strstr(error.text, "twice"));
    entries_fill(0);
    entries[1].person = "";
    assert_false(segment_make(&tiny, entries, PHOTOS, &bytes, &length, &error));
    entries_fill(0);
    entries[1].photo = "0123456789012345678901234567890123456789";
    assert_false(segment_make(&tiny, entries, PHOTOS, &bytes, &length, &error));
    assert_int_equal(error.fault, FAULT_INPUT);
    entries_fill(0);
    bytes = made(&length);
    struct match_engine other = tiny;
    other.version = "8";
    struct segment segment;
    int file = memory_file("segment", bytes, length, NULL);
    assert_false(segment_open(file, &other, &segment, &error));
    assert_non_null(strstr(error.text, "version 7"));
    close(file);
    free(bytes);
}

static void test_empty_and_written(void **state)
{
    (void)state;
    char path[] = "/tmp/leadspool-segment-XXXXXX";
    assert_non_null(mkdtemp(path));
    struct error error = ERROR_NONE;
    int directory = directory_open(path, &error);
    assert_true(segment_write(directory, "empty", &tiny, NULL, 0, &error));
    entries_fill(1);
    assert_true(segment_write(directory, "full", &tiny, entries, PHOTOS, &error));
    for (int i = 0; i < 2; i++) {
        struct segment segment;
        struct stat facts;
        int file = openat(directory, i == 0 ? "empty" : "full", O_RDONLY);
        assert_int_equal(fstat(file, &facts), 0);
        assert_int_equal(facts.st_mode & 07777, 0440);
        assert_true(segment_open(file, &tiny, &segment, &error));
        assert_true(segment_verify(&segment, &error));
        assert_int_equal(segment.header->count, i == 0 ? 0 : PHOTOS);
        segment_close(&segment);
        close(file);
    }
    assert_true(directory_remove_tree(AT_FDCWD, path, &error));
    close(directory);
}

/* Column by column: keys lead to their photos, hashes are the engine's, a wrong one is noticed by its block. */
static void test_columns(void **state)
{
    (void)state;
    size_t length;
    struct segment segment;
    struct segment_layout layout;
    entries_fill(2);
    uint8_t *bytes = made(&length);
    assert_true(segment_layout(PHOTOS, 100, HASH_SIZE, &layout));
    assert_int_equal(layout.size, length);
    segment_point(&segment, bytes, &layout);
    assert_int_equal(segment.header->persons, 3);
    for (uint64_t i = 0; i < PHOTOS; i++) {
        assert_memory_equal(segment.hashes + i * HASH_SIZE, segment_template(&segment, i) + 1, HASH_SIZE);
        assert_true(segment.photos[i].key ==
                    segment_key_of(segment_at(&segment, segment.photos[i].record)->photo));
        assert_true(i == 0 || segment.photos[i].key > segment.photos[i - 1].key);
        assert_true(i == 0 || segment.persons[i].key >= segment.persons[i - 1].key);
    }
    assert_int_equal(segment_find(&segment, "P-2"), 2);
    assert_int_equal(segment_find(&segment, "P-"), -1);
    assert_int_equal(segment_find(&segment, "Q"), -1);
    assert_true(segment_hashes_sound(&segment, 0));
    bytes[layout.hashes + 11] ^= 1;
    assert_false(segment_hashes_sound(&segment, 0));
    free(bytes);
}

/* The name of a set does not depend on how it was put together. */
static void test_snapshots(void **state)
{
    (void)state;
    static struct snapshot whole, parts[2], without;
    for (int i = 0; i < 20; i++) {
        char photo[SNAPSHOT_ID_SIZE] = {'P', (char)('a' + i)};
        uint8_t hash[DIGEST_SIZE] = {(uint8_t)i};
        snapshot_add(&whole, photo, hash);
        snapshot_add(&parts[i % 2], photo, hash);
        if (i != 7)
            snapshot_add(&without, photo, hash);
    }
    struct digest expected = snapshot_digest(&whole), less = snapshot_digest(&without);
    snapshot_join(&parts[1], &parts[0]);
    struct digest found = snapshot_digest(&parts[1]);
    assert_true(digest_equal(&found, &expected));
    assert_false(digest_equal(&less, &expected));
    snapshot_remove(&whole, (char[SNAPSHOT_ID_SIZE]){"Ph"}, (uint8_t[DIGEST_SIZE]){7});
    found = snapshot_digest(&whole);
    assert_true(digest_equal(&found, &less));
}

/* The tree as its definition says, by recursion. */
static struct digest tree(const struct digest *leaves, size_t count)
{
    if (count == 0)
        return digest_of("", 0);
    if (count == 1)
        return leaves[0];
    size_t split = 1;
    while (split * 2 < count)
        split *= 2;
    struct digest left = tree(leaves, split), right = tree(leaves + split, count - split);
    uint8_t bytes[65] = {1};
    memcpy(bytes + 1, left.bytes, 32);
    memcpy(bytes + 33, right.bytes, 32);
    return digest_of(bytes, sizeof bytes);
}

static void test_merkle(void **state)
{
    (void)state;
    struct digest leaves[20];
    for (size_t i = 0; i < 20; i++) {
        char photo[MERKLE_ID_SIZE] = {(char)('a' + i)};
        uint8_t hash[DIGEST_SIZE] = {(uint8_t)i};
        leaves[i] = merkle_leaf(photo, hash);
        if (i > 0)
            assert_false(digest_equal(&leaves[i], &leaves[i - 1]));
    }
    for (size_t count = 0; count <= 20; count++) {
        struct merkle merkle = {.count = 0};
        for (size_t i = 0; i < count; i++)
            merkle_add(&merkle, &leaves[i]);
        struct digest found = merkle_root(&merkle), expected = tree(leaves, count);
        assert_true(digest_equal(&found, &expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back), cmocka_unit_test(test_every_flipped_bit_is_found),
        cmocka_unit_test(test_quick_sum),  cmocka_unit_test(test_quick_sum_of_any_length),
        cmocka_unit_test(test_refusals),   cmocka_unit_test(test_empty_and_written),
        cmocka_unit_test(test_merkle),     cmocka_unit_test(test_columns),
        cmocka_unit_test(test_snapshots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
