/*
 * The report on people and trust.
 *
 * Guarantees: reads only. Nothing is lowered because people are missing: the report says what is missing.
 */
#include "spool/roster_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/pem_dates.h"
#include "base/text.h"

enum { DAY_MILLISECONDS = 24 * 3600 * 1000 };

static void add_trust(json_t *list, const struct site *site, const char *what, const char *file,
                      const char *effect, const char *remedy, bool is_list, instant now)
{
    struct error error = ERROR_NONE;
    char path[300], at[INSTANT_TEXT_SIZE], why[200], *bytes = NULL;
    size_t length = 0;
    instant from = 0, until = 0;
    snprintf(path, sizeof path, "keys/%s", file);
    bool known = file_read(site->directory, path, PEM_SIZE_LIMIT, &bytes, &length, &error);
    struct pem pem = {bytes, length};
    known = known && (is_list ? revocation_list_dates(pem, &from, &until, &error)
                              : certificate_dates(pem, &from, &until, &error));
    free(bytes);
    json_t *one = json_object();
    json_put_text(one, "what", what);
    json_put_text(one, "file", path);
    json_put_text(one, "effect", effect);
    bool early = known && from > now;
    json_put_flag(one, "over", !known || until <= now || early);
    json_put_text(one, "remedy", early ? _("Look at this machine's clock first (date)") : remedy);
    if (known && until != INSTANT_NEVER)
        json_put_text(one, "until", instant_text(until, at));
    if (early)
        snprintf(why, sizeof why, _("it holds only from %s on, and this machine's clock stands before that"),
                 instant_text(from, at));
    else if (known)
        snprintf(why, sizeof why, _("it held until %s"), instant_text(until, at));
    json_put_text(one, "text", known ? why : error.text);
    json_array_append_new(list, one);
}

json_t *roster_report_trust(const struct site *site, instant now)
{
    const struct settings *settings = site->settings;
    json_t *list = json_array();
    add_trust(list, site, _("revocation list"), settings->revocation_list, _("Decisions wait"),
              _("Put the authority's newest list there"), true, now);
    add_trust(list, site, "authority", settings->authority, _("Nobody's signature holds"),
              _("Put the authority's new certificate there"), false, now);
    add_trust(list, site, "site's certificate", settings->certificate,
              _("Nobody can check receipts and reports signed with it"),
              _("Get a new one, say leadspool site certificate, restart"), false, now);
    return list;
}

static void put_instant(json_t *to, const char *key, instant at)
{
    char text[INSTANT_TEXT_SIZE];
    if (at != 0)
        json_put_text(to, key, instant_text(at, text));
}

static void put_signs(json_t *entry, const struct person *person, instant now)
{
    static const char *const stages[] = {
        [SIGNING_INTAKE] = "intake",           [SIGNING_INVESTIGATION] = "investigation",
        [SIGNING_BACKGROUND] = "background",   [SIGNING_PEER] = "peer",
        [SIGNING_SUPERVISION] = "supervision", [SIGNING_GALLERY] = "gallery"};
    json_t *signs = json_array_at(entry, "signs");
    if (person->trained_until <= now || person_suspended(person, now))
        return;
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (person_may_sign(person, (enum signing)i) &&
            (i != SIGNING_SUPERVISION || person_has(person, ROLE_SUPERVISOR) || person_acts(person, now)))
            json_array_append_new(signs, json_string(stages[i]));
}

