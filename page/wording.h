/*
 * Words no report may use about a person (R3).
 *
 * For the stage that accepts a text a report will carry (limitations, conflicts), and for the render worker,
 * which is the last to look: a text refused when it is signed can be mended, one found when the report is
 * printed is stuck.
 */
#ifndef LEADSPOOL_PAGE_WORDING_H
#define LEADSPOOL_PAGE_WORDING_H

#include <stdbool.h>
#include <stddef.h>

/* Of a word, with its NUL; a longer one is cut. */
#define WORDING_SIZE 64

/* The next word of a list that has "|" between them: as a translator writes one. False at its end. */
bool wording_next(const char **list, char *word, size_t size);

/* The word that occurs in `text` as a word of its own, whatever its case: "identified", "confirmed",
   "positive match". NULL when none does; "unidentified" is none. */
const char *wording_forbidden(const char *text);

#endif
