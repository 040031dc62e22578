/*
 * The check workers over packets in memory: whole ones pass, and every way of being wrong is told, all at
 * once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cms.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "ingest/check_worker.h"
#include "ingest/fault.h"
#include "photo/encode.h"

enum { MOST = 8 };

/* A packet as the porter hands it over: copies, their names, digests and sizes. */
struct packet {
    int inputs[MOST];
    size_t count;
    json_t *files;
};

static void packet_add(struct packet *packet, const char *name, const void *bytes, size_t length)
{
    struct digest digest = digest_of(bytes, length);
    char text[DIGEST_TEXT_SIZE];
    packet->files = packet->files == NULL ? json_array() : packet->files;
    packet->inputs[packet->count] = memory_file(name, bytes, length, NULL);
    assert_true(packet->inputs[packet->count++] >= 0);
    json_array_append_new(packet->files, json_pack("{ss,ss,sI}", "name", name, "digest",
                                                   digest_text(&digest, text), "size", (json_int_t)length));
}

static void packet_end(struct packet *packet)
{
    for (size_t i = 0; i < packet->count; i++)
        close(packet->inputs[i]);
    json_decref(packet->files);
    *packet = (struct packet){.count = 0};
}

/* Runs the worker; its answer. */
static json_t *run(worker_function *function, const char *kind, struct packet *packet, json_t *parameters)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    int output = memory_file_empty("answer", &error);
    struct worker_job job = {.kind = kind,
                             .parameters = parameters,
                             .inputs = packet->inputs,
                             .input_count = packet->count,
                             .output = output};
    if (function(&job, &error) != WORKER_DONE || !file_read_open(output, 1 << 20, &bytes, &length, &error) ||
        !json_read(bytes, length, &answer, &error))
        fail_msg("%s: %s", kind, error.text);
    free(bytes);
    close(output);
    json_decref(parameters);
    return answer;
}

static uint8_t *picture;
static size_t picture_length;
static char picture_digest[DIGEST_TEXT_SIZE];

static int draw(void **state)
{
    (void)state;
    struct image image;
    struct error error = ERROR_NONE;
    if (!check_prepare_process(&error) || !image_make(&image, 120, 160, 1, &error))
        fail_msg("%s", error.text);
    for (int i = 0; i < 120 * 160; i++)
        image.pixels[i] = (uint8_t)(i * 7 % 251);
    if (!photo_encode(&image, ENCODE_PROBE, &picture, &picture_length, &error))
        fail_msg("%s", error.text);
    image_free(&image);
    struct digest digest = digest_of(picture, picture_length);
    digest_text(&digest, picture_digest);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    free(picture);
    return 0;
}

/* A manifest whose images are given. */
static char *manifest(const char *use, const char *images)
{
    return text_formatted(
        "<request xmlns='urn:leadspool:request:1'>\n<requestKind>new</requestKind>\n"
        "<requestId>6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01</requestId><caseNumber>1</caseNumber>\n"
        "<command>one</command><submittedAt>2026-11-20T09:30:00Z</submittedAt>\n"
        "<requester><name>D</name><shield>1</shield><account>d</account></requester>\n"
        "<supervisorDiscussion><person>L</person><at>2026-11-20T08:50:00Z</at></supervisorDiscussion>\n"
        "<use>%s</use><subUse>committed</subUse><basis>The shop was "
        "robbed.</basis><priority>routine</priority>\n"
        "<eventContext>none</eventContext><politicalActivity>false</politicalActivity>\n"
        "<priorSearches><none/></priorSearches><images>%s</images></request>",
        use, images);
}

#define IMAGE(file, more)                                                                                    \
    "<image><file>" file "</file>" more                                                                      \
    "<source>phone</source><depictsUnknownPerson>true</depictsUnknownPerson></image>"

static json_t *check(struct packet *packet)
{
    json_t *answer = run(check_packet, "check-packet", packet,
                         json_pack("{ss,ss,sO,s{ss,ss,s[],s[]}}", "command", "one", "received",
                                   "2026-11-20T09:31:00.000Z", "files", packet->files, "settings", "case",
                                   ".{1,40}", "complaint", ".{1,40}", "words", "intelligence"));
    packet_end(packet);
    return answer;
}

static void expect_only(json_t *answer, const char *code)
{
    const json_t *faults = json_object_get(answer, "faults");
    if (json_array_size(faults) != (code == NULL ? 0 : 1) || (code != NULL && !fault_has(faults, code))) {
        char *text = json_canonical(answer);
        fail_msg("expected %s: %s", code == NULL ? "no fault" : code, text);
    }
    json_decref(answer);
}

