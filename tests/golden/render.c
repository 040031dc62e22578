/*
 * render JOB.json REGULAR.ttf BOLD.ttf OUT.pdf [TWIN.xml]
 *
 * Renders one golden document through the worker function the daemon uses, in a child behind the same walls, and has it
 * read back in another.
 * The job file is the worker's parameters, but for "draw": [{"role", "width", "height", "seed", "scene",
 * "eyes"}], pictures drawn here and handed in as inputs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/sandbox.h"
#include "page/readback.h"
#include "photo/encode.h"
#include "report/reading_worker.h"
#include "report/render_worker.h"
#include "report/twin.h"
#include "review/worksheet_reading_worker.h"
#include "review/worksheet_worker.h"
#include "tests/golden/draw_picture.h"

#define INPUTS_LIMIT 180

static int drawn_file(const json_t *wish, struct eye_points *eyes, struct error *error)
{
    struct image image = IMAGE_EMPTY;
    uint8_t *bytes = NULL;
    size_t length = 0;
    int file = -1;
    if (draw_picture(&image, (int)json_whole(wish, "width", 240), (int)json_whole(wish, "height", 300),
                     (unsigned int)json_whole(wish, "seed", 1), json_flag(wish, "scene"), eyes, error) &&
        photo_encode(&image, ENCODE_FIGURE, &bytes, &length, error))
        file = memory_file("picture", bytes, length, error);
    free(bytes);
    image_free(&image);
    return file;
}

/* Draw what the job wishes; adds the inputs and the parameter "pictures". */
static bool draw_inputs(json_t *job, int *inputs, size_t *count, struct error *error)
{
    const json_t *wishes = json_object_get(job, "draw");
    for (size_t i = 0; i < json_array_size(wishes); i++) {
        const json_t *wish = json_array_get(wishes, i);
        if (*count == INPUTS_LIMIT)
            return error_set(error, FAULT_INPUT, "too many pictures");
        struct eye_points eyes;
        inputs[*count] = drawn_file(wish, &eyes, error);
        if (inputs[*count] < 0)
            return false;
        json_t *picture = json_object();
        json_put_text(picture, "role", json_text(wish, "role"));
        json_put_whole(picture, "input", (int64_t)*count);
        if (json_flag(wish, "marked"))
            json_put(picture, "eyes",
                     json_pack("[i,i,i,i]", eyes.left_x, eyes.left_y, eyes.right_x, eyes.right_y));
        json_array_append_new(json_array_at(job, "pictures"), picture);
        (*count)++;
    }
    return true;
}

/* The job in a sandboxed child, as the daemon's nursery does it. */
static bool walled(const struct worker_job *work, worker_function *function, struct error *error)
{
    pid_t child = fork();
    if (child < 0)
        return error_system(error, "fork");
    if (child == 0) {
        int keep[INPUTS_LIMIT + 2];
        struct sandbox_limits limits = {.cpu_seconds = 60, .memory_mebibytes = 2048, .keep = keep};
        for (size_t i = 0; i < work->input_count; i++)
            keep[limits.keep_count++] = work->inputs[i];
        keep[limits.keep_count++] = work->output;
        enum worker_exit outcome = WORKER_PERSON;
        if (sandbox_enter(&limits, error))
            outcome = function(work, error);
        if (outcome != WORKER_DONE)
            dprintf(STDERR_FILENO, "render: %s\n", error->text);
        _exit(outcome);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child)
        return error_system(error, "waitpid");
    if (WIFSIGNALED(status))
        return error_set(error, FAULT_INTERNAL, "the worker was killed by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status) == WORKER_DONE ||
           error_set(error, FAULT_INTERNAL, "the worker ended with %d", WEXITSTATUS(status));
}

/* A document is read back as the daemon has it done. */
static bool read_back(const struct worker_job *rendered, bool worksheet, struct error *error)
{
    int inputs[INPUTS_LIMIT + 1];
    struct worker_job work = *rendered;
    memcpy(inputs, rendered->inputs, rendered->input_count * sizeof *inputs);
    inputs[work.input_count++] = rendered->output;
    work.kind = worksheet ? "read-worksheet" : "read-document";
    work.inputs = inputs;
    work.output = memory_file_empty("answer", error);
    bool read = work.output >= 0 && readback_prepare(error) &&
                walled(&work, worksheet ? read_worksheet_worker : read_document_worker, error);
    if (work.output >= 0)
        close(work.output);
    return read;
}

static bool write_to(const char *path, const void *bytes, size_t length, struct error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0)
        return error_system(error, "%s", path);
    bool written = file_write_all(file, bytes, length, error);
    close(file);
    return written;
}

static bool run(char **arguments, struct error *error)
{
    int inputs[INPUTS_LIMIT];
    size_t count = 0;
    char *bytes = NULL;
    size_t length = 0;
    json_t *job = NULL;
    bool done = false;
    int output = memory_file_empty("answer", error);
    int source = open(arguments[1], O_RDONLY | O_CLOEXEC);
    inputs[count++] = open(arguments[2], O_RDONLY | O_CLOEXEC);
    inputs[count++] = open(arguments[3], O_RDONLY | O_CLOEXEC);
    if (output < 0 || source < 0 || inputs[0] < 0 || inputs[1] < 0) {
        error_system(error, "%s, %s or %s", arguments[1], arguments[2], arguments[3]);
        goto done;
    }
    if (!file_read_open(source, 4U << 20, &bytes, &length, error) || !json_read(bytes, length, &job, error) ||
        !draw_inputs(job, inputs, &count, error))
        goto done;
    bool worksheet = json_object_get(job, "stage") != NULL;
    struct worker_job work = {.kind = worksheet ? "render-worksheet" : "render-document",
                              .parameters = job,
                              .inputs = inputs,
                              .input_count = count,
                              .output = output};
    if (!walled(&work, worksheet ? render_worksheet_worker : render_document_worker, error) ||
        !read_back(&work, worksheet, error))
        goto done;
    free(bytes);
    bytes = NULL;
    if (!file_read_open(output, 64U << 20, &bytes, &length, error) ||
        !write_to(arguments[4], bytes, length, error))
        goto done;
    if (arguments[5] != NULL && !worksheet) {
        struct text twin = TEXT_EMPTY;
        done = twin_write(&twin, json_text(job, "document"), json_object_get(job, "facts"), error) &&
               write_to(arguments[5], twin.bytes, twin.length, error);
        text_free(&twin);
    } else {
        done = true;
    }
done:
    free(bytes);
    json_decref(job);
    return done;
}

int main(int count, char **arguments)
{
    struct error error = ERROR_NONE;
    if (count < 5) {
        fprintf(stderr, "usage: render JOB.json REGULAR.ttf BOLD.ttf OUT.pdf [TWIN.xml]\n");
        return 64;
    }
    if (!run(arguments, &error)) {
        fprintf(stderr, "render: %s: %s\n", arguments[1], error.text);
        return error_exit_code(error.fault) == 0 ? 70 : error_exit_code(error.fault);
    }
    return 0;
}
