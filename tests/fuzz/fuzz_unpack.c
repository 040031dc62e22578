/*
 * Fuzz: a .zip file, from bytes to the files it holds. What passes the look must unpack to exactly what was listed:
 * plain names, sizes within the limits, no two alike.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/names.h"
#include "ingest/unpack_worker.h"
#include "tests/fuzz/fuzz.h"

enum { FILES = 6, FILE_BYTES = 100000, TOTAL_BYTES = 200000 };

static void broken(const char *what)
{
    struct error error = ERROR_NONE;
    error_set(&error, FAULT_INTERNAL, "%s", what);
    fuzz_broken(&error);
}

static json_t *run(worker_function *worker, const json_t *parameters, const int *inputs, size_t count)
{
    struct error error = ERROR_NONE;
    const struct worker_job job = {.kind = "fuzzed",
                                   .parameters = parameters,
                                   .inputs = inputs,
                                   .input_count = count,
                                   .output = memory_file_empty("answer", &error)};
    if (worker(&job, &error) != WORKER_DONE)
        fuzz_broken(&error);
    json_t *answer = fuzz_answer(&job);
    close(job.output);
    return answer;
}

static void unpack(json_t *members, int archive)
{
    struct error error = ERROR_NONE;
    int inputs[FILES + 1] = {archive};
    size_t count = json_array_size(members);
    json_int_t total = 0;
    if (count > FILES)
        broken("more files than the limit");
    for (size_t i = 0; i < count; i++) {
        char name[256];
        const json_t *member = json_array_get(members, i);
        if (!name_unescape(json_text(member, "name"), name, sizeof name, &error) ||
            strchr(name, '\\') != NULL)
            broken("a name that is no plain one");
        for (size_t j = 0; j < i; j++)
            if (strcasecmp(json_text(json_array_get(members, j), "name"), json_text(member, "name")) == 0)
                broken("two files of one name");
        total += json_whole(member, "size", 0);
        inputs[i + 1] = memory_file_empty("member", &error);
    }
    if (total > TOTAL_BYTES)
        broken("more bytes than the limit");
    json_t *parameters = json_pack("{sO}", "members", members);
    json_decref(run(check_unpack, parameters, inputs, count + 1));
    json_decref(parameters);
    for (size_t i = 0; i < count; i++) {
        struct stat status;
        if (fstat(inputs[i + 1], &status) != 0 ||
            status.st_size != json_whole(json_array_get(members, i), "size", -1) ||
            status.st_size > FILE_BYTES)
            broken("another size than was listed");
        close(inputs[i + 1]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = ERROR_NONE;
    json_t *parameters = json_pack("{s{si,si,si}}", "limits", "files", (int)FILES, "fileBytes",
                                   (int)FILE_BYTES, "totalBytes", (int)TOTAL_BYTES);
    int archive = memory_file("archive", data, size, &error);
    json_t *answer = run(check_archive, parameters, &archive, 1);
    bool whole = strcmp(json_text(answer, "state"), "whole") == 0;
    if (whole != (json_array_size(json_object_get(answer, "faults")) == 0))
        broken("a state that does not fit the faults");
    if (whole)
        unpack(json_object_get(answer, "members"), archive);
    json_decref(answer);
    json_decref(parameters);
    close(archive);
    return 0;
}
