/*
 * A small unit at work, for tests of review/: a temporary casebook, a roster of everyone a rule asks about, a
 * docket with a search behind it, and decisions as the check worker would hand them over (without the signing
 * itself).
 */
#ifndef LEADSPOOL_TESTS_CASEWORK_H
#define LEADSPOOL_TESTS_CASEWORK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "casebook/casebook.h"
#include "casebook/docket.h"
#include "casebook/hold.h"
#include "casebook/queue.h"
#include "people/roster.h"
#include "review/decide.h"
#include "review/items.h"

#define DOCKET "FR-2026-000001"
#define MINUTE ((int64_t)60 * 1000)
#define DAY (24 * 60 * MINUTE)

static const instant NOON = (instant)1795348800 * 1000; /* 2026-11-22T12:00:00Z */

struct casework {
    char directory[64];
    struct casebook *casebook;
    struct transaction *transaction; /* never committed */
    struct roster *roster;
    struct settings settings;
    instant now;
    int files; /* decisions handed in so far: makes their digests differ */
};

static struct casework casework;

#define TRAINED "<trainingUntil>2027-06-30T00:00:00Z</trainingUntil>"
#define PERSON(id, rank, roles, more)                                                                        \
    "<person id=\"" id "\"><name>" id "</name><account>account-" id "</account><rank>" rank                  \
    "</rank><roles>" roles "</roles>" more "</person>"
#define ROLE(name) "<role>" name "</role>"
#define REPORTS_TO(id) "<supervisor>" id "</supervisor>"

/* Certificates are added by roster_xml: the SHA-256 of the person's id, so that tests need no keys. */
static const char *const PEOPLE[] = {
    PERSON("inv1", "3", ROLE("investigator") ROLE("peer"), REPORTS_TO("sup1") "@" TRAINED),
    PERSON("inv2", "3", ROLE("investigator") ROLE("peer"), REPORTS_TO("sup1") "@" TRAINED),
    PERSON("peer1", "3", ROLE("peer"), REPORTS_TO("sup1") "@" TRAINED),
    PERSON("peer2", "3", ROLE("peer"), REPORTS_TO("sup1") "@" TRAINED),
    PERSON("peer3", "3", ROLE("peer") ROLE("supervisor"), REPORTS_TO("sup1") "@" TRAINED),
    PERSON("sup1", "5", ROLE("supervisor") ROLE("peer"), "@" TRAINED),
    PERSON("sup2", "5", ROLE("supervisor"), "@" TRAINED),
    PERSON("acting1", "5", ROLE("acting-supervisor"),
           "<acting for=\"sup1\" from=\"2026-11-01T00:00:00Z\" until=\"2026-12-01T00:00:00Z\" "
           "by=\"sup1\"/>@" TRAINED),
    PERSON("acting2", "4", ROLE("acting-supervisor"),
           "<acting for=\"sup1\" from=\"2026-11-01T00:00:00Z\" until=\"2026-12-01T00:00:00Z\" "
           "by=\"sup1\"/>@" TRAINED),
    PERSON("acting3", "5", ROLE("acting-supervisor"),
           "<acting for=\"sup1\" from=\"2026-10-01T00:00:00Z\" until=\"2026-11-01T00:00:00Z\" "
           "by=\"sup1\"/>@" TRAINED),
    PERSON("legal1", "6", ROLE("legal"), "@" TRAINED),
    PERSON("late1", "3", ROLE("investigator") ROLE("peer"),
           REPORTS_TO("sup1") "@<trainingUntil>2026-11-22T12:30:00Z</trainingUntil>"),
    PERSON("green1", "3", ROLE("investigator") ROLE("peer"), REPORTS_TO("sup1") "@"),
    PERSON("admin1", "9", ROLE("administrator"), "@" TRAINED),
    PERSON("vendor1", "0", ROLE("vendor"), "@" TRAINED),
    PERSON("req1", "3", ROLE("investigator") ROLE("peer") ROLE("requester"), REPORTS_TO("sup1") "@" TRAINED),
};

static inline char *digest_of_text(const char *text, char digest[DIGEST_TEXT_SIZE])
{
    struct digest of = digest_of(text, strlen(text));
    return digest_text(&of, digest);
}

