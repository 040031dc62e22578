/*
 * Admission in tests: drops that were claimed and checked, admitted in a batch of their own, and what became of them.
 */
#ifndef LEADSPOOL_TESTS_ADMISSION_H
#define LEADSPOOL_TESTS_ADMISSION_H

#include "tests/support/casebook.h"

#include "base/text.h"
#include "casebook/docket.h"
#include "ingest/admit.h"
#include "ingest/fault.h"

#define NOW 1795000000000
#define DIGEST_A "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define DIGEST_B "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
#define DIGEST_C "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"
#define ID_1 "6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01"
#define ID_2 "6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b02"

static struct settings *settings;

static inline int begin(void **state)
{
    static const char site[] =
        "<site xmlns='urn:leadspool:site:1'><name>n</name><agency>a</agency><unit>u</unit>"
        "<contact>c</contact><zone>UTC</zone><commands><command>one</command></commands></site>";
    assert_done(settings_read("site.xml", site, strlen(site), &settings, error));
    return bench_begin(state);
}

static inline int end(void **state)
{
    settings_free(settings);
    return bench_end(state);
}

static inline json_t *claim_of(const char *drop, const char *digest)
{
    static int number;
    char id[24];
    snprintf(id, sizeof id, "%012d", ++number);
    return json_pack("{ss,ss,ss,ss,ss,ss,s[{ss,ss,si}]}", "claim", id, "command", "one", "drop", drop,
                     "owner", "dana", "arrived", "2026-11-20T09:31:00.000Z", "digest", digest, "files",
                     "name", "manifest.xml", "digest", digest, "size", 10);
}

/* A check without faults; `members` (JSON with ' for ") are merged into its request. */
static inline json_t *check_of(const char *kind, const char *id, const char *members)
{
    json_t *check = json_pack(
        "{s{ss,ss,ss,ss,s{ss},s[{ss,ss,sb,s[]}]},s[{si,ss,ss,si,si,ss,s{}}],s[]}", "request", "kind", kind,
        "requestId", id, "command", "one", "priority", "routine", "requester", "account", "dana", "images",
        "file", "a.jpg", "source", "phone", "depictsUnknownPerson", 1, "edits", "images", "input", 1, "file",
        "a.jpg", "digest", DIGEST_B, "width", 100, "height", 100, "format", "JPEG", "quality", "faults");
    assert_non_null(check);
    char *copy = strdup(members);
    for (char *at = copy; *at != '\0'; at++)
        if (*at == '\'')
            *at = '"';
    json_t *more = json_loads(copy, 0, NULL);
    assert_non_null(more);
    json_object_update(json_object_get(check, "request"), more);
    json_decref(more);
    free(copy);
    return check;
}

static inline void add_fault(json_t *check, const char *code, const char *outcome)
{
    assert_true(fault_add(json_object_get(check, "faults"),
                          &(struct fault_words){.code = code,
                                                .outcome = outcome,
                                                .place = "line 1 /request",
                                                .clause = "R29",
                                                .text = "text",
                                                .remedy = "remedy",
                                                .role = strcmp(outcome, "HOLD") == 0 ? "supervisor" : NULL}));
}

/* Admits in a batch of its own; takes claim and check over. */
static inline json_t *admit(struct bench *bench, json_t *claim, json_t *check)
{
    json_t *result = NULL;
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(ingest_admit(batch, settings, claim, check, NOW, &result, error));
    assert_done(transaction_commit(batch, error));
    json_decref(claim);
    json_decref(check);
    return result;
}

static inline void expect(json_t *result, const char *outcome, const char *state, const char *code)
{
    if (strcmp(json_text(result, "outcome"), outcome) != 0 ||
        strcmp(json_text(result, "state"), state) != 0 ||
        (code != NULL && !fault_has(json_object_get(result, "faults"), code))) {
        char *text = json_canonical(result);
        fail_msg("expected %s %s %s: %s", outcome, state, code == NULL ? "" : code, text);
    }
    json_decref(result);
}

static inline json_t *docket(struct bench *bench, const char *number)
{
    json_t *record = NULL;
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(docket_get(batch, number, &record, error));
    transaction_abort(batch);
    return record;
}

static inline void put_state(struct bench *bench, const char *number, enum docket_state state)
{
    json_t *record = NULL;
    struct transaction *batch;
    assert_done(transaction_begin(bench->casebook, NULL, &batch, error));
    assert_done(docket_get(batch, number, &record, error));
    assert_done(docket_change_state(batch, record, state, NOW, NULL, NULL, NULL, error));
    assert_done(transaction_commit(batch, error));
    json_decref(record);
}

#endif
