/*
 * How fast galleries are searched:  build/bench/search [-d DIR] [-n PHOTOS] [-m HASHES] [-j]
 *
 * Makes galleries of random templates in DIR (default /var/tmp, unlinked at once): PHOTOS with templates
 * (default 1,000,000: 2.6 GB) and HASHES without (default 10,000,000: 6.5 GB), and searches them from the page
 * cache. Beside each figure stands its limit or its peer, measured in the same run: memory read once by one
 * core, FAISS IndexBinaryFlat (build/bench/search-faiss, when it is there), one core, one probe. Best of five.
 * What two stages cost in recall needs labelled faces: build/bench/recall; how fast templates are made needs
 * pictures: build/bench/accuracy.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "bench/search.h"
#include "match/elastic.h"
#include "match/search.h"

enum {
    ROUNDS = 5,
    PROBES = 256,
    FAISS_HASHES = 1000000,
    FULL_SOME = 100000,
    MASKED = 4096,
    PASS_PROBES = 64,
    DISK_PROBES = 16,     /* in two stages, and a quarter of them in one */
    BATCH_SOME = 1 << 16, /* a multiple of SEGMENT_HASH_BLOCK, since only whole blocks can be checked */
    LARGE = 2000000       /* galleries from there on are searched once, for what depends on their size */
};

static const struct match_engine *const engine = &match_engine_embedded;
static struct match_probe *probes[PROBES];
static bool json;
static uint64_t used; /* keeps the compiler from leaving work out */

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double now(void)
{
    return seconds(CLOCK_MONOTONIC);
}

/* One line. `ratio` is value over against; reach and beyond are what it is held to, 0: nothing. */
static void print_row(const char *measure, double value, const char *unit, const char *what, double against,
                      double ratio, double reach, double beyond)
{
    if (json)
        printf(
            "{\"measure\":\"%s\",\"value\":%.4g,\"unit\":\"%s\",\"against\":%.4g,\"ratio\":%.3f,\"reach\":%g,"
            "\"beyond\":%g,\"ok\":%s}\n",
            measure, value, unit, against, ratio, reach, beyond, ratio >= reach ? "true" : "false");
    else
        printf("%-58s %9.4g %-22s %s %.4g: %.2f%s\n", measure, value, unit, what, against, ratio,
               reach == 0                      ? ""
               : ratio >= beyond && beyond > 0 ? "  beyond"
               : ratio >= reach                ? "  reached"
                                               : "  NOT reached");
    fflush(stdout);
}

static void pin(int processor)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < 64; i++)
        if (processor < 0 || i == processor)
            CPU_SET((unsigned)i, &set);
    sched_setaffinity(0, sizeof set, &set);
}

/* --- the work that is timed, each over all of what it is given --- */

struct work {
    const struct segment *segment;
    size_t probes, threads;
    uint64_t full_below;
    enum search_first first;
    bool second_look, only_count;
    enum elastic_kernel kernel;
};

__attribute__((optimize("O3"), target("avx2"))) static void read_memory(const struct work *work)
{
    const uint64_t *words = (const uint64_t *)(const void *)work->segment->hashes;
    size_t count = (size_t)work->segment->header->count * HASH_BYTES / 8;
    uint64_t sum[32] = {0};
    for (size_t i = 0; i + 32 <= count; i += 32)
        for (size_t k = 0; k < 32; k++)
            sum[k] ^= words[i + k];
    for (size_t k = 0; k < 32; k++)
        used += sum[k];
}

/* As search_first.c walks it: blocks that stay in the cache for all probes. */
static void first_stage(const struct work *work)
{
    enum { UNIT = 256 };
    static uint16_t likeness[UNIT];
    size_t count = (size_t)work->segment->header->count;
    for (size_t first = 0; first < count; first += UNIT)
        for (size_t p = 0; p < work->probes; p++) {
            size_t some = count - first < UNIT ? count - first : UNIT;
            elastic_likeness_with(work->kernel, probes[p], work->segment->hashes + first * HASH_BYTES, some,
                                  likeness);
            used += likeness[0];
        }
}