static void test_whole_packet(void **state)
{
    (void)state;
    struct packet packet = {.count = 0};
    char *listed =
        text_formatted(IMAGE("a.jpg", "<size>%zu</size><sha256>%s</sha256><eyes leftX='40' leftY='60' "
                                      "rightX='80' rightY='60'/>"),
                       picture_length, picture_digest);
    char *xml = manifest("U1", listed);
    packet_add(&packet, "a.jpg", picture, picture_length);
    packet_add(&packet, "manifest.xml", xml, strlen(xml));
    packet_add(&packet, "Thumbs.db", "x", 1);
    json_t *answer = check(&packet);
    const json_t *image = json_array_get(json_object_get(answer, "images"), 0);
    assert_int_equal(json_whole(image, "input", -1), 0);
    assert_int_equal(json_whole(image, "width", 0), 120);
    assert_string_equal(json_text(image, "format"), "JPEG");
    assert_string_equal(json_text(image, "digest"), picture_digest);
    assert_string_equal(json_text(json_object_get(answer, "request"), "use"), "U1");
    expect_only(answer, NULL);
    free(listed);
    free(xml);
}

/* One thing wrong at a time. */
static void test_one_fault(void **state)
{
    (void)state;
    static const struct {
        const char *images;
        const char *file;  /* in the packet beside the manifest; NULL for none */
        const char *bytes; /* NULL for the picture */
        const char *code;
    } cases[] = {
        {IMAGE("a.jpg", ""), "a.jpg", NULL, NULL},
        {IMAGE("a.jpg", ""), "a.jpg", "no picture", "image-unreadable"},
        {IMAGE("a.jpg", ""), NULL, NULL, "file-missing"},
        {IMAGE("a.jpg", "<size>5</size>"), "a.jpg", NULL, "file-differs"},
        {IMAGE("a.jpg", "<sha256>9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</sha256>"),
         "a.jpg", NULL, "file-differs"},
        {IMAGE("a.jpg", "") IMAGE("a.jpg", ""), "a.jpg", NULL, "file-listed-twice"},
        {IMAGE("a.jpg", "<eyes leftX='40' leftY='60' rightX='800' rightY='60'/>"), "a.jpg", NULL,
         "eyes-not-in-picture"},
        {IMAGE("a.jpg", "<subjectBox x='10' y='10' width='110' height='150'/>"), "a.jpg", NULL, NULL},
        {IMAGE("a.jpg", "<subjectBox x='11' y='10' width='110' height='150'/>"), "a.jpg", NULL,
         "box-not-in-picture"},
        {IMAGE("a.jpg", "<subjectBox x='10' y='10' width='7' height='90'/>"), "a.jpg", NULL,
         "box-not-in-picture"},
        {IMAGE("a.jpg", "<subjectBox x='65535' y='0' width='65535' height='65535'/>"), "a.jpg", NULL,
         "box-not-in-picture"},
        {IMAGE("a.jpg", "<subjectBox x='0' y='0' width='60' height='160'/>"
                        "<eyes leftX='40' leftY='60' rightX='80' rightY='60'/>"),
         "a.jpg", NULL, "eyes-not-in-box"},
        {IMAGE("a.jpg", "<sourceText>\xE2\x80\x8B</sourceText>"), "a.jpg", NULL, "text-says-nothing"},
        {IMAGE("a.jpg", "<recordingId> - </recordingId>"), "a.jpg", NULL, "text-says-nothing"},
        {IMAGE("a.jpg", "<recordingId>\xE6\x90\x9C</recordingId>"), "a.jpg", NULL, NULL},
        {"", NULL, NULL, "images-missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct packet packet = {.count = 0};
        char *xml = manifest("U1", cases[i].images);
        packet_add(&packet, "manifest.xml", xml, strlen(xml));
        if (cases[i].file != NULL && cases[i].bytes == NULL)
            packet_add(&packet, cases[i].file, picture, picture_length);
        else if (cases[i].file != NULL)
            packet_add(&packet, cases[i].file, cases[i].bytes, strlen(cases[i].bytes));
        expect_only(check(&packet), cases[i].code);
        free(xml);
    }
}

/* The edits that are claimed: from a picture of the packet to the file itself. */
static void test_edits(void **state)
{
    (void)state;
    char *original = malloc(picture_length + 1), original_digest[DIGEST_TEXT_SIZE];
    memcpy(original, picture, picture_length);
    original[picture_length] = '\n';
    struct digest digest = digest_of(original, picture_length + 1);
    digest_text(&digest, original_digest);
    static const char other[] = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    const struct {
        const char *before, *after, *code;
    } cases[] = {
        {original_digest, picture_digest, NULL},
        {other, picture_digest, "original-missing"},
        /* Without a listed SHA-256 the file itself says what the last edit made. */
        {original_digest, other, "edit-chain-broken"},
        {picture_digest, picture_digest, "edit-chain-broken"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct packet packet = {.count = 0};
        char *listed = text_formatted(
            IMAGE("a.jpg", "<edits><edit><operation>crop</operation><parameters>p</parameters><by>d</by>"
                           "<at>2026-11-20T08:00:00Z</at><before>%s</before><after>%s</after></edit></edits>")
                IMAGE("b.jpg", ""),
            cases[i].before, cases[i].after);
        char *xml = manifest("U1", listed);
        packet_add(&packet, "a.jpg", picture, picture_length);
        packet_add(&packet, "b.jpg", original, picture_length + 1);
        packet_add(&packet, "Thumbs.db", "test",
                   4); /* the bytes of `other`; what a desktop leaves is no original */
        packet_add(&packet, "manifest.xml", xml, strlen(xml));
        expect_only(check(&packet), cases[i].code);
        free(listed);
        free(xml);
    }
    free(original);
}

#define EDIT(before, after)                                                                                  \
    "<edit><operation>crop</operation><parameters>p</parameters><by>Det. "                                   \
    "D</by><at>2026-11-20T08:00:00Z</at>"                                                                    \
    "<before>" before "</before><after>" after "</after></edit>"

/* Two pictures made from one another hide the one both were made from. */
static void test_edits_without_a_beginning(void **state)
{
    (void)state;
    char *other = malloc(picture_length + 1), other_digest[DIGEST_TEXT_SIZE];
    memcpy(other, picture, picture_length);
    other[picture_length] = '\n';
    struct digest digest = digest_of(other, picture_length + 1);
    digest_text(&digest, other_digest);
    struct packet packet = {.count = 0};
    char *listed = text_formatted(IMAGE("a.jpg", "<edits>" EDIT("%s", "%s") "</edits>")
                                      IMAGE("b.jpg", "<edits>" EDIT("%s", "%s") "</edits>"),
                                  other_digest, picture_digest, picture_digest, other_digest);
    char *xml = manifest("U1", listed);
    packet_add(&packet, "a.jpg", picture, picture_length);
    packet_add(&packet, "b.jpg", other, picture_length + 1);
    packet_add(&packet, "manifest.xml", xml, strlen(xml));
    json_t *answer = check(&packet), *faults = json_object_get(answer, "faults");
    assert_int_equal(json_array_size(faults), 2);
    assert_true(fault_has(faults, "original-edited"));
    json_decref(answer);
    free(listed);
    free(xml);
    free(other);
}

static void test_all_faults_at_once(void **state)
{
    (void)state;
    struct packet packet = {.count = 0};
    char *xml = manifest("U9", IMAGE("a.jpg", "") IMAGE("b.jpg", ""));
    packet_add(&packet, "manifest.xml", xml, strlen(xml));
    packet_add(&packet, "a.jpg", "no picture", 10);
    packet_add(&packet, "c.jpg", picture, picture_length);
    json_t *answer = check(&packet), *faults = json_object_get(answer, "faults");
    static const char *const codes[] = {"use-not-authorised", "image-unreadable", "file-missing",
                                        "file-not-listed"};
    assert_int_equal(json_array_size(faults), 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(fault_has(faults, codes[i]));
    assert_string_equal(json_text(json_array_get(faults, 0), "place"), "line 7 /request/use");
    json_decref(answer);
    free(xml);
}

static void test_no_manifest(void **state)
{
    (void)state;
    struct packet packet = {.count = 0};
    packet_add(&packet, "a.jpg", picture, picture_length);
    expect_only(check(&packet), "manifest-missing");
}

/* A manifest beyond the limit is refused unread, whatever is in it. */
static void test_huge_manifest(void **state)
{
    (void)state;
    struct packet packet = {.count = 0};
    size_t length = 1 << 20;
    char *xml = malloc(length);
    memset(xml, ' ', length);
    packet_add(&packet, "manifest.xml", xml, length);
    expect_only(check(&packet), "hostile-xml");
    free(xml);
}

/* Whoever sent it need not know what XML is. */
static void test_the_form_is_offered(void **state)
{
    (void)state;
    static const char *const manifests[] = {"Please find attached", "<!DOCTYPE request><request/>",
                                            "<request xmlns='urn:leadspool:request:1'><colour/></request>"};
    for (size_t i = 0; i < sizeof manifests / sizeof *manifests; i++) {
        struct packet packet = {.count = 0};
        packet_add(&packet, "manifest.xml", manifests[i], strlen(manifests[i]));
        json_t *answer = check(&packet), *faults = json_object_get(answer, "faults");
        assert_non_null(strstr(json_text(json_array_get(faults, 0), "remedy"), "request.html"));
        json_decref(answer);
    }
}

static void test_peek(void **state)
{
    (void)state;
    struct packet packet = {.count = 0};
    char *xml = manifest("U1", IMAGE("a.jpg", "<size>5</size>") IMAGE("b.jpg", ""));
    packet_add(&packet, "manifest.xml", xml, strlen(xml));
    json_t *answer = run(check_peek, "check-peek", &packet, json_object());
    const json_t *files = json_object_get(answer, "files");
    assert_true(json_flag(answer, "readable"));
    assert_int_equal(json_array_size(files), 2);
    assert_int_equal(json_whole(json_array_get(files, 0), "size", 0), 5);
    json_decref(answer);
    packet_end(&packet);
    free(xml);
    packet_add(&packet, "manifest.xml", "<request", 8);
    answer = run(check_peek, "check-peek", &packet, json_object());
    assert_false(json_flag(answer, "readable"));
    json_decref(answer);
    answer = run(check_peek_enrolment, "check-peek-enrolment", &packet, json_object());
    assert_false(json_flag(answer, "readable"));
    json_decref(answer);
    packet_end(&packet);
}

static void test_acknowledgement(void **state)
{
    (void)state;
    static const char good[] =
        "<acknowledgement xmlns='urn:leadspool:acknowledgement:1'><docket>FR-2026-000001</docket>"
        "<subject>report</subject><cmsRef>C</cmsRef><at>2026-11-20T08:00:00Z</at><by>d</by>"
        "</acknowledgement>";
    struct packet packet = {.count = 0};
    packet_add(&packet, "ack.xml", good, sizeof good - 1);
    json_t *answer = run(check_acknowledgement, "check-acknowledgement", &packet, json_object());
    assert_string_equal(json_text(json_object_get(answer, "acknowledgement"), "subject"), "report");
    expect_only(answer, NULL);
    packet_end(&packet);
    packet_add(&packet, "ack.xml", "nonsense", 8);
    expect_only(run(check_acknowledgement, "check-acknowledgement", &packet, json_object()), "malformed-xml");
    packet_end(&packet);
}

/* Photographs without a signature (the site lets owners speak), handed in or not. */
static void test_enrolment(void **state)
{
    (void)state;
    static const struct {
        const char *eyes, *id, *bytes;
        bool handed;
        const char *code;
    } cases[] = {
        {"<eyes leftX='40' leftY='60' rightX='80' rightY='60'/>", "A2", NULL, true, NULL},
        {"<eyes leftX='40' leftY='60' rightX='80' rightY='60'/>", "A2", NULL, false, NULL},
        {"<eyes leftX='40' leftY='60' rightX='80' rightY='60'/>", "A1", NULL, true, "photo-id-twice"},
        {"", "A2", NULL, true, NULL}, /* they are looked for when the template is made */
        {"<eyes leftX='40' leftY='60' rightX='80' rightY='600'/>", "A2", NULL, true, "eyes-not-in-picture"},
        {"<eyes leftX='40' leftY='60' rightX='80' rightY='60'/>", "A2", "none", true, "image-unreadable"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const void *bytes = cases[i].bytes != NULL ? (const void *)cases[i].bytes : picture;
        size_t length = cases[i].bytes != NULL ? strlen(cases[i].bytes) : picture_length;
        struct digest digest = digest_of(bytes, length);
        char text[DIGEST_TEXT_SIZE];
        char *xml = text_formatted(
            "<enrolment xmlns='urn:leadspool:enrolment:1'><enrolmentId>6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01"
            "</enrolmentId><preparedAt>2026-11-20T08:00:00Z</preparedAt><preparedBy>keeper</"
            "preparedBy><photos>"
            "<photo><photoId>A1</photoId><personId>A</personId><file>a.jpg</file><sha256>%s</sha256>"
            "<source>arrest</source><capturedAt>2025-01-01T00:00:00Z</capturedAt>"
            "<eyes leftX='40' leftY='60' rightX='80' rightY='60'/></photo>"
            "<photo><photoId>%s</photoId><personId>A</personId><file>b.jpg</file><sha256>%s</sha256>"
            "<source>arrest</source><capturedAt>2025-01-01T00:00:00Z</capturedAt>%s"
            "<biography><name>N</name><alias>B</alias></biography></photo></photos></enrolment>",
            picture_digest, cases[i].id, digest_text(&digest, text), cases[i].eyes);
        struct packet packet = {.count = 0};
        packet_add(&packet, "enrolment.xml", xml, strlen(xml));
        packet_add(&packet, "enrolment.xml.p7s", "", 0);
        packet_add(&packet, "ca", "", 0);
        packet_add(&packet, "crl", "", 0);
        json_array_clear(packet.files);
        packet_add(&packet, "a.jpg", picture, picture_length);
        packet_add(&packet, "b.jpg", bytes, length);
        if (!cases[i].handed) {
            close(packet.inputs[4]);
            close(packet.inputs[5]);
            packet.count = 4;
        }
        json_t *listed = run(check_peek_enrolment, "check-peek-enrolment", &packet, json_object());
        const json_t *first = json_array_get(json_object_get(listed, "files"), 0);
        assert_true(json_flag(listed, "readable"));
        assert_int_equal(json_array_size(json_object_get(listed, "files")), 2);
        assert_string_equal(json_text(first, "name"), "a.jpg");
        assert_string_equal(json_text(first, "sha256"), picture_digest);
        json_decref(listed);
        json_t *answer = run(check_enrolment, "check-enrolment", &packet,
                             json_pack("{ss,sO,ss}", "received", "2026-11-20T09:31:00.000Z", "files",
                                       packet.files, "signature", "none"));
        const json_t *second = json_array_get(json_object_get(answer, "photos"), 1);
        assert_string_equal(json_text(json_object_get(second, "biography"), "name"), "N");
        expect_only(answer, cases[i].code);
        packet_end(&packet);
        free(xml);
    }
}

/* Marks of photographs sent before, and packets with nothing in them. */
static void test_marks(void **state)
{
    (void)state;
#define MARK(id) "<mark><photoId>" id "</photoId><eyes leftX='40' leftY='60' rightX='80' rightY='60'/></mark>"
    static const struct {
        const char *body, *code;
        size_t marks;
    } cases[] = {
        {"<marks>" MARK("A1") MARK("A2") "</marks>", NULL, 2},
        {"<marks>" MARK("A1") MARK("A1") "</marks>", "photo-id-twice", 2},
        {"", "enrolment-empty", 0},
    };
#undef MARK
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *xml = text_formatted(
            "<enrolment xmlns='urn:leadspool:enrolment:1'><enrolmentId>6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01"
            "</enrolmentId><preparedAt>2026-11-20T08:00:00Z</preparedAt><preparedBy>keeper</preparedBy>%s"
            "</enrolment>",
            cases[i].body);
        struct packet packet = {.count = 0};
        packet_add(&packet, "enrolment.xml", xml, strlen(xml));
        packet_add(&packet, "enrolment.xml.p7s", "", 0);
        packet_add(&packet, "ca", "", 0);
        packet_add(&packet, "crl", "", 0);
        json_array_clear(packet.files);
        json_t *answer = run(check_enrolment, "check-enrolment", &packet,
                             json_pack("{ss,sO,ss}", "received", "2026-11-20T09:31:00.000Z", "files",
                                       packet.files, "signature", "none"));
        const json_t *marks = json_object_get(answer, "marks");
        assert_int_equal(json_array_size(marks), cases[i].marks);
        if (cases[i].marks > 0)
            assert_int_equal(json_array_size(json_object_get(json_array_get(marks, 0), "eyes")), 4);
        expect_only(answer, cases[i].code);
        packet_end(&packet);
        free(xml);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_whole_packet),
        cmocka_unit_test(test_one_fault),
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_edits_without_a_beginning),
        cmocka_unit_test(test_all_faults_at_once),
        cmocka_unit_test(test_the_form_is_offered),
        cmocka_unit_test(test_no_manifest),
        cmocka_unit_test(test_huge_manifest),
        cmocka_unit_test(test_peek),
        cmocka_unit_test(test_acknowledgement),
        cmocka_unit_test(test_enrolment),
    };
    return cmocka_run_group_tests(tests, draw, wipe);
}
