/*
 * Packets as a precinct sends them: a manifest of 2 KB with digests, and a still of about 150 KB.
 *
 * The stills are drawn: shading, edges and sensor noise, at the JPEG quality at which they weigh what is wanted.
 * No two packets share a byte sequence (a comment in the JPEG carries the number), since the same picture under
 * another docket would be held.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jpeglib.h>

#include "base/digest.h"
#include "bench/ingest.h"

enum { COMMENT = 20, MANIFEST_BYTES = 2048 };

struct still stills[STILLS];

static unsigned noise_state = 12345;

static int noise(int amplitude)
{
    int sum = 0;
    for (int i = 0; i < 3; i++) {
        noise_state = noise_state * 1664525U + 1013904223U;
        sum += (int)(noise_state >> 16) % (2 * amplitude + 1) - amplitude;
    }
    return sum / 2;
}

static unsigned char level(double value)
{
    return (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static void draw(unsigned char *pixels, int width, int height, int scene)
{
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double u = (double)x / width - 0.5, v = (double)y / height - 0.5;
            double head = u * u * 9 + v * v * 5;
            bool inside = head < 1, board = ((x / (30 + 5 * scene)) ^ (y / 46)) & 1;
            double base = inside ? 190 - 90 * head + 12 * sin(x * 0.11 * (1 + scene * 0.1)) * sin(y * 0.13)
                                 : 70 + 60 * v + (board ? 35 : 0) + 8 * sin(x * 0.4 + y * 0.05 * scene);
            int grain = noise(5);
            unsigned char *p = pixels + 3 * ((size_t)y * (size_t)width + (size_t)x);
            p[0] = level(base * (inside ? 1.05 : 0.95) + grain + noise(2));
            p[1] = level(base * 0.9 + grain + noise(2));
            p[2] = level(base * (inside ? 0.8 : 1.05) + grain + noise(3));
        }
}

static void encode(const unsigned char *pixels, struct still *still, int quality)
{
    struct jpeg_compress_struct library;
    struct jpeg_error_mgr messages;
    unsigned long length = 0;
    free(still->bytes);
    still->bytes = NULL;
    library.err = jpeg_std_error(&messages);
    jpeg_create_compress(&library);
    jpeg_mem_dest(&library, &still->bytes, &length);
    library.image_width = (JDIMENSION)still->width;
    library.image_height = (JDIMENSION)still->height;
    library.input_components = 3;
    library.in_color_space = JCS_RGB;
    jpeg_set_defaults(&library);
    jpeg_set_quality(&library, quality, TRUE);
    jpeg_start_compress(&library, TRUE);
    static const JOCTET empty[COMMENT];
    jpeg_write_marker(&library, JPEG_COM, empty, COMMENT);
    while (library.next_scanline < library.image_height) {
        JSAMPROW row = (JSAMPROW)(pixels + 3 * (size_t)library.next_scanline * (size_t)still->width);
        jpeg_write_scanlines(&library, &row, 1);
    }
    jpeg_finish_compress(&library);
    jpeg_destroy_compress(&library);
    still->length = length;
}

void stills_draw(int width, size_t wanted)
{
    for (int i = 0; i < STILLS; i++) {
        struct still *still = &stills[i];
        still->width = width + width * i / 25;
        still->height = still->width * 3 / 4;
        unsigned char *pixels = malloc((size_t)still->width * (size_t)still->height * 3);
        if (pixels == NULL)
            give_up("out of memory");
        draw(pixels, still->width, still->height, i);
        int low = 20, high = 97;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            encode(pixels, still, middle);
            if (still->length <= wanted)
                low = middle;
            else
                high = middle - 1;
        }
        encode(pixels, still, low);
        free(pixels);
    }
}

static void write_file(const char *folder, const char *name, const void *bytes, size_t length)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 || write(file, bytes, length) != (ssize_t)length)
        give_up("writing %s", path);
    close(file);
}

static void utc(time_t at, char text[32])
{
    struct tm tm;
    gmtime_r(&at, &tm);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void packet_write(const char *path, const char *command, unsigned number)
{
    const struct still *still = &stills[number % STILLS];
    char manifest[4096], sent[32], before[32], captured[32], digest[DIGEST_TEXT_SIZE];
    unsigned char *bytes = malloc(still->length);
    if (bytes == NULL || (mkdir(path, 0755) != 0))
        give_up("making %s", path);
    memcpy(bytes, still->bytes, still->length);
    /* The comment follows the first marker segments; its text begins four bytes after FF FE. */
    for (size_t i = 0; i + COMMENT + 4 < still->length; i++)
        if (bytes[i] == 0xFF && bytes[i + 1] == 0xFE) {
            snprintf((char *)bytes + i + 4, COMMENT, "packet %u", number);
            break;
        }
    struct digest of = digest_of(bytes, still->length);
    utc(time(NULL), sent);
    utc(time(NULL) - 7200, before);
    utc(time(NULL) - 86400, captured);
    int length = snprintf(
        manifest, sizeof manifest,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<request xmlns=\"urn:leadspool:request:1\">\n"
        "  <requestKind>new</requestKind>\n  <requestId>6f1d3c52-0a4e-4b7c-9a51-%012x</requestId>\n"
        "  <caseNumber>2026-041-%06u</caseNumber>\n  <command>%s</command>\n  <submittedAt>%s</submittedAt>\n"
        "  <requester>\n    <name>Dana Whitfield</name>\n    <shield>4417</shield>\n    "
        "<account>dwhitfield</account>\n"
        "  </requester>\n  <supervisorDiscussion>\n    <person>Lt. Rosa Imbert</person>\n    <at>%s</at>\n"
        "  </supervisorDiscussion>\n  <use>U1</use>\n  <subUse>committed</subUse>\n"
        "  <basis>Robbery of a shop; the camera above the till shows the person who took the money.</basis>\n"
        "  <subjectDescription>",
        number, number % 1000000, command, sent, before);
    static const char words[] =
        "About 30, scar above the left eyebrow, grey hooded jacket with a torn pocket. ";
    static const char tail[] =
        "</subjectDescription>\n  <priority>routine</priority>\n  <eventContext>none</eventContext>\n"
        "  <politicalActivity>false</politicalActivity>\n  <priorSearches><none/></priorSearches>\n  "
        "<images>\n"
        "    <image>\n      <file>still.jpg</file>\n      <size>%zu</size>\n      <sha256>%s</sha256>\n"
        "      <source>cctv-private</source>\n      <capturedAt>%s</capturedAt>\n"
        "      <depictsUnknownPerson>true</depictsUnknownPerson>\n    </image>\n  </images>\n</request>\n";
    char end[1024];
    int end_length = snprintf(end, sizeof end, tail, still->length, digest_text(&of, digest), captured);
    while (length + end_length < MANIFEST_BYTES) {
        manifest[length] = words[length % (int)(sizeof words - 1)];
        length++;
    }
    memcpy(manifest + length, end, (size_t)end_length);
    write_file(path, "still.jpg", bytes, still->length);
    write_file(path, "manifest.xml", manifest, (size_t)length + (size_t)end_length);
    free(bytes);
}
