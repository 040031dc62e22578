/*
 * The reminder that further images are still waited for.
 *
 * Guarantees: says until when the request waits, and that a lapse is no result (R20); nothing of any search. A
 * plain text, because a sergeant reads it in a mail preview. Does not decide when it is due.
 */
#include "report/reminder.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/outbox.h"

void reminder_write(struct text *text, const struct settings *settings, const json_t *docket)
{
    const json_t *request = json_object_get(docket, "request");
    char until[INSTANT_LOCAL_SIZE] = "";
    instant lapses = 0;
    if (docket_lapses_at(docket, settings->lapse_days, &lapses))
        instant_local(lapses, false, until);
    if (settings->demonstration)
        text_add(text, _("DEMONSTRATION - NOT A REAL CASE\n\n"));
    text_format(text, _("REMINDER: IMAGES ARE STILL WAITED FOR              Docket %s\n"),
                json_text(docket, "docket"));
    text_format(text, "%s, %s\n\n", settings->agency, settings->unit);
    text_format(text, _("Request    %s\n"), json_text(request, "requestId"));
    if (json_text_or_null(request, "caseNumber") != NULL)
        text_format(text, _("Case       %s\n"), json_text(request, "caseNumber"));
    if (json_text_or_null(request, "complaintNumber") != NULL)
        text_format(text, _("Complaint  %s\n"), json_text(request, "complaintNumber"));
    text_format(text, _("Waits      until %s\n\n"), until);
    text_format(text,
                _("What you do now (R20)\n"
                  "  Send better images of the same person as a supplement to this\n"
                  "  docket: the form request.html beside your index page makes one. The\n"
                  "  quality notice beside this file says what would help.\n"
                  "  Have no better ones? Do nothing, or withdraw the request.\n\n"
                  "What happens otherwise\n"
                  "  The request lapses then. That is no result: nothing was searched,\n"
                  "  and it says nothing about any person. You can ask anew later.\n\n"
                  "Questions  %s\n"),
                settings->contact);
}

bool reminder_issue(struct transaction *transaction, const struct settings *settings, json_t *docket,
                    instant now, struct error *error)
{
    struct text text = TEXT_EMPTY;
    char directory[512], name[64];
    json_int_t number = json_whole(docket, "reminders", 0) + 1;
    reminder_write(&text, settings, docket);
    if (!text_done(&text, error))
        return false;
    snprintf(directory, sizeof directory, "out/%s/%s", json_text(docket, "command"),
             json_text(docket, "docket"));
    snprintf(name, sizeof name, "reminder-%d.txt", (int)number);
    json_t *row = json_pack("{ss,ss,ss,ss,ss,s[{ss,ss,sb}]}", "kind", "notice", "what", "reminder", "docket",
                            json_text(docket, "docket"), "command", json_text(docket, "command"), "directory",
                            directory, "files", "name", name, "text", text.bytes, "sign", 1);
    json_put_whole(docket, "reminders", number);
    /* Of this wait: after another round of images there is another. */
    json_put_text(docket, "reminded", json_text(docket, "since"));
    bool done = row != NULL && outbox_add(transaction, row, now, NULL, error) &&
                docket_put(transaction, docket, error);
    json_decref(row);
    text_free(&text);
    return done;
}
