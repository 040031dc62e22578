/*
 * What a hostile packet costs the worker that checks it, by the worker's own budget: 50 ms of processor time and 64 MiB
 * beyond what its pictures need (thrice the time here: the machine of a test may be slow, what this is about is work that
 * grows with the square of what is sent). Each is checked in a process of its own, as a worker would; one that exceeds either
 * ends by its alarm or for want of memory, and every one here has to be answered instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "ingest/check_worker.h"
#include "photo/encode.h"
#include "spool/workers.h"

enum { FILES_MOST = 40, WORDS = 1000, UNBOUNDED = 60000, SLOW_MACHINE = 3 };

struct packet {
    int inputs[FILES_MOST];
    size_t count;
    json_t *files;
    struct text manifest;
};

static uint8_t *picture;
static size_t picture_length;

static int draw(void **state)
{
    (void)state;
    struct image image;
    struct error error = ERROR_NONE;
    if (!check_prepare_process(&error) || !image_make(&image, 320, 400, 3, &error))
        fail_msg("%s", error.text);
    for (int i = 0; i < 320 * 400 * 3; i++)
        image.pixels[i] = (uint8_t)(i * 7 % 251);
    if (!photo_encode(&image, ENCODE_PROBE, &picture, &picture_length, &error))
        fail_msg("%s", error.text);
    image_free(&image);
    return 0;
}

static int wipe(void **state)
{
    (void)state;
    free(picture);
    return 0;
}

static void put(struct packet *packet, const char *name, const void *bytes, size_t length)
{
    struct error error = ERROR_NONE;
    char digest[DIGEST_TEXT_SIZE];
    struct digest of_bytes = digest_of(bytes, length);
    if (packet->files == NULL)
        packet->files = json_array();
    packet->inputs[packet->count] = memory_file(name, bytes, length, &error);
    assert_true(packet->inputs[packet->count++] >= 0);
    json_array_append_new(packet->files,
                          json_pack("{ss,ss,sI}", "name", name, "digest", digest_text(&of_bytes, digest),
                                    "size", (json_int_t)length));
}

static void head(struct text *xml, const char *basis)
{
    text_format(xml,
                "<request xmlns='urn:leadspool:request:1'><requestKind>new</requestKind>"
                "<requestId>6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01</requestId><caseNumber>1</caseNumber>"
                "<command>one</command><submittedAt>2026-11-20T09:30:00Z</submittedAt>"
                "<requester><name>D</name><shield>1</shield><account>d</account></requester>"
                "<supervisorDiscussion><person>L</person><at>2026-11-20T08:50:00Z</at></supervisorDiscussion>"
                "<use>U1</use><subUse>committed</subUse><basis>%s</basis><priority>routine</priority>"
                "<eventContext>none</eventContext><politicalActivity>false</politicalActivity>"
                "<priorSearches><none/></priorSearches>",
                basis);
}

static void repeat(struct text *xml, const char *piece, size_t times)
{
    for (size_t i = 0; i < times; i++)
        text_add(xml, piece);
}

#define LISTED(name)                                                                                         \
    "<image><file>" name "</file><source>phone</source><depictsUnknownPerson>true</depictsUnknownPerson>"
#define BASIS "A shop was robbed on Friday evening."

static void finish(struct packet *packet)
{
    text_add(&packet->manifest, "</request>");
    assert_false(packet->manifest.failed);
    put(packet, "manifest.xml", packet->manifest.bytes, packet->manifest.length);
}

static void one_picture(struct packet *packet, const void *bytes, size_t length)
{
    head(&packet->manifest, BASIS);
    text_add(&packet->manifest, "<images>" LISTED("a.jpg") "</image></images>");
    finish(packet);
    put(packet, "a.jpg", bytes, length);
}

static void many_edits(struct packet *packet)
{
    head(&packet->manifest, BASIS);
    text_add(&packet->manifest, "<images>" LISTED("a.jpg") "<edits>");
    repeat(&packet->manifest, "<edit/>", 7900);
    text_add(&packet->manifest, "</edits></image></images>");
    finish(packet);
}

static void many_images(struct packet *packet)
{
    head(&packet->manifest, BASIS);
    text_add(&packet->manifest, "<images>");
    for (int i = 0; i < 2600; i++)
        text_format(&packet->manifest, "<image><file>%d.jpg</file><source>phone</source></image>", i);
    text_add(&packet->manifest, "</images>");
    finish(packet);
}

/* Each is made from the next. */
static void many_edited_images(struct packet *packet)
{
    head(&packet->manifest, BASIS);
    text_add(&packet->manifest, "<images>");
    for (int i = 0; i < 700; i++)
        text_format(&packet->manifest,
                    "<image><file>%d.jpg</file><source>phone</source><edits><edit><operation>crop</operation>"
                    "<before>%064d</before><after>%064d</after></edit></edits></image>",
                    i, i + 1, i);
    text_add(&packet->manifest, "</images>");
    finish(packet);
    for (int i = 0; i < FILES_MOST - 1; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d.jpg", i);
        put(packet, name, "x", 1);
    }
}

