/*
 * What the record alone costs: the real vault, committer and flows, fed with checked packets.
 *
 * The site fills through the same transactions as in the daemon (claim row, commit, delivery of its rows, clean-up),
 * only without a sender, a worker and a share. While it fills, the packets' files are referred to and not written;
 * in the measured batches they are copied, adopted, synced and renamed like any other. Packets left in flight lie on their
 * share under their claim's name; of each two one is committed and not answered, the other not committed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "bench/ingest.h"
#include "casebook/outbox.h"
#include "ingest/manifest.h"
#include "schemas/xml.h"
#include "spool/committer.h"
#include "spool/flows.h"

enum { BATCH = 64, MEASURED = 640, ALONE = 100 };

struct packet {
    struct record *record;
    json_t *claim, *check;
    int incoming;  /* -1: its files are not written */
    bool answered; /* in this batch; else only claimed */
};

struct record {
    struct site site;
    struct loop *loop;
    struct casebook *casebook;
    struct vault *vault;
    struct committer *committer;
    json_t *request;
    int work;
    unsigned next; /* number of the next packet */
    struct packet packets[BATCH];
    unsigned in_batch, finished;
    /* the phase under way */
    unsigned left, batch;
    bool files, in_flight;
    double wall, cpu, began, cpu_began;
};

static void check_done(bool done, const struct error *error, const char *what)
{
    if (!done)
        give_up("%s: %s", what, error->text);
}

static double own_cpu(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6 + (double)used.ru_stime.tv_sec +
           (double)used.ru_stime.tv_usec / 1e6;
}

static void hex_of(unsigned number, const char *salt, char text[DIGEST_TEXT_SIZE])
{
    char words[64];
    snprintf(words, sizeof words, "%s %u", salt, number);
    struct digest digest = digest_of(words, strlen(words));
    digest_text(&digest, text);
}

static void copy_files(struct packet *packet)
{
    char name[32];
    struct error error = ERROR_NONE;
    snprintf(name, sizeof name, "%u", packet->record->next);
    packet->incoming = directory_open_at(packet->record->work, name, true, 0700, &error);
    check_done(packet->incoming >= 0, &error, "making a folder");
    const struct still *still = &stills[packet->record->next % STILLS];
    static char manifest[2048];
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%d", i);
        int file = openat(packet->incoming, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        bool done = file >= 0 && (i == 0 ? file_write_all(file, manifest, sizeof manifest, &error)
                                         : file_write_all(file, still->bytes, still->length, &error));
        check_done(done, &error, "copying");
        close(file);
    }
}

static void leave_claimed(struct packet *packet, const char *claim)
{
    static const char *const later[] = {"uid", "owner", "dropForm", "files", "specials", "digest"};
    char path[4200];
    snprintf(path, sizeof path, "%s/in/" BENCH_COMMAND "/.claim-%s", packet->record->site.path, claim);
    packet_write(path, BENCH_COMMAND, packet->record->next);
    for (size_t i = 0; !packet->answered && i < sizeof later / sizeof later[0]; i++)
        json_object_del(packet->claim, later[i]);
}

static void packet_make(struct packet *packet, struct record *record, bool files)
{
    char manifest[DIGEST_TEXT_SIZE], picture[DIGEST_TEXT_SIZE], whole[DIGEST_TEXT_SIZE], id[64], claim[24],
        at[INSTANT_TEXT_SIZE];
    unsigned number = ++record->next;
    const struct still *still = &stills[number % STILLS];
    hex_of(number, "manifest", manifest);
    hex_of(number, "picture", picture);
    hex_of(number, "packet", whole);
    snprintf(claim, sizeof claim, "%012u", number);
    snprintf(id, sizeof id, "6f1d3c52-0a4e-4b7c-9a51-%012x", number);
    *packet =
        (struct packet){.record = record, .incoming = -1, .answered = !record->in_flight || number % 2 == 0};
    instant_text(clock_now(), at);
    packet->claim = json_pack("{ss,ss,ss,ss,ss,ss,si,ss,si,ss,ss,s[{ss,ss,si}{ss,ss,sI}],s[],ss}", "form",
                              "requests", "path", "in/" BENCH_COMMAND, "command", BENCH_COMMAND, "drop", id,
                              "state", "claiming", "claim", claim, "attempts", 0, "arrived", at, "uid", 0,
                              "owner", "root", "dropForm", "directory", "files", "name", "manifest.xml",
                              "digest", manifest, "size", 2048, "name", "still.jpg", "digest", picture,
                              "size", (json_int_t)still->length, "specials", "digest", whole);
    json_t *request = json_deep_copy(record->request);
    json_put_text(request, "requestId", id);
    json_put_text(json_array_get(json_object_get(request, "images"), 0), "sha256", picture);
    packet->check = json_pack("{so,s[{si,ss,ss,si,si,ss}],s[]}", "request", request, "images", "input", 1,
                              "file", "still.jpg", "digest", picture, "width", still->width, "height",
                              still->height, "format", "JPEG", "faults");
    if (packet->claim == NULL || packet->check == NULL)
        give_up("out of memory");
    if (files && packet->answered)
        copy_files(packet);
    if (record->in_flight)
        leave_claimed(packet, claim);
}

