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

/* One fault; the texts are taken over. */
static bool say(struct admission *admission, const char *place, char *text, char *remedy, struct error *error)
{
    bool done = remedy != NULL ? admission_fault(admission, "file-missing", "REJECT",
                                                 strcmp(place, "manifest.xml") == 0 ? "R14" : "R15", place,
                                                 remedy, text, error)
                               : admission_memory(error);
    if (remedy == NULL)
        free(text);
    free(remedy);
    return done;
}

static bool say_missing(struct admission *admission, const json_t *one, const char *drop, struct error *error)
{
    const char *name = json_text(one, "name"), *like = json_text_or_null(one, "like");
    const char *folder = json_text_or_null(one, "folder");
    if (folder != NULL)
        return say(
            admission, folder, text_formatted(_("\"%s\" in the packet is a folder or no plain file"), folder),
            strdup(_("put the files themselves beside manifest.xml, without a folder around them")), error);
    if (like != NULL && strcmp(name, "manifest.xml") == 0)
        return say(
            admission, name,
            text_formatted(_("there is no \"manifest.xml\" here; \"%s\" looks like it"), like),
            text_formatted(_("rename \"%s\" to \"manifest.xml\", all in small letters; if your computer "
                             "shows it so, have it show the endings of file names"),
                           like),
            error);
    if (like != NULL)
        return say(admission, name,
                   text_formatted(_("\"%s\" is listed and not here; \"%s\" looks like it"), name, like),
                   text_formatted(_("rename \"%s\" to \"%s\", or write its name into the manifest as it is"),
                                  like, name),
                   error);
    if (strcmp(name, "manifest.xml") == 0)
        return say(
            admission, name, strdup(_("there is no \"manifest.xml\" here yet, which says what is asked for")),
            strdup(_("finish copying the packet; if it has no such file, make the packet with the form "
                     "request.html in your out folder")),
            error);
    /* A .zip file lists its members at its end: of half of one it is known only that it is half. */
    bool itself = strcmp(name, drop) == 0;
    return say(admission, name,
               text_formatted(itself ? _("\"%s\" stops before its end")
                                     : _("\"%s\" is listed and not here, or not whole"),
                              name),
               strdup(itself ? _("copy the whole file once more")
                             : _("finish copying it, or take it off the list of the manifest")),
               error);
}

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
    const json_t *one;
    char *directory = answer_place(command, "/unreadable", drop, digest_text(&of_name, digest));
    bool done = false;
    if (claim == NULL || admission.faults == NULL || directory == NULL) {
        admission_memory(error);
        goto done;
    }
    json_array_foreach(missing, index, one)
    {
        if (!say_missing(&admission, one, drop, error))
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
