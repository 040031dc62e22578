/*
 * Documents of the discovery clerk: a case was filed, a volume is asked for, an office has one (R41).
 *
 * Guarantees: all that forbids one is listed and nothing of it is done; the day on which the first volume is due follows
 * from the day of filing alone. Makes no volume.
 */
#include "report/discovery.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/event.h"
#include "report/disclosure_rules.h"
#include "report/discovery_parts.h"

enum { DATE = 16 };

struct taking {
    struct transaction *transaction;
    const struct settings *settings;
    const json_t *discovery;
    const struct person *signer;
    json_t *docket, *faults;
    instant now;
    struct error *error;
};

static bool refuse(struct taking *taking, const char *code, const char *clause, const char *place,
                   const char *text, const char *remedy)
{
    return release_fault(taking->faults, code, clause, place, text, remedy) ||
           discovery_memory(taking->error);
}

static bool judge_signer(struct taking *taking)
{
    const struct person *signer = taking->signer;
    if (signer == NULL || !person_may_sign(signer, SIGNING_DISCOVERY) ||
        person_suspended(signer, taking->now) || signer->trained_until <= taking->now)
        return refuse(taking, "signer-may-not-release", "R35", "discovery.xml.p7s",
                      _("whoever signed it is no discovery clerk, or is suspended or without training"),
                      _("have it signed by a discovery clerk"));
    return strcmp(signer->id, json_text(taking->discovery, "by")) == 0 ||
           refuse(taking, "released-by-another", "R31", "discovery.xml /discovery/by",
                  _("it says that somebody else sends it than signed it"), _("name the signer"));
}

static bool judge_duty(struct taking *taking)
{
    const char *office = json_text(taking->discovery, "office"), *kind = json_text(taking->discovery, "kind");
    const json_t *duty = json_object_get(taking->docket, "discovery");
    char today[INSTANT_LOCAL_SIZE];
    instant_local(taking->now, false, today);
    if (taking->docket == NULL)
        return refuse(taking, "docket-unknown", "R41", "discovery.xml /discovery/docket",
                      _("there is no such docket"), _("correct the docket number"));
    if (json_object_get(taking->docket, "disposed") != NULL)
        return refuse(taking, "docket-disposed", "R38", "discovery.xml /discovery/docket",
                      _("this docket was disposed of: there is nothing left to hand over"),
                      _("ask the records staff for the disposal certificate"));
    if (settings_office(taking->settings, office) == NULL &&
        !refuse(taking, "office-unknown", "R41", "discovery.xml /discovery/office",
                _("site.xml lists no such office, so nothing is encrypted to it"),
                _("name an office of site.xml")))
        return false;
    if (duty != NULL && strcmp(json_text(duty, "office"), office) != 0 &&
        !refuse(taking, "office-another", "R41", "discovery.xml /discovery/office",
                _("another office was given this docket"), _("name that office; leadspool export lists it")))
        return false;
    if (strncmp(json_text(taking->discovery, "date"), today, 10) > 0 &&
        !refuse(taking, "date-in-the-future", "R41", "discovery.xml /discovery/date",
                _("that day has not come yet"), _("correct the date")))
        return false;
    const json_t *volume = discovery_volume_at(taking->docket, json_whole(taking->discovery, "volume", 0));
    if (strcmp(kind, "acknowledgement") == 0 && json_text_or_null(volume, "delivered") == NULL)
        return refuse(taking, "volume-unknown", "R41", "discovery.xml /discovery/volume",
                      _("no such volume was delivered"), _("correct the number of the volume"));
    return true;
}

static bool event(struct taking *taking, const char *action, const char *outcome)
{
    const struct event what = {.actor = taking->signer->id,
                               .role = "discovery-clerk",
                               .action = action,
                               .docket = json_text(taking->docket, "docket"),
                               .clause = "R41",
                               .outcome = outcome};
    return event_append(taking->transaction, taking->now, &what, NULL, taking->error);
}

static bool acknowledge(struct taking *taking)
{
    const json_t *sent = taking->discovery;
    json_t *volume = discovery_volume_at(taking->docket, json_whole(sent, "volume", 0));
    char outcome[32];
    snprintf(outcome, sizeof outcome, "volume-%lld", (long long)json_whole(sent, "volume", 0));
    if (json_object_get(volume, "acknowledged") != NULL)
        return true;
    return (json_put(volume, "acknowledged",
                     json_pack("{ss,ss,ss}", "date", json_text(sent, "date"), "receivedBy",
                               json_text(sent, "receivedBy"), "by", taking->signer->id)) ||
            discovery_memory(taking->error)) &&
           docket_put(taking->transaction, taking->docket, taking->error) &&
           event(taking, "discovery-acknowledged", outcome);
}

