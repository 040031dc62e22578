/*
 * Orders about legal holds and disposals, judged.
 *
 * Guarantees: a legal hold is the legal bureau's, to place and to lift, and delays destruction alone; a disposal takes
 * two people, one of the records staff and one of the legal bureau, and destroys what a list they both saw the digest
 * of names, as long as each of its records may still go. All of an order or nothing. Destroys nothing itself.
 */
#include "report/retention_take.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "report/disclosure_rules.h"
#include "report/retention_dispose.h"
#include "report/retention_list.h"

enum { NAMED_MOST = 20 };

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while judging an order of retention");
}

static bool fault(json_t *faults, const char *code, const char *place, const char *text, const char *remedy,
                  struct error *error)
{
    return release_fault(faults, code, "R38", place, text, remedy) || memory(error);
}

/* May this person speak for that office now (R30 R31 R48)? */
static bool speaks_for(const struct person *person, enum role role, instant now)
{
    return person != NULL && person_has(person, role) && !person_has(person, ROLE_VENDOR) &&
           !person_has(person, ROLE_ADMINISTRATOR) && !person_suspended(person, now) &&
           person->trained_until > now;
}

static bool judge_signers(const struct person *signer, const struct person *approver, const json_t *asked,
                          instant now, json_t *faults, struct error *error)
{
    bool disposes = strcmp(json_text(asked, "kind"), "dispose") == 0;
    if (!speaks_for(signer, disposes ? ROLE_RECORDS : ROLE_LEGAL, now) &&
        !fault(faults, "signer-may-not-order", "retention.xml.p7s",
               disposes ? _("whoever signed it is not of the records staff, or is suspended or not trained")
                        : _("whoever signed it is not of the legal bureau, or is suspended or not trained"),
               disposes ? _("have it signed by somebody of the records staff")
                        : _("have it signed by somebody of the legal bureau"),
               error))
        return false;
    if (signer != NULL && strcmp(signer->id, json_text(asked, "by")) != 0 &&
        !fault(faults, "ordered-by-another", "retention.xml /retention/by",
               _("it says that somebody else orders than signed it"), _("name the signer"), error))
        return false;
    if (!disposes)
        return true;
    return (speaks_for(approver, ROLE_LEGAL, now) &&
            (signer == NULL || strcmp(signer->id, approver->id) != 0)) ||
           fault(faults, "approval-missing", "retention.xml.approval.p7s",
                 _("a disposal needs the signature of a second person, of the legal bureau"),
                 _("have somebody of the legal bureau sign retention.xml too, as retention.xml.approval.p7s"),
                 error);
}

static bool judge_once(struct transaction *transaction, const json_t *asked, json_t *faults,
                       struct error *error)
{
    char key[128];
    json_t *before = NULL;
    snprintf(key, sizeof key, "retention/order/%s", json_text(asked, "retentionId"));
    if (!book_get(transaction, BOOK_INDEX, key, &before, error))
        return false;
    bool done = before == NULL || fault(faults, "retention-repeated", "retention.xml /retention/retentionId",
                                        _("an order of this id was carried out before"),
                                        _("give a new order an id of its own"), error);
    json_decref(before);
    return done;
}

static bool note_order(struct transaction *transaction, const json_t *asked, instant now, struct error *error)
{
    char key[128], at[INSTANT_TEXT_SIZE];
    json_t *entry = json_pack("{ss,ss}", "kind", json_text(asked, "kind"), "at", instant_text(now, at));
    snprintf(key, sizeof key, "retention/order/%s", json_text(asked, "retentionId"));
    bool done = entry != NULL ? book_put(transaction, BOOK_INDEX, key, entry, error) : memory(error);
    json_decref(entry);
    return done;
}

/* --- legal holds --- */

/* What keeps the order from being carried out for that docket, or NULL. */
static const char *hold_problem(const json_t *docket, bool places)
{
    if (docket == NULL)
        return _("there is no such docket");
    if (json_object_get(docket, "disposed") != NULL)
        return _("it was disposed of");
    return places || json_object_get(docket, "legalHold") != NULL ? NULL : _("it is under no legal hold");
}

