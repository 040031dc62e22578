/*
 * foil OUT-FOLDER REGULAR.ttf BOLD.ttf COUNT JOB.json …
 *
 * A records request of COUNT documents, taken from the golden jobs in turn, in parts as the daemon makes them, each job in
 * a child behind the walls: proposals, the export with every proposal followed, the export read back. Leaves
 * records-1.pdf, boxes-1.json, sheet.html and reading.html of the first part in the folder; prints what it took.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/sandbox.h"
#include "page/readback.h"
#include "photo/encode.h"
#include "report/foil_pages.h"
#include "tests/golden/draw_picture.h"

#define INPUTS_LIMIT 220
#define SEEDS 12 /* pictures differ from document to document, up to so many of each */

static struct {
    const char *folder;
    json_t *jobs; /* of the golden documents */
    int inputs[INPUTS_LIMIT];
    size_t count;
    json_t *pictures; /* [{"role","input"}] */
    long boxes, pages;
} made;

static int drawn(const json_t *wish, unsigned int more, struct error *error)
{
    struct image image = IMAGE_EMPTY;
    struct eye_points eyes;
    uint8_t *bytes = NULL;
    size_t length = 0;
    int file = -1;
    if (draw_picture(&image, (int)json_whole(wish, "width", 240), (int)json_whole(wish, "height", 300),
                     (unsigned int)json_whole(wish, "seed", 1) + more, json_flag(wish, "scene"), &eyes,
                     error) &&
        photo_encode(&image, ENCODE_FIGURE, &bytes, &length, error))
        file = memory_file("picture", bytes, length, error);
    free(bytes);
    image_free(&image);
    return file;
}

/* The input of a picture of the part, drawn when it is new. */
static bool add_picture(json_t *pictures, const json_t *wish, unsigned int more, struct error *error)
{
    char digest[80];
    snprintf(digest, sizeof digest, "%s-%lld-%u-%lld", json_text(wish, "role"),
             (long long)json_whole(wish, "seed", 1), more, (long long)json_whole(wish, "width", 0));
    if (json_find(made.pictures, "role", digest) == NULL) {
        if (made.count == INPUTS_LIMIT - 1)
            return error_set(error, FAULT_INPUT, "too many pictures");
        int file = drawn(wish, more, error);
        if (file < 0)
            return false;
        json_array_append_new(made.pictures,
                              json_pack("{ss,sI}", "role", digest, "input", (json_int_t)made.count));
        made.inputs[made.count++] = file;
    }
    json_t *entry = json_pack("{ss,ss}", "role", json_text(wish, "role"), "digest", digest);
    if (json_flag(wish, "marked"))
        json_put(entry, "eyes", json_pack("[i,i,i,i]", 9000, 14000, 15000, 14000));
    json_array_append_new(pictures, entry);
    return true;
}

static bool add_document(json_t *facts, long number, struct error *error)
{
    const json_t *job = json_array_get(made.jobs, (size_t)(number - 1) % json_array_size(made.jobs)), *wish;
    json_t *pictures = json_array();
    size_t index;
    unsigned int more = (unsigned int)(number % SEEDS);
    json_array_foreach(json_object_get(job, "draw"), index, wish)
    {
        if (!add_picture(pictures, wish, more, error))
            return false;
    }
    return json_array_append_new(json_object_get(facts, "documents"),
                                 json_pack("{sI,ss,sO,ss,sO,sO,so}", "number", (json_int_t)number, "docket",
                                           json_text(json_object_get(job, "facts"), "docket"), "document",
                                           json_object_get(job, "document"), "title",
                                           json_text(job, "document"), "created",
                                           json_object_get(job, "created"), "facts",
                                           json_object_get(job, "facts"), "pictures", pictures)) == 0;
}

/* A job in a sandboxed child; its answer is a memory file, -1 on failure. */
static int walled(worker_function *function, const char *form, json_t *facts, int last, struct error *error)
{
    int inputs[INPUTS_LIMIT + 1], keep[INPUTS_LIMIT + 2];
    char *text = json_canonical(facts);
    json_t *parameters = json_pack("{ss,ss,sO}", "created", "2026-12-01T10:00:00.000Z", "form", form,
                                   "pictures", made.pictures);
    memcpy(inputs, made.inputs, sizeof made.inputs);
    size_t count = made.count;
    json_array_append_new(json_object_get(parameters, "pictures"),
                          json_pack("{ss,sI}", "role", "facts", "input", (json_int_t)count));
    inputs[count++] = memory_file("facts", text, strlen(text), error);
    if (last >= 0)
        inputs[count++] = last;
    struct worker_job job = {.kind = "foil",
                             .parameters = parameters,
                             .inputs = inputs,
                             .input_count = count,
                             .output = memory_file_empty("answer", error)};
    pid_t child = fork();
    if (child == 0) {
        struct sandbox_limits limits = {.cpu_seconds = 300, .memory_mebibytes = 2048, .keep = keep};
        for (size_t i = 0; i < count; i++)
            keep[limits.keep_count++] = inputs[i];
        keep[limits.keep_count++] = job.output;
        enum worker_exit outcome = WORKER_PERSON;
        if (sandbox_enter(&limits, error))
            outcome = function(&job, error);
        if (outcome != WORKER_DONE)
            dprintf(STDERR_FILENO, "foil: %s\n", error->text);
        _exit(outcome);
    }
    int status = 1;
    bool done = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
                WEXITSTATUS(status) == WORKER_DONE;
    json_array_remove(made.pictures, json_array_size(made.pictures) - 1);
    close(inputs[made.count]);
    json_decref(parameters);
    free(text);
    if (!done) {
        close(job.output);
        error_set(error, FAULT_INTERNAL, "the job ended with status %d", status);
    }
    return done ? job.output : -1;
}

