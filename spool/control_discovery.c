/*
 * `leadspool export discovery`: how the duties stand, and a volume now.
 *
 * Guarantees: a volume is made for the office that is owed one and nobody else; asking is a look, with its reason
 * (R32), and an event.
 */
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "report/discovery.h"
#include "spool/control_parts.h"

bool control_discovery_list(struct control_question *question, struct error *error)
{
    json_t *duties = NULL;
    char today[INSTANT_LOCAL_SIZE];
    instant_local(question->context->now, false, today);
    today[10] = '\0';
    if (discovery_duties(question->transaction, today, &duties, error))
        return control_put(question, "rows", duties, error);
    json_decref(duties);
    return false;
}

bool control_discovery_export(struct control_question *question, struct error *error)
{
    const struct control_asker *asker = question->asker;
    const struct site *site = question->context->site;
    json_t *docket = NULL;
    if (!asker->service && !person_has(asker->person, ROLE_DISCOVERY_CLERK))
        return error_set(error, FAULT_REFUSED, "%s may not export discovery: a discovery clerk does (R31)",
                         asker->name);
    bool done = control_find_docket(question, json_text(question->arguments, "id"), &docket, error) &&
                (asker->person != NULL && person_has(asker->person, ROLE_DISCOVERY_CLERK)
                     ? true
                     : control_look(question, docket, true, error));
    done = done && discovery_want(question->transaction, site->settings, site->roster, docket, asker->name,
                                  question->context->now, error);
    const struct event event = {.actor = asker->name,
                                .role = asker->service ? "service" : "discovery-clerk",
                                .action = "discovery-requested",
                                .docket = json_text(docket, "docket"),
                                .clause = "R41",
                                .outcome = "export"};
    done = done && event_append(question->transaction, question->context->now, &event, NULL, error) &&
           control_put(question, "docket", json_string(json_text(docket, "docket")), error) &&
           control_put(question, "wake", json_true(), error);
    json_decref(docket);
    return done;
}