static void full_kernel(const struct work *work)
{
    enum { UNIT = 256 };
    static uint16_t distances[UNIT * BLOCKS];
    const uint8_t *templates[UNIT];
    size_t count = (size_t)work->segment->header->count;
    count = work->kernel == ELASTIC_AVX512 ? count : count < FULL_SOME ? count : FULL_SOME;
    for (size_t first = 0; first < count; first += UNIT) {
        size_t some = count - first < UNIT ? count - first : UNIT;
        for (size_t i = 0; i < some; i++)
            templates[i] = segment_template(work->segment, first + i);
        for (size_t p = 0; p < work->probes; p++) {
            elastic_compare_with(work->kernel, probes[p], templates, some, distances);
            used += distances[0];
        }
    }
}

/* The same templates over and over, each without a row of blocks. */
static void masked_kernel(const struct work *work)
{
    static uint8_t masked[MASKED][TEMPLATE_BYTES];
    static uint16_t distances[MASKED * BLOCKS];
    static const uint8_t *templates[MASKED];
    for (size_t i = 0; i < MASKED && templates[MASKED - 1] == NULL; i++) {
        uint64_t present = ALL_PRESENT & ~((uint64_t)0x7F << i % BLOCK_ROWS * BLOCK_COLUMNS);
        memcpy(masked[i], segment_template(work->segment, i % work->segment->header->count), TEMPLATE_BYTES);
        memcpy(masked[i] + (size_t)BLOCKS * BLOCK_BYTES, &present, sizeof present);
        templates[i] = masked[i];
    }
    for (size_t round = 0; round < 4; round++)
        elastic_compare_with(work->kernel, probes[round], templates, MASKED, distances);
    used += distances[0];
}

/* What the coarse comparison needs of templates, over and over. */
static void coarse_kernel(const struct work *work)
{
    static uint8_t extracts[MASKED * ELASTIC_COARSE_BYTES];
    static uint16_t likeness[MASKED];
    for (size_t i = 0; i < MASKED && likeness[MASKED - 1] == 0; i++) {
        const uint8_t *from = segment_template(work->segment, i % work->segment->header->count);
        elastic_coarse_extracts(&from, 1, extracts + i * ELASTIC_COARSE_BYTES);
    }
    for (size_t round = 0; round < 4; round++)
        elastic_coarse_with(work->kernel, probes[round], extracts, MASKED, likeness);
    used += likeness[0];
}

static void whole_search(const struct work *work)
{
    struct match_engine without = *engine;
    without.refine = NULL;
    struct search_request request = {.engine = work->second_look ? engine : &without,
                                     .probes = probes,
                                     .probe_count = work->probes,
                                     .segments = work->segment,
                                     .segment_count = 1,
                                     .length = CANDIDATES_DEFAULT,
                                     .full_below = work->full_below,
                                     .first = work->first,
                                     .share = search_share_of(work->first),
                                     .threads = (unsigned)work->threads};
    static struct search_found found[PROBES];
    const struct search_cut cut = {
        .step = SEARCH_COUNT, .parts = 1, .found = found, .found_count = work->probes};
    struct search_result result;
    struct error error = ERROR_NONE;
    request.cut = work->only_count ? &cut : NULL;
    if (!search_run(&request, &result, &error)) {
        fprintf(stderr, "search: %s\n", error.text);
        exit(70);
    }
    used += result.lists[0].compared + found[0].steps[0];
    search_result_free(&result);
}

/* Seconds of the best round: of one core those it worked, so that others on the machine do not count; of
   several those that passed. */
static double timed(void (*function)(const struct work *), const struct work *work, int rounds)
{
    double best = 1e9;
    clockid_t clock = work->threads > 1 ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
    for (int i = 0; i < rounds; i++) {
        double start = seconds(clock);
        function(work);
        double taken = seconds(clock) - start;
        best = taken < best ? taken : best;
    }
    return best;
}

static struct segment open_mapped(int file, double *seconds)
{
    struct segment segment;
    struct error error = ERROR_NONE;
    double start = now();
    if (!segment_open(file, engine, &segment, &error)) {
        fprintf(stderr, "search: %s\n", error.text);
        exit(70);
    }
    if (seconds != NULL)
        *seconds = now() - start;
    return segment;
}

