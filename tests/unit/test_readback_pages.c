/*
 * Documents for auditors and worksheets, finished and read back: each that was drawn from its facts passes, and none does
 * that lacks what its facts tell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "report/disposal_worker.h"
#include "report/extract_reading_worker.h"
#include "report/extract_worker.h"
#include "report/figures_worker.h"
#include "review/worksheet_reading_worker.h"
#include "review/worksheet_worker.h"

#define FONTS "/usr/share/fonts/truetype/dejavu/"
#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define AUDIT                                                                                                \
    "\"extract\":\"E-000007\",\"issued\":\"2026-11-24T16:44:09.000Z\",\"agency\":\"a\",\"unit\":\"u\","      \
    "\"contact\":\"c\",\"demonstration\":true"

enum { REGULAR, BOLD, DOCUMENT, INPUTS };

static json_t *job_of(const char *facts)
{
    json_t *job = json_pack("{s:o,s:s,s:s,s:[]}", "facts", json_loads(facts, 0, NULL), "created",
                            "2026-11-24T16:44:09.000Z", "stage", "hold", "pictures");
    assert_non_null(job);
    return job;
}

static void render(const char *facts, worker_function *function, int *inputs)
{
    struct error error = ERROR_NONE;
    json_t *job = job_of(facts);
    inputs[REGULAR] = open(FONTS "DejaVuSans.ttf", O_RDONLY);
    inputs[BOLD] = open(FONTS "DejaVuSans-Bold.ttf", O_RDONLY);
    inputs[DOCUMENT] = memory_file_empty("document", &error);
    struct worker_job work = {.kind = "render",
                              .parameters = job,
                              .inputs = inputs,
                              .input_count = DOCUMENT,
                              .output = inputs[DOCUMENT]};
    if (function(&work, &error) != WORKER_DONE)
        fail_msg("%s", error.text);
    json_decref(job);
}

/* What the reader says of it against these facts; "" when it may leave. */
static const char *read_it(const char *facts, worker_function *function, const int *inputs)
{
    static struct error error;
    error = ERROR_NONE;
    json_t *job = job_of(facts);
    struct worker_job work = {.kind = "read", .parameters = job, .inputs = inputs, .input_count = INPUTS};
    work.output = memory_file_empty("answer", &error);
    enum worker_exit end = function(&work, &error);
    assert_int_equal(end, error.text[0] == '\0' ? WORKER_DONE : WORKER_PERSON);
    close(work.output);
    json_decref(job);
    return error.text;
}

static void close_all(const int *inputs)
{
    for (size_t i = 0; i < INPUTS; i++)
        close(inputs[i]);
}

#define ENTRY(id)                                                                                            \
    "{\"id\":\"" id "\",\"class\":\"docket\",\"due\":\"2026-01-01\",\"citation\":\"s\",\"kept\":\"k\"}"
#define LINE(docket)                                                                                         \
    "{\"sequence\":4,\"at\":\"2026-11-24T16:44:09.000Z\",\"actor\":\"quill\",\"docket\":\"" docket "\"}"
#define TABLE(title) "{\"key\":\"use\",\"title\":\"" title "\",\"rows\":[{\"name\":\"U1\",\"count\":3}]}"
#define HOLD                                                                                                 \
    "\"request\":{\"requestId\":\"r\"},\"images\":[],\"hold\":{\"number\":1,\"clause\":\"R2\",\"role\":"     \
    "\"intake\","                                                                                            \
    "\"reason\":\"w\"}"

