/*
 * The roster: reading, who may sign what, who supervises whom, and what does not fit together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/casework.h"

static struct roster *roster;

static int set_up(void **state)
{
    (void)state;
    roster = casework_roster();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    roster_free(roster);
    return 0;
}

static void test_find(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT_SIZE];
    const struct person *person = roster_by_id(roster, "acting1");
    assert_non_null(person);
    assert_ptr_equal(roster_by_account(roster, "account-acting1"), person);
    assert_ptr_equal(roster_by_certificate(roster, digest_of_text("acting1", digest)), person);
    assert_string_equal(person->acting.for_person, "sup1");
    assert_int_equal(person->rank, 5);
    assert_string_equal(person->shield, "");
    assert_true(person->trained_until > NOON);
    assert_null(roster_by_id(roster, "acting"));
    assert_null(roster_by_id(roster, NULL));
    assert_null(roster_by_account(roster, ""));
    assert_null(roster_by_certificate(roster, NULL));
}

static void test_who_signs(void **state)
{
    (void)state;
    for (int signing = 0; signing < SIGNING_COUNT; signing++) {
        assert_false(role_may_sign(ROLE_VENDOR, (enum signing)signing));
        assert_false(role_may_sign(ROLE_ADMINISTRATOR, (enum signing)signing));
        assert_false(role_may_sign(ROLE_REQUESTER, (enum signing)signing));
    }
    static const struct {
        const char *role;
        enum signing may, may_not;
    } TABLE[] = {
        {"investigator", SIGNING_INTAKE, SIGNING_PEER},
        {"investigator", SIGNING_INVESTIGATION, SIGNING_SUPERVISION},
        {"investigator", SIGNING_BACKGROUND, SIGNING_GALLERY},
        {"peer", SIGNING_PEER, SIGNING_INTAKE},
        {"supervisor", SIGNING_SUPERVISION, SIGNING_PEER},
        {"acting-supervisor", SIGNING_SUPERVISION, SIGNING_BACKGROUND},
        {"gallery-keeper", SIGNING_GALLERY, SIGNING_INTAKE},
        {"records", SIGNING_FOIL, SIGNING_DISCLOSURE},
        {"privacy-officer", SIGNING_DISCLOSURE, SIGNING_FOIL},
        {"discovery-clerk", SIGNING_DISCOVERY, SIGNING_AUDIT},
        {"internal-affairs", SIGNING_AUDIT, SIGNING_DISCOVERY},
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        enum role role;
        assert_true(role_parse(TABLE[i].role, &role));
        assert_string_equal(role_name(role), TABLE[i].role);
        assert_true(role_may_sign(role, TABLE[i].may));
        assert_false(role_may_sign(role, TABLE[i].may_not));
    }
    enum role role;
    assert_false(role_parse("king", &role));
    assert_true(person_may_release(roster_by_id(roster, "legal1"), "legal"));
    assert_true(person_may_release(roster_by_id(roster, "legal1"), "chief-of-detectives legal"));
    assert_false(person_may_release(roster_by_id(roster, "sup1"), "chief-of-detectives legal"));
    assert_false(person_may_release(roster_by_id(roster, "legal1"), "supervisor"));
    assert_false(person_may_release(roster_by_id(roster, "legal1"), ""));
    assert_true(person_may_release(roster_by_id(roster, "acting1"), "supervisor"));
    assert_false(person_may_release(roster_by_id(roster, "admin1"), "administrator"));
    assert_false(person_may_release(roster_by_id(roster, "vendor1"), "vendor"));
}

static void test_supervision(void **state)
{
    (void)state;
    const struct person *investigator = roster_by_id(roster, "inv1");
    const char *why = "";
    assert_true(roster_supervises(roster, roster_by_id(roster, "sup1"), investigator, NOON, &why));
    assert_true(roster_supervises(roster, roster_by_id(roster, "acting1"), investigator, NOON, &why));
    assert_false(
        roster_supervises(roster, roster_by_id(roster, "acting1"), investigator, NOON + 30 * DAY, &why));
    assert_false(roster_supervises(roster, roster_by_id(roster, "acting2"), investigator, NOON, &why));
    assert_non_null(strstr(why, "lower rank"));
    assert_false(roster_supervises(roster, roster_by_id(roster, "acting3"), investigator, NOON, &why));
    assert_false(roster_supervises(roster, roster_by_id(roster, "sup2"), investigator, NOON, &why));
    assert_false(roster_supervises(roster, investigator, investigator, NOON, &why));
    assert_false(
        roster_supervises(roster, roster_by_id(roster, "sup2"), roster_by_id(roster, "legal1"), NOON, NULL));
}

static void test_check(void **state)
{
    (void)state;
    struct text problems = TEXT_EMPTY;
    size_t found = roster_check(roster, 2, NOON, &problems);
    assert_true(found > 0);
    assert_non_null(strstr(problems.bytes, "green1")); /* no training */
    assert_non_null(strstr(problems.bytes, "no-holder-of-role: nobody is gallery-keeper"));
    assert_non_null(strstr(problems.bytes, "acting2 (rank 4) acts for sup1"));
    assert_null(strstr(problems.bytes, "no-eligible-peer"));
    text_free(&problems);
    roster_check(roster, 9, NOON, &problems);
    assert_non_null(strstr(problems.bytes, "no-eligible-peer: "));
    text_free(&problems);
}

