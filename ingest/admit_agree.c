/*
 * What a packet says of another docket, held against the record.
 *
 * Guarantees: a packet that names one docket and means another is refused before it changes anything; what a later
 * packet states differently is refused, not passed over. Another command's docket is answered as one that does not
 * exist.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "ingest/admission.h"

/* Two dockets are told apart by their numbers: a wrong digit would withdraw somebody else's request. */
static bool same_number(struct admission *admission, const char *member, struct error *error)
{
    const char *stated = json_text_or_null(admission->request, member);
    const char *number = json_text_or_null(json_object_get(admission->docket, "request"), member);
    if (stated == NULL || number == NULL || strcmp(stated, number) == 0)
        return true;
    char *place = text_formatted("/request/%s", member);
    bool done = place != NULL
                    ? admission_fault(admission, "docket-of-another-case", "REJECT", NULL, place,
                                      _("correct the docket or the number, whichever is wrong"),
                                      text_formatted(_("docket %s is about %s, not %s"),
                                                     json_text(admission->docket, "docket"), number, stated),
                                      error)
                    : admission_memory(error);
    free(place);
    return done;
}

static bool same_statement(struct admission *admission, const char *member, const char *words,
                           struct error *error)
{
    const json_t *stated = json_object_get(admission->request, member);
    const json_t *before = json_object_get(json_object_get(admission->docket, "request"), member);
    if (stated == NULL || json_equal(stated, before))
        return true;
    char *place = text_formatted("/request/%s", member);
    bool done = place != NULL
                    ? admission_fault(
                          admission, "request-differs", "REJECT", NULL, place,
                          _("take it out; to change what a request states, withdraw it and send a new one"),
                          text_formatted(_("%s is not what docket %s has, which stays as it was"), words,
                                         json_text(admission->docket, "docket")),
                          error)
                    : admission_memory(error);
    free(place);
    return done;
}

bool admission_agrees(struct admission *admission, struct error *error)
{
    static const char *const numbers[] = {"caseNumber", "complaintNumber"};
    static const char *const statements[][2] = {
        {"eventContext", N_("what is said of a crowd or rally")},
        {"politicalActivity", N_("what is said of political activity")},
        {"priority", N_("the priority")},
        {"priorityGround", N_("the ground of the priority")},
        {"subjectDescription", N_("the description")},
        {"characteristics", N_("the list of characteristics")}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!same_number(admission, numbers[i], error))
            return false;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (!same_statement(admission, statements[i][0], language_text(statements[i][1]), error))
            return false;
    return true;
}

/* In a crowd every picture needs its one marked person, those that come later too (R8). */
bool admission_event_images(struct admission *admission, struct error *error)
{
    const char *event = json_text(json_object_get(admission->docket, "request"), "eventContext");
    const json_t *images = json_object_get(admission->request, "images"), *image;
    size_t index;
    if (strcmp(event, "crowd") != 0 && strcmp(event, "rally") != 0)
        return true;
    json_array_foreach(images, index, image)
    {
        const char *file = json_text(image, "file");
        if (json_object_get(image, "subjectBox") == NULL &&
            !admission_fault(
                admission, "event-without-subject", "REJECT", "R8", file,
                _("mark the one person with a box in every picture; nobody else may be searched"),
                text_formatted(_("docket %s is about a %s, and nobody is marked in \"%s\""),
                               json_text(admission->docket, "docket"), event, file),
                error))
            return false;
    }
    return true;
}

bool admission_related(struct admission *admission, struct error *error)
{
    const char *number = json_text_or_null(admission->request, "relatesTo");
    struct error own = ERROR_NONE;
    json_t *docket = NULL;
    if (number == NULL)
        return true;
    if (!docket_get(admission->transaction, number, &docket, &own) && own.fault != FAULT_ABSENT) {
        if (error != NULL)
            *error = own;
        return false;
    }
    bool known = docket != NULL && strcmp(json_text(docket, "command"), admission->command) == 0;
    json_decref(docket);
    return known ||
           admission_fault(
               admission, "docket-unknown", "REJECT", NULL, "/request/relatesTo",
               _("correct its number or leave it out; your dockets stand on the page of your command"),
               text_formatted(_("your command has no docket %s"), number), error);
}
