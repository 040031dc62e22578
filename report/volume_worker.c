/*
 * Rendering and packing one edition of a volume.
 *
 * Guarantees: one part is in memory at a time and goes into the encryption as it is finished; a file whose bytes are
 * not what the record says fails the job; the index is drawn twice, once to know how many pages it takes, so that it
 * bears the first numbers. No plaintext is written.
 */
#include "report/volume_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cms_envelope.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/tar.h"
#include "base/text.h"
#include "page/readback.h"
#include "report/volume_pages.h"

enum {
    FACTS_MOST = 64 << 20,
    RECIPIENTS_MOST = 8,
    BLOCK = 1 << 16,
    /* of one part */
    CHRONOLOGY_ROWS = 600,
    DECISIONS = 12,
    IMAGES = 16,
    CANDIDATES = 60
};

struct packing {
    const struct worker_job *job;
    json_t *facts, *parts, *pictures;
    struct cms_envelope *envelope;
    struct tar *tar;
    struct text sums;
    uint64_t plain;
    size_t files;
    json_int_t next; /* Bates number */
    struct error *error;
};

static bool sink(void *context, const void *bytes, size_t length, struct error *error)
{
    struct packing *packing = context;
    packing->plain += length;
    return cms_envelope_write(packing->envelope, bytes, length, error);
}

static bool note_sum(struct packing *packing, const char *name, const struct digest *digest)
{
    char hex[DIGEST_TEXT_SIZE];
    packing->files++;
    text_format(&packing->sums, "%s  %s\n", digest_text(digest, hex), name);
    return true;
}

static bool add_bytes(struct packing *packing, const char *name, const void *bytes, size_t length)
{
    struct digest digest = digest_of(bytes, length);
    return tar_add(packing->tar, name, bytes, length, packing->error) && note_sum(packing, name, &digest);
}

/* --- parts --- */

/* A part being drawn: its document, with the pictures of the job that it may show. */
struct part {
    struct rendering rendering;
    struct worker_job job;
    json_t *parameters;
    char name[64];
};

static bool part_open(struct packing *packing, struct part *part, const char *name, json_t *pictures)
{
    const json_t *facts = packing->facts;
    char kind[160];
    *part = (struct part){.job = *packing->job};
    snprintf(part->name, sizeof part->name, "%s", name);
    part->parameters = json_pack("{sO,so}", "created", json_object_get(facts, "issued"), "pictures",
                                 pictures == NULL ? json_array() : pictures);
    part->job.parameters = part->parameters;
    if (json_object_get(facts, "release") != NULL)
        snprintf(kind, sizeof kind, _("Release of information"));
    else
        snprintf(kind, sizeof kind, _("Discovery, volume %lld, %s"),
                 (long long)json_whole(facts, "volume", 1), json_text(facts, "edition"));
    const bool demonstration = json_flag(facts, "demonstration");
    char *foot = text_formatted("%s%s%s", demonstration ? _("Demonstration with drawn people.") : "",
                                demonstration ? " " : "", _("Confidential."));
    bool done = part->parameters != NULL && foot != NULL
                    ? rendering_open(&part->rendering, &part->job, kind, json_text(facts, "docket"), foot,
                                     packing->error)
                    : error_set(packing->error, FAULT_TEMPORARY, "out of memory while starting a volume");
    free(foot);
    return done;
}

static void part_close(struct part *part)
{
    rendering_close(&part->rendering);
    json_decref(part->parameters);
}

/* What other libraries find in the finished part: sound, everything on its page, each page with its Bates number, the docket
   and the foot, and no picture that the part was not handed. */
static bool part_readable(const struct packing *packing, const struct part *part, const struct text *pdf,
                          json_int_t first)
{
    struct readback readback = {0};
    struct error *error = packing->error;
    size_t most = json_array_size(json_object_get(part->parameters, "pictures")), lacking = 0;
    bool done = readback_read(pdf->bytes, pdf->length, &readback, error);
    if (done && readback.page_count != (size_t)document_pages(part->rendering.document))
        done = error_set(error, FAULT_INTERNAL, "it has %zu pages", readback.page_count);
    if (done && readback.picture_count > most)
        done = error_set(error, FAULT_INTERNAL, "it shows %zu pictures; %zu were handed in",
                         readback.picture_count, most);
    if (done && ((lacking = readback_lacking(&readback, json_text(packing->facts, "docket"))) != 0 ||
                 (lacking = readback_lacking(&readback, _("Confidential."))) != 0))
        done = error_set(error, FAULT_INTERNAL, "page %zu does not say of which docket it is", lacking);
    for (size_t i = 0; done && i < readback.page_count; i++) {
        char number[80];
        snprintf(number, sizeof number, "%.60s%06ld", json_text(packing->facts, "prefix"),
                 (long)first + (long)i);
        const struct readback page = {.pages = readback.pages + i, .page_count = 1};
        done = readback_shows(&page, number) ||
               error_set(error, FAULT_INTERNAL, "page %zu does not show %s", i + 1, number);
    }
    readback_free(&readback);
    return done || error_context(error, "the finished %s is held back", part->name);
}

