/*
 * People in roster.xml by command.
 *
 * Guarantees: nobody is ever removed: events and decisions name their ids, so whoever leaves is suspended from now on and
 * stays. What follows for others (a supervisor with investigators) is judged before anything is written.
 */
#include "command/roster_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/cms.h"
#include "command/form.h"
#include "command/site_file.h"
#include "command/xml_edit.h"

#define ROSTER "roster.xml"

static bool fingerprint(const char *path, char digest[65], struct error *error)
{
    struct pem pem = {0};
    char *bytes = NULL;
    bool done = form_bytes(path, &bytes, &pem.length, error);
    pem.bytes = bytes;
    done = done && (certificate_fingerprint(pem, digest, error) || error_context(error, "%s", path));
    free(bytes);
    return done;
}

static void member(struct text *xml, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_format(xml, "    <%s>", name);
    text_add_xml(xml, value);
    text_format(xml, "</%s>\n", name);
}

/* "2027-06-30" is the end of that day's beginning: the day itself counts no more, as with trainingUntil. */
static bool training(const char *value, char text[INSTANT_TEXT_SIZE], struct error *error)
{
    instant at = 0;
    char whole[64];
    snprintf(whole, sizeof whole, strlen(value) == 10 ? "%sT00:00:00Z" : "%s", value);
    if (!instant_parse(whole, &at, error))
        return error_context(error, "--trained-until");
    snprintf(text, INSTANT_TEXT_SIZE, "%.19sZ", instant_text(at, (char[INSTANT_TEXT_SIZE]){0}));
    return true;
}

static bool add(const char *document, const struct roster_edit *edit, struct text *changed,
                struct error *error)
{
    char digest[65], until[INSTANT_TEXT_SIZE];
    struct xml_span roster, known;
    struct text xml = TEXT_EMPTY;
    if (edit->name == NULL || edit->account == NULL || edit->rank == NULL || edit->role_count == 0)
        return error_set(error, FAULT_USAGE, "say --name, --account, --rank and at least one --role");
    if (xml_element(document, "person", edit->person, &known))
        return error_set(error, FAULT_REFUSED, "%s is on the roster already; an id is never given again",
                         edit->person);
    if (!xml_element(document, "roster", NULL, &roster) ||
        (edit->certificate != NULL && !fingerprint(edit->certificate, digest, error)) ||
        (edit->trained_until != NULL && !training(edit->trained_until, until, error)))
        return error->fault != FAULT_NONE || error_set(error, FAULT_INPUT, ROSTER " has no element roster");
    text_add(&xml, "  <person id=\"");
    text_add_xml(&xml, edit->person);
    text_add(&xml, "\">\n");
    member(&xml, "name", edit->name);
    member(&xml, "shield", edit->shield);
    member(&xml, "account", edit->account);
    member(&xml, "rank", edit->rank);
    text_add(&xml, "    <roles>");
    for (size_t i = 0; i < edit->role_count; i++) {
        text_add(&xml, "<role>");
        text_add_xml(&xml, edit->roles[i]);
        text_add(&xml, "</role>");
    }
    text_add(&xml, "</roles>\n");
    member(&xml, "supervisor", edit->supervisor);
    member(&xml, "certificate", edit->certificate == NULL ? NULL : digest);
    member(&xml, "trainingUntil", edit->trained_until == NULL ? NULL : until);
    text_add(&xml, "  </person>\n");
    bool done = text_done(&xml, error) && xml_add(document, &roster, xml.bytes, changed, error);
    text_free(&xml);
    return done;
}

static bool change(const char *document, const struct roster_edit *edit, struct text *changed,
                   struct error *error)
{
    struct xml_span person;
    char digest[65], now[INSTANT_TEXT_SIZE], text[INSTANT_TEXT_SIZE];
    if (!xml_element(document, "person", edit->person, &person))
        return error_set(error, FAULT_ABSENT, "nobody on the roster has the id %s", edit->person);
    if (strcmp(edit->verb, "retire") == 0) {
        snprintf(text, sizeof text, "%.19sZ", instant_text(clock_now(), now));
        return xml_set(document, &person, "suspendedSince", text, changed, error);
    }
    if (edit->certificate == NULL)
        return error_set(error, FAULT_USAGE, "say which certificate: --cert FILE");
    return fingerprint(edit->certificate, digest, error) &&
           xml_set(document, &person, "certificate", digest, changed, error);
}

bool roster_edit(const struct site *site, const struct roster_edit *edit, struct error *error)
{
    struct text changed = TEXT_EMPTY;
    char *document = NULL;
    bool adds = strcmp(edit->verb, "add") == 0;
    if (!adds && strcmp(edit->verb, "retire") != 0 && strcmp(edit->verb, "certificate") != 0)
        return error_set(error, FAULT_USAGE, "roster %s: say add, retire or certificate", edit->verb);
    if (edit->person == NULL)
        return error_set(error, FAULT_USAGE, "roster %s: say the person's id", edit->verb);
    bool done = site_file_read(site, ROSTER, &document, error) &&
                (adds ? add : change)(document, edit, &changed, error) &&
                site_file_change(site, ROSTER, document, changed.bytes, edit->dry, error);
    text_free(&changed);
    free(document);
    return done;
}
