/*
 * The states of a records request, and attempts to take a step of it out of turn, by the wrong person or of the wrong
 * sheet: each is refused, with the rule that forbids it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "report/foil_clock.h"
#include "report/foil_rules.h"

/* --- states --- */

#define N FOIL_STATE_COUNT /* refused */

/* Columns: SEARCHING REDACTION READING PRIVACY SIGN_OFF ANSWER ANSWERING ANSWERED APPEALED CLOSED WITHDRAWN, with one
   part, nothing left open, a box, an answer in time, an appeal in time. */
static const enum foil_state table[FOIL_ACTION_COUNT][FOIL_STATE_COUNT] = {
    [FOIL_FOUND] = {FOIL_REDACTION, N, N, N, N, N, N, N, N, N, N},
    [FOIL_REDACT] = {N, FOIL_READING, N, N, N, N, N, N, N, N, N},
    [FOIL_AGREE] = {N, N, FOIL_SIGN_OFF, N, N, N, N, N, N, N, N},
    [FOIL_RETURN] = {N, N, FOIL_REDACTION, N, N, N, N, N, N, N, N},
    [FOIL_APPROVE] = {N, N, N, FOIL_SIGN_OFF, N, N, N, N, N, N, N},
    [FOIL_REFUSE] = {N, N, N, FOIL_REDACTION, N, N, N, N, N, N, N},
    [FOIL_SIGN] = {N, N, N, N, FOIL_ANSWER, N, N, N, N, N, N},
    [FOIL_SEND_BACK] = {N, N, N, N, FOIL_REDACTION, N, N, N, N, N, N},
    [FOIL_EXTEND] = {FOIL_SEARCHING, FOIL_REDACTION, FOIL_READING, FOIL_PRIVACY, FOIL_SIGN_OFF, FOIL_ANSWER,
                     N, N, N, N, N},
    [FOIL_GRANT] = {N, N, N, N, N, N, N, N, N, N, N}, /* something is under a box */
    [FOIL_PART] = {N, N, N, N, N, FOIL_ANSWERING, N, N, N, N, N},
    [FOIL_DENY] = {FOIL_ANSWERING, FOIL_ANSWERING, FOIL_ANSWERING, FOIL_ANSWERING, FOIL_ANSWERING,
                   FOIL_ANSWERING, N, N, N, N, N},
    [FOIL_PUBLISHED] = {N, N, N, N, N, N, FOIL_ANSWERED, N, N, N, N},
    [FOIL_APPEAL] = {N, N, N, N, N, N, N, FOIL_APPEALED, N, N, N},
    [FOIL_APPEAL_WON] = {N, N, N, N, N, N, N, N, FOIL_SEARCHING, N, N},
    [FOIL_APPEAL_LOST] = {N, N, N, N, N, N, N, N, FOIL_CLOSED, N, N},
    [FOIL_WITHDRAW] = {FOIL_WITHDRAWN, FOIL_WITHDRAWN, FOIL_WITHDRAWN, FOIL_WITHDRAWN, FOIL_WITHDRAWN,
                       FOIL_WITHDRAWN, N, N, FOIL_CLOSED, N, N},
    [FOIL_CHANGED] = {FOIL_SEARCHING, FOIL_SEARCHING, FOIL_SEARCHING, FOIL_SEARCHING, FOIL_SEARCHING,
                      FOIL_SEARCHING, FOIL_SEARCHING, N, N, N, N},
    [FOIL_EXPIRED] = {N, N, N, N, N, N, N, N, N, N, N}, /* an appeal may still come */
};

static void test_states(void **state)
{
    const struct foil_circumstances plain = {.redacted = true, .appealable = true};
    (void)state;
    for (int action = 0; action < FOIL_ACTION_COUNT; action++)
        for (int from = 0; from < FOIL_STATE_COUNT; from++) {
            struct foil_transition next = foil_after((enum foil_state)from, (enum foil_action)action, &plain);
            assert_int_equal(next.allowed ? next.next : N, table[action][from]);
        }
}