static void many_characteristics(struct packet *packet)
{
    head(&packet->manifest, BASIS);
    text_add(&packet->manifest, "<subjectDescription>of the wort\xC3\xA9"
                                "7 kind</subjectDescription><characteristics>");
    for (int i = 0; i < 7000; i++)
        text_format(&packet->manifest, "<characteristic>\xC3\xA9%d</characteristic>", i);
    text_add(&packet->manifest, "</characteristics>");
    finish(packet);
}

static void fifty_characteristics(struct packet *packet)
{
    head(&packet->manifest, BASIS " \xC3\xA9");
    text_add(&packet->manifest, "<characteristics>");
    for (int i = 0; i < 50; i++)
        text_format(&packet->manifest, "<characteristic>r\xC3\xA9sum\xC3\xA9 number %d</characteristic>", i);
    text_add(&packet->manifest, "</characteristics>");
    finish(packet);
}

static void long_texts(struct packet *packet)
{
    struct text basis = TEXT_EMPTY;
    /* One letter and marks without end: what folding takes longest over. */
    text_add(&basis, "e");
    repeat(&basis, "\xCC\x81\xCC\xA3", 25000);
    head(&packet->manifest, basis.bytes);
    text_add(&packet->manifest, "<priorityGround>");
    repeat(&packet->manifest, "\xEF\xB7\xBA", 25000); /* a ligature that unfolds into eighteen letters */
    text_add(&packet->manifest, "</priorityGround>");
    finish(packet);
    text_free(&basis);
}

static void dashes(struct packet *packet)
{
    head(&packet->manifest, BASIS);
    text_add(&packet->manifest, "<characteristics>");
    repeat(&packet->manifest, "<characteristic>\xE2\x80\x94</characteristic>", 5000);
    text_add(&packet->manifest, "</characteristics>");
    finish(packet);
}

static void names_in_turn(struct packet *packet)
{
    head(&packet->manifest, BASIS);
    repeat(&packet->manifest, "<a/><b/>", 3900);
    finish(packet);
}

static void long_names(struct packet *packet)
{
    struct text name = TEXT_EMPTY;
    repeat(&name, "n", 3000);
    head(&packet->manifest, BASIS);
    for (int i = 0; i < 30; i++)
        text_format(&packet->manifest, "<%s>", name.bytes);
    for (int i = 0; i < 30; i++)
        text_format(&packet->manifest, "</%s>", name.bytes);
    finish(packet);
    text_free(&name);
}

static void deep(struct packet *packet)
{
    repeat(&packet->manifest, "<request xmlns='urn:leadspool:request:1'>", 6000);
    put(packet, "manifest.xml", packet->manifest.bytes, packet->manifest.length);
}

static void attributes(struct packet *packet)
{
    text_add(&packet->manifest, "<request xmlns='urn:leadspool:request:1'");
    for (int i = 0; i < 15000; i++)
        text_format(&packet->manifest, " a%d=''", i);
    text_add(&packet->manifest, "/>");
    put(packet, "manifest.xml", packet->manifest.bytes, packet->manifest.length);
}

static void namespaces(struct packet *packet)
{
    text_add(&packet->manifest, "<request xmlns='urn:leadspool:request:1'>");
    for (int i = 0; i < 7000; i++)
        text_format(&packet->manifest, "<x xmlns:n%d='u%d'/>", i, i);
    finish(packet);
}

/* A PNG chunk at the end of a file that grows. */
static void chunk(struct text *file, const char *kind, const uint8_t *bytes, size_t length)
{
    uint8_t number[4] = {(uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8),
                         (uint8_t)length};
    text_add_bytes(file, (const char *)number, 4);
    size_t from = file->length;
    text_add_bytes(file, kind, 4);
    text_add_bytes(file, (const char *)bytes, length);
    uLong sum = crc32(0, (const Bytef *)file->bytes + from, (uInt)(file->length - from));
    uint8_t check[4] = {(uint8_t)(sum >> 24), (uint8_t)(sum >> 16), (uint8_t)(sum >> 8), (uint8_t)sum};
    text_add_bytes(file, (const char *)check, 4);
}

