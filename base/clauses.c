/*
 * Rules in plain words.
 *
 * Guarantees: a table, no I/O; it says what the rule wants, never what the request did: the hold's reason does
 * that.
 */
#include "base/clauses.h"

#include <stddef.h>
#include <string.h>

#include "base/language.h"

const char *clause_words(const char *clause)
{
    static const struct {
        const char *clause, *words;
    } table[] = {
        {"R1", N_("photographs are searched for six authorised uses only, with a written basis")},
        {"R2", N_("a use the policy does not list is decided on before anything is searched")},
        {"R4", N_("a match is a lead, and what became of it is reported")},
        {"R7", N_("nobody is searched for because of a protected trait, save within a specific, reliable "
                  "description")},
        {"R8", N_("nobody is monitored or picked out for having been in a crowd or at a rally")},
        {"R9", N_("political activity is a matter of the Intelligence Bureau alone")},
        {"R10", N_("pictures of body-worn cameras are no routine source")},
        {"R11", N_("still images only, nothing live")},
        {"R13", N_("people decide at every step, and all of them are different people")},
        {"R14", N_("an investigator submits the request, with a case or complaint number")},
        {"R15", N_("with a request comes at least one image of the person")},
        {"R16", N_("the image shows the unknown person, and nothing was drawn, added or replaced")},
        {"R18", N_("case management confirms that the basis is documented")},
        {"R20", N_("better images may be sent when the first are not good enough")},
        {"R27", N_("a report is attached to the case file")},
        {"R29", N_("use, reasons and earlier searches are talked over with a supervisor before the request")},
        {"R31", N_("people act for themselves and for their own command")},
        {"R37", N_("what looks like misuse is looked into")},
        {"L1", N_("every change to an image is described, and its original kept")},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i].clause, clause) == 0)
            return language_text(table[i].words);
    return _("see the policy");
}