static const struct {
    enum foil_state from;
    enum foil_action action;
    struct foil_circumstances now;
    enum foil_state to;
} conditions[] = {
    {FOIL_REDACTION, FOIL_REDACT, {.parts_left = true}, FOIL_REDACTION},
    {FOIL_READING, FOIL_AGREE, {.parts_left = true, .identifying = true}, FOIL_READING},
    {FOIL_READING, FOIL_AGREE, {.identifying = true}, FOIL_PRIVACY},
    {FOIL_ANSWER, FOIL_GRANT, {.redacted = false}, FOIL_ANSWERING},
    {FOIL_ANSWER, FOIL_PART, {.redacted = false}, N},
    {FOIL_READING, FOIL_APPEAL, {.overdue = true}, FOIL_APPEALED},
    {FOIL_READING, FOIL_APPEAL, {.overdue = false, .appealable = true}, N},
    {FOIL_ANSWERED, FOIL_APPEAL, {.appealable = false}, N},
    {FOIL_ANSWERED, FOIL_EXPIRED, {.appealable = false}, FOIL_CLOSED},
};

static void test_conditions(void **state)
{
    enum foil_state named;
    (void)state;
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        struct foil_transition next =
            foil_after(conditions[i].from, conditions[i].action, &conditions[i].now);
        assert_int_equal(next.allowed ? next.next : N, conditions[i].to);
    }
    for (int i = 0; i < FOIL_STATE_COUNT; i++) {
        assert_true(foil_state_parse(foil_state_name((enum foil_state)i), &named));
        assert_int_equal(named, i);
    }
    assert_false(foil_state_parse("LIMBO", &named));
}

/* --- rules --- */

static const struct setting_exemption exemption_list[] = {{"87(2)(b)", "privacy"}};
static const struct setting_foil foil = {.exemptions = (struct setting_exemption *)(uintptr_t)exemption_list,
                                         .exemption_count = 1};
static instant now;

#define ROLE(role) (1U << (role))
static struct person fern = {.id = "fern", .roles = ROLE(ROLE_RECORDS)},
                     sage = {.id = "sage", .roles = ROLE(ROLE_RECORDS)},
                     dill = {.id = "dill", .roles = ROLE(ROLE_RECORDS)},
                     penn = {.id = "penn", .roles = ROLE(ROLE_PRIVACY_OFFICER)},
                     city = {.id = "city", .roles = ROLE(ROLE_CITY_PRIVACY_OFFICER)},
                     lane = {.id = "lane", .roles = ROLE(ROLE_LEGAL)},
                     lord = {.id = "lord", .roles = ROLE(ROLE_LEGAL)},
                     quill = {.id = "quill", .roles = ROLE(ROLE_INVESTIGATOR)},
                     both = {.id = "both", .roles = ROLE(ROLE_RECORDS) | ROLE(ROLE_PRIVACY_OFFICER)},
                     vendor = {.id = "vend", .roles = ROLE(ROLE_VENDOR) | ROLE(ROLE_RECORDS)},
                     admin = {.id = "admin", .roles = ROLE(ROLE_ADMINISTRATOR) | ROLE(ROLE_RECORDS)},
                     gone = {.id = "gone", .roles = ROLE(ROLE_RECORDS)},
                     untrained = {.id = "untr", .roles = ROLE(ROLE_RECORDS)};

#define RECORD(state)                                                                                        \
    "{\"state\":\"" state                                                                                    \
    "\",\"parts\":1,\"boxes\":2,\"redactions\":\"dd\",\"proposers\":[\"fern\"],\"readers\":[\"sage\"],"      \
    "\"people\":[\"fern\",\"sage\",\"lane\"],\"clock\":{\"acknowledged\":\"2026-11-20\",\"answerBy\":"       \
    "\"2026-12-18\",\"appealBy\":\"2026-12-31\"}}"
#define PART "{\"part\":1,\"sheet\":\"ss\"}"
#define DRAWN "{\"part\":1,\"sheet\":\"ss\",\"redactions\":{\"digest\":\"rr\",\"by\":\"fern\"}}"

