/*
 * The confirmation notice.
 *
 * Guarantees: says which clauses were confirmed, by whom and when, and what the requester does next; nothing
 * of any search. A plain text, because a sergeant reads it in a mail preview.
 */
#include "report/confirmation.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/outbox.h"

void confirmation_write(struct text *text, const struct settings *settings, const json_t *docket)
{
    const json_t *request = json_object_get(docket, "request"), *intake = json_object_get(docket, "intake");
    char at[INSTANT_LOCAL_SIZE];
    json_t *clause;
    size_t index;
    if (settings->demonstration)
        text_add(text, _("DEMONSTRATION - NOT A REAL CASE\n\n"));
    text_format(text, _("BASIS CONFIRMED                                    Docket %s\n"),
                json_text(docket, "docket"));
    text_format(text, "%s, %s\n\n", settings->agency, settings->unit);
    text_format(text, _("Request    %s\n"), json_text(request, "requestId"));
    text_format(text, _("Case       %s%s%s\n"), json_text(request, "caseNumber"),
                json_text_or_null(request, "caseNumber") != NULL &&
                        json_text_or_null(request, "complaintNumber") != NULL
                    ? ", complaint "
                    : "",
                json_text(request, "complaintNumber"));
    text_format(text, _("Confirmed  %s by %s\n"), instant_local_of(json_text(intake, "at"), true, at),
                json_text(intake, "by"));
    text_add(text, _("Clauses   "));
    json_array_foreach(json_object_get(intake, "basis"), index, clause)
        text_format(text, " %s", json_string_value(clause));
    text_add(text, _("\n\nWhat happens now\n"
                     "  The request waits for its search.\n\n"
                     "What you do now (R18)\n"
                     "  Document this confirmation in the case file, and have case\n"
                     "  management return the reference. Until then a possible-match\n"
                     "  report, should there be one, is not attached to the case.\n\n"));
    text_format(text, _("Questions  %s\n"), settings->contact);
}

bool confirmation_issue(struct transaction *transaction, const struct settings *settings, json_t *docket,
                        instant now, struct error *error)
{
    struct text text = TEXT_EMPTY;
    char directory[512], name[64];
    json_int_t number = json_whole(docket, "confirmations", 0) + 1;
    confirmation_write(&text, settings, docket);
    if (!text_done(&text, error))
        return false;
    snprintf(directory, sizeof directory, "out/%s/%s", json_text(docket, "command"),
             json_text(docket, "docket"));
    snprintf(name, sizeof name, "confirmation-%d.txt", (int)number);
    json_t *row = json_pack("{ss,ss,ss,ss,ss,s[{ss,ss,sb}]}", "kind", "notice", "what", "confirmation-notice",
                            "docket", json_text(docket, "docket"), "command", json_text(docket, "command"),
                            "directory", directory, "files", "name", name, "text", text.bytes, "sign", 1);
    json_put_whole(docket, "confirmations", number);
    bool done = row != NULL && outbox_add(transaction, row, now, NULL, error) &&
                docket_put(transaction, docket, error);
    json_decref(row);
    text_free(&text);
    return done;
}
