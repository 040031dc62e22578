/*
 * The workers that take a .zip file apart, over archives written here byte by byte: each row one way of being
 * plain, clumsy or hostile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on
#include <zlib.h>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "ingest/unpack.h"
#include "ingest/unpack_worker.h"

enum { MEMBERS_MOST = 4, UNIX = 3 };

/* What is written of one member; zero means as it should be. */
struct spoil {
    const char *name; /* of the first member; its length */
    size_t name_length;
    const char *local_name;
    const char *second, *local_second; /* in the field for names in UTF-8 */
    const char *data;                  /* its bytes as packed */
    size_t data_length;
    uint32_t size, stored, crc, mode, offset;
    uint16_t flags, method, local_flags;
    bool zip64, descriptor, local_zero;
};

/* What is written of the whole. */
struct whole {
    struct spoil first;
    const char *before, *between, *behind, *comment;
    int count, here, disk, directory, cut, members;
    bool ends64, lie64, same_bytes;
};

static void put(struct text *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        char byte = (char)(value >> (8 * i) & 0xFF);
        text_add_bytes(out, &byte, 1);
    }
}

struct written {
    struct spoil says;
    size_t at;
    uint32_t crc, stored, size;
    const char *name;
    size_t name_length;
};

static void put_zip64(struct text *out, const struct written *member)
{
    if (!member->says.zip64)
        return;
    put(out, 1, 2);
    put(out, 16, 2);
    put(out, member->size, 8);
    put(out, member->stored, 8);
}

static size_t second_size(const char *second)
{
    return second == NULL ? 0 : 9 + strlen(second);
}

static void put_second(struct text *out, const struct written *member, const char *second)
{
    if (second == NULL)
        return;
    put(out, 0x7075, 2);
    put(out, 5 + strlen(second), 2);
    put(out, 1, 1);
    put(out, crc32(0, (const Bytef *)member->name, (uInt)member->name_length), 4);
    text_add(out, second);
}

static void write_member(struct text *out, const struct spoil *says, const char *name, const char *content,
                         struct written *member)
{
    static unsigned char packed[4096];
    uLong length = sizeof packed;
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)content,
                       .avail_in = (uInt)strlen(content),
                       .next_out = packed,
                       .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    length = stream.total_out;
    deflateEnd(&stream);
    const void *data = says->data != NULL ? (const void *)says->data : packed;
    length = says->data != NULL ? says->data_length : length;
    *member =
        (struct written){.says = *says, .at = out->length, .name = says->name != NULL ? says->name : name};
    member->name_length = says->name_length != 0 ? says->name_length : strlen(member->name);
    member->crc =
        says->crc != 0 ? says->crc : (uint32_t)crc32(0, (const Bytef *)content, (uInt)strlen(content));
    member->stored = says->stored != 0 ? says->stored : (uint32_t)length;
    member->size = says->size != 0 ? says->size : (uint32_t)strlen(content);
    const char *local = says->local_name != NULL ? says->local_name : member->name;
    size_t local_length = says->local_name != NULL ? strlen(local) : member->name_length;
    bool zero = says->local_zero;
    put(out, 0x04034b50, 4);
    put(out, 20, 2);
    put(out, says->local_flags != 0 ? says->local_flags : says->flags, 2);
    put(out, says->method != 0 ? says->method : 8, 2);
    put(out, 0, 4);
    put(out, zero ? 0 : member->crc, 4);
    put(out, zero ? 0 : says->zip64 ? 0xFFFFFFFF : member->stored, 4);
    put(out, zero ? 0 : says->zip64 ? 0xFFFFFFFF : member->size, 4);
    put(out, local_length, 2);
    put(out, (says->zip64 ? 20 : 0) + second_size(says->local_second), 2);
    text_add_bytes(out, local, local_length);
    put_zip64(out, member);
    put_second(out, member, says->local_second);
    text_add_bytes(out, data, length);
    if (says->descriptor) {
        put(out, 0x08074b50, 4);
        put(out, member->crc, 4);
        put(out, member->stored, says->zip64 ? 8 : 4);
        put(out, member->size, says->zip64 ? 8 : 4);
    }
}