static const struct attempt {
    const char *code, *clause; /* expected among the faults; NULL: it is taken */
    enum foil_state next;
    const char *step, *request, *part;
    const struct person *signer;
    bool taken, scope, no_signer;
    const char *boxes;
    size_t sealed;
} attempts[] = {
    /* what is lawful: without these a rule that refuses all would pass */
    {NULL, NULL, FOIL_SEARCHING, "{\"kind\":\"request\",\"by\":\"fern\",\"received\":\"2026-11-20\"}", NULL,
     NULL, .signer = &fern},
    {NULL, NULL, FOIL_READING, "{\"kind\":\"redactions\",\"by\":\"fern\",\"sheet\":\"ss\"}",
     RECORD("REDACTION"), PART, .signer = &fern},
    {NULL, NULL, FOIL_SIGN_OFF,
     "{\"kind\":\"reading\",\"by\":\"sage\",\"sheet\":\"ss\",\"redactions\":\"rr\",\"outcome\":\"agree\"}",
     RECORD("READING"), DRAWN, .signer = &sage},
    {NULL, NULL, FOIL_SIGN_OFF,
     "{\"kind\":\"privacy\",\"by\":\"penn\",\"redactions\":\"dd\",\"outcome\":\"approve\",\"condition\":"
     "\"D2\"}",
     RECORD("PRIVACY"), NULL, .signer = &penn},
    {NULL, NULL, FOIL_SIGN_OFF,
     "{\"kind\":\"privacy\",\"by\":\"city\",\"redactions\":\"dd\",\"outcome\":\"approve\",\"condition\":"
     "\"D4\"}",
     RECORD("PRIVACY"), NULL, .signer = &city},
    {NULL, NULL, FOIL_ANSWER,
     "{\"kind\":\"sign-off\",\"by\":\"dill\",\"redactions\":\"dd\",\"outcome\":\"approve\"}",
     RECORD("SIGN_OFF"), NULL, .signer = &dill},
    {NULL, NULL, FOIL_ANSWERING,
     "{\"kind\":\"answer\",\"by\":\"fern\",\"redactions\":\"dd\",\"outcome\":\"partial\"}", RECORD("ANSWER"),
     NULL, .signer = &fern},
    {NULL, NULL, FOIL_ANSWERING,
     "{\"kind\":\"answer\",\"by\":\"fern\",\"outcome\":\"denial\",\"denied\":[{\"exemption\":\"87(2)(b)\","
     "\"reason\":\"x\"}]}",
     RECORD("REDACTION"), NULL, .signer = &fern},
    {NULL, NULL, FOIL_READING, "{\"kind\":\"extension\",\"by\":\"fern\",\"until\":\"2027-01-15\"}",
     RECORD("READING"), NULL, .signer = &fern},
    {NULL, NULL, FOIL_APPEALED, "{\"kind\":\"appeal\",\"by\":\"fern\",\"received\":\"2026-11-20\"}",
     RECORD("ANSWERED"), NULL, .signer = &fern},
    {NULL, NULL, FOIL_CLOSED, "{\"kind\":\"appeal-answer\",\"by\":\"lord\",\"outcome\":\"denied\"}",
     RECORD("APPEALED"), NULL, .signer = &lord},
    {NULL, NULL, FOIL_WITHDRAWN, "{\"kind\":\"withdrawal\",\"by\":\"fern\"}", RECORD("REDACTION"), NULL,
     .signer = &fern},
    /* who */
    {"signer-may-not-release", "R35", 0,
     "{\"kind\":\"request\",\"by\":\"quill\",\"received\":\"2026-11-20\"}", NULL, NULL, .signer = &quill},
    {"signer-may-not-release", "R35", 0, "{\"kind\":\"request\",\"by\":\"vend\",\"received\":\"2026-11-20\"}",
     NULL, NULL, .signer = &vendor},
    {"signer-may-not-release", "R35", 0,
     "{\"kind\":\"request\",\"by\":\"admin\",\"received\":\"2026-11-20\"}", NULL, NULL, .signer = &admin},
    {"signer-may-not-release", "R35", 0, "{\"kind\":\"request\",\"by\":\"gone\",\"received\":\"2026-11-20\"}",
     NULL, NULL, .signer = &gone},
    {"signer-may-not-release", "R35", 0, "{\"kind\":\"request\",\"by\":\"untr\",\"received\":\"2026-11-20\"}",
     NULL, NULL, .signer = &untrained},
    {"signer-may-not-release", "R35", 0, "{\"kind\":\"request\",\"by\":\"fern\",\"received\":\"2026-11-20\"}",
     NULL, NULL, NULL, .no_signer = true},
    {"signer-may-not-release", "R45", 0,
     "{\"kind\":\"privacy\",\"by\":\"dill\",\"redactions\":\"dd\",\"outcome\":\"approve\",\"condition\":"
     "\"D2\"}",
     RECORD("PRIVACY"), NULL, .signer = &dill},
    {"signer-may-not-release", "R45", 0,
     "{\"kind\":\"privacy\",\"by\":\"penn\",\"redactions\":\"dd\",\"outcome\":\"approve\",\"condition\":"
     "\"D4\"}",
     RECORD("PRIVACY"), NULL, .signer = &penn},
    {"signer-may-not-release", "R35", 0,
     "{\"kind\":\"sign-off\",\"by\":\"penn\",\"redactions\":\"dd\",\"outcome\":\"approve\"}",
     RECORD("SIGN_OFF"), NULL, .signer = &penn},
    {"signer-may-not-release", "R35", 0,
     "{\"kind\":\"appeal-answer\",\"by\":\"dill\",\"outcome\":\"denied\"}", RECORD("APPEALED"), NULL,
     .signer = &dill},
    {"released-by-another", "R31", 0, "{\"kind\":\"request\",\"by\":\"sage\",\"received\":\"2026-11-20\"}",
     NULL, NULL, .signer = &fern},
    {"second-reader-drew", "R40", 0,
     "{\"kind\":\"reading\",\"by\":\"fern\",\"sheet\":\"ss\",\"redactions\":\"rr\",\"outcome\":\"agree\"}",
     RECORD("READING"), DRAWN, .signer = &fern},
    {"signer-drew", "R40", 0,
     "{\"kind\":\"sign-off\",\"by\":\"fern\",\"redactions\":\"dd\",\"outcome\":\"approve\"}",
     RECORD("SIGN_OFF"), NULL, .signer = &fern},
    {"privacy-officer-drew", "R45", 0,
     "{\"kind\":\"privacy\",\"by\":\"both\",\"redactions\":\"dd\",\"outcome\":\"approve\",\"condition\":"
     "\"D2\"}",
     "{\"state\":\"PRIVACY\",\"redactions\":\"dd\",\"proposers\":[\"both\"]}", NULL, .signer = &both},
    {"appeal-officer-took-part", "R40", 0,
     "{\"kind\":\"appeal-answer\",\"by\":\"lane\",\"outcome\":\"denied\"}", RECORD("APPEALED"), NULL,
     .signer = &lane},
    /* of what */
    {"request-unknown", "R40", 0, "{\"kind\":\"withdrawal\",\"by\":\"fern\"}", NULL, NULL, .signer = &fern},
    {"taken-before", "R40", 0, "{\"kind\":\"withdrawal\",\"by\":\"fern\"}", RECORD("REDACTION"), NULL,
     .signer = &fern, .taken = true},
    {"scope-unknown", "R40", 0, "{\"kind\":\"request\",\"by\":\"fern\",\"received\":\"2026-11-20\"}", NULL,
     NULL, .signer = &fern, .scope = true},
    {"part-unknown", "R40", 0, "{\"kind\":\"redactions\",\"by\":\"fern\",\"sheet\":\"ss\"}",
     RECORD("REDACTION"), NULL, .signer = &fern},
    {"sheet-stale", "R13", 0, "{\"kind\":\"redactions\",\"by\":\"fern\",\"sheet\":\"old\"}",
     RECORD("REDACTION"), PART, .signer = &fern},
    {"sheet-stale", "R13", 0, "{\"kind\":\"redactions\",\"by\":\"fern\",\"sheet\":\"\"}", RECORD("REDACTION"),
     "{\"part\":1}", .signer = &fern},
    {"redactions-stale", "R13", 0,
     "{\"kind\":\"reading\",\"by\":\"sage\",\"sheet\":\"ss\",\"redactions\":\"old\",\"outcome\":\"agree\"}",
     RECORD("READING"), DRAWN, .signer = &sage},
    {"redactions-stale", "R13", 0,
     "{\"kind\":\"sign-off\",\"by\":\"dill\",\"redactions\":\"old\",\"outcome\":\"approve\"}",
     RECORD("SIGN_OFF"), NULL, .signer = &dill},
    {"redactions-stale", "R13", 0,
     "{\"kind\":\"answer\",\"by\":\"fern\",\"redactions\":\"old\",\"outcome\":\"partial\"}", RECORD("ANSWER"),
     NULL, .signer = &fern},
    {"box-faulty", "R40", 0, "{\"kind\":\"redactions\",\"by\":\"fern\",\"sheet\":\"ss\"}",
     RECORD("REDACTION"), PART, .signer = &fern, .boxes = "box 1 is outside its page"},
    {"sealed-uncovered", "R17", 0, "{\"kind\":\"redactions\",\"by\":\"fern\",\"sheet\":\"ss\"}",
     RECORD("REDACTION"), PART, .signer = &fern, .sealed = 1},
    {"not-due", "R13", 0, "{\"kind\":\"redactions\",\"by\":\"fern\",\"sheet\":\"ss\"}", RECORD("READING"),
     PART, .signer = &fern},
    {"not-due", "R13", 0,
     "{\"kind\":\"sign-off\",\"by\":\"dill\",\"redactions\":\"dd\",\"outcome\":\"approve\"}",
     RECORD("PRIVACY"), NULL, .signer = &dill},
    {"not-due", "R13", 0,
     "{\"kind\":\"answer\",\"by\":\"fern\",\"redactions\":\"dd\",\"outcome\":\"partial\"}",
     RECORD("SIGN_OFF"), NULL, .signer = &fern},
    {"not-due", "R13", 0, "{\"kind\":\"answer\",\"by\":\"fern\",\"redactions\":\"dd\",\"outcome\":\"grant\"}",
     RECORD("ANSWER"), NULL, .signer = &fern},
    {"not-due", "R13", 0, "{\"kind\":\"appeal\",\"by\":\"fern\",\"received\":\"2026-11-20\"}",
     RECORD("READING"), NULL, .signer = &fern},
    {"not-due", "R13", 0, "{\"kind\":\"withdrawal\",\"by\":\"fern\"}", RECORD("CLOSED"), NULL,
     .signer = &fern},
    /* what it says */
    {"condition-does-not-fit", "R45", 0,
     "{\"kind\":\"privacy\",\"by\":\"penn\",\"redactions\":\"dd\",\"outcome\":\"approve\",\"condition\":"
     "\"D6\"}",
     RECORD("PRIVACY"), NULL, .signer = &penn},
    {"condition-does-not-fit", "R45", 0,
     "{\"kind\":\"privacy\",\"by\":\"penn\",\"redactions\":\"dd\",\"outcome\":\"approve\",\"condition\":"
     "\"D1\"}",
     RECORD("PRIVACY"), NULL, .signer = &penn},
    {"date-in-the-future", "R40", 0, "{\"kind\":\"request\",\"by\":\"fern\",\"received\":\"2026-11-22\"}",
     NULL, NULL, .signer = &fern},
    {"extension-no-later", "R40", 0, "{\"kind\":\"extension\",\"by\":\"fern\",\"until\":\"2026-12-18\"}",
     RECORD("READING"), NULL, .signer = &fern},
    {"extension-no-later", "R40", 0, "{\"kind\":\"extension\",\"by\":\"fern\",\"until\":\"2026-11-20\"}",
     RECORD("READING"), NULL, .signer = &fern},
    {"reason-missing", "R40", 0, "{\"kind\":\"answer\",\"by\":\"fern\",\"outcome\":\"denial\"}",
     RECORD("REDACTION"), NULL, .signer = &fern},
    {"exemption-unknown", "R40", 0,
     "{\"kind\":\"answer\",\"by\":\"fern\",\"outcome\":\"denial\",\"denied\":[{\"exemption\":\"z\","
     "\"reason\":\"x\"}]}",
     RECORD("REDACTION"), NULL, .signer = &fern},
};