static void first_stage_rows(int file, const char *program)
{
    double open_seconds;
    struct segment segment = open_mapped(file, &open_seconds);
    double photos = (double)segment.header->count, bytes = photos * HASH_BYTES;
    char measure[128];
    struct work work = {.segment = &segment, .probes = 1, .kernel = elastic_kernel_best()};
    pin(1);
    double read = bytes / timed(read_memory, &work, ROUNDS);
    print_row("memory read by one core", read / 1e9, "GB/s", "itself", read / 1e9, 1, 0, 0);
    snprintf(measure, sizeof measure, "opening %.3g million photos", photos / 1e6);
    print_row(measure, open_seconds * 1e3, "ms", "allowed ms", 50, 50 / (open_seconds * 1e3), 1, 0);
    double one = photos / timed(first_stage, &work, ROUNDS);
    print_row("first stage, one probe, one core", one * HASH_BYTES / 1e9, "GB/s", "memory GB/s", read / 1e9,
              one * HASH_BYTES / read, 0.9, 0);
    struct work pass = {
        .segment = &segment, .threads = 1, .first = SEARCH_HASH, .probes = 1, .only_count = true};
    double alone = photos / timed(whole_search, &pass, 2);
    pass.probes = PASS_PROBES;
    double together = photos * PASS_PROBES / timed(whole_search, &pass, 1);
    snprintf(measure, sizeof measure, "the same as a search makes it, %d probes in one pass", PASS_PROBES);
    print_row(measure, together / 1e6, "M comparisons/s", "one probe M/s", alone / 1e6, together / alone, 0,
              0);
    work.probes = PROBES;
    struct segment_header some = *segment.header;
    some.count = some.count < 1000000 ? some.count : 1000000;
    struct segment part = segment;
    part.header = &some;
    work.segment = &part;
    double many = (double)some.count * PROBES / timed(first_stage, &work, 2);
    print_row("first stage, 256 probes in one pass, one core", many / 1e6, "M comparisons/s", "one probe M/s",
              one / 1e6, many / one, 3, 0);
    for (size_t asked = 1; asked <= PROBES; asked *= PROBES) {
        double peer = peer_rate(program, asked == 1 ? FAISS_HASHES : FAISS_HASHES / 32, asked),
               own = asked == 1 ? one : many;
        if (peer > 0) {
            snprintf(measure, sizeof measure, "first stage beside FAISS IndexBinaryFlat, %zu probe%s", asked,
                     asked == 1 ? "" : "s");
            print_row(measure, own / 1e6, "M comparisons/s", "FAISS M/s (one shift)", peer / 1e6, own / peer,
                      0, 0);
        }
    }
    segment_close(&segment);
}

static double searched(struct work *work, size_t threads, size_t asked, int rounds)
{
    work->threads = threads;
    work->probes = asked;
    return (double)work->segment->header->count * (double)asked / timed(whole_search, work, rounds);
}

/* Both cores and one. By the clock on the wall the machine must be quiet; by the time of processors others count for
   little, but so does a core that waits for the other. */
static void paired_rows(struct work *work, size_t asked, const char *name, const char *unit)
{
    static const clockid_t clocks[2] = {CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID};
    double total = (double)work->segment->header->count * (double)asked / 1e6;
    double best[2][2] = {{1e9, 1e9}, {1e9, 1e9}}; /* of each clock, with one thread and with two */
    char measure[128];
    work->probes = asked;
    pin(-1);
    for (int round = 0; round < (work->segment->header->count >= LARGE ? 1 : 3); round++)
        for (work->threads = 2; work->threads > 0; work->threads--) {
            double start[2] = {seconds(clocks[0]), seconds(clocks[1])};
            whole_search(work);
            for (int clock = 0; clock < 2; clock++) {
                double taken = seconds(clocks[clock]) - start[clock];
                double *least = &best[clock][work->threads - 1];
                *least = taken < *least ? taken : *least;
            }
        }
    pin(1);
    snprintf(measure, sizeof measure, "%s, both cores", name);
    print_row(measure, total / best[0][1], unit, "one core M/s", total / best[0][0], best[0][0] / best[0][1],
              1.9, 0);
    snprintf(measure, sizeof measure, "%s, both cores, by their time", name);
    print_row(measure, 2 * total / best[1][1], unit, "one core M/s", total / best[1][0],
              2 * best[1][0] / best[1][1], 1.9, 0);
}

