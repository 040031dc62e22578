/*
 * Which alarms a state gives reason for, the figures of it, and the journal's ids.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "spool/alarms.h"
#include "spool/metrics.h"

static instant at(const char *text)
{
    instant moment = 0;
    assert_true(instant_parse(text, &moment, NULL));
    return moment;
}

static json_t *read(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    assert_non_null(value);
    return value;
}

/* What `status` says -> the codes, in their order. */
static void a_reason_each(void **state)
{
    (void)state;
    static const struct {
        const char *status, *codes;
    } rows[] = {
        {"{}", ""},
        {"{\"live\":null,\"outbox\":{\"render\":3},\"queue\":{\"priority\":2},\"escalated\":[],\"alarms\":[]"
         "}",
         ""},
        {"{\"outbox\":{\"stuck\":1}}", "row-stuck"},
        {"{\"queue\":{\"stuck\":2}}", "search-stuck"},
        {"{\"escalated\":[{\"docket\":\"FR-2026-000001\"}]}", "hold-escalated"},
        {"{\"searchesWait\":\"Nothing is searched: x.\\nMore.\\n\"}", "engine"},
        {"{\"live\":{\"room\":{\"text\":\"var/vault is short\"}}}", "disk-full"},
        {"{\"live\":{\"waiting\":[{\"share\":\"in/a\",\"reason\":\"r\"}]}}", "waits"},
        {"{\"live\":{\"shares\":[{\"share\":\"in/a\",\"state\":\"up\"},{\"share\":\"in/"
         "b\",\"state\":\"down\",\"reason\":\"hangs\"}]}}",
         "share-down"},
        {"{\"live\":{\"shares\":[{\"share\":\"in/a\",\"state\":\"up\",\"polledBecause\":\"a limit\"}]}}",
         "share-polled"},
        /* A network file system is polled as it should be. */
        {"{\"live\":{\"shares\":[{\"share\":\"in/"
         "a\",\"state\":\"up\",\"polledBecause\":\"nfs\",\"fileSystem\":\"nfs\"}]}}",
         ""},
        {"{\"live\":{\"shares\":[{\"share\":\"in/a\",\"state\":\"up\",\"more\":true}]}}", "share-crowded"},
        {"{\"live\":{\"rosterRefused\":true}}", "roster"},
        {"{\"changed\":[\"site.xml\",\"keys/ca.pem\"]}", "settings settings"},
        {"{\"people\":{\"trust\":[\"list\"],\"missing\":[\"no-holder-of-role\"],\"mend\":1}}",
         "trust staff roster"},
        {"{\"expiring\":{\"over\":1,\"soon\":0,\"days\":30},\"tours\":{\"missing\":2}}", "runs-out tours"},
        {"{\"verified\":{\"at\":\"2026-07-01T04:30:00.000Z\",\"problems\":1,\"first\":{\"kind\":\"k\"}}}",
         "record-corrupt"},
        {"{\"foil\":{\"open\":4,\"overdue\":0}}", ""},
        {"{\"foil\":{\"open\":4,\"overdue\":1}}", "foil-overdue"},
        /* The gravest first, whatever came first. */
        {"{\"escalated\":[{}],\"outbox\":{\"stuck\":1},\"tours\":{\"missing\":1},\"queue\":{\"stuck\":1}}",
         "row-stuck search-stuck hold-escalated tours"},
        /* Logged ones count for a day; words without a page, and those shown by their own state, do not. */
        {"{\"live\":{\"logged\":[{\"word\":\"record-corrupt\",\"text\":\"x\",\"at\":\"2026-07-01T12:00:01."
         "000Z\"}]}}",
         "record-corrupt"},
        {"{\"live\":{\"logged\":[{\"word\":\"record-corrupt\",\"text\":\"x\",\"at\":\"2026-07-01T11:59:59."
         "000Z\"}]}}",
         ""},
        {"{\"live\":{\"logged\":[{\"word\":\"staff\",\"text\":\"x\",\"at\":\"2026-07-02T11:00:00.000Z\"}]}}",
         ""},
        {"{\"live\":{\"logged\":[{\"word\":\"service-died\",\"at\":\"2026-07-02T11:00:00.000Z\"},{\"word\":"
         "\"share-down\",\"at\":\"2026-07-02T11:00:00.000Z\"}]}}",
         ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char codes[200] = "";
        json_t *status = read(rows[i].status), *list = alarms_of(status, at("2026-07-02T12:00:00.000Z")),
               *alarm;
        size_t k;
        json_array_foreach(list, k, alarm)
        {
            assert_non_null(alarm_find(json_text(alarm, "code")));
            strcat(strcat(codes, k > 0 ? " " : ""), json_text(alarm, "code"));
        }
        if (strcmp(codes, rows[i].codes) != 0)
            fail_msg("row %zu: %s, not %s", i, codes, rows[i].codes);
        json_decref(list);
        json_decref(status);
    }
}

static void figures(void **state)
{
    (void)state;
    struct text text = TEXT_EMPTY;
    json_t *status =
        read("{\"at\":\"2026-07-02T12:00:00.000Z\",\"states\":{\"INTAKE\":3},\"head\":{\"sequence\":77},"
             "\"outbox\":{\"publish\":2,\"oldest\":\"2026-07-02T11:00:00.000Z\"},"
             "\"live\":{\"shares\":[{\"share\":\"in/a\\\"b\\\\c\\nd\",\"state\":\"down\",\"waiting\":4}]},"
             "\"alarms\":[{\"code\":\"share-down\"}]}");
    metrics_text(status, &text);
    assert_true(text_done(&text, NULL));
    static const char *const lines[] = {"\nleadspool_time_seconds 1782993600\n",
                                        "\nleadspool_dockets{state=\"INTAKE\"} 3\n",
                                        "\nleadspool_documents{state=\"publish\"} 2\n",
                                        "\nleadspool_share_up{share=\"in/a\\\"b\\\\c\\nd\"} 0\n",
                                        "\nleadspool_share_waiting{share=\"in/a\\\"b\\\\c\\nd\"} 4\n",
                                        "\nleadspool_alarm{code=\"share-down\",severity=\"critical\"} 1\n",
                                        "\nleadspool_alarm{code=\"disk-full\",severity=\"critical\"} 0\n",
                                        "\nleadspool_events 77\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (strstr(text.bytes, lines[i]) == NULL)
            fail_msg("no %s in\n%s", lines[i], text.bytes);
    assert_null(strstr(text.bytes, "oldest"));
    text_free(&text);
    json_decref(status);
}

static void alarms_are_remembered(void **state)
{
    (void)state;
    struct log_alarm known[LOG_ALARMS_MOST];
    char long_text[600], word[8];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    memcpy(long_text + LOG_ALARM_TEXT - 2, "\xc3\xa9", 2); /* a letter of two bytes at the cut */
    log_alarm_remember("first", long_text);
    log_alarm_remember("first", long_text);
    assert_int_equal(log_alarms(known), 1);
    assert_int_equal(known[0].count, 2);
    assert_int_equal(strlen(known[0].text), LOG_ALARM_TEXT - 2);
    for (int i = 0; i < LOG_ALARMS_MOST + 3; i++) {
        snprintf(word, sizeof word, "w%d", i);
        log_alarm_remember(word, "text");
    }
    assert_int_equal(log_alarms(known), LOG_ALARMS_MOST);
}

/* Others' filters and catalogues hold these ids: they never change. */
static void ids_stay(void **state)
{
    (void)state;
    char id[33];
    log_word_id("sync-failed", id);
    assert_string_equal(id, "31af8daf8cbede1fbafb07eef70fde1d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reason_each),
        cmocka_unit_test(figures),
        cmocka_unit_test(alarms_are_remembered),
        cmocka_unit_test(ids_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
