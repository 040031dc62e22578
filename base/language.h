/*
 * The language of fixed texts: what receipts, notices, reports, letters, pages and commands say of their own.
 *
 * Texts are English where they stand in the code, and that text is the key of the catalogue. A language is one file,
 * po/LANGUAGE.po, compiled by msgfmt (GNU gettext); the site chooses it (site.xml), never the environment, so that the
 * same facts give the same bytes whoever asks. Without a translation a text stays English.
 *
 * How texts get into the catalogue (po/leadspool.pot, made by po/extract):
 *   _("…")     where the text is used: looked up
 *   N_("…")    in a table of constants: only marked, looked up by language_text() where the table is read
 *   formats of error_set() and its like: looked up by these, and known to po/extract by their names
 * What programs read is never translated: log words, members of JSON, actions of events, codes, options, element names.
 * Nor is what people wrote: only texts of the code are looked up.
 */
#ifndef LEADSPOOL_BASE_LANGUAGE_H
#define LEADSPOOL_BASE_LANGUAGE_H

#include <stdbool.h>

#include "base/error.h"

#define LANGUAGE_ENGLISH "en"

/* From now on `language` ("es", "pt_BR"), in this process and those it forks. Its file is read at once, for a sandboxed
   worker opens none: share/leadspool/locale/LANGUAGE/LC_MESSAGES/leadspool.mo beside the program's folder or in it.
   FAULT_ENVIRONMENT when there is no such file; then the language stays as it was. Before threads are made. */
bool language_choose(const char *language, struct error *error);

/* The code in force, "en" at first; with a hyphen, as HTML and PDF write it ("pt-BR"). */
const char *language_tag(void);

/* The text in the language in force; `text` itself where there is no translation. Never fails, allocates nothing that
   anybody frees. Threads may ask at the same time. */
const char *language_text(const char *text) __attribute__((format_arg(1)));

/* The form that the language uses for so many: English has `one` for 1 and `many`. */
const char *language_plural(const char *one, const char *many, unsigned long count)
    __attribute__((format_arg(1), format_arg(2)));

#define _(text) language_text(text)
#define N_(text) text

#endif