static json_t *read_json(const char *text)
{
    struct error error = ERROR_NONE;
    json_t *value = NULL;
    if (text == NULL)
        return NULL;
    assert_true(json_read(text, strlen(text), &value, &error));
    return value;
}

static bool judged(const struct attempt *attempt, const struct roster *roster, json_t *faults,
                   struct foil_transition *next)
{
    json_t *step = read_json(attempt->step), *request = read_json(attempt->request),
           *part = read_json(attempt->part);
    const struct foil_case facts = {.step = step,
                                    .request = request,
                                    .part = part,
                                    .signer = attempt->no_signer ? NULL : attempt->signer,
                                    .roster = roster,
                                    .foil = &foil,
                                    .now = now,
                                    .today = foil_day_of(now),
                                    .taken_before = attempt->taken,
                                    .scope_unknown = attempt->scope,
                                    .boxes = attempt->boxes,
                                    .sealed = attempt->sealed};
    bool done = foil_judge(&facts, faults, next);
    json_decref(step);
    json_decref(request);
    json_decref(part);
    return done;
}

static struct roster *roster_of(const char *people)
{
    struct error error = ERROR_NONE;
    struct roster *roster = NULL;
    char text[2000];
    snprintf(text, sizeof text, "<roster xmlns=\"urn:leadspool:roster:1\">%s</roster>", people);
    if (!roster_read(text, strlen(text), &roster, &error))
        fail_msg("%s", error.text);
    return roster;
}

