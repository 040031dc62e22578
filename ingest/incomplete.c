/*
 * The word about a packet that lies unfinished: a receipt that names the files still missing.
 *
 * Guarantees: its place follows from the drop's name alone, so that saying it twice makes nothing new; it
 * binds no request id. Does not decide when a drop has waited long enough.
 */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "ingest/admission.h"

bool ingest_incomplete(struct transaction *transaction, const struct settings *settings, const char *command,
                       const char *drop, const char *owner, const json_t *missing, instant now,
                       struct error *error)
{
    char arrived[INSTANT_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];
    struct digest of_name = digest_of(drop, strlen(drop));
    json_t *claim = json_pack("{ss,ss,ss,ss,s[]}", "drop", drop, "owner", owner == NULL ? "" : owner,
                              "arrived", instant_text(now, arrived), "command", command, "files");
    struct admission admission = {.transaction = transaction,
                                  .settings = settings,
                                  .claim = claim,
                                  .command = command,
                                  .faults = json_array(),
                                  .outcome = "INCOMPLETE",
                                  .now = now};
    size_t index;
    const json_t *name;
    char *directory = answer_place(command, "/unreadable", drop, digest_text(&of_name, digest));
    bool done = false;
    if (claim == NULL || admission.faults == NULL || directory == NULL) {
        admission_memory(error);
        goto done;
    }
    json_array_foreach(missing, index, name)
    {
        /* A .zip file lists its members at its end: of half of one it is known only that it is half. */
        bool itself = strcmp(json_string_value(name), drop) == 0;
        if (!admission_fault(&admission, "file-missing", "REJECT", "R15", json_string_value(name),
                             itself ? _("copy the whole file once more")
                                    : _("finish copying it, or take it off the list of the manifest"),
                             text_formatted(itself ? _("\"%s\" stops before its end")
                                                   : _("\"%s\" is listed and not here, or not whole"),
                                            json_string_value(name)),
                             error))
            goto done;
    }
    done = answer_receipt(&admission, directory, "receipt-incomplete", answer_facts(&admission), NULL, NULL,
                          error) &&
           answer_event(&admission, "drop-incomplete", error);
done:
    free(directory);
    json_decref(claim);
    json_decref(admission.faults);
    return done;
}
