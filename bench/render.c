/*
 * What a report costs to render:  build/bench/render [-n REPORTS] [-j] [JOBS]
 *
 * JOBS is a folder of render jobs (default tests/golden/jobs): quality-notice.json (three pages, two photos) and
 * possible-match.json are measured, with pictures drawn here. The worker's own function renders, in this process for the processor time of one report and its
 * peak of memory, and in forked processes for the rate of REPORTS (default 1,000) on one core and on two; walls,
 * fork and signature are not measured. Beside it stands cairo's PDF surface (build/bench/render-cairo, when it
 * is there), which sets the same lines of text in the same fonts and embeds the same pictures.
 */
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"
#include "page/readback.h"
#include "photo/encode.h"
#include "report/documents.h"
#include "report/reading_worker.h"
#include "report/render_worker.h"
#include "tests/golden/draw_picture.h"

enum { ROUNDS = 5, EACH = 20, INPUTS_MOST = 16 };

static const char report[] = "possible-match", short_one[] = "quality-notice";
static bool json;

struct prepared {
    json_t *job;
    int inputs[INPUTS_MOST];
    size_t count;
    int output;
};

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

_Noreturn static void fail(const char *what, const struct error *error)
{
    fprintf(stderr, "render: %s: %s\n", what, error->text);
    exit(70);
}

/* One line. `goal` is held against the ratio; 0: nothing. */
static void print_row(const char *measure, double value, const char *unit, const char *what, double against,
                      double ratio, bool at_most, double goal)
{
    bool good = goal == 0 || (at_most ? ratio <= goal : ratio >= goal);
    if (json)
        printf(
            "{\"measure\":\"%s\",\"value\":%.4g,\"unit\":\"%s\",\"against\":%.4g,\"ratio\":%.3f,\"reach\":%g,"
            "\"beyond\":0,\"ok\":%s}\n",
            measure, value, unit, against, ratio, goal, good ? "true" : "false");
    else
        printf("%-52s %8.4g %-10s %s %.4g: %.2f%s\n", measure, value, unit, what, against, ratio,
               goal == 0 ? ""
               : good    ? "  reached"
                         : "  NOT reached");
    fflush(stdout);
}

/* --- the job --- */

static int drawn(const json_t *wish, struct eye_points *eyes)
{
    struct error error = ERROR_NONE;
    struct image image = IMAGE_EMPTY;
    uint8_t *bytes = NULL;
    size_t length = 0;
    int file = -1;
    if (draw_picture(&image, (int)json_whole(wish, "width", 240), (int)json_whole(wish, "height", 300),
                     (unsigned int)json_whole(wish, "seed", 1), json_flag(wish, "scene"), eyes, &error) &&
        photo_encode(&image, ENCODE_FIGURE, &bytes, &length, &error))
        file = memory_file("picture", bytes, length, &error);
    if (file < 0)
        fail("drawing a picture", &error);
    free(bytes);
    image_free(&image);
    return file;
}

static struct prepared prepare(const char *folder, const char *name)
{
    static const char *const fonts[] = {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                                        "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"};
    struct prepared prepared = {.count = 2};
    struct error error = ERROR_NONE;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    prepared.job = json_load_file(path, 0, NULL);
    if (prepared.job == NULL) {
        error_set(&error, FAULT_INPUT, "no render job; give the folder of jobs");
        fail(path, &error);
    }
    for (size_t i = 0; i < 2; i++) {
        prepared.inputs[i] = open(fonts[i], O_RDONLY | O_CLOEXEC);
        if (prepared.inputs[i] < 0) {
            error_system(&error, "opening a font");
            fail(fonts[i], &error);
        }
    }
    size_t index;
    json_t *wish;
    json_array_foreach(json_object_get(prepared.job, "draw"), index, wish)
    {
        struct eye_points eyes;
        if (prepared.count == INPUTS_MOST)
            break;
        prepared.inputs[prepared.count] = drawn(wish, &eyes);
        json_t *picture =
            json_pack("{ss,sI}", "role", json_text(wish, "role"), "input", (json_int_t)prepared.count);
        if (json_flag(wish, "marked"))
            json_put(picture, "eyes",
                     json_pack("[i,i,i,i]", eyes.left_x, eyes.left_y, eyes.right_x, eyes.right_y));
        json_array_append_new(json_array_at(prepared.job, "pictures"), picture);
        prepared.count++;
    }
    prepared.output = memory_file_empty("answer", &error);
    if (prepared.output < 0)
        fail("an answer", &error);
    return prepared;
}

