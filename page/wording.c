/*
 * The words of R3: a match is a lead, and no report may say more.
 *
 * Guarantees: a word counts only as a word of its own, whatever its case. ASCII only: the words are English.
 * Does not look for meaning: who writes around the list is read by a supervisor.
 */
#include "page/wording.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool occurs(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; *at != '\0'; at++)
        if (strncasecmp(at, word, length) == 0 && (at == text || !isalpha((unsigned char)at[-1])) &&
            !isalpha((unsigned char)at[length]))
            return true;
    return false;
}

const char *wording_forbidden(const char *text)
{
    static const char *const words[] = {"identified", "confirmed", "positive match"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (occurs(text, words[i]))
            return words[i];
    return NULL;
}
