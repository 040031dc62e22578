/*
 * Receipts: valid against their schema whatever the facts hold, at most 72 columns, nothing left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "ingest/receipt.h"
#include "schemas/xml.h"

static json_t *facts_of(const char *outcome)
{
    json_t *facts = json_pack(
        "{ss,ss,ss,ss,ss,ss,ss,ss,ss,s[{ss,ss,si}],s[{ss,ss,ss,ss,ss,ss}]}", "site", "example", "contact",
        "Facial Identification Section, extension 5500", "claim", "000000000001", "drop",
        "robbery <till> & \"door\"", "command", "central-robbery", "requestId",
        "6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01", "kind", "new", "receivedAt", "2026-11-20T09:31:00.000Z",
        "outcome", outcome, "files", "name", "manifest.xml", "digest",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "size", 1200, "faults", "code",
        "use-not-authorised", "outcome", "REJECT", "place", "line 21 /request/use", "clause", "R1", "text",
        "\"U9\" is none of the authorised uses, and this sentence is made long enough to be folded more than "
        "once, "
        "so that the columns can be counted",
        "remedy", "state one of the uses U1 to U6; a use nobody foresaw is U0 and needs approval");
    assert_non_null(facts);
    return facts;
}

static void test_xml_is_valid(void **state)
{
    (void)state;
    static const char *const outcomes[] = {"ACCEPT", "HOLD", "REJECT", "QUARANTINE", "INCOMPLETE"};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        json_t *facts = facts_of(outcomes[i]);
        if (i == 3) {
            json_object_del(facts, "requestId");
            json_object_del(facts, "kind");
            json_object_set_new(facts, "drop", json_string("\x01 weird"));
        }
        struct text xml = TEXT_EMPTY;
        struct error error = ERROR_NONE;
        struct xml_document *document = NULL;
        assert_true(receipt_xml(facts, &xml, &error));
        if (!xml_read_valid(SCHEMA_RECEIPT, "receipt", xml.bytes, xml.length, &document, &error))
            fail_msg("%s\n%s", error.text, xml.bytes);
        const struct xml_node *fault = xml_child(xml_child(xml_root(document), "faults"), "fault");
        assert_string_equal(xml_child_text(fault, "clause"), "R1");
        xml_document_free(document);
        text_free(&xml);
        json_decref(facts);
    }
}

/* What was set aside because nobody could read it may be mended and sent again; what looked hostile may not. */
static void expect_in(const struct text *plain, const char *piece)
{
    if (strstr(plain->bytes, piece) == NULL)
        fail_msg("\"%s\" is missing in\n%s", piece, plain->bytes);
}

/* Clauses and offices in words; a long remedy once; nothing to send where nothing is to do. */
static void test_words_for_a_sergeant(void **state)
{
    (void)state;
    static const char remedy[] =
        "correct it, or make the packet with the form, which asks for everything in turn";
    struct text plain = TEXT_EMPTY;
    struct error error = ERROR_NONE;
    json_t *facts =
        json_pack("{ss,ss,s[{ss,ss,ss,ss,ss},{ss,ss,ss},{ss,ss,ss}],s[]}", "outcome", "HOLD", "kind", "new",
                  "faults", "outcome", "HOLD", "text", "a", "clause", "R2", "remedy", remedy, "role",
                  "chief-of-detectives deputy-commissioner-intelligence", "outcome", "HOLD", "text", "b",
                  "remedy", remedy, "outcome", "HOLD", "text", "c", "remedy", "say it", "files");
    assert_non_null(facts);
    assert_true(receipt_plain(facts, &plain, &error));
    expect_in(&plain, "R2: a use the policy does not list");
    expect_in(&plain, "the Chief of Detectives or the Deputy Commissioner for");
    expect_in(&plain, "To do:   as for 1");
    expect_in(&plain, "To do:   say it");
    text_free(&plain);
    json_decref(facts);
    facts = json_pack("{ss,ss,s[{ss,ss,ss,ss}]}", "outcome", "REJECT", "kind", "withdrawal", "faults", "code",
                      "docket-closed-to-withdrawal", "outcome", "REJECT", "text", "a", "remedy",
                      "nothing to do: it is closed");
    assert_non_null(strstr(receipt_next_step(facts), "changed nothing"));
    json_array_append_new(json_object_get(facts, "faults"),
                          json_pack("{ss,ss,ss}", "outcome", "REJECT", "text", "b", "remedy", "correct it"));
    assert_non_null(strstr(receipt_next_step(facts), "send the packet again"));
    json_decref(facts);
}

static void test_next_step_of_what_was_set_aside(void **state)
{
    (void)state;
    static const struct {
        const char *code, *step;
    } cases[] = {{"malformed-xml", "send it again as a new packet"},
                 {"request-id-used", "accepted first goes on"},
                 {"hostile-xml", "Ask the unit before you send it again"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *facts = json_pack("{s:s, s:s, s:[{s:s, s:s}]}", "outcome", "QUARANTINE", "kind", "new",
                                  "faults", "code", cases[i].code, "outcome", "QUARANTINE");
        assert_non_null(strstr(receipt_next_step(facts), cases[i].step));
        json_decref(facts);
    }
}

static void test_plain_fits_and_is_complete(void **state)
{
    (void)state;
    json_t *facts = facts_of("REJECT");
    struct text plain = TEXT_EMPTY;
    struct error error = ERROR_NONE;
    assert_true(receipt_plain(facts, &plain, &error));
    for (const char *line = plain.bytes; *line != '\0'; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 72)
            fail_msg("more than 72 columns: %.*s", (int)strcspn(line, "\n"), line);
    static const char *const pieces[] = {
        "REJECTED",       "6f1d3c52-", "line 21 /request/use", "R1", "state one of the uses",
        "extension 5500", "9f86d081",  "send the packet again"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        if (strstr(plain.bytes, pieces[i]) == NULL)
            fail_msg("\"%s\" is missing in\n%s", pieces[i], plain.bytes);
    text_free(&plain);
    json_decref(facts);
}

static void test_files(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    json_t *facts = facts_of("ACCEPT"), *files = receipt_files(facts, "receipt-1", &error);
    assert_string_equal(json_text(json_array_get(files, 0), "name"), "receipt-1.xml");
    assert_true(json_flag(json_array_get(files, 0), "sign"));
    assert_string_equal(json_text(json_array_get(files, 1), "name"), "receipt-1.txt");
    json_t *again = receipt_files(facts, "receipt-1", &error);
    assert_true(json_equal(files, again));
    json_decref(files);
    json_decref(again);
    json_decref(facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_xml_is_valid),
        cmocka_unit_test(test_words_for_a_sergeant),
        cmocka_unit_test(test_next_step_of_what_was_set_aside),
        cmocka_unit_test(test_plain_fits_and_is_complete),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