static inline struct roster *casework_roster(void)
{
    struct text xml = TEXT_EMPTY;
    struct roster *roster = NULL;
    struct error error = ERROR_NONE;
    text_add(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><roster xmlns=\"urn:leadspool:roster:1\">");
    for (size_t i = 0; i < sizeof PEOPLE / sizeof *PEOPLE; i++) {
        const char *at = strchr(PEOPLE[i], '@'), *id = strchr(PEOPLE[i], '"') + 1;
        char name[64], digest[DIGEST_TEXT_SIZE];
        snprintf(name, sizeof name, "%.*s", (int)(strchr(id, '"') - id), id);
        text_add_bytes(&xml, PEOPLE[i], (size_t)(at - PEOPLE[i]));
        text_format(&xml, "<certificate>%s</certificate>%s", digest_of_text(name, digest), at + 1);
    }
    text_add(&xml, "</roster>");
    if (!roster_read(xml.bytes, xml.length, &roster, &error))
        fail_msg("%s", error.text);
    text_free(&xml);
    return roster;
}

#define GOOD(call)                                                                                           \
    do {                                                                                                     \
        struct error good_error = ERROR_NONE;                                                                \
        struct error *error = &good_error;                                                                   \
        if (!(call))                                                                                         \
            fail_msg("%s: %s", #call, good_error.text);                                                      \
    } while (0)

static inline json_t *casework_docket(void)
{
    json_t *docket = NULL;
    GOOD(docket_get(casework.transaction, DOCKET, &docket, error));
    return docket;
}

static inline const char *casework_state(void)
{
    static char state[40];
    json_t *docket = casework_docket();
    snprintf(state, sizeof state, "%s", json_text(docket, "state"));
    json_decref(docket);
    return state;
}

/* Photos G01 to G12 of twelve people, all enrolled. */
static inline void casework_gallery(void)
{
    for (int i = 1; i <= 12; i++) {
        char id[24], digest[DIGEST_TEXT_SIZE];
        snprintf(id, sizeof id, "G%02d", i);
        json_t *photo = json_pack("{s:s,s:s,s:s,s:s,s:s,s:[i,i,i,i],s:s,s:{s:s}}", "photo", id, "person", id,
                                  "digest", digest_of_text(id, digest), "source", "arrest-capture",
                                  "capturedAt", "2024-01-01T00:00:00.000Z", "eyes", 4000, 5000, 8000, 5000,
                                  "status", "enrolled", "biography", "name", "Sample");
        GOOD(book_put(casework.transaction, BOOK_PHOTOS, id, photo, error));
        json_decref(photo);
    }
}

static inline void casework_begin(void)
{
    char image[DIGEST_TEXT_SIZE], second[DIGEST_TEXT_SIZE];
    snprintf(casework.directory, sizeof casework.directory, "/tmp/leadspool-review-XXXXXX");
    assert_non_null(mkdtemp(casework.directory));
    GOOD(casebook_open(casework.directory, &casework.casebook, error));
    GOOD(transaction_begin(casework.casebook, NULL, &casework.transaction, error));
    casework.roster = casework_roster();
    casework.settings = (struct settings){.identity = IDENTITY_SIGNATURE,
                                          .min_peers = 2,
                                          .foils = 4,
                                          .clock_tolerance_milliseconds = 5 * MINUTE};
    casework.now = NOON;
    casework.files = 0;
    casework_gallery();
    json_t *docket = json_pack(
        "{s:s,s:s,s:s,s:s,s:i,s:s,s:{s:s,s:s,s:s,s:{s:s,s:s,s:s}},s:[{s:s,s:s,s:i,s:i,s:s,s:[i,i,i,i]},"
        "{s:s,s:s,s:i,s:i,s:s}]}",
        "docket", DOCKET, "command", "north", "requestId", "6b0a7a2e-0000-4000-8000-000000000001", "received",
        "2026-11-22T11:00:00.000Z", "round", 1, "lane", "routine", "request", "use", "U1", "subUse",
        "committed", "basis", "A theft on a recording", "requester", "name", "R. Equester", "account",
        "account-req1", "shield", "1", "images", "digest", digest_of_text("image", image), "file", "one.jpg",
        "width", 200, "height", 250, "source", "cctv-agency", "eyes", 6000, 9000, 12000, 9000, "digest",
        digest_of_text("second", second), "file", "two.jpg", "width", 100, "height", 100, "source", "phone");
    assert_non_null(docket);
    GOOD(docket_change_state(casework.transaction, docket, DOCKET_INTAKE, casework.now, NULL, NULL, NULL,
                             error));
    GOOD(review_open(casework.transaction, &casework.settings, casework.roster, docket, casework.now, error));
    json_decref(docket);
}

static inline void casework_end(void)
{
    transaction_abort(casework.transaction);
    casebook_close(casework.casebook, NULL);
    roster_free(casework.roster);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", casework.directory);
    assert_int_equal(system(command), 0);
}

/* The record of the item now open in that stage and slot (0 = whichever comes first). New reference. */
struct casework_search {
    int64_t slot;
    json_t *found;
};
static inline bool casework_visit(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key, (void)error;
    struct casework_search *search = context;
    if (json_object_get(value, "closed") != NULL ||
        (search->slot != 0 && json_whole(value, "slot", 0) != search->slot))
        return true;
    search->found = json_incref(value);
    return false;
}
static inline json_t *casework_item(const char *stage, int64_t slot)
{
    struct casework_search search = {slot, NULL};
    char prefix[80];
    snprintf(prefix, sizeof prefix, DOCKET "-%s-", stage);
    GOOD(book_walk(casework.transaction, BOOK_ITEMS, prefix, NULL, casework_visit, &search, NULL, error));
    return search.found;
}

/* A decision about the open item with everything but its substance. */
static inline json_t *casework_decision(const char *stage, int64_t slot, const char *signer,
                                        const char *outcome)
{
    json_t *item = casework_item(stage, slot);
    char at[INSTANT_TEXT_SIZE];
    assert_non_null(item);
    json_t *decision =
        json_pack("{s:s,s:s,s:I,s:I,s:s,s:s,s:s,s:s,s:s}", "docket", DOCKET, "stage", stage, "round",
                  (json_int_t)json_whole(item, "round", 0), "slot", (json_int_t)json_whole(item, "slot", 0),
                  "item", json_text(item, "digest"), "signer", signer, "at", instant_text(casework.now, at),
                  "outcome", outcome, "reasons", "Reasons are given.");
    json_decref(item);
    return decision;
}

static inline json_t *casework_label_list(const char *stage, int64_t slot, const char *member,
                                          const char *named, const char *of_named, const char *of_others)
{
    json_t *item = casework_item(stage, slot), *list = json_array(), *photo;
    const char *label;
    json_object_foreach(json_object_get(item, "labels"), label, photo)
    {
        bool is_named =
            named != NULL && (strcmp(json_string_value(photo), named) == 0 || strcmp(label, named) == 0);
        json_array_append_new(
            list, json_pack("{s:s,s:s}", "label", label, member, is_named ? of_named : of_others));
    }
    json_decref(item);
    return list;
}

static inline json_t *good_intake(const char *signer)
{
    char image[DIGEST_TEXT_SIZE];
    json_t *decision = casework_decision("intake", 0, signer, "confirm");
    json_put(decision, "basis", json_pack("[s,s]", "R1", "R14"));
    json_put(decision, "probe",
             json_pack("{s:s,s:[],s:[i,i,i,i]}", "image", digest_of_text("image", image), "edits", "eyes",
                       6000, 9000, 12000, 9100));
    return decision;
}

static inline json_t *good_comparison(const char *signer)
{
    json_t *decision = casework_decision("investigation", 0, signer, "candidate");
    json_t *list = casework_label_list("investigation", 0, "disposition", "C02", "possible", "excluded");
    json_put_text(decision, "named", "C02");
    json_put(decision, "dispositions", list);
    json_put(decision, "features", json_pack("[{s:s,s:s}]", "component", "nose", "finding", "similar"));
    json_put_whole(decision, "rating", 2);
    json_put_text(decision, "limitations", "Low light.");
    return decision;
}

static inline json_t *good_background(const char *signer)
{
    json_t *decision = casework_decision("background", 0, signer, "proceed");
    json_put(decision, "items", json_pack("[{s:s,s:s}]", "what", "custody", "finding", "at large"));
    json_put(decision, "conflicts", json_array());
    return decision;
}

static inline const char *casework_named(void)
{
    static char named[40];
    json_t *docket = casework_docket();
    snprintf(named, sizeof named, "%s", json_text(json_object_get(docket, "named"), "photo"));
    json_decref(docket);
    return named;
}

static inline json_t *good_peer(const char *signer, int64_t slot, const char *of_named, const char *of_others)
{
    json_t *decision = casework_decision("peer", slot, signer, "complete");
    json_put(decision, "marks",
             casework_label_list("peer", slot, "mark", casework_named(), of_named, of_others));
    return decision;
}

/* Hand a decision in as `signer`'s, signed and arrived now. Steals the decision. New reference. */
static inline json_t *casework_hand_in_at(json_t *decision, const char *signer, instant signed_at)
{
    char digest[DIGEST_TEXT_SIZE], at[INSTANT_TEXT_SIZE], arrived[INSTANT_TEXT_SIZE], file[40], owner[80];
    json_t *result = NULL;
    snprintf(owner, sizeof owner, "account-%s", signer);
    json_t *checked =
        json_pack("{s:[],s:o,s:{s:s,s:s,s:s}}", "faults", "decision", decision, "signer", "fingerprint",
                  digest_of_text(signer, digest), "subject", signer, "signedAt", instant_text(signed_at, at));
    json_t *claim = json_pack("{s:s,s:s,s:s}", "drop", "decision.p7m", "owner", owner, "arrived",
                              instant_text(casework.now, arrived));
    snprintf(file, sizeof file, "file %d", casework.files++);
    digest_of_text(file, digest);
    GOOD(review_decide(casework.transaction, &casework.settings, casework.roster, claim, checked, digest,
                       casework.now, &result, error));
    json_decref(checked);
    json_decref(claim);
    return result;
}

static inline json_t *casework_hand_in(json_t *decision, const char *signer)
{
    return casework_hand_in_at(decision, signer, casework.now);
}

/* It must be applied. */
static inline void casework_apply(json_t *decision, const char *signer)
{
    json_t *result = casework_hand_in(decision, signer);
    if (!json_flag(result, "applied"))
        fail_msg("%s", json_text(result, "text"));
    json_decref(result);
    casework.now += MINUTE;
}

/* What a run does: a list of all twelve, and the docket goes to INVESTIGATION. */
static inline void casework_search_run(void)
{
    json_t *docket = casework_docket(), *list = json_array();
    for (int i = 1; i <= 12; i++) {
        char id[24];
        snprintf(id, sizeof id, "G%02d", i);
        json_array_append_new(
            list, json_pack("{s:i,s:s,s:s,s:i}", "rank", i, "photo", id, "person", id, "score", 1000 - i));
    }
    json_t *search = json_pack("{s:s,s:s,s:o}", "search", DOCKET "/1", "docket", DOCKET, "list", list);
    GOOD(book_put(casework.transaction, BOOK_SEARCHES, DOCKET "/1", search, error));
    json_decref(search);
    GOOD(queue_remove(casework.transaction, docket, error));
    GOOD(docket_change_state(casework.transaction, docket, DOCKET_MATCHING, casework.now, NULL, NULL, NULL,
                             error));
    json_put_text(docket, "list", DOCKET "/1");
    json_put(docket, "searches", json_pack("[s]", DOCKET "/1"));
    GOOD(docket_change_state(casework.transaction, docket, DOCKET_INVESTIGATION, casework.now, NULL, NULL,
                             NULL, error));
    GOOD(review_open(casework.transaction, &casework.settings, casework.roster, docket, casework.now, error));
    json_decref(docket);
    casework.now += MINUTE;
}

/* How many incidents the record holds. */
static inline bool casework_count(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key, (void)value, (void)error;
    (*(int *)context)++;
    return true;
}
static inline int casework_incidents(void)
{
    int count = 0;
    GOOD(book_walk(casework.transaction, BOOK_INCIDENTS, "", NULL, casework_count, &count, NULL, error));
    return count;
}

/* From a fresh docket to the stage, all in agreement. */
static inline void casework_advance(const char *stage)
{
    if (strcmp(stage, "intake") == 0)
        return;
    casework_apply(good_intake("inv1"), "inv1");
    casework_search_run();
    if (strcmp(stage, "investigation") == 0)
        return;
    casework_apply(good_comparison("inv1"), "inv1");
    if (strcmp(stage, "background") == 0)
        return;
    casework_apply(good_background("inv1"), "inv1");
    if (strcmp(stage, "peer") == 0)
        return;
    casework_apply(good_peer("peer1", 1, "possible", "not"), "peer1");
    casework_apply(good_peer("peer2", 2, "possible", "not"), "peer2");
}

#endif