static void write_listed(struct text *out, const struct written *member)
{
    const struct spoil *says = &member->says;
    put(out, 0x02014b50, 4);
    put(out, 20, 1);
    put(out, UNIX, 1);
    put(out, 20, 2);
    put(out, says->flags, 2);
    put(out, says->method != 0 ? says->method : 8, 2);
    put(out, 0, 4);
    put(out, member->crc, 4);
    put(out, says->zip64 ? 0xFFFFFFFF : member->stored, 4);
    put(out, says->zip64 ? 0xFFFFFFFF : member->size, 4);
    put(out, member->name_length, 2);
    put(out, (says->zip64 ? 20 : 0) + second_size(says->second), 2);
    put(out, 0, 6);
    put(out, (uint64_t)(says->mode != 0 ? says->mode : 0100644) << 16, 4);
    put(out, says->offset != 0 ? says->offset : member->at, 4);
    text_add_bytes(out, member->name, member->name_length);
    put_zip64(out, member);
    put_second(out, member, says->second);
}

static void write_end(struct text *out, const struct whole *whole, size_t count, size_t at)
{
    size_t size = out->length - at, end = out->length;
    if (whole->ends64) {
        put(out, 0x06064b50, 4);
        put(out, 44, 8);
        put(out, 45, 2);
        put(out, 45, 2);
        put(out, 0, 8);
        put(out, count, 8);
        put(out, count, 8);
        put(out, size, 8);
        put(out, at + (whole->lie64 ? 1 : 0), 8);
        put(out, 0x07064b50, 4);
        put(out, 0, 4);
        put(out, end, 8);
        put(out, 1, 4);
    }
    put(out, 0x06054b50, 4);
    put(out, (uint64_t)whole->disk, 2);
    put(out, (uint64_t)whole->disk, 2);
    put(out, whole->ends64 ? 0xFFFF : count + (size_t)whole->here, 2);
    put(out, whole->ends64 ? 0xFFFF : count + (size_t)whole->count, 2);
    put(out, whole->ends64 ? 0xFFFFFFFF : size, 4);
    put(out, whole->ends64 ? 0xFFFFFFFF : at + (size_t)whole->directory, 4);
    put(out, whole->comment == NULL ? 0 : strlen(whole->comment), 2);
    text_add(out, whole->comment == NULL ? "" : whole->comment);
}

/* Two members or as many as said: a.jpg, then manifest.xml. */
static void write_archive(struct text *out, const struct whole *whole)
{
    static const char *const names[] = {"a.jpg", "manifest.xml", "b.jpg", "c.jpg"};
    static const char *const contents[] = {"the picture the picture the picture", "<request/>", "b", "c"};
    const struct spoil none = {.name = NULL};
    struct written members[MEMBERS_MOST];
    size_t count = whole->members == 0 ? 2 : (size_t)whole->members;
    text_add(out, whole->before == NULL ? "" : whole->before);
    for (size_t i = 0; i < count; i++) {
        write_member(out, i == 0 ? &whole->first : &none, names[i], contents[i], &members[i]);
        text_add(out, whole->between == NULL || i > 0 ? "" : whole->between);
    }
    size_t at = out->length;
    for (size_t i = 0; i < count; i++)
        write_listed(out, &members[i]);
    if (whole->same_bytes) {
        members[0].name = "z.jpg";
        write_listed(out, &members[0]);
        count++;
    }
    write_end(out, whole, count, at);
    text_add(out, whole->behind == NULL ? "" : whole->behind);
    assert_true(text_done(out, NULL));
    out->length -= (size_t)whole->cut;
}

static json_t *run(worker_function *function, const char *kind, json_t *parameters, const int *inputs,
                   size_t count)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    int output = memory_file_empty("answer", &error);
    struct worker_job job = {
        .kind = kind, .parameters = parameters, .inputs = inputs, .input_count = count, .output = output};
    if (function(&job, &error) != WORKER_DONE || !file_read_open(output, 1 << 20, &bytes, &length, &error) ||
        !json_read(bytes, length, &answer, &error))
        fail_msg("%s: %s", kind, error.text);
    free(bytes);
    close(output);
    json_decref(parameters);
    return answer;
}

/* The answer of check-archive; *file is left open when it is not NULL. */
static json_t *look(const struct whole *whole, int *file)
{
    struct text bytes = TEXT_EMPTY;
    write_archive(&bytes, whole);
    int input = memory_file("archive", bytes.bytes, bytes.length, NULL);
    text_free(&bytes);
    json_t *answer = run(
        check_archive, "check-archive",
        json_pack("{s{si,si,si}}", "limits", "files", 3, "fileBytes", 1000, "totalBytes", 1500), &input, 1);
    if (file != NULL)
        *file = input;
    else
        close(input);
    return answer;
}

