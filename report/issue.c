/*
 * Issuing documents.
 *
 * Guarantees: a document is a row of the outbox, written in the transaction of its cause with all its facts,
 * so what is rendered later cannot differ from what was decided; numbers within a docket only go up; the XML
 * twin says no more than the document. Does not render.
 */
#include "report/issue.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/outbox.h"
#include "report/confirmation.h"
#include "report/facts.h"
#include "report/reminder.h"
#include "report/twin.h"

static const struct issue {
    const char *what, *document;
    const char *counter, *name; /* member of the docket that counts; file name before the number */
    const char *kind;           /* of the outbox row */
} issues[] = {
    {"report", "possible-match", "reports", "report", "report"},
    {"negative-report", "negative", "reports", "report", "report"},
    {"quality-notice", "quality-notice", "notices", "quality-notice", "notice"},
    {"refusal", "refusal", "reports", "refusal", "report"},
    {"continue", "continue", "continuations", "continue", "notice"},
    {"recall", "recall", "recalls", "recall", "notice"},
    {"withdrawn", "withdrawn", "reports", "withdrawn", "report"},
    {"lapsed", "lapsed", "reports", "lapsed", "report"},
};

static int count_up(json_t *docket, const char *counter)
{
    json_int_t number = json_whole(docket, counter, 0) + 1;
    json_put_whole(docket, counter, number);
    return (int)number;
}

static const char *negative_reason(const json_t *docket)
{
    const json_t *rounds = json_object_get(docket, "rounds");
    const char *outcome = json_text(json_array_get(rounds, json_array_size(rounds) - 1), "outcome");
    return strcmp(outcome, "not-approved") == 0 ? "not-approved" : "none-identified";
}

static const char *reason_of(const struct issue *issue, const json_t *docket)
{
    if (strcmp(issue->document, "negative") == 0)
        return negative_reason(docket);
    return json_text_or_null(docket, "withdrawn");
}

static bool add_row(struct transaction *transaction, const struct issue *issue, const json_t *docket,
                    int number, json_t *facts, json_t *pictures, instant now, struct error *error)
{
    char directory[512], pdf[64], xml[64], created[INSTANT_TEXT_SIZE];
    struct text twin = TEXT_EMPTY;
    bool inside = strcmp(issue->what, "continue") == 0; /* stays within the unit */
    if (inside)
        snprintf(directory, sizeof directory, "review/answers/%s", json_text(docket, "investigator"));
    else
        snprintf(directory, sizeof directory, "out/%s/%s", json_text(docket, "command"),
                 json_text(docket, "docket"));
    snprintf(pdf, sizeof pdf, inside ? "%s-%s-%d.pdf" : "%.0s%s-%d.pdf", json_text(docket, "docket"),
             issue->name, number);
    snprintf(xml, sizeof xml, inside ? "%s-%s-%d.xml" : "%.0s%s-%d.xml", json_text(docket, "docket"),
             issue->name, number);
    if (!twin_write(&twin, issue->document, facts, error) || !text_done(&twin, error)) {
        text_free(&twin);
        return error_context(error, "%s", issue->what);
    }
    json_t *row =
        json_pack("{ss,ss,ss,ss,ss,s{ss,s{ss,sO,ss},sO,ss},s[{ss,ss,sb}]}", "kind", issue->kind, "what",
                  issue->what, "docket", json_text(docket, "docket"), "command", json_text(docket, "command"),
                  "directory", directory, "render", "job", "render-document", "parameters", "document",
                  issue->document, "facts", facts, "created", instant_text(now, created), "pictures",
                  pictures, "name", pdf, "files", "name", xml, "text", twin.bytes, "sign", 1);
    text_free(&twin);
    bool done = row != NULL ? outbox_add(transaction, row, now, NULL, error)
                            : error_set(error, FAULT_INTERNAL, "the row of %s of %s cannot be made",
                                        issue->what, json_text(docket, "docket"));
    json_decref(row);
    return done;
}

bool report_issue(struct transaction *transaction, const struct settings *settings, json_t *docket,
                  const char *what, instant now, struct error *error)
{
    const struct issue *issue = NULL;
    json_t *facts = NULL, *pictures = NULL;
    if (strcmp(what, "confirmation-notice") == 0)
        return confirmation_issue(transaction, settings, docket, now, error);
    if (strcmp(what, "reminder") == 0)
        return reminder_issue(transaction, settings, docket, now, error);
    for (size_t i = 0; i < sizeof issues / sizeof issues[0]; i++)
        if (strcmp(issues[i].what, what) == 0)
            issue = &issues[i];
    if (issue == NULL)
        return error_set(error, FAULT_INTERNAL, "there is no document for \"%s\"", what);
    int number = count_up(docket, issue->counter);
    bool done = facts_gather(transaction, settings, docket, issue->document, reason_of(issue, docket), number,
                             now, &facts, &pictures, error) &&
                add_row(transaction, issue, docket, number, facts, pictures, now, error) &&
                docket_put(transaction, docket, error);
    json_decref(facts);
    json_decref(pictures);
    return done || error_context(error, "issuing %s of %s", what, json_text(docket, "docket"));
}

static json_t *facts_of(const json_t *row)
{
    return json_object_get(json_object_get(json_object_get(row, "rendered"), "parameters"), "facts");
}

bool report_is_stale(const json_t *row, instant now)
{
    return strcmp(json_text(row, "what"), "report") == 0 && !facts_seal_is_fresh(facts_of(row), now);
}

bool report_refresh(struct transaction *transaction, json_t *row, instant now, struct error *error)
{
    const json_t *parameters = json_object_get(json_object_get(row, "rendered"), "parameters");
    struct text twin = TEXT_EMPTY;
    json_t *files = json_object_get(row, "files"), *file;
    size_t index;
    if (!facts_check_seal(transaction, facts_of(row), now, error))
        return false;
    if (!twin_write(&twin, json_text(parameters, "document"), facts_of(row), error)) {
        text_free(&twin);
        return false;
    }
    for (index = json_array_size(files);
         index-- > 0;) { /* what was rendered goes, the twin is written anew */
        file = json_array_get(files, index);
        if (json_text_or_null(file, "text") == NULL) {
            json_array_remove(files, index);
            continue;
        }
        json_put_text(file, "text", twin.bytes);
        json_object_del(file, "signature");
    }
    text_free(&twin);
    json_object_set(row, "render", json_object_get(row, "rendered"));
    json_object_del(row, "rendered");
    json_put_text(row, "state", outbox_state_of(row));
    return outbox_put(transaction, row, error);
}
