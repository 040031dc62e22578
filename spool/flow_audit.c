/*
 * Drops of auditors.
 *
 * Guarantees: only integrity officers and internal affairs are heard, and under their own name; a refused drop leaves
 * its receipt and its event, and an incident when it was no clumsiness (R37). Issues nothing itself.
 */
#include "spool/flow_audit.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/chain_break.h"
#include "casebook/incident.h"
#include "ingest/release.h"
#include "people/roster.h"
#include "report/disclosure_rules.h"

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while judging an audit");
}

static bool judge(struct transaction *transaction, const struct person *person, const json_t *asked,
                  const json_t *claim, json_t *faults, instant now, struct error *error)
{
    bool heard = person != NULL && person_may_sign(person, SIGNING_AUDIT) && !person_suspended(person, now);
    const struct incident incident = {.kind = "audit-by-another",
                                      .clause = "R52",
                                      .text = _("an audit was asked for by somebody who may not ask"),
                                      .person =
                                          person != NULL ? person->id : json_text_or_null(claim, "owner")};
    if (!heard)
        return (release_fault(
                    faults, "auditor-unknown", "R52", "audit.xml.p7s",
                    _("whoever signed it is neither integrity officer nor internal affairs, or is suspended"),
                    _("have it signed by an integrity officer")) ||
                memory(error)) &&
               incident_file(transaction, &incident, now, NULL, error);
    return strcmp(person->id, json_text(asked, "by")) == 0 ||
           release_fault(faults, "audit-by-another", "R31", "audit.xml /audit/by",
                         _("it says that somebody else asks than signed it"), _("name the signer")) ||
           memory(error);
}

/* As a command would ask it, so that one piece of code answers both. */
static bool put_down(struct transaction *transaction, const char *person, const json_t *asked,
                     const char *claim, struct error *error)
{
    char key[80];
    const char *kind = json_text(asked, "kind");
    json_t *arguments = json_object();
    json_t *wish =
        json_pack("{ss,ss,so}", "person", person, "command",
                  strcmp(kind, "extract") == 0 ? "audit-extract" : "audit-figures", "arguments", arguments);
    json_copy_members(arguments, asked, "docket", "person", "from", "to", "reason", NULL);
    json_put_flag(arguments, "public", strcmp(kind, "figures-public") == 0);
    snprintf(key, sizeof key, AUDIT_WAITS "%s", claim);
    bool done = wish != NULL ? book_put(transaction, BOOK_INDEX, key, wish, error) : memory(error);
    json_decref(wish);
    return done;
}

bool flow_audit_drop(struct transaction *transaction, const struct site *site, const json_t *claim,
                     const json_t *check, instant now, json_t **result, struct error *error)
{
    const json_t *asked = json_object_get(check, "audit");
    const struct person *person =
        roster_by_certificate(site->roster, json_text(json_object_get(check, "signer"), "fingerprint"));
    if (!ingest_release_ready(check, error))
        return false;
    bool acknowledged = false;
    json_t *faults = json_deep_copy(json_object_get(check, "faults"));
    bool done = faults != NULL || memory(error);
    if (done && asked != NULL && json_array_size(faults) == 0)
        done = judge(transaction, person, asked, claim, faults, now, error);
    done = done && ingest_release(transaction, site->settings, claim, "audit",
                                  json_text_or_null(asked, "auditId"), NULL, faults,
                                  strcmp(json_text(asked, "kind"), "acknowledge") == 0
                                      ? _("If documents waited for this, they are published from now on.")
                                      : _("What you asked for comes to a folder of its own below audit/out."),
                                  now, result, error);
    bool accepted =
        done && json_array_size(faults) == 0 && strcmp(json_text(*result, "outcome"), "ACCEPT") == 0;
    if (accepted && strcmp(json_text(asked, "kind"), "acknowledge") == 0)
        done = chain_break_acknowledge(transaction, person->id, "integrity", json_text(claim, "digest"), now,
                                       &acknowledged, error);
    else if (accepted)
        done = put_down(transaction, person->id, asked, json_text(claim, "claim"), error);
    json_decref(faults);
    return done;
}
