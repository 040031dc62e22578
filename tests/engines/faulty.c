/*
 * An engine that breaks the contract in a chosen way, for tests: the word after "FAULT=" in its data, which a test writes
 * over in a copy of the shared object (tests/support/engines.py). With "none" it keeps the contract.
 *
 * A template is the means of 8 x 8 fields of the picture; a score is minus the sum of their differences.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "match/vendor_engine.h"

enum { SIDE = 8, TEMPLATE = SIDE * SIDE };

static volatile char chosen[40] = "FAULT=none";

static int is(const char *fault)
{
    char word[sizeof chosen];
    for (size_t i = 0; i < sizeof chosen; i++)
        word[i] = chosen[i];
    return strcmp(word + strlen("FAULT="), fault) == 0;
}

static void hang(void)
{
    for (;;)
        usleep(100000);
}

static void crash(void)
{
    __builtin_trap();
}

__attribute__((constructor)) static void loaded(void)
{
    if (is("load-network"))
        socket(AF_INET, SOCK_STREAM, 0);
    if (is("load-crash"))
        crash();
    if (is("load-hang"))
        hang();
    /* /etc/hostname is readable by all: only a wall keeps it closed. */
    if (is("load-file") && open("/etc/hostname", O_RDONLY) >= 0)
        crash();
    if (is("load-file"))
        _exit(3);
}

static void break_out(void)
{
    if (is("network"))
        socket(AF_INET, SOCK_STREAM, 0);
    if (is("process") && fork() == 0)
        _exit(0);
    if (is("program"))
        execl("/bin/true", "true", (char *)0);
    if (is("file") && open("/etc/hostname", O_RDONLY) >= 0)
        crash();
    if (is("write") && open("/tmp/faulty-engine", O_WRONLY | O_CREAT, 0600) >= 0)
        crash();
}

/* By which some pictures are told from others. */
static uint32_t sum_of(const struct leadspool_engine_picture *picture)
{
    uint32_t sum = 2166136261u;
    for (int64_t i = 0; i < (int64_t)picture->width * picture->height * picture->channels; i++)
        sum = (sum ^ picture->pixels[i]) * 16777619u;
    return sum >> 8;
}

static int template_make(const struct leadspool_engine_picture *picture, uint8_t *template_bytes,
                         char *reason)
{
    static uint8_t calls;
    if (is("template-crash"))
        crash();
    if (is("template-crash-some") && sum_of(picture) % 3 == 0)
        crash();
    if (is("template-hang"))
        hang();
    if (is("template-status"))
        return 77;
    if (is("template-failed")) {
        snprintf(reason, LEADSPOOL_ENGINE_REASON, "no reason\nat all");
        return LEADSPOOL_ENGINE_FAILED;
    }
    if (is("template-unusable"))
        return LEADSPOOL_ENGINE_UNUSABLE;
    break_out();
    for (int field = 0; field < TEMPLATE; field++) {
        int64_t sum = 0, count = 0;
        for (int y = field / SIDE * picture->height / SIDE; y < (field / SIDE + 1) * picture->height / SIDE;
             y++)
            for (int x = field % SIDE * picture->width / SIDE; x < (field % SIDE + 1) * picture->width / SIDE;
                 x++, count++)
                sum += picture->pixels[((int64_t)y * picture->width + x) * picture->channels];
        template_bytes[field] = (uint8_t)(count == 0 ? 0 : sum / count);
    }
    if (is("template-differs"))
        template_bytes[0] = calls++;
    if (is("template-beyond"))
        template_bytes[TEMPLATE] = 1;
    return LEADSPOOL_ENGINE_DONE;
}

static double score_of(const uint8_t *probe, const uint8_t *other)
{
    int sum = 0;
    for (int i = 0; i < TEMPLATE; i++)
        sum += abs(probe[i] - other[i]);
    return -sum;
}

/* Looks through its descriptors for the one its answer goes to, and ends well. */
static void forge(void)
{
    static const char answer[] = "{\"schema\":1,\"probes\":[]}";
    for (int file = 3; file < 64; file++)
        if (lseek(file, 0, SEEK_SET) == 0 && write(file, answer, sizeof answer - 1) > 0)
            break;
    _exit(0);
}

