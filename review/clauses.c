/*
 * Rules in plain words.
 *
 * Guarantees: a table, no I/O; it says what the rule wants, never what the request did: the hold's reason does
 * that.
 */
#include "review/clauses.h"

#include <stddef.h>
#include <string.h>

const char *clause_words(const char *clause)
{
    static const struct {
        const char *clause, *words;
    } table[] = {
        {"R2", "a use the policy does not list is decided on before anything is searched"},
        {"R7",
         "nobody is searched for because of a protected trait, save within a specific, reliable description"},
        {"R8", "nobody is monitored or picked out for having been in a crowd or at a rally"},
        {"R9", "political activity is a matter of the Intelligence Bureau alone"},
        {"R10", "pictures of body-worn cameras are no routine source"},
        {"R29", "use, reasons and earlier searches are talked over with a supervisor before the request"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i].clause, clause) == 0)
            return table[i].words;
    return "see the policy";
}