static bool adopt(void *context, struct vault_batch *batch, struct error *error)
{
    struct packet *packet = context;
    size_t index;
    const json_t *file;
    json_array_foreach(json_object_get(packet->claim, "files"), index, file)
    {
        struct digest digest;
        char name[24];
        snprintf(name, sizeof name, "%zu", index);
        if (!digest_parse(json_text(file, "digest"), &digest) ||
            !vault_batch_adopt(batch, packet->incoming, name, &digest, (uint64_t)json_whole(file, "size", 0),
                               error))
            return false;
    }
    return true;
}

static bool first_open(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    json_array_append(context, value);
    return json_array_size(context) < 8;
}

/* As the daemon does, but the rows it opened are delivered at once: their number must not grow. */
static bool commit(struct transaction *transaction, void *context, struct error *error)
{
    struct packet *packet = context;
    const struct record *record = packet->record;
    instant at = clock_now();
    json_t *rows = json_array();
    bool done = book_put(transaction, BOOK_CLAIMS, json_text(packet->claim, "claim"), packet->claim, error);
    if (!packet->answered)
        goto done;
    done = done &&
           flow_drop(transaction, &record->site, "requests", packet->claim, packet->check, at, error) &&
           (record->in_flight || outbox_walk(transaction, 0, first_open, rows, error));
    for (size_t i = 0; done && i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        done = outbox_deliver(transaction, outbox_id(row), at, error) &&
               flow_delivered(transaction, &record->site, row, at, error);
    }
    if (done && strcmp(json_text(packet->claim, "outcome"), "ACCEPT") != 0)
        done = error_set(error, FAULT_INTERNAL, "the packet is %s: %s", json_text(packet->claim, "outcome"),
                         json_text(json_array_get(json_object_get(packet->check, "faults"), 0), "text"));
    if (!record->in_flight)
        done = done && book_remove(transaction, BOOK_CLAIMS, json_text(packet->claim, "claim"), error);
done:
    json_decref(rows);
    return done;
}

static void begin_batch(void *context);

static void committed(void *context, const struct error *error)
{
    struct packet *packet = context;
    struct record *record = packet->record;
    check_done(error == NULL, error, "committing");
    if (++record->finished < record->in_batch)
        return;
    record->wall += now() - record->began;
    record->cpu += own_cpu() - record->cpu_began;
    for (unsigned i = 0; i < record->in_batch; i++) {
        json_decref(record->packets[i].claim);
        json_decref(record->packets[i].check);
        if (record->packets[i].incoming >= 0)
            close(record->packets[i].incoming);
    }
    record->left -= record->in_batch;
    if (record->left == 0)
        loop_stop(record->loop);
    else
        loop_after(record->loop, 0, begin_batch, record, NULL);
}

static void begin_batch(void *context)
{
    struct record *record = context;
    struct error error = ERROR_NONE;
    record->in_batch = record->batch < record->left ? record->batch : record->left;
    record->finished = 0;
    for (unsigned i = 0; i < record->in_batch; i++)
        packet_make(&record->packets[i], record, record->files);
    record->began = now();
    record->cpu_began = own_cpu();
    for (unsigned i = 0; i < record->in_batch; i++) {
        struct commit piece = {.prepare = record->packets[i].incoming >= 0 ? adopt : NULL,
                               .work = commit,
                               .done = committed,
                               .context = &record->packets[i]};
        check_done(committer_hand(record->committer, &piece, &error), &error, "handing over");
    }
}

