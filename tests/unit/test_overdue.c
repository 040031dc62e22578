/*
 * What a docket waits for from outside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "report/overdue.h"

#define ASKED "\"confirmations\":1,\"intake\":{\"at\":\"2026-11-01T00:00:00.000Z\"}"
#define OUT                                                                                                  \
    ",\"publishedReport\":7,\"attached\":true,\"history\":[{\"to\":\"APPROVED\",\"at\":\"2026-11-03T12:00:"  \
    "00.000Z\"}]"

static void rows(void **state)
{
    (void)state;
    static const struct {
        const char *docket, *waits;
    } cases[] = {
        {"", ""},
        {ASKED, "intake-acknowledgement 9\n"},
        {ASKED ",\"request\":{\"cmsRef\":\"C-1\"}", ""},
        {ASKED ",\"acknowledged\":{\"intake\":{}}", ""},
        {ASKED ",\"acknowledged\":{\"intake\":{}}" OUT, "report-acknowledgement 6\ncorroboration 6\n"},
        {ASKED OUT, "intake-acknowledgement 9\nreport-acknowledgement 6\ncorroboration 6\n"},
        {ASKED ",\"acknowledged\":{\"intake\":{},\"report\":{}}" OUT, "corroboration 6\n"},
        {ASKED ",\"acknowledged\":{\"intake\":{},\"report\":{}},\"recalled\":true" OUT, ""},
        {ASKED ",\"acknowledged\":{\"intake\":{},\"report\":{}},\"corroborations\":[{}]" OUT, ""},
    };
    instant now;
    assert_true(instant_parse("2026-11-10T08:00:00.000Z", &now, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *written = text_formatted("{%s}", cases[i].docket);
        json_t *docket = json_loads(written, 0, NULL), *found = json_array(), *row;
        struct text waits = TEXT_EMPTY;
        size_t index;
        assert_non_null(docket);
        overdue_add(found, docket, now);
        json_array_foreach(found, index, row) text_format(&waits, "%s %lld\n", json_text(row, "overdue"),
                                                          (long long)json_whole(row, "days", -1));
        assert_string_equal(waits.bytes == NULL ? "" : waits.bytes, cases[i].waits);
        text_free(&waits);
        json_decref(docket);
        json_decref(found);
        free(written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