static void expect_invalid(const char *people)
{
    struct error error = ERROR_NONE;
    struct roster *read = NULL;
    char *xml = text_formatted("<roster xmlns=\"urn:leadspool:roster:1\">\n%s</roster>", people);
    assert_false(roster_read(xml, strlen(xml), &read, &error));
    assert_int_equal(error.fault, FAULT_INPUT);
    assert_non_null(strstr(error.text, "roster.xml"));
    free(xml);
}

static void test_invalid(void **state)
{
    (void)state;
    expect_invalid("<person id=\"a\"><name>A</name></person>");
    expect_invalid(PERSON("a", "3", ROLE("king"), ""));
    expect_invalid(PERSON("a", "3", ROLE("peer"), REPORTS_TO("nobody")));
    expect_invalid(PERSON("a", "3", ROLE("peer"), "") PERSON("a", "3", ROLE("peer"), ""));
    expect_invalid(PERSON("a", "high", ROLE("peer"), ""));
}

static json_t *account(int uid, int gid, bool expired)
{
    return json_pack("{s:i,s:i,s:b}", "uid", uid, "gid", gid, "expired", (int)expired);
}

/* Members of the group and those whose first group it is hold the role; the roster's own word for it counts no more. */
static void test_follows_directory(void **state)
{
    (void)state;
    static const char text[] =
        "<roster xmlns=\"urn:leadspool:roster:1\"><directory deadlineSeconds=\"3\"><group "
        "role=\"peer\">peers</group>"
        "<group role=\"legal\">lawyers</group></directory>" PERSON("member", "3", "", "")
            PERSON("first", "3", ROLE("supervisor"), "") PERSON("left", "3", ROLE("peer"), "")
                PERSON("ended", "3", "", "") PERSON("gone", "3", ROLE("supervisor"), "") "</roster>";
    static const struct {
        const char *person;
        bool disabled, peer, supervisor;
    } TABLE[] = {{"member", false, true, false},
                 {"first", false, true, true},
                 {"left", false, false, false},
                 {"ended", true, true, false},
                 {"gone", true, false, true}};
    struct error error = ERROR_NONE;
    struct roster *read = NULL;
    assert_true(roster_read(text, strlen(text), &read, &error));
    json_t *question = roster_question(read);
    assert_int_equal(json_integer_value(json_object_get(question, "deadline")), 3000);
    assert_int_equal(json_array_size(json_object_get(question, "accounts")), 5);
    assert_string_equal(json_string_value(json_array_get(json_object_get(question, "groups"), 1)), "lawyers");
    json_decref(question);
    for (size_t i = 0; i < roster_count(read); i++) {
        assert_true(person_suspended(roster_at(read, i), NOON));
        assert_false(person_has(roster_at(read, i), ROLE_PEER));
    }
    json_t *answer =
        json_pack("{s:{s:o,s:o,s:o,s:o},s:{s:{s:i,s:[s,s,s]}}}", "accounts", "account-member",
                  account(7, 100, false), "account-first", account(8, 50, false), "account-left",
                  account(9, 100, false), "account-ended", account(10, 100, true), "groups", "peers", "gid",
                  50, "members", "account-member", "account-ended", "account-gone");
    assert_non_null(answer);
    roster_follow(read, answer);
    json_decref(answer);
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        const struct person *person = roster_by_id(read, TABLE[i].person);
        assert_int_equal(person->disabled, TABLE[i].disabled);
        assert_int_equal(person_has(person, ROLE_PEER), TABLE[i].peer);
        assert_int_equal(person_has(person, ROLE_SUPERVISOR), TABLE[i].supervisor);
        assert_false(person_has(person, ROLE_LEGAL));
    }
    assert_string_equal(roster_by_uid(read, 8)->id, "first");
    assert_null(roster_by_uid(read, -1));
    roster_free(read);
    assert_false(roster_asks(roster));
    assert_null(roster_question(roster));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),        cmocka_unit_test(test_who_signs),
        cmocka_unit_test(test_supervision), cmocka_unit_test(test_check),
        cmocka_unit_test(test_invalid),     cmocka_unit_test(test_follows_directory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