/* Commit `count` packets in batches of `batch`; seconds a packet. */
static void phase(struct record *record, unsigned count, unsigned batch, bool files, double *wall,
                  double *cpu)
{
    struct error error = ERROR_NONE;
    record->left = count;
    record->batch = batch;
    record->files = files;
    record->wall = record->cpu = 0;
    check_done(loop_open(&record->loop, &error) &&
                   committer_start(record->casebook, record->vault, record->loop, &record->committer, &error),
               &error, "starting");
    loop_after(record->loop, 0, begin_batch, record, NULL);
    check_done(loop_run(record->loop, NULL, NULL, &error), &error, "running");
    committer_stop(record->committer);
    loop_close(record->loop);
    if (wall != NULL)
        *wall = record->wall / count;
    if (cpu != NULL)
        *cpu = record->cpu / count;
}

static void read_template(struct record *record, const char *folder)
{
    char path[1000], *bytes = NULL;
    size_t length = 0;
    struct error error = ERROR_NONE;
    struct manifest manifest = {0};
    snprintf(path, sizeof path, "%s/template", folder);
    packet_write(path, BENCH_COMMAND, 1);
    int directory = directory_open(path, &error);
    bool done = directory >= 0 && file_read(directory, "manifest.xml", 1 << 20, &bytes, &length, &error) &&
                schemas_prepare(&error) && manifest_read(bytes, length, &manifest, &error);
    check_done(done && manifest.request != NULL, &error, "reading the manifest");
    record->request = json_incref(manifest.request);
    manifest_free(&manifest);
    free(bytes);
    close(directory);
}

static void record_begin(struct record *record, const char *folder, const char *program)
{
    struct error error = ERROR_NONE;
    char path[1000];
    struct bench_site made;
    site_make(&made, program, folder);
    read_template(record, folder);
    check_done(site_open(folder, &record->site, &error) && zone_use("Etc/UTC", &error), &error,
               "opening the site");
    record->work = directory_open_at(record->site.directory, "stage", true, 0700, &error);
    snprintf(path, sizeof path, "%s/var/casebook", folder);
    check_done(record->work >= 0 && casebook_open(path, &record->casebook, &error), &error,
               "opening the casebook");
    snprintf(path, sizeof path, "%s/var/vault", folder);
    check_done(vault_open(path, &record->vault, &error), &error, "opening the vault");
}

void record_fill(const char *folder, const char *program, unsigned stored, unsigned since, unsigned in_flight)
{
    static struct record record;
    struct error error = ERROR_NONE;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        record_begin(&record, folder, program);
        phase(&record, stored - since, BATCH, false, NULL, NULL);
        check_done(casebook_checkpoint(record.casebook, &error), &error, "writing a checkpoint");
        phase(&record, since, BATCH, false, NULL, NULL);
        record.in_flight = true;
        phase(&record, in_flight, BATCH, true, NULL, NULL);
        _exit(0); /* as if killed: nothing is closed */
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        give_up("the record was not filled");
}

void record_measure(const char *folder, const char *program, unsigned most, struct record_costs *costs)
{
    static struct record record;
    record_begin(&record, folder, program);
    double cpu_again = 0, wall_again = 0;
    phase(&record, 1000 - BATCH * 2, BATCH, false, NULL, NULL);
    phase(&record, BATCH * 2, BATCH, true, NULL, NULL);
    phase(&record, ALONE, 1, true, &costs->batch_1, NULL);
    phase(&record, MEASURED, BATCH, true, &costs->at_1000, &costs->cpu_at_1000);
    phase(&record, MEASURED, BATCH, true, &wall_again, &cpu_again);
    costs->at_1000 = wall_again < costs->at_1000 ? wall_again : costs->at_1000;
    costs->cpu_at_1000 = cpu_again < costs->cpu_at_1000 ? cpu_again : costs->cpu_at_1000;
    costs->batch_64 = costs->at_1000;
    phase(&record, most - record.next, BATCH, false, NULL, NULL);
    costs->stored = record.next;
    phase(&record, BATCH * 2, BATCH, true, NULL, NULL);
    phase(&record, MEASURED, BATCH, true, &costs->at_100000, &costs->cpu_at_100000);
    phase(&record, MEASURED, BATCH, true, &wall_again, &cpu_again);
    costs->at_100000 = wall_again < costs->at_100000 ? wall_again : costs->at_100000;
    costs->cpu_at_100000 = cpu_again < costs->cpu_at_100000 ? cpu_again : costs->cpu_at_100000;
    casebook_close(record.casebook, NULL);
    vault_close(record.vault);
    close(record.work);
    json_decref(record.request);
    site_close(&record.site);
}
