/*
 * What a volume of discovery costs to make:  build/bench/volume [-j]
 *
 * The worker's own function draws, packs and encrypts a volume of about 50 pages and one of about 500, each in a process
 * of its own, with as many pictures as chronology and decisions call for; walls and porter are not measured. Peak memory
 * of the large one stands beside that of the small one: a volume is bounded when it does not grow with its pages.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "people/authority.h"
#include "photo/encode.h"
#include "report/volume_worker.h"

enum { PICTURES_MOST = 180, SIDE = 900 };

static bool json;

_Noreturn static void fail(const char *what, const struct error *error)
{
    fprintf(stderr, "volume: %s: %s\n", what, error->text);
    exit(70);
}

/* A picture like no other, of about 200 KB. */
static int picture(unsigned seed, struct digest *digest)
{
    struct error error = ERROR_NONE;
    struct image image = IMAGE_EMPTY;
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (!image_make(&image, SIDE, SIDE, 3, &error))
        fail("a picture", &error);
    for (size_t i = 0; i < (size_t)SIDE * SIDE * 3; i++)
        image.pixels[i] = (uint8_t)((i / 97 * (seed + 3) + (i * i >> 9)) >> 3);
    if (!photo_encode(&image, ENCODE_FIGURE, &bytes, &length, &error))
        fail("a picture", &error);
    *digest = digest_of(bytes, length);
    int file = memory_file("picture", bytes, length, &error);
    free(bytes);
    image_free(&image);
    return file;
}

static int font(const char *name)
{
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        perror(name);
        exit(70);
    }
    return file;
}

/* Facts of so many pictures, with decisions and chronology to match. */
static json_t *facts_of(size_t pictures, int *inputs)
{
    json_t *facts =
        json_pack("{ss,si,ss,ss,ss,ss,ss,ss,ss,ss,si,s{ss}}", "docket", "FR-2026-000001", "volume", 1,
                  "edition", "core", "issued", "2026-11-20T12:00:00Z", "received", "2026-11-01T12:00:00Z",
                  "agency", "Agency", "unit", "Unit", "contact", "Contact", "office", "Office", "prefix",
                  "FR-2026-000001-D", "first", 1, "request", "requestId", "r");
    char text[80], hex[DIGEST_TEXT_SIZE];
    for (size_t i = 0; i < pictures; i++) {
        struct digest digest;
        inputs[VOLUME_OBJECTS + i] = picture((unsigned)i, &digest);
        snprintf(text, sizeof text, "image-%zu.jpg", i + 1);
        json_array_append_new(json_array_at(facts, "files"),
                              json_pack("{si,ss,ss,ss,sI,sb}", "item", 6, "title", text, "name", text,
                                        "digest", digest_text(&digest, hex), "input", (json_int_t)i,
                                        "picture", 1));
    }
    for (size_t i = 0; i < pictures * 14; i++)
        json_array_append_new(
            json_array_at(facts, "chronology"),
            json_pack("{ss,ss,ss}", "at", "2026-11-02T12:00:00Z", "who", "marrow", "what",
                      "decision: investigation, round 1: candidate, which takes more than one line "
                      "of this table to say"));
    for (size_t i = 0; i < pictures * 4; i++)
        json_array_append_new(
            json_array_at(facts, "decisions"),
            json_pack("{ss,si,ss,ss,ss,ss,ss}", "stage", "peer", "round", 1, "by", "finch", "at",
                      "2026-11-02T12:00:00Z", "outcome", "complete", "reasons",
                      "Eyes, brows and nose agree in one picture; the others differ in outline, in the ears "
                      "and in the "
                      "hairline, and one of them is of another age.",
                      "limitations",
                      "Low light and compression of the recording; part of the chin is covered."));
    return facts;
}

/* In a process of its own: pages made, peak of memory in KiB, seconds of processor time. */
static void measure(size_t pictures, long *pages, long *peak, double *spent)
{
    int channel[2];
    struct rusage before, after;
    struct error error = ERROR_NONE;
    static int inputs[VOLUME_OBJECTS + PICTURES_MOST];
    struct credential authority = CREDENTIAL_EMPTY, office = CREDENTIAL_EMPTY;
    char output[] = "/tmp/leadspool-volume-XXXXXX";
    if (!authority_create("Office", clock_now(), 30, &authority, &error) ||
        !authority_issue(&authority, "Office", "office", clock_now(), 30, &office, &error))
        fail("a certificate", &error);
    json_t *facts = facts_of(pictures, inputs);
    char *text = json_canonical(facts);
    inputs[0] = font("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
    inputs[1] = font("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf");
    inputs[VOLUME_FACTS] = memory_file("facts", text, strlen(text), &error);
    inputs[VOLUME_OUTPUT] = mkstemp(output);
    unlink(output);
    free(text);
    json_decref(facts);
    if (pipe(channel) != 0)
        exit(70);
    getrusage(RUSAGE_CHILDREN, &before);
    pid_t child = fork();
    if (child == 0) {
        json_t *parameters = json_pack("{s[s]}", "certificates", office.certificate), *answer = NULL;
        const struct worker_job job = {.kind = "render-volume",
                                       .parameters = parameters,
                                       .inputs = inputs,
                                       .input_count = VOLUME_OBJECTS + pictures,
                                       .output = memory_file_empty("answer", &error)};
        char *bytes = NULL;
        size_t length = 0;
        struct rusage own;
        if (render_volume_worker(&job, &error) != WORKER_DONE ||
            !file_read_open(job.output, 1 << 20, &bytes, &length, &error) ||
            !json_read(bytes, length, &answer, &error))
            fail("a volume", &error);
        getrusage(RUSAGE_SELF, &own);
        long values[2] = {(long)json_whole(answer, "pages", 0), own.ru_maxrss};
        _exit(write(channel[1], values, sizeof values) == sizeof values ? 0 : 70);
    }
    long values[2] = {0, 0};
    if (read(channel[0], values, sizeof values) != sizeof values)
        exit(70);
    waitpid(child, NULL, 0);
    getrusage(RUSAGE_CHILDREN, &after);
    *pages = values[0];
    *peak = values[1];
    *spent = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) +
             (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec) / 1e6;
    for (size_t i = 0; i < VOLUME_OBJECTS + pictures; i++)
        close(inputs[i]);
    credential_free(&authority);
    credential_free(&office);
}

int main(int argc, char **argv)
{
    long pages[2], peak[2];
    double spent[2];
    json = argc > 1 && strcmp(argv[1], "-j") == 0;
    measure(16, &pages[0], &peak[0], &spent[0]);
    measure(PICTURES_MOST, &pages[1], &peak[1], &spent[1]);
    double ratio = (double)peak[1] / (double)peak[0];
    const double goal = 1.5;
    if (json)
        printf("{\"measure\":\"volume-memory\",\"value\":%ld,\"unit\":\"KiB\",\"against\":%ld,\"ratio\":%.3f,"
               "\"reach\":%g,\"beyond\":0,\"ok\":%s}\n",
               peak[1], peak[0], ratio, goal, ratio <= goal ? "true" : "false");
    else
        printf("A volume of %4ld pages: peak %.1f MiB, %.2f s of processor time\n"
               "A volume of %4ld pages: peak %.1f MiB, %.2f s of processor time: %.2f times the memory (%g "
               "%s)\n",
               pages[0], (double)peak[0] / 1024, spent[0], pages[1], (double)peak[1] / 1024, spent[1], ratio,
               goal, ratio <= goal ? "reached" : "NOT reached");
    return ratio <= goal ? 0 : 1;
}
