/*
 * Issuing the certificate of a disposal.
 *
 * Guarantees: PDF and XML say the same; what they say is what the record noted when it was done. Disposes of nothing.
 */
#include "report/disposal_certificate.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "report/retention_take.h"

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while certifying a disposal");
}

struct sorting {
    json_t *disposed, *kept;
    int64_t objects;
};

static bool sort_outcome(void *context, const char *key, json_t *outcome, struct error *error)
{
    struct sorting *sorting = context;
    (void)key;
    bool kept = json_object_get(outcome, "kept") != NULL;
    sorting->objects += json_whole(outcome, "objects", 0);
    return json_array_append(kept ? sorting->kept : sorting->disposed, outcome) == 0 || memory(error);
}

/* What nobody reviewed or returned yet. */
static bool add_left(const json_t *left, json_t *kept)
{
    const json_t *entry;
    size_t i;
    json_array_foreach(left, i, entry)
    {
        json_t *copy = json_deep_copy(entry);
        if (!json_put_text(copy, "kept", _("it is to be reviewed or returned first")) ||
            json_array_append_new(kept, copy) != 0)
            return false;
    }
    return true;
}

static void add_attribute(struct text *text, const json_t *entry, const char *name)
{
    const char *value = json_text_or_null(entry, name);
    if (value == NULL)
        return;
    text_format(text, " %s=\"", name);
    text_add_xml(text, value);
    text_add(text, "\"");
}

static void add_element(struct text *text, const json_t *facts, const char *name)
{
    text_format(text, "  <%s>", name);
    text_add_xml(text, json_text(facts, name));
    text_format(text, "</%s>\n", name);
}

static void add_entries(struct text *text, const json_t *entries, const char *element)
{
    static const char *const members[] = {"class", "id", "due", "action", "citation", "kept"};
    const json_t *entry;
    size_t i;
    json_array_foreach(entries, i, entry)
    {
        text_format(text, "  <%s", element);
        for (size_t j = 0; j < sizeof members / sizeof *members; j++)
            add_attribute(text, entry, members[j]);
        if (json_object_get(entry, "event") != NULL)
            text_format(text, _(" event=\"%lld\" files=\"%lld\""), (long long)json_whole(entry, "event", 0),
                        (long long)json_whole(entry, "objects", 0));
        text_add(text, "/>\n");
    }
}

static bool write_xml(struct text *text, const json_t *facts, struct error *error)
{
    static const char *const members[] = {"extract", "issued", "agency",   "unit", "by",  "approvedBy",
                                          "at",      "reason", "citation", "asOf", "list"};
    text_add(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<disposal xmlns=\"urn:leadspool:disposal:1\">\n");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        add_element(text, facts, members[i]);
    add_entries(text, json_object_get(facts, "disposed"), "disposed");
    add_entries(text, json_object_get(facts, "kept"), "kept");
    text_add(text, "</disposal>\n");
    return text_done(text, error);
}

static bool add_row(struct transaction *transaction, const char *disposal, const json_t *facts, instant now,
                    struct error *error)
{
    char directory[64], created[INSTANT_TEXT_SIZE];
    struct text xml = TEXT_EMPTY;
    json_t *row = NULL;
    snprintf(directory, sizeof directory, "retention/out/%s", disposal);
    bool done = write_xml(&xml, facts, error);
    if (done) {
        row = json_pack("{ss,ss,ss,s{ss,s{sO,ss},s[],ss},s[{ss,ss,sb}]}", "kind", "certificate", "what",
                        "disposal", "directory", directory, "render", "job", "render-disposal", "parameters",
                        "facts", facts, "created", instant_text(now, created), "pictures", "name",
                        "certificate.pdf", "files", "name", "certificate.xml", "text", xml.bytes, "sign", 1);
        done = row != NULL ? outbox_add(transaction, row, now, NULL, error) : memory(error);
    }
    json_decref(row);
    text_free(&xml);
    return done;
}

bool disposal_certificate(struct transaction *transaction, const struct settings *settings,
                          const char *disposal, instant now, struct error *error)
{
    char key[96], issued[INSTANT_TEXT_SIZE];
    struct sorting sorting = {.disposed = json_array(), .kept = json_array()};
    json_t *record = NULL, *facts = json_object();
    snprintf(key, sizeof key, RETENTION_DISPOSALS "%s", disposal);
    bool done = sorting.disposed != NULL && sorting.kept != NULL && facts != NULL
                    ? book_need(transaction, BOOK_INDEX, key, &record, error)
                    : memory(error);
    snprintf(key, sizeof key, RETENTION_DONE "%s/", disposal);
    done = done && book_walk(transaction, BOOK_INDEX, key, NULL, sort_outcome, &sorting, NULL, error);
    if (done) {
        json_copy_members(facts, record, "by", "approvedBy", "at", "reason", "citation", "asOf", "list",
                          NULL);
        done = (add_left(json_object_get(record, "left"), sorting.kept) &&
                json_put_text(facts, "extract", disposal) &&
                json_put_text(facts, "issued", instant_text(now, issued)) &&
                json_put_text(facts, "agency", settings->agency) &&
                json_put_text(facts, "unit", settings->unit) &&
                json_put_text(facts, "contact", settings->contact) &&
                (!settings->demonstration || json_put_flag(facts, "demonstration", true)) &&
                json_put_whole(facts, "objects", sorting.objects) &&
                json_put(facts, "disposed", json_incref(sorting.disposed)) &&
                json_put(facts, "kept", json_incref(sorting.kept))) ||
               memory(error);
    }
    const struct event event = {
        .action = "disposal-done", .object = json_text(record, "list"), .clause = "R38", .outcome = disposal};
    done = done && add_row(transaction, disposal, facts, now, error) &&
           event_append(transaction, now, &event, NULL, error);
    json_decref(sorting.disposed);
    json_decref(sorting.kept);
    json_decref(record);
    json_decref(facts);
    return done || error_context(error, "certifying disposal %s", disposal);
}