/* The kernels among themselves, which are the same for any gallery. */
static void kernel_rows(const struct segment *segment, double best)
{
    struct work work = {.segment = segment, .probes = 1, .kernel = elastic_kernel_best()};
    timed(masked_kernel, &work, 1); /* makes the templates */
    double masked = 4 * MASKED / timed(masked_kernel, &work, ROUNDS);
    print_row("full comparison, templates with absent blocks", masked / 1e6, "M comparisons/s",
              "whole templates M/s", best / 1e6, masked / best, 0, 0);
    timed(coarse_kernel, &work, 1); /* makes the extracts */
    double coarse = 4 * MASKED / timed(coarse_kernel, &work, ROUNDS);
    print_row("coarse comparison", coarse / 1e6, "M comparisons/s", "full ones M/s", best / 1e6,
              coarse / best, 0, 0);
    size_t some = segment->header->count < FULL_SOME ? (size_t)segment->header->count : FULL_SOME;
    for (int kernel = ELASTIC_PLAIN; kernel < ELASTIC_AVX512; kernel++) {
        work.kernel = (enum elastic_kernel)kernel;
        if (!elastic_kernel_usable(work.kernel))
            continue;
        double rate = (double)some / timed(full_kernel, &work, 3);
        print_row(kernel == ELASTIC_AVX2 ? "full comparison with AVX2" : "full comparison without vectors",
                  rate / 1e6, "M comparisons/s", "the best kernel M/s", best / 1e6, rate / best,
                  kernel == ELASTIC_AVX2 ? 0.25 : 0, 0);
        double likeness = 4 * MASKED / timed(coarse_kernel, &work, 2);
        print_row(
            kernel == ELASTIC_AVX2 ? "coarse comparison with AVX2" : "coarse comparison without vectors",
            likeness / 1e6, "M comparisons/s", "the best kernel M/s", coarse / 1e6, likeness / coarse, 0, 0);
    }
}

/* Second look and batches, likewise. `two`: photos a second in two stages without the second look. */
static void batch_rows(const struct segment *segment, double two)
{
    struct work work = {.segment = segment, .second_look = true, .first = SEARCH_COARSE};
    double look = searched(&work, 1, 16, 1), photos = (double)segment->header->count;
    print_row("the same with the second look", look / 1e6, "M effective/s", "without M/s", two / 1e6,
              look / two, 0, 0);
    print_row("the second look, a probe", 1e3 * (photos / look - photos / two), "ms of one core",
              "two stages without ms", 1e3 * photos / two, two / look - 1, 0, 0);
    struct segment_header smaller = *segment->header;
    struct segment part = *segment;
    part.header = &smaller;
    work.segment = &part;
    work.second_look = false;
    smaller.count = smaller.count < BATCH_SOME ? smaller.count : BATCH_SOME;
    paired_rows(&work, PROBES, "two stages, 256 probes", "M effective/s");
}

static void full_rows(int file)
{
    struct segment segment = open_mapped(file, NULL);
    char measure[128];
    struct work work = {.segment = &segment, .probes = 1, .kernel = elastic_kernel_best()};
    bool large = segment.header->count >= LARGE;
    int rounds = large ? 1 : 3;
    pin(1);
    double best = (double)segment.header->count / timed(full_kernel, &work, rounds);
    print_row("full comparison, kernel alone, one core", best / 1e6, "M comparisons/s", "M/s", 1, best / 1e6,
              1, 2);
    if (!large)
        kernel_rows(&segment, best);
    work.full_below = UINT64_MAX;
    double full = searched(&work, 1, 1, rounds);
    print_row("full search with list, one probe, one core", full / 1e6, "M comparisons/s", "M/s", 1,
              full / 1e6, 1, 2);
    paired_rows(&work, 1, "full search", "M comparisons/s");
    work.full_below = 0;
    double two = 0;
    for (int first = SEARCH_HASH; first >= SEARCH_COARSE; first--) {
        work.first = (enum search_first)first;
        two = searched(&work, 1, 16, rounds);
        snprintf(measure, sizeof measure, "two stages, %s first, %g %%, 16 probes, one core",
                 search_first_word(work.first), search_share_of(work.first) / 10.0);
        print_row(measure, two / 1e6, "M effective/s", "M/s", 1, two / 1e6, 7, 20);
    }
    if (!large)
        batch_rows(&segment, two);
    struct segment_header smaller = *segment.header;
    struct segment part = segment;
    part.header = &smaller;
    work.segment = &part;
    work.full_below = UINT64_MAX;
    for (smaller.count = 10000; smaller.count < segment.header->count; smaller.count *= 10) {
        double rate = searched(&work, 1, 1, rounds);
        snprintf(measure, sizeof measure, "full search of %zu photos", (size_t)smaller.count);
        print_row(measure, rate / 1e6, "M comparisons/s", "the whole gallery M/s", full / 1e6, full / rate,
                  0.9, 0);
    }
    segment_close(&segment);
}