/* What the clerk withholds holds for all volumes from now on. */
static bool withhold(struct taking *taking, json_t *duty)
{
    size_t index;
    const json_t *item;
    char number[8];
    json_array_foreach(json_object_get(taking->discovery, "withhold"), index, item)
    {
        snprintf(number, sizeof number, "%lld", (long long)json_whole(item, "number", 0));
        if (!json_put_text(json_object_at(duty, "withheld"), number, json_text(item, "basis")))
            return discovery_memory(taking->error);
    }
    return true;
}

/* "2026-11-20" so many days later. */
static void later(const char *date, int days, char *due)
{
    char text[INSTANT_TEXT_SIZE + DATE];
    instant at = 0;
    snprintf(text, sizeof text, "%.10sT00:00:00Z", date);
    instant_parse(text, &at, NULL);
    instant_text(at + (instant)days * 24 * 3600 * 1000, text);
    snprintf(due, DATE, "%.10s", text);
}

static bool open_duty(struct taking *taking, const char **words)
{
    const json_t *sent = taking->discovery;
    const char *number = json_text(taking->docket, "docket");
    const struct setting_office *office = settings_office(taking->settings, json_text(sent, "office"));
    bool filed = strcmp(json_text(sent, "kind"), "case-filed") == 0;
    json_t *duty = json_object_at(taking->docket, "discovery");
    char due[DATE];
    later(json_text(sent, "date"), office->days, due);
    bool done = duty != NULL && json_put_text(duty, "office", office->name) &&
                json_put_text(duty, "caseReference", json_text_or_null(sent, "caseReference"));
    if (done && filed && json_object_get(duty, "filed") == NULL)
        done = json_put_text(duty, "filed", json_text(sent, "date")) && json_put_text(duty, "due", due);
    if (done)
        json_object_del(duty, "failed");
    if (!(done || discovery_memory(taking->error)) || !withhold(taking, duty) ||
        !docket_put(taking->transaction, taking->docket, taking->error) ||
        !discovery_index_put(taking->transaction, discovery_duty_prefix, number, taking->error) ||
        !event(taking, filed ? "discovery-due" : "discovery-requested", office->name))
        return false;
    *words =
        discovery_at_rest(taking->docket)
            ? _("A volume of what no earlier one holds is made now; leadspool export tells how it stands.")
            : _("The docket is still worked on: the volume is made when it closes, or at once with leadspool "
                "export discovery.");
    if (filed)
        return discovery_rest(taking->transaction, taking->docket, taking->signer->id, taking->now,
                              taking->error);
    *words = _("A volume of what no earlier one holds is made now; leadspool export tells how it stands.");
    bool new = false;
    if (!discovery_anything_new(taking->transaction, taking->docket, &new, taking->error))
        return false;
    if (!new)
        *words = _("The office has everything there is; nothing new is made.");
    return !new || json_object_get(duty, "wanted") != NULL ||
           discovery_wish(taking->transaction, taking->docket, "request", taking->signer->id, taking->now,
                          taking->error);
}

bool discovery_take(struct transaction *transaction, const struct settings *settings,
                    const struct roster *roster, const struct person *signer, const json_t *discovery,
                    instant now, json_t *faults, const char **words, struct error *error)
{
    struct taking taking = {.transaction = transaction,
                            .settings = settings,
                            .discovery = discovery,
                            .signer = signer,
                            .faults = faults,
                            .now = now,
                            .error = error};
    (void)roster;
    *words = _("The receipt of the volume is in the record.");
    bool done = book_get(transaction, BOOK_DOCKETS, json_text(discovery, "docket"), &taking.docket, error) &&
                judge_signer(&taking) && judge_duty(&taking);
    if (done && json_array_size(faults) == 0)
        done = strcmp(json_text(discovery, "kind"), "acknowledgement") == 0 ? acknowledge(&taking)
                                                                            : open_duty(&taking, words);
    json_decref(taking.docket);
    return done;
}