/* One fault, or none. */
static void expect(const char *what, const struct whole *whole, const char *state, const char *outcome,
                   const char *code)
{
    json_t *answer = look(whole, NULL);
    const json_t *faults = json_object_get(answer, "faults"), *fault = json_array_get(faults, 0);
    bool right =
        strcmp(json_text(answer, "state"), state) == 0 && json_array_size(faults) == (code == NULL ? 0 : 1) &&
        (code == NULL ||
         (strcmp(json_text(fault, "code"), code) == 0 && strcmp(json_text(fault, "outcome"), outcome) == 0 &&
          json_text(fault, "remedy")[0] != '\0' && json_text(fault, "place")[0] != '\0'));
    if (!right) {
        char *text = json_canonical(answer);
        fail_msg("%s: expected %s %s, not %s", what, state, code == NULL ? "" : code, text);
    }
    json_decref(answer);
}

static void plain_ones(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct whole whole;
    } rows[] = {
        {"two files", {.disk = 0}},
        {"with a comment", {.comment = "made at the desk"}},
        {"in a folder", {.first = {.name = "manifest.xml"}, .members = 1}},
        {"with the large end records", {.ends64 = true}},
        {"with the large fields", {.first = {.zip64 = true}}},
        {"sizes behind the data", {.first = {.flags = 8, .descriptor = true, .local_zero = true}}},
        {"large sizes behind the data", {.first = {.flags = 8, .descriptor = true, .zip64 = true}}},
        {"name in UTF-8", {.first = {.name = "\xC3\xA4.jpg", .flags = 0x800}}},
        {"name in the field for UTF-8", {.first = {.name = "\x84.jpg", .second = "\xC3\xA4.jpg"}}},
        {"in both headers",
         {.first = {.name = "\x84.jpg", .second = "\xC3\xA4.jpg", .local_second = "\xC3\xA4.jpg"}}},
        {"in place of Info-ZIP's", {.first = {.name = "#U00e4.jpg", .second = "\xC3\xA4.jpg"}}},
        {"the same name again", {.first = {.second = "a.jpg"}}},
        {"as Darwin marks it", {.first = {.mode = 0100600}}},
        {"without attributes", {.first = {.mode = 1}}},
        {"three files, the most", {.members = 3}},
        {"beside what a desktop leaves", {.first = {.name = "Thumbs.db"}}},
        {"beside what macOS adds", {.first = {.name = "__MACOSX/x/._a.jpg"}}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(rows[i].what, &rows[i].whole, "whole", NULL, NULL);
}

#define REJECTED "faulty", "REJECT"
#define SET_ASIDE "faulty", "QUARANTINE"

static void faulty_ones(void **test)
{
    (void)test;
    static const struct {
        const char *what;
        struct whole whole;
        const char *state, *outcome, *code;
    } rows[] = {
        {"cut in its end record", {.cut = 1}, "growing", "REJECT", "archive-damaged"},
        {"cut in its comment",
         {.comment = "made at the desk", .cut = 3},
         "growing",
         "REJECT",
         "archive-damaged"},
        {"cut in its first member", {.cut = 230}, "growing", "REJECT", "archive-damaged"},
        {"a part of several", {.disk = 2}, REJECTED, "archive-unreadable"},
        {"locked", {.first = {.flags = 1}}, REJECTED, "archive-encrypted"},
        {"headers masked", {.first = {.flags = 0x2000}}, REJECTED, "archive-encrypted"},
        {"patched data", {.first = {.flags = 0x20}}, REJECTED, "archive-method"},
        {"another method", {.first = {.method = 14}}, REJECTED, "archive-method"},
        {"a link", {.first = {.mode = 0120777}}, REJECTED, "not-a-plain-file"},
        {"a device", {.first = {.mode = 0020666}}, REJECTED, "not-a-plain-file"},
        {"set-id", {.first = {.mode = 0104755}}, REJECTED, "not-a-plain-file"},
        {"a folder beside", {.first = {.name = "x/y.jpg"}}, REJECTED, "archive-folders"},
        {"a backslash", {.first = {.name = "x\\y.jpg"}}, REJECTED, "archive-folders"},
        {"capital letters", {.first = {.name = "MANIFEST.xml"}}, REJECTED, "archive-name"},
        {"four files", {.members = 4}, REJECTED, "packet-too-large"},
        {"too large a file", {.first = {.size = 1001}}, REJECTED, "packet-too-large"},
        {"wrong checksum", {.first = {.crc = 1}}, REJECTED, "archive-damaged"},
        {"a broken stream",
         {.first = {.data = "\x05\x00\x00\x00", .data_length = 4}},
         REJECTED,
         "archive-damaged"},
        {"a stream without end", {.first = {.data = "\x02", .data_length = 1}}, REJECTED, "archive-damaged"},
        {"up", {.first = {.name = "../a.jpg"}}, SET_ASIDE, "archive-path"},
        {"up behind", {.first = {.name = "x/.."}}, SET_ASIDE, "archive-path"},
        {"up with backslashes", {.first = {.name = "..\\a.jpg"}}, SET_ASIDE, "archive-path"},
        {"here", {.first = {.name = "./a.jpg"}}, SET_ASIDE, "archive-path"},
        {"nothing between", {.first = {.name = "x//a.jpg"}}, SET_ASIDE, "archive-path"},
        {"from the top", {.first = {.name = "/a.jpg"}}, SET_ASIDE, "archive-path"},
        {"from a share", {.first = {.name = "\\\\host\\a.jpg"}}, SET_ASIDE, "archive-path"},
        {"from a drive", {.first = {.name = "c:a.jpg"}}, SET_ASIDE, "archive-path"},
        {"an end inside", {.first = {.name = "a.jpg\0.xml", .name_length = 10}}, SET_ASIDE, "archive-path"},
        {"a line end inside", {.first = {.name = "a\n.jpg"}}, SET_ASIDE, "archive-path"},
        {"two names", {.first = {.local_name = "b.jpg"}}, SET_ASIDE, "archive-inconsistent"},
        {"two names, one in the field for UTF-8",
         {.first = {.name = "x.exe", .second = "a.jpg"}},
         SET_ASIDE,
         "archive-inconsistent"},
        {"another name for who reads from the start",
         {.first = {.local_second = "b.jpg"}},
         SET_ASIDE,
         "archive-inconsistent"},
        {"three names",
         {.first = {.name = "\x84.jpg", .second = "\xC3\xA4.jpg", .local_second = "b.jpg"}},
         SET_ASIDE,
         "archive-inconsistent"},
        {"two sets of flags", {.first = {.local_flags = 0x800}}, SET_ASIDE, "archive-inconsistent"},
        {"the same name twice", {.first = {.name = "manifest.xml"}}, SET_ASIDE, "archive-inconsistent"},
        {"unpacks to more", {.first = {.size = 20}}, SET_ASIDE, "archive-inconsistent"},
        {"unpacks to less", {.first = {.size = 50}}, SET_ASIDE, "archive-inconsistent"},
        {"larger than the file", {.first = {.stored = 5000}}, SET_ASIDE, "archive-inconsistent"},
        {"elsewhere", {.first = {.offset = 4}}, SET_ASIDE, NULL},
        {"counted in two ways", {.here = 1}, SET_ASIDE, "archive-inconsistent"},
        {"more than are listed", {.here = 1, .count = 1}, SET_ASIDE, "archive-inconsistent"},
        {"fewer than are listed", {.here = -1, .count = -1}, SET_ASIDE, "archive-foreign-bytes"},
        {"a list beyond the end", {.directory = 1000}, SET_ASIDE, "archive-inconsistent"},
        {"a list before its place", {.directory = -4}, SET_ASIDE, "archive-foreign-bytes"},
        {"two end records that differ", {.ends64 = true, .lie64 = true}, SET_ASIDE, NULL},
        {"a size that is nowhere", {.first = {.size = 0xFFFFFFFF}}, SET_ASIDE, "archive-inconsistent"},
        {"bytes before", {.before = "MZ"}, SET_ASIDE, "archive-foreign-bytes"},
        {"bytes between", {.between = "hidden"}, SET_ASIDE, "archive-foreign-bytes"},
        {"bytes behind", {.behind = "hidden"}, SET_ASIDE, "archive-foreign-bytes"},
        {"two members of the same bytes", {.same_bytes = true}, SET_ASIDE, "archive-bomb"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *answer = rows[i].code != NULL ? NULL : look(&rows[i].whole, NULL);
        const json_t *fault = json_array_get(json_object_get(answer, "faults"), 0);
        expect(rows[i].what, &rows[i].whole, rows[i].state, rows[i].outcome,
               answer == NULL ? rows[i].code : json_text(fault, "code"));
        json_decref(answer);
    }
}

/* A stream that comes to 5 MiB, said or hidden: neither is decoded to its end. */
static void bursting_ones(void **state)
{
    (void)state;
    static unsigned char zeros[5 << 20], packed[8192];
    z_stream stream = {
        .next_in = zeros, .avail_in = sizeof zeros, .next_out = packed, .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    struct whole whole = {
        .first = {.data = (const char *)packed, .data_length = stream.total_out, .size = 5 << 20}};
    deflateEnd(&stream);
    expect("a bomb that says so", &whole, SET_ASIDE, "archive-bomb");
    whole.first.size = 1000;
    expect("a bomb that does not", &whole, SET_ASIDE, "archive-inconsistent");
}

static void other_files(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *state, *code;
    } rows[] = {
        {"", 0, "growing", "archive-unreadable"},
        {"PK", 2, "growing", "archive-damaged"},
        {"\0\0\0\0\0\0\0\0", 8, "growing", "archive-damaged"}, /* a client that sets the size first */
        {"Rar!\x1a\x07\x01", 8, "faulty", "archive-unreadable"},
        {"PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, "whole", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int input = memory_file("archive", rows[i].bytes, rows[i].length, NULL);
        json_t *answer =
            run(check_archive, "check-archive",
                json_pack("{s{si,si,si}}", "limits", "files", 3, "fileBytes", 9, "totalBytes", 9), &input, 1);
        const json_t *fault = json_array_get(json_object_get(answer, "faults"), 0);
        assert_string_equal(json_text(answer, "state"), rows[i].state);
        assert_string_equal(json_text(fault, "code"), rows[i].code == NULL ? "" : rows[i].code);
        json_decref(answer);
        close(input);
    }
}

/* A large file's ends tell whether it has come to its end, and never that it is whole. */
static void ends_alone(void **state)
{
    (void)state;
    static char bytes[4 + 65557];
    memcpy(bytes, "PK\3\4", 4);
    for (int ended = 0; ended < 2; ended++) {
        if (ended)
            memcpy(bytes + sizeof bytes - 22, "PK\5\6\0\0\0\0\2\0\2\0\x70\0\0\0\0\0\0\1\0\0", 22);
        int input = memory_file("archive", bytes, sizeof bytes, NULL);
        json_t *answer =
            run(check_archive, "check-archive",
                json_pack("{s{si,si,si}}", "limits", "files", 3, "fileBytes", 9, "totalBytes", 9), &input, 1);
        assert_string_equal(json_text(answer, "state"), ended ? "faulty" : "growing");
        json_decref(answer);
        close(input);
    }
}

static void unpacking(void **state)
{
    (void)state;
    const struct whole whole = {.members = 3};
    int inputs[4];
    json_t *answer = look(&whole, &inputs[0]);
    json_t *members = json_object_get(answer, "members");
    static const char *const names[] = {"manifest.xml", "a.jpg", "b.jpg"};
    static const char *const contents[] = {"<request/>", "the picture the picture the picture", "b"};
    assert_int_equal(json_array_size(members), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(json_text(json_array_get(members, i), "name"), names[i]);
        inputs[i + 1] = memory_file_empty("member", NULL);
    }
    json_decref(run(check_unpack, "check-unpack", json_pack("{sO}", "members", members), inputs, 4));
    for (size_t i = 0; i < 3; i++) {
        char *bytes = NULL;
        size_t length = 0;
        assert_true(file_read_open(inputs[i + 1], 100, &bytes, &length, NULL));
        assert_string_equal(bytes, contents[i]);
        free(bytes);
    }
    /* Another size than was measured: refused, whoever is wrong. */
    struct error error = ERROR_NONE;
    json_put_whole(json_array_get(members, 1), "size", 3);
    json_t *parameters = json_pack("{sO}", "members", members);
    struct worker_job job = {.kind = "check-unpack",
                             .parameters = parameters,
                             .inputs = inputs,
                             .input_count = 4,
                             .output = memory_file_empty("answer", NULL)};
    assert_int_equal(check_unpack(&job, &error), WORKER_FAULTY);
    close(job.output);
    json_decref(parameters);
    json_decref(answer);
    for (size_t i = 0; i < 4; i++)
        close(inputs[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plain_ones),    cmocka_unit_test(faulty_ones),
                                       cmocka_unit_test(bursting_ones), cmocka_unit_test(other_files),
                                       cmocka_unit_test(ends_alone),    cmocka_unit_test(unpacking)};
    return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}