static bool keep_file(const char *name, int file, struct error *error)
{
    char *bytes = NULL, path[512];
    size_t length = 0;
    snprintf(path, sizeof path, "%s/%s", made.folder, name);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool done = to >= 0 && file_read_open(file, 1U << 28, &bytes, &length, error) &&
                file_write_all(to, bytes, length, error);
    free(bytes);
    if (to >= 0)
        close(to);
    return done || error_context(error, "%s", path);
}

static bool read_answer(int file, json_t **answer, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    bool done =
        file_read_open(file, 1U << 28, &bytes, &length, error) && json_read(bytes, length, answer, error);
    free(bytes);
    return done;
}

static bool keep_sheets(json_t *facts, struct error *error)
{
    static const char *const forms[][2] = {{"draw", "sheet.html"}, {"read", "reading.html"}};
    for (size_t i = 0; i < 2; i++) {
        int sheet = walled(render_foil_sheet_worker, forms[i][0], facts, -1, error);
        if (sheet < 0 || !keep_file(forms[i][1], sheet, error))
            return false;
        close(sheet);
    }
    return true;
}

static bool make_part(long part, long parts, long from, long to, struct error *error)
{
    json_t *answer = NULL, *read = NULL,
           *facts = json_pack(
               "{ss,sI,sI,ss,ss,ss,sb,ss,s[{ss,ss},{ss,ss}],s[],s[]}", "request", "FOIL-2026-000001", "part",
               (json_int_t)part, "parts", (json_int_t)parts, "issued", "2026-12-01T10:00:00.000Z", "agency",
               "Example Police Department", "unit", "Facial Identification Section", "demonstration", 1,
               "redactions", "2c3a4249d77070058649dbd822dcaf7957586fce428cfb2ca88b94741eda8b07", "exemptions",
               "code", "87(2)(b)", "words", "an unwarranted invasion of personal privacy", "code",
               "87(2)(e)(i)", "words", "would interfere with an investigation or a judicial proceeding",
               "documents", "boxes");
    bool done = facts != NULL;
    int pdf = -1, proposals = -1, found = -1;
    made.count = 2;
    made.pictures = json_array();
    for (long number = from; done && number <= to; number++)
        done = add_document(facts, number, error);
    proposals = done ? walled(render_foil_proposals_worker, "", facts, -1, error) : -1;
    done = proposals >= 0 && read_answer(proposals, &answer, error);
    if (done)
        json_object_set(facts, "boxes", json_object_get(answer, "boxes"));
    pdf = done ? walled(render_foil_export_worker, "", facts, -1, error) : -1;
    found = pdf >= 0 ? walled(read_foil_export_worker, "", facts, pdf, error) : -1;
    done = found >= 0 && read_answer(found, &read, error);
    if (done) {
        made.boxes += (long)json_whole(read, "boxes", 0);
        made.pages += (long)json_whole(read, "pages", 0);
    }
    if (done && part == 1)
        done = keep_file("records-1.pdf", pdf, error) && keep_file("boxes-1.json", proposals, error) &&
               keep_sheets(facts, error);
    const int files[] = {pdf, proposals, found};
    for (size_t i = 0; i < 3; i++)
        if (files[i] >= 0)
            close(files[i]);
    while (made.count > 2)
        close(made.inputs[--made.count]);
    json_decref(made.pictures);
    json_decref(facts);
    json_decref(answer);
    json_decref(read);
    return done || error_context(error, "part %ld", part);
}

int main(int count, char **arguments)
{
    struct error error = ERROR_NONE;
    if (count < 6) {
        fprintf(stderr, "usage: foil OUT-FOLDER REGULAR.ttf BOLD.ttf COUNT JOB.json ...\n");
        return 64;
    }
    made.folder = arguments[1];
    made.inputs[0] = open(arguments[2], O_RDONLY | O_CLOEXEC);
    made.inputs[1] = open(arguments[3], O_RDONLY | O_CLOEXEC);
    long documents = strtol(arguments[4], NULL, 10);
    long parts = (documents + FOIL_PART_DOCUMENTS - 1) / FOIL_PART_DOCUMENTS;
    made.jobs = json_array();
    bool done = made.inputs[0] >= 0 && made.inputs[1] >= 0 && documents > 0 && readback_prepare(&error);
    for (int i = 5; done && i < count; i++) {
        json_t *job = json_load_file(arguments[i], 0, NULL);
        done = job != NULL || error_set(&error, FAULT_INPUT, "%s is no JSON", arguments[i]);
        json_array_append_new(made.jobs, job);
    }
    for (long part = 1; done && part <= parts; part++) {
        long from = (part - 1) * FOIL_PART_DOCUMENTS + 1, to = part * FOIL_PART_DOCUMENTS;
        done = make_part(part, parts, from, to < documents ? to : documents, &error);
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\rpart %ld of %ld", part, parts);
    }
    struct rusage usage = {0};
    getrusage(RUSAGE_CHILDREN, &usage);
    if (!done) {
        fprintf(stderr, "foil: %s\n", error.text);
        return 70;
    }
    printf("%ld documents in %ld parts, %ld pages, %ld boxes, each read back: %ld.%02ld s of processor, at "
           "most %ld "
           "MiB in one process\n",
           documents, parts, made.pages, made.boxes,
           (long)usage.ru_utime.tv_sec + (long)usage.ru_stime.tv_sec,
           (long)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 10000 % 100, usage.ru_maxrss / 1024);
    return 0;
}
