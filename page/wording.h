/*
 * Words no report may use about a person (R3).
 *
 * For the stage that accepts a text a report will carry (limitations, conflicts), and for the render worker,
 * which is the last to look: a text refused when it is signed can be mended, one found when the report is
 * printed is stuck.
 */
#ifndef LEADSPOOL_PAGE_WORDING_H
#define LEADSPOOL_PAGE_WORDING_H

/* The word that occurs in `text` as a word of its own, whatever its case: "identified", "confirmed",
   "positive match". NULL when none does; "unidentified" is none. */
const char *wording_forbidden(const char *text);

#endif