/* `head` and 32 MiB of one byte, compressed, as the body of an ancillary chunk; many of them. */
static void png_with(struct packet *packet, const char *kind, const char *before, size_t before_length,
                     int times)
{
    static const uint8_t measures[13] = {0, 0, 0, 64, 0, 0, 0, 64, 8, 0, 0, 0, 0};
    enum { BURST = 32 << 20 };
    struct text file = TEXT_EMPTY;
    uint8_t rows[64 * 65] = {0};
    uint8_t *plain = calloc(1, BURST), *body = malloc(BURST / 100);
    uLongf small = BURST / 100 - 128;
    assert_true(plain != NULL && body != NULL);
    memcpy(body, before, before_length);
    assert_int_equal(compress2(body + before_length, &small, plain, BURST, 9), Z_OK);
    text_add_bytes(&file, "\x89PNG\r\n\x1a\n", 8);
    chunk(&file, "IHDR", measures, sizeof measures);
    for (int i = 0; i < times; i++)
        chunk(&file, kind, body, before_length + small);
    uint8_t packed[sizeof rows];
    uLongf length = sizeof packed;
    assert_int_equal(compress2(packed, &length, rows, sizeof rows, 9), Z_OK);
    chunk(&file, "IDAT", packed, length);
    chunk(&file, "IEND", (const uint8_t *)"", 0);
    one_picture(packet, file.bytes, file.length);
    text_free(&file);
    free(plain);
    free(body);
}

static void png_texts(struct packet *packet)
{
    png_with(packet, "zTXt", "Comment\0\0", 9, 100);
}

static void png_profile(struct packet *packet)
{
    png_with(packet, "iCCP", "profile\0\0", 9, 1);
}

/* One pixel, and before it a stream of blocks that hold nothing but their own tables of codes (RFC 1951, 3.2.7). */
static void png_empty_blocks(struct packet *packet)
{
    static const uint8_t measures[13] = {0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0}, head[] = {0x78, 0x9C},
                         last[] = {0x01, 0x02, 0x00, 0xFD, 0xFF, 0x00, 0x7F, 0x01, 0x7F, 0x00, 0x80};
    static const uint8_t four[] = {0x04, 0xC0, 0x81, 0x00, 0x00, 0x00, 0x00, 0x00, 0x90, 0xFF, 0x6B, 0x10,
                                   0x00, 0x07, 0x02, 0x00, 0x00, 0x00, 0x00, 0x40, 0xFE, 0xAF, 0x41, 0x00,
                                   0x1C, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0xF9, 0xBF, 0x06, 0x01, 0x70,
                                   0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0xE4, 0xFF, 0x1A};
    struct text file = TEXT_EMPTY, stream = TEXT_EMPTY;
    text_add_bytes(&stream, (const char *)head, sizeof head);
    for (int i = 0; i < 200000; i++)
        text_add_bytes(&stream, (const char *)four, sizeof four);
    text_add_bytes(&stream, (const char *)last, sizeof last);
    text_add_bytes(&file, "\x89PNG\r\n\x1a\n", 8);
    chunk(&file, "IHDR", measures, sizeof measures);
    chunk(&file, "IDAT", (const uint8_t *)stream.bytes, stream.length);
    chunk(&file, "IEND", (const uint8_t *)"", 0);
    one_picture(packet, file.bytes, file.length);
    text_free(&file);
    text_free(&stream);
}

static void png_international(struct packet *packet)
{
    png_with(packet, "iTXt", "Comment\0\1\0\0\0", 12, 100);
}

/* The drawn JPEG with more application blocks than pictures have. */
static void jpeg_with(struct packet *packet, const char *begin, size_t length, int blocks, size_t block)
{
    struct text file = TEXT_EMPTY;
    /* What it begins with may be longer than a block: then it is cut. */
    char *body = calloc(1, block > length ? block : length);
    assert_non_null(body);
    memcpy(body, begin, length);
    text_add_bytes(&file, (const char *)picture, 2);
    for (int i = 0; i < blocks; i++) {
        const char marker[4] = {(char)0xFF, (char)0xE1, (char)((block + 2) >> 8), (char)(block + 2)};
        text_add_bytes(&file, marker, 4);
        text_add_bytes(&file, body, block);
    }
    text_add_bytes(&file, (const char *)picture + 2, picture_length - 2);
    one_picture(packet, file.bytes, file.length);
    text_free(&file);
    free(body);
}

/* Directories of EXIF that follow one another in a circle, with entries that claim thousands of values. */
static void exif_circle(struct packet *packet)
{
    static const char circle[] = "Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\xFF\xFF\0\0\x08\0\0\0"
                                 "\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0";
    jpeg_with(packet, circle, sizeof circle - 1, 1, 60000);
}

