/*
 * The words of R3: a match is a lead, and no report may say more.
 *
 * Guarantees: a word counts only as a word of its own, whatever its case (of ASCII letters). The words are English, and
 * those of the site's language.
 * Does not look for meaning: who writes around the list is read by a supervisor.
 */
#include "page/wording.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/language.h"

static bool occurs(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; *at != '\0'; at++)
        if (strncasecmp(at, word, length) == 0 && (at == text || !isalpha((unsigned char)at[-1])) &&
            !isalpha((unsigned char)at[length]))
            return true;
    return false;
}

bool wording_next(const char **list, char *word, size_t size)
{
    size_t length = strcspn(*list, "|"), kept = length < size ? length : size - 1;
    memcpy(word, *list, kept);
    word[kept] = '\0';
    *list += length + ((*list)[length] == '|');
    return length > 0;
}

const char *wording_forbidden(const char *text)
{
    static const char english[] = N_("identified|confirmed|positive match");
    static _Thread_local char word[WORDING_SIZE];
    const char *const lists[] = {english, language_text(english)};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const char *list = lists[i]; wording_next(&list, word, sizeof word);)
            if (occurs(text, word))
                return word;
    return NULL;
}
