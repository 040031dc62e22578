/*
 * Fixed texts in the site's language, by the C library's gettext.
 *
 * Guarantees: English costs a comparison. No variable of the environment chooses a language. After language_choose no
 * file is opened any more, so that lookups work behind the walls of a sandbox.
 * Does not say which texts are fixed: who writes a document marks them.
 */
#include "base/language.h"

#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "leadspool"
#define TAG_SIZE 16

static bool translated; /* is any other language than English in force? */
static char tag[TAG_SIZE] = LANGUAGE_ENGLISH;

/* The folder that holds LANGUAGE/LC_MESSAGES/leadspool.mo: below the program's own (a build folder), or beside it (an
   installation: bin and share). */
static bool find_folder(const char *language, char *folder, size_t size)
{
    static const char *const places[] = {"share/leadspool/locale", "../share/leadspool/locale"};
    char program[3000];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return false;
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char file[4096];
        snprintf(folder, size, "%s/%s", program, places[i]);
        snprintf(file, sizeof file, "%s/%s/LC_MESSAGES/" DOMAIN ".mo", folder, language);
        if (access(file, R_OK) == 0)
            return true;
    }
    return false;
}

bool language_choose(const char *language, struct error *error)
{
    char folder[3100];
    if (strcmp(language, LANGUAGE_ENGLISH) == 0) {
        translated = false;
        snprintf(tag, sizeof tag, "%s", LANGUAGE_ENGLISH);
        return true;
    }
    if (strlen(language) >= sizeof tag || strchr(language, '/') != NULL ||
        !find_folder(language, folder, sizeof folder))
        return error_set(error, FAULT_ENVIRONMENT,
                         "there is no translation \"%.20s\" beside the program "
                         "(share/leadspool/locale/%.20s/LC_MESSAGES/leadspool.mo): name another language in "
                         "site.xml, or install it",
                         language, language);
    /* The C library translates in no locale "C"; which language it then takes LANGUAGE says, and nothing else. */
    if (setlocale(LC_MESSAGES, "C.UTF-8") == NULL || setenv("LANGUAGE", language, 1) != 0 ||
        bindtextdomain(DOMAIN, folder) == NULL || bind_textdomain_codeset(DOMAIN, "UTF-8") == NULL)
        return error_set(error, FAULT_ENVIRONMENT,
                         "the language \"%s\" cannot be set: the locale C.UTF-8 of the C library is missing",
                         language);
    /* The first question of each catalogue opens its file: ours, and the C library's own for strerror. */
    dgettext(DOMAIN, "Docket");
    (void)strerror(EACCES);
    snprintf(tag, sizeof tag, "%s", language);
    for (char *at = tag; *at != '\0'; at++)
        if (*at == '_')
            *at = '-';
    translated = true;
    return true;
}

const char *language_tag(void)
{
    return tag;
}

/* The empty text is the key of the catalogue's own head. */
const char *language_text(const char *text)
{
    return translated && text != NULL && text[0] != '\0' ? dgettext(DOMAIN, text) : text;
}

const char *language_plural(const char *one, const char *many, unsigned long count)
{
    if (translated)
        return dngettext(DOMAIN, one, many, count);
    return count == 1 ? one : many;
}