static struct worker_job work_of(const struct prepared *prepared)
{
    return (struct worker_job){.kind = "render-document",
                               .parameters = prepared->job,
                               .inputs = prepared->inputs,
                               .input_count = prepared->count,
                               .output = prepared->output};
}

static void render(const struct prepared *prepared, size_t times)
{
    struct worker_job work = work_of(prepared);
    for (size_t i = 0; i < times; i++) {
        struct error error = ERROR_NONE;
        if (ftruncate(work.output, 0) != 0 || lseek(work.output, 0, SEEK_SET) != 0 ||
            render_document_worker(&work, &error) != WORKER_DONE)
            fail("rendering", &error);
    }
}

/* --- measures --- */

static double cpu_of_one(const struct prepared *prepared)
{
    double best = 1e9;
    for (size_t round = 0; round < ROUNDS; round++) {
        double begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
        render(prepared, EACH);
        double took = (seconds(CLOCK_PROCESS_CPUTIME_ID) - begin) / EACH;
        if (took < best)
            best = took;
    }
    return best;
}

/* Of reading a finished one back: seconds, the libraries loaded before. */
static double cost_of_reading(const struct prepared *prepared)
{
    struct error error = ERROR_NONE;
    struct worker_job work = work_of(prepared);
    int inputs[INPUTS_MOST + 1], answer = memory_file_empty("answer", &error);
    double best = 1e9;
    render(prepared, 1);
    memcpy(inputs, prepared->inputs, prepared->count * sizeof *inputs);
    inputs[work.input_count++] = prepared->output;
    work.inputs = inputs;
    work.output = answer;
    if (answer < 0 || !readback_prepare(&error))
        fail("reading back", &error);
    for (size_t i = 0; i < EACH; i++) {
        double begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (read_document_worker(&work, &error) != WORKER_DONE)
            fail("reading back", &error);
        double took = seconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
        best = took < best ? took : best;
    }
    close(answer);
    return best;
}

/* A process that renders one: what it occupied at its height, shared libraries and all, in MiB. */
static double peak_of_one(const struct prepared *prepared)
{
    int status = 0;
    struct rusage usage;
    pid_t child = fork();
    if (child == 0) {
        render(prepared, 1);
        _exit(0);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        return 0;
    return (double)usage.ru_maxrss / 1024;
}

/* Processor seconds one report takes while so many processes render, each on a core of its own; `a_second` gets
   the rate by the clock. Other work on the machine changes the clock, hardly the processor's time. */
static double cost_beside(const char *folder, size_t reports, size_t processes, double *a_second)
{
    struct rusage before, after;
    double begin = seconds(CLOCK_MONOTONIC);
    getrusage(RUSAGE_CHILDREN, &before);
    for (size_t i = 0; i < processes; i++)
        if (fork() == 0) {
            cpu_set_t set;
            CPU_ZERO(&set);
            CPU_SET(i, &set);
            sched_setaffinity(0, sizeof set, &set);
            struct prepared own = prepare(folder, report);
            render(&own, reports / processes);
            _exit(0);
        }
    for (size_t i = 0; i < processes; i++) {
        int status = 0;
        wait(&status);
        if (status != 0)
            exit(70);
    }
    getrusage(RUSAGE_CHILDREN, &after);
    *a_second = (double)reports / (seconds(CLOCK_MONOTONIC) - begin);
    return ((double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec -
                     before.ru_stime.tv_sec) +
            (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec -
                     before.ru_stime.tv_usec) /
                1e6) /
           (double)reports;
}

/* Hand the peer the same lines and pictures: a file each in `folder`. Pages of the report. */
static size_t hand_over(const struct prepared *prepared, const char *folder)
{
    struct error error = ERROR_NONE;
    struct rendering rendering = {0};
    struct worker_job work = work_of(prepared);
    const struct outgoing_document *kind = outgoing_document(json_text(prepared->job, "document"));
    const json_t *facts = json_object_get(prepared->job, "facts");
    struct text lines = TEXT_EMPTY;
    char path[4096];
    if (!rendering_open(&rendering, &work, kind->kind, json_text(facts, "docket"), kind->foot, &error) ||
        !kind->draw(&rendering, facts, &error) || !document_drawn(rendering.document, &lines))
        fail("drawing once", &error);
    snprintf(path, sizeof path, "%s/lines", folder);
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(lines.bytes, 1, lines.length, file) != lines.length || fclose(file) != 0)
        fail(path, &error);
    for (size_t i = 2; i < prepared->count; i++) {
        char *bytes = NULL;
        size_t length = 0;
        snprintf(path, sizeof path, "%s/%zu.jpg", folder, i - 1);
        file = fopen(path, "w");
        if (!file_read_open(prepared->inputs[i], 16U << 20, &bytes, &length, &error) || file == NULL ||
            fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
            fail(path, &error);
        free(bytes);
    }
    size_t pages = document_pages(rendering.document);
    text_free(&lines);
    rendering_close(&rendering);
    return pages;
}

/* Milliseconds of processor time cairo takes for one; 0 when it is not there. */
static double cairo_cost(const char *program, const char *folder)
{
    char path[4096], said[64] = "";
    int ends[2];
    const char *slash = strrchr(program, '/');
    snprintf(path, sizeof path, "%.*s/render-cairo", slash == NULL ? 1 : (int)(slash - program),
             slash == NULL ? "." : program);
    if (pipe(ends) != 0)
        return 0;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(path, path, folder, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], said, sizeof said - 1);
    close(ends[0]);
    waitpid(child, NULL, 0);
    return got > 0 ? strtod(said, NULL) : 0;
}