static void exif_flood(struct packet *packet)
{
    jpeg_with(packet, "Exif\0\0MM\0*\0\0\0\x08\xFF\xFF", 16, 300, 65000);
}

static void jpeg_comments(struct packet *packet)
{
    jpeg_with(packet, "http", 4, 20000, 2);
}

static void forty_pictures(struct packet *packet)
{
    head(&packet->manifest, BASIS);
    text_add(&packet->manifest, "<images>");
    for (int i = 0; i < FILES_MOST - 1; i++)
        text_format(&packet->manifest, LISTED("%d.jpg") "</image>", i);
    text_add(&packet->manifest, "</images>");
    finish(packet);
    for (int i = 0; i < FILES_MOST - 1; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d.jpg", i);
        put(packet, name, picture, picture_length);
    }
}

static void good(struct packet *packet)
{
    one_picture(packet, picture, picture_length);
}

static json_t *parameters_of(const struct packet *packet)
{
    json_t *words = json_array();
    for (int i = 0; i < WORDS;
         i++) { /* as many as a site may have, in letters that are folded the long way */
        char word[40];
        snprintf(word, sizeof word, "Wort\xC3\xA9%d und Satz", i);
        json_array_append_new(words, json_string(word));
    }
    return json_pack("{ss,ss,sO,s[],s{ss,ss,sO,so,s[]}}", "command", "one", "received",
                     "2026-11-20T09:31:00.000Z", "files", packet->files, "specials", "settings", "case",
                     ".{1,40}", "complaint", ".{1,40}", "artificial", words, "words", words, "intelligence");
}

/* The packet checked as a serving worker does it; how the process ended and what it used. */
static int check_alone(const struct packet *packet, struct rusage *used)
{
    struct error error = ERROR_NONE;
    json_t *parameters = parameters_of(packet);
    assert_non_null(parameters);
    int output = memory_file_empty("answer", &error);
    pid_t child = fork();
    assert_true(output >= 0 && child >= 0);
    if (child == 0) {
        struct worker_job job = {.kind = "check-packet",
                                 .parameters = parameters,
                                 .inputs = packet->inputs,
                                 .input_count = packet->count,
                                 .output = output};
        signal(SIGPROF, SIG_DFL);
        if (!worker_budget_prepare(&error))
            _exit(99);
        worker_budget_begin(getenv("LEADSPOOL_SHOW") != NULL ? UNBOUNDED
                                                             : SLOW_MACHINE * WORKER_JOB_MILLISECONDS,
                            (size_t)WORKER_JOB_MEBIBYTES << 20);
        _exit(check_packet(&job, &error));
    }
    int status = 0;
    assert_int_equal(wait4(child, &status, 0, used), child);
    close(output);
    json_decref(parameters);
    return status;
}

static const struct {
    const char *name;
    void (*make)(struct packet *packet);
} cases[] = {
    {"good", good},
    {"many edits", many_edits},
    {"many images", many_images},
    {"many edited images", many_edited_images},
    {"many characteristics", many_characteristics},
    {"fifty characteristics", fifty_characteristics},
    {"long texts", long_texts},
    {"dashes", dashes},
    {"names in turn", names_in_turn},
    {"long names", long_names},
    {"deep", deep},
    {"attributes", attributes},
    {"namespaces", namespaces},
    {"zTXt", png_texts},
    {"iCCP", png_profile},
    {"iTXt", png_international},
    {"empty PNG blocks", png_empty_blocks},
    {"EXIF circle", exif_circle},
    {"EXIF flood", exif_flood},
    {"JPEG comments", jpeg_comments},
    {"39 pictures", forty_pictures},
};

static void test_every_one_is_answered_within_its_budget(void **state)
{
    (void)state;
    const char *only = getenv("LEADSPOOL_SHOW"); /* "" shows what every case used, a name that case's */
    size_t late = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct packet packet = {.count = 0};
        struct rusage used;
        if (only != NULL && strncmp(cases[i].name, only, strlen(only)) != 0)
            continue;
        cases[i].make(&packet);
        int status = check_alone(&packet, &used);
        bool answered = WIFEXITED(status) && WEXITSTATUS(status) == WORKER_DONE;
        if (!answered || only != NULL)
            print_message("%-22s %s %d, %ld ms, %ld KiB\n", cases[i].name,
                          WIFEXITED(status) ? "exit" : "signal",
                          WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
                          (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
                              (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000,
                          used.ru_maxrss);
        late += !answered;
        for (size_t n = 0; n < packet.count; n++)
            close(packet.inputs[n]);
        json_decref(packet.files);
        text_free(&packet.manifest);
    }
    assert_int_equal(late, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_one_is_answered_within_its_budget, draw, wipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