/* Number its pages, have it read back, pack it. */
static bool part_finish(struct packing *packing, struct part *part, json_int_t first)
{
    struct document *document = part->rendering.document;
    struct text pdf = TEXT_EMPTY;
    document_stamp(document, json_text(packing->facts, "prefix"), (long)first);
    bool done = document_sound(document, packing->error) && document_finish(document, &pdf, packing->error) &&
                part_readable(packing, part, &pdf, first) &&
                add_bytes(packing, part->name, pdf.bytes, pdf.length);
    text_free(&pdf);
    return done;
}

/* The same of every part but the index: its numbers are the next. */
static bool part_end(struct packing *packing, struct part *part)
{
    json_int_t first = packing->next;
    bool done = part_finish(packing, part, first);
    if (done) {
        packing->next = first + (json_int_t)document_pages(part->rendering.document);
        done = json_array_append_new(packing->parts, json_pack("{ss,sI,sI}", "name", part->name, "first",
                                                               first, "last", packing->next - 1)) == 0;
    }
    if (packing->job->progress != NULL)
        packing->job->progress->done = (uint64_t)packing->next;
    return done;
}

typedef void draw_span(const struct rendering *rendering, const json_t *what, struct volume_span span);

static json_t *pictures_of(const json_t *list, struct volume_span span)
{
    json_t *pictures = json_array();
    char role[VOLUME_ROLE_SIZE];
    for (size_t i = span.from; i < span.to; i++) {
        const json_t *one = json_array_get(list, i);
        json_int_t input = json_whole(one, "input", 0);
        json_array_append_new(pictures,
                              json_pack("{ss,sI,ss}", "role", volume_role(input, role), "input",
                                        input + VOLUME_OBJECTS, "digest", json_text(one, "digest")));
    }
    return pictures;
}

/* Parts of at most `most` each, numbered; `what` is handed to `draw`. */
static bool draw_parts(struct packing *packing, const char *stem, int *number, const json_t *list,
                       bool pictures, size_t most, const json_t *what, draw_span *draw)
{
    size_t count = json_array_size(list);
    for (size_t from = 0; from < count; from += most) {
        struct volume_span span = {from, from + most < count ? from + most : count};
        struct part part;
        char name[64];
        snprintf(name, sizeof name, "%s-%d.pdf", stem, ++*number);
        bool done = part_open(packing, &part, name, pictures ? pictures_of(list, span) : NULL);
        if (done) {
            draw(&part.rendering, what, span);
            done = part_end(packing, &part);
        }
        part_close(&part);
        if (!done)
            return error_context(packing->error, "%s", name);
    }
    return true;
}

static void draw_chronology(const struct rendering *rendering, const json_t *facts, struct volume_span span)
{
    if (span.from == 0)
        volume_draw_opening(rendering->document, facts);
    volume_draw_chronology(rendering->document, facts, span);
}

static void draw_decisions(const struct rendering *rendering, const json_t *facts, struct volume_span span)
{
    volume_draw_decisions(rendering->document, facts, span);
}

static void draw_searches(const struct rendering *rendering, const json_t *searches, struct volume_span span)
{
    for (size_t i = span.from; i < span.to; i++) {
        document_new_page(rendering->document);
        volume_draw_search(rendering->document, json_array_get(searches, i));
    }
}

static bool draw_all(struct packing *packing)
{
    const json_t *facts = packing->facts, *searches = json_object_get(facts, "searches"), *search;
    int record = 0, images = 0, of_searches = 0, lists = 0;
    size_t index;
    if (!draw_parts(packing, "record", &record, json_object_get(facts, "chronology"), false, CHRONOLOGY_ROWS,
                    facts, draw_chronology) ||
        !draw_parts(packing, "record", &record, json_object_get(facts, "decisions"), false, DECISIONS, facts,
                    draw_decisions) ||
        !draw_parts(packing, "images", &images, packing->pictures, true, IMAGES, packing->pictures,
                    volume_draw_images) ||
        !draw_parts(packing, "searches", &of_searches, searches, false, 20, searches, draw_searches))
        return false;
    json_array_foreach(searches, index, search)
    {
        if (!draw_parts(packing, "lists", &lists, json_object_get(search, "candidates"), true, CANDIDATES,
                        search, volume_draw_candidates))
            return false;
    }
    return true;
}

