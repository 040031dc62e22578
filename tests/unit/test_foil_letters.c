/*
 * Letters of records requests and the log of redactions: drawn, and read back as the daemon has it done.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "page/readback.h"
#include "report/reading_worker.h"
#include "report/render_worker.h"

#define FONTS "/usr/share/fonts/truetype/dejavu/"
#define ASKED                                                                                                \
    "\"requester\":{\"name\":\"Jordan Avery\",\"address\":[\"12 Quay Street\",\"New York\"]},"               \
    "\"received\":\"2026-11-23\",\"asked\":\"All records of the matter\","
#define APPEAL                                                                                               \
    ",\"appeal\":{\"officer\":\"Appeals officer\",\"address\":[\"1 Plaza\"],\"days\":30,\"answerDays\":10}"

static const struct letter {
    const char *name, *facts;
    const char *shows[5];
    const char *hides;
} letters[] = {
    {"foil-acknowledgement",
     ASKED "\"answerBy\":\"2026-12-01\"",
     {"Receipt of your request", "Jordan Avery", "12 Quay Street", "by December 1, 2026", "All records of"},
     "You may appeal"},
    {"foil-extension",
     ASKED "\"until\":\"2027-01-15\",\"reason\":\"Many records\"",
     {"More time", "by January 15, 2027", "Many records"},
     "You may appeal"},
    {"foil-grant", ASKED "\"documents\":3,\"pages\":11", {"Your request is granted", "11"}, "You may appeal"},
    {"foil-partial",
     ASKED
     "\"documents\":3,\"pages\":11,\"exemptions\":[{\"code\":\"87(2)(b)\",\"words\":\"privacy\",\"count\":1},"
     "{\"code\":\"87(2)(f)\",\"words\":\"safety\",\"count\":42}]" APPEAL,
     {"You may appeal", "Appeals officer", "1 place", "42 places", "10 business days"},
     "denied, for"},
    {"foil-denial",
     ASKED
     "\"exemptions\":[{\"code\":\"87(2)(b)\",\"words\":\"privacy\",\"reason\":\"Names a child\"}]" APPEAL,
     {"You may appeal", "Names a child", "87(2)(b)", "30 days", "1 Plaza"},
     "granted"},
    {"foil-appeal-received",
     ASKED "\"appealed\":\"2026-12-10\",\"answerBy\":\"2026-12-24\"",
     {"December 10, 2026", "December 24, 2026"},
     "You may appeal"},
    {"foil-appeal-answer",
     ASKED "\"appealed\":\"2026-12-10\",\"outcome\":\"partly\",\"reason\":\"Dates are open\"",
     {"granted in part", "Dates are open"},
     "is denied"},
    {"foil-withdrawn", ASKED "\"withdrawn\":\"2026-12-10\"", {"back on December 10, 2026"}, "You may appeal"},
    {"foil-log",
     "\"part\":1,\"parts\":2,\"entries\":[{\"number\":7,\"document\":2,\"title\":\"Refusal "
     "notice\",\"docket\":"
     "\"FR-2026-000009\",\"page\":3,\"exemption\":\"87(2)(b)\",\"reason\":\"Names the caller\",\"proposed\":"
     "\"clerk\",\"drawnBy\":\"rc-001\",\"readBy\":\"rc-002\"}]",
     {"part 1 of 2", "Names the caller", "rc-001", "rc-002", "Refusal notice"},
     "Jordan"},
};

static enum worker_exit run(worker_function *worker, json_t *job, const int *inputs, size_t count,
                            int *answer, struct error *error)
{
    *answer = memory_file_empty("answer", error);
    struct worker_job work = {
        .kind = "job", .parameters = job, .inputs = inputs, .input_count = count, .output = *answer};
    return worker(&work, error);
}

static void one_letter(const struct letter *letter)
{
    struct error error = ERROR_NONE;
    json_t *job = NULL;
    struct readback readback;
    char *bytes = NULL,
         *text = text_formatted(
             "{\"document\":\"%s\",\"created\":\"2026-12-01T15:00:00.000Z\",\"pictures\":[],"
             "\"facts\":{\"docket\":\"FOIL-2026-000001\",\"issued\":\"2026-12-01T15:00:00.000Z\","
             "\"agency\":\"A\",\"unit\":\"U\",\"contact\":\"C\",\"request\":{},%s}}",
             letter->name, letter->facts);
    size_t length = 0;
    int answer = -1,
        inputs[3] = {open(FONTS "DejaVuSans.ttf", O_RDONLY), open(FONTS "DejaVuSans-Bold.ttf", O_RDONLY), -1};
    if (!json_read(text, strlen(text), &job, &error) ||
        run(render_document_worker, job, inputs, 2, &inputs[2], &error) != WORKER_DONE ||
        run(read_document_worker, job, inputs, 3, &answer, &error) != WORKER_DONE ||
        !file_read_open(inputs[2], 1U << 24, &bytes, &length, &error) ||
        !readback_read(bytes, length, &readback, &error))
        fail_msg("%s: %s", letter->name, error.text);
    assert_int_equal(readback.page_count, 1);
    for (size_t i = 0; i < 5 && letter->shows[i] != NULL; i++)
        if (!readback_shows(&readback, letter->shows[i]))
            fail_msg("%s does not say \"%s\"", letter->name, letter->shows[i]);
    assert_false(readback_shows(&readback, letter->hides));
    readback_free(&readback);
    for (size_t i = 0; i < 3; i++)
        close(inputs[i]);
    close(answer);
    free(bytes);
    free(text);
    json_decref(job);
}

static void letters_say_what_they_must(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        one_letter(&letters[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(letters_say_what_they_must)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