/* Nothing of the file is left in memory. */
static struct segment open_cold(int file, struct segment *segment)
{
    if (segment != NULL)
        segment_close(segment);
    fdatasync(file);
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    return open_mapped(file, NULL);
}

/* Cold: what the disk gives in order, and passes of one probe and of many over a gallery that has to come from it. Many may
   be held up by the comparing rather than the disk, so the same pass is made once more from memory. */
static void disk_rows(int file)
{
    struct segment segment = open_mapped(file, NULL);
    size_t bytes = (size_t)segment.header->count * segment.template_stride, chunk = (size_t)4 << 20;
    size_t start = (size_t)(segment.templates - (const uint8_t *)(const void *)segment.header);
    char *buffer = malloc(chunk);
    struct work work = {.segment = &segment, .full_below = UINT64_MAX, .first = SEARCH_HASH};
    segment = open_cold(file, &segment);
    double begin = now();
    for (size_t at = 0; buffer != NULL && at < bytes; at += chunk)
        if (pread(file, buffer, chunk, (off_t)(start + at)) <= 0)
            break;
    double disk = (double)bytes / (now() - begin);
    segment = open_cold(file, &segment);
    pin(-1);
    begin = now();
    work.probes = 1;
    work.threads = 2;
    whole_search(&work);
    double cold = (double)bytes / (now() - begin);
    print_row("full search from the disk, one probe, both cores", cold / 1e9, "GB/s",
              "the disk in order GB/s", disk / 1e9, cold / disk, 0.8, 0);
    char measure[128];
    for (int stages = 1; stages <= 2; stages++) {
        double all = (double)bytes + (stages == 2 ? (double)segment.header->count * HASH_BYTES : 0);
        work.full_below = stages == 2 ? 0 : UINT64_MAX;
        work.probes = stages == 2 ? DISK_PROBES : DISK_PROBES / 4;
        segment = open_cold(file, &segment);
        begin = now();
        whole_search(&work);
        cold = all / (now() - begin);
        begin = now();
        whole_search(&work);
        double warm = all / (now() - begin), limit = warm < disk ? warm : disk;
        snprintf(measure, sizeof measure, "%s from the disk, %d probes in one pass",
                 stages == 2 ? "two stages" : "full search", (int)work.probes);
        print_row(measure, cold / 1e9, "GB/s", warm < disk ? "from memory GB/s" : "the disk in order GB/s",
                  limit / 1e9, cold / limit, 0.8, 0);
    }
    free(buffer);
    segment_close(&segment);
}

int main(int argc, char **argv)
{
    const char *folder = "/var/tmp";
    size_t photos = 1000000, hashes = 10000000;
    char path[4096];
    for (int option; (option = getopt(argc, argv, "d:n:m:j")) != -1;)
        switch (option) {
        case 'd':
            folder = optarg;
            break;
        case 'n':
            photos = strtoul(optarg, NULL, 10);
            break;
        case 'm':
            hashes = strtoul(optarg, NULL, 10);
            break;
        case 'j':
            json = true;
            break;
        default:
            fprintf(stderr, "usage: search [-d DIR] [-n PHOTOS] [-m HASHES] [-j]\n");
            return 64;
        }
    for (int i = 0; i < PROBES; i++)
        probes[i] = probe_draw();
    snprintf(path, sizeof path, "%s/leadspool-bench-%d", folder, (int)getpid());
    if (hashes > 0) {
        int file = gallery_write(path, hashes, false);
        first_stage_rows(file, argv[0]);
        close(file);
    }
    if (photos > 0) {
        int file = gallery_write(path, photos, true);
        full_rows(file);
        disk_rows(file);
        close(file);
    }
    for (int i = 0; i < PROBES; i++)
        free(probes[i]);
    return used == 1;
}