#define PERSON(id)                                                                                           \
    "<person id=\"" id "\"><name>" id "</name><account>" id "</account><rank>1</rank><roles><role>records"   \
    "</role></roles><trainingUntil>2027-01-01T00:00:00Z</trainingUntil></person>"

static void test_attempts(void **state)
{
    struct roster *roster = *state;
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        json_t *faults = json_array();
        struct foil_transition next;
        assert_true(judged(&attempts[i], roster, faults, &next));
        const json_t *fault = attempts[i].code == NULL ? json_array_get(faults, 0)
                                                       : json_find(faults, "code", attempts[i].code);
        if (attempts[i].code == NULL ? fault != NULL || next.next != attempts[i].next
                                     : strcmp(json_text(fault, "clause"), attempts[i].clause) != 0)
            fail_msg("attempt %zu: %s", i, json_dumps(faults, 0));
        /* One rule alone, so that none hides behind another. */
        if (attempts[i].code != NULL && json_array_size(faults) != 1)
            fail_msg("attempt %zu: %s", i, json_dumps(faults, 0));
        json_decref(faults);
    }
}

/* The second reader signs off where nobody else of records could, and there alone. */
static void test_small_unit(void **state)
{
    static const struct attempt sign = {
        NULL,
        NULL,
        FOIL_ANSWER,
        "{\"kind\":\"sign-off\",\"by\":\"sage\",\"redactions\":\"dd\",\"outcome\":\"approve\"}",
        RECORD("SIGN_OFF"),
        NULL,
        .signer = &sage};
    struct roster *small = roster_of(PERSON("fern") PERSON("sage"));
    struct foil_transition next;
    json_t *faults = json_array();
    assert_true(judged(&sign, small, faults, &next));
    assert_int_equal(json_array_size(faults), 0);
    assert_true(judged(&sign, *state, faults, &next));
    assert_string_equal(json_text(json_array_get(faults, 0), "code"), "signer-read");
    json_decref(faults);
    roster_free(small);
}

static int set_up(void **state)
{
    struct person *const people[] = {&fern, &sage,  &dill, &penn,   &city,  &lane,
                                     &lord, &quill, &both, &vendor, &admin, &gone};
    struct error error = ERROR_NONE;
    assert_true(zone_use("UTC", &error));
    assert_true(instant_parse("2026-11-21T12:00:00Z", &now, &error));
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        people[i]->trained_until = now + 1000;
    gone.suspended_since = now - 1000;
    *state = roster_of(PERSON("fern") PERSON("sage") PERSON("dill"));
    return 0;
}

static int tear_down(void **state)
{
    roster_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_attempts),
        cmocka_unit_test(test_small_unit),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