/* --- files --- */

/* The name of a file in the package, its digest, and whether it is a picture to print. */
static bool name_files(struct packing *packing)
{
    size_t index;
    json_t *file;
    char path[128], hex[DIGEST_TEXT_SIZE];
    json_array_foreach(json_object_get(packing->facts, "files"), index, file)
    {
        const json_t *value = json_object_get(file, "json");
        struct digest digest;
        snprintf(path, sizeof path, "files/E%lld-%03zu-%.70s",
                 (long long)json_whole(packing->facts, "volume", 1), index + 1, json_text(file, "name"));
        if (value != NULL &&
            (!json_digest(value, &digest) || !json_put_text(file, "digest", digest_text(&digest, hex))))
            return error_set(packing->error, FAULT_TEMPORARY, "out of memory while packing a volume");
        if (!json_put_text(file, "path", path) ||
            (json_flag(file, "picture") && json_array_append(packing->pictures, file) != 0))
            return error_set(packing->error, FAULT_TEMPORARY, "out of memory while packing a volume");
    }
    return true;
}

/* Byte for byte, and no other than the record names. */
static bool copy_object(struct packing *packing, const json_t *file, int input)
{
    const char *path = json_text(file, "path");
    struct digest digest, wanted;
    uint64_t size = 0, done = 0;
    static char block[BLOCK]; /* a worker has one thread */
    if (!digest_of_file(input, &digest, &size, packing->error))
        return false;
    if (!digest_parse(json_text(file, "digest"), &wanted) || !digest_equal(&digest, &wanted))
        return error_set(packing->error, FAULT_INTERNAL, "%s is not what the record says", path);
    if (!tar_begin(packing->tar, path, size, packing->error))
        return false;
    while (done < size) {
        ssize_t got = pread(input, block, sizeof block, (off_t)done);
        if (got <= 0)
            return error_system(packing->error, "reading %s", path);
        if (!tar_bytes(packing->tar, block, (size_t)got, packing->error))
            return false;
        done += (uint64_t)got;
    }
    return note_sum(packing, path, &digest);
}

static bool pack_file(struct packing *packing, const json_t *file)
{
    const json_t *value = json_object_get(file, "json");
    if (value != NULL) {
        char *text = json_canonical(value);
        bool done = text != NULL
                        ? add_bytes(packing, json_text(file, "path"), text, strlen(text))
                        : error_set(packing->error, FAULT_TEMPORARY, "out of memory while packing a volume");
        free(text);
        return done;
    }
    json_int_t input = json_whole(file, "input", -1);
    if (input < 0 || (size_t)input + VOLUME_OBJECTS >= packing->job->input_count)
        return error_set(packing->error, FAULT_INTERNAL, "%s has no input", json_text(file, "path"));
    return copy_object(packing, file, packing->job->inputs[input + VOLUME_OBJECTS]);
}

/* --- the volume --- */

/* How many pages the index takes: numbers are of one width, so that filling them in changes none. */
static bool index_pages(struct packing *packing, const json_t *parts, json_int_t *pages)
{
    struct part part;
    struct text unused = TEXT_EMPTY;
    bool done = part_open(packing, &part, "index.pdf", NULL);
    if (done) {
        volume_draw_index(part.rendering.document, packing->facts, parts);
        /* Finished like the real one: a heading that waited for what it stands over may take one more page. */
        done = document_sound(part.rendering.document, packing->error) &&
               document_finish(part.rendering.document, &unused, packing->error);
        *pages = (json_int_t)document_pages(part.rendering.document);
    }
    text_free(&unused);
    part_close(&part);
    return done;
}