static bool judge_dockets(struct transaction *transaction, const json_t *asked, json_t *faults,
                          struct error *error)
{
    bool places = strcmp(json_text(asked, "kind"), "hold") == 0, done = true;
    struct text wrong = TEXT_EMPTY;
    const json_t *number;
    size_t i, count = 0;
    json_array_foreach(json_object_get(asked, "dockets"), i, number)
    {
        json_t *docket = NULL;
        done = done && book_get(transaction, BOOK_DOCKETS, json_string_value(number), &docket, error);
        const char *problem = done ? hold_problem(docket, places) : NULL;
        if (problem != NULL && ++count <= NAMED_MOST)
            text_format(&wrong, "%s%s: %s", count > 1 ? "; " : "", json_string_value(number), problem);
        json_decref(docket);
    }
    if (done && count > 0)
        done = text_done(&wrong, error) && fault(faults, "docket-cannot", "retention.xml /retention/dockets",
                                                 wrong.bytes, _("correct the list of dockets"), error);
    text_free(&wrong);
    return done;
}

static bool hold_one(struct transaction *transaction, const char *number, const json_t *asked,
                     const char *person, instant now, struct error *error)
{
    bool places = strcmp(json_text(asked, "kind"), "hold") == 0;
    char at[INSTANT_TEXT_SIZE];
    json_t *docket = NULL;
    if (!docket_get(transaction, number, &docket, error))
        return false;
    const struct event event = {.actor = person,
                                .role = "legal",
                                .action = places ? "legal-hold-placed" : "legal-hold-lifted",
                                .docket = number,
                                .clause = "R38"};
    bool done = true;
    if (places)
        done = json_put(docket, "legalHold",
                        json_pack("{ss,ss,ss,ss,ss}", "reason", json_text(asked, "reason"), "citation",
                                  json_text(asked, "citation"), "order", json_text(asked, "retentionId"),
                                  "by", person, "at", instant_text(now, at))) ||
               memory(error);
    else
        json_object_del(docket, "legalHold");
    done =
        done && docket_put(transaction, docket, error) && event_append(transaction, now, &event, NULL, error);
    json_decref(docket);
    return done;
}

/* --- disposals --- */

/* The entries an order covers, and those it leaves: what is to be reviewed or returned and was not said to be. */
static bool divide(const json_t *list, const json_t *asked, json_t *entries, json_t *left)
{
    const json_t *decided = json_object_get(asked, "decided");
    json_t *entry, *id;
    size_t i, j;
    json_array_foreach(json_object_get(list, "entries"), i, entry)
    {
        bool goes = strcmp(json_text(entry, "action"), "destroy") == 0;
        json_array_foreach(decided, j, id) goes =
            goes || strcmp(json_string_value(id), json_text(entry, "id")) == 0;
        if (json_array_append(goes ? entries : left, entry) != 0)
            return false;
    }
    return true;
}

static bool judge_decided(const json_t *list, const json_t *asked, json_t *faults, struct error *error)
{
    const json_t *id;
    size_t i;
    json_array_foreach(json_object_get(asked, "decided"), i, id)
    {
        if (json_find(json_object_get(list, "entries"), "id", json_string_value(id)) == NULL)
            return fault(faults, "decided-unknown", "retention.xml /retention/decided",
                         _("it names a record that is not in the list"), _("name records of the list"),
                         error);
    }
    return true;
}

static bool judge_entries(struct transaction *transaction, const json_t *entries, json_t *faults,
                          struct error *error)
{
    struct text wrong = TEXT_EMPTY;
    const json_t *entry;
    size_t i, count = 0;
    bool done = true;
    json_array_foreach(entries, i, entry)
    {
        const char *why = NULL;
        done = done && retention_entry_kept(transaction, entry, &why, error);
        if (done && why != NULL && ++count <= NAMED_MOST)
            text_format(&wrong, "%s%s: %s", count > 1 ? "; " : "", json_text(entry, "id"), why);
    }
    if (done && count > 0)
        done = text_done(&wrong, error) &&
               fault(faults, "list-outdated", "retention.xml /retention/list", wrong.bytes,
                     _("make a list anew with leadspool retention dry-run, and have it signed"), error);
    text_free(&wrong);
    return done;
}