static bool add_person(struct transaction *transaction, json_t *people, const struct person *person,
                       instant now, struct error *error)
{
    char key[200];
    json_t *entry = json_object(), *roles = json_array_at(entry, "roles"), *seen = NULL;
    json_put_text(entry, "person", person->id);
    for (int role = 0; role < ROLE_COUNT; role++)
        if (person_has(person, (enum role)role))
            json_array_append_new(roles, json_string(role_name((enum role)role)));
    json_put_whole(entry, "rank", person->rank);
    json_put_text(entry, "supervisor", person->supervisor);
    if (person->acting.for_person != NULL) {
        json_t *acting = json_object_at(entry, "acting");
        json_put_text(acting, "for", person->acting.for_person);
        put_instant(acting, "from", person->acting.from);
        put_instant(acting, "until", person->acting.until);
        json_put_text(acting, "by", person->acting.by);
    }
    put_instant(entry, "trainedUntil", person->trained_until);
    put_instant(entry, "suspendedSince", person->suspended_since);
    json_put_text(entry, "certificate", person->certificate);
    put_signs(entry, person, now);
    snprintf(key, sizeof key, "certificate/%s", person->id);
    bool done =
        json_array_append_new(people, entry) == 0 && book_get(transaction, BOOK_INDEX, key, &seen, error);
    if (done && person->certificate != NULL &&
        strcmp(json_text(seen, "fingerprint"), person->certificate) == 0)
        json_put_text(entry, "certificateUntil", json_text(seen, "notAfter"));
    json_decref(seen);
    return done;
}

static void add_vacant(json_t *report, const struct roster *roster)
{
    json_t *vacant = json_array_at(report, "vacant");
    uint32_t held = 0;
    for (size_t i = 0; i < roster_count(roster); i++)
        held |= roster_at(roster, i)->roles;
    for (int role = 0; role < ROLE_COUNT; role++)
        if ((held & (1u << role)) == 0 && role != ROLE_VENDOR && role != ROLE_REQUESTER &&
            role != ROLE_ACTING_SUPERVISOR)
            json_array_append_new(vacant, json_string(role_name((enum role)role)));
}

static void add_problems(json_t *report, const struct site *site, instant now)
{
    struct text words = TEXT_EMPTY;
    json_t *problems = json_array_at(report, "problems");
    roster_check(site->roster, site->settings->min_peers, now, &words);
    for (const char *at = words.bytes; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, "\n");
        json_array_append_new(problems, json_stringn(at, length));
        at += length + (at[length] == '\n' ? 1 : 0);
    }
    text_free(&words);
}

static void add_expiring(json_t *report, const char *what, const char *who, const char *until, int days,
                         instant now)
{
    instant at;
    if (!instant_parse(until, &at, NULL) || at - now > (instant)days * DAY_MILLISECONDS)
        return;
    json_array_append_new(
        json_array_at(report, "expiring"),
        json_pack("{s:s,s:s,s:s,s:b}", "what", what, "who", who, "until", until, "over", (int)(at <= now)));
}

static void add_all_expiring(json_t *report, int days, instant now)
{
    size_t i;
    const json_t *one;
    json_array_at(report, "expiring");
    json_array_foreach(json_object_get(report, "trust"), i, one) add_expiring(
        report, json_text(one, "what"), json_text(one, "file"), json_text(one, "until"), days, now);
    json_array_foreach(json_object_get(report, "people"), i, one)
    {
        const char *who = json_text(one, "person");
        add_expiring(report, "training", who, json_text(one, "trainedUntil"), days, now);
        add_expiring(report, "certificate", who, json_text(one, "certificateUntil"), days, now);
        add_expiring(report, _("acting term"), who, json_text(json_object_get(one, "acting"), "until"), days,
                     now);
    }
}

bool roster_report(struct transaction *transaction, const struct site *site, int days, instant now,
                   json_t **report, struct error *error)
{
    bool done = true;
    *report = json_object();
    json_t *people = json_array_at(*report, "people");
    for (size_t i = 0; done && i < roster_count(site->roster); i++)
        done = add_person(transaction, people, roster_at(site->roster, i), now, error);
    json_put(*report, "trust", roster_report_trust(site, now));
    add_vacant(*report, site->roster);
    add_problems(*report, site, now);
    add_all_expiring(*report, days, now);
    if (!done) {
        json_decref(*report);
        *report = NULL;
    }
    return done;
}