/* The parts that there will be, without their numbers yet. */
static json_t *expected_parts(const struct packing *packing)
{
    const json_t *facts = packing->facts, *search;
    json_t *parts = json_array();
    size_t index, count = 1;
    const struct {
        const char *list;
        size_t most;
    } lists[] = {{"chronology", CHRONOLOGY_ROWS}, {"decisions", DECISIONS}, {"searches", 20}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        count += (json_array_size(json_object_get(facts, lists[i].list)) + lists[i].most - 1) / lists[i].most;
    count += (json_array_size(packing->pictures) + IMAGES - 1) / IMAGES;
    json_array_foreach(json_object_get(facts, "searches"), index, search) count +=
        (json_array_size(json_object_get(search, "candidates")) + CANDIDATES - 1) / CANDIDATES;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(parts,
                              json_pack("{ss,si,si}", "name", "searches-1.pdf", "first", 0, "last", 0));
    return parts;
}

static bool pack_index(struct packing *packing, json_int_t first, json_int_t pages)
{
    struct part part;
    json_array_insert_new(
        packing->parts, 0,
        json_pack("{ss,sI,sI}", "name", "index.pdf", "first", first, "last", first + pages - 1));
    bool done = part_open(packing, &part, "index.pdf", NULL);
    if (done) {
        volume_draw_index(part.rendering.document, packing->facts, packing->parts);
        done = part_finish(packing, &part, first);
        if (done && (json_int_t)document_pages(part.rendering.document) != pages)
            done = error_set(packing->error, FAULT_INTERNAL,
                             "the index has other pages than it was given numbers");
    }
    part_close(&part);
    return done;
}

static bool pack_all(struct packing *packing)
{
    json_int_t first = json_whole(packing->facts, "first", 1), pages = 0;
    size_t index;
    const json_t *file;
    if (!name_files(packing))
        return false;
    json_t *parts = expected_parts(packing);
    bool done = index_pages(packing, parts, &pages);
    json_decref(parts);
    packing->next = first + pages;
    done = done && draw_all(packing);
    json_array_foreach(json_object_get(packing->facts, "files"), index, file) done =
        done && pack_file(packing, file);
    done = done && pack_index(packing, first, pages) && text_done(&packing->sums, packing->error);
    return done &&
           tar_add(packing->tar, "SHA256SUMS", packing->sums.bytes, packing->sums.length, packing->error) &&
           tar_end(packing->tar, packing->error);
}

static bool open_all(struct packing *packing)
{
    const json_t *certificates = json_object_get(packing->job->parameters, "certificates");
    struct pem recipients[RECIPIENTS_MOST];
    char *bytes = NULL;
    size_t length = 0, count = json_array_size(certificates);
    if (packing->job->input_count < VOLUME_OBJECTS || count > RECIPIENTS_MOST)
        return error_set(packing->error, FAULT_INTERNAL, "render-volume was given %zu inputs",
                         packing->job->input_count);
    bool done =
        file_read_open(packing->job->inputs[VOLUME_FACTS], FACTS_MOST, &bytes, &length, packing->error) &&
        json_read(bytes, length, &packing->facts, packing->error);
    free(bytes);
    for (size_t i = 0; i < count; i++) {
        const char *pem = json_string_value(json_array_get(certificates, i));
        recipients[i] = (struct pem){pem, pem == NULL ? 0 : strlen(pem)};
    }
    instant issued = 0;
    done = done && instant_parse(json_text(packing->facts, "issued"), &issued, packing->error) &&
           cms_envelope_open(packing->job->inputs[VOLUME_OUTPUT], recipients, count, &packing->envelope,
                             packing->error) &&
           tar_open(sink, packing, issued, &packing->tar, packing->error);
    return done;
}

static bool answer(struct packing *packing)
{
    struct digest sums = digest_of(packing->sums.bytes, packing->sums.length);
    char hex[DIGEST_TEXT_SIZE];
    json_int_t first = json_whole(packing->facts, "first", 1);
    json_t *answer =
        json_pack("{sI,sI,sI,sI,sI,ss,sO}", "pages", packing->next - first, "first", first, "last",
                  packing->next - 1, "files", (json_int_t)packing->files, "plain", (json_int_t)packing->plain,
                  "sums", digest_text(&sums, hex), "parts", packing->parts);
    bool done = answer != NULL
                    ? worker_answer_json(packing->job, answer, packing->error)
                    : error_set(packing->error, FAULT_TEMPORARY, "out of memory while packing a volume");
    json_decref(answer);
    return done;
}

enum worker_exit render_volume_worker(const struct worker_job *job, struct error *error)
{
    struct packing packing = {
        .job = job, .parts = json_array(), .pictures = json_array(), .sums = TEXT_EMPTY, .error = error};
    bool done = open_all(&packing) && pack_all(&packing);
    if (done) {
        done = cms_envelope_end(packing.envelope, error) && answer(&packing);
        packing.envelope = NULL;
    }
    if (!done)
        error_context(error, "a volume of discovery of docket %s", json_text(packing.facts, "docket"));
    tar_close(packing.tar);
    cms_envelope_abandon(packing.envelope);
    json_decref(packing.facts);
    json_decref(packing.parts);
    json_decref(packing.pictures);
    text_free(&packing.sums);
    return done ? WORKER_DONE : worker_exit_of(error);
}