/* What hand_over left. */
static void remove_folder(const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/lines", folder);
    unlink(path);
    for (size_t i = 1; i < INPUTS_MOST; i++) {
        snprintf(path, sizeof path, "%s/%zu.jpg", folder, i);
        unlink(path);
    }
    rmdir(folder);
}

static void measure_one(const char *jobs, const char *name, const char *folder, const char *program)
{
    struct prepared prepared = prepare(jobs, name);
    size_t pages = hand_over(&prepared, folder);
    double peak = peak_of_one(&prepared), own = cpu_of_one(&prepared) * 1000;
    double peer = cairo_cost(program, folder), reading = cost_of_reading(&prepared) * 1000;
    char measure[128], row[256];
    snprintf(measure, sizeof measure, "%s, %zu pages, %zu pictures", name, pages, prepared.count - 2);
    print_row(measure, own, "ms", "allowed ms", 12, own / 12, true, 1);
    snprintf(row, sizeof row, "%s, beside cairo", name);
    if (peer > 0)
        print_row(row, own, "ms", "cairo ms", peer, own / peer, true, 4.5);
    snprintf(row, sizeof row, "%s, peak of memory", name);
    print_row(row, peak, "MiB", "allowed MiB", 16, peak / 16, true, 1);
    snprintf(row, sizeof row, "%s, read back by other libraries", name);
    print_row(row, reading, "ms", "rendering ms", own, reading / own, true, 0);
    for (size_t i = 0; i < prepared.count; i++)
        close(prepared.inputs[i]);
    close(prepared.output);
    json_decref(prepared.job);
}

int main(int argc, char **argv)
{
    size_t reports = 1000;
    for (int option; (option = getopt(argc, argv, "n:j")) != -1;)
        switch (option) {
        case 'n':
            reports = strtoul(optarg, NULL, 10);
            break;
        case 'j':
            json = true;
            break;
        default:
            fprintf(stderr, "usage: render [-n REPORTS] [-j] [JOBS]\n");
            return 64;
        }
    const char *jobs = optind < argc ? argv[optind] : "tests/golden/jobs";
    char folder[] = "/var/tmp/leadspool-bench-XXXXXX";
    if (mkdtemp(folder) == NULL)
        return 73;
    measure_one(jobs, short_one, folder, argv[0]);
    measure_one(jobs, report, folder, argv[0]);
    if (reports > 1) {
        double one_rate, two_rate;
        double one = cost_beside(jobs, reports, 1, &one_rate), two = cost_beside(jobs, reports, 2, &two_rate);
        print_row("reports on two cores, by processor time", 2 / two, "a second", "on one", 1 / one,
                  2 * one / two, false, 1.8);
        print_row("the same by the clock, other work included", two_rate, "a second", "on one", one_rate,
                  two_rate / one_rate, false, 0);
    }
    remove_folder(folder);
    return 0;
}