static bool put_down(struct transaction *transaction, const struct person *signer,
                     const struct person *approver, const json_t *asked, const json_t *list, json_t *entries,
                     json_t *left, instant now, struct error *error)
{
    char name[32], key[96], at[INSTANT_TEXT_SIZE];
    int64_t number = 0;
    if (!counter_next(transaction, "disposal", &number, error))
        return false;
    snprintf(name, sizeof name, "D-%06" PRId64, number);
    json_t *record = json_pack("{ss,ss,ss,ss,ss,ss,ss,sO,ss,sO,sO}", "disposal", name, "order",
                               json_text(asked, "retentionId"), "by", signer->id, "approvedBy", approver->id,
                               "reason", json_text(asked, "reason"), "citation", json_text(asked, "citation"),
                               "at", instant_text(now, at), "asOf", json_object_get(list, "asOf"), "list",
                               json_text(asked, "list"), "entries", entries, "left", left);
    json_t *waits = json_pack("{si}", "next", 0);
    const struct event event = {.actor = signer->id,
                                .role = "records",
                                .action = "disposal-ordered",
                                .object = json_text(asked, "list"),
                                .clause = "R38",
                                .outcome = name};
    const struct event approval = {.actor = approver->id,
                                   .role = "legal",
                                   .action = "disposal-approved",
                                   .object = json_text(asked, "list"),
                                   .clause = "R38",
                                   .outcome = name};
    bool done = (record != NULL && waits != NULL) || memory(error);
    snprintf(key, sizeof key, RETENTION_DISPOSALS "%s", name);
    done = done && book_put(transaction, BOOK_INDEX, key, record, error);
    snprintf(key, sizeof key, RETENTION_WAITS "%s", name);
    done = done && book_put(transaction, BOOK_INDEX, key, waits, error) &&
           event_append(transaction, now, &event, NULL, error) &&
           event_append(transaction, now, &approval, NULL, error);
    json_decref(record);
    json_decref(waits);
    return done;
}

static bool take_disposal(struct transaction *transaction, const struct person *signer,
                          const struct person *approver, const json_t *asked, instant now, json_t *faults,
                          struct error *error)
{
    json_t *list = NULL, *entries = json_array(), *left = json_array();
    bool done = entries != NULL && left != NULL
                    ? retention_list_get(transaction, json_text(asked, "list"), now, &list, error)
                    : memory(error);
    if (done && list == NULL)
        done = fault(faults, "list-unknown", "retention.xml /retention/list",
                     _("no list of this digest was made within a month"),
                     _("make one with leadspool retention dry-run"), error);
    else if (done)
        done = (divide(list, asked, entries, left) || memory(error)) &&
               judge_decided(list, asked, faults, error) &&
               judge_entries(transaction, entries, faults, error);
    if (done && json_array_size(faults) == 0 && json_array_size(entries) == 0)
        done = fault(faults, "nothing-to-dispose", "retention.xml /retention/decided",
                     _("everything in this list is to be reviewed or returned first, and none is said to be"),
                     _("name under decided what was reviewed or returned"), error);
    if (done && json_array_size(faults) == 0)
        done = put_down(transaction, signer, approver, asked, list, entries, left, now, error);
    json_decref(list);
    json_decref(entries);
    json_decref(left);
    return done;
}

bool retention_take(struct transaction *transaction, const struct person *signer,
                    const struct person *approver, const json_t *asked, instant now, json_t *faults,
                    const char **words, struct error *error)
{
    const char *kind = json_text(asked, "kind");
    const json_t *number;
    size_t i;
    if (!judge_once(transaction, asked, faults, error) ||
        !judge_signers(signer, approver, asked, now, faults, error))
        return false;
    bool disposes = strcmp(kind, "dispose") == 0, done = true;
    *words =
        disposes ? _("What the list names is being disposed of. The certificate comes to a folder of its own "
                     "below retention/out.")
        : strcmp(kind, "hold") == 0 ? _("Nothing of these dockets is destroyed until the hold is released. "
                                        "What is sealed stays sealed.")
                                    : _("The hold is released. What the schedule names is in the next list.");
    if (!disposes)
        done = judge_dockets(transaction, asked, faults, error);
    if (!done || json_array_size(faults) > 0)
        return done;
    if (disposes)
        done = take_disposal(transaction, signer, approver, asked, now, faults, error);
    json_array_foreach(json_object_get(asked, "dockets"), i, number) done =
        done && hold_one(transaction, json_string_value(number), asked, signer->id, now, error);
    return done && (json_array_size(faults) > 0 || note_order(transaction, asked, now, error));
}