/* Says something of its own with control characters and no UTF-8, as a fault. */
static void insult(void)
{
    static const char words[] = "\033[2Jall is well\n\xff";
    for (int file = 3; file < 64; file++)
        if (lseek(file, 0, SEEK_SET) == 0 && write(file, words, sizeof words - 1) > 0)
            break;
    _exit(65);
}

static int compare(const uint8_t *probe, const uint8_t *const *templates, uint64_t count, double *scores,
                   char *reason)
{
    static int calls;
    (void)reason;
    if (is("compare-crash"))
        crash();
    if (is("compare-hang"))
        hang();
    if (is("compare-memory"))
        for (size_t size = (size_t)1 << 24;; size *= 2)
            memset(malloc(size), 1, size);
    if (is("compare-exit"))
        _exit(0);
    if (is("compare-forge"))
        forge();
    if (is("compare-insult"))
        insult();
    for (uint64_t i = 0; i < count; i++)
        scores[i] = score_of(probe, templates[i]);
    if (is("compare-nan"))
        scores[count - 1] = NAN;
    if (is("compare-infinite"))
        scores[0] = -INFINITY;
    if (is("compare-scale"))
        scores[0] = 1;
    if (is("compare-short"))
        scores[count - 1] = -NAN;
    if (is("asymmetric"))
        scores[0] -= probe[0] % 2;
    if (is("compare-differs"))
        scores[0] -= calls++;
    return LEADSPOOL_ENGINE_DONE;
}

static int worse(const struct leadspool_engine_found *a, const struct leadspool_engine_found *b)
{
    return a->score < b->score || (!(a->score > b->score) && a->photo > b->photo);
}

static int search(const uint8_t *probe, const uint8_t *const *templates, uint64_t count, uint64_t wanted,
                  struct leadspool_engine_found *found, uint64_t *found_count, char *reason)
{
    uint64_t have = 0;
    (void)reason;
    for (uint64_t i = 0; i < count; i++) {
        struct leadspool_engine_found one = {.photo = i, .score = score_of(probe, templates[i])};
        if (have == wanted && worse(&one, &found[wanted - 1]))
            continue;
        uint64_t place = have < wanted ? have++ : wanted - 1;
        for (; place > 0 && worse(&found[place - 1], &one); place--)
            found[place] = found[place - 1];
        found[place] = one;
    }
    *found_count = have;
    if (is("search-short"))
        *found_count = wanted - 1;
    if (is("search-many"))
        *found_count = wanted + 1;
    if (is("search-unknown"))
        found[wanted - 1].photo = count;
    if (is("search-nan"))
        found[0].score = NAN;
    if (is("search-scale"))
        found[0].score = 1e7;
    if (is("search-duplicate") && wanted > 1)
        found[1] = found[0];
    if (is("search-unsorted") && wanted > 1) {
        struct leadspool_engine_found first = found[0];
        found[0] = found[1];
        found[1] = first;
    }
    if (is("search-score"))
        found[0].score -= 0.5;
    return LEADSPOOL_ENGINE_DONE;
}

const struct leadspool_engine *leadspool_engine(void)
{
    static struct leadspool_engine engine = {
        .abi = LEADSPOOL_ENGINE_ABI,
        .size = sizeof engine,
        .id = "test-faulty",
        .version = "1.0",
        .maker = "the tests of leadspool",
        .method = "Sum of differences of the means of fields.",
        .weights = "none",
        .score_scale = "Minus the sum of differences, in grey levels.",
        .error_rates = "Not measured.",
        .score_least = -TEMPLATE * 255,
        .score_most = 0,
        .template_size = TEMPLATE,
        .template_make = template_make,
        .compare = compare,
    };
    if (is("table-missing"))
        return NULL;
    if (is("table-abi"))
        engine.abi = 99;
    if (is("table-id"))
        engine.id = "Leadspool Elastic";
    if (is("table-scale"))
        engine.score_least = NAN;
    if (is("learned"))
        engine.weights = "A network of 20 layers learned from ten million photos.";
    if (is("asymmetric"))
        engine.promises = LEADSPOOL_ENGINE_SYMMETRIC | LEADSPOOL_ENGINE_IDENTITY | LEADSPOOL_ENGINE_THREADS;
    char word[sizeof chosen];
    for (size_t i = 0; i < sizeof chosen; i++)
        word[i] = chosen[i];
    if (strncmp(word + strlen("FAULT="), "search", 6) == 0)
        engine.search = search;
    return &engine;
}
