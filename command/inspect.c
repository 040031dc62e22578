/*
 * leadspool inspect: a supervisor's inspection of a tour, signed and handed over (R50).
 *
 * Guarantees: what is signed is valid by the schema. Whose tour it was, and whether it counts, the record answers.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "command/form.h"
#include "command/judgement.h"
#include "command/signed_drop.h"
#include "review/tours.h"
#include "schemas/xml.h"

enum { KEY_TOUR = 256, KEY_DATE, KEY_AT, KEY_FINDING };

static const struct option_spec options[] = {
    JUDGEMENT_OPTIONS,
    {KEY_FINDING, "finding", "WORD", "in-order or deficient (required)"},
    {KEY_TOUR, "tour", "NAME", "the tour inspected, as site.xml names it (default: the one that runs)"},
    {KEY_DATE, "date", "DATE", "the day it began (default: that of the tour that runs)"},
    {KEY_AT, "at", "TIME", "when the inspection was made, UTC (default: now)"},
    {0, NULL, NULL, NULL},
};

static bool take(struct judgement *judgement, int key, struct error *error)
{
    static const char *const members[] = {[KEY_TOUR - KEY_TOUR] = "tour",
                                          [KEY_DATE - KEY_TOUR] = "date",
                                          [KEY_AT - KEY_TOUR] = "at",
                                          [KEY_FINDING - KEY_TOUR] = "outcome"};
    bool taken = false;
    if (!judgement_take(judgement, key, &taken, error))
        return false;
    return taken || form_text(judgement->decision, members[key - KEY_TOUR], optarg, error);
}

/* The tour that runs, for what was not said. */
static bool complete(const struct settings *settings, json_t *inspection, instant now, struct error *error)
{
    char text[INSTANT_TEXT_SIZE];
    instant at = now;
    struct tour tour;
    if (json_text_or_null(inspection, "at") == NULL &&
        !form_text(inspection, "at", instant_text(now, text), error))
        return false;
    if (!instant_parse(json_text(inspection, "at"), &at, NULL))
        return error_set(error, FAULT_USAGE, "--at wants a time in UTC such as 2026-11-22T17:30:00Z");
    const char *name = json_text_or_null(inspection, "tour"), *date = json_text_or_null(inspection, "date");
    if (name != NULL && date != NULL)
        return true;
    if (settings->tour_count == 0)
        return error_set(error, FAULT_INPUT, "site.xml lists no tours: see leadspool-site(5)");
    if (!tour_running(settings, at, &tour) || (name != NULL && strcmp(name, tour.name) != 0))
        return error_set(error, FAULT_USAGE,
                         "at that time no tour of that name runs alone: say --date and --tour both");
    return form_text(inspection, "tour", tour.name, error) &&
           (date != NULL || form_text(inspection, "date", tour.date, error));
}

static bool compose(const json_t *inspection, const char *person, struct text *xml, struct error *error)
{
    static const char *const members[][2] = {{"date", "date"},       {"tour", "tour"},
                                             {"signer", NULL},       {"at", "at"},
                                             {"finding", "outcome"}, {"remarks", "reasons"}};
    text_add(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<inspection "
                  "xmlns=\"urn:leadspool:inspection:1\">\n");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *value = members[i][1] == NULL ? person : json_text_or_null(inspection, members[i][1]);
        if (value == NULL)
            continue;
        text_format(xml, "  <%s>", members[i][0]);
        text_add_xml(xml, value);
        text_format(xml, "</%s>\n", members[i][0]);
    }
    text_add(xml, "</inspection>\n");
    return text_done(xml, error);
}

static bool deliver(const struct invocation *invocation, const char *path, const struct judgement *judgement,
                    instant now, struct error *error)
{
    struct text xml = TEXT_EMPTY;
    struct xml_document *document = NULL;
    char stem[120];
    snprintf(stem, sizeof stem, "tour-%.10s-%.31s", json_text(judgement->decision, "date"),
             json_text(judgement->decision, "tour"));
    json_t *about = json_pack("{s:s,s:s}", "date", json_text(judgement->decision, "date"), "tour",
                              json_text(judgement->decision, "tour"));
    struct signed_drop drop = {.key = judgement->key,
                               .certificate = judgement->certificate,
                               .wait = judgement->wait,
                               .stem = stem,
                               .about = about};
    bool done =
        compose(judgement->decision, judgement->person, &xml, error) &&
        xml_read_valid(SCHEMA_INSPECTION, "your inspection", xml.bytes, xml.length, &document, error) &&
        signed_drop_deliver(invocation, path, &drop, &xml, now, error);
    json_decref(about);
    xml_document_free(document);
    text_free(&xml);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct judgement judgement = {.decision = json_object()};
    struct site site;
    char path[4096];
    instant now = clock_now();
    bool done = false;
    int key;
    while ((key = option_next(&command_inspect, invocation, argc, argv, error)) > OPTION_END)
        if (!take(&judgement, key, error))
            goto done;
    if (key != OPTION_END) {
        done = key == OPTION_HELP;
        goto done;
    }
    if (!operands_none("inspect", argc, argv, error))
        goto done;
    if (judgement.person == NULL || json_text_or_null(judgement.decision, "outcome") == NULL) {
        error_set(error, FAULT_USAGE,
                  "say --finding in-order or deficient, and who signs: --as PERSON --key FILE --cert FILE");
        goto done;
    }
    if (!site_find(invocation->site, path, sizeof path, error) || !invocation_open(invocation, &site, error))
        goto done;
    done = complete(site.settings, judgement.decision, now, error);
    invocation_close(&site);
    done = done && deliver(invocation, path, &judgement, now, error);
done:
    judgement_free(&judgement);
    return done;
}

const struct command command_inspect = {
    .name = "inspect",
    .arguments =
        "--finding WORD [--tour NAME] [--date DATE] [--reasons TEXT] --as PERSON --key FILE --cert FILE",
    .purpose = "Sign the inspection of a tour and hand it over",
    .options = options,
    .run = run,
};
