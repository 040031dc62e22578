/*
 * Rules in plain words.
 *
 * Guarantees: a table, no I/O; it says what the rule wants, never what the request did: the hold's reason does
 * that.
 */
#include "base/clauses.h"

#include <stddef.h>
#include <string.h>

const char *clause_words(const char *clause)
{
    static const struct {
        const char *clause, *words;
    } table[] = {
        {"R1", "photographs are searched for six authorised uses only, with a written basis"},
        {"R2", "a use the policy does not list is decided on before anything is searched"},
        {"R4", "a match is a lead, and what became of it is reported"},
        {"R7",
         "nobody is searched for because of a protected trait, save within a specific, reliable description"},
        {"R8", "nobody is monitored or picked out for having been in a crowd or at a rally"},
        {"R9", "political activity is a matter of the Intelligence Bureau alone"},
        {"R10", "pictures of body-worn cameras are no routine source"},
        {"R11", "still images only, nothing live"},
        {"R13", "people decide at every step, and all of them are different people"},
        {"R14", "an investigator submits the request, with a case or complaint number"},
        {"R15", "with a request comes at least one image of the person"},
        {"R16", "the image shows the unknown person, and nothing was drawn, added or replaced"},
        {"R18", "case management confirms that the basis is documented"},
        {"R20", "better images may be sent when the first are not good enough"},
        {"R27", "a report is attached to the case file"},
        {"R29", "use, reasons and earlier searches are talked over with a supervisor before the request"},
        {"R31", "people act for themselves and for their own command"},
        {"R37", "what looks like misuse is looked into"},
        {"L1", "every change to an image is described, and its original kept"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i].clause, clause) == 0)
            return table[i].words;
    return "see the policy";
}