/* Drawn from the first facts, held against the second. */
static const struct {
    worker_function *render, *read;
    const char *drawn, *told, *said;
} cases[] = {
    {render_figures_worker, read_extract_worker,
     "{" AUDIT ",\"edition\":\"public\",\"tables\":[" TABLE("T one") "]}", NULL, ""},
    {render_figures_worker, read_extract_worker,
     "{" AUDIT ",\"edition\":\"full\",\"tables\":[" TABLE("T one") "]}",
     "{" AUDIT ",\"edition\":\"public\",\"tables\":[" TABLE("T one") "]}",
     "\"Figures of use, public edition\" cannot be read"},
    {render_figures_worker, read_extract_worker,
     "{" AUDIT ",\"edition\":\"full\",\"tables\":[" TABLE("T one") "]}",
     "{" AUDIT ",\"edition\":\"full\",\"tables\":[" TABLE("T one") "," TABLE("T two") "]}",
     "\"T two\" cannot be read"},
    {render_extract_worker, read_extract_worker,
     "{" AUDIT ",\"events\":1,\"files\":[{\"name\":\"events.jsonl\",\"bytes\":12,\"sha256\":\"" DIGEST "\"}],"
     "\"head\":{\"sequence\":9,\"hash\":\"" DIGEST "\"},\"lines\":[" LINE("FR-2026-000001") "]}",
     NULL, ""},
    {render_extract_worker, read_extract_worker,
     "{" AUDIT ",\"events\":1,\"files\":[],\"lines\":[" LINE("FR-2026-000001") "]}",
     "{" AUDIT ",\"events\":1,\"files\":[{\"sha256\":\"" DIGEST "\"}]}", "\"" DIGEST "\" cannot be read"},
    {render_extract_worker, read_extract_worker,
     "{" AUDIT ",\"events\":1,\"files\":[],\"lines\":[" LINE("FR-2026-000001") "]}",
     "{" AUDIT ",\"lines\":[" LINE("FR-2026-000001") "," LINE("FR-2026-000002") "]}",
     "\"FR-2026-000002\" cannot be read"},
    {render_disposal_worker, read_extract_worker,
     "{" AUDIT ",\"disposed\":[" ENTRY("FR-2026-000001") "],\"kept\":[]}", NULL, ""},
    {render_disposal_worker, read_extract_worker,
     "{" AUDIT ",\"disposed\":[" ENTRY("FR-2026-000001") "],\"kept\":[]}", "{\"extract\":\"E-000008\"}",
     "page 1 does not show \"E-000008\""},
    {render_disposal_worker, read_extract_worker,
     "{" AUDIT ",\"disposed\":[" ENTRY("FR-2026-000001") "],\"kept\":[]}",
     "{" AUDIT ",\"kept\":[" ENTRY("FR-2026-000003") "]}", "\"FR-2026-000003\" cannot be read"},
    {render_worksheet_worker, read_worksheet_worker,
     "{\"docket\":\"FR-2026-000001\",\"item\":\"" DIGEST "\"," HOLD "}", NULL, ""},
    {render_worksheet_worker, read_worksheet_worker,
     "{\"docket\":\"FR-2026-000001\",\"item\":\"" DIGEST "\"," HOLD "}",
     "{\"docket\":\"FR-2026-000002\",\"item\":\"" DIGEST "\"}", "page 1 does not show \"FR-2026-000002\""},
    {render_worksheet_worker, read_worksheet_worker,
     "{\"docket\":\"FR-2026-000001\",\"item\":\"" DIGEST "\"," HOLD "}",
     "{\"docket\":\"FR-2026-000001\",\"item\":\"0000000000000000\"}",
     "page 1 does not show \"Item 000000000000\""},
    {render_worksheet_worker, read_worksheet_worker,
     "{\"docket\":\"FR-2026-000001\",\"item\":\"" DIGEST "\"," HOLD "}",
     "{\"docket\":\"FR-2026-000001\",\"item\":\"" DIGEST "\",\"demonstration\":true}", "Demonstration"},
};

static void held_against_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int inputs[INPUTS];
        render(cases[i].drawn, cases[i].render, inputs);
        const char *said =
            read_it(cases[i].told == NULL ? cases[i].drawn : cases[i].told, cases[i].read, inputs);
        if (cases[i].said[0] == '\0' ? said[0] != '\0' : strstr(said, cases[i].said) == NULL)
            fail_msg("%zu: %s", i, said);
        close_all(inputs);
    }
}

/* A file that ends too early passes nowhere. */
static void cut_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int inputs[INPUTS];
        if (cases[i].told != NULL)
            continue;
        render(cases[i].drawn, cases[i].render, inputs);
        assert_int_equal(ftruncate(inputs[DOCUMENT], 3000), 0);
        assert_non_null(strstr(read_it(cases[i].drawn, cases[i].read, inputs), "the document is"));
        close_all(inputs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_against_facts),
        cmocka_unit_test(cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
